"""Every address there is, read from the URLs themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

# Routes of libraries, by the beginning of their names: what holds for all of them is in test_authorisation.py.
THIRD_PARTY = ("account_", "mfa_", "admin:")


@dataclass(frozen=True)
class Route:
    """A named address; `template` has {kwarg} where an id or a slug goes."""

    name: str
    template: str
    kwargs: tuple[str, ...]

    def path(self, values: Mapping[str, object]) -> str:
        return self.template.format(**{name: values[name] for name in self.kwargs})


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, "", "/"))


def own_routes() -> list[Route]:
    return [route for route in all_routes() if not route.name.startswith(THIRD_PARTY)]


def third_party_routes() -> list[Route]:
    return [route for route in all_routes() if route.name.startswith(THIRD_PARTY)]


def _walk(patterns: list[URLPattern | URLResolver], space: str, start: str) -> Iterator[Route]:
    for pattern in patterns:
        here = start + _template(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, here)
        else:
            yield Route(f"{space}{pattern.name or f'unnamed {here}'}", here, tuple(re.findall(r"{(\w+)}", here)))


def _template(pattern: str) -> str:
    """Both ways Django writes a route: path("a/<uuid:b>/") and re_path("^a/(?P<b>…)$")."""
    pattern = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", pattern))
    return pattern.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".").replace("\\", "")

"""What is filled in a question's form, in words: for the look-over, the explanation and a copy of one's data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quizzes.selectors.words import unit_words

Said: TypeAlias = tuple[str, str, str]


class Form(Protocol):
    """What this needs of selectors.answering.Answering."""

    @property
    def form(self) -> str: ...
    @property
    def parts(self) -> Mapping[str, Any]: ...


def said_in(shown: Form) -> list[Said]:
    """What a form says, in words, part by part: the part as marking.solution names it, what it is about, the answer,
    which is empty where nothing is filled in."""
    return _WORDS[shown.form](shown.parts)


def _chosen(options: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(option["text"] for option in options if option["chosen"])


def _by_row(parts: Mapping[str, Any]) -> list[Said]:
    return [(row["text"], row["text"], _chosen(row["options"])) for row in parts["rows"]]


def _statements(parts: Mapping[str, Any]) -> list[Said]:
    words = {"true": pgettext("statement", "True"), "false": pgettext("statement", "False"), "": ""}
    return [(row["text"], row["text"], words[row["said"]]) for row in parts["rows"]]


def _gaps(parts: Mapping[str, Any]) -> list[Said]:
    gaps = [piece for piece in parts["passage"] if "blank" in piece]
    return [(str(gap["blank"]), _("Gap %(n)s") % {"n": gap["blank"]}, _chosen(gap["options"])) for gap in gaps]


def _places(parts: Mapping[str, Any]) -> list[Said]:
    at = {item["at"]: item["text"] for item in parts["items"] if item["at"]}
    return [(place, _("Position %(n)s") % {"n": place}, at.get(place, "")) for place in parts["places"]]


def _number(parts: Mapping[str, Any]) -> list[Said]:
    unit = unit_words(parts["unit"]) if parts["units"] else parts["unit_word"]
    return [("", "", _amount(parts, "number", parts["value"], unit))]


def _meal(parts: Mapping[str, Any]) -> list[Said]:
    foods = [(food["text"], food["text"], _amount(parts, food["name"], food["value"], "g")) for food in parts["foods"]]
    return [*foods, ("", _("The whole meal"), _amount(parts, "total", parts["total"], "g"))]


def _amount(parts: Mapping[str, Any], name: str, typed: str, unit: str) -> str:
    """A number as it was typed, or, where that can be read in two ways, as it was meant."""
    asked = (one["options"] for one in parts["readings"] if one["name"] == f"{name}-reading")
    meant = [option["value"] for options in asked for option in options if option["chosen"]]
    return f"{(meant or [typed])[0]}\u00a0{unit}".strip() if typed else ""


def _options(parts: Mapping[str, Any]) -> list[Said]:
    return [("", "", option["text"]) for option in parts["options"] if option["chosen"]]


def _graph(parts: Mapping[str, Any]) -> list[Said]:
    return _options(parts) if "options" in parts else _number(parts)


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], list[Said]]] = {
    "options": _options,
    "statements": _statements,
    "pairs": _by_row,
    "matrix": _by_row,
    "cloze": _gaps,
    "order": _places,
    "number": _number,
    "meal": _meal,
    "graph": _graph,
}

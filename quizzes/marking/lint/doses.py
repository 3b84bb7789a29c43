"""The rules of dose calculation: the proof over every variant, units, and what the stem fills in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache

from quizzes.marking.dose import ModelError, compiled, is_choice, used
from quizzes.marking.findings import Content, Finding
from quizzes.marking.lint.numbers import fitting_units
from quizzes.marking.proof import Proof, prove

NEEDED = ("type", "ask", "decimals", "stem", "params")


def formulas(content: Content, _languages: Sequence[str]) -> Iterator[Finding]:
    """E141 to E149 and W147 by `prove`; E132 units; E131 no tolerance where an answer's decimals never end; E005 the
    stem fills in what is not drawn."""
    yield from fitting_units(content, [content["params"]["unit"]], ("params", "unit"))
    proof = proved(content)
    yield from proof.findings
    if not is_choice(content) and content.get("atol") is None and content.get("rtol") is None and proof.endless:
        yield Finding("E131", ("atol",), {"answer": "1"})
    yield from _placeholders(content)
    if is_choice(content) and len(content["params"].get("distractors") or {}) < 1:
        yield Finding("E101", ("params", "distractors"))


def _placeholders(content: Content) -> Iterator[Finding]:
    try:
        known = compiled(content).grid
    except ModelError:
        return
    for language, name in used(content):
        if name not in known:
            yield Finding("E005", ("stem", language), {"name": name})


def proved(content: Content) -> Proof:
    """The proof; the same content is proved once, for an editor's page asks again at every view."""
    return _proved(json.dumps({key: content.get(key) for key in NEEDED}, default=str))


@lru_cache(maxsize=64)
def _proved(written: str) -> Proof:
    return prove(json.loads(written))

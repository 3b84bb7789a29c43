"""The rules of a single best answer and of multiple response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from quizzes.marking.choice import SCORING
from quizzes.marking.findings import Content, Finding, Place
from quizzes.marking.lint.wordings import NUMBER
from quizzes.marking.units import exact_or_none

WEIGHTS_DIFFER = Fraction(1, 10_000)


def one_key(options: Sequence[Content], languages: Sequence[str], place: Place = ("options",)) -> Iterator[Finding]:
    """Authoring errors E101, E102, E105 and, for options of a blank, E103 of reference/quizzes.md 2.1. How options are
    worded is for marking.writing."""
    if len(options) < 2:
        yield Finding("E101", place)
    if sum(bool(option.get("key")) for option in options) != 1:
        yield Finding("E102", place)
    if len({option["id"] for option in options}) != len(options):
        yield Finding("E105", place)


def same(texts: Sequence[str], place: Place, code: str = "E103") -> Iterator[Finding]:
    """Two texts that are the same to a reader: case, spaces and how a number is written do not count."""
    seen: set[str] = set()
    for index, text in enumerate(texts):
        plain = NUMBER.sub(lambda number: f"{float(number[0]):g}", " ".join(text.casefold().split()))
        if plain and plain in seen:
            yield Finding(code, place, {"option": str(index + 1), "text": text})
        seen.add(plain)


def several_keys(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E101, E105 as above; E111 no key, E112 all are keys, E113 weights, E114 select_n, E117 no such rule,
    W115 a blank earns by each_decision, W116 all or nothing with more than five options."""
    options, place = content["options"], ("options",)
    scoring = content.get("scoring", "plus_minus")
    keys = sum(bool(option.get("key")) for option in options)
    if len(options) < 2:
        yield Finding("E101", place)
    if len({option["id"] for option in options}) != len(options):
        yield Finding("E105", place)
    if not keys:
        yield Finding("E111", place)
    elif keys == len(options):
        yield Finding("E112", place)
    if scoring not in SCORING:
        yield unknown_scoring(scoring, SCORING)
    yield from _by_rule(content, scoring, keys)


def unknown_scoring(scoring: str, rules: Sequence[str]) -> Finding:
    return Finding("E117", ("scoring",), {"scoring": scoring, "rules": ", ".join(rules)})


def _by_rule(content: Content, scoring: str, keys: int) -> Iterator[Finding]:
    options = content["options"]
    wanted = content.get("select_n")
    if (wanted is not None or scoring == "select_n") and wanted != keys:
        yield Finding("E114", ("select_n",), {"select": str(wanted or 0), "keys": str(keys)})
    if scoring == "weights":
        weights = [exact_or_none(option.get("weight") or 0) for option in options if option.get("key")]
        total = sum((weight for weight in weights if weight is not None), Fraction(0))
        if None in weights or abs(total - 1) > WEIGHTS_DIFFER:
            yield Finding("E113", ("options",), {"total": f"{float(total):g}"})
    if scoring == "each_decision" and keys < len(options):
        blank = round(100 * (len(options) - keys) / len(options))
        yield Finding("W115", ("scoring",), {"percent": str(blank)})
    if scoring == "all_or_nothing" and len(options) > 5:
        yield Finding("W116", ("scoring",), {"count": str(len(options))})

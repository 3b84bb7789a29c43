"""A question after release, whatever its type: what was answered, what is right, and why, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core import units
from quizzes import marking
from quizzes.selectors.answering import Answering, answering, unit_words

Said: TypeAlias = tuple[str, str, str]  # the part as marking.solution names it, what it is about, the answer


@dataclass(frozen=True)
class Row:
    """One part of a question: what it is about, what was answered, what is right (empty where that is the same)."""

    about: str
    said: str
    right: str
    good: bool
    why: str


@dataclass(frozen=True)
class Choice:
    """One option with its rationale."""

    text: str
    chosen: bool
    key: bool
    why: str


@dataclass(frozen=True)
class Solved:
    """`grade` is right, partly or wrong; `answered` is False for a blank. Options, or rows where there are none."""

    shown: Answering
    grade: str
    answered: bool
    options: tuple[Choice, ...]
    rows: tuple[Row, ...]
    why: str
    unit_slip: bool


def solved(
    content: Mapping[str, Any],
    params: Mapping[str, str],
    order: Sequence[str],
    response: Mapping[str, Any] | None,
    *,
    position: int = 0,
) -> Solved:
    """The question with its key and reasons: only for what is answered and released."""
    mark = marking.mark(content, params, order, response)
    mine = answering(content, params, order, response, position=position)
    key = answering(content, params, order, marking.key_response(content, params, order))
    told = marking.solution(content, params, get_language() or "en")
    whys = {units.for_reader(line.part): units.for_reader(line.why) for line in told.lines}
    options = _options(mine, key, told) if "options" in mine.parts else ()
    return Solved(
        mine,
        "right" if mark.right else "partly" if mark.fraction else "wrong",
        mark.answered,
        options,
        () if options else _rows(mine, key, whys, all_right=mark.right),
        units.for_reader(told.why),
        "unit" in mark.feedback or "wrong_dimension" in mark.feedback,
    )


def _options(mine: Answering, key: Answering, told: marking.Solution) -> tuple[Choice, ...]:
    whys = {units.for_reader(line.answer): units.for_reader(line.why) for line in told.lines}
    pairs = zip(mine.parts["options"], key.parts["options"], strict=True)
    return tuple(
        Choice(said["text"], said["chosen"], right["chosen"], whys.get(said["text"], "")) for said, right in pairs
    )


def _rows(mine: Answering, key: Answering, whys: Mapping[str, str], *, all_right: bool) -> tuple[Row, ...]:
    """A row is good when it is as in the key, or when the whole is right another way (a tolerance, another order)."""
    rows = []
    for (part, about, said), (_part, _about, right) in zip(_said(mine), _said(key), strict=True):
        good = all_right or (bool(said) and said == right)
        rows.append(Row(about, said, "" if good and said else right, good, whys.get(part, "")))
    return tuple(rows)


def _said(shown: Answering) -> list[Said]:
    """What a form says, in words, part by part."""
    return _WORDS[shown.template.rpartition("/")[2].removesuffix(".html")](shown.parts)


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
    return [("", "", f"{parts['value']}\u00a0{unit}".strip() if parts["value"] else "")]


def _meal(parts: Mapping[str, Any]) -> list[Said]:
    foods = [
        (food["text"], food["text"], f"{food['value']}\u00a0g" if food["value"] else "") for food in parts["foods"]
    ]
    return [*foods, ("", _("The whole meal"), f"{parts['total']}\u00a0g" if parts["total"] else "")]


_WORDS = {
    "statements": _statements,
    "pairs": _by_row,
    "matrix": _by_row,
    "cloze": _gaps,
    "order": _places,
    "number": _number,
    "meal": _meal,
    "graph": _number,
}

"""Marking: pure and exact. No Django, no clock, no database; the same input gives the same mark everywhere.

What this package offers, for every type of question (docs/items.md shows each with an example):
`order` and `draw` when an attempt starts, `present` to show, `read` and `filled` for the form, `mark` to mark,
`key_response` and `solution` after release. Ids of options, rows and blanks never leave the server: on the wire stand
their numbers in the order shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from quizzes.marking import dose, numeric
from quizzes.marking.base import (
    BLANK,
    INVALID,
    Content,
    Document,
    Fields,
    Kind,
    Line,
    Malformed,
    Mark,
    MarkingError,
    Order,
    Params,
    Problem,
    Reading,
    Response,
    Solution,
)
from quizzes.marking.carbs import CARBS
from quizzes.marking.choice import MR, SBA
from quizzes.marking.graphs import GRAPH
from quizzes.marking.naming import renamed
from quizzes.marking.ordering import ORDERING
from quizzes.marking.rng import Rng, seed_of
from quizzes.marking.rows import CLOZE, MATCHING, MATRIX_MC, MATRIX_MR, MTF

__all__ = [
    "BLANK",
    "ENGINE_VERSION",
    "INVALID",
    "KINDS",
    "Line",
    "Mark",
    "MarkingError",
    "Problem",
    "Reading",
    "Rng",
    "Solution",
    "advice",
    "draw",
    "fields_of",
    "filled",
    "key_response",
    "mark",
    "order",
    "passes",
    "present",
    "read",
    "renamed",
    "seed_of",
    "solution",
]

ENGINE_VERSION = "1"  # stored with a score; a new one where the same response could earn another mark

KINDS: Mapping[str, Kind] = {
    "sba": SBA,
    "mr": MR,
    "mtf": MTF,
    "numeric": numeric.NUMERIC,
    "dose_calc": dose.DOSE,
    "matching": MATCHING,
    "ordering": ORDERING,
    "carb_meal": CARBS,
    "matrix_mc": MATRIX_MC,
    "matrix_mr": MATRIX_MR,
    "cloze_dropdown": CLOZE,
    "graph_read": GRAPH,
}


def _kind(content: Content) -> Kind:
    found = KINDS.get(str(content.get("type")))
    if found is None:
        raise MarkingError("unknown_type")
    return found


def mark(content: Content, params: Mapping[str, Any], option_order: Order, response: object) -> Mark:
    """Mark one response to one item version.

    `content` is the version's stored content, `params` what was drawn for this learner (empty where nothing is),
    `option_order` the ids as shown, `response` what JSON gave; the order never changes the mark. A blank gives 0,
    unanswered; a response that is no answer to what was shown gives 0 and the feedback `invalid_response`.
    Raises MarkingError for the item's faults only: unknown_type, bad_formula, bad_params.
    """
    kind = _kind(content)
    if not response:
        return BLANK
    if not isinstance(response, Mapping):
        return INVALID
    try:
        return kind.mark(content, params, option_order, response)
    except Malformed:
        return INVALID


def order(content: Content, rng: Rng) -> list[str]:
    """The ids of what is shown in a drawn order: options, the right side of a matching, steps; anchored ones last."""
    drawn: list[str] = _kind(content).order(content, rng)
    return drawn


def draw(content: Content, rng: Rng) -> dict[str, str]:
    """What is drawn for one learner, by name, as exact decimals; empty where the type draws nothing.

    Raises MarkingError: unknown_type, bad_formula, no_variant (the constraints leave none).
    """
    _kind(content)
    return dose.draw(content, rng) if content["type"] == "dose_calc" else {}


def present(content: Content, params: Params, option_order: Order, language: str) -> Document:
    """What may be sent before release, from an allow-list per type: no key, credit, rationale, formula or real id."""
    document: Document = _kind(content).present(content, params, option_order, language)
    return document


def read(content: Content, params: Params, option_order: Order, fields: Fields, language: str) -> Reading:
    """What a form posted, as the response to store; None for a blank. A part that is left open is no problem."""
    reading: Reading = _kind(content).read(content, params, option_order, fields, language)
    return reading


def filled(content: Content, params: Params, option_order: Order, response: Response | None) -> dict[str, list[str]]:
    """The inverse of `read`: what the form's fields hold for a stored response. One that is invalid fills nothing."""
    kind = _kind(content)
    if not response or mark(content, params, option_order, response) in (BLANK, INVALID):
        return {}
    again: dict[str, list[str]] = kind.filled(content, params, option_order, response)
    return again


def fields_of(content: Content, option_order: Order) -> list[str]:
    """The names of the form's fields. A number box NAME may also post NAME-reading, its chosen reading."""
    names: list[str] = _kind(content).fields(content, option_order)
    return names


def key_response(content: Content, params: Params, option_order: Order) -> Document:
    """A response that earns 1. Never to be sent before release."""
    response: Document = _kind(content).key(content, params, option_order)
    return response


def solution(content: Content, params: Params, language: str) -> Solution:
    """The right answer in words, with the reasons. Never to be sent before release."""
    solved: Solution = _kind(content).solution(content, params, language)
    return solved


def advice(content: Content, response: Response, language: str) -> str:
    """What the author says to a wrong unit, for after release; empty where nothing is said."""
    return numeric.advice(content, response, language)


def passes(points: Fraction, most: Fraction, pass_mark: Fraction) -> bool:
    """Whether `points` of `most` reach the pass mark (a share of 1), compared as exact rationals."""
    return points >= pass_mark * most

"""Marking: pure and exact. No Django, no clock, no database; the same input gives the same mark everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Content = Mapping[str, Any]
Response = Mapping[str, Any]


class MarkingError(Exception):
    """The item or the response cannot be marked; `code` says why. Services turn it into a DomainError."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Mark:
    """How much of an item was right: `fraction` from 0 to 1, exact. `answered` is False for a blank."""

    fraction: Fraction
    answered: bool

    @property
    def right(self) -> bool:
        return self.fraction == 1


BLANK = Mark(Fraction(0), answered=False)


def mark(content: Content, params: Mapping[str, Any], option_order: Sequence[str], response: Response | None) -> Mark:
    """Mark one response to one item version.

    `content` is the version's stored content, `params` what was drawn for this learner (empty where nothing is),
    `option_order` the option ids as shown; the order never changes the mark. A blank gives 0, unanswered.
    Raises MarkingError: unknown_type, unknown_option (the response names an option the learner was not shown).
    """
    rule = RULES.get(str(content.get("type")))
    if rule is None:
        raise MarkingError("unknown_type")
    return rule(content, option_order, response) if response else BLANK


def _single_best_answer(content: Content, option_order: Sequence[str], response: Response) -> Mark:
    """1 for the one key, else 0 (reference/quizzes.md 2.1: rule `exact`)."""
    choice = response.get("choice")
    if choice is None:
        return BLANK
    if choice not in option_order:
        raise MarkingError("unknown_option")
    keys = {option["id"] for option in content["options"] if option["key"]}
    return Mark(Fraction(int(choice in keys)), answered=True)


RULES: Mapping[str, Callable[[Content, Sequence[str], Response], Mark]] = {"sba": _single_best_answer}


def passes(points: Fraction, most: Fraction, pass_mark: Fraction) -> bool:
    """Whether `points` of `most` reach the pass mark (a share of 1), compared as exact rationals."""
    return points >= pass_mark * most

"""Marking handed-in attempts again from what is stored, to see whether the stored score is what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizzes import marking, selectors
from quizzes.models import Attempt
from quizzes.services import closing

PAGE_SIZE = 200


@dataclass(frozen=True)
class Difference:
    """What is stored, and what the answers and the pure marking give. `place`: "question 3", or of the whole."""

    place: str
    what: str
    stored: Any
    marked: Any

    def __str__(self) -> str:
        return f"{self.place}: {self.what} is stored as {self.stored}, and marked again it is {self.marked}"


def verify(attempt: Attempt) -> list[Difference]:
    """Mark every question of a handed-in attempt again: stored answer, order of options and drawn values, by the item
    version it was asked from. Returns where the stored marks, the total or the outcome differ; nothing is changed."""
    found, fractions, slots = [], [], selectors.slots(attempt)
    for slot in slots:
        mark = marking.mark(slot.item_version.content, slot.params, slot.option_order, slot.response)
        fractions.append(mark.fraction)
        found += _differing(
            f"question {slot.position}",
            {"right": (slot.right, mark.right), "fraction": (slot.fraction, closing.exact(mark.fraction))},
        )
        slot.right = mark.right
    points, most = sum(fractions, Fraction(0)), Fraction(len(slots))
    return found + _differing(
        "the whole",
        {
            "points": (attempt.points, closing.exact(points)),
            "max_points": (attempt.max_points, closing.exact(most)),
            "passed": (attempt.passed, closing.passed(attempt, slots, points, most)),
        },
    )


def handed_in() -> Iterator[Attempt]:
    """Every handed-in attempt, page by page in the order of their ids: one that is handed in meanwhile may be missed,
    none is held in memory longer than its page."""
    rows = Attempt.objects.handed_in().select_related("version", "quiz").order_by("pk")
    page = list(rows[:PAGE_SIZE])
    while page:
        yield from page
        page = list(rows.filter(pk__gt=page[-1].pk)[:PAGE_SIZE])


def _differing(place: str, values: dict[str, tuple[Any, Any]]) -> list[Difference]:
    return [Difference(place, what, old, new) for what, (old, new) in values.items() if old != new]

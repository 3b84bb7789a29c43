"""Marking is a pure function: by table, by property, and apart from the rest of the house."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.marking import BLANK, INVALID, MarkingError, mark, passes
from quizzes.models import QuizVersion

ITEM = {
    "type": "sba",
    "options": [{"id": "a", "key": False}, {"id": "b", "key": True}, {"id": "c", "key": False}],
}
ORDER = ["c", "a", "b"]


@pytest.mark.parametrize(("choice", "fraction"), [("a", 0), ("b", 1), ("c", 0)])
def test_the_key_gives_one_and_anything_else_nothing(choice: str, fraction: int) -> None:
    result = mark(ITEM, {}, ORDER, {"choice": choice})
    assert (result.fraction, result.answered, result.right) == (Fraction(fraction), True, fraction == 1)


@pytest.mark.parametrize("response", [None, {}, {"choice": None}])
def test_a_blank_gives_nothing_and_is_told_from_a_wrong_answer(response: dict[str, Any] | None) -> None:
    assert mark(ITEM, {}, ORDER, response) == BLANK


def test_what_was_not_shown_earns_nothing_and_is_said_to_be_invalid() -> None:
    assert mark(ITEM, {}, ["a", "c"], {"choice": "b"}) == INVALID


def test_a_type_there_is_not_cannot_be_marked() -> None:
    with pytest.raises(MarkingError, match="unknown_type"):
        mark({"type": "essay"}, {}, ORDER, {"choice": "a"})


@given(order=st.permutations(ORDER), choice=st.sampled_from(ORDER))
def test_the_order_shown_never_changes_the_mark(order: list[str], choice: str) -> None:
    assert mark(ITEM, {}, order, {"choice": choice}) == mark(ITEM, {}, ORDER, {"choice": choice})


@given(choice=st.sampled_from(ORDER))
def test_marking_changes_nothing_and_gives_the_same_twice(choice: str) -> None:
    before = repr((ITEM, ORDER))
    assert mark(ITEM, {}, ORDER, {"choice": choice}) == mark(ITEM, {}, ORDER, {"choice": choice})
    assert repr((ITEM, ORDER)) == before


@pytest.mark.parametrize(
    ("points", "most", "mark_needed", "passed"),
    [(8, 10, "0.8", True), (7, 10, "0.8", False), (3, 4, "0.75", True), (7, 9, "0.778", False), (0, 5, "0.001", False)],
)
def test_the_pass_mark_is_compared_exactly(points: int, most: int, mark_needed: str, passed: bool) -> None:
    assert passes(Fraction(points), Fraction(most), Fraction(mark_needed)) is passed


@given(most=st.integers(1, 60), points=st.integers(0, 60), percent=st.integers(1, 100))
def test_one_point_more_never_turns_a_pass_into_a_fail(most: int, points: int, percent: int) -> None:
    share = Fraction(percent, 100)
    if passes(Fraction(points), Fraction(most), share):
        assert passes(Fraction(points + 1), Fraction(most), share)


def test_marking_and_the_engine_start_without_django() -> None:
    script = (
        "import sys, quizzes.marking, simulator.engine.insulin;"
        "sys.exit(any(name.split('.')[0] in ('django', 'celery', 'core') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("share", "count", "needed"), [("0.8", 10, 8), ("0.75", 10, 8), ("0.8", 12, 10), ("0.7", 5, 4), ("1", 3, 3)]
)
def test_the_number_needed_is_the_least_that_passes(share: str, count: int, needed: int) -> None:
    version = QuizVersion(pass_mark=Decimal(share), item_versions=list(range(count)))
    assert version.needed == needed
    assert passes(Fraction(needed), Fraction(count), Fraction(share))
    assert not passes(Fraction(needed - 1), Fraction(count), Fraction(share))

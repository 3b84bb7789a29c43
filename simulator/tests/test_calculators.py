"""The four bolus calculators by their published rules, and insulin on board by its check values."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from simulator.engine.device import Device
from simulator.engine.insulin import bilinear_iob, curvilinear_iob, iob_table, linear_iob
from simulator.engine.kernel.calculators import advice

KINDS = {"M": "tubed-a", "T": "tubed-b", "O": "patch-c", "Y": "tubed-d"}


def dose(letter: str, carbs: float, bg: float, meal_iob: float = 0.0, corr_iob: float = 0.0, **more: Any) -> float:
    """10 g and 50 mg/dL a unit, target 110 (range 100 to 120 for M)."""
    values: dict[str, Any] = {"target_mgdl": (("00:00", 110.0),)} | more
    device = Device(KINDS[letter], (("00:00", 1.0),), (("00:00", 10.0),), (("00:00", 50.0),), **values)
    return advice(device.record()[0], 0, carbs, bg, meal_iob, corr_iob)


def test_the_same_inputs_with_meal_insulin_on_board_give_four_doses_from_bold_to_careful() -> None:
    """60 g, 210 mg/dL, 3 units on board from a meal (case C05)."""
    found = {letter: dose(letter, 60, 210, meal_iob=3.0) for letter in KINDS}
    assert found == pytest.approx({"M": 6.0, "T": 6.0, "O": 6.0, "Y": 5.0})
    assert dose("O", 60, 210, corr_iob=3.0) == pytest.approx(5.0)  # what is left of it comes off the meal
    assert dose("M", 60, 210, corr_iob=3.0) == pytest.approx(6.0)  # never here


@pytest.mark.parametrize(
    ("letter", "bg", "expected"),
    [
        ("M", 170, 6 + 50 / 50),  # to the near edge of the range, 120
        ("M", 110, 6.0),
        ("M", 80, 6 - 20 / 50),
        ("T", 160, 6 + 50 / 50),
        ("T", 90, 6 - 20 / 50),
        ("O", 115, 6.0),  # corrects above 120 only
        ("O", 160, 7.0),
        ("O", 90, 6 - 20 / 50),
        ("O", 69, 0.0),  # no suggestion below 70
        ("Y", 160, 7.0),
        ("Y", 90, 6 - 20 / 50),
    ],
)
def test_each_corrects_by_its_own_rule(letter: str, bg: float, expected: float) -> None:
    assert dose(letter, 60, bg) == pytest.approx(expected)


def test_insulin_on_board_reduces_only_what_the_rule_lets_it() -> None:
    assert dose("M", 0, 220, corr_iob=1.0) == pytest.approx(1.0)
    assert dose("M", 0, 90, corr_iob=2.0) == 0.0
    assert dose("T", 60, 60, meal_iob=1.0) == pytest.approx(6 - 50 / 50 - 1.0)
    assert dose("T", 60, 90, meal_iob=1.0) == pytest.approx(6 - 20 / 50)
    assert dose("Y", 60, 110, meal_iob=1.0) == pytest.approx(5.0)


@pytest.mark.parametrize("letter", KINDS)
def test_without_a_reading_the_meal_is_dosed_alone_and_no_dose_is_ever_below_zero(letter: str) -> None:
    assert dose(letter, 45, 0.0) == pytest.approx(4.5)
    assert dose(letter, 0, 75, meal_iob=9.0, corr_iob=9.0) == 0.0


def test_the_other_curves_of_insulin_on_board() -> None:
    assert linear_iob(60, dia_h=4) == 0.75
    assert bilinear_iob(0, dia_h=3) == 1.0
    assert bilinear_iob(75, dia_h=3) == pytest.approx(0.55556)
    assert bilinear_iob(179.9, dia_h=3) < 0.01
    assert curvilinear_iob(0, dia_h=4) == 1.0
    assert 0.3 < curvilinear_iob(90, dia_h=4) < 0.5
    for curve in ("exponential", "bilinear", "linear", "curvilinear"):
        table = iob_table(curve, dia_h=4)
        assert (len(table), table[0]) == (240, 1.0)
        # The published parabola turns up by a thousandth in its last minutes.
        assert all(later <= earlier + 1e-3 for earlier, later in pairwise(table))

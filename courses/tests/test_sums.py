"""Worked arithmetic is computed again, as it stands in a text."""

from __future__ import annotations

import pytest

from courses.services.sums import sums


@pytest.mark.parametrize(
    "words",
    [
        "48 ÷ 12 = 4",
        "18 ÷ 24 = 0.75 units an hour",
        "(210 − 110) ÷ 40 = 2.5 units",
        "It is 2.5 − 1.6 = 0.9 units",
        "70 kg × 0.5 units per kg = 35 units",
        "45 g ÷ 15 g per unit + (180 mg/dL − 110 mg/dL) ÷ 35 mg/dL per unit = 5 units",
        "20 % × 18 g = 3.6 g",
        "71 % − 61 % = 10 points",
        "1,800 ÷ 42 ≈ 43",
        "142 ÷ 50 = 2.84 ≈ 2.8",
        "500 ÷ 42 = 11.9",
        "2 + 2 × 3 = 8",
        "35 units × 50 % = 17.5 unidades",
        "0.6 × 6 + 0.9 × 6 + 0.7 × 12 = 3.6 + 5.4 + 8.4 = 17.4 units",
        "(200 − 15) ÷ 50 = 185 ÷ 50 = 3.7 days",
        "5 ÷ 20 = 25 %",
        "3.31 + 0.02392 × 200 = 3.31 + 4.784 ≈ 8.1 %",
    ],
)
def test_what_is_right_is_left_alone(words: str) -> None:
    assert [one.right for one in sums(words)] == [True]


@pytest.mark.parametrize(
    ("words", "better"),
    [
        ("48 ÷ 12 = 5", "4"),
        ("(210 − 110) ÷ 40 = 2.4 units", "2.5"),
        ("1,800 ÷ 42 = 43", "42.857"),
        ("1,800 ÷ 42 ≈ 45", "42.857"),
        ("142 ÷ 50 = 2.84 ≈ 2.9", "2.84"),
        ("2 + 2 × 3 = 12", "8"),
        ("0.6 × 6 + 0.9 × 6 = 3.6 + 5.6 = 9.2", "9"),
        ("5 ÷ 20 = 20 %", "0.25"),
        ("25 % × 18 g = 3.6 g", "450"),
    ],
)
def test_what_is_wrong_is_found_with_what_it_comes_to(words: str, better: str) -> None:
    (found,) = sums(words)
    assert not found.right
    assert found.better == better


@pytest.mark.parametrize(
    "words", ["from 07:30 to 08:30", "2 to 4 hours", "a ratio of 1:10", "SF-20 = a fact", "4 ÷ 0 = 4"]
)
def test_what_is_no_calculation_is_passed_over(words: str) -> None:
    assert list(sums(words)) == []

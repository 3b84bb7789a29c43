"""Glucose in two units: one factor, both ways, and texts whose pairs agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import units


@pytest.mark.parametrize(("mgdl", "mmol"), [(54, 3.0), (70, 3.9), (126, 7.0), (180, 10.0), (250, 13.9)])
def test_published_pairs_convert(mgdl: int, mmol: float) -> None:
    assert round(units.mmol(mgdl), 1) == mmol
    assert round(units.mgdl(units.mmol(mgdl))) == mgdl


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("at 180 mg/dL (10.0 mmol/L).", "at 10.0 mmol/L (180 mg/dL)."),
        ("130 to 190 mg/dL (7.2 to 10.5 mmol/L)", "7.2 to 10.5 mmol/L (130 to 190 mg/dL)"),
        ("de 70 a 180\u00a0mg/dL (de 3.9 a 10.0\u00a0mmol/L)", None),
        ("ketones 0.6 mmol/L or more", None),
        ("70 mg/dL (3.9 mmol/L) and 250 mg/dL (13.9 mmol/L)", "3.9 mmol/L (70 mg/dL) and 13.9 mmol/L (250 mg/dL)"),
    ],
)
def test_a_pair_turns_round_for_a_reader_of_mmol(text: str, first: str | None) -> None:
    assert units.for_reader(text, "mgdl") == text
    assert units.for_reader(text, "mmol") == (first or text)


@given(st.integers(20, 600))
def test_a_pair_written_by_the_factor_never_disagrees(value: int) -> None:
    assert units.disagreements(f"{value} mg/dL ({value / 18.016:.1f} mmol/L)") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("126 mg/dL (6.0 mmol/L)", "126 mg/dL is 7.0 mmol/L"),
        ("above 250 mg/dL twice", "write both units"),
        ("70 to 180 mg/dL (3.9 mmol/L)", "as many values"),
    ],
)
def test_a_pair_that_does_not_agree_is_named(text: str, says: str) -> None:
    assert says in " ".join(units.disagreements(text))

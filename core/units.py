"""Glucose in two units. Texts state both; the reader's own comes first, wherever a value stands."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Literal

Unit = Literal["mgdl", "mmol"]
MGDL_PER_MMOL = 18.016  # 1 mmol/L of glucose; molar mass 180.16 g/mol
LABELS: dict[Unit, str] = {"mgdl": "mg/dL", "mmol": "mmol/L"}
_reader: ContextVar[Unit] = ContextVar("glucose_unit", default="mgdl")

# "130 to 190 mg/dL (7.2 to 10.5 mmol/L)": how authors write every glucose value, in both languages.
_NUMBER = r"\d+(?:\.\d+)?"
# Only these words join values of one pair: in "At 9 it is 290 mg/dL (16.1 mmol/L)" the 9 is no glucose value.
_JOINED = r"(?:,\s|\s(?:to|and|or|a|y|e|o|u)\s|\s?[–-]\s?)"
_NUMBERS = rf"{_NUMBER}(?:{_JOINED}{_NUMBER})*"
_PAIR = re.compile(rf"({_NUMBERS})(\s)mg/dL \(({_NUMBERS})(\s)mmol/L\)")
_ALONE = re.compile(rf"{_NUMBER}\smg/dL")  # mmol/L alone is right for ketones


def activate(unit: str) -> None:
    """Write for this reader from now on (in this request's context). An unknown unit raises ValueError."""
    if unit not in LABELS:
        raise ValueError(f"unknown glucose unit {unit!r}")
    _reader.set(unit)


def active() -> Unit:
    """The unit the reader of this request chose."""
    return _reader.get()


def mgdl(mmol: float) -> float:
    """mmol/L as mg/dL, unrounded."""
    return mmol * MGDL_PER_MMOL


def mmol(glucose_mgdl: float) -> float:
    """mg/dL as mmol/L, unrounded."""
    return glucose_mgdl / MGDL_PER_MMOL


def for_reader(text: str, unit: Unit | None = None) -> str:
    """The text or HTML with each "A mg/dL (B mmol/L)" in the reader's order: theirs first, the other in brackets."""
    if (unit or active()) == "mgdl":
        return text
    return _PAIR.sub(r"\3\4mmol/L (\1\2mg/dL)", text)


def disagreements(text: str) -> list[str]:
    """What is wrong with the glucose values of a text: one unit alone, or a pair that does not convert.

    A pair agrees when each mmol/L value is the mg/dL value by MGDL_PER_MMOL, rounded to one decimal. A difference
    ("lowers by 40 mg/dL (2.2 mmol/L)") converts the same way.
    """
    wrong = [problem for match in _PAIR.finditer(text) for problem in _unequal(match)]
    left = _PAIR.sub("", text)
    return wrong + [f"{found[0]}: write both units, as in 180 mg/dL (10.0 mmol/L)" for found in _ALONE.finditer(left)]


def _unequal(pair: re.Match[str]) -> list[str]:
    values, others = re.findall(_NUMBER, pair[1]), re.findall(_NUMBER, pair[3])
    if len(values) != len(others):
        return [f"{pair[0]}: as many values in one unit as in the other"]
    return [
        f"{pair[0]}: {value} mg/dL is {mmol(float(value)):.1f} mmol/L"
        for value, other in zip(values, others, strict=True)
        if not _same(value, other)
    ]


def _same(glucose_mgdl: str, glucose_mmol: str) -> bool:
    return abs(mmol(float(glucose_mgdl)) - float(glucose_mmol)) <= 0.0501  # one decimal, and the half that rounds up

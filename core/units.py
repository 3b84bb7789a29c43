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
_PAIR = re.compile(
    r"((?:\d[\d.,]*)(?:[^\d()<>]{1,10}\d[\d.,]*)*)([\s\u00a0])mg/dL \(([^()<>]{1,40}?)([\s\u00a0])mmol/L\)"
)


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

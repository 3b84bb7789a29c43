"""A number as a person types it: rule 5 of reference/quizzes.md 2. Read once, at input; never guessed at marking.

A comma or a point may be the decimal sign. One sign before exactly three digits ("1,234") could be either: that is
asked, not decided. "0,125" and "1234,567" could not be groups, so they are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizzes.marking.units import known_unit

LONGEST = 40
_SPACE = " \u00a0\u2009\u202f"
_BODY = re.compile(rf"([+-]?)(\d[\d.,{_SPACE}]*)(.*)", re.DOTALL | re.ASCII)
_NAKED = re.compile(r"[+-]?[.,]\d+", re.ASCII)
_GROUPED = "[1-9][0-9]{0,2}(?:%s[0-9]{3})+"
_WHOLE = re.compile(r"[0-9]+")
_SPACED = re.compile(_GROUPED % f"[{_SPACE}]")


@dataclass(frozen=True)
class Typed:
    """What was typed: `readings` holds the one value as plain decimal text, the two of an ambiguous one, or none;
    `unit` is what was typed behind the number, by its one name; `strange` what stood there and is no unit."""

    readings: tuple[str, ...]
    unit: str | None = None
    strange: str = ""
    naked: bool = False


def parse(raw: str) -> Typed:
    """Read one number, with a unit behind it or without."""
    text = raw.strip().replace("\u2212", "-")
    if len(text) > LONGEST:
        return Typed(())
    if _NAKED.match(text):  # ".5" is easily read as 5: it is asked for with its zero
        return Typed((), naked=True)
    match = _BODY.fullmatch(text)
    if not match:
        return Typed(())
    if any(char.isdigit() for char in match[3]):  # 1e5, 1/2, 10 or 12: more than one number
        return Typed(())
    sign, digits, rest = match[1].replace("+", ""), match[2].strip(_SPACE), match[3].strip()
    readings = tuple(sign + reading for reading in _readings(digits))
    unit = known_unit(rest) if rest else None
    return Typed(readings, unit, rest if rest and unit is None else "")


def _readings(digits: str) -> tuple[str, ...]:
    """The values that digits, separators and spaces may mean."""
    marks = [char for char in digits if char in ".,"]
    if not marks:
        whole = _ungrouped(digits)
        return (whole,) if whole else ()
    last = marks[-1]
    front, _, behind = digits.rpartition(last)
    if not _WHOLE.fullmatch(behind):
        return ()
    if len(set(marks)) == 2:
        other = "," if last == "." else "."
        return _with_groups(front, other, behind)
    if len(marks) > 1:  # the same sign twice can only part groups: 1,234,567
        return (digits.replace(last, ""),) if re.fullmatch(_GROUPED % re.escape(last), digits) else ()
    whole = _ungrouped(front)
    if not whole:
        return ()
    decimal = f"{whole}.{behind}"
    if re.fullmatch(_GROUPED % re.escape(last), digits):
        return (decimal, whole + behind)
    return (decimal,)


def _with_groups(front: str, other: str, behind: str) -> tuple[str, ...]:
    """1,234.5: the last sign is decimal only where the other parts valid groups."""
    if re.fullmatch(_GROUPED % re.escape(other), front):
        return (f"{front.replace(other, '')}.{behind}",)
    return ()


def _ungrouped(digits: str) -> str:
    """Whole digits without the spaces between groups of three; empty when they are not such groups."""
    if _WHOLE.fullmatch(digits):
        return digits.lstrip("0") or "0"
    return re.sub(rf"[{_SPACE}]", "", digits) if _SPACED.fullmatch(digits) else ""

"""What a text says unsafely: doses that are easily misread, glucose in one unit or in two that disagree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

MGDL_PER_MMOL = 18.016  # as core.units, which this must not import; a test holds them equal
MG_STEP = 0.5 / MGDL_PER_MMOL  # half a mg/dL: an author may have begun with the rounded mmol/L

SPACE = "[\\s\u00a0]"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
# The one way glucose is written, as core.units reads it.
JOINED = r"(?:,\s|\s(?:to|and|or|a|y|e|o|u)\s|\s?[–-]\s?)"
NUMBERS = rf"\d+(?:\.\d+)?(?:{JOINED}\d+(?:\.\d+)?)*"
PAIR = re.compile(rf"({NUMBERS})(\s)mg/dL \(({NUMBERS})(\s)mmol/L\)")
MGDL = re.compile(rf"(\d+(?:\.\d+)?){SPACE}*mg/dl\b", re.IGNORECASE)
MMOL = re.compile(rf"(\d+(?:\.\d+)?){SPACE}*mmol/l\b", re.IGNORECASE)
NOT_GLUCOSE = re.compile("keton|ceton|potas|sodi|lact|chol|coles|bicarb|trigl|hydroxybut|hidroxibut", re.IGNORECASE)

LETTERS = ("U", "IU", "UI")
DOSE_UNIT = r"(units?|unidad(?:es)?|mg(?![/\w])|mL|mcg)"
TRAILING_ZERO = re.compile(rf"(?<![\d.])(\d+\.\d*0){SPACE}*{DOSE_UNIT}(?!\w)")
NAKED_POINT = re.compile(rf"(?<![\w.])(\.\d+){SPACE}*({DOSE_UNIT}|U|IU|UI)(?!\w)")
# A decimal comma is a point that was not seen: 0,5 units are read as 5.
COMMA = re.compile(rf"(?<![\w,.])(\d+,\d{{1,2}}){SPACE}*{DOSE_UNIT}(?!\w)")
# "U" is read as 0 (ISMP). U-100 names a strength; "7 u 8" is Spanish for 7 or 8; "3 U.S. trials" is a country.
LETTER_U = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?)(?:{SPACE}?(?:U|IU|UI)|u|iu|ui)(?![\w-]|\.S)")


def said(text: str, stem: str) -> Iterator[tuple[str, dict[str, str]]]:
    """What is unsafe in one text: doses that are easily misread (SAFE01), glucose in one unit or two that disagree
    (SAFE03). Laboratory values may end in a zero."""
    for code, pattern, mend in _DOSE_RULES:
        for match in pattern.finditer(text):
            yield code, {"found": match[0], "better": mend(match)}
    for match in PAIR.finditer(text):
        yield from _disagree(match)
    rest = PAIR.sub(";", text)
    for match in MGDL.finditer(rest):
        yield "SAFE03a", {"found": match[0], "better": _pair(float(match[1]))}
    if not NOT_GLUCOSE.search(f"{stem} {text}"):
        for match in MMOL.finditer(rest):
            yield "SAFE03b", {"found": match[0], "better": _pair(float(match[1]) * MGDL_PER_MMOL)}


def _disagree(match: re.Match[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each mmol/L is its mg/dL, within what rounding either of them can do."""
    mmol = NUMBER.findall(match[3])
    mgdl = NUMBER.findall(match[1])
    if len(mgdl) != len(mmol) or not mmol:
        yield "SAFE03c", {"found": match[0], "better": ""}
        return
    for low, high in zip(mmol, mgdl, strict=True):
        decimals = len(low.partition(".")[2])
        if abs(float(high) / MGDL_PER_MMOL - float(low)) > 0.5 * 10**-decimals + MG_STEP:
            yield "SAFE03c", {"found": match[0], "better": _pair(float(high))}


def _pair(mgdl: float) -> str:
    return f"{mgdl:.0f} mg/dL ({mgdl / MGDL_PER_MMOL:.1f} mmol/L)"


def _number(text: str) -> str:
    return f"{Decimal(text).normalize():f}"


_DOSE_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("SAFE01a", TRAILING_ZERO, lambda match: f"{_number(match[1])} {match[2]}"),
    ("SAFE01b", NAKED_POINT, lambda match: f"{_number('0' + match[1])} {'units' if match[2] in LETTERS else match[2]}"),
    ("SAFE01d", COMMA, lambda match: f"{_number(match[1].replace(',', '.'))} {match[2]}"),
    ("SAFE01c", LETTER_U, lambda match: f"{match[1]} units"),
)

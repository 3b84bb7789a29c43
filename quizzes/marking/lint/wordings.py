"""What a text says unsafely of glucose: in one unit alone, or in two that disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def said(text: str, stem: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Glucose in one unit, or in two that disagree (SAFE03). How doses are written is for marking.writing."""
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

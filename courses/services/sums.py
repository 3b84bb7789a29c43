"""Arithmetic written out in a text, recomputed: "48 ÷ 12 = 4", "(210 − 110) ÷ 40 = 2.5 units". Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

S = "[ \u00a0\u202f]"
NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
# What a number is of: "%", "g", "units an hour", "g per unit"; no word that joins two statements.
_OF = rf"(?:{S}?%)?(?:{S}(?!(?:and|or|to|is|y|o|a|es)\b)[^\W\d_][\w/²]*){{0,5}}"
_SIGN = rf"(?:\s*[×·*÷]\s*|{S}[+−–/-]{S}|\s*[+−]\s*)"
_TERM = rf"\(?{S}?{NUMBER}{_OF}\)?{_OF}"
SUM = re.compile(
    rf"(?<![\d.,:/\w])({_TERM}(?:{_SIGN}{_TERM})+)\s*([=≈])\s*(?:about{S}|unos?{S}|unas{S})?(−?{NUMBER})"
    rf"(?:{_OF}\s*≈\s*({NUMBER}))?"
)
_TOKEN = re.compile(rf"({NUMBER})({S}?%)?|([()]|(?<![^\s\d)%])[×·*÷+−–/-])")  # not the stroke of mg/dL
_OVER, _TIMES, _MINUS = "÷/", "×·*", "−–-"


@dataclass(frozen=True)
class Sum:
    """One calculation as it stands in a text: where, its words, what it says and what it comes to."""

    at: int
    words: str
    said: str
    right: bool
    value: Fraction

    @property
    def better(self) -> str:
        """What it comes to, to three decimals."""
        return f"{float(self.value):.3f}".rstrip("0").rstrip(".")


def sums(text: str) -> Iterator[Sum]:
    """Every calculation of a text. A share may be meant as it stands ("71 % − 61 % = 10") or as a part of something
    ("20 % × 18 g = 3.6 g"): either is right. After "=" a rounded result shows a decimal; after "≈" it is as near as
    its last digit that is not 0."""
    for found in SUM.finditer(text):
        tokens = [(number.replace(",", ""), bool(share), sign) for number, share, sign in _TOKEN.findall(found[1])]
        values = [value for as_share in (False, True) if (value := _value(tokens, as_share)) is not None]
        if not values:
            continue
        steps = [(found[3], found[2] == "≈"), *([(found[4], True)] if found[4] else [])]
        near = [value for value in values if all(_fits(value, said, about=about) for said, about in steps)]
        yield Sum(found.start(), found[0], found[4] or found[3], bool(near), (near or values)[0])


def _fits(value: Fraction, said: str, *, about: bool) -> bool:
    digits = said.replace(",", "").replace("−", "-")
    stated, places = Fraction(digits), len(digits.partition(".")[2])
    if not places and not about:
        return stated == value
    zeros = 0 if places else len(digits) - len(digits.rstrip("0"))
    return bool(abs(value - stated) <= Fraction(10**zeros, 10**places) / 2)


def _value(tokens: list[tuple[str, bool, str]], as_share: bool) -> Fraction | None:
    """The value of the tokens, times and over before plus and minus; None where they are no calculation."""
    left = list(tokens)

    def total() -> Fraction:
        value = product()
        while left and left[0][2] and left[0][2] in "+" + _MINUS:
            sign = left.pop(0)[2]
            part = product()
            value = value + part if sign == "+" else value - part
        return value

    def product() -> Fraction:
        value = atom()
        while left and left[0][2] and left[0][2] in _TIMES + _OVER:
            sign = left.pop(0)[2]
            part = atom()
            value = value * part if sign in _TIMES else value / part
        return value

    def atom() -> Fraction:
        number, share, sign = left.pop(0)
        if sign == "(":
            value = total()
            if left.pop(0)[2] != ")":
                raise ValueError(sign)
            return value
        return Fraction(number) / (100 if share and as_share else 1)

    try:
        value = total()
    except (IndexError, ValueError, ZeroDivisionError):
        return None
    return None if left else value

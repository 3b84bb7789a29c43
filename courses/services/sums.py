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
_SIDE = rf"−?{_TERM}(?:{_SIGN}{_TERM})*"
_ABOUT = rf"(?:about{S}|unos?{S}|unas{S})?"
SUM = re.compile(rf"(?<![\d.,:/\w])({_SIDE})((?:\s*[=≈]\s*{_ABOUT}{_SIDE})+)")
_NEXT = re.compile(rf"\s*([=≈])\s*{_ABOUT}({_SIDE})")
_TOKEN = re.compile(rf"({NUMBER})({S}?%)?|([()]|(?<![^\s\d)%])[×·*÷+−–/-])")  # not the stroke of mg/dL
_OVER, _TIMES, _MINUS = "÷/", "×·*", "−–-"


@dataclass(frozen=True)
class Sum:
    """One calculation as it stands in a text: where, its words, whether they are right, and what it comes to."""

    at: int
    words: str
    right: bool
    value: Fraction

    @property
    def better(self) -> str:
        """What it comes to, to three decimals."""
        return f"{float(self.value):.3f}".rstrip("0").rstrip(".")


def sums(text: str) -> Iterator[Sum]:
    """Every calculation of a text: sides with = or ≈ between them, of which one at least has a sign in it.

    A share may be meant as it stands ("71 % − 61 % = 10") or as a part of something ("20 % × 18 g = 3.6 g"), and a
    result may be one ("5 ÷ 20 = 25 %"): either is right. After "=" a rounded result shows a decimal; after "≈" it is
    as near as its last digit that is not 0.
    """
    for found in SUM.finditer(text):
        sides = [("=", found[1]), *_NEXT.findall(found[2])]
        if all(len(_tokens(side)) == 1 for _sign, side in sides):
            continue
        values = [value for as_share in (False, True) if (value := _value(_tokens(found[1]), as_share)) is not None]
        values += [value * 100 for value in values if "%" in sides[-1][1] and "%" not in found[1]]
        near = [value for value in values if all(_agrees(value, side, sign == "≈") for sign, side in sides[1:])]
        if values:
            yield Sum(found.start(), found[0], bool(near), (near or values)[0])


def _agrees(value: Fraction, side: str, about: bool) -> bool:
    """Whether what stands there is the value: a number within its rounding, a calculation exactly."""
    tokens = _tokens(side)
    if len(tokens) == 1:
        return _fits(value, tokens[0][0], about=about)
    others = [other for as_share in (False, True) if (other := _value(tokens, as_share)) is not None]
    return any(abs(other - value) <= abs(value) / 1000 for other in others)


def _tokens(side: str) -> list[tuple[str, bool, str]]:
    minus = side.startswith("−")
    found = [(number.replace(",", ""), bool(share), sign) for number, share, sign in _TOKEN.findall(side)]
    if minus and len(found) > 1 and found[0][2] == "−":
        return [(f"-{found[1][0]}", found[1][1], ""), *found[2:]]
    return found


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

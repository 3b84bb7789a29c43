"""SAFE01: doses written so that they are easily misread, after the ISMP list of error-prone abbreviations and the
Joint Commission's "Do Not Use" list. Laboratory values keep their zeros and units: both lists allow it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from quizzes.marking.findings import Finding
from quizzes.marking.writing.reading import every_text

S = "[ \t\u00a0\u202f]"
_PER_LAB = rf"(?!{S}?(?:/|per |por ){S}?(?:m?L|dL|mm?ol|min|m[cg]?g|1\.73)\b)"  # a concentration or a clearance
_UNIT = rf"(?:units?|unidad(?:es)?|mg|mL|mcg|grams?|gramos?|g)(?![\w-]*[A-Za-z0-9]){_PER_LAB}"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_U = r"(?:IU|UI|U|iu|ui|u)"
_TO = rf"{S}?(?:to|and|or|a|y|o|–|-){S}?"

TRAILING = re.compile(
    rf"(?<![\d.,])({_NUMBER}\.\d*0)(?=(?:{_TO}\d+(?:\.\d+)?)?(?:{S}*|-)(?:{_UNIT}|(?:IU|UI|U)(?![\w-]){_PER_LAB}))"
)
NAKED = re.compile(rf"(?<![\w.,])(\.\d+)(?=(?:{_TO}\d*\.?\d+)?(?:{S}*|-)(?:{_UNIT}|{_U}(?![\w-]){_PER_LAB}))")
COMMA = re.compile(rf"(?<![\w,.])(\d+,\d{{1,2}})(?=(?:{S}*|-)(?:{_UNIT}|(?:IU|UI|U)(?![\w-]){_PER_LAB}))")
# U-100 names a strength; "7 u 8" is Spanish for 7 or 8; "3 U.S. trials" is a country.
LETTER = re.compile(
    rf"(?<![\w.,])({_NUMBER}(?:[.,]\d+)?|[.,]\d+)(?:{S}?-?{S}?(?:I\.U\.|IU|UI|U)(?!-\d)|-?(?:u|iu|ui))(?![\wñ]"
    rf"|\.S\b|-\d|{S}?\.K)"
    rf"(?!{S}(?:turn|bolt|shape|bend|tube|visa)\b){_PER_LAB}"
)
LETTER_ALONE = re.compile(
    r"(?<![\w./-])(?<!\d)(?<!\d[ \u00a0\u202f])(?:IU|U)(?=/(?:h|hr|hour|kg|day|d|g|mL)\b)(?!/m?L)"
    r"|(?<=\b[Hh]ow many )(?:IU|U)\b(?!-)|(?<=[Cc]uántas )(?:U|UI)\b(?!-)|(?<=[Nn]umber of )(?:IU|U)\b(?!-)"
)
# In Spanish a lone "u" is "or".
LETTER_EN = re.compile(rf"(?<![\w.,])({_NUMBER}(?:\.\d+)?){S}u(?![\w'’-]|\.\S){_PER_LAB}")
MICRO = re.compile(rf"(?<![\w/])({_NUMBER}(?:\.\d+)?{S}*)?(?:[µμ]g|ug)(?![\w]){_PER_LAB}")
QD = re.compile(r"(?<![\w.])(?:Q\.?O\.?D|q\.o\.d|qod|Q\.?D|q\.d|qd)(?:\.(?=[\s,;)]|$))?(?![\w.]|'s)")
THOUSANDS = re.compile(
    rf"(?<![\d.,#-])(\d{{4,}})(?=(?:\.\d+)?(?:{S}+|-)?(?:{_UNIT}|(?:IU|UI|U)(?![\w-]){_PER_LAB}))"
    rf"(?!{S}*(?:mg|mL|g|grams?|gramos?)\s(?:of |de )?(?:sodium|salt|potassium|calcium|water|fluid|sodio|sal"
    rf"|potasio|calcio|agua|líquido)\b)"
)
GLUED = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?)(units?|unidad(?:es)?|mg|mL|mcg)(?![\w])(?!/(?:dL|L|mL|g|mmol)\b)")


def examine(content: Mapping[str, Any]) -> Iterator[Finding]:
    """In every text of the item, reasons included: who learns from it reads those too."""
    for place, language, text in every_text(content):
        for code, pattern, better in _RULES:
            if pattern is LETTER_EN and language != "en":
                continue
            for found in pattern.finditer(text):
                values = {
                    "found": found[0],
                    "at": str(found.start()),
                    "better": better(found, language),
                    "mend": "replace",
                }
                yield Finding(code, place, values)


def _plain(number: str) -> str:
    """3.50 becomes 3.5, .5 becomes 0.5, 1000 becomes 1,000."""
    return f"{Decimal(number.replace(',', '')).normalize():,f}"


def _pointed(number: str) -> str:
    return _plain(re.sub(r",(?=\d{1,2}$)", ".", number))


def _units(number: str, language: str, joint: str = " ") -> str:
    one = _pointed(number) == "1" or joint == "-"
    name = ("unidad" if one else "unidades") if language == "es" else ("unit" if one else "units")
    return f"{_pointed(number)}{joint}{name}"


def _daily(found: re.Match[str], language: str) -> str:
    other = "o" in found[0].lower()
    if language == "es":
        return "cada dos días" if other else "cada día"
    return "every other day" if other else "daily"


def _letter(found: re.Match[str], language: str) -> str:
    return _units(found[1], language, "-" if "-" in found[0] else " ")


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = (
    ("SAFE01a", TRAILING, lambda found, _language: _plain(found[1])),
    ("SAFE01b", NAKED, lambda found, _language: f"0{found[1].rstrip('0')}" if found[1].strip(".0") else "0"),
    ("SAFE01c", LETTER, _letter),
    ("SAFE01c", LETTER_EN, lambda found, language: _units(found[1], language)),
    ("SAFE01c", LETTER_ALONE, lambda _found, language: "unidades" if language == "es" else "units"),
    ("SAFE01d", COMMA, lambda found, _language: _pointed(found[1])),
    ("SAFE01e", MICRO, lambda found, _language: f"{(found[1] or '').strip()} mcg".strip()),
    ("SAFE01f", QD, _daily),
    ("SAFE01g", THOUSANDS, lambda found, _language: f"{int(found[1]):,}"),
    ("SAFE01h", GLUED, lambda found, _language: f"{found[1]} {found[2]}"),
)

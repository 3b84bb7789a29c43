"""Whether a question may be published: rules over its content. Pure, as marking is; files and web obey the same ones.

A finding says what (a code of reference/quizzes.md), where, and the values its sentence needs. Words in the reader's
language come from quizzes.services.checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Content = Mapping[str, Any]
Place = tuple[str | int, ...]

LEVELS = ("remember", "understand", "apply", "analyse", "evaluate")
WARNINGS = frozenset({"W003", "W104", "IWF07"})  # these are told; every other finding blocks publishing
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


@dataclass(frozen=True)
class Bounds:
    """What items of one course may refer to, and the languages they are written in."""

    objectives: Collection[str]
    facts: Collection[str]
    weak_facts: Collection[str]
    anchors: Collection[str]
    languages: Sequence[str]


@dataclass(frozen=True)
class Finding:
    """One thing a rule found. `place` is the way to it in the content, such as ("options", 1, "why", "es")."""

    code: str
    place: Place
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.code not in WARNINGS


def examine(content: Content, bounds: Bounds) -> list[Finding]:
    """Everything the rules find in a single best answer item, in the order in which it is read.

    Codes: E001 stem empty, E002 objective, E007 where to read again, E010 reason missing, E011 level, E012 unknown
    fact, E013 uncertain fact, E101 fewer than two options, E102 not exactly one key, E103 same text twice, E104
    option empty, E105 same id twice, SAFE01a/b/c trailing zero, naked point, the letter U, SAFE03a/b/c one unit only
    (mg/dL, mmol/L), two that disagree; warnings W003 no fact, W104 fewer than three options or more than five, IWF07
    the key is much the longest.
    """
    return [
        *_texts(content, bounds.languages),
        *_options(content["options"], bounds.languages),
        *_references(content, bounds),
        *_wordings(content),
    ]


def _texts(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """Nothing is empty, in any of the course's languages."""
    for language in languages:
        if not content["stem"].get(language, "").strip():
            yield Finding("E001", ("stem", language), {"language": language})
        for index, option in enumerate(content["options"]):
            values = {"language": language, "option": str(index + 1)}
            if not option["text"].get(language, "").strip():
                yield Finding("E104", ("options", index, "text", language), values)
            if not option["why"].get(language, "").strip():
                yield Finding("E010", ("options", index, "why", language), values)


def _options(options: Sequence[Content], languages: Sequence[str]) -> Iterator[Finding]:
    """Authoring errors E101 to E103 and warnings of reference/quizzes.md 2.1 and 7.5."""
    place: Place = ("options",)
    if len(options) < 2:
        yield Finding("E101", place)
    elif len(options) not in (3, 4, 5):
        yield Finding("W104", place, {"count": str(len(options))})
    if sum(bool(option["key"]) for option in options) != 1:
        yield Finding("E102", place)
    if len({option["id"] for option in options}) != len(options):
        yield Finding("E105", place)
    for language in languages:
        texts = [option["text"].get(language, "") for option in options]
        yield from _same(texts)
        yield from _long_key(options, texts, language)


def _same(texts: Sequence[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, text in enumerate(texts):
        plain = NUMBER.sub(lambda number: f"{float(number[0]):g}", " ".join(text.casefold().split()))
        if plain and plain in seen:
            yield Finding("E103", ("options",), {"option": str(index + 1), "text": text})
        seen.add(plain)


def _long_key(options: Sequence[Content], texts: Sequence[str], language: str) -> Iterator[Finding]:
    """IWF07: the key is at least 1.5 times the others' mean length and 15 characters longer than the next."""
    keys = [index for index, option in enumerate(options) if option["key"]]
    others = [len(text) for index, text in enumerate(texts) if index not in keys]
    if len(keys) != 1 or not others:
        return
    key = texts[keys[0]]
    if len(key) >= 1.5 * sum(others) / len(others) and len(key) >= max(others) + 15:
        words = sorted(len(text.split()) for index, text in enumerate(texts) if index != keys[0])
        values = {"words": str(len(key.split())), "least": str(words[0]), "most": str(words[-1])}
        yield Finding("IWF07", ("options", keys[0], "text", language), values)


def _references(content: Content, bounds: Bounds) -> Iterator[Finding]:
    """Objective, level, facts and the section exist, and no fact is uncertain."""
    if content["objective"] not in bounds.objectives:
        yield Finding("E002", ("objective",), {"objective": content["objective"]})
    if content["level"] not in LEVELS:
        yield Finding("E011", ("level",), {"levels": ", ".join(LEVELS)})
    if not content["facts"]:
        yield Finding("W003", ("facts",))
    for fact in content["facts"]:
        if fact not in bounds.facts:
            yield Finding("E012", ("facts",), {"fact": fact})
        elif fact in bounds.weak_facts:
            yield Finding("E013", ("facts",), {"fact": fact})
    if content["see"] not in bounds.anchors:
        yield Finding("E007", ("see",), {"see": content["see"]})


def _wordings(content: Content) -> Iterator[Finding]:
    for place, text, stem in _written(content):
        for code, values in _said(text, stem):
            yield Finding(code, place, values)


def _written(content: Content) -> Iterator[tuple[Place, str, str]]:
    """Every text a learner may read: its place, itself, and the stem it belongs to in that language."""
    for language, text in content["stem"].items():
        yield ("stem", language), text, text
    for index, option in enumerate(content["options"]):
        for part in ("text", "why"):
            for language, text in option[part].items():
                yield ("options", index, part, language), text, content["stem"].get(language, "")


def _said(text: str, stem: str) -> Iterator[tuple[str, dict[str, str]]]:
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

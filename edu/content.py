"""What a reader of the curriculum would find wrong: every text by file and line, and each course as a whole.

`check` reads the files under one folder. Loading them (rolled back) finds what the loader refuses; the rules here are
those of wording and number that a load lets pass, and of a course that teaches what it does not ask.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from ruamel.yaml.comments import CommentedMap

from core import units
from courses.services.brands import STALE_DAYS, as_of, brands
from courses.services.files import CurriculumErrors, Desk, Problem, Sheet
from courses.services.sums import sums
from edu.content_time import SLACK_MIN, SPAN, holds, minutes
from edu.curriculum import load
from quizzes.marking.writing import people, safety

A1C = re.compile(r"(\d+(?:\.\d)?)\s%\s\((\d+)\smmol/mol\)")
PAIR = re.compile(r"\([^()]*mmol/L\)")
MMOL = re.compile(r"\d+(?:\.\d+)?\smmol/L")
KIND = re.compile(r"gluc\w+|glyc\w+|[kc]etone?\w*|cetona\w*|potas\w+|sodi\w+|lact\w+", re.IGNORECASE)
IMAGE = re.compile(r"!\[\s*\]\(")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
FACT = re.compile(r"\b[A-Z]{2}-\d{2}\b")
DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True)
class Text:
    """Words as a reader meets them, and where their first line stands."""

    path: Path
    line: int
    language: str
    words: str
    table_of: date | None = None  # a table of products, and the day it says it is of


@dataclass
class Found:
    """Everything a check found, and how many numbers were computed again."""

    problems: list[Problem] = field(default_factory=list)
    sums: int = 0
    pairs: int = 0


def check(root: Path, today: date) -> Found:
    """Every mistake in the curriculum's files under `root`. Nothing is stored."""
    desk, found = Desk(root), Found()
    loading = _load_again(root)
    lessons = {path: _lesson(path) for path in sorted(root.glob("*/*.md"))}
    for path, lesson in lessons.items():
        _front(desk, path, lesson, today)
        _callouts(desk, path, lesson)
        _links(desk, path, lesson, lessons)
    for text in [*_prose(lessons), *_sheets(desk)]:
        _words(desk, text, found, today)
    for folder in sorted(path.parent for path in root.glob("*/course.yaml")):
        _coverage(desk, folder)
        _lapsed(desk, folder, today)
        _told(desk, folder)
    _dois(desk)
    found.problems = sorted({*loading, *desk.problems})
    return found


def _load_again(root: Path) -> list[Problem]:
    """What the loader says; whatever it stored is taken back."""
    with transaction.atomic():
        try:
            load(root, publish=False)
        except CurriculumErrors as errors:
            return errors.problems
        finally:
            transaction.set_rollback(True)
    return []


# --- where the words are ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lesson:
    front: str
    lines: list[str]
    first: int  # the line of the file on which the body begins

    @property
    def anchors(self) -> set[str]:
        return {"summary", *re.findall(r"\{#([a-z0-9-]+)\}", "\n".join(self.lines))}


def _lesson(path: Path) -> Lesson:
    text = path.read_text(encoding="utf-8")
    _empty, front, body = text.split("---\n", 2) if text.count("---\n") >= 2 else ("", "", text)
    return Lesson(front, body.splitlines(), front.count("\n") + 3)


def _language(path: Path) -> str:
    return path.stem.rpartition(".")[2]


def _prose(lessons: dict[Path, Lesson]) -> Iterator[Text]:
    """Paragraphs and rows of tables; a table in a section that says "as of" a day may name products."""
    for path, lesson in lessons.items():
        for start, block in _sections(lesson):
            day = as_of("\n".join(block))
            for number, rows in _paragraphs(block):
                table = day if rows.startswith("|") else None
                yield Text(path, lesson.first + start + number, _language(path), rows, table)


def _sections(lesson: Lesson) -> Iterator[tuple[int, list[str]]]:
    starts = [0, *(number for number, line in enumerate(lesson.lines) if line.startswith("##")), len(lesson.lines)]
    for start, end in itertools.pairwise(starts):
        yield start, lesson.lines[start:end]


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, str]]:
    begun, rows = 0, list[str]()
    for number, line in enumerate([*lines, ""]):
        alone = line.startswith("|") or not line.strip()
        if rows and alone:
            yield begun, "\n".join(rows)
            rows = []
        if line.startswith("|"):
            yield number, line
        elif line.strip():
            begun, rows = (begun if rows else number), [*rows, line]


def _sheets(desk: Desk) -> Iterator[Text]:
    """Every text of the YAML files that somebody reads: all {en, es}, and what facts say."""
    for path in sorted(desk.root.rglob("*.yaml")):
        sheet = desk.read(path)
        if sheet:
            yield from _texts(path, sheet.data, facts=path.name == "facts.yaml")


def _texts(path: Path, value: Any, *, facts: bool, language: str = "") -> Iterator[Text]:
    if isinstance(value, CommentedMap):
        for key, inner in value.items():
            of = str(key) if key in ("en", "es") else "en" if facts and key == "text" else language
            if isinstance(inner, str) and of:
                yield Text(path, int(value.lc.key(key)[0]) + 1, of, inner)
            else:
                yield from _texts(path, inner, facts=facts and key != "cite", language=of)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(path, inner, facts=facts, language=language)


# --- what is wrong with them --------------------------------------------------------------------------------------


def _words(desk: Desk, text: Text, found: Found, today: date) -> None:
    said = [*_notation(text), *_numbers(text, found), *_brands(text, today)]
    said += [("picture", match[0], "needs an alternative text between the brackets") for match in _images(text)]
    for key, words, message in said:
        desk.report(text.path, _line(desk, text, words), key, message)


def _line(desk: Desk, text: Text, words: str) -> int:
    """The line on which the words stand: a text of YAML may be folded over several."""
    lines = text.path.read_text(encoding="utf-8").splitlines()
    wanted = words.splitlines()[0] if words else ""
    for number in range(text.line, min(text.line + 40, len(lines)) + 1):
        if wanted in lines[number - 1]:
            return number
    return text.line


def _notation(text: Text) -> Iterator[tuple[str, str, str]]:
    for rule, key in ((safety.examine, "dose"), (people.examine, "wording")):
        for one in rule({"text": {text.language: text.words}}):
            better = one.values.get("better")
            words = str(one.values["found"])
            yield key, words, f"“{words.strip()}”: " + (f"write “{better}”" if better else "say it another way")


def _numbers(text: Text, found: Found) -> Iterator[tuple[str, str, str]]:
    for one in sums(text.words):
        found.sums += 1
        if not one.right:
            yield "sum", one.words, f"“{one.words}”: it is {one.better}; a rounded result shows decimals or ≈"
    for pair in A1C.finditer(text.words):
        found.pairs += 1
        other = (float(pair[1]) - 2.152) / 0.09148  # IFCC master equation, clinical.md section 0
        if abs(other - float(pair[2])) > 1.05:
            yield "A1C", pair[0], f"“{pair[0]}”: {pair[1]} % is {other:.0f} mmol/mol"
    found.pairs += text.words.count("mmol/L)")
    for alone in _alone(text.words):
        yield "glucose", alone, f"“{alone}”: write both units, as in 180 mg/dL (10.0 mmol/L)"
    for problem in units.disagreements(text.words):
        yield "glucose", problem.partition(":")[0], problem


def _alone(words: str) -> Iterator[str]:
    """Glucose in mmol/L without its mg/dL: what is spoken of last before it, in its sentence, is glucose."""
    left = PAIR.sub(lambda pair: " " * len(pair[0]), words)
    for found in MMOL.finditer(left):
        before = re.split(r"[.!?;]\s", left[: found.start()])[-1]
        named = KIND.findall(before)
        if named and re.match("gluc|gly", named[-1], re.IGNORECASE):
            yield words[found.start() : found.end()]


def _brands(text: Text, today: date) -> Iterator[tuple[str, str, str]]:
    if text.path.name in ("facts.yaml",):
        return  # a fact may be about one product; what learners read is not
    for name in brands(text.words):
        if text.table_of is None:
            yield "brand", name[0], f"“{name[0]}” is a brand: name the class, or put it into a table that says “as of”"
        elif (today - text.table_of).days > STALE_DAYS:
            yield "brand", name[0], f"the table is of {text.table_of}: look at the current labels and date it anew"
            return


def _images(text: Text) -> Iterator[re.Match[str]]:
    return IMAGE.finditer(text.words)


def _front(desk: Desk, path: Path, lesson: Lesson, today: date) -> None:
    sheet = desk.parse(path, lesson.front, first_line=2)
    expires = sheet and str(sheet.data.get("expires") or "")
    if sheet and expires and expires < today.isoformat():
        sheet.wrong("expires", f"the review lapsed on {expires}: have it reviewed again")
    course = desk.read(path.parent / "course.yaml")
    if sheet and course and course.data.get("audience") in SPAN:
        _time(sheet, "\n".join(lesson.lines), str(course.data["audience"]))


def _time(sheet: Sheet, body: str, audience: str) -> None:
    """The minutes a lesson says of itself are those it takes, and no more than someone has in one go."""
    said, takes, (least, most) = sheet.number("minutes"), minutes(holds(body), audience), SPAN[audience]
    if abs(said - takes) > SLACK_MIN:
        sheet.wrong("minutes", f"says {said:g}, and what stands there takes about {takes}")
    elif not least <= said <= most:
        sheet.wrong("minutes", f"is {said:g}; a lesson takes {least} to {most} minutes: shorten it, or make two of it")


def _callouts(desk: Desk, path: Path, lesson: Lesson) -> None:
    """A box that says a fact says where it is from."""
    opened, body = 0, ""
    for number, line in enumerate(lesson.lines, lesson.first):
        if line.startswith("::: fact"):
            opened, body = number, line.removeprefix("::: fact")
        elif opened and line.strip() == ":::":
            if not FACT.search(body.partition("\n")[0]):
                desk.report(path, opened, "fact", "names no fact it rests on: ::: fact RO-32")
            opened = 0
        elif opened:
            body += "\n" + line


def _links(desk: Desk, path: Path, lesson: Lesson, lessons: dict[Path, Lesson]) -> None:
    """A link leads to a term, a page, or a section of this course."""
    for number, line in enumerate(lesson.lines, lesson.first):
        for target in LINK.findall(line):
            if target.startswith(("term:", "https://", "http://", "mailto:")):
                continue
            name, _hash, anchor = target.partition("#")
            other = lessons.get(path.with_name(f"{name}.{_language(path)}.md")) if name else lesson
            if other is None or (anchor and anchor not in other.anchors):
                desk.report(path, number, "link", f"“{target}” leads nowhere: LESSON#anchor, of this course")


def _lapsed(desk: Desk, folder: Path, today: date) -> None:
    """A course that offers credit says until when, and that day is to come."""
    sheet = desk.read(folder / "course.yaml")
    ce = sheet.sheet("ce") if sheet and sheet.data.get("ce") else None
    expires = str(ce.data.get("expires") or "") if ce else ""
    if ce and expires and expires < today.isoformat():
        ce.wrong("expires", f"the activity lapsed on {expires}: have it reviewed, and date it anew")


def _told(desk: Desk, folder: Path) -> None:
    """Every figure is told in words, in each language it has."""
    for path in sorted((folder / "figures").glob("*.yaml")):
        sheet = desk.read(path)
        for language, words in sheet.texts("alt").items() if sheet else ():
            if sheet and not words.strip():
                sheet.wrong("alt", f"says nothing in {language} to those who do not see the figure")


def _dois(desk: Desk) -> None:
    sheet = desk.read(desk.root / "facts.yaml")
    for key in sheet.data if sheet else ():
        row = sheet.sheet(key) if sheet else None
        doi = str(row.data.get("doi") or "") if row else ""
        if row and doi and not DOI.fullmatch(doi):
            row.wrong("doi", f"“{doi}” is no DOI")


# --- a course as a whole ------------------------------------------------------------------------------------------


def _coverage(desk: Desk, folder: Path) -> None:
    """Every objective is practised in a lesson and, where there is a test, tested."""
    sheet = desk.read(folder / "course.yaml")
    if sheet is None:
        return
    shown = set(re.findall(r"^::: check (\S+)", "\n".join(_bodies(folder)), re.MULTILINE))
    asked: dict[str, set[str]] = {"check": set(), "test": set()}
    for path in sorted((folder / "items").glob("*.yaml")):
        item = desk.read(path)
        if item and (item.data.get("use") == "test" or path.stem in shown):
            asked.setdefault(str(item.data.get("use")), set()).add(str(item.data.get("objective")))
    wanted: dict[str, Callable[[str], str]] = {"check": lambda code: f"no lesson asks about {code}"}
    if sheet.data.get("final"):
        wanted["test"] = lambda code: f"no test question is about {code}"
    for row in _objectives(sheet):
        code = str(row.data.get("code"))
        for use, words in wanted.items():
            if code not in asked[use]:
                row.wrong("code", words(code))


def _objectives(sheet: Sheet) -> list[Sheet]:
    return sheet.sheets("objectives")


def _bodies(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.md")):
        yield path.read_text(encoding="utf-8")

"""Load the courses' files: every mistake at once, or a draft version where something changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import override

from accounts.models import Profession
from core.texts import pick
from courses.models import Course, CourseVersion, Fact, Lesson, LessonText, Module, Objective, Term
from courses.services import reading
from courses.services.files import Desk, Sheet, plain
from courses.services.markdown import Compiled, LessonCompiler, Library

DrawRecipe = Callable[[Sheet, str], str]
CHANGES = ("edition", "correction", "addition")
PATIENTS_LANGUAGES = ["en", "es"]
PINNED = ("change", "title", "summary", "objectives", "languages", "ce", "references", "pathway", "final_quiz")
SELDOM = ("replaces",)  # where a file does not say it, the digest is what it was before there was such a key
PROFESSIONS = tuple(Profession.values)


@dataclass
class LoadedCourse:
    """What a course's files came to: its slug, the draft or latest version, and the anchors items may point to."""

    slug: str
    version: CourseVersion | None
    changed: bool
    anchors: set[str]
    activities: list[tuple[Path, int, str]]
    final_quiz: str
    objectives: set[str]
    languages: list[str]
    module_quizzes: list[str]
    replaces: str


def read_library(desk: Desk) -> Library:
    """facts.yaml and glossary.yaml."""
    facts, terms = desk.read(desk.root / "facts.yaml"), desk.read(desk.root / "glossary.yaml")
    lines = {str(key): terms.line(key) for key in terms.data} if terms else {}
    return Library(_facts(facts) if facts else {}, _terms(terms) if terms else {}, lines)


def load_course(desk: Desk, folder: Path, library: Library, draw: DrawRecipe) -> LoadedCourse | None:
    """Compile one course folder and store it as a draft if it differs from the newest version.

    Mistakes go to the desk; the caller rolls everything back when there are any.
    """
    sheet = desk.read(folder / "course.yaml")
    if sheet is None:
        return None
    course = _course_head(sheet, folder.name)
    _refuse_foreign_objectives(sheet, course)
    _check_credit(sheet, course["audience"])
    lessons: dict[str, dict[str, Any]] = {}
    activities: list[tuple[Path, int, str]] = []
    for module in course["modules"]:
        for slug in module["lessons"]:
            if slug in lessons:
                sheet.wrong("modules", f"names the lesson {slug} twice")
            lessons[slug] = _lesson(desk, folder, slug, course, library, draw, activities)
    _check_pathway(sheet, course, list(lessons))
    course["lessons"] = lessons
    course["references"] = _references(lessons)
    anchors = {
        f"{slug}#{heading['id']}"
        for slug, lesson in lessons.items()
        for text in lesson["texts"].values()
        for heading in text["headings"]
    }
    version, changed = (None, False) if desk.problems else _store(course)
    codes = {objective["code"] for objective in course["objectives"]}
    return LoadedCourse(
        slug=folder.name,
        version=version,
        changed=changed,
        anchors=anchors,
        activities=activities,
        final_quiz=course["final_quiz"],
        objectives=codes,
        languages=course["languages"],
        module_quizzes=[module["quiz"] for module in course["modules"] if module["quiz"]],
        replaces=course.get("replaces", ""),
    )


def store_library(library: Library, glossary: dict[str, Any]) -> None:
    """Facts and terms as rows, for items and the glossary page to refer to."""
    for key, fact in library.facts.items():
        cite = pick(fact["cite"], "en")
        values = {"confidence": fact["confidence"], "text": fact["text"], "cite": cite, "doi": fact["doi"]}
        Fact.objects.update_or_create(id=key, defaults=values)
    for slug, texts in glossary.items():
        Term.objects.update_or_create(slug=slug, defaults={"texts": texts})


def _facts(sheet: Sheet) -> dict[str, dict[str, Any]]:
    facts = {}
    for key in sheet.data:
        row = sheet.sheet(key)
        if row:
            doi = str(row.data.get("doi") or "")
            facts[str(key)] = {
                "cite": _cite(row),
                "published": row.data.get("published", True) is not False,
                "doi": doi,
                "confidence": str(row.need("conf", "V, V2, K or U, or two of them as in V/K", _is_confidence, "U")),
                "text": str(row.data.get("text") or ""),
            }
    return facts


def _cite(row: Sheet) -> dict[str, str]:
    """A publication is cited alike in every language; a remark in its place may be a map of them."""
    return row.texts("cite") if isinstance(row.data.get("cite"), dict) else {"en": row.text("cite")}


def _is_confidence(value: Any) -> bool:
    return isinstance(value, str) and set(value.split("/")) <= {"V", "V2", "K", "U"}


def _terms(sheet: Sheet) -> dict[str, dict[str, dict[str, str]]]:
    """{slug: {language: {term, text}}}. English is needed; another language where a lesson in it explains the term."""
    terms: dict[str, dict[str, dict[str, str]]] = {}
    for key in sheet.data:
        row = sheet.sheet(key)
        languages = dict.fromkeys(["en", *row.data]) if row else {}
        texts = {str(language): row.sheet(language) for language in languages} if row else {}
        terms[str(key)] = {
            language: {"term": text.text("term"), "text": text.text("text")} for language, text in texts.items() if text
        }
    return terms


def _course_head(sheet: Sheet, slug: str) -> dict[str, Any]:
    languages = sheet.strings("languages")
    audience = sheet.need("audience", "educator or patient", lambda value: value in ("educator", "patient"), "")
    change = sheet.optional("change", f"one of {', '.join(CHANGES)}", lambda value: value in CHANGES, "edition")
    if change == "addition" and audience != "patient":
        sheet.wrong("change", "an addition is for patients' courses: a course with credit stays what was begun")
    if audience == "patient" and sorted(languages) != PATIENTS_LANGUAGES:
        sheet.wrong("languages", f"a patients' course is written in {' and '.join(PATIENTS_LANGUAGES)}")
    final = sheet.optional("final", "a map such as {quiz: post-test}", lambda value: isinstance(value, dict), {})
    replaces = sheet.optional("replaces", "the slug of a course", lambda value: isinstance(value, str), "")
    return ({"replaces": replaces} if replaces else {}) | {
        "slug": slug,
        "audience": audience,
        "languages": languages,
        "title": sheet.texts("title", languages),
        "summary": sheet.texts("summary", languages) if sheet.data.get("summary") else {},
        "change": change,
        "objectives": [_objective(row, languages) for row in sheet.sheets("objectives")],
        "modules": [_module(row, languages) for row in sheet.sheets("modules")],
        "pathway": [_pathway_step(row, languages) for row in sheet.sheets("pathway")] if audience == "patient" else [],
        "final_quiz": str(final.get("quiz") or ""),
        "ce": plain(sheet.data.get("ce") or {}),
    }


def _objective(row: Sheet, languages: list[str]) -> dict[str, Any]:
    return {"code": row.text("code"), "text": row.texts("text", languages), "adces7": row.strings("adces7", [])}


def _pathway_step(row: Sheet, languages: list[str]) -> dict[str, Any]:
    row.only("title", "lesson")
    return {"title": row.texts("title", languages), "lesson": str(row.data.get("lesson") or "")}


def _check_pathway(sheet: Sheet, course: dict[str, Any], lessons: list[str]) -> None:
    """The steps that are written are the lessons, in the lessons' order."""
    written = [step["lesson"] for step in course["pathway"] if step["lesson"]]
    if course["audience"] == "patient" and written != lessons:
        sheet.wrong("pathway", f"names the lessons {written}, and the modules {lessons}")


def _check_credit(sheet: Sheet, audience: str) -> None:
    """What the front matter of an educators' course cannot do without (ce-credit.md 2.6)."""
    if audience != "educator":
        return
    ce = sheet.sheet("ce")
    if ce is None:
        return
    ce.need("minutes", "whole minutes", lambda value: isinstance(value, int) and value > 0, 1)
    ce.need("audience", f"some of {', '.join(PROFESSIONS)}", _are_professions, [])
    for key in ("released", "expires"):
        ce.need(key, "a date such as 2026-11-22", _is_date, "")
    ce.text("format")
    ce.text("contact")
    for author in ce.sheets("authors"):
        for key in ("name", "credentials", "role", "disclosure"):
            author.text(key)


def _are_professions(value: Any) -> bool:
    return isinstance(value, list) and all(one in PROFESSIONS for one in value)


def _is_date(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def _refuse_foreign_objectives(sheet: Sheet, course: dict[str, Any]) -> None:
    codes = [objective["code"] for objective in course["objectives"]]
    elsewhere = Objective.objects.filter(code__in=codes).exclude(course__slug=course["slug"])
    for code, slug in elsewhere.values_list("code", "course__slug"):
        sheet.wrong("objectives", f"{code} is an objective of {slug}; a code belongs to one course")
    if len(set(codes)) != len(codes):
        sheet.wrong("objectives", "names a code twice")


def _module(row: Sheet, languages: list[str]) -> dict[str, Any]:
    return {
        "slug": row.text("slug"),
        "title": row.texts("title", languages),
        "lessons": row.strings("lessons"),
        "quiz": str(row.data.get("quiz") or ""),
    }


def _lesson(
    desk: Desk,
    folder: Path,
    slug: str,
    course: dict[str, Any],
    library: Library,
    draw: DrawRecipe,
    activities: list[tuple[Path, int, str]],
) -> dict[str, Any]:
    """One lesson in all its languages; facts about it come from the first, and the others stand beside it."""
    lesson: dict[str, Any] = {"slug": slug, "title": {}, "texts": {}, "activities": []}
    first: Compiled | None = None
    codes = {objective["code"] for objective in course["objectives"]}
    for language in course["languages"]:
        path = folder / f"{slug}.{language}.md"
        if not path.is_file():
            desk.report(path, 0, "", "this lesson's file is missing")
            continue
        front, body, line = _split(path.read_text(encoding="utf-8"))
        sheet = desk.parse(path, front, first_line=2)
        if sheet is None:
            continue
        with override(language):
            compiler = LessonCompiler(desk, path, library, _drawer(desk, folder, draw), language)
            compiled = compiler.compile(body, line)
        _check_shape(desk, path, first, compiled)
        if course["audience"] == "patient":
            _check_patients_step(desk, path, language, compiled)
        if first is None:
            first = compiled
            lesson |= _lesson_facts(sheet, codes)
            lesson["activities"] = [{"ref": a["ref"], "required": a["required"]} for a in compiled.activities]
            activities.extend((path, a["line"], a["ref"]) for a in compiled.activities)
        lesson["title"][language] = sheet.text("title")
        lesson["texts"][language] = _text(compiled)
    return lesson


def _check_shape(desk: Desk, path: Path, first: Compiled | None, other: Compiled) -> None:
    """The same headings, figures and activities in every language: a reader may switch at any of them."""
    if first is None:
        return
    wanted, found = [name for name, _line in first.places], [name for name, _line in other.places]
    for name in wanted:
        if name not in found:
            desk.report(path, 1, name.partition(" ")[0], f"“{name}” is missing, which the first language has")
    for name, line in other.places:
        if name not in wanted:
            desk.report(path, line, name.partition(" ")[0], f"“{name}” is not in the first language")
    if sorted(wanted) == sorted(found) and wanted != found:
        desk.report(path, 1, "", f"has another order than the first language: {', '.join(wanted)}")


def _check_patients_step(desk: Desk, path: Path, language: str, compiled: Compiled) -> None:
    """What every step needs: a question to be got right, where to get help, and words that are easy to read."""
    if not any(activity["required"] for activity in compiled.activities):
        desk.report(path, 1, "check", "a step needs a question that has to be right: ::: check ID required")
    if not any(block["kind"] == "help" for block in compiled.blocks):
        desk.report(path, 1, "help", "a step says where to get help: ::: help")
    text = reading.plain_text(block["html"] for block in compiled.blocks if block["kind"] in ("html", "help"))
    for said in reading.too_hard(text, language):
        desk.report(path, 1, "reading", said)


def _lesson_facts(sheet: Sheet, codes: set[str]) -> dict[str, Any]:
    objectives = sheet.strings("objectives")
    for code in objectives:
        if code not in codes:
            sheet.wrong("objectives", f"{code} is not an objective of this course")
    return {
        "minutes": round(sheet.number("minutes")),
        "objectives": objectives,
        "author": sheet.text("author"),
        "reviewer": str(sheet.data.get("reviewer") or ""),
        "reviewed_on": plain(sheet.data.get("reviewed")),
        "expires_on": plain(sheet.data.get("expires")),
    }


def _text(compiled: Compiled) -> dict[str, Any]:
    return {
        "blocks": compiled.blocks,
        "headings": compiled.headings,
        "terms": compiled.terms,
        "sources": compiled.sources,
    }


def _drawer(desk: Desk, folder: Path, draw: DrawRecipe) -> Callable[[str], str]:
    def drawn(name: str) -> str:
        sheet = desk.read(folder / "figures" / f"{name}.yaml")
        return draw(sheet, name) if sheet else ""

    return drawn


def _split(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the body's first line."""
    _empty, front, body = text.split("---\n", 2) if text.count("---\n") >= 2 else ("", text, "")
    return front, body, front.count("\n") + 3


def _references(lessons: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Every publication the lessons cite, once, in order of first use: the bibliography of the front matter."""
    found: dict[str, dict[str, str]] = {}
    for lesson in lessons.values():
        for text in lesson["texts"].values():
            for source in text["sources"]:
                if source["published"]:
                    found.setdefault(source["cite"], {"cite": source["cite"], "doi": source["doi"]})
    return list(found.values())


@transaction.atomic
def _store(compiled: dict[str, Any]) -> tuple[CourseVersion, bool]:
    """The newest version if it says the same, else a draft in place of an older draft."""
    sha256 = hashlib.sha256(json.dumps(compiled, sort_keys=True).encode()).hexdigest()
    course, _made = Course.objects.update_or_create(slug=compiled["slug"], defaults={"audience": compiled["audience"]})
    for position, objective in enumerate(compiled["objectives"], 1):
        values = {"course": course, "position": position, "text": objective["text"], "adces7": objective["adces7"]}
        Objective.objects.update_or_create(code=objective["code"], defaults=values)
    newest = CourseVersion.objects.filter(course=course).newest_first().first()
    if newest and newest.source_sha256 == sha256:
        return newest, False
    course.versions.filter(state=CourseVersion.State.DRAFT).delete()
    newest_number = (
        CourseVersion.objects.filter(course=course).newest_first().values_list("number", flat=True).first() or 0
    )
    version = CourseVersion.objects.create(
        course=course,
        number=newest_number + 1,
        source_sha256=sha256,
        **{key: compiled[key] for key in PINNED + SELDOM if key in compiled},
    )
    _store_structure(version, compiled)
    return version, True


def _store_structure(version: CourseVersion, compiled: dict[str, Any]) -> None:
    position = 0
    for number, module in enumerate(compiled["modules"], 1):
        values = {key: module[key] for key in ("slug", "title", "quiz")}
        row = Module.objects.create(version=version, position=number, **values)
        for slug in module["lessons"]:
            position += 1
            lesson = dict(compiled["lessons"][slug])
            texts = lesson.pop("texts")
            stored = Lesson.objects.create(version=version, module=row, position=position, **lesson)
            for language, text in texts.items():
                LessonText.objects.create(lesson=stored, language=language, **text)

"""Load items and quizzes from a course's folder. What was last edited on the web is kept, and said so."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import rfc8785

from courses.models import Course
from courses.services.files import Desk, Sheet
from quizzes.models import Item, ItemVersion, Quiz, QuizVersion

LEVELS = ("remember", "understand", "apply", "analyse", "evaluate")
KINDS = ("pretest", "posttest", "module", "patient")
NAMESPACE = uuid.UUID("6f0d2c5e-6f8e-5a0b-9a51-5f4b9a1e7c11")


@dataclass
class Bounds:
    """What items of this course may refer to."""

    objectives: Collection[str]
    facts: Collection[str]
    weak_facts: Collection[str]
    anchors: Collection[str]
    languages: list[str]


@dataclass
class LoadedQuizzes:
    """What a load did: ids by use, what changed, what was kept because the web wins."""

    checks: set[str] = field(default_factory=set)
    tests: set[str] = field(default_factory=set)
    quizzes: set[str] = field(default_factory=set)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def load_items(desk: Desk, folder: Path, bounds: Bounds, loaded: LoadedQuizzes) -> None:
    """Every items/ID.yaml of a course. Mistakes go to the desk; nothing is stored once there are any."""
    for path in sorted((folder / "items").glob("*.yaml")):
        sheet = desk.read(path)
        if sheet is None:
            continue
        use = sheet.need("use", "check or test", lambda value: value in Item.Use.values, "check")
        (loaded.checks if use == "check" else loaded.tests).add(path.stem)
        content = _content(sheet, path.stem, bounds)
        if not desk.problems:
            _store_item(path.stem, use, content, loaded)


def load_quizzes(desk: Desk, folder: Path, course: Course | None, loaded: LoadedQuizzes) -> None:
    """Every quizzes/ID.yaml of a course; after its items."""
    for path in sorted((folder / "quizzes").glob("*.yaml")):
        sheet = desk.read(path)
        if sheet is None:
            continue
        loaded.quizzes.add(path.stem)
        values = _quiz(sheet, loaded)
        if not desk.problems and course is not None:
            _store_quiz(course, path.stem, values, loaded)


def _content(sheet: Sheet, item_id: str, bounds: Bounds) -> dict[str, Any]:
    sheet.only("type", "use", "objective", "level", "facts", "see", "stem", "options")
    sheet.need("type", "sba (the one type there is so far)", lambda value: value == "sba", "sba")
    objective, see, facts = sheet.text("objective"), sheet.text("see"), sheet.strings("facts")
    if objective and objective not in bounds.objectives:
        sheet.wrong("objective", f"{objective} is not an objective of this course")
    if see and see not in bounds.anchors:
        sheet.wrong("see", f"no lesson has the heading {see}")
    for fact in facts:
        if fact not in bounds.facts:
            sheet.wrong("facts", f"{fact} is not in facts.yaml")
        elif fact in bounds.weak_facts:
            sheet.wrong("facts", f"{fact} is uncertain (U) and cannot support a key")
    return {
        "schema": "basal.item/1",
        "type": "sba",
        "objective": objective,
        "level": sheet.need("level", "one of " + ", ".join(LEVELS), lambda value: value in LEVELS, LEVELS[0]),
        "facts": facts,
        "see": see,
        "stem": sheet.texts("stem", bounds.languages),
        "options": _options(sheet, item_id, bounds.languages),
    }


def _options(sheet: Sheet, item_id: str, languages: list[str]) -> list[dict[str, Any]]:
    """Options with ids that stay over versions: uuid5 of item and option (FORMATS.md)."""
    options = []
    for row in sheet.sheets("options"):
        row.only("id", "text", "key", "why")
        name = row.text("id")
        options.append(
            {
                "id": str(uuid.uuid5(NAMESPACE, f"{item_id}/{name}")),
                "text": row.texts("text", languages),
                "key": bool(row.data.get("key", False)),
                "why": row.texts("why", languages),
            }
        )
    _check_options(sheet, options, languages)
    return options


def _check_options(sheet: Sheet, options: list[dict[str, Any]], languages: list[str]) -> None:
    """Authoring errors E101 to E103 of reference/quizzes.md 2.1."""
    ids = [option["id"] for option in options]
    same = any(
        len({" ".join(option["text"].get(language, option["id"]).casefold().split()) for option in options})
        < len(options)
        for language in languages
    )
    if len(options) < 2:
        sheet.wrong("options", "needs at least two options")
    elif sum(option["key"] for option in options) != 1:
        sheet.wrong("options", "needs exactly one option with key: true")
    elif same:
        sheet.wrong("options", "has two options with the same text")
    elif len(set(ids)) != len(ids):
        sheet.wrong("options", "has two options with the same id")


def _store_item(item_id: str, use: str, content: dict[str, Any], loaded: LoadedQuizzes) -> None:
    sha256 = hashlib.sha256(rfc8785.dumps(content)).hexdigest()
    item, _made = Item.objects.get_or_create(id=item_id, defaults={"use": use})
    newest = item.versions.order_by("-number").first()
    if newest and newest.content_sha256 == sha256:
        return
    if newest and newest.source == "web":
        loaded.kept.append(item_id)
        return
    if item.use != use:
        item.use = use
        item.save(update_fields=["use"])
    ItemVersion.objects.create(
        item=item,
        number=newest.number + 1 if newest else 1,
        source="file",
        objective_id=content["objective"],
        level=content["level"],
        see=content["see"],
        content=content,
        content_sha256=sha256,
    )
    loaded.changed.append(item_id)


def _quiz(sheet: Sheet, loaded: LoadedQuizzes) -> dict[str, Any]:
    sheet.only("kind", "title", "minutes", "pass", "attempts", "retake", "items")
    items = sheet.strings("items")
    for item in items:
        if item not in loaded.tests:
            sheet.wrong("items", f"{item} is no item with use: test in items/")
    if len(set(items)) != len(items):
        sheet.wrong("items", "names an item twice")
    return {
        "kind": sheet.need("kind", "one of " + ", ".join(KINDS), lambda value: value in KINDS, KINDS[1]),
        "title": sheet.optional("title", "a map of language to text", lambda value: isinstance(value, dict), {}),
        "minutes": sheet.optional("minutes", "whole minutes", lambda value: isinstance(value, int), 0),
        "pass": str(sheet.need("pass", "a share of 1, such as 0.8", _is_share, 1)),
        "attempts": sheet.optional("attempts", "a whole number or null", lambda value: isinstance(value, int), None),
        "retake": sheet.optional("retake", "reread or free", lambda value: value in ("reread", "free"), "reread"),
        "items": items,
    }


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and 0 < value <= 1


def _store_quiz(course: Course, slug: str, values: dict[str, Any], loaded: LoadedQuizzes) -> None:
    quiz, _made = Quiz.objects.update_or_create(course=course, slug=slug, defaults={"kind": values["kind"]})
    newest_items = {row.item_id: row.pk for row in ItemVersion.objects.newest().filter(item__in=values["items"])}
    pinned = [newest_items[item] for item in values["items"]]
    sha256 = hashlib.sha256(rfc8785.dumps({**values, "pinned": pinned})).hexdigest()
    newest = quiz.versions.order_by("-number").first()
    if newest and newest.content_sha256 == sha256:
        return
    if newest and newest.source == "web":
        loaded.kept.append(slug)
        return
    QuizVersion.objects.create(
        quiz=quiz,
        number=newest.number + 1 if newest else 1,
        title=values["title"],
        minutes=values["minutes"],
        pass_mark=Decimal(values["pass"]),
        attempts_allowed=values["attempts"],
        retake=values["retake"],
        item_versions=pinned,
        content_sha256=sha256,
    )
    loaded.changed.append(slug)

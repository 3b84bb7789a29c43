"""Load items and quizzes from a course's folder. What was last edited on the web is kept, and said so."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courses.models import Course
from courses.services.files import Desk, Sheet
from quizzes.marking.lint import LEVELS, Bounds, Finding, examine
from quizzes.models import Item, ItemVersion, Quiz
from quizzes.models.bank import SETTINGS
from quizzes.selectors import quizmaking as quizmaking_reads
from quizzes.selectors.release import PRESETS
from quizzes.services import checks, quizmaking, versions

KINDS = ("pretest", "posttest", "module", "patient")
NAMESPACE = uuid.UUID("6f0d2c5e-6f8e-5a0b-9a51-5f4b9a1e7c11")


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
    # What was written on the web has no file, and stands in lessons and quizzes all the same.
    for item in Item.objects.filter(versions__source="web", versions__objective__course__slug=folder.name):
        (loaded.checks if item.use == Item.Use.CHECK else loaded.tests).add(item.pk)


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
    rows = sheet.sheets("options")
    content = {
        "schema": "basal.item/1",
        "type": "sba",
        "objective": sheet.text("objective"),
        "level": sheet.text("level"),
        "facts": sheet.strings("facts"),
        "see": sheet.text("see"),
        "stem": sheet.texts("stem", list(bounds.languages)),
        "options": [_option(row, item_id, list(bounds.languages)) for row in rows],
    }
    told = {(problem.file, problem.line, problem.key) for problem in sheet.desk.problems}
    for finding in examine(content, bounds):
        at, key = _place(sheet, rows, finding)
        name = str(sheet.path.relative_to(sheet.desk.root))
        if finding.blocks and (name, at.line(key), key) not in told:  # what is missing is said once
            at.wrong(key, checks.words(finding))
    return content


def _option(row: Sheet, item_id: str, languages: list[str]) -> dict[str, Any]:
    """An option with an id that stays over versions: uuid5 of item and option (FORMATS.md)."""
    row.only("id", "text", "key", "why")
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"{item_id}/{row.text('id')}")),
        "text": row.texts("text", languages),
        "key": bool(row.data.get("key", False)),
        "why": row.texts("why", languages),
    }


def _place(sheet: Sheet, rows: list[Sheet], finding: Finding) -> tuple[Sheet, str]:
    """Where in the file a finding is: at a key of the item, or of one of its options."""
    match finding.place:
        case ("options", int(index), str(part), *_language):
            return rows[index], part
        case (key, *_rest):
            return sheet, str(key)
    raise AssertionError(finding)


def _store_item(item_id: str, use: str, content: dict[str, Any], loaded: LoadedQuizzes) -> None:
    item, _made = Item.objects.get_or_create(id=item_id, defaults={"use": use})
    newest = item.versions.order_by("-number").first()
    if newest and newest.content_sha256 == versions.digest(content):
        return
    if newest and newest.source == "web":
        loaded.kept.append(item_id)
        return
    if item.use != use:
        item.use = use
        item.save(update_fields=["use"])
    versions.new_item_version(item=item, content=content, source="file", after=newest)
    loaded.changed.append(item_id)


def _quiz(sheet: Sheet, loaded: LoadedQuizzes) -> dict[str, Any]:
    sheet.only("kind", "title", "minutes", "pass", "attempts", "retake", "items", *SETTINGS)
    items = sheet.strings("items") if "items" in sheet.data or "cells" not in sheet.data else []
    for item in items:
        if item not in loaded.tests:
            sheet.wrong("items", f"{item} is no item with use: test in items/")
    if len(set(items)) != len(items):
        sheet.wrong("items", "names an item twice")
    return {
        "kind": sheet.need("kind", "one of " + ", ".join(KINDS), lambda value: value in KINDS, KINDS[1]),
        "title": sheet.optional("title", "a map of language to text", lambda value: isinstance(value, dict), {}),
        "minutes": sheet.optional("minutes", "whole minutes", lambda value: isinstance(value, int), 0),
        "pass": versions.share(sheet.need("pass", "a share of 1, such as 0.8", _is_share, 1)),
        "attempts": sheet.optional("attempts", "a whole number or null", lambda value: isinstance(value, int), None),
        "retake": sheet.optional("retake", "reread or free", lambda value: value in ("reread", "free"), "reread"),
        "items": items,
        **({"settings": settings} if (settings := _settings(sheet, items)) else {}),
    }


def _settings(sheet: Sheet, items: list[str]) -> dict[str, Any]:
    """What differs from SETTINGS; whether cells can be filled is said once the course's items are stored."""
    found = {}
    for name, (wanted, holds) in _RULES.items():
        value = sheet.optional(name, wanted, holds, SETTINGS[name])
        if value != SETTINGS[name]:
            found[name] = value
    for item in found.get("must_pass", []):
        if item not in items:
            sheet.wrong("must_pass", f"{item} is not among the items")
    return found


def _is_cell(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"objective", "count"} <= value.keys() <= {"objective", "level", "count"}
        and isinstance(value["objective"], str)
        and value.get("level", "") in ("", *LEVELS)
        and _is_whole(value["count"])
        and value["count"] > 0
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_RULES: dict[str, tuple[str, Any]] = {
    "limit_min": ("whole minutes", _is_whole),
    "grace_s": ("whole seconds", _is_whole),
    "cooldown_h": ("whole hours", _is_whole),
    "must_pass": ("a list of item ids", lambda value: isinstance(value, list)),
    "order": ("fixed or shuffle", lambda value: value in ("fixed", "shuffle")),
    "show": ("one of " + ", ".join(PRESETS), lambda value: value in PRESETS),
    "cells": (
        "a list of {objective, level, count}",
        lambda value: isinstance(value, list) and all(_is_cell(cell) for cell in value),
    ),
}


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and 0 < value <= 1


def _store_quiz(course: Course, slug: str, values: dict[str, Any], loaded: LoadedQuizzes) -> None:
    quiz, _made = Quiz.objects.update_or_create(course=course, slug=slug, defaults={"kind": values["kind"]})
    newest_items = {row.item_id: row.pk for row in ItemVersion.objects.newest().filter(item__in=values["items"])}
    if values.get("settings", {}).get("cells"):
        pinned = quizmaking.pinned(values, quizmaking_reads.pool(course))
    else:
        pinned = [newest_items[item] for item in values["items"]]
    newest = quiz.versions.order_by("-number").first()
    if newest and newest.content_sha256 == versions.quiz_digest(values, pinned):
        return
    if newest and newest.source == "web":
        loaded.kept.append(slug)
        return
    versions.new_quiz_version(quiz=quiz, rules=values, pinned=pinned, source="file", after=newest)
    loaded.changed.append(slug)

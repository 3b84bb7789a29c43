"""Load items and quizzes from a course's folder. What was last edited on the web is kept, and said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import DomainError
from courses.models import Course
from courses.services.files import Desk, Sheet
from quizzes.marking.lint import Bounds
from quizzes.models import Item, ItemVersion, Quiz
from quizzes.models.bank import LIMITS, SETTINGS
from quizzes.selectors.release import PRESETS
from quizzes.services import item_files, parallel, versions

KINDS = ("pretest", "posttest", "module", "patient")


@dataclass
class LoadedQuizzes:
    """What a load did: ids by use, quizzes and their kinds, what changed, what was kept because the web wins."""

    checks: set[str] = field(default_factory=set)
    tests: set[str] = field(default_factory=set)
    quizzes: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    look_again: list[str] = field(default_factory=list)

    @property
    def pretests(self) -> set[str]:
        return {slug for slug, kind in self.quizzes.items() if kind == Quiz.PRETEST}


def load_items(desk: Desk, folder: Path, bounds: Bounds, loaded: LoadedQuizzes) -> None:
    """Every items/ID.yaml of a course. Mistakes go to the desk; nothing is stored once there are any."""
    for path in sorted((folder / "items").glob("*.yaml")):
        sheet = desk.read(path)
        if sheet is None:
            continue
        use = sheet.need("use", "check or test", lambda value: value in Item.Use.values, "check")
        (loaded.checks if use == "check" else loaded.tests).add(path.stem)
        content = item_files.content(sheet, path.stem, bounds)
        if not desk.problems:
            _store_item(path.stem, use, content, loaded)
    # What was written on the web has no file, and stands in lessons and quizzes all the same.
    for item in Item.objects.filter(versions__source="web", versions__objective__course__slug=folder.name):
        (loaded.checks if item.use == Item.Use.CHECK else loaded.tests).add(item.pk)


def load_quizzes(desk: Desk, folder: Path, course: Course | None, loaded: LoadedQuizzes) -> None:
    """Every quizzes/ID.yaml of a course; after its items."""
    paths = sorted((folder / "quizzes").glob("*.yaml"))
    sheets = {path.stem: sheet for path in paths if (sheet := desk.read(path))}
    loaded.quizzes.update((slug, sheet.data.get("kind", Quiz.POSTTEST)) for slug, sheet in sheets.items())
    _keep_apart(sheets)
    # A pre-test takes after its post-test, which is stored first.
    for slug in sorted(sheets, key=lambda slug: slug in loaded.pretests):
        sheet, pretest = sheets[slug], slug in loaded.pretests
        values = _pretest(sheet, sheets, course) if pretest else _quiz(sheet, loaded)
        if not desk.problems and course is not None:
            try:
                (_store_pretest if pretest else _store_quiz)(course, slug, values, loaded)
            except DomainError as error:
                sheet.wrong("parallel" if pretest else "items" if error.code == "retired" else "cells", error.message)


def _keep_apart(sheets: Mapping[str, Sheet]) -> None:
    """The check of a module shows keys and reasons at once, so it asks nothing that the post-test asks."""
    asked = {slug: set(map(str, _listed(sheet))) for slug, sheet in sheets.items()}
    tests = {slug for slug, sheet in sheets.items() if sheet.data.get("kind", Quiz.POSTTEST) == Quiz.POSTTEST}
    for slug, sheet in sheets.items():
        if sheet.data.get("kind") == Quiz.MODULE:
            for test in sorted(tests):
                for item in sorted(asked[slug] & asked[test]):
                    sheet.wrong("items", f"{item} is asked in {test}, and this check would give its key away")


def _listed(sheet: Sheet) -> list[Any]:
    items = sheet.data.get("items")
    return list(items) if isinstance(items, list) else []


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
    sheet.only("kind", "title", "minutes", "pass", "attempts", "retake", "items", *RULES)
    items = sheet.strings("items")
    for item in items:
        if item not in loaded.tests:
            sheet.wrong("items", f"{item} is no item with use: test in items/")
    if len(set(items)) != len(items):
        sheet.wrong("items", "names an item twice")
    settings = _settings(sheet, items)
    return ({"settings": settings} if settings else {}) | {
        "kind": sheet.need("kind", "one of " + ", ".join(KINDS), lambda value: value in KINDS, KINDS[1]),
        "title": sheet.optional("title", "a map of language to text", lambda value: isinstance(value, dict), {}),
        "minutes": sheet.optional("minutes", "whole minutes", lambda value: isinstance(value, int), 0),
        "pass": versions.share(sheet.need("pass", "a share of 1, such as 0.8", _is_share, 1)),
        "attempts": sheet.optional("attempts", "a whole number or null", lambda value: isinstance(value, int), None),
        "retake": sheet.optional("retake", "reread or free", lambda value: value in ("reread", "free"), "reread"),
        "items": items,
    }


def _pretest(sheet: Sheet, sheets: Mapping[str, Sheet], course: Course | None) -> dict[str, Any]:
    """What the file of a pre-test says itself; the rest it has from its post-test."""
    for key in OF_ITS_POST_TEST:
        if key in sheet.data:
            sheet.wrong(key, "a pre-test has this from the post-test it is parallel to; leave it out")
    sheet.only("kind", "title", "minutes", "parallel", *OF_ITS_POST_TEST, *RULES)
    named = sheet.need("parallel", "the name of a post-test of this course", lambda value: isinstance(value, str), "")
    if named:
        _look_up(sheet, named, sheets, course)
    return {
        "settings": {"parallel": named, **_settings(sheet, [])},
        "kind": Quiz.PRETEST,
        "title": sheet.optional("title", "a map of language to text", lambda value: isinstance(value, dict), {}),
        "minutes": sheet.optional("minutes", "whole minutes", lambda value: isinstance(value, int), 0),
    }


def _look_up(sheet: Sheet, named: str, sheets: Mapping[str, Sheet], course: Course | None) -> None:
    """Whether there is a blueprint, among the files before anything is stored; else in the database."""
    if named not in sheets:
        try:
            if course is not None:
                parallel.blueprint(course=course, slug=named)
        except DomainError as error:
            sheet.wrong("parallel", error.message)
        return
    if sheets[named].data.get("kind") != Quiz.POSTTEST:
        sheet.wrong("parallel", f"{named} is no post-test")
    elif not sheets[named].data.get("cells"):
        sheet.wrong("parallel", f"{named} has no cells, by which a pre-test would draw other questions")


def _settings(sheet: Sheet, items: list[str]) -> dict[str, Any]:
    """What the file says of QuizVersion's SETTINGS, by their names; what it leaves out stays out."""
    found = {}
    for key, (name, words, fits) in RULES.items():
        if key in sheet.data:
            value = sheet.need(key, words, fits, SETTINGS[name])
            if value != SETTINGS[name]:
                found[name] = value
    for item in found.get("must_pass", []):
        if item not in items:
            sheet.wrong("must_pass", f"{item} is not among the items")
    return found


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_cell(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"objective", "level", "count"}
        and isinstance(value.get("objective"), str)
        and isinstance(value.get("level", ""), str)
        and _whole(1, 200)(value.get("count"))
    )


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _limited(name: str, unit: str) -> tuple[str, str, Callable[[Any], bool]]:
    low, high = LIMITS[name]
    return name, f"whole {unit}, {low} to {high}", _whole(low, high)


# A key of the file: the setting it is, what it has to be, and whether it is.
RULES: dict[str, tuple[str, str, Callable[[Any], bool]]] = {
    "limit": _limited("limit_min", "minutes"),
    "grace": _limited("grace_s", "seconds"),
    "cooldown": _limited("cooldown_h", "hours"),
    "must_pass": ("must_pass", "a list of items", _all(lambda value: isinstance(value, str))),
    "order": ("order", "fixed or shuffle", lambda value: value in ("fixed", "shuffle")),
    "show": ("show", "one of " + ", ".join(PRESETS), lambda value: value in PRESETS),
    "cells": ("cells", "a list of {objective, level, count}", _all(_is_cell)),
}

OF_ITS_POST_TEST = ("pass", "attempts", "retake", "items", "cells", "must_pass", "cooldown", "show")


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and 0 < value <= 1


def _store_pretest(course: Course, slug: str, values: dict[str, Any], loaded: LoadedQuizzes) -> None:
    post = parallel.blueprint(course=course, slug=values["settings"]["parallel"])
    _store(course, slug, parallel.taken_after(values, post), post.item_versions, loaded)
    for short in parallel.overlaps(post.rule("cells"), post.item_versions):
        words = "%(cell)s needs %(needs)s questions for two forms that share none, and the pool has %(pool)s"
        loaded.look_again.append(f"{slug}: {words % parallel.overlap_values(short)}")


def _store_quiz(course: Course, slug: str, values: dict[str, Any], loaded: LoadedQuizzes) -> None:
    newest_items = {row.item_id: row.pk for row in ItemVersion.objects.newest().filter(item__in=values["items"])}
    _store(course, slug, values, [newest_items[item] for item in values["items"]], loaded)


def _store(course: Course, slug: str, values: dict[str, Any], pinned: list[int], loaded: LoadedQuizzes) -> None:
    quiz, _made = Quiz.objects.update_or_create(course=course, slug=slug, defaults={"kind": values["kind"]})
    newest = quiz.versions.order_by("-number").first()
    if newest and newest.content_sha256 == versions.quiz_digest(values, pinned):
        return
    if newest and newest.source == "web":
        loaded.kept.append(slug)
        return
    retired = Item.objects.filter(versions__in=pinned, retired_at__isnull=False).values_list("pk", flat=True)
    if retired:
        words = "%s: retired on the web. Bring it back in the bank, or take it out of this quiz"
        raise DomainError("retired", words % ", ".join(sorted(retired)))
    made = versions.new_quiz_version(quiz=quiz, rules=values, pinned=pinned, source="file", after=newest)
    loaded.changed.append(slug)
    if quiz.kind == Quiz.POSTTEST:
        loaded.changed += [follower.quiz.slug for follower in parallel.follow(made)]

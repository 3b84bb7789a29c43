"""A curriculum that asks a question of every type, as a check in a lesson and in the test, and an attempt at it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from ruamel.yaml import YAML

from edu.curriculum import load
from edu.walk import Walk
from quizzes.models import Attempt
from quizzes.tests.items import example, kinds
from tests.curriculum import COURSE
from tests.inside import Inside

Change = Callable[[dict[str, Any]], dict[str, Any]]


def questions() -> dict[str, dict[str, Any]]:
    """By name, one of each type, and of ordering both modes."""
    found = {kind.replace("_", "-"): example(kind) for kind in kinds()}
    steps = [item for item in example("ordering")["items"] if item["id"] != "shake"]
    sequence = example("ordering", mode="sequence", items=steps)
    for name in ("edges", "critical", "distractors"):
        del sequence[name]
    return found | {"sequence": sequence}


def write_every_type(root: Path, change: Change = dict) -> Path:
    """The curriculum with a check and a test question of every type in its first course, each changed as wanted."""
    shutil.copytree(settings.CURRICULUM_DIR, root)
    course = root / COURSE
    see = next(line for line in (course / "items" / "ro-001.yaml").read_text().splitlines() if line.startswith("see:"))
    facts = next(
        line for line in (course / "items" / "ro-001.yaml").read_text().splitlines() if line.startswith("facts:")
    )
    found = YAML(typ="safe").load(f"{see}\n{facts}")
    yaml, names = YAML(), []
    for what, item in questions().items():
        for use in ("check", "test"):
            name = f"{use}-{what}"
            content = {**change(item), "use": use, "objective": "LO-RO1", **found}
            with (course / "items" / f"{name}.yaml").open("w", encoding="utf-8") as file:
                yaml.dump(content, file)
            names.append(name)
    quiz = course / "quizzes" / "post-test.yaml"
    tests = ", ".join(name for name in names if name.startswith("test-"))
    quiz.write_text(re.sub(r"items: .*", f"items: [{tests}]", quiz.read_text()))
    lesson = course / "side-by-side.en.md"
    checks = "".join(f"\n::: check {name}\n:::\n" for name in names if name.startswith("check-"))
    text = lesson.read_text()
    lesson.write_text(text.replace("::: check ro-classes\n:::\n", f"::: check ro-classes\n:::\n{checks}", 1))
    return root


def begin_every_type(walk: Walk[Inside], files: Path) -> Attempt:
    """Someone who read the lessons starts the test that asks all types."""
    walk.read()
    load(files, publish=True)
    page = walk.browser.get(f"/courses/{COURSE}/")
    walk.browser.submit(walk.browser.get(page.link("/quizzes/")).form("quiz-start"))
    return Attempt.objects.latest("started_at")

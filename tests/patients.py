"""A patient's way through the steps, as the tests walk it: page by page, without JavaScript, in either language."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from ruamel.yaml import YAML

from edu.browser import Form, Page
from tests.inside import Inside

COURSE = "starting-your-pump"
STEPS = (
    *("ready", "ups-and-downs", "counting-carbs", "checking-glucose", "choosing-a-pump", "all-day-and-meals"),
    *("your-own-settings", "using-the-pump", "changing-the-set", "high-and-ketones", "low-glucose", "sick-days"),
    *("sport", "travel", "back-up-plan", "by-itself", "your-people", "start-day"),
)


@lru_cache(maxsize=1)
def keys() -> set[str]:
    """The texts of the right answers, in all languages."""
    found: set[str] = set()
    for path in (settings.CURRICULUM_DIR / COURSE / "items").glob("*.yaml"):
        item: Any = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        found |= {
            " ".join(text.split())
            for option in item["options"]
            if option.get("key")
            for text in option["text"].values()
        }
    return found


def first_steps(root: Path, count: int = 2) -> Path:
    """The patients' course in a folder of its own with the first steps written and the others still to come."""
    shutil.copytree(settings.CURRICULUM_DIR / COURSE, root / COURSE)
    for name in ("facts.yaml", "glossary.yaml"):
        shutil.copy(settings.CURRICULUM_DIR / name, root / name)

    def trim(course: Any) -> None:
        for step in course["pathway"][count:]:
            del step["lesson"]
        course["modules"] = [{**course["modules"][0], "lessons": list(STEPS[:count])}]

    edit_course(root, trim)
    for path in (root / COURSE / "items").glob("*.yaml"):
        if not any(f"see: {slug}#" in path.read_text(encoding="utf-8") for slug in STEPS[:count]):
            path.unlink()
    return root


def edit_course(root: Path, change: Callable[[Any], None]) -> None:
    """Change what course.yaml says."""
    path, yaml = root / COURSE / "course.yaml", YAML()
    course = yaml.load(path.read_text(encoding="utf-8"))
    change(course)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(course, file)


class Steps:
    """Someone signed in as a patient; `browser.page` is where they are."""

    def __init__(self, browser: Inside) -> None:
        self.browser = browser

    def finish(self, count: int = len(STEPS)) -> Page:
        """Start, then answer and go on through so many steps."""
        self.start()
        return self.through(count)

    def through(self, count: int = len(STEPS)) -> Page:
        """Answer and go on, from the step that is shown through so many."""
        for _step in range(count):
            self.answer()
            self.go_on()
        return self.browser.page

    def start(self) -> Page:
        """Press Start on the start page; leads to step 0."""
        return self.browser.submit(self.browser.get("/start/").form("/enrol/"))

    def answer(self, *, right: bool = True) -> Page:
        """Answer the question of the step that is shown, after a plate of the carb trainer where one is asked."""
        if any("/carbs/in/" in form.action for form in self.browser.page.forms):
            self.guess_plate()
        form = self.browser.page.form("/quizzes/check/")
        return self.browser.submit(form, choice=choice(form, right=right))

    def guess_plate(self, total: str = "30") -> Page:
        """Take a plate of the trainer in this step, guess it, and come back."""
        plate = self.browser.submit(self.browser.page.form("/carbs/in/"))
        result = self.browser.submit(plate.form("/carbs/plates/"), total=total)
        return self.browser.get(result.link("#trainer-carbs"))

    def go_on(self) -> Page:
        """Press Go on."""
        return self.browser.submit(self.browser.page.form("step-done"))

    def speak(self, language: str) -> Page:
        """Press the language switch on this page."""
        return self.browser.submit(self.browser.page.form("/preferences/"), language=language)


def choice(form: Form, *, right: bool) -> str:
    """The number of a right or a wrong answer on this page."""
    return next(
        control.value
        for control in form.choices("choice")
        if any(control.label.startswith(key) for key in keys()) is right
    )

"""A patient's way through the steps, as the tests walk it: page by page, without JavaScript, in either language."""

from __future__ import annotations

from functools import lru_cache
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


class Steps:
    """Someone signed in as a patient; `browser.page` is where they are."""

    def __init__(self, browser: Inside) -> None:
        self.browser = browser

    def start(self) -> Page:
        """Press Start on the start page; leads to step 0."""
        return self.browser.submit(self.browser.get("/start/").form("/enrol/"))

    def answer(self, *, right: bool = True) -> Page:
        """Answer the question of the step that is shown."""
        form = self.browser.page.form("/quizzes/check/")
        return self.browser.submit(form, choice=choice(form, right=right))

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

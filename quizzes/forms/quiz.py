"""The form of a quiz: its rules, the questions it names, the cells it draws from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from courses.models import Course
from quizzes.forms import CourseField
from quizzes.marking.lint import LEVELS
from quizzes.models import Quiz
from quizzes.models.bank import LIMITS, SETTINGS
from quizzes.selectors import bank
from quizzes.selectors import quizmaking as reads
from quizzes.services.checks import LEVEL_NAMES
from quizzes.services.quizmaking import MOST_CELLS, MOST_ITEMS

KINDS = [
    ("posttest", gettext_lazy("Post-test")),
    ("pretest", gettext_lazy("Pre-test")),
    ("module", gettext_lazy("Module check")),
    ("patient", gettext_lazy("Patients’ check")),
]
SHOWN = [
    ("ce", gettext_lazy("Score and objectives; keys and reasons once passed or no attempt is left")),
    ("practice", gettext_lazy("Everything, at once")),
    ("patient", gettext_lazy("Keys and reasons at once, and no score")),
    ("secure", gettext_lazy("Passed or not, and where to read again")),
    ("pretest", gettext_lazy("Nothing; it is compared with the post-test later")),
]
# What a pre-test does not have of its own.
COUNTING = ("attempts", "retake", "cooldown_h", "show", "must_pass")
RULES = (
    *("parallel", "minutes", "pass", "attempts", "retake", "limit_min", "grace_s", "cooldown_h"),
    *("order", "show", "must_pass"),
)


class NewQuizForm(forms.Form):
    course = CourseField(
        label=gettext_lazy("Course"),
        queryset=Course.objects.filter(versions__isnull=False).distinct().order_by("slug"),
        to_field_name="slug",
        empty_label=gettext_lazy("Choose one"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as post-test. It stays for ever."),
    )


def _whole(label: Any, least: int, most: int, hint: Any = "", *, empty: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=hint, required=not empty)


class QuizForm(forms.Form):
    """One quiz. Rows are named by their place: cell-0-objective, cell-0-level, cell-0-count."""

    minutes = _whole(gettext_lazy("About how long, in minutes"), 0, 600)
    limit_min = _whole(
        gettext_lazy("Time limit, in minutes"),
        *LIMITS["limit_min"],
        gettext_lazy("Empty: as long as it takes."),
        empty=True,
    )
    grace_s = _whole(
        gettext_lazy("Grace, in seconds"),
        *LIMITS["grace_s"],
        gettext_lazy("What was answered in time and arrives so much later still counts."),
    )
    attempts = _whole(gettext_lazy("Attempts"), 1, 20, gettext_lazy("Empty: as many as needed."), empty=True)
    cooldown_h = _whole(gettext_lazy("Hours before a retake"), *LIMITS["cooldown_h"])
    retake = forms.ChoiceField(
        label=gettext_lazy("Before a retake"),
        choices=[
            ("reread", gettext_lazy("Read again what was missed")),
            ("free", gettext_lazy("Nothing")),
        ],
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order of questions"),
        choices=[("fixed", gettext_lazy("As they stand")), ("shuffle", gettext_lazy("Drawn for each attempt"))],
    )
    show = forms.ChoiceField(label=gettext_lazy("What is shown after handing in"), choices=SHOWN)
    must_pass = forms.CharField(
        label=gettext_lazy("Questions that must be right to pass"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Their ids, such as ro-001, ro-004"),
    )

    def __init__(self, data: QueryDict | None, *, quiz: Quiz, content: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.languages = reads.languages(quiz)
        if quiz.is_pretest:
            self._become_pretest(quiz)
        else:
            self.fields["pass"] = _whole(gettext_lazy("Pass mark, in percent"), 1, 100)
        for language in self.languages:
            name = get_language_info(language)["name_translated"]
            label = _("Title, %(language)s") % {"language": name} if len(self.languages) > 1 else _("Title")
            self.fields[f"title-{language}"] = forms.CharField(label=label, max_length=120, required=False)
        settings = {**SETTINGS, **content["settings"]}
        self.stored = content
        self.initial = {
            **{name: content[name] for name in ("minutes", "attempts", "retake")},
            **{name: settings[name] for name in ("limit_min", "grace_s", "cooldown_h", "order", "show", "parallel")},
            "pass": int(Decimal(content["pass"]) * 100),
            "must_pass": ", ".join(settings["must_pass"]),
            **{f"title-{language}": content["title"].get(language, "") for language in self.languages},
        }
        self.items = data.getlist("item")[:MOST_ITEMS] if data is not None else list(content["items"])
        self.cells = _sent_cells(data) if data is not None else [dict(cell) for cell in settings["cells"]]
        self.objectives = bank.objectives(bank.newest_course(quiz.course))

    def _become_pretest(self, quiz: Quiz) -> None:
        for name in COUNTING:
            del self.fields[name]
        self.fields["parallel"] = forms.ChoiceField(
            label=gettext_lazy("Compared with"),
            choices=[("", gettext_lazy("Choose one")), *reads.post_tests(quiz)],
            required=False,
            help_text=gettext_lazy("A post-test with cells. Both draw by them, with as few questions twice as can be."),
            error_messages={"invalid_choice": gettext_lazy("Choose a post-test of this course.")},
        )

    @property
    def titles(self) -> list[forms.BoundField]:
        return [self[f"title-{language}"] for language in self.languages]

    @property
    def rules(self) -> list[forms.BoundField]:
        return [self[name] for name in RULES if name in self.fields]

    @property
    def levels(self) -> list[tuple[str, Any]]:
        return [("", _("Any level")), *((level, LEVEL_NAMES[level]) for level in LEVELS)]

    def content(self, act: str = "") -> dict[str, Any]:
        """What was typed, as a draft holds it, with one move of questions or cells done: "add-item" with the id,
        "up:1", "down:1", "remove:1", "add-cell", "remove-cell:1"."""
        given = self.cleaned_data
        title = {language: " ".join(given[f"title-{language}"].split()) for language in self.languages}
        common = {
            "title": {**self.stored["title"], **{code: text for code, text in title.items() if text}},
            "minutes": given["minutes"],
        }
        if "parallel" in given:
            own = {name: given[name] for name in ("limit_min", "grace_s", "order", "parallel")}
            return {**self.stored, **common, "settings": _differing(own)}
        settings = {
            **{name: given[name] for name in ("limit_min", "grace_s", "cooldown_h", "order", "show")},
            "must_pass": list(dict.fromkeys(re.findall(r"[^\s,;]+", given["must_pass"]))),
            "cells": moved_cells(self.cells, act, self.objectives),
        }
        return {
            **common,
            "pass": f"{(Decimal(given['pass']) / 100).normalize():f}",
            "attempts": given["attempts"],
            "retake": given["retake"],
            "items": moved_items(self.items, act, self.data.get("add_item", "")),
            "settings": _differing(settings),
        }


def _differing(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value != SETTINGS[name]}


def moved_items(items: Sequence[str], act: str, new: str) -> list[str]:
    """The named questions after one press."""
    verb, _colon, number = act.partition(":")
    found = list(items)
    if verb == "add-item" and new and new not in found and len(found) < MOST_ITEMS:
        return [*found, new]
    at = _index(number, len(found))
    if at is None or verb not in ("up", "down", "remove"):
        return found
    one = found.pop(at)
    if verb != "remove":
        found.insert(max(at - 1, 0) if verb == "up" else at + 1, one)
    return found


def moved_cells(cells: Sequence[Mapping[str, Any]], act: str, objectives: Sequence[tuple[str, str]]) -> list[Any]:
    verb, _colon, number = act.partition(":")
    found = [dict(cell) for cell in cells]
    if verb == "add-cell" and objectives and len(found) < MOST_CELLS:
        return [*found, {"objective": objectives[0][0], "level": "", "count": 1}]
    at = _index(number, len(found))
    if verb == "remove-cell" and at is not None:
        found.pop(at)
    return found


def _index(number: str, most: int) -> int | None:
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else most
    return at if at < most else None


def _sent_cells(data: QueryDict) -> list[dict[str, Any]]:
    """The rows of cells as they were sent; a count that is none becomes 1, a level that is none any."""
    rows = zip(data.getlist("cell-objective"), data.getlist("cell-level"), data.getlist("cell-count"), strict=False)
    return [
        {"objective": objective[:12], "level": level if level in LEVELS else "", "count": _count(count)}
        for objective, level, count in list(rows)[:MOST_CELLS]
    ]


def _count(sent: str) -> int:
    number = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 1
    return max(1, min(number, MOST_ITEMS))

"""The style guide at /styleguide/: every component in every state, with made-up data. For developers; 404 elsewhere."""

from __future__ import annotations

import re
import uuid
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from ruamel.yaml import YAML

from certificates.forms import CodeForm
from core import charts
from core.fields import PlainWords
from quizzes import marking, selectors
from quizzes.activities import check_context
from quizzes.models import ItemVersion

TOKEN = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})")
EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
NOBODY = uuid.UUID(int=0)
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren"


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Tokens and components; it exists where settings.STYLEGUIDE says so."""
    if not settings.STYLEGUIDE:
        raise Http404
    context = {**_tokens(), **_forms(), **_courses(), **_quizzes(), **_certificates(), "long": LONG}
    return render(request, "styleguide/page.html", context)


class SampleForm(PlainWords):
    """One field of every kind."""

    name = forms.CharField(label="Name", max_length=120)
    search = forms.CharField(label="Find a question", widget=forms.TextInput(attrs={"type": "search"}))
    mail = forms.EmailField(label="E-mail", help_text="We write to it when your certificate is printed.")
    starts = forms.DateField(label="Starts on", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="Profession", choices=[("", "Choose one"), ("nurse", "Nurse"), ("other", "Other")])
    text = forms.CharField(label="What will you change?", widget=forms.Textarea(attrs={"rows": 3}))
    met = forms.ChoiceField(
        label="Was the objective met?",
        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label="I took part in the whole activity.")


def _tokens() -> dict[str, Any]:
    """Colour names and values as tokens.css has them: light first, then dark."""
    light, _at, dark = (settings.ROOT / "static" / "css" / "tokens.css").read_text().partition("@media")
    night = dict(TOKEN.findall(dark))
    return {
        "colours": [(name, value, night.get(name, value)) for name, value in TOKEN.findall(light)],
        "spaces": (4, 8, 12, 16, 24, 32, 48),
    }


def _forms() -> dict[str, Any]:
    filled = {"name": "Adaeze Okonkwo-Lindqvist", "mail": "adaeze@example.org", "starts": "2026-11-22"}
    filled |= {"kind": "nurse", "text": "Ask about ketone strips first.", "met": "yes", "sure": "on", "search": "depot"}
    wrong = SampleForm({"mail": "no-address", "name": LONG * 3}, prefix="wrong")
    return {
        "empty_form": SampleForm(prefix="empty"),
        "filled_form": SampleForm(initial=filled, prefix="filled"),
        "wrong_form": SampleForm({f"wrong-{name}": value for name, value in wrong.data.items()}, prefix="wrong"),
        "units": [("mgdl", "mg/dL"), ("mmol", "mmol/L")],
        "said": [Message(messages.SUCCESS, "Saved."), Message(messages.ERROR, "That passkey did not fit.")],
        "tabs": [("#ways", "All", True), ("#ways", "Red flags", False), ("#ways", "Visits this week", False)],
        "steps": [("Evaluation", "done"), ("Statement and claim", "here"), ("Certificate", "ahead")],
        "pages": [Paginator(range(60), 20).page(number) for number in (1, 2, 3)],
    }


def _courses() -> dict[str, Any]:
    minutes = (14, 9, 18, 12)
    lines = [
        charts.step_line(minutes, done, here, width=330, height=56)
        for done, here in ((0, 0.0), (3, 3.0), (len(minutes), None))
    ]
    hours = charts.Axis(0, 12, [(at, f"{at} h") for at in (0, 4, 8, 12)])
    fading = charts.Curve("Pump: rapid-acting only", [(at, max(0, 100 - 18 * at)) for at in range(13)], "insulin", True)
    lasting = charts.Curve("Pen: long-acting", [(at, 100 - at) for at in range(13)], "ink", dash=True)
    band = charts.Span(2, 4, "ketones may start to rise", "ketone")
    drawn = [charts.curves([fading, lasting], hours, band, "How much is left.", wide=wide) for wide in (True, False)]
    said = ("0 of 4 lessons", "3 of 4 lessons, then the post-test", "4 of 4 lessons. All done.")
    return {"progress": list(zip(lines, said, strict=True)), "chart": mark_safe("".join(drawn))}  # noqa: S308 - drawn by core.charts


def _quizzes() -> dict[str, Any]:
    answered, flagged = {1, 2, 3, 5, 6, 8}, {6}
    slots = [{"position": n, "response": n in answered, "flagged": n in flagged} for n in range(1, 11)]
    options = [
        ("Within minutes", "There is still insulin under the skin for an hour or more.", False),
        ("Between about 03:00 and 05:00", "Two to four hours after the flow stopped.", True),
        ("After about 12 hours", "Twelve hours fits a missed dose of long-acting insulin.", False),
    ]

    content = {
        "type": "sba",
        "stem": {"en": "Ana’s set comes out at 01:00 while she sleeps. When would her ketones start rising?"},
        "options": [
            {"id": str(n), "text": {"en": text}, "why": {"en": why}, "key": key}
            for n, (text, why, key) in enumerate(options)
        ],
    }

    def check(chosen: int | None) -> dict[str, Any]:
        version = ItemVersion(item_id=f"sample-{chosen}", content=content, number=1)
        return check_context(version, None if chosen is None else {"choice": str(chosen)}, NOBODY)

    return {
        "attempt": {"pk": NOBODY},
        "slots": slots,
        "slot": {"position": 4},
        "answered": len(answered),
        "open_positions": [4, 7, 9, 10],
        "flagged_positions": [6],
        "checks": [check(chosen) for chosen in (None, 2, 1)],
        "choices": options,
        "types": [_type(content) for content in _examples()],
    }


def _examples() -> list[dict[str, Any]]:
    """The items of docs/items.md, one a type."""
    text = (settings.ROOT / "docs" / "items.md").read_text(encoding="utf-8")
    return [YAML(typ="safe").load(block) for block in EXAMPLE.findall(text)]


def _type(content: dict[str, Any]) -> dict[str, Any]:
    """A question of one type, as it is asked and as it is explained."""
    version = ItemVersion(item_id=f"type-{content['type']}", content=content, number=1)
    one = selectors.drawn(version)
    response = marking.key_response(content, one.params, one.order)
    return {
        "name": content["type"],
        "question": selectors.check(version, None),
        "solved": selectors.answered_check(version, response),
    }


def _certificates() -> dict[str, Any]:
    now = timezone.now()
    award = SimpleNamespace(
        pk=NOBODY,
        name="Adaeze Okonkwo-Lindqvist",
        credentials="RN, MSN, CDCES",
        activity_title="Insulin pump therapy: rationale",
        activity_format="Enduring, online",
        completed_at=now,
        issued_at=now,
        points=9,
        max_points=10,
        needed=8,
        minutes=48,
        code_display="7Q4M-2XKD-9HTR-C5WB",
    )
    evaluation = SimpleNamespace(at=now, met_count=3, objectives=[1, 2, 3, 4])
    return {
        "award": award,
        "code_form": CodeForm(),
        "acts_of": [
            {"evaluation": None, "award": None, "current": "evaluation"},
            {"evaluation": evaluation, "award": None, "current": "claim"},
            {"evaluation": evaluation, "award": award, "current": "certificate"},
        ],
    }

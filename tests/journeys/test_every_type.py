"""Every type of question from its file to the learner: asked in a lesson and in a test, answered, marked, explained."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role, User
from courses.models import CourseVersion
from courses.services import publish
from courses.services.files import CurriculumErrors
from edu.browser import Page
from edu.curriculum import load
from edu.walk import Walk
from quizzes import marking, selectors
from quizzes.models import CheckAnswer, ItemVersion, Slot
from tests.curriculum import COURSE
from tests.every_type import begin_every_type, questions, write_every_type
from tests.inside import Inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_every_type(tmp_path / "curriculum")


def secrets() -> list[str]:
    """Reasons of every option, row and blank, and the ids that stand for them."""
    found = []
    for version in ItemVersion.objects.filter(item__id__startswith="test-"):
        found += re.findall(r"'why': \{'en': ['\"](.+?)['\"], 'es'", str(version.content))
        found += re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", str(version.content))
    return found


def form_fields(page: Page, ident: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in page.form(ident).data({}):
        fields.setdefault(name, []).append(value)
    return fields


def test_a_test_of_every_type_is_answered_kept_handed_in_and_explained(walk: Walk[Inside], files: Path) -> None:
    attempt, browser = begin_every_type(walk, files), walk.browser
    slots = list(attempt.slots.select_related("item_version"))
    assert {slot.item_version.content["type"] for slot in slots} == set(marking.KINDS)
    hidden = secrets()
    assert len(hidden) > 40
    for slot in slots:
        address = f"/quizzes/attempts/{attempt.pk}/{slot.position}/"
        shown = browser.get(address)
        assert [words for words in hidden if words in unescape(shown.text)] == [], slot.item_version.item_id
        key = marking.key_response(slot.item_version.content, slot.params, slot.option_order)
        fields = marking.filled(slot.item_version.content, slot.params, slot.option_order, key)
        kept = {name: form_fields(shown, "question-form")[name] for name in ("csrfmiddlewaretoken", "seq", "epoch")}
        answer = browser.client.post(address, {**kept, **fields, "go": "stay"})
        assert answer.status_code in (302, 303), slot.item_version.item_id
        again = form_fields(browser.get(address), "question-form")
        mine = {name: values for name, values in fields.items() if name in again}  # a unit that is given has no field
        assert mine
        assert {name: again[name] for name in mine} == mine
    over = browser.get(f"/quizzes/attempts/{attempt.pk}/review/")
    assert [words for words in hidden if words in unescape(over.text)] == []
    result = browser.submit(over.form("/submit/"))
    attempt.refresh_from_db()
    assert attempt.passed
    assert attempt.points == attempt.max_points == len(questions())
    text = unescape(result.text)
    for slot in Slot.objects.select_related("item_version"):
        told = marking.solution(slot.item_version.content, slot.params, "en")
        reasons = [line.why for line in told.lines if line.right] + [told.why]
        assert [why for why in reasons if why and why not in text] == [], slot.item_version.item_id


def test_a_check_of_every_type_is_asked_answered_and_explained_without_javascript(educator: User, files: Path) -> None:
    load(files, publish=True)
    publish(version=CourseVersion.objects.filter(course__slug=COURSE).latest("number"), now=timezone.now())
    browser = Inside.of(educator)
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    for kind in marking.KINDS:
        item = f"check-{kind.replace('_', '-')}"
        lesson = browser.get(f"/courses/{COURSE}/side-by-side/")
        form = next(form for form in lesson.forms if form.action.endswith(f"/{item}/"))
        blank = browser.submit(form)
        assert not CheckAnswer.objects.filter(item_version__item=item).exists()
        assert "Answer first." in blank.text or "Choose one of the answers." in blank.text, kind
        one = selectors.drawn(ItemVersion.objects.newest().get(item=item))
        content = one.version.content
        key = marking.key_response(content, one.params, one.order)
        token = dict(form.data({}))["csrfmiddlewaretoken"]
        fields = marking.filled(content, one.params, one.order, key)
        sent = {**fields, "csrfmiddlewaretoken": token, "version": str(one.version.number)}
        assert browser.client.post(form.action, sent, headers={"Referer": lesson.url}).status_code == 302, kind
        assert CheckAnswer.objects.get(item_version__item=item).right, kind
        told = marking.solution(content, one.params, "en")
        text = unescape(browser.get(f"/courses/{COURSE}/side-by-side/").text)
        assert [line.why for line in told.lines if line.right and line.why not in text] == [], kind
    lesson = browser.get(f"/courses/{COURSE}/side-by-side/")
    form = next(form for form in lesson.forms if form.action.endswith("/check-numeric/"))
    again = browser.submit(form, number="1,234", unit="mg/dL")
    assert "“1,234” can be read in two ways" in again.text
    assert 'value="1,234"' in again.text
    assert CheckAnswer.objects.filter(item_version__item="check-numeric").count() == 1


def test_a_mistake_in_any_type_is_told_by_file_line_and_key(files: Path) -> None:
    path = files / COURSE / "items" / "test-matching.yaml"
    path.write_text(path.read_text().replace("type: matching", "type: matchng"))
    with pytest.raises(CurriculumErrors) as refused:
        load(files, publish=True)
    said = [str(problem) for problem in refused.value.problems]
    assert any("test-matching.yaml:" in one and "must be one of sba" in one for one in said), said


def test_an_author_reads_and_tries_a_question_of_any_type(make_person: Any, files: Path) -> None:
    load(files, publish=True)
    desk = Inside.of(make_person(Role.AUTHOR))
    for kind in marking.KINDS:
        item = f"test-{kind.replace('_', '-')}"
        for address in (f"/bank/{item}/", f"/bank/{item}/?tab=preview&chosen=1", f"/bank/{item}/versions/1/"):
            assert desk.get(address).status == 200, address

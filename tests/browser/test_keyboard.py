"""Every type of question by keyboard alone, in Chromium: the full score, the focus always seen and never lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect

from accounts.models import User
from courses.models import CourseVersion
from courses.services import publish
from edu.curriculum import load
from edu.walk import Walk
from quizzes import marking, selectors
from quizzes.models import Attempt, CheckAnswer, ItemVersion, Slot
from tests.browser.conftest import Looker
from tests.browser.gallery import View
from tests.browser.keyboard import Keyboard, Stop, in_reading_order
from tests.curriculum import COURSE
from tests.every_type import begin_every_type, questions, write_every_type
from tests.inside import Inside

pytestmark = pytest.mark.django_db(transaction=True)
SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 800}, {"width": 360, "height": 740})


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_every_type(tmp_path / "curriculum")


def right(slot: Slot) -> dict[str, list[str]]:
    """What the form of a question holds when it is answered rightly."""
    content, params, order = slot.item_version.content, slot.params, slot.option_order
    return marking.filled(content, params, order, marking.key_response(content, params, order))


def asked(form: Any, fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """Those of them the form asks for: a unit that is given has no field."""
    return {name: values for name, values in fields.items() if form.locator(f"[name='{name}']").count()}


def backwards(keys: Keyboard, stops: list[Stop]) -> list[str]:
    """Shift+Tab goes the same way back."""
    found: list[Stop] = []
    while len(found) < len(stops) - 1:
        at = keys.tab("Shift+Tab")
        found += [at] if at.form == stops[0].form else []
    return [stop.name for stop in found]


@pytest.mark.parametrize("size", SIZES, ids=("wide", "narrow"))
def test_a_test_of_every_type_is_answered_rightly_and_handed_in_by_keyboard_alone(
    looker: Looker, walk: Walk[Inside], files: Path, size: ViewportSize
) -> None:
    attempt = begin_every_type(walk, files)
    view = View("keyboard", f"/quizzes/attempts/{attempt.pk}/1/", walk.browser)
    page = looker.open(looker.context(view, viewport=size), view)
    keys = Keyboard(page)
    slots = list(attempt.slots.select_related("item_version").order_by("position"))
    assert len(slots) == len(questions())
    for slot in slots:
        keys.to_content()
        stops = keys.fill("question-form", asked(page.locator("#question-form"), right(slot)), until="go=next")
        assert in_reading_order(stops) == [], slot.item_version.item_id
        expect(page.locator("#saved-state")).to_have_attribute("data-state", "saved")
        assert keys.stop().is_button("go", "next")
        assert backwards(keys, stops) == [stop.name for stop in reversed(stops[:-1])], slot.item_version.item_id
        keys.fill("question-form", {}, until="go=next")
        with page.expect_navigation():
            keys.press("Enter")
    keys.to_content()
    keys.to_button("", within="hand-in")
    with page.expect_navigation():
        keys.press("Enter")
    assert "\n".join(keys.wrong + looker.wrong) == ""
    attempt = Attempt.objects.get(pk=attempt.pk)
    wrongly = [slot.item_version.item_id for slot in attempt.slots.all() if not slot.right]
    assert wrongly == []
    assert attempt.points == attempt.max_points == len(questions())


def test_a_step_that_passes_other_positions_on_its_way_moves_only_the_one_it_ends_on(
    looker: Looker, walk: Walk[Inside], files: Path
) -> None:
    attempt = begin_every_type(walk, files)
    slot = attempt.slots.get(item_version__item="test-sequence")
    view = View("keyboard", f"/quizzes/attempts/{attempt.pk}/{slot.position}/", walk.browser)
    page = looker.open(looker.context(view), view)
    keys, lists = Keyboard(page), page.locator("[data-order] select")
    keys.to_content()
    names = [str(lists.nth(at).get_attribute("name")) for at in range(3)]
    wanted = {names[0]: ["1"], names[1]: ["2"], names[2]: ["2"]}
    keys.fill("question-form", wanted, until="go=next")
    assert [lists.nth(at).input_value() for at in range(3)] == ["1", "", "2"]


def test_every_check_of_a_lesson_is_answered_by_keyboard_and_the_focus_ends_on_what_tells_the_result(
    looker: Looker, educator: User, files: Path
) -> None:
    load(files, publish=True)
    publish(version=CourseVersion.objects.filter(course__slug=COURSE).latest("number"), now=timezone.now())
    browser = Inside.of(educator)
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    view = View("keyboard", f"/courses/{COURSE}/side-by-side/", browser)
    page = looker.open(looker.context(view), view)
    keys = Keyboard(page)
    keys.to_content()
    for name in questions():
        item = f"check-{name}"
        one = selectors.drawn(ItemVersion.objects.newest().get(item=item))
        key = marking.key_response(one.version.content, one.params, one.order)
        fields = marking.filled(one.version.content, one.params, one.order, key)
        form = page.locator(f"#check-{item}")
        keys.fill(f"check-{item}", asked(form, fields), until=f"answer-{item}")
        keys.press("Enter")
        expect(form.locator(".right").first).to_be_visible()
        at = keys.stop()
        assert at.id == f"answer-{item}"
        told = str(page.locator(f"#answer-{item}").get_attribute("aria-describedby")).split()
        assert [page.locator(f"#{one}").inner_text().strip() == "" for one in told] == [False] * len(told), item
        assert CheckAnswer.objects.get(item_version__item=item).right, item
    assert "\n".join(keys.wrong + looker.wrong) == ""

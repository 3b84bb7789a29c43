"""A number while it is typed, in Chromium: how it is read, what is asked about it, no word on whether it is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from edu.walk import Walk
from quizzes.models import Slot
from tests.browser.conftest import Looker
from tests.browser.gallery import View
from tests.browser.keyboard import Keyboard
from tests.every_type import begin_every_type, write_every_type
from tests.inside import Inside

pytestmark = pytest.mark.django_db(transaction=True)
STATE, ECHO, ASKED = "#saved-state", "output.echo", "[data-asked]"


@pytest.fixture
def show(looker: Looker, walk: Walk[Inside], tmp_path: Path) -> Callable[..., Page]:
    """Open the question of a type."""
    attempt = begin_every_type(walk, write_every_type(tmp_path / "curriculum"))

    def opened(item: str, *, script: bool = True) -> Page:
        slot = attempt.slots.get(item_version__item=item)
        view = View("typed", f"/quizzes/attempts/{attempt.pk}/{slot.position}/", walk.browser)
        page: Page = looker.open(looker.context(view, java_script_enabled=script), view)
        return page

    return opened


def stored(item: str) -> Any:
    return Slot.objects.get(item_version__item=item).response


def saved(page: Page) -> None:
    expect(page.locator(STATE)).to_have_attribute("data-state", "saved")


def test_what_is_typed_is_read_aloud_before_anything_is_pressed(show: Callable[..., Page]) -> None:
    page = show("test-numeric")
    page.locator("#question-form").get_by_role("radio", name="mmol/L").check()
    page.locator("[name=number]").press_sequentially("5,6")
    expect(page.locator(ECHO)).to_have_text("Read as 5.6\u00a0mmol/L (101\u00a0mg/dL)")
    expect(page.locator(ECHO)).to_be_visible()
    saved(page)
    page.locator("[name=number]").press_sequentially("7")
    expect(page.locator(ECHO)).to_be_hidden()
    expect(page.locator(ECHO)).to_have_text("Read as 5.67\u00a0mmol/L (102\u00a0mg/dL)")


def test_a_number_with_two_readings_is_asked_about_and_one_press_settles_it(show: Callable[..., Page]) -> None:
    page = show("test-numeric")
    keys = Keyboard(page)
    box = page.locator("[name=number]")
    box.press_sequentially("1,234")
    asked = page.get_by_role("group", name="“1,234”: which number did you mean?")
    expect(asked).to_be_visible()
    expect(page.locator(ASKED)).to_contain_text("can be read in two ways")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator(STATE)).to_have_attribute("data-state", "unsaved")
    assert stored("test-numeric") is None
    keys.tab()
    at = keys.tab()
    assert (at.name, at.value) == ("number-reading", "1.234")
    page.wait_for_timeout(1500)  # whatever leaving the box sends has come back: the question is not drawn anew
    assert keys.stop() == at
    keys.press("ArrowDown")
    expect(page.locator(ECHO)).to_contain_text("Read as 1234\u00a0mg/dL")
    saved(page)
    assert stored("test-numeric") == {"raw": "1,234", "value": "1234", "unit": "mg/dL", "locale": "en"}
    assert keys.stop().value == "1234"
    assert box.get_attribute("aria-invalid") is None
    expect(page.locator(f"{ASKED} .error")).to_have_count(0)
    page.reload()
    expect(page.locator("[name=number-reading][value='1234']")).to_be_checked()
    page.get_by_role("button", name="Next question").last.click()
    expect(page.locator("h1")).not_to_contain_text("Glucose falls")
    page.goto(re.sub(r"/\d+/$", "/review/", page.url))
    expect(page.locator("main")).to_contain_text("1234\u00a0mg/dL")
    expect(page.locator("main")).not_to_contain_text("1,234")


def test_another_number_takes_the_question_away(show: Callable[..., Page]) -> None:
    page = show("test-carb-meal")
    total = page.locator("[name=total]")
    total.press_sequentially("1,234")
    expect(page.locator(f"{ASKED} fieldset")).to_be_visible()
    page.get_by_role("radio", name="1.234").check()
    saved(page)
    total.press("End")
    total.press("Backspace")
    expect(page.locator(f"{ASKED} fieldset")).to_have_count(0)
    expect(page.locator(ECHO)).to_have_text("Read as 1.23\u00a0g")
    total.press_sequentially("4")
    expect(page.locator(f"{ASKED} fieldset")).to_be_visible()
    assert page.locator("[name=total-reading]:checked").count() == 0
    total.press_sequentially(" apples")
    expect(page.locator(ASKED)).to_contain_text("Choose the unit: g.")


def test_without_javascript_the_page_asks_once_it_is_sent(show: Callable[..., Page]) -> None:
    page = show("test-carb-meal", script=False)
    page.locator("[name=food-1]").fill("1.250")
    page.locator("[name=total]").fill("62")
    page.locator(".pager [value=next]").click()
    expect(page.locator(".check-error")).to_contain_text("“1.250” can be read in two ways")
    expect(page.locator("[name=food-1]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=total]")).to_have_value("62")
    page.get_by_role("radio", name="1250").check()
    page.locator(".pager [value=next]").click()
    expect(page.locator(".check-error")).to_have_count(0)
    response = stored("test-carb-meal")
    assert list(response["per_food"].values()) == ["1250"]


def test_a_right_number_and_a_wrong_one_look_the_same(show: Callable[..., Page]) -> None:
    page, seen = show("test-numeric"), set()
    for number in ("252", "253", "999", "111"):
        page.locator("[name=number]").fill(number)
        expect(page.locator(ECHO)).to_contain_text(f"Read as {number}")
        saved(page)
        html = str(page.locator("#question-form").evaluate("form => form.outerHTML"))
        html = re.sub(r"\(\d+\.\d\s*mmol/L\)|name=\"seq\" value=\"\d+\"", "", html.replace("&nbsp;", " "))
        seen.add(html.replace(number, "N"))
    assert len(seen) == 1

"""A patient's step in a real browser: the question answered in its place, and the one button that leads on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Looker
from tests.browser.gallery import View
from tests.browser.patients_gallery import path, steps
from tests.patients import keys

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 780}


def test_a_wrong_answer_then_a_right_one_and_on_by_keyboard_without_a_page_load(looker: Looker) -> None:
    reader = steps("Ximena")
    view = View("step", path(reader.start().url), reader.browser)
    context = looker.context(view, viewport=PHONE)
    page = looker.open(context, view)
    assert _buttons(page) == ["Listen", "Your turn"]
    page.click(".step-dock .to-turn")
    page.locator(".at-turn").wait_for()
    assert _buttons(page) == []  # it led there; now it would lie over the answers
    page.evaluate("scrollTo(0, 0)")
    page.locator(".step:not(.at-turn)").wait_for()
    assert _buttons(page) == ["Listen", "Your turn"]
    page.click(".step-dock .to-turn")
    page.locator(".at-turn").wait_for()
    answers = page.locator(".turn .choice")
    right = next(index for index in range(3) if answers.nth(index).inner_text() in keys())
    _answer(page, (right + 1) % 3)
    page.locator(".turn .notyet").wait_for()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Check my answer"
    assert _buttons(page) == []
    _answer(page, right)
    page.locator(".turn.is-right").wait_for()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Go on"
    assert _buttons(page) == ["Listen", "Go on"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/ups-and-downs/")
    context.close()
    assert looker.wrong == []


def test_without_javascript_the_way_to_the_question_is_a_link_at_the_end_that_lies_over_nothing(looker: Looker) -> None:
    reader = steps("Ximena")
    view = View("step", path(reader.start().url), reader.browser)
    context = looker.context(view, viewport=PHONE, java_script_enabled=False)
    page = looker.open(context, view)
    dock = page.locator(".step-dock").bounding_box()
    assert dock
    assert dock["y"] > PHONE["height"]  # below the fold, where the page ends
    assert page.locator(".step-dock .to-turn").get_attribute("href") == "#check-sp-back-up"
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_check_with_nothing_chosen_shows_the_houses_error_and_takes_the_focus_there(
    looker: Looker, *, scripts: bool
) -> None:
    reader = steps("Ximena", language="es")
    view = View("step", path(reader.start().url), reader.browser)
    context = looker.context(view, viewport=PHONE, java_script_enabled=scripts)
    page = looker.open(context, view)
    page.locator(".turn button[type=submit]").click()
    error = page.locator(".turn .check-error")
    error.wait_for()
    assert error.inner_text().strip() == "Elija una de las respuestas."
    if scripts:  # without them Chromium follows the address to the question, which holds the error
        assert page.evaluate("document.activeElement.id") == "check-sp-back-up-error"
    assert error.evaluate("e => e.getBoundingClientRect().top >= 0 && e.getBoundingClientRect().bottom <= innerHeight")
    assert page.locator(".turn [aria-describedby=check-sp-back-up-error]").count() == 1
    context.close()
    assert looker.wrong == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_count_of_steps_stays_on_one_line_on_a_phone(looker: Looker, language: str) -> None:
    reader = steps("Ximena", language=language)
    view = View("step", path(reader.start().url), reader.browser)
    context = looker.context(view, viewport=PHONE)
    page = looker.open(context, view)
    header, count = page.locator(".step-header"), page.locator(".step-header .step-count")
    assert count.evaluate("e => e.getBoundingClientRect().height < 1.6 * parseFloat(getComputedStyle(e).lineHeight)")
    assert header.evaluate("e => e.getBoundingClientRect().height") < 90  # one row
    context.close()


def test_listen_speaks_the_step_in_its_language_and_stops_when_pressed_again(looker: Looker) -> None:
    reader = steps("Ximena", language="es")
    view = View("step", path(reader.start().url), reader.browser)
    context = looker.context(view, viewport=PHONE)
    context.add_init_script(
        """window.said = []; window.stopped = 0; let on = false;
        Object.defineProperty(window, "speechSynthesis", {value: {get speaking() { return on; },
          speak(one) { on = true; said.push([one.lang, one.text]); }, cancel() { on = false; stopped += 1; }}});"""
    )
    page = looker.open(context, view)
    page.click(".step-dock .listen")
    said = page.evaluate("said")
    assert said[0] == ["es", "La bomba es una herramienta. Usted decide."]
    assert {language for language, _text in said} == {"es"}
    assert not [text for _language, text in said if text[-1:].isdigit()]  # the numbers of sources are not read out
    page.click(".step-dock .listen")
    assert page.evaluate("speechSynthesis.speaking") is False
    context.close()


def _answer(page: Any, number: int) -> None:
    page.locator(".turn .choice input").nth(number).check()
    page.locator(".turn button[type=submit]").focus()
    page.keyboard.press("Enter")


def _buttons(page: Any) -> list[str]:
    return [text.strip() for text in page.locator(".step-dock .button:visible").all_inner_texts()]

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
    answers = page.locator(".turn .choice")
    right = next(index for index in range(3) if answers.nth(index).inner_text() in keys())
    _answer(page, (right + 1) % 3)
    page.locator(".turn .notyet").wait_for()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Check my answer"
    assert _buttons(page) == ["Listen", "Your turn"]
    _answer(page, right)
    page.locator(".turn.is-right").wait_for()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Go on"
    assert _buttons(page) == ["Listen", "Go on"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/ups-and-downs/")
    context.close()
    assert looker.wrong == []


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

"""An educator's start page says what to do next, with one filled button, at every stage of the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from certificates.tests import ledger
from courses.tests.test_progress import make_course
from edu.views import DAY_WORDS
from edu.walk import Walk
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db


def filled(browser: Inside) -> list[str]:
    """The words of the filled buttons in the content, with where each leads."""
    main = re.search(r"<main.*</main>", browser.get("/home/").text, re.S)
    assert main
    found = re.findall(
        r'<(?:a|button) class="button"[^>]*?(?:href="([^"]*)")?[^>]*>(.*?)</(?:a|button)>', main[0], re.S
    )
    return [" ".join(re.sub("<[^>]+>", "", words).split()) for _href, words in found]


def test_the_day_on_the_landing_page_is_said_in_the_readers_language() -> None:
    english, spanish = (Client().get("/", headers={"Accept-Language": language}).text for language in ("en", "es"))
    assert [words for words in DAY_WORDS if str(escape(words)) not in english] == []
    assert [words for words in DAY_WORDS if str(escape(words)) in spanish] == []


def test_someone_new_is_led_to_a_course(browser: Inside) -> None:
    page = browser.get("/home/")
    assert "Welcome. Begin with a course." in page.text
    assert f"/courses/{COURSE}/" in page.links
    assert len(filled(browser)) == 1
    assert filled(browser)[0].startswith("Start")


def test_at_each_stage_of_the_way_there_is_one_filled_button(walk: Walk[Inside], work_off: Callable[[], int]) -> None:
    browser = walk.browser
    seen: list[str] = []

    def look() -> None:
        words = filled(browser)
        assert len(words) == 1, words
        seen.append(words[0])

    walk.read()
    look()
    walk.take_test(wrong=1)
    look()
    walk.evaluate_and_claim()
    work_off()
    look()
    assert seen == ["To the post-test", "Go on to the evaluation", "See your certificates"]


def test_who_is_under_way_goes_on(browser: Inside) -> None:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    assert len(filled(browser)) == 1
    assert filled(browser)[0].startswith("Go on")


def test_who_has_done_one_course_is_led_to_the_next(make_educator: Callable[..., User]) -> None:
    user, other = make_educator(), make_educator()
    ledger.award(user)
    make_course(other, lessons=1, activities=[], slug="another")
    browser = Inside.of(user)
    assert "Here is a course you have not taken yet." in browser.get("/home/").text
    assert "/courses/another/" in browser.page.links
    assert len(filled(browser)) == 1


def test_with_nothing_published_nothing_is_promised(browser: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: list[Any] = []
    monkeypatch.setattr("courses.selectors.catalogue", lambda *_args, **_kwargs: nothing)
    assert filled(browser) == []
    assert "There is no course here yet." in browser.page.text

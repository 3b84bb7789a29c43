"""A check that is sent with nothing chosen says so beside its answers; the browser keeps its bubble."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from accounts.models import Role, User
from edu.browser import Form, Page
from quizzes.models import CheckAnswer
from tests.curriculum import COURSE
from tests.inside import Inside
from tests.patients import Steps

pytestmark = pytest.mark.django_db
SAYS = "Choose one of the answers."


def check(page: Page, number: int = 0) -> Form:
    return [form for form in page.forms if "/quizzes/check/" in form.action][number]


def errors(page: Page) -> list[str]:
    """The ids of the errors on the page; each is what its group of answers is described by, and takes the focus."""
    found = re.findall(
        r'<p class="error check-error error-focus" id="([^"]+)" role="alert" tabindex="-1" autofocus>', page.text
    )
    assert all(f'aria-describedby="{ident}"' in page.text for ident in found)
    return found


def test_a_patient_who_presses_check_without_choosing_is_told_at_the_question(make_person: Callable[..., User]) -> None:
    steps = Steps(Inside.of(make_person(Role.PATIENT)))
    form = check(steps.start())
    assert "required" not in steps.browser.page.text
    page = steps.browser.submit(form)
    assert page.url.endswith("#check-sp-back-up")
    assert SAYS in page.text
    assert errors(page) == ["check-sp-back-up-error"]
    assert not CheckAnswer.objects.exists()
    assert SAYS not in steps.answer(right=False).text


def test_of_several_checks_of_a_lesson_only_the_one_that_was_sent_says_so(browser: Inside) -> None:
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    second = check(page, 1)
    page = browser.submit(second)
    assert page.text.count(SAYS) == 1
    assert errors(page) == [f"{second.ident}-error"]
    assert SAYS not in browser.get(page.url.partition("?")[0]).text


def test_with_htmx_the_question_alone_comes_back_with_the_error(make_person: Callable[..., User]) -> None:
    steps = Steps(Inside.of(make_person(Role.PATIENT)))
    form = check(steps.start())
    client = steps.browser.client
    answer = client.post(
        form.action, dict(form.data({})), headers={"HX-Request": "true", "Referer": steps.browser.page.url}
    )
    assert answer.status_code == 422
    assert "check-sp-back-up-error" in answer.text
    assert "<html" not in answer.text


def test_every_form_of_a_step_leaves_what_is_missing_to_the_house(make_person: Callable[..., User]) -> None:
    steps = Steps(Inside.of(make_person(Role.PATIENT)))
    found = re.search(r"<form class=\"check-card[^>]*>", steps.start().text)
    assert found
    assert " novalidate" in found[0]

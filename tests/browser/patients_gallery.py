"""A patient's pages in every state, for the gallery: named patient-…, those in Spanish ending in -es."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant
from tests.curriculum import COURSE as TEACHERS
from tests.inside import Inside
from tests.patients import COURSE, Steps

Add = Callable[..., None]
SIGN_UP = "/accounts/signup/?as=patient"


def add_patients(add: Add, educator: Inside) -> None:
    """Sign-up, the start page at each stage, the first two steps, the summary when all are done, in both languages; and
    where a patient is refused."""
    add("patient-sign-up", SIGN_UP)
    add("patient-sign-up-guardian", SIGN_UP, act=_for_a_child)
    add("patient-sign-up-other", SIGN_UP, act=_choose_teaching)
    add("patient-sign-up-errors", SIGN_UP, act=_send_empty)
    add("patient-course-stranger", f"/courses/{COURSE}/")
    add("patient-course-educator", f"/courses/{COURSE}/", educator)
    new = steps("Ada")
    add("patient-start-new", "/start/", new.browser)
    add("patient-not-found", "/no/such/page/", new.browser)
    add("patient-other-audience", f"/courses/{TEACHERS}/", new.browser)
    add("patient-profile", "/me/", new.browser)
    _first_steps(add, "", "")
    _first_steps(add, "es", "-es")
    child = steps("Maximiliane Wolkenstein-Trostburg", guardian=True, child_name="Bartholomew-Alexander")
    add("patient-guardian-start", "/start/", child.browser)
    add("patient-guardian-step", path(child.start().url), child.browser)
    grown = steps("Noor", guardian=True, child_name="Sam")
    grown.finish()
    add("patient-guardian-done", "/start/", grown.browser)
    add("patient-guardian-summary", "/start/summary/", grown.browser)


def steps(name: str, **values: Any) -> Steps:
    """A new patient, signed in."""
    user = User.objects.create_user(f"patient-{secrets.token_hex(4)}@example.org", name=name, **values)
    grant(user=user, role=Role.PATIENT, granted_by=None, now=timezone.now())
    return Steps(Inside.of(user))


def path(url: str) -> str:
    return url.removeprefix("http://testserver").partition("#")[0]


def _first_steps(add: Add, language: str, end: str) -> None:
    reader = steps("Ximena", language=language)
    first = path(reader.start().url)
    add(f"patient-step-0{end}", first, reader.browser)
    add(f"patient-step-0-too-soon{end}", first, reader.browser, _go_on_too_soon)
    add(f"patient-step-0-nothing-chosen{end}", first, reader.browser, _check_nothing)
    wrong = steps("Leo", language=language)
    wrong.start()
    wrong.answer(right=False)
    add(f"patient-step-0-wrong{end}", first, wrong.browser)
    further = steps("Mia", language=language)
    further.start()
    further.answer()
    second = path(further.go_on().url)
    add(f"patient-start-under-way{end}", "/start/", further.browser)
    further.answer()
    add(f"patient-step-1-right{end}", second, further.browser)
    done = steps("Noor", language=language)
    done.finish()
    add(f"patient-start-done{end}", "/start/", done.browser)
    add(f"patient-summary{end}", "/start/summary/", done.browser)


def _for_a_child(page: Any) -> None:
    page.check("[name=holder][value=guardian]")
    page.locator("[name=child_name]").wait_for()


def _choose_teaching(page: Any) -> None:
    page.check("[name=role][value=educator]")
    page.locator(".sign-up-other").wait_for()


def _send_empty(page: Any) -> None:
    page.locator("main form.sign-up button[type=submit]").last.click()
    page.locator(".error-summary").wait_for()


def _check_nothing(page: Any) -> None:
    page.locator(".turn button[type=submit]").click()
    page.locator(".check-error").wait_for()


def _go_on_too_soon(page: Any) -> None:
    page.evaluate("document.getElementById('step-done').submit()")
    page.locator(".error-focus").wait_for()

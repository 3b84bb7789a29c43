"""The cast meets every address: who may look is written down here, and an address nobody wrote down fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Licence, User
from certificates.models import Award
from courses.models import Completion, EngagementEvent, Enrolment
from edu.walk import COURSE, Walk
from quizzes.models import Attempt
from tests.inside import Inside

pytestmark = pytest.mark.django_db

SIGN_IN, GONE, OK = "sign in", "not found", "page"
# name: what the owner, another educator, and a stranger get. Ids are the owner's.
PUBLIC = (OK, OK, OK)
MATRIX: dict[str, tuple[str, str, str]] = {
    "landing": PUBLIC,
    "catalogue": PUBLIC,
    "course": PUBLIC,
    "verify": PUBLIC,
    "verify_code": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "home": (OK, OK, SIGN_IN),
    "transcript": (OK, OK, SIGN_IN),
    "profile": (OK, OK, SIGN_IN),
    "lesson": (OK, OK, SIGN_IN),  # another educator, not enrolled, is led to the course page
    "quiz": (OK, GONE, SIGN_IN),
    "attempt": (OK, GONE, SIGN_IN),
    "question": (OK, GONE, SIGN_IN),
    "attempt_review": (OK, GONE, SIGN_IN),
    "attempt_result": (OK, GONE, SIGN_IN),
    "evaluation": (OK, GONE, SIGN_IN),
    "claim": (OK, GONE, SIGN_IN),
    "certificate": (OK, GONE, SIGN_IN),
    "certificate_status": (OK, GONE, SIGN_IN),
    "certificate_pdf": (OK, GONE, SIGN_IN),
}
POSTS: dict[str, tuple[str, str, str]] = {
    "course_enrol": (OK, OK, SIGN_IN),
    "lesson_done": (OK, GONE, SIGN_IN),
    "lesson_seen": (OK, GONE, SIGN_IN),
    "check_answer": (OK, GONE, SIGN_IN),
    "attempt_submit": (OK, GONE, SIGN_IN),
    "certificate_print_again": (OK, GONE, SIGN_IN),
    "licence_add": (OK, OK, SIGN_IN),
    "licence_remove": (OK, GONE, SIGN_IN),
}
NOT_OURS = ("account_", "admin:")  # allauth's and Django's own, tested in accounts


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, prefix + space)
        elif pattern.name:
            yield prefix + pattern.name


def test_every_address_of_ours_is_in_the_matrix() -> None:
    ours = {name for name in names(get_resolver().url_patterns) if not name.startswith(NOT_OURS)}
    assert ours == set(MATRIX) | set(POSTS)


@pytest.fixture
def owned(walk: Walk[Inside], work_off: Callable[[], int]) -> None:
    """Everything one educator can have: a course taken, a certificate printed, a licence listed."""
    walk.read()
    walk.pass_test()
    walk.evaluate_and_claim()
    work_off()
    form = next(form for form in walk.browser.get("/me/").forms if form.action == "/me/licences/")
    walk.browser.submit(form, kind="RN", jurisdiction="Oregon", number="1")


@pytest.fixture
def addresses(owned: None) -> dict[str, str]:
    """Where each of these things lives."""
    completion = Completion.objects.get()
    award, attempt, enrolment = Award.objects.get(), Attempt.objects.get(), Enrolment.objects.get()
    made, course = f"/certificates/{award.pk}", f"/courses/{COURSE}"
    taken = f"/quizzes/attempts/{attempt.pk}"
    return {
        "landing": "/",
        "catalogue": "/courses/",
        "course": f"{course}/",
        "course_enrol": f"{course}/enrol/",
        "verify": "/verify/",
        "verify_code": f"/verify/{award.code_display}/",
        "healthz": "/healthz",
        "readyz": "/readyz",
        "home": "/home/",
        "transcript": "/transcript/",
        "profile": "/me/",
        "licence_add": "/me/licences/",
        "licence_remove": f"/me/licences/{Licence.objects.get().pk}/remove/",
        "lesson": f"{course}/side-by-side/",
        "lesson_done": f"{course}/side-by-side/done/",
        "lesson_seen": f"{course}/side-by-side/seen/",
        "check_answer": f"/quizzes/check/{enrolment.pk}/ro-iob/",
        "quiz": f"/quizzes/{enrolment.pk}/post-test/",
        "attempt": f"{taken}/",
        "question": f"{taken}/1/",
        "attempt_review": f"{taken}/review/",
        "attempt_result": f"{taken}/result/",
        "attempt_submit": f"{taken}/submit/",
        "evaluation": f"/certificates/{completion.pk}/evaluation/",
        "claim": f"/certificates/{completion.pk}/claim/",
        "certificate": f"{made}/",
        "certificate_status": f"{made}/status/",
        "certificate_pdf": f"{made}/pdf/",
        "certificate_print_again": f"{made}/print-again/",
    }


def meets(browser: Inside, address: str, *, post: bool) -> str:
    browser.client.handler.enforce_csrf_checks = False  # the cast is about who, not about tokens
    answer = browser.client.post(address) if post else browser.client.get(address)
    if answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"):
        return SIGN_IN
    return GONE if answer.status_code == 404 else OK


def test_owner_colleague_and_stranger_get_what_the_matrix_says(
    walk: Walk[Inside], addresses: dict[str, str], make_educator: Callable[..., User]
) -> None:
    found = {}
    for post, matrix in ((False, MATRIX), (True, POSTS)):
        for name in matrix:
            # From the least entitled on: what the owner does last (removing the licence) harms no other row.
            cast = (Inside(), Inside.of(make_educator()), walk.browser)
            stranger, other, owner = (meets(one, addresses[name], post=post) for one in cast)
            found[name] = (owner, other, stranger)
    assert found == MATRIX | POSTS


@pytest.mark.parametrize("name", POSTS)
def test_what_changes_something_is_never_done_by_a_link(
    walk: Walk[Inside], addresses: dict[str, str], name: str
) -> None:
    before = EngagementEvent.objects.count()
    assert walk.browser.client.get(addresses[name]).status_code == (302 if name == "lesson_done" else 405)
    assert EngagementEvent.objects.count() == before
    assert walk.browser.client.post(addresses[name]).status_code == 403  # a post without the form's token

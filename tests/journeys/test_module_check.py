"""The check that goes with a module: open when its lessons are done, for practice, and nothing hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from courses import selectors, services
from courses.models import Completion, Enrolment, LessonProgress
from edu.browser import Page
from edu.curriculum import load
from quizzes import marking
from quizzes.models import Attempt
from quizzes.services import closing, taking
from tests.curriculum import LATER, WHOLE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
COURSE, CHECK = LATER, "rationale-check"
LESSONS = ["side-by-side", "burdens", "evidence"]


@pytest.fixture(autouse=True)
def _whole() -> None:
    load(WHOLE, publish=True)


@pytest.fixture
def enrolment(educator: User) -> Enrolment:
    return enrol(educator)


def enrol(user: User) -> Enrolment:
    version = selectors.published(COURSE)
    assert version
    return services.enrol(user=user, version=version, now=timezone.now())


def read(enrolment: Enrolment, lessons: Iterable[str]) -> None:
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson_slug=slug, done_at=timezone.now()) for slug in lessons
    )


def read_all(enrolment: Enrolment) -> None:
    read(enrolment, [lesson.slug for lesson in selectors.published_lessons(enrolment.version_id)])


def way(browser: Inside) -> Page:
    return browser.get(f"/courses/{COURSE}/")


def take(browser: Inside, enrolment: Enrolment, *, right: bool) -> Page:
    """Start from the check's page, answer everything (or nothing), hand in."""
    browser.submit(browser.get(f"/quizzes/{enrolment.pk}/{CHECK}/").form("quiz-start"))
    attempt = Attempt.objects.get(state="live")
    if right:
        for slot in attempt.slots.select_related("item_version"):
            slot.response = marking.key_response(slot.item_version.content, slot.params, slot.option_order)
            slot.save(update_fields=["response"])
    return browser.submit(browser.get(f"/quizzes/attempts/{attempt.pk}/review/").form("/submit/"))


def main(page: Page) -> str:
    return page.text.split("<main", 1)[1].split("</main", 1)[0]


def test_before_enrolling_the_way_lists_a_check_after_each_module_and_says_it_is_for_practice() -> None:
    text = main(way(Inside()))
    assert text.count("For practice:") == 5
    assert text.index(f'id="{CHECK}"') < text.index('id="selection-check"')
    assert "The check after each module is for practice." in text


def test_a_check_opens_when_the_lessons_of_its_module_are_done(browser: Inside, enrolment: Enrolment) -> None:
    address = f"/quizzes/{enrolment.pk}/{CHECK}/"
    read(enrolment, LESSONS[:2])
    assert address not in way(browser).links
    refused = browser.get(address)
    assert refused.status == 403
    assert "This check opens when the lessons before it are done." in refused.text
    read(enrolment, LESSONS[2:])
    page = way(browser)
    assert address in page.links
    assert f"/quizzes/{enrolment.pk}/selection-check/" not in page.links
    assert [form for form in browser.get(address).forms if form.ident == "quiz-start"]
    assert browser.get(f"/quizzes/{enrolment.pk}/post-test/").status == 403
    assert f"/courses/{COURSE}/#{CHECK}" in browser.get(f"/courses/{COURSE}/readiness/").links


def test_a_check_speaks_of_itself_and_leads_back_to_the_course(browser: Inside, enrolment: Enrolment) -> None:
    read(enrolment, LESSONS)
    intro = browser.get(f"/quizzes/{enrolment.pk}/{CHECK}/")
    result = take(browser, enrolment, right=True)
    total = Attempt.objects.get().version.question_count
    assert "For practice: the course goes on whatever comes out." in intro.text
    assert f"{total} of {total} right." in result.text
    assert f"/courses/{COURSE}/#{CHECK}" in result.links
    for page in (intro, result):
        assert "post-test" not in main(page).casefold()
        assert "evaluation" not in main(page).casefold()
    assert f"{total} of {total} right." in main(way(browser))


def test_what_was_missed_is_explained_at_once_and_the_check_taken_again_without_reading_again(
    browser: Inside, enrolment: Enrolment
) -> None:
    read(enrolment, LESSONS)
    result = take(browser, enrolment, right=False)
    assert "All questions, with reasons" in result.text
    assert "These sections lie behind what was missed:" in result.text
    assert "Take it again" in main(way(browser))
    take(browser, enrolment, right=True)
    assert "Take it again" in main(way(browser))
    take(browser, enrolment, right=False)
    assert [attempt.passed for attempt in Attempt.objects.order_by("number")] == [False, True, False]


def test_completion_asks_for_the_post_test_and_for_no_check(browser: Inside, enrolment: Enrolment) -> None:
    read_all(enrolment)
    take(browser, enrolment, right=True)
    assert not Completion.objects.exists()
    services.record_activity(
        enrolment=enrolment,
        activity=enrolment.version.final_ref,
        outcome="passed",
        points=Decimal(1),
        max_points=Decimal(1),
        by_objective={},
        flags=[],
        evidence="attempt:1",
        at=timezone.now(),
    )
    assert Completion.objects.get().enrolment == enrolment


def test_four_checks_cost_the_course_page_as_many_queries_as_one(make_educator: Callable[..., User]) -> None:
    counts = []
    for modules in (1, 4):
        user = make_educator()
        enrolment = enrol(user)
        steps = selectors.journey(enrolment).steps
        checks = selectors.module_checks(COURSE, steps)[:modules]
        names = list(dict.fromkeys(step.lesson.module.slug for step in steps))[:modules]
        read(enrolment, [step.lesson.slug for step in steps if step.lesson.module.slug in names])
        for check in checks:
            attempt = taking.start(enrolment=enrolment, slug=check.quiz, now=timezone.now())
            closing.submit(attempt=attempt, now=timezone.now())
        browser = Inside.of(user)
        way(browser)
        with CaptureQueriesContext(connection) as captured:
            assert way(browser).text.count("Take it again") == modules
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_programs_are_told_of_each_check_and_whether_it_is_open(browser: Inside, enrolment: Enrolment) -> None:
    read(enrolment, LESSONS)
    checks = browser.client.get(f"/api/v1/enrolments/{enrolment.pk}/progress/").json()["checks"]
    assert [check["open"] for check in checks] == [True, False, False, False, False]
    assert checks[0]["quiz"] == CHECK
    assert checks[0]["lesson"] == LESSONS[-1]


def test_the_last_lesson_of_a_module_says_that_its_check_comes_next(browser: Inside, enrolment: Enrolment) -> None:
    first, _second, last = LESSONS
    read(enrolment, LESSONS[:2])
    assert f"/courses/{COURSE}/" in browser.get(f"/courses/{COURSE}/{first}/").links  # from the outline of a phone too
    page = browser.get(f"/courses/{COURSE}/{last}/")
    assert "This is the last lesson of its module." in page.text
    assert f"/courses/{COURSE}/#{CHECK}" in page.links
    assert "This is the last lesson of its module." not in browser.get(f"/courses/{COURSE}/{first}/").text

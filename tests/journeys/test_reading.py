"""From the catalogue to the last lesson: what is open, what is kept, what is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from accounts.models import User
from core.errors import DomainError
from courses import selectors, services
from courses.models import CourseVersion, EngagementEvent, Enrolment, LessonProgress
from edu.browser import Form, Page
from edu.walk import Walk
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
LESSONS = ["side-by-side", "burdens", "evidence"]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def lesson_url(slug: str) -> str:
    return f"/courses/{COURSE}/{slug}/"


def enrol(browser: Inside) -> Page:
    return browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))


def checks(page: Page) -> list[Form]:
    return [form for form in page.forms if "/quizzes/check/" in form.action]


def do_lesson(walk: Walk[Inside], page: Page) -> Page:
    for form in checks(page):
        walk.browser.send(form, walk.right(form))
    return walk.browser.submit(page.form("/done/"))


def test_the_catalogue_leads_to_the_front_matter_that_stands_before_the_start() -> None:
    browser = Inside()
    page = browser.get(browser.get("/courses/").link(f"/courses/{COURSE}/"))
    for words in (
        "No CE credit",
        "Ingrid Halvorsen (demo)",
        "Speaker for a maker of insulin pumps",
        "8 of 10",
        "50 min",
        "22 November 2026",
        "22 November 2027",
        "Nurse, Dietitian, Pharmacist and Physician",
        "sources",
        "Not yet clinically reviewed",
    ):
        assert words in page.text, words
    assert f"/accounts/login/?next=/courses/{COURSE}/" in page.links


def test_enrolling_opens_the_first_lesson_and_enrolling_again_changes_nothing(browser: Inside) -> None:
    form = browser.get(f"/courses/{COURSE}/").form("/enrol/")
    assert browser.submit(form).url.endswith(lesson_url(LESSONS[0]))
    browser.send(form, {})
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("slug", LESSONS[1:])
def test_a_later_lesson_is_locked_by_page_and_by_address(browser: Inside, slug: str) -> None:
    page = enrol(browser)
    assert not [link for link in page.links if link.endswith(lesson_url(slug))]
    assert browser.get(lesson_url(slug)).status == 403
    assert "opens when" in browser.page.text
    assert [link for link in browser.page.links if link.endswith(lesson_url(LESSONS[0]))]  # the way on
    for address in (f"{lesson_url(slug)}done/", f"{lesson_url(slug)}seen/"):
        form = Form(address, "post", "", page.form("/done/").controls)
        assert browser.send(form, {"heading": "x"}).status == 403, address
    assert not LessonProgress.objects.exists()


def test_a_check_of_a_locked_lesson_takes_no_answer(browser: Inside) -> None:
    page = enrol(browser)
    enrolment = Enrolment.objects.get()
    form = checks(page)[0]
    form.action = f"/quizzes/check/{enrolment.pk}/ro-depot/"
    assert browser.submit(form, choice="1").status == 403
    assert not enrolment.check_answers.exists()


def test_done_is_refused_until_every_check_has_an_answer_and_says_how_many_are_open(walk: Walk[Inside]) -> None:
    page = enrol(walk.browser)
    refused = walk.browser.submit(page.form("/done/"))
    assert refused.status == 422
    assert f"{len(checks(page))} checks in this lesson have no answer yet" in refused.text
    assert [link for link in refused.links if link.startswith("#check-")] == [f"#{form.ident}" for form in checks(page)]
    assert walk.browser.get(refused.url).url.endswith(lesson_url(LESSONS[0]))  # the refusal's address, visited again
    assert do_lesson(walk, page).url.endswith(lesson_url(LESSONS[1]))


def test_a_wrong_check_explains_itself_in_place_and_does_not_stop_the_reader(walk: Walk[Inside]) -> None:
    page = enrol(walk.browser)
    form = checks(page)[0]
    answered = walk.browser.send(form, walk.wrong(form))
    assert answered.url.endswith(f"#{form.ident}")
    assert "Your answer. Not this time." in answered.text
    assert "This one." in answered.text
    for other in checks(page)[1:]:
        walk.browser.send(other, walk.right(other))
    assert walk.browser.submit(answered.form("/done/")).url.endswith(lesson_url(LESSONS[1]))


def test_with_htmx_the_check_alone_comes_back_and_an_empty_answer_says_what_to_do(walk: Walk[Inside]) -> None:
    page = enrol(walk.browser)
    form = checks(page)[0]
    token = {name: value for name, value in form.data({}) if name == "csrfmiddlewaretoken"}
    headers = {"HX-Request": "true"}
    answer = walk.browser.client.post(form.action, token | walk.right(form), headers=headers)
    assert answer.status_code == 200
    assert answer.content.lstrip().startswith(b"<form")
    assert b"Your answer. Yes." in answer.content
    empty = walk.browser.client.post(form.action, token, headers=headers)
    assert empty.status_code == 422
    assert b"Choose one of the answers." in empty.content


def test_the_way_back_leads_to_the_same_lesson_and_heading(walk: Walk[Inside], educator: User) -> None:
    page = do_lesson(walk, enrol(walk.browser))
    enrolment = Enrolment.objects.get()
    heading = next(heading for heading in text_of(LESSONS[1])[1:] if heading != "summary")
    services.see(enrolment=enrolment, slug=LESSONS[1], headings=[heading], now=NOON)
    elsewhere = Inside.of(educator)
    for address in ("/home/", f"/courses/{COURSE}/"):
        page = elsewhere.get(address)
        assert [link for link in page.links if link.endswith(f"{lesson_url(LESSONS[1])}#{heading}")], address
        assert "You stopped at" in page.text


def text_of(slug: str) -> list[str]:
    version = CourseVersion.objects.published().get(course__slug=COURSE)
    lesson = next(lesson for lesson in selectors.published_lessons(version.pk) if lesson.slug == slug)
    return [heading["id"] for heading in selectors.lesson_text(lesson).headings]


def test_progress_is_said_in_words_and_the_post_test_opens_at_the_end(walk: Walk[Inside]) -> None:
    page = enrol(walk.browser)
    for done in range(3):
        course = walk.browser.get(f"/courses/{COURSE}/")
        assert f"{done} of 3 lessons" in course.text
        assert not [link for link in course.links if "/quizzes/" in link]
        page = do_lesson(walk, page)
    assert [link for link in walk.browser.get(f"/courses/{COURSE}/").links if "/quizzes/" in link]


def test_the_beacon_counts_once_a_minute_only_known_headings_and_answers_nothing(
    browser: Inside, educator: User
) -> None:
    page = enrol(browser)
    enrolment = Enrolment.objects.get()
    known = text_of(LESSONS[0])[:2]
    see = partial(services.see, enrolment=enrolment, slug=LESSONS[0])
    assert see(headings=[*known, "made-up"], now=NOON)
    assert not see(headings=text_of(LESSONS[0])[2:3], now=NOON + timedelta(seconds=30))
    assert EngagementEvent.objects.get().headings == text_of(LESSONS[0])[:3]  # what was read is not forgotten
    assert LessonProgress.objects.get().heading == text_of(LESSONS[0])[2]
    assert see(headings=known, now=NOON + timedelta(seconds=60))
    assert EngagementEvent.objects.count() == 2
    token = dict(page.form("/done/").data({}))["csrfmiddlewaretoken"]
    answer = browser.client.post(
        f"{lesson_url(LESSONS[0])}seen/", {"heading": known, "csrfmiddlewaretoken": token}, follow=False
    )
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("gaps_s", "counted_s"),
    [([], 0), ([60], 60), ([300], 300), ([301], 300), ([3600], 300), ([60, 3600, 120, 299], 779)],
)
def test_engagement_is_the_sum_of_gaps_each_capped_at_five_minutes(
    browser: Inside, gaps_s: list[int], counted_s: int
) -> None:
    enrol(browser)
    enrolment, at = Enrolment.objects.get(), NOON
    for gap in [0, *gaps_s]:
        at += timedelta(seconds=gap)
        services.note(enrolment=enrolment, kind=EngagementEvent.Kind.ANSWER, now=at)
    assert selectors.engaged_s(enrolment) == counted_s


def test_looking_at_pages_is_no_engagement_only_posts_are(browser: Inside) -> None:
    enrol(browser)
    for _visit in range(3):
        browser.get(lesson_url(LESSONS[0]))
    assert not EngagementEvent.objects.exists()


def test_another_person_sees_none_of_it(walk: Walk[Inside], make_educator: Callable[..., User]) -> None:
    page = enrol(walk.browser)
    form = checks(page)[0]
    other = Inside.of(make_educator())
    other_page = enrol(other)
    stolen = checks(other_page)[0]
    stolen.action = form.action
    assert other.submit(stolen, choice="1").status == 404
    assert Inside().get(lesson_url(LESSONS[0])).url.endswith(f"/accounts/login/?next={lesson_url(LESSONS[0])}")


def test_a_lesson_without_enrolment_leads_to_the_course_page(browser: Inside) -> None:
    assert browser.get(lesson_url(LESSONS[0])).url.endswith(f"/courses/{COURSE}/")


def test_an_expired_course_takes_no_new_learner(browser: Inside, educator: User) -> None:
    version = CourseVersion.objects.published().get(course__slug=COURSE)
    with pytest.raises(DomainError) as refused:
        services.enrol(user=educator, version=version, now=NOON.replace(year=2028))
    assert refused.value.code == "expired"

"""The post-test: one live attempt, every answer kept, marked once, keys nowhere before release."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from courses import services as courses
from courses.models import ActivityResult, Completion, EngagementEvent, Enrolment, Objective
from edu.browser import Page
from edu.walk import Walk
from quizzes.models import Attempt, ItemVersion, Slot
from quizzes.services import closing, taking
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def reader(walk: Walk[Inside]) -> Walk[Inside]:
    """Someone who has read all lessons and may start."""
    walk.read()
    walk.browser.seen.clear()
    return walk


def intro(walk: Walk[Inside]) -> Page:
    return walk.browser.get(walk.browser.get(f"/courses/{COURSE}/").link("/quizzes/"))


def start(walk: Walk[Inside]) -> Page:
    return walk.browser.submit(intro(walk).form("quiz-start"))


def autosave(walk: Walk[Inside], page: Page, choice: str, seq: int) -> Any:
    form = page.form("question-form")
    data = dict(form.data({"choice": choice})) | {"seq": str(seq)}
    return walk.browser.client.post(form.action, data, headers={"Accept": "application/json"})


def test_it_opens_only_when_all_lessons_are_done(browser: Inside, walk: Walk[Inside]) -> None:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    enrolment = Enrolment.objects.get()
    assert browser.get(f"/quizzes/{enrolment.pk}/post-test/").status == 403
    with pytest.raises(DomainError):
        taking.start(enrolment=enrolment, slug="post-test", now=timezone.now())
    assert not Attempt.objects.exists()


LONG = "1" * 5000  # Python refuses to read a number of more than 4300 digits, and no database keeps one


def test_a_number_of_thousands_of_digits_answers_no_check(browser: Inside) -> None:
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    check = page.form("/quizzes/check/")
    for sent in ({"choice": LONG}, {"choice": "", "version": LONG}, {"choice": LONG, "version": LONG}):
        answer = browser.client.post(check.action, dict(check.data({})) | sent, headers={"HX-Request": "true"})
        assert answer.status_code == 422
    assert not ActivityResult.objects.exists()


def test_a_number_of_thousands_of_digits_answers_no_question(reader: Walk[Inside]) -> None:
    page = start(reader)
    form = page.form("question-form")
    assert autosave(reader, page, LONG, 1).status_code == 422
    for sent in ({"choice": LONG}, {"choice": LONG, "seq": LONG}):
        assert reader.browser.client.post(form.action, dict(form.data({})) | sent).status_code == 422
    data = dict(form.data({"choice": "1"})) | {"seq": LONG}
    assert reader.browser.client.post(form.action, data).status_code == 302
    assert not Slot.objects.filter(response__isnull=False).exists()
    assert reader.browser.get(page.url.replace("/1/", f"/{LONG}/")).status == 404


def test_starting_twice_returns_to_the_one_live_attempt_and_the_database_allows_no_second(
    reader: Walk[Inside],
) -> None:
    page = intro(reader)
    form = page.form("quiz-start")
    form.action = page.url
    first, second = reader.browser.send(form, {}), reader.browser.send(form, {})
    assert first.url == second.url
    attempt = Attempt.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            enrolment=attempt.enrolment, quiz=attempt.quiz, version=attempt.version, number=2, seed="0" * 32
        )


def test_each_answer_is_saved_as_it_is_given_and_the_map_counts_it(reader: Walk[Inside]) -> None:
    page = start(reader)
    answer = autosave(reader, page, "2", 1)
    assert (answer.status_code, answer.json()["accepted"]) == (200, True)
    again = reader.browser.get(page.url)
    assert [control.value for control in again.form("question-form").choices("choice") if control.on] == ["2"]
    assert "1</strong> answered" in again.text


def test_closing_the_browser_loses_nothing_and_comes_back_to_the_first_open_question(
    reader: Walk[Inside], educator: User
) -> None:
    page = start(reader)
    for _number in range(3):
        form = page.form("question-form")
        page = reader.browser.send(form, {"choice": "1", "go": "next"})
    elsewhere = Inside.of(educator)
    asked = elsewhere.get(elsewhere.get(f"/courses/{COURSE}/").link("/quizzes/"))
    assert "open on another device" in asked.text
    resumed = elsewhere.submit(asked.form("/take-over/"))
    assert resumed.url.endswith("/4/")
    assert "3</strong> answered" in resumed.text


def test_a_late_delivery_never_overwrites_a_newer_answer_and_the_same_twice_is_one(reader: Walk[Inside]) -> None:
    page = start(reader)
    assert autosave(reader, page, "2", 2).status_code == 200
    assert autosave(reader, page, "2", 2).status_code == 200
    late = autosave(reader, page, "3", 1)
    assert (late.status_code, late.json()["accepted"], late.json()["reason"]) == (200, False, "stale")
    slot = Slot.objects.get(position=1)
    assert slot.response == {"choice": slot.option_order[1]}


@pytest.mark.parametrize("value", ["0", "9", "x", "²", "-1", "1.0"])
def test_a_number_that_is_no_option_is_refused_and_changes_nothing(reader: Walk[Inside], value: str) -> None:
    page = start(reader)
    assert autosave(reader, page, value, 1).status_code == 422
    assert Slot.objects.get(position=1).response is None


def test_next_on_an_open_question_erases_no_answer(reader: Walk[Inside]) -> None:
    page = start(reader)
    assert autosave(reader, page, "2", 1).status_code == 200
    data = [(name, value) for name, value in page.form("question-form").data({"go": "next"}) if name != "choice"]
    reader.browser.client.post(page.form("question-form").action, dict(data))
    assert Slot.objects.get(position=1).response is not None


def test_a_flag_is_kept_and_counted_in_words(reader: Walk[Inside]) -> None:
    page = start(reader)
    reader.browser.send(page.form("question-form"), {"flag": "on"})
    assert "to look at again: 1" in " ".join(reader.browser.page.text.split())
    reader.browser.send(reader.browser.page.form("question-form"), {"flag": "off"})
    assert not Slot.objects.filter(flagged=True).exists()


def test_handing_in_twice_returns_the_first_result_and_later_answers_are_refused(reader: Walk[Inside]) -> None:
    page = start(reader)
    question, action = page, page.form("question-form")
    reader.browser.send(action, {"choice": "1", "go": "review"})
    form = reader.browser.page.form("/submit/")
    first, second = reader.browser.send(form, {}), reader.browser.send(form, {})
    assert (first.url, first.status) == (second.url, 200)
    late = autosave(reader, question, "2", 9)
    assert (late.status_code, late.json()["code"]) == (409, "attempt_closed")
    assert reader.browser.get(question.url).url == first.url
    assert ActivityResult.objects.filter(evidence__startswith="attempt:").count() == 1


def test_a_marked_attempt_cannot_be_changed_in_the_database(reader: Walk[Inside]) -> None:
    reader.take_test(wrong=4)
    attempt = Attempt.objects.get()
    for change in ({"points": 10}, {"passed": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(attempt=attempt).update(right=True)


@pytest.mark.parametrize(("wrong", "passed"), [(0, True), (2, True), (3, False), (10, False)])
def test_eight_of_ten_pass_and_seven_do_not(reader: Walk[Inside], wrong: int, passed: bool) -> None:
    page = reader.take_test(wrong=wrong)
    attempt = Attempt.objects.get()
    assert attempt.passed is passed
    assert Completion.objects.exists() is passed
    heading = f"Passed, with {10 - wrong} of 10." if passed else f"Not passed yet. 8 needed; you have {10 - wrong}."
    assert heading in page.text


def test_the_result_shows_every_objective_with_its_points(reader: Walk[Inside]) -> None:
    page = reader.take_test(wrong=4)
    text = html.unescape(page.text)
    for objective in Objective.objects.filter(course__slug=COURSE):
        assert objective.text["en"] in text
    result = ActivityResult.objects.get(evidence__startswith="attempt:")
    got = sum(float(points) for points, _most in result.by_objective.values())
    assert (got, len(result.by_objective)) == (6, 4)


def test_a_retake_waits_until_what_was_missed_is_read_again(reader: Walk[Inside]) -> None:
    result = reader.take_test(wrong=4)
    assert "Read again, then retake" in result.text
    refused = intro(reader)
    assert not [form for form in refused.forms if form.ident == "quiz-start"]
    links = [link for link in refused.links if "#" in link and f"/courses/{COURSE}/" in link]
    assert links
    enrolment = Enrolment.objects.get()
    with pytest.raises(DomainError) as error:
        taking.start(enrolment=enrolment, slug="post-test", now=timezone.now())
    assert error.value.code == "reread_first"
    for lesson in {link.partition("#")[0] for link in links}:
        page = reader.browser.get(lesson)
        reader.browser.submit(page.form("/done/"))
    second = reader.take_test()
    assert "Passed, with 10 of 10." in second.text
    assert [attempt.number for attempt in Attempt.objects.order_by("number")] == [1, 2]


def test_headings_on_screen_count_as_read_again_but_only_after_the_attempt(reader: Walk[Inside]) -> None:
    reader.take_test(wrong=4)
    enrolment, attempt = Enrolment.objects.get(), Attempt.objects.get()
    missed = taking.to_reread(enrolment=enrolment, attempt=attempt)
    assert missed
    assert attempt.submitted_at
    for number, section in enumerate(missed, 1):
        slug, _hash, heading = section.partition("#")
        EngagementEvent.objects.create(
            enrolment=enrolment,
            kind="seen",
            lesson_slug=slug,
            headings=[heading],
            at=attempt.submitted_at - DAY,
        )
        assert taking.to_reread(enrolment=enrolment, attempt=attempt) == missed[number - 1 :]
        at = attempt.submitted_at + timedelta(minutes=2 * number)
        assert courses.see(enrolment=enrolment, slug=slug, headings=[heading], now=at)
    assert taking.to_reread(enrolment=enrolment, attempt=attempt) == []


def test_a_passed_test_cannot_be_taken_again(reader: Walk[Inside]) -> None:
    result = reader.take_test()
    assert intro_url(reader).endswith(result.url.rpartition("/quizzes/")[2])
    with pytest.raises(DomainError) as error:
        taking.start(enrolment=Enrolment.objects.get(), slug="post-test", now=timezone.now())
    assert error.value.code == "passed_already"


def intro_url(walk: Walk[Inside]) -> str:
    enrolment = Enrolment.objects.get()
    return walk.browser.get(f"/quizzes/{enrolment.pk}/post-test/").url


def secrets_of_the_test() -> Iterator[str]:
    """Every sentence that would give a key away: the rationales of the post-test's options."""
    for version in ItemVersion.objects.filter(item__use="test", objective__course__slug=COURSE):
        for option in version.content["options"]:
            yield option["why"]["en"]
            yield option["id"]


def test_keys_reach_no_byte_before_release_not_even_after_failing_twice(reader: Walk[Inside]) -> None:
    hidden = list(secrets_of_the_test())
    assert len(hidden) == 80
    reader.browser.seen.clear()
    reader.take_test(wrong=4)
    for section in [link for link in intro(reader).links if f"/courses/{COURSE}/" in link and "#" in link]:
        reader.browser.submit(reader.browser.get(section.partition("#")[0]).form("/done/"))
    reader.take_test(wrong=3)
    reader.browser.get("/home/")
    reader.browser.get("/transcript/")
    leaked = [
        (page.url, words)
        for page in reader.browser.seen
        for words in hidden
        if words in html.unescape(page.text) or words.encode() in page.body
    ]
    assert len(reader.browser.seen) > 30
    assert leaked == []


def test_after_passing_every_option_is_explained(reader: Walk[Inside]) -> None:
    page = reader.take_test(wrong=1)
    text = html.unescape(page.text)
    for version in ItemVersion.objects.filter(item__use="test", objective__course__slug=COURSE):
        for option in version.content["options"]:
            assert option["why"]["en"] in text


def test_options_stand_in_an_order_of_each_attempts_own_which_stays(reader: Walk[Inside]) -> None:
    page = start(reader)
    orders = [slot.option_order for slot in Slot.objects.all()]
    assert [sorted(order) for order in orders] != orders
    labels = [control.label for control in page.form("question-form").choices("choice")]
    again = reader.browser.get(page.url)
    assert [control.label for control in again.form("question-form").choices("choice")] == labels


def test_another_person_finds_nothing_under_the_attempts_address(
    reader: Walk[Inside], make_educator: Callable[..., User]
) -> None:
    page = start(reader)
    attempt = Attempt.objects.get()
    other = Inside.of(make_educator())
    for address in (page.url, f"/quizzes/attempts/{attempt.pk}/", f"/quizzes/attempts/{attempt.pk}/review/"):
        assert other.get(address).status == 404
    assert other.get(f"/quizzes/attempts/{attempt.pk}/result/").status == 404
    assert other.get(f"/quizzes/{attempt.enrolment_id}/post-test/").status == 404


def test_a_question_that_does_not_exist_is_not_found(reader: Walk[Inside]) -> None:
    page = start(reader)
    assert reader.browser.get(page.url.replace("/1/", "/11/")).status == 404


@pytest.mark.django_db(transaction=True)
def test_a_hand_in_beside_five_starts_leaves_nobody_with_a_way_around_the_reading(reader: Walk[Inside]) -> None:
    start(reader)
    attempt, refused = Attempt.objects.get(), []

    def hand_in() -> None:
        closing.submit(attempt=attempt, now=timezone.now())
        connection.close()

    def begin() -> None:
        try:
            taking.start(enrolment=attempt.enrolment, slug="post-test", now=timezone.now())
        except DomainError as error:
            refused.append(error.code)
        connection.close()

    threads = [threading.Thread(target=work) for work in (begin, begin, hand_in, begin, begin, begin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Attempt.objects.get().state == "submitted"
    assert set(refused) <= {"reread_first"}

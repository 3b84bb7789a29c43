"""Taking a test against the clock, on two devices, again: by the services, with a clock of our own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role, User
from core import outbox
from core.errors import DomainError
from courses.models import ActivityResult, EngagementEvent, Enrolment
from courses.selectors import AUDIENCE_ROLES
from edu.walk import Walk
from quizzes import tasks
from quizzes.models import Accommodation, Attempt, ItemVersion, QuizVersion, RefusedAnswer, Slot
from quizzes.selectors import release
from quizzes.services import closing, deadlines, taking, versions
from quizzes.services.answering import Saved, answer_save
from tests.inside import Inside

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)
LIMIT_MIN, GRACE_S = 30, 120


@pytest.fixture
def ready(walk: Walk[Inside]) -> Enrolment:
    """Of someone who has read everything and stands before the post-test."""
    walk.read()
    return Enrolment.objects.get()


def republished(enrolment: Enrolment, **changes: Any) -> QuizVersion:
    """The post-test with other rules; `settings` as QuizVersion keeps them."""
    newest = QuizVersion.objects.filter(quiz__slug="post-test", quiz__course=enrolment.course_id).latest("number")
    rules = versions.rules_of(newest) | changes
    pinned = newest.item_versions
    return versions.new_quiz_version(quiz=newest.quiz, rules=rules, pinned=pinned, source="web", after=newest)


def start(enrolment: Enrolment, now: datetime | None = None) -> Attempt:
    return taking.start(enrolment=enrolment, slug="post-test", now=now or timezone.now())


def save(attempt: Attempt, now: datetime, *, seq: int = 1, choice: str = "1", **more: Any) -> Saved:
    sent: dict[str, Any] = {"position": 1, "fields": {"choice": [choice]}, "epoch": 1} | more
    return answer_save(user=attempt.enrolment.user, attempt_id=attempt.pk, seq=seq, now=now, **sent)


def refusal(attempt: Attempt, now: datetime, **more: Any) -> str:
    with pytest.raises(DomainError) as error:
        save(attempt, now, **more)
    return error.value.code


@pytest.fixture
def timed(ready: Enrolment) -> Attempt:
    republished(ready, settings={"limit_min": LIMIT_MIN, "grace_s": GRACE_S})
    return start(ready)


def deadline(attempt: Attempt) -> datetime:
    assert attempt.deadline_at
    return attempt.deadline_at


# --- deadlines --------------------------------------------------------------------------------------------------------


def test_the_deadline_is_the_limit_after_the_start_and_the_grace_after_that(timed: Attempt) -> None:
    assert timed.deadline_at == timed.started_at + timedelta(minutes=LIMIT_MIN)
    assert timed.closes_at == timed.deadline_at + GRACE_S * S


@pytest.mark.parametrize(("after", "taken"), [(-1, True), (0, True), (GRACE_S, True), (GRACE_S + 1, False)])
def test_an_answer_is_taken_until_the_end_of_the_grace_and_not_a_second_later(
    timed: Attempt, after: int, taken: bool
) -> None:
    now = deadline(timed) + after * S
    if taken:
        assert save(timed, now).accepted
        return
    assert refusal(timed, now) == "attempt_closed"
    assert RefusedAnswer.objects.get().reason == "closed"
    assert RefusedAnswer.objects.get().response == {"choice": ["1"]}
    closed = Attempt.objects.get()
    assert (closed.state, closed.submit_reason, closed.submitted_at) == ("submitted", "timeout", timed.closes_at)
    assert not Slot.objects.filter(response__isnull=False).exists()


def test_what_was_saved_is_marked_when_the_clock_hands_in(timed: Attempt) -> None:
    slot = Slot.objects.get(position=1)
    key = next(option["id"] for option in slot.item_version.content["options"] if option["key"])
    save(timed, timed.started_at + S, choice=str(slot.option_order.index(key) + 1))
    assert closing.close_over(now=deadline(timed) + timedelta(hours=1)) == 1
    closed = Attempt.objects.get()
    assert (str(closed.points), closed.submit_reason) == ("1.00000000", "timeout")
    assert ActivityResult.objects.filter(evidence=f"attempt:{timed.pk}").count() == 1
    assert closing.close_over(now=deadline(timed) + timedelta(hours=2)) == 0


def test_handed_in_within_the_grace_it_counts_as_handed_in_by_the_clock(timed: Attempt) -> None:
    assert closing.submit(attempt=timed, now=deadline(timed) + S).submit_reason == "timeout"


def test_handed_in_before_the_deadline_it_is_the_learners_own(timed: Attempt) -> None:
    assert closing.submit(attempt=timed, now=deadline(timed) - S).submit_reason == "user"


def test_the_reconciler_closes_what_is_over_every_fifteen_seconds(
    timed: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (15, tasks.close_attempts) in outbox.JOBS
    monkeypatch.setattr("quizzes.tasks.timezone.now", lambda: deadline(timed) + timedelta(hours=1))
    tasks.close_attempts()
    assert Attempt.objects.get().state == "submitted"


def test_one_that_cannot_be_closed_stops_no_other(timed: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "submit", lambda **_options: 1 / 0)
    assert closing.close_over(now=deadline(timed) + timedelta(hours=1)) == 0


@pytest.mark.parametrize("page", ["", "1/", "review/", "result/"])
def test_whoever_looks_closes_what_is_over(
    timed: Attempt, walk: Walk[Inside], monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """No worker runs in this test."""
    now = deadline(timed) + timedelta(hours=1)
    monkeypatch.setattr("quizzes.views.timezone.now", lambda: now)
    shown = walk.browser.get(f"/quizzes/attempts/{timed.pk}/{page}")
    assert shown.url.endswith("/result/")
    assert "The time was over" in shown.text


def test_within_the_grace_the_page_offers_to_hand_in_and_no_question(
    timed: Attempt, walk: Walk[Inside], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = deadline(timed) + S
    monkeypatch.setattr("quizzes.views.timezone.now", lambda: now)
    shown = walk.browser.get(f"/quizzes/attempts/{timed.pk}/1/")
    assert shown.url.endswith("/review/")
    assert "The time is over." in shown.text


def test_the_page_tells_the_time_limit_before_the_start_and_its_end_during_it(
    ready: Enrolment, walk: Walk[Inside]
) -> None:
    republished(ready, settings={"limit_min": LIMIT_MIN})
    page = walk.browser.get(f"/quizzes/{ready.pk}/post-test/")
    assert f"You have {LIMIT_MIN} minutes from the start" in page.text
    question = walk.browser.submit(page.form("quiz-start"))
    assert "<exam-timer" in question.text
    assert "Ends at" in question.text


def test_the_database_takes_no_hand_in_after_the_close(timed: Attempt) -> None:
    assert timed.closes_at
    changes = {"state": "submitted", "submit_reason": "user", "points": 0, "passed": False}
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=timed.pk).update(submitted_at=timed.closes_at + S, **changes)


# --- more time --------------------------------------------------------------------------------------------------------


def grant(user: User, by: User, now: datetime, times: str = "1.5", extra: int = 10) -> Accommodation:
    return deadlines.grant(
        user=user, multiplier=Decimal(times), extra_min=extra, reason="documented", granted_by=by, now=now
    )


@pytest.fixture
def office(make_person: Callable[..., User]) -> User:
    return make_person(Role.CE_OFFICE)


def test_more_time_counts_at_the_start(ready: Enrolment, office: User) -> None:
    republished(ready, settings={"limit_min": LIMIT_MIN})
    grant(ready.user, office, timezone.now())
    attempt = start(ready)
    assert attempt.deadline_at == attempt.started_at + timedelta(minutes=55)


def test_more_time_given_during_the_grace_opens_the_test_again(timed: Attempt, office: User) -> None:
    now = deadline(timed) + GRACE_S * S
    grant(timed.enrolment.user, office, now, "1", 1)
    timed.refresh_from_db()
    assert timed.deadline_at == now  # the one minute more is over already: not earlier than now
    assert save(timed, now + GRACE_S * S).accepted


def test_less_time_never_ends_a_test_that_is_under_way_earlier(timed: Attempt, office: User) -> None:
    grant(timed.enrolment.user, office, timezone.now(), "2", 0)
    grant(timed.enrolment.user, office, timezone.now(), "1", 0)
    timed.refresh_from_db()
    assert timed.deadline_at == timed.started_at + timedelta(minutes=2 * LIMIT_MIN)


def test_nobody_gives_more_time_but_the_office_and_admins(timed: Attempt, make_person: Callable[..., User]) -> None:
    with pytest.raises(DomainError) as error:
        grant(timed.enrolment.user, make_person(Role.AUTHOR), timezone.now())
    assert error.value.status == 403


def test_the_office_gives_more_time_on_its_page(ready: Enrolment, office: User) -> None:
    desk = Inside.of(office)
    form = desk.get("/quizzes/more-time/").form("more-time")
    wrong = desk.submit(form, email="nobody@example.org", multiplier="2", extra_min="0", reason="request")
    assert (wrong.status, Accommodation.objects.exists()) == (422, False)
    desk.submit(wrong.form("more-time"), email=ready.user.email, multiplier="2", extra_min="0", reason="request")
    assert Accommodation.objects.get().multiplier == 2


# --- saving -----------------------------------------------------------------------------------------------------------


def test_an_answer_takes_one_query_to_read_and_one_to_write(
    ready: Enrolment, django_assert_num_queries: Callable[..., Any]
) -> None:
    attempt, now = start(ready), timezone.now()
    save(attempt, now)  # reads the item once a process, and notes that someone is at work
    with django_assert_num_queries(2):
        save(attempt, now, seq=2)


def test_engagement_is_noted_once_a_minute_however_many_answers_come(ready: Enrolment) -> None:
    attempt, now = start(ready), timezone.now() + timedelta(minutes=10)
    before = EngagementEvent.objects.count()
    for seq in range(1, 14):
        save(attempt, now + 10 * seq * S, seq=seq)
    assert EngagementEvent.objects.count() == before + 3


def test_a_reply_has_the_same_shape_and_size_whatever_is_right(ready: Enrolment, walk: Walk[Inside]) -> None:
    attempt = start(ready)
    sizes = set()
    for seq in range(1, 5):
        data = {"choice": str(seq), "seq": str(seq), "epoch": "1"}
        token = walk.browser.client.cookies["csrftoken"].value
        answer = walk.browser.client.post(
            f"/quizzes/attempts/{attempt.pk}/1/",
            data | {"csrfmiddlewaretoken": token},
            headers={"Accept": "application/json"},
        )
        sizes.add((frozenset(answer.json()), len({**answer.json(), "server_time": ""})))
    assert len(sizes) == 1


def test_a_blank_erases_an_answer_only_where_that_is_meant(ready: Enrolment) -> None:
    attempt, now = start(ready), timezone.now()
    save(attempt, now)
    assert save(attempt, now, seq=2, fields={}).reason == "blank"
    assert Slot.objects.get(position=1).response is not None
    assert save(attempt, now, seq=3, fields={}, clears=True).accepted
    assert Slot.objects.get(position=1).response is None


def test_late_answers_are_kept_once_each_and_no_more_than_fit(ready: Enrolment, monkeypatch: Any) -> None:
    attempt, now = start(ready), timezone.now()
    closing.submit(attempt=attempt, now=now)
    monkeypatch.setattr("quizzes.services.answering.MOST_REFUSED", 3)
    for seq in (1, 1, 2, 3, 4, 5):
        assert refusal(attempt, now, seq=seq) == "attempt_closed"
    assert RefusedAnswer.objects.count() == 3


def test_an_audience_is_named_as_its_role() -> None:
    """What the statement that reads for a save rests on."""
    assert all(audience == role.value for audience, role in AUDIENCE_ROLES.items())


# --- another device ---------------------------------------------------------------------------------------------------


def test_a_second_device_is_asked_first_and_then_the_old_one_is_refused(ready: Enrolment, walk: Walk[Inside]) -> None:
    first, second = walk.browser, Inside.of(ready.user)
    page = first.submit(first.get(f"/quizzes/{ready.pk}/post-test/").form("quiz-start"))
    asked = second.get(page.url)
    assert "This test is open on another device" in asked.text
    assert not [form for form in asked.forms if form.ident == "question-form"]
    second.submit(asked.form("/take-over/"))
    attempt = Attempt.objects.get()
    assert attempt.epoch == 2
    form = page.form("question-form")
    late = first.client.post(form.action, dict(form.data({"choice": "1"})), headers={"Accept": "application/json"})
    assert (late.status_code, late.json()["code"]) == (409, "taken_over")
    assert RefusedAnswer.objects.get().reason == "taken_over"
    assert "This test is open on another device" in first.send(form, {"choice": "1"}).text
    assert Slot.objects.get(position=1).response is None
    assert second.send(second.get(page.url).form("question-form"), {"choice": "1"}).status == 200
    assert Slot.objects.get(position=1).response is not None


def test_the_old_device_cannot_hand_in_what_was_taken_over(ready: Enrolment, walk: Walk[Inside]) -> None:
    attempt = start(ready)
    review = walk.browser.get(f"/quizzes/attempts/{attempt.pk}/review/")
    taking.take_over(attempt=attempt, holder="other")
    assert "This test is open on another device" in walk.browser.submit(review.form("/submit/")).text
    assert Attempt.objects.get().is_live


def test_taken_over_by_the_device_that_holds_it_nothing_changes(ready: Enrolment) -> None:
    attempt = taking.start(enrolment=ready, slug="post-test", now=timezone.now(), holder="a")
    assert taking.take_over(attempt=attempt, holder="a").epoch == 1


# --- marks and what is shown ------------------------------------------------------------------------------------------


def test_points_are_stored_with_eight_decimals_halves_to_even() -> None:
    assert str(closing.exact(Fraction(2, 3))) == "0.66666667"
    assert closing.exact(Fraction(1, 2**9 * 5**9)) == Decimal("0E-8")


def test_a_must_pass_item_that_is_wrong_fails_the_test_whatever_the_points(
    ready: Enrolment, walk: Walk[Inside]
) -> None:
    asked = QuizVersion.objects.get(quiz__slug="post-test", quiz__course=ready.course_id).item_versions
    first = ItemVersion.objects.get(pk=asked[0]).item_id
    republished(ready, settings={"must_pass": [first]})
    walk.take_test(wrong=1)
    attempt = Attempt.objects.get()
    assert attempt.points == 9
    assert attempt.passed is False


SHOWN = {
    "practice": {"points", "objectives", "sections", "explained"},
    "patient": {"sections", "explained"},
    "ce": {"points", "objectives", "sections"},
    "secure": {"sections"},
    "pretest": set(),
}


@pytest.mark.parametrize("preset", SHOWN)
def test_each_preset_shows_what_it_names_of_a_failed_attempt(ready: Enrolment, walk: Walk[Inside], preset: str) -> None:
    republished(ready, settings={"show": preset} if preset != "ce" else {})
    page = walk.take_test(wrong=4)
    assert release.shown(Attempt.objects.get()) == SHOWN[preset]
    assert ("you have 6" in page.text) is ("points" in SHOWN[preset])
    why = ItemVersion.objects.filter(item__use="test").first()
    assert why
    assert ('id="answers"' in page.text) is ("explained" in SHOWN[preset])


def test_keys_are_shown_when_no_attempt_is_left(ready: Enrolment, walk: Walk[Inside]) -> None:
    republished(ready, attempts=1)
    assert 'id="answers"' in walk.take_test(wrong=4).text


# --- again ------------------------------------------------------------------------------------------------------------


def test_a_retake_waits_for_the_cool_down(ready: Enrolment, walk: Walk[Inside]) -> None:
    republished(ready, settings={"cooldown_h": 24}, retake="free")
    walk.take_test(wrong=4)
    submitted = Attempt.objects.get().submitted_at
    assert submitted
    with pytest.raises(DomainError) as error:
        start(ready, submitted + timedelta(hours=24) - S)
    assert error.value.code == "too_early"
    page = walk.browser.get(f"/quizzes/{ready.pk}/post-test/")
    assert "The next attempt opens on" in page.text
    assert start(ready, submitted + timedelta(hours=24)).number == 2


def cells_of(enrolment: Enrolment, count: int) -> list[dict[str, Any]]:
    tests = QuizVersion.objects.filter(quiz__slug="post-test", quiz__course=enrolment.course_id)
    pool = ItemVersion.objects.filter(pk__in=tests.earliest("number").item_versions)
    objectives = sorted(set(pool.values_list("objective_id", flat=True)))
    return [{"objective": objective, "count": count} for objective in objectives[:2]]


def test_a_quiz_with_cells_draws_and_draws_afresh_on_a_retake(ready: Enrolment) -> None:
    cells = cells_of(ready, 1)
    republished(ready, settings={"cells": cells}, retake="free")
    drawn = []
    for number in range(2):
        attempt = start(ready, timezone.now() + timedelta(hours=number))
        assert [slot.item_version.objective_id for slot in attempt.slots.select_related("item_version")] == [
            cell["objective"] for cell in cells
        ]
        drawn.append(set(attempt.slots.values_list("item_version", flat=True)))
        closing.submit(attempt=attempt, now=timezone.now() + timedelta(hours=number))
    assert not drawn[0] & drawn[1]


def test_publishing_refuses_a_blueprint_that_asks_for_more_than_there_is_and_says_the_numbers(
    ready: Enrolment,
) -> None:
    cells = cells_of(ready, 99)
    with pytest.raises(DomainError) as error:
        republished(ready, settings={"cells": cells})
    assert error.value.code == "unsatisfiable"
    assert f"“{cells[0]['objective']}” needs 99 questions" in error.value.message

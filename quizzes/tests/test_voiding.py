"""Attempts that shall not count: asked for by one person of the CE office, confirmed by another."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant
from core.errors import DomainError
from core.models import AuditEntry
from courses import selectors as course_selectors
from courses import services as courses
from courses.models import ActivityResult, Completion, Enrolment
from edu.walk import Walk
from quizzes import marking, selectors
from quizzes.models import Attempt, Voiding
from quizzes.selectors import release
from quizzes.services import closing, taking, voiding
from quizzes.tests.test_delivery import republished
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]
REASON = "The connection of the whole clinic was down."


@pytest.fixture
def asker(make_person: MakePerson) -> User:
    return make_person(Role.CE_OFFICE, name="Oda Office")


@pytest.fixture
def colleague(make_person: MakePerson) -> User:
    return make_person(Role.CE_OFFICE, name="Otto Office")


@pytest.fixture
def failed(walk: Walk[Inside]) -> Attempt:
    """Handed in, six of ten right: not passed, and the last attempt allowed."""
    walk.read()
    republished(Enrolment.objects.get(), attempts=1)
    walk.take_test(wrong=4)
    return Attempt.objects.get()


def ask(attempt: Attempt, by: User) -> Voiding:
    return voiding.ask(attempt=attempt, reason=REASON, by=by, now=timezone.now())


def void(attempt: Attempt, asker: User, colleague: User) -> Attempt:
    return voiding.confirm(voiding=ask(attempt, asker), by=colleague, now=timezone.now())


def code(act: Callable[..., Any], **values: Any) -> tuple[str, int]:
    with pytest.raises(DomainError) as error:
        act(now=timezone.now(), **values)
    return error.value.code, error.value.status


# --- two people -------------------------------------------------------------------------------------------------------


def test_one_asks_on_the_page_and_another_confirms(failed: Attempt, asker: User, colleague: User) -> None:
    first, second = Inside.of(asker), Inside.of(colleague)
    found = first.get(f"/quizzes/voids/?email={failed.enrolment.user.email.upper()}")
    page = first.get(found.link(f"/quizzes/voids/{failed.pk}/"))
    empty = first.submit(page.form("void-ask"))
    assert (empty.status, Voiding.objects.exists()) == (422, False)
    assert "Write why it shall not count." in empty.text
    page = first.submit(empty.form("void-ask"), reason=REASON)
    assert "A colleague of the CE office has to confirm it" in page.text
    assert Attempt.objects.get().state == "submitted"
    assert "Waits for a second person" in second.get("/quizzes/voids/").text
    page = second.get(second.get("/quizzes/voids/").link(f"/quizzes/voids/{failed.pk}/"))
    page = second.send(page.form("void-decide"), {"act": "confirm"})
    assert "It is void." in page.text
    assert Attempt.objects.get().state == "voided"
    acts = AuditEntry.objects.filter(target=f"attempt:{failed.pk}").exclude(action="attempt.void_read")
    assert list(acts.order_by("pk").values_list("action", "actor")) == [
        ("attempt.void_ask", asker.pk),
        ("attempt.void", colleague.pk),
    ]


def test_nobody_confirms_their_own_request(failed: Attempt, asker: User) -> None:
    asked = ask(failed, asker)
    assert code(voiding.confirm, voiding=asked, by=asker) == ("own_request", 403)
    desk = Inside.of(asker)
    page = desk.send(desk.get(f"/quizzes/voids/{failed.pk}/").form("void-decide"), {"act": "confirm"})
    assert (page.status, Attempt.objects.get().state) == (403, "submitted")
    assert "Someone else has to confirm it." in page.text


def test_the_database_refuses_one_person_in_both_places(failed: Attempt, asker: User) -> None:
    asked = ask(failed, asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voiding.objects.filter(pk=asked.pk).update(decided_by=asker, decided_at=timezone.now(), confirmed=True)


def test_nobody_asks_or_confirms_for_an_attempt_of_their_own(failed: Attempt, asker: User) -> None:
    both = failed.enrolment.user
    asked = ask(failed, asker)
    grant(user=both, role=Role.CE_OFFICE, granted_by=None, now=timezone.now())
    both = User.objects.get(pk=both.pk)
    assert code(voiding.ask, attempt=failed, reason=REASON, by=both) == ("own_attempt", 403)
    assert code(voiding.confirm, voiding=asked, by=both) == ("own_attempt", 403)


def test_it_is_the_offices_act_alone(failed: Attempt, asker: User, make_person: MakePerson) -> None:
    asked = ask(failed, asker)
    for role in (Role.ADMIN, Role.AUTHOR, Role.EDUCATOR):
        someone = make_person(role)
        assert code(voiding.ask, attempt=failed, reason=REASON, by=someone) == ("not_allowed", 403)
        assert code(voiding.confirm, voiding=asked, by=someone) == ("not_allowed", 403)
        assert Inside.of(someone).get(f"/quizzes/voids/{failed.pk}/").status == 404


def test_declined_it_stays_and_can_be_asked_again(failed: Attempt, asker: User, colleague: User) -> None:
    asked = ask(failed, asker)
    assert code(voiding.ask, attempt=failed, reason="Mine.", by=colleague) == ("asked_already", 409)
    voiding.decline(voiding=asked, by=colleague, now=timezone.now())
    assert Attempt.objects.get().state == "submitted"
    assert code(voiding.confirm, voiding=asked, by=colleague) == ("decided", 409)
    assert ask(failed, asker) != asked


def test_illegal_moves_are_409_and_change_nothing(failed: Attempt, asker: User, colleague: User) -> None:
    void(failed, asker, colleague)
    assert code(voiding.ask, attempt=failed, reason=REASON, by=asker) == ("bad_state", 409)
    live = taking.start(enrolment=failed.enrolment, slug="post-test", now=timezone.now())
    assert code(voiding.ask, attempt=live, reason=REASON, by=asker) == ("bad_state", 409)
    desk = Inside.of(asker)
    assert "not handed in yet" in desk.get(f"/quizzes/voids/{live.pk}/").text


# --- what it does -----------------------------------------------------------------------------------------------------


def test_a_voided_attempt_is_none_of_those_allowed(failed: Attempt, asker: User, colleague: User) -> None:
    enrolment = failed.enrolment
    assert code(taking.start, enrolment=enrolment, slug="post-test")[0] == "attempts_used_up"
    void(failed, asker, colleague)
    again = taking.start(enrolment=enrolment, slug="post-test", now=timezone.now())
    assert again.number == 2
    again = closing.submit(attempt=again, now=timezone.now())
    assert release.used_up(again)
    assert code(taking.start, enrolment=enrolment, slug="post-test")[0] == "attempts_used_up"


def test_its_learner_reads_that_it_is_void_when_and_why_and_nothing_else_of_it(
    failed: Attempt, asker: User, colleague: User, browser: Inside
) -> None:
    assert 'id="answers"' in browser.get(f"/quizzes/attempts/{failed.pk}/result/").text
    void(failed, asker, colleague)
    page = browser.get(f"/quizzes/attempts/{failed.pk}/result/")
    assert "This attempt does not count" in page.text
    assert REASON in page.text
    assert "Write to the office" in page.text
    for name in (asker.name, colleague.name, 'id="answers"', "By objective"):
        assert name not in page.text
    told = json.loads(browser.get(f"/api/v1/attempts/{failed.pk}/").body)
    assert (told["state"], told["passed"], told["points"], told["explained"]) == ("voided", None, None, [])
    assert told["voided"]["reason"] == REASON


def test_an_attempt_that_completed_the_course_is_not_voided_and_it_is_said_what_to_do(
    walk: Walk[Inside], asker: User
) -> None:
    walk.read()
    walk.take_test()
    attempt = Attempt.objects.get()
    assert Completion.objects.exists()
    assert code(voiding.ask, attempt=attempt, reason=REASON, by=asker) == ("completed", 409)
    desk = Inside.of(asker)
    page = desk.submit(desk.get(f"/quizzes/voids/{attempt.pk}/").form("void-ask"), reason=REASON)
    assert page.status == 409
    assert "revoke it under Certificates" in page.text
    assert REASON in page.text


def test_completed_between_asking_and_confirming_it_stays(
    walk: Walk[Inside], asker: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = passed_without_completion(walk, monkeypatch)
    asked = ask(attempt, asker)
    monkeypatch.undo()
    courses.record_activity(**_more(attempt))
    assert Completion.objects.exists()
    assert code(voiding.confirm, voiding=asked, by=colleague) == ("completed", 409)
    assert Attempt.objects.get().state == "submitted"


def test_a_voided_pass_no_longer_completes_the_course(
    walk: Walk[Inside], asker: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = passed_without_completion(walk, monkeypatch)
    void(attempt, asker, colleague)
    monkeypatch.undo()
    courses.record_activity(**_more(attempt))
    assert not Completion.objects.exists()
    assert selectors.passed_version(attempt.enrolment, "post-test") is None
    assert set(ActivityResult.objects.filter(evidence__contains=str(attempt.pk)).values_list("outcome", flat=True)) == {
        "passed",
        "void",
    }
    assert taking.start(enrolment=attempt.enrolment, slug="post-test", now=timezone.now()).number == 2


def passed_without_completion(walk: Walk[Inside], monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """Passed while something else of the course was still open."""
    walk.read()
    enrolment = Enrolment.objects.get()
    attempt = taking.start(enrolment=enrolment, slug="post-test", now=timezone.now())
    answer_all(attempt)
    journey = course_selectors.journey
    monkeypatch.setattr(course_selectors, "journey", lambda one: _open(journey(one)))
    closed = closing.submit(attempt=attempt, now=timezone.now())
    monkeypatch.undo()
    assert closed.passed
    assert not Completion.objects.exists()
    return closed


def _open(way: Any) -> Any:
    last = way.steps[-1]
    return type(way)(way.enrolment, (*way.steps[:-1], type(last)(last.lesson, "here", "")))


def answer_all(attempt: Attempt) -> None:
    """Answer everything rightly."""
    for slot in selectors.slots(attempt):
        right = marking.key_response(slot.item_version.content, slot.params, slot.option_order)
        attempt.slots.filter(pk=slot.pk).update(response=right)


def _more(attempt: Attempt) -> dict[str, Any]:
    """Another result of the course, by which it may be complete."""
    return {
        "enrolment": attempt.enrolment,
        "activity": "check:ro-iob",
        "outcome": "answered",
        "points": 1,
        "max_points": 1,
        "by_objective": {},
        "flags": [],
        "evidence": "check:later",
        "at": timezone.now(),
    }


# --- the database -----------------------------------------------------------------------------------------------------


def test_voiding_is_the_only_change_of_a_handed_in_attempt_that_is_let_through(failed: Attempt) -> None:
    other = {"points": 9, "max_points": 9, "passed": True, "number": 7, "epoch": 9, "seed": "x", "holder": "x"}
    other |= {"submit_reason": "timeout", "submitted_at": timezone.now(), "started_at": timezone.now()}
    for name, value in other.items():
        for state in ("submitted", "voided"):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                Attempt.objects.filter(pk=failed.pk).update(state=state, **{name: value})
    assert Attempt.objects.filter(pk=failed.pk).update(state="voided")
    for state in ("submitted", "live", "voided"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Attempt.objects.filter(pk=failed.pk).update(state=state)


def test_the_guard_of_attempts_names_every_column_there_is() -> None:
    """A column that is added later has to be kept by the guard too."""
    kept = import_module("quizzes.migrations.0009_voiding").KEPT
    with connection.cursor() as cursor:
        columns = [c.name for c in connection.introspection.get_table_description(cursor, "quizzes_attempt")]
    assert sorted(columns) == sorted([*kept, "state"])


def test_a_decision_is_never_changed(failed: Attempt, asker: User, colleague: User) -> None:
    asked = ask(failed, asker)
    voiding.decline(voiding=asked, by=colleague, now=timezone.now())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Voiding.objects.filter(pk=asked.pk).update(confirmed=True)
    assert Voiding.objects.get().confirmed is False

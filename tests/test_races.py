"""Two at once, where only a lock of the row keeps them apart: on PostgreSQL by FOR UPDATE, on SQLite as transactions
begin IMMEDIATE. Each race is drawn out by a pause inside the transaction, so that without its lock it is lost for sure.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Role, RoleGrant, User
from core import audit, outbox
from core.errors import DomainError
from courses import services as courses
from courses.models import ActivityResult, Completion, EngagementEvent, Enrolment
from edu.walk import Walk
from quizzes import marking
from quizzes.models import Attempt, Item, Quiz, RefusedAnswer, Slot
from quizzes.services import answering, closing, quizmaking, shelving, taking
from tests.inside import Inside

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE_S = 0.4


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that begin together; returns what each returned, or the error it raised."""
    ends: list[Any] = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(number: int) -> None:
        start.wait()
        try:
            ends[number] = jobs[number]()
        except Exception as error:
            ends[number] = error
        connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def slow(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, before which its caller's transaction dawdles."""

    def dawdle(*args: Any, **options: Any) -> Any:
        time.sleep(PAUSE_S)
        return function(*args, **options)

    return dawdle


@pytest.fixture
def enrolment(walk: Walk[Inside]) -> Enrolment:
    """Of someone who has read everything and stands before the post-test."""
    walk.read()
    return Enrolment.objects.get()


def start(enrolment: Enrolment) -> Attempt:
    return taking.start(enrolment=enrolment, slug="post-test", now=timezone.now())


def test_two_starts_at_once_are_one_attempt_for_both(enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "_new_attempt", slow(taking._new_attempt))
    first, second = at_once(lambda: start(enrolment), lambda: start(enrolment))
    assert first == second == Attempt.objects.get()


def save(attempt: Attempt, choice: str, seq: int, epoch: int | None = 1) -> answering.Saved:
    return answering.answer_save(
        user=attempt.enrolment.user,
        attempt_id=attempt.pk,
        position=1,
        fields={"choice": [choice]},
        epoch=epoch,
        seq=seq,
        now=timezone.now(),
    )


def right(slot: Slot) -> bool:
    options = slot.item_version.content["options"]
    return next(bool(option.get("key")) for option in options if option["id"] == (slot.response or {}).get("choice"))


def test_a_hand_in_waits_for_the_answer_that_is_on_its_way_and_marks_it(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer holds its row until it is committed."""
    attempt, on_its_way, note = start(enrolment), threading.Event(), courses.note

    def dawdle(**options: Any) -> None:
        on_its_way.set()
        slow(note)(**options)

    monkeypatch.setattr(courses, "note", dawdle)
    EngagementEvent.objects.all().delete()  # so that this answer notes one, inside its transaction

    def hand_in() -> Attempt:
        on_its_way.wait()
        return closing.submit(attempt=attempt, now=timezone.now())

    saved, handed_in = at_once(lambda: save(attempt, "1", 1), hand_in)
    slot = attempt.slots.get(position=1)
    assert saved.accepted
    assert handed_in.state == "submitted"
    assert slot.response == {"choice": slot.option_order[0]}
    assert slot.right is right(slot)


def test_an_answer_that_meets_a_hand_in_is_refused_and_what_was_marked_stays(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hand-in holds the rows: the answer looks at its conditions again when they are let go."""
    attempt, marked, mark = start(enrolment), threading.Event(), marking.mark

    def dawdle(*args: Any) -> marking.Mark:
        if not marked.is_set():
            marked.set()
            time.sleep(PAUSE_S)
        return mark(*args)

    monkeypatch.setattr(marking, "mark", dawdle)

    def late() -> answering.Saved:
        marked.wait()
        return save(attempt, "1", 1)

    handed_in, saved = at_once(lambda: closing.submit(attempt=attempt, now=timezone.now()), late)
    assert handed_in.state == "submitted"
    assert isinstance(saved, DomainError)
    assert saved.code == "attempt_closed"
    assert attempt.slots.get(position=1).response is None
    assert RefusedAnswer.objects.get().response == {"choice": ["1"]}


def test_an_answer_of_the_old_device_that_meets_the_take_over_is_refused(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, read, on_its_way = start(enrolment), marking.read, threading.Event()

    def dawdle(*args: Any) -> marking.Reading:
        on_its_way.set()
        return cast("marking.Reading", slow(read)(*args))

    monkeypatch.setattr(marking, "read", dawdle)

    def take() -> Attempt:
        on_its_way.wait()
        return taking.take_over(attempt=attempt, holder="b")

    saved, taken = at_once(lambda: save(attempt, "1", 1), take)
    assert taken.epoch == 2
    assert isinstance(saved, DomainError)
    assert saved.code == "taken_over"
    assert attempt.slots.get(position=1).response is None


@pytest.mark.parametrize("_round", range(5))
def test_six_hand_ins_at_once_are_one_result(enrolment: Enrolment, _round: int) -> None:
    attempt = start(enrolment)
    ends = at_once(*[lambda: closing.submit(attempt=attempt, now=timezone.now())] * 6)
    assert {end.submitted_at for end in ends} == {Attempt.objects.get().submitted_at}
    assert ActivityResult.objects.filter(evidence=f"attempt:{attempt.pk}").count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_six_starts_at_once_are_one_attempt(enrolment: Enrolment, _round: int) -> None:
    ends = at_once(*[lambda: start(enrolment)] * 6)
    assert set(ends) == {Attempt.objects.get()}


@pytest.mark.parametrize("_round", range(5))
def test_answers_beside_a_hand_in_are_marked_or_refused_and_nothing_between(enrolment: Enrolment, _round: int) -> None:
    attempt = start(enrolment)
    saves: list[Callable[[], Any]] = [partial(save, attempt, str(seq % 4 + 1), seq) for seq in range(1, 5)]
    ends = at_once(*saves[:2], lambda: closing.submit(attempt=attempt, now=timezone.now()), *saves[2:])
    slot = attempt.slots.get(position=1)
    acknowledged = [end.seq for end in ends if isinstance(end, answering.Saved) and end.accepted]
    assert slot.seq == max(acknowledged, default=0)
    assert slot.right is (right(slot) if slot.response else False)
    refused = [end for end in ends if isinstance(end, Exception)]
    assert all(isinstance(end, DomainError) and end.code == "attempt_closed" for end in refused)


def test_handed_in_twice_at_once_it_is_marked_and_recorded_once(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = start(enrolment)
    monkeypatch.setattr(closing, "_marked", slow(closing._marked))

    def hand_in() -> Attempt:
        return closing.submit(attempt=attempt, now=timezone.now())  # each at its own time

    first, second = at_once(hand_in, hand_in)
    assert first.submitted_at == second.submitted_at
    assert ActivityResult.objects.filter(evidence=f"attempt:{attempt.pk}").count() == 1
    assert not Completion.objects.exists()


def test_two_workers_knocked_at_for_the_same_row_do_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def work(key: str) -> None:
        time.sleep(PAUSE_S)
        done.append(key)

    monkeypatch.setitem(outbox.HANDLERS, "note", work)
    with transaction.atomic():
        row = outbox.add("note", "a")
    assert sorted(at_once(*[lambda: outbox.run(row.pk)] * 4)) == [False, False, False, True]
    assert done == ["a"]


def test_two_admins_who_revoke_each_other_at_once_leave_one(
    make_person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make_person(Role.ADMIN), make_person(Role.ADMIN)
    monkeypatch.setattr(audit, "record", slow(audit.record))

    def revoke(whom: User, by: User) -> Callable[[], None]:
        return lambda: accounts.revoke(user=whom, role=Role.ADMIN, revoked_by=by, now=timezone.now())

    ends = at_once(revoke(other, one), revoke(one, other))
    assert RoleGrant.objects.live().filter(role=Role.ADMIN).count() == 1
    assert [end.code for end in ends if isinstance(end, DomainError)] == ["last_admin"]
    assert ends.count(None) == 1


def test_a_question_retired_while_a_quiz_that_asks_it_is_published_is_not_both(
    make_person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    author, now = make_person(Role.AUTHOR), timezone.now()
    quiz, item = Quiz.objects.get(slug="post-test"), Item.objects.get(pk="ro-010")

    def ask(items: list[str]) -> str:
        newest = quiz.versions.latest("number")
        content = quizmaking.content_of(None, newest) | {"items": items}
        return quizmaking.save_quiz(
            quiz=quiz, content=content, looked_at=quizmaking.stamp(None, newest), actor=author, now=now
        )

    every = [f"ro-{number:03}" for number in range(1, 11)]
    quizmaking.publish_quiz(quiz=quiz, looked_at=ask(every[:9]), actor=author)
    looked_at = ask(every)
    monkeypatch.setattr(quizmaking, "pinned", slow(quizmaking.pinned))

    def retire() -> int:
        time.sleep(PAUSE_S / 2)  # once the publisher has read which questions there are
        return shelving.shelve(items=[item], act="retire", tag="", actor=author, now=now)

    ends = at_once(partial(quizmaking.publish_quiz, quiz=quiz, looked_at=looked_at, actor=author), retire)
    refused = [end for end in ends if isinstance(end, DomainError)]
    assert len(refused) == 1, ends
    item.refresh_from_db()
    asked = set(quiz.versions.latest("number").item_versions) & set(item.versions.values_list("pk", flat=True))
    assert bool(item.retired_at) is not bool(asked)

"""Two at once, where only a lock of the row keeps them apart: on PostgreSQL by FOR UPDATE, on SQLite as transactions
begin IMMEDIATE. Each race is drawn out by a pause inside the transaction, so that without its lock it is lost for sure.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Role, RoleGrant, User
from core import audit, outbox
from core.errors import DomainError
from courses.models import ActivityResult, Completion, Enrolment
from edu.walk import Walk
from quizzes import marking, selectors, services
from quizzes.models import Attempt
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
    return services.start(enrolment=enrolment, slug="post-test", now=timezone.now())


def test_two_starts_at_once_are_one_attempt_for_both(enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_new_attempt", slow(services._new_attempt))
    first, second = at_once(lambda: start(enrolment), lambda: start(enrolment))
    assert first == second == Attempt.objects.get()


def test_a_hand_in_waits_for_the_answer_that_is_on_its_way_and_marks_it(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt, on_its_way, read = start(enrolment), threading.Event(), marking.read

    def dawdle(*args: Any) -> marking.Reading:
        on_its_way.set()
        found: marking.Reading = slow(read)(*args)
        return found

    monkeypatch.setattr(marking, "read", dawdle)

    def save() -> bool:
        return services.save_answer(attempt=attempt, position=1, fields={"choice": ["1"]}, seq=1, now=timezone.now())

    def hand_in() -> Attempt:
        on_its_way.wait()
        return services.submit(attempt=attempt, now=timezone.now())

    saved, handed_in = at_once(save, hand_in)
    slot = attempt.slots.get(position=1)
    assert saved is True
    assert handed_in.state == "submitted"
    assert slot.response == {"choice": slot.option_order[0]}
    right = next(option for option in slot.item_version.content["options"] if option["id"] == slot.option_order[0])
    assert slot.right is bool(right.get("key"))


def test_handed_in_twice_at_once_it_is_marked_and_recorded_once(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = start(enrolment)
    monkeypatch.setattr(selectors, "slots", slow(selectors.slots))
    hand_in = lambda: services.submit(attempt=attempt, now=timezone.now())  # noqa: E731
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

"""The outbox: owed with its change, done once, given back, set aside, and never waiting for Redis."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import outbox
from core.models import OutboxRow

pytestmark = pytest.mark.django_db


class Boom(Exception):
    """Stands for whatever a handler may raise."""


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A handler of the kind "note" that writes down its keys."""
    keys: list[str] = []
    monkeypatch.setitem(outbox.HANDLERS, "note", keys.append)
    return keys


def owe(key: str = "a") -> OutboxRow:
    with transaction.atomic():
        return outbox.add("note", key)


def fail(key: str) -> None:
    raise Boom(f"secret of {key}")


def test_work_is_owed_with_its_change_or_not_at_all(done: list[str]) -> None:
    def change_that_fails() -> None:
        with transaction.atomic():
            outbox.add("note", "a")
            raise Boom

    with pytest.raises(Boom):
        change_that_fails()
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_owing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        outbox.add("note", "a")


def test_owed_twice_is_one_row_and_the_database_allows_no_second(done: list[str]) -> None:
    assert owe().pk == owe().pk
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxRow.objects.create(kind="note", key="a", due_at=timezone.now())


def test_done_once_however_often_it_is_run(done: list[str]) -> None:
    row = owe()
    assert [outbox.run(row.pk), outbox.run(row.pk)] == [True, False]
    assert done == ["a"]


def test_nobody_takes_a_row_while_its_lease_runs_and_anyone_afterwards(done: list[str]) -> None:
    row = owe()
    OutboxRow.objects.update(leased_until=timezone.now() + timedelta(seconds=60), attempts=1)
    assert not outbox.run(row.pk)
    OutboxRow.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert outbox.run(row.pk)
    assert done == ["a"]


def test_a_slow_worker_does_not_close_the_work_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    row = owe()

    def overtaken(_key: str) -> None:
        OutboxRow.objects.filter(pk=row.pk).update(attempts=2)  # the lease ran out and someone else took the row

    monkeypatch.setitem(outbox.HANDLERS, "note", overtaken)
    assert not outbox.run(row.pk)
    row.refresh_from_db()
    assert row.done_at is None


def test_a_failure_comes_back_later_each_time_later_and_is_set_aside_after_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(outbox.HANDLERS, "note", fail)
    row, pauses = owe(), []
    for _attempt in range(3):
        before = timezone.now()
        assert not outbox.run(row.pk)
        row.refresh_from_db()
        assert row.quarantined_at is None
        pauses.append(row.due_at - before)
    assert pauses == sorted(pauses)
    assert not outbox.run(row.pk)
    row.refresh_from_db()
    assert row.quarantined_at is not None
    assert not outbox.run(row.pk)


def test_a_failure_is_recorded_by_its_kind_never_by_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(outbox.HANDLERS, "note", fail)
    row = owe("someone@example.org")
    outbox.run(row.pk)
    row.refresh_from_db()
    assert row.last_error == "Boom"
    assert "secret" not in caplog.text + "".join(capsys.readouterr())
    assert "someone" not in caplog.text


def test_the_reconciler_takes_only_what_is_late_oldest_first(done: list[str]) -> None:
    now = timezone.now()
    for key, late_s in (("new", -60), ("old", 100), ("late", 10)):
        row = owe(key)
        OutboxRow.objects.filter(pk=row.pk).update(due_at=now - timedelta(seconds=late_s))
    assert outbox.run_late() == 2
    assert done == ["old", "late"]


def test_one_bad_row_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []

    def picky(key: str) -> None:
        if key == "bad":
            raise Boom
        keys.append(key)

    monkeypatch.setitem(outbox.HANDLERS, "note", picky)
    for key in ("a", "bad", "b"):
        owe(key)
    OutboxRow.objects.update(due_at=timezone.now())
    assert outbox.run_late() == 2
    assert keys == ["a", "b"]


def test_work_done_or_set_aside_can_be_owed_again(done: list[str]) -> None:
    row = owe()
    outbox.run(row.pk)
    outbox.redo("note", "a")
    assert outbox.run(row.pk)
    OutboxRow.objects.update(quarantined_at=timezone.now(), done_at=None, attempts=3)
    outbox.redo("note", "a")
    assert outbox.run(row.pk)
    assert done == ["a"] * 3


def test_a_broker_that_is_down_costs_the_request_little_and_only_once_in_a_while(
    done: list[str], django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_quiet_until", 0.0)
    knocks: list[int] = []

    def unreachable(*_args: object, **_options: object) -> None:
        knocks.append(1)
        raise ConnectionError

    monkeypatch.setattr(current_app, "send_task", unreachable)
    for _claim in range(5):
        outbox.nudge(1)
    assert knocks == [1]
    monkeypatch.setattr(outbox, "_quiet_until", time.monotonic() - 1)
    outbox.nudge(1)
    assert knocks == [1, 1]


def test_every_kind_that_is_owed_has_a_handler() -> None:
    assert set(outbox.HANDLERS) == {
        "certificate",
        "certificate_erase",
        "certificate_mail",
        "letter",
        "letter_taken",
        "role_granted",
    }

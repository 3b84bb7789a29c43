"""The outbox: slow work is a row written with the change that owes it, so that no fault can lose it.

A change calls `add(kind, key)` inside its own transaction. After the commit Celery is nudged, best effort.
`run(pk)` does the work under a lease, for the Celery task and for the reconciler alike. Redis may be empty,
down or wiped: the work is late, never lost; a lease and idempotent handlers keep it from being done twice.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from core import crash
from core.models import OutboxQuerySet, OutboxRow

log = structlog.get_logger("basal.outbox")
TASK = "core.tasks.run_outbox_row"
QUIET_S = 30.0

Handler = Callable[[str], None]
Job = Callable[[], None]
HANDLERS: dict[str, Handler] = {}
JOBS: list[tuple[float, Job]] = []
_quiet_until = 0.0


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register what does the work of `kind`. It gets the key, and must leave the same end state when run twice."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


def every(seconds: float) -> Callable[[Job], Job]:
    """Register a job the reconciler runs every so many seconds. It must be harmless when two run at once."""

    def register(function: Job) -> Job:
        JOBS.append((seconds, function))
        return function

    return register


def add(kind: str, key: str) -> OutboxRow:
    """Owe the work `kind` for `key`, once however often it is added, and nudge a worker after the commit.

    Raises RuntimeError outside a transaction: the row would not stand or fall with its change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("outbox.add belongs inside the transaction of the change that owes the work")
    due_at = timezone.now() + timedelta(seconds=settings.OUTBOX_LATE_S)
    row, _ = OutboxRow.objects.get_or_create(kind=kind, key=key, defaults={"due_at": due_at})
    transaction.on_commit(partial(nudge, row.pk), robust=True)
    return row


def redo(kind: str, key: str) -> None:
    """Owe work again that was done before (what it made is gone or damaged) or that was set aside."""
    with transaction.atomic():
        row = add(kind, key)
        closed = OutboxRow.objects.filter(pk=row.pk).exclude(done_at=None, quarantined_at=None)
        closed.update(done_at=None, quarantined_at=None, attempts=0, leased_until=None, due_at=timezone.now())


def nudge(pk: int) -> None:
    """Ring the worker's doorbell. Costs at most one short time-out, then stays quiet for a while."""
    global _quiet_until
    crash.point("after_claim_commit")
    if time.monotonic() >= _quiet_until:
        try:
            current_app.send_task(TASK, args=[pk], retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 - whatever the broker does, the learner's change is committed
            _quiet_until = time.monotonic() + QUIET_S
            log.warning("nudge_failed", error=type(error).__name__, quiet_s=QUIET_S)
    crash.point("after_nudge")


def run(pk: int) -> bool:
    """Do the work of one row: lease, work, done. True if it was done here and now.

    False when it is done already, someone else holds the lease, it failed (it comes back later, each time
    later), or it is set aside after OUTBOX_MAX_ATTEMPTS tries.
    """
    row = _lease(pk)
    if row is None:
        return False
    crash.point("after_lease")
    try:
        HANDLERS[row.kind](row.key)
    except Exception as error:  # noqa: BLE001 - one bad row must not stop the others
        _give_back(row, error)
        return False
    crash.point("before_done")
    return _finish(row)


def run_late() -> int:
    """The reconciler's turn: run every overdue row, oldest first. Returns how many it finished."""
    late = list(OutboxRow.objects.late(timezone.now()).values_list("pk", flat=True)[:100])
    return sum(run(pk) for pk in late)


def _lease(pk: int) -> OutboxRow | None:
    now = timezone.now()
    takeable = OutboxRow.objects.takeable(now).filter(pk=pk)
    until = now + timedelta(seconds=settings.OUTBOX_LEASE_S)
    taken = takeable.filter(attempts__lt=settings.OUTBOX_MAX_ATTEMPTS).update(
        leased_until=until, attempts=F("attempts") + 1
    )
    if taken:
        return OutboxRow.objects.get(pk=pk)
    # Three leases and never done: a worker that dies here each time would take its neighbours with it.
    if takeable.filter(attempts__gte=settings.OUTBOX_MAX_ATTEMPTS).update(quarantined_at=now):
        log.error("outbox_quarantined", row=pk)
    return None


def _give_back(row: OutboxRow, error: Exception) -> None:
    pause_s = settings.OUTBOX_LATE_S * 2**row.attempts
    _mine(row).update(
        leased_until=None,
        due_at=timezone.now() + timedelta(seconds=pause_s),
        last_error=type(error).__name__[:80],
    )
    log.error("outbox_failed", row=row.pk, kind=row.kind, attempt=row.attempts, error=type(error).__name__)


def _finish(row: OutboxRow) -> bool:
    return bool(_mine(row).update(done_at=timezone.now(), leased_until=None, last_error=""))


def _mine(row: OutboxRow) -> OutboxQuerySet:
    """The row only while this lease is the newest: a slow worker must not close another's work."""
    return OutboxRow.objects.open().filter(pk=row.pk, attempts=row.attempts)

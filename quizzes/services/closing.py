"""Handing in: by the learner, or by the clock. Marked once, exactly; the first result stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from courses import services as courses
from courses.models import EngagementEvent, Enrolment, quiz_ref
from quizzes import marking, selectors
from quizzes.models import Attempt, Slot

log = structlog.get_logger("basal.attempts")
EXACT, CENT = Decimal("0.00000001"), Decimal("0.01")
AT_ONCE = 200


@transaction.atomic
def submit(*, attempt: Attempt, now: datetime, epoch: int | None = None) -> Attempt:
    """Hand in and mark. Handing in again returns the first result and changes nothing.

    After the deadline it counts as handed in by the clock, and after the grace as of the end of it. Raises DomainError
    role_gone (403) and taken_over (409: `epoch`, if given, is an older device's); the clock's hand-in needs neither.
    """
    locked = _locked(attempt)
    if not locked.is_live:
        return locked
    if not locked.is_over(now):
        courses.require_learner(locked.enrolment)
        if epoch not in (None, locked.epoch):
            raise taken_over()
    return _mark(locked, now)


def taken_over() -> DomainError:
    """What a device is told that somebody went on without."""
    return DomainError("taken_over", _("This test was opened on another device. Go on there, or take it back here."))


def settled(attempt: Attempt, now: datetime) -> Attempt:
    """The attempt as it is now: one whose time and grace are over is handed in first. Every way to read one goes
    through here, so that a dead worker delays nothing."""
    return submit(attempt=attempt, now=now) if attempt.is_over(now) else attempt


def close_over(*, now: datetime, enrolment: Enrolment | None = None) -> int:
    """Hand in what is over, of everyone or of one enrolment. Returns how many were; one that fails stops no other."""
    rows = Attempt.objects.over(now)
    rows = rows.filter(enrolment=enrolment) if enrolment else rows
    closed = 0
    for attempt in rows.order_by("closes_at")[:AT_ONCE]:
        try:
            submit(attempt=attempt, now=now)
            closed += 1
        except Exception as error:  # noqa: BLE001 - the others are owed their result all the same
            log.error("attempt_not_closed", attempt=str(attempt.pk), error=type(error).__name__)
    return closed


def _locked(attempt: Attempt) -> Attempt:
    rows = Attempt.objects.select_for_update(of=("self",))
    return rows.select_related("version", "quiz", "enrolment__course", "enrolment__version").get(pk=attempt.pk)


def _mark(attempt: Attempt, now: datetime) -> Attempt:
    """Mark what is saved. The slots are locked: an answer that is on its way is waited for, a later one finds its row
    marked and is refused."""
    rows = list(attempt.slots.select_for_update(of=("self",)).select_related("item_version").order_by("position"))
    fractions = [_marked(slot) for slot in rows]
    Slot.objects.bulk_update(rows, ["right", "fraction"])
    points, most = sum(fractions, Fraction(0)), Fraction(len(rows))
    at = min(now, attempt.closes_at) if attempt.closes_at else now
    changes = {
        "state": Attempt.State.SUBMITTED,
        "submitted_at": at,
        "submit_reason": Attempt.Reason.TIMEOUT if attempt.is_overdue(now) else Attempt.Reason.USER,
        "points": exact(points),
        "max_points": exact(most),
        "passed": passed(attempt, rows, points, most),
    }
    # The database has the last word: whoever finds it live, and nobody after.
    if not Attempt.objects.live().filter(pk=attempt.pk).update(**changes):
        return _locked(attempt)
    for name, value in changes.items():
        setattr(attempt, name, value)
    if not attempt.quiz.is_pretest:
        _record(attempt, rows, points, most, at)
    courses.note(enrolment=attempt.enrolment, kind=EngagementEvent.Kind.ANSWER, now=at)
    return attempt


def _marked(slot: Slot) -> Fraction:
    mark = marking.mark(slot.item_version.content, slot.params, slot.option_order, slot.response)
    slot.right, slot.fraction = mark.right, exact(mark.fraction)
    return mark.fraction


def evidence(attempt: Attempt) -> str:
    """What an attempt's result in the course rests on."""
    return f"attempt:{attempt.pk}"


def exact(value: Fraction) -> Decimal:
    """As it is stored: eight decimals, halves to even. Whether a mark is reached is decided on the fraction itself."""
    return (Decimal(value.numerator) / value.denominator).quantize(EXACT, ROUND_HALF_EVEN)


def cents(value: Fraction) -> Decimal:
    """As a learner's results hold it: two decimals, halves to even."""
    return exact(value).quantize(CENT, ROUND_HALF_EVEN)


def passed(attempt: Attempt, rows: Sequence[Slot], points: Fraction, most: Fraction) -> bool | None:
    """Whether a marked attempt is passed; None for a pre-test, which is neither passed nor not."""
    if attempt.quiz.is_pretest:
        return None
    return marking.passes(points, most, Fraction(attempt.version.pass_mark)) and _musts(attempt, rows)


def _musts(attempt: Attempt, rows: Sequence[Slot]) -> bool:
    """Whether every must-pass item that was asked is right."""
    musts = set(attempt.version.rule("must_pass"))
    return all(slot.right for slot in rows if slot.item_version.item_id in musts)


def _record(attempt: Attempt, rows: Sequence[Slot], points: Fraction, most: Fraction, at: datetime) -> None:
    courses.record_activity(
        enrolment=attempt.enrolment,
        activity=quiz_ref(attempt.enrolment.course.slug, attempt.quiz.slug),
        outcome="passed" if attempt.passed else "failed",
        points=cents(points),
        max_points=cents(most),
        by_objective=selectors.points_by_objective(rows),
        flags=[],
        evidence=evidence(attempt),
        at=at,
    )

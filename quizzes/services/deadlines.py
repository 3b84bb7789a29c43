"""How long an attempt may take: the quiz's limit, and more for someone who was granted it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core import audit
from core.errors import DomainError
from quizzes.models import Accommodation, Attempt, QuizVersion

OFFICE = (Role.ADMIN, Role.CE_OFFICE)
MOST_TIMES, MOST_EXTRA_MIN = Decimal(4), 600


class Times(NamedTuple):
    """The deadline, and the end of its grace; both None without a time limit."""

    deadline_at: datetime | None
    closes_at: datetime | None


def accommodation_of(user_id: uuid.UUID) -> Accommodation | None:
    """The newest of a person: the one that counts."""
    return Accommodation.objects.filter(user=user_id).order_by("-at", "-pk").first()


def times(*, version: QuizVersion, started_at: datetime, granted: Accommodation | None) -> Times:
    """`started_at` + limit x multiplier + extra minutes (reference/quizzes.md 4.5), and that plus the grace."""
    if not version.limit_min:
        return Times(None, None)
    multiplier, extra = (granted.multiplier, granted.extra_min) if granted else (Decimal(1), 0)
    seconds = 60 * (version.limit_min * multiplier + extra)
    deadline = started_at + timedelta(seconds=float(seconds))
    return Times(deadline, deadline + timedelta(seconds=version.rule("grace_s")))


@transaction.atomic
def grant(
    *, user: User, multiplier: Decimal, extra_min: int, reason: str, granted_by: User, now: datetime
) -> Accommodation:
    """Give someone more time from now on, in the tests they are taking too; 1 and 0 take an earlier grant back.

    A test that is under way never ends earlier by it than before, nor earlier than now. Raises DomainError: not
    allowed (403), out of bounds (422).
    """
    if not granted_by.holds(*OFFICE):
        raise DomainError("not_allowed", _("This is not open to you."), status=403)
    if not (1 <= multiplier <= MOST_TIMES and 0 <= extra_min <= MOST_EXTRA_MIN):
        raise DomainError("out_of_bounds", _("Times 1 to 4, and at most 600 minutes more."), status=422)
    row = Accommodation.objects.create(
        user=user, multiplier=multiplier, extra_min=extra_min, reason=reason, granted_by=granted_by, at=now
    )
    audit.record(
        actor=granted_by.pk,
        action="accommodation.grant",
        target=f"user:{user.pk}",
        multiplier=str(row.multiplier),
        extra_min=extra_min,
        reason=reason,
    )
    for attempt in Attempt.objects.visible_to(user).open(now).select_for_update(of=("self",)).select_related("version"):
        _extend(attempt, row, now)
    return row


def _extend(attempt: Attempt, granted: Accommodation, now: datetime) -> None:
    longer = times(version=attempt.version, started_at=attempt.started_at, granted=granted)
    if attempt.deadline_at is None or longer.deadline_at is None or longer.deadline_at <= attempt.deadline_at:
        return
    deadline = max(longer.deadline_at, now)
    attempt.deadline_at = deadline
    attempt.closes_at = deadline + timedelta(seconds=attempt.version.rule("grace_s"))
    attempt.save(update_fields=["deadline_at", "closes_at"])

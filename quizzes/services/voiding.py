"""An attempt that shall not count: one person of the CE office asks, another decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core import audit
from core.errors import DomainError
from courses import services as courses
from quizzes.models import Attempt, Voiding
from quizzes.services import closing


@transaction.atomic
def ask(*, attempt: Attempt, reason: str, by: User, now: datetime) -> Voiding:
    """Ask that a handed-in attempt be void; nothing changes before someone else confirms it. Asked again by the same
    person, the first request is returned.

    Raises DomainError: not the office (403), one's own attempt (403); not handed in (bad_state), a completion rests on
    it (completed), somebody asked already (asked_already): 409.
    """
    locked = _locked(attempt, by)
    standing = locked.voidings.filter(confirmed=None).first()
    if standing:
        if standing.asked_by_id == by.pk:
            return standing
        raise DomainError("asked_already", _("A colleague has asked for this already. Confirm it or decline it."))
    _require_voidable(locked)
    made = Voiding.objects.create(attempt=locked, reason=reason, asked_by=by, asked_at=now)
    audit.record(actor=by.pk, action="attempt.void_ask", target=f"attempt:{locked.pk}")
    return made


@transaction.atomic
def confirm(*, voiding: Voiding, by: User, now: datetime) -> Attempt:
    """Void it: it counts neither as passed nor as one of the attempts allowed, and its result no longer counts in the
    course. Confirmed again by the same person, nothing changes.

    Raises DomainError as `ask` does, and: one's own request (own_request, 403), decided otherwise (decided, 409).
    """
    locked = _locked(voiding.attempt, by)
    found = Voiding.objects.select_for_update().get(pk=voiding.pk)
    if found.confirmed and found.decided_by_id == by.pk:
        return locked
    _require_open(found)
    if found.asked_by_id == by.pk:
        raise DomainError("own_request", _("You asked for this yourself. Someone else has to confirm it."), status=403)
    _require_voidable(locked)
    courses.take_back(enrolment=locked.enrolment, evidence=closing.evidence(locked), at=now)
    _decide(found, by, now, confirmed=True)
    # The database has the last word: whoever finds it handed in, and lets nothing else of it change.
    if not Attempt.objects.filter(pk=locked.pk, state=Attempt.State.SUBMITTED).update(state=Attempt.State.VOIDED):
        raise bad_state(locked)
    audit.record(actor=by.pk, action="attempt.void", target=f"attempt:{locked.pk}")
    locked.state = Attempt.State.VOIDED
    return locked


@transaction.atomic
def decline(*, voiding: Voiding, by: User, now: datetime) -> Voiding:
    """Leave the attempt as it is; one's own request is taken back by it. Raises DomainError: not the office, one's own
    attempt (403), decided already (409)."""
    locked = _locked(voiding.attempt, by)
    found = Voiding.objects.select_for_update().get(pk=voiding.pk)
    _require_open(found)
    _decide(found, by, now, confirmed=False)
    audit.record(actor=by.pk, action="attempt.void_decline", target=f"attempt:{locked.pk}")
    return found


def bad_state(attempt: Attempt) -> DomainError:
    """What is said to a move its state does not allow."""
    if attempt.is_live:
        return DomainError("bad_state", _("This attempt is not handed in yet, so there is nothing to void."))
    return DomainError("bad_state", _("This attempt is void already."))


def _locked(attempt: Attempt, by: User) -> Attempt:
    if not by.holds(Role.CE_OFFICE):
        raise DomainError("not_allowed", _("This is not open to you."), status=403)
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("enrolment__course", "quiz", "version")
    locked = rows.get(pk=attempt.pk)
    if locked.enrolment.user_id == by.pk:
        message = _("This attempt is your own. Ask two colleagues of the CE office.")
        raise DomainError("own_attempt", message, status=403)
    return locked


def _require_voidable(attempt: Attempt) -> None:
    if attempt.state != Attempt.State.SUBMITTED:
        raise bad_state(attempt)
    courses.require_not_completed_by(enrolment=attempt.enrolment, evidence=closing.evidence(attempt))


def _require_open(voiding: Voiding) -> None:
    if voiding.confirmed is not None:
        raise DomainError("decided", _("This is decided already."))


def _decide(voiding: Voiding, by: User, now: datetime, *, confirmed: bool) -> None:
    voiding.decided_by, voiding.decided_at, voiding.confirmed = by, now, confirmed
    voiding.save(update_fields=["decided_by", "decided_at", "confirmed"])

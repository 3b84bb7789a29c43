"""Saving an answer: one service behind the page's POST and the API's PUT. The most frequent act of all: one query reads,
one statement writes."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, User
from core.errors import DomainError
from courses import services as courses
from courses.models import EngagementEvent
from courses.selectors import AUDIENCE_ROLES
from quizzes import marking, selectors
from quizzes.models import Attempt, RefusedAnswer, Slot
from quizzes.services import closing
from quizzes.services.inline import NotRead

Fields = Mapping[str, Sequence[str]]
NOTED_EVERY = timedelta(seconds=60)  # engagement counts gaps of up to five minutes: more often tells it nothing
MOST_REFUSED = 200  # kept of one attempt


@dataclass(frozen=True)
class Saved:
    """What became of an answer. `reason` is empty when it stands (also when it stood already), "stale" when a newer one
    does, "blank" when there was nothing to save; `slot` is the question with what stands."""

    accepted: bool
    reason: str
    slot: Slot
    reading: marking.Reading | None = None


def answer_save(
    *,
    user: User,
    attempt_id: uuid.UUID,
    position: int,
    fields: Fields,
    epoch: int | None,
    seq: int,
    now: datetime,
    clears: bool = False,
) -> Saved:
    """Save what the form of a question sent (reference/quizzes.md 4.2).

    `seq` counts up with every answer to the question, so a late delivery never overwrites a newer answer, and the same
    twice is one. `epoch` is the attempt's as the sender knows it; None asks for no check of it. A blank erases the
    answer when it `clears`, else it changes nothing ("Next" pressed on an open question). Raises DomainError: no such
    attempt or question (404), role_gone (403), not to be read as an answer (NotRead, 422), taken_over or
    attempt_closed (409; what was sent is kept beside the answers, unmarked).
    """
    slot = _slot(user, attempt_id, position, now)
    if not slot.may:  # type: ignore[attr-defined] # annotated
        courses.require_learner(slot.attempt.enrolment)
    if not slot.attempt.is_live or slot.attempt.is_over(now) or epoch not in (None, slot.epoch):
        raise _refusal(slot, fields, epoch, seq, now)
    reading = marking.read(
        slot.item_version.content, slot.params, slot.option_order, fields, get_language() or "en"
    )
    if reading.problem:
        raise NotRead(selectors.refused(slot, fields, reading.problem))
    if reading.response is None and not clears:
        return Saved(accepted=False, reason="blank", slot=slot, reading=reading)
    if _write(slot, reading.response, epoch, seq, now):
        slot.response, slot.seq, slot.response_at = reading.response, seq, now
        return Saved(accepted=True, reason="", slot=slot, reading=reading)
    return _not_written(slot, fields, reading, epoch, seq, now)


def _slot(user: User, attempt_id: uuid.UUID, position: int, now: datetime) -> Slot:
    """The question with its attempt, whether its learner may still act, and whether an event was noted lately."""
    enrolment = "attempt__enrolment"
    role = Case(
        *(When(**{f"{enrolment}__version__course__audience": audience, "then": Value(role.value)})
          for audience, role in AUDIENCE_ROLES.items())
    )
    grants = RoleGrant.objects.live().filter(user=OuterRef(f"{enrolment}__user"), role=OuterRef("wanted"))
    events = EngagementEvent.objects.filter(enrolment=OuterRef(enrolment), at__gt=now - NOTED_EVERY)
    rows = Slot.objects.visible_to(user).filter(attempt=attempt_id, position=position)
    found = rows.annotate(wanted=role).annotate(may=Exists(grants), noted=Exists(events))
    slot = found.select_related("attempt__enrolment", "item_version").first()
    if slot is None:
        raise DomainError("no_such_question", _("This test has no such question."), status=404)
    return slot


def _write(slot: Slot, response: Any, epoch: int | None, seq: int, now: datetime) -> bool:
    """One conditional UPDATE: still open, this device's, newer. A hand-in or a take-over that holds the row is waited
    for, and the conditions on the row are looked at again afterwards."""
    still = Q(pk=slot.pk, right=None, seq__lt=seq, attempt__in=Attempt.objects.open(now).filter(pk=slot.attempt_id))
    rows = Slot.objects.filter(still if epoch is None else still & Q(epoch=epoch))
    noted = slot.noted  # type: ignore[attr-defined] # annotated
    with contextlib.nullcontext() if noted else transaction.atomic():
        changed = rows.update(response=response, response_at=now, seq=seq)
        if changed and not noted:
            courses.note(enrolment=slot.attempt.enrolment, kind=EngagementEvent.Kind.ANSWER, now=now)
    return bool(changed)


def _not_written(
    slot: Slot, fields: Fields, reading: marking.Reading, epoch: int | None, seq: int, now: datetime
) -> Saved:
    """Why nothing changed: closed or taken over meanwhile, or this answer or a newer one stands already."""
    stands = Slot.objects.select_related("attempt__enrolment", "item_version").get(pk=slot.pk)
    if not stands.attempt.is_live or stands.attempt.is_over(now) or epoch not in (None, stands.epoch):
        raise _refusal(stands, fields, epoch, seq, now)
    same = stands.seq == seq and stands.response == reading.response
    return Saved(accepted=same, reason="" if same else "stale", slot=stands, reading=reading)


def _refusal(slot: Slot, fields: Fields, epoch: int | None, seq: int, now: datetime) -> DomainError:
    """Keep what came, hand the attempt in if its time is over, and say why it was not taken."""
    attempt = slot.attempt
    closed = not attempt.is_live or attempt.is_over(now)
    reason = RefusedAnswer.Reason.CLOSED if closed else RefusedAnswer.Reason.TAKEN_OVER
    _keep(slot, fields, epoch, seq, reason, now)
    closing.settled(attempt, now)
    if not closed:
        return closing.taken_over()
    if attempt.closes_at and now > attempt.closes_at:
        return DomainError("attempt_closed", _("The time is over. What was saved before is handed in."))
    return DomainError("attempt_closed", _("This test is handed in; its answers stay as they were."))


def _keep(slot: Slot, fields: Fields, epoch: int | None, seq: int, reason: str, now: datetime) -> None:
    kept = RefusedAnswer.objects.filter(attempt=slot.attempt_id)
    if kept.count() >= MOST_REFUSED:  # whoever sends on and on fills no table
        return
    names = marking.fields_of(slot.item_version.content, slot.option_order)
    sent = {name: [value[:100] for value in fields[name]][:20] for name in names if fields.get(name)}
    row = RefusedAnswer(
        attempt=slot.attempt, position=slot.position, epoch=epoch or 0, seq=seq, response=sent, reason=reason, at=now
    )
    RefusedAnswer.objects.bulk_create([row], ignore_conflicts=True)

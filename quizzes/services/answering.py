"""Saving an answer: one service behind the page's POST and the API's PUT. The most frequent act of all: one query
reads, one statement writes."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError
from courses import services as courses
from courses.models import EngagementEvent, Enrolment
from quizzes import marking, selectors
from quizzes.models import Attempt, ItemVersion, RefusedAnswer, Slot
from quizzes.services import closing
from quizzes.services.inline import NotRead

Fields = Mapping[str, Sequence[str]]
NOTED_EVERY = timedelta(seconds=60)  # engagement counts gaps of up to five minutes: more often tells it nothing
MOST_REFUSED = 200  # kept of one attempt


@dataclass(frozen=True)
class Saved:
    """What became of an answer: `reason` is empty when it stands (also when it stood already), "stale" when a newer one
    does, "blank" when there was nothing to save. `seq` and `response` are what stands, `content` is the question's."""

    accepted: bool
    reason: str
    seq: int
    response: Mapping[str, Any] | None
    content: Mapping[str, Any]
    deadline_at: datetime | None


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
    here = _here(user, attempt_id, position, now)
    if not here.may:
        courses.require_learner(
            Attempt.objects.select_related("enrolment__version__course").get(pk=attempt_id).enrolment
        )
    if not here.open or epoch not in (None, here.epoch):
        raise _refusal(here.slot(), fields, epoch, seq, now)
    content = item_content(here.item_version)
    reading = marking.read(content, here.params, here.option_order, fields, get_language() or "en")
    if reading.problem:
        raise NotRead(selectors.refused(here.slot(), fields, reading.problem))
    if reading.response is None and not clears:
        return Saved(False, "blank", here.seq, here.response, content, here.deadline_at)
    if _write(here, reading.response, epoch, seq, now):
        return Saved(True, "", seq, reading.response, content, here.deadline_at)
    return _not_written(here.slot(), fields, reading, epoch, seq, now)


# Written out, as this is the one act of which there are fifty a second: the ORM's way of saying the same costs twice
# the CPU of all the rest of the request. Both databases read it. An audience is named as the role it is made for.
READ = """
SELECT s.id, s.item_version_id, s.option_order, s.params, s.response, s.epoch, s.seq, s."right" IS NULL,
  a.closes_at, a.deadline_at, a.enrolment_id,
  EXISTS (SELECT 1 FROM accounts_rolegrant g JOIN courses_course c ON c.id = e.course_id
          WHERE g.user_id = e.user_id AND g.role = c.audience AND g.revoked_at IS NULL),
  EXISTS (SELECT 1 FROM courses_engagementevent v WHERE v.enrolment_id = a.enrolment_id AND v.at > %s)
FROM quizzes_slot s JOIN quizzes_attempt a ON a.id = s.attempt_id JOIN courses_enrolment e ON e.id = a.enrolment_id
WHERE s.attempt_id = %s AND s.position = %s AND e.user_id = %s
"""
# A hand-in or a take-over that holds the row is waited for, and what it wrote into the row ("right", epoch) is looked
# at again afterwards; the attempt's own row is not, which is why the slot repeats it.
WRITE = """
UPDATE quizzes_slot SET response = %s, response_at = %s, seq = %s
WHERE id = %s AND "right" IS NULL AND seq < %s AND epoch = %s AND EXISTS
  (SELECT 1 FROM quizzes_attempt a WHERE a.id = attempt_id AND a.state = 'live'
   AND (a.closes_at IS NULL OR a.closes_at >= %s))
"""


@dataclass(frozen=True)
class _Here:
    """What a save needs to know of the question, of its attempt and of its learner."""

    pk: int
    item_version: int
    option_order: list[str]
    params: dict[str, str]
    response: dict[str, Any] | None
    epoch: int
    seq: int
    open: bool
    deadline_at: datetime | None
    enrolment: uuid.UUID
    may: bool
    noted: bool

    def slot(self) -> Slot:
        """The row with its attempt, for what happens seldom."""
        return Slot.objects.select_related("attempt__enrolment", "item_version").get(pk=self.pk)


@lru_cache(maxsize=1024)
def item_content(pk: int) -> Mapping[str, Any]:
    """What an item version says. It never changes (a trigger sees to it), so each process reads it once."""
    content: Mapping[str, Any] = ItemVersion.objects.values_list("content", flat=True).get(pk=pk)
    return content


def _here(user: User, attempt_id: uuid.UUID, position: int, now: datetime) -> _Here:
    """Raises DomainError: no such attempt of this person, or no such question in it (404)."""
    values = (_time(now - NOTED_EVERY), _uuid(attempt_id), position, _uuid(user.pk))
    with connection.cursor() as cursor:
        cursor.execute(READ, values)
        row = cursor.fetchone()
    if row is None:
        raise DomainError("no_such_question", _("This test has no such question."), status=404)
    pk, item_version, order, params, response, epoch, seq, unmarked, closes_at, deadline_at, enrolment, may, noted = row
    closes = _read_time(closes_at)
    return _Here(
        pk=pk,
        item_version=item_version,
        option_order=json.loads(order),
        params=json.loads(params),
        response=json.loads(response) if response else None,
        epoch=epoch,
        seq=seq,
        open=bool(unmarked) and (closes is None or now <= closes),
        deadline_at=_read_time(deadline_at),
        enrolment=enrolment if isinstance(enrolment, uuid.UUID) else uuid.UUID(enrolment),
        may=bool(may),
        noted=bool(noted),
    )


def _write(here: _Here, response: Any, epoch: int | None, seq: int, now: datetime) -> bool:
    """One conditional UPDATE: still open, this device's, newer."""
    stored = connection.ops.adapt_json_value(response, None) if response is not None else None
    values = (stored, _time(now), seq, here.pk, seq, here.epoch if epoch is None else epoch, _time(now))
    with contextlib.nullcontext() if here.noted else transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(WRITE, values)
            changed = bool(cursor.rowcount)
        if changed and not here.noted:
            courses.note(enrolment=Enrolment(pk=here.enrolment), kind=EngagementEvent.Kind.ANSWER, now=now)
    return changed


def _time(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _read_time(value: datetime | None) -> datetime | None:
    """SQLite keeps times without their zone, which is UTC."""
    return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def _uuid(value: uuid.UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _not_written(
    stands: Slot, fields: Fields, reading: marking.Reading, epoch: int | None, seq: int, now: datetime
) -> Saved:
    """Why nothing changed: closed or taken over meanwhile, or this answer or a newer one stands already."""
    if not stands.attempt.is_live or stands.attempt.is_over(now) or epoch not in (None, stands.epoch):
        raise _refusal(stands, fields, epoch, seq, now)
    same = stands.seq == seq and stands.response == reading.response
    return Saved(
        accepted=same,
        reason="" if same else "stale",
        seq=stands.seq,
        response=stands.response,
        content=stands.item_version.content,
        deadline_at=stands.attempt.deadline_at,
    )


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

"""Taking quizzes: answer a check, start, save, hand in. One function each, for page and API alike."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import DomainError
from courses import selectors as course_selectors
from courses import services as courses
from courses.models import EngagementEvent, Enrolment, quiz_ref
from quizzes import marking, selectors
from quizzes.models import Attempt, ItemVersion, QuizVersion, Slot
from quizzes.services.inline import Fields, NotRead


def start(*, enrolment: Enrolment, slug: str, now: datetime) -> Attempt:
    """Start the quiz, or return the live attempt there already is; two starts at once make one attempt.

    Raises DomainError when lessons are open (403), it is passed, attempts are used up, or sections missed
    last time are not read again.
    """
    with transaction.atomic():
        # Hand-in records its result under the same lock: none can slip in between the check and the start.
        courses.lock(enrolment)
        version = startable(enrolment=enrolment, slug=slug)
        live = enrolment.attempts.live().filter(quiz=version.quiz).first()
        return live or _new_attempt(enrolment, version, now)


def startable(*, enrolment: Enrolment, slug: str) -> QuizVersion:
    """The version a new attempt would pin. Raises DomainError with the reason it may not start now."""
    version = selectors.current_version(enrolment, slug)
    if version is None:
        raise DomainError("no_such_quiz", _("This course has no such quiz."), status=404)
    courses.require_learner(enrolment)
    if not course_selectors.journey(enrolment).all_read:
        raise DomainError("lessons_open", _("The post-test opens when all lessons are done."), status=403)
    last = selectors.last_attempt(enrolment, slug)
    if last and not last.is_live:
        _refuse_retake(enrolment, version, last)
    return version


def to_reread(*, enrolment: Enrolment, attempt: Attempt) -> list[str]:
    """Sections behind the questions missed in a failed attempt that are not read again yet."""
    if attempt.submitted_at is None or attempt.passed:
        return []
    missed = selectors.missed_sections(selectors.slots(attempt))
    return course_selectors.unread(enrolment, missed, attempt.submitted_at)


def save_answer(*, attempt: Attempt, position: int, fields: Fields, seq: int, now: datetime) -> bool:
    """Save what the form of a question sent; False when there was nothing to save.

    `seq` counts up with every answer the page sends for this question, so a late delivery never overwrites a
    newer answer; the same delivery twice is one. Raises DomainError: answered elsewhere meanwhile or handed in
    (409), no such question (404), not to be read as an answer (422).
    """
    with transaction.atomic():
        courses.require_learner(attempt.enrolment)
        live = Attempt.objects.live().select_for_update().filter(pk=attempt.pk).exists()
        slot = attempt.slots.select_related("item_version").filter(position=position).first()
        if slot is None:
            raise DomainError("no_such_question", _("This test has no such question."), status=404)
        if not live:
            raise DomainError("handed_in", _("This test is handed in; its answers stay as they were."))
        reading = marking.read(slot.item_version.content, {}, slot.option_order, fields, get_language() or "en")
        if reading.problem:
            raise NotRead(selectors.refused(slot, fields, reading.problem))
        response = reading.response
        if response is None:  # "Next" pressed on an open question: nothing to save, and no answer to erase
            return False
        if attempt.slots.filter(pk=slot.pk, seq__lt=seq).update(response=response, response_at=now, seq=seq):
            courses.note(enrolment=attempt.enrolment, kind=EngagementEvent.Kind.ANSWER, now=now)
        elif slot.response != response:
            message = _("This question was answered in another window meanwhile. The newer answer is shown.")
            raise DomainError("answered_elsewhere", message)
        return True


def flag(*, attempt: Attempt, position: int, flagged: bool) -> None:
    """Remember, or forget, that the learner wants to look at a question again."""
    attempt.slots.filter(position=position, attempt__state=Attempt.State.LIVE).update(flagged=flagged)


@transaction.atomic
def submit(*, attempt: Attempt, now: datetime) -> Attempt:
    """Hand in and mark. Handing in again returns the first result and changes nothing."""
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("version", "enrolment").get(pk=attempt.pk)
    if not locked.is_live:
        return locked
    courses.require_learner(locked.enrolment)
    rows = selectors.slots(locked)
    for slot in rows:
        slot.right = marking.mark(slot.item_version.content, {}, slot.option_order, slot.response).right
    Slot.objects.bulk_update(rows, ["right"])
    points, most = sum(bool(slot.right) for slot in rows), len(rows)
    locked.state = Attempt.State.SUBMITTED
    locked.submitted_at = now
    locked.points, locked.max_points = Decimal(points), Decimal(most)
    locked.passed = marking.passes(Fraction(points), Fraction(most), Fraction(locked.version.pass_mark))
    locked.save(update_fields=["state", "submitted_at", "points", "max_points", "passed"])
    courses.note(enrolment=locked.enrolment, kind=EngagementEvent.Kind.ANSWER, now=now)
    _record(locked, rows, now)
    return locked


def _record(attempt: Attempt, rows: Sequence[Slot], now: datetime) -> None:
    courses.record_activity(
        enrolment=attempt.enrolment,
        activity=quiz_ref(attempt.enrolment.course.slug, attempt.quiz.slug),
        outcome="passed" if attempt.passed else "failed",
        points=attempt.points or Decimal(0),
        max_points=attempt.max_points or Decimal(0),
        by_objective=selectors.points_by_objective(rows),
        flags=[],
        evidence=f"attempt:{attempt.pk}",
        at=now,
    )


def _refuse_retake(enrolment: Enrolment, version: QuizVersion, last: Attempt) -> None:
    if last.passed:
        raise DomainError("passed_already", _("You have passed this test; there is nothing left to retake."))
    if version.attempts_allowed is not None and last.number >= version.attempts_allowed:
        raise DomainError("attempts_used_up", _("All attempts at this test are used."))
    if version.retake == "reread" and to_reread(enrolment=enrolment, attempt=last):
        raise DomainError("reread_first", _("Read the sections behind what was missed, then try again."))


def _new_attempt(enrolment: Enrolment, version: QuizVersion, now: datetime) -> Attempt:
    """Pin version, items and the order of options as this learner sees them."""
    number = enrolment.attempts.filter(quiz=version.quiz).aggregate(made=Count("pk"))["made"] + 1
    seed = secrets.token_hex(16)
    attempt = Attempt.objects.create(
        enrolment=enrolment, quiz=version.quiz, version=version, number=number, seed=seed, started_at=now
    )
    versions = ItemVersion.objects.in_bulk(version.item_versions)
    for position, pk in enumerate(version.item_versions, 1):
        rng = marking.Rng(marking.seed_of(seed.encode(), str(attempt.pk), position, pk))
        order = marking.order(versions[pk].content, rng)
        Slot.objects.create(attempt=attempt, position=position, item_version=versions[pk], option_order=order)
    return attempt

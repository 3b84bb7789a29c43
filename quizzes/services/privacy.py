"""What someone answered: their copy of it, and its deletion. The keys of a test stay where they are until release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from accounts.models import User
from core.export import Files, Row
from courses.models import Enrolment
from quizzes import selectors
from quizzes.models import Attempt, CheckAnswer, Slot

TABLES: dict[type[Any], str] = {Attempt: "attempts.json", Slot: "attempts.json", CheckAnswer: "check_answers.json"}


def export_of(user: User) -> Files:
    """Attempts with the questions as shown, and answers to checks. What is in them is an allow-list: see _question."""
    return {TABLES[Attempt]: _attempts(user), TABLES[CheckAnswer]: _check_answers(user)}


def targets_of(user: User) -> Iterator[str]:
    """What staff may have read or changed, as the audit log names it."""
    yield from (f"attempt:{pk}" for pk in Attempt.objects.visible_to(user).values_list("pk", flat=True))


@transaction.atomic
def erase(*, user: User) -> None:
    """Delete every attempt with its questions, and every answer to a check. What a certificate rests on of them is in
    the results, which courses keep."""
    list(Enrolment.objects.filter(user=user).select_for_update())
    Slot.objects.filter(attempt__enrolment__user=user).delete()
    Attempt.objects.filter(enrolment__user=user).delete()
    CheckAnswer.objects.filter(enrolment__user=user).delete()


def _attempts(user: User) -> Iterator[Row]:
    found = Attempt.objects.visible_to(user).select_related("quiz__course", "version").order_by("started_at")
    for attempt in found.iterator():
        yield {
            "id": attempt.pk,
            "course": attempt.quiz.course.slug,
            "quiz": attempt.quiz.slug,
            "version": attempt.version.number,
            "number": attempt.number,
            "state": attempt.state,
            "started_at": attempt.started_at,
            "submitted_at": attempt.submitted_at,
            "points": attempt.points,
            "max_points": attempt.max_points,
            "passed": attempt.passed,
            "questions": [_question(slot, released=bool(attempt.passed)) for slot in selectors.slots(attempt)],
        }


def _question(slot: Slot, *, released: bool) -> Row:
    """As the learner saw it: `selectors.question` holds no key. Right answers and reasons once they are released."""
    shown = selectors.question(slot)
    row: Row = {
        "position": shown.position,
        "question": shown.stem,
        "options": [option.text for option in shown.options],
        "answer": next((option.text for option in shown.options if option.chosen), None),
        "answered_at": slot.response_at,
        "flagged": slot.flagged,
    }
    if released:
        row |= _explained(slot)
    return row


def _explained(slot: Slot) -> Row:
    choice = (slot.response or {}).get("choice")
    told = selectors.explained(slot.item_version, slot.option_order, choice, position=slot.position)
    right = [option.text for option in told.options if option.key]
    return {"right": told.right, "right_answer": right, "reasons": [option.why for option in told.options]}


def _check_answers(user: User) -> Iterator[Row]:
    found = CheckAnswer.objects.filter(enrolment__user=user).select_related("item_version").order_by("at")
    for answer in found.iterator():
        content = answer.item_version.content
        choice = answer.response.get("choice")
        shown = selectors.plain_question(answer.item_version, [option["id"] for option in content["options"]], choice)
        yield {
            "id": answer.pk,
            "enrolment_id": answer.enrolment_id,
            "check": answer.item_version.item_id,
            "question": shown.stem,
            "options": [option.text for option in shown.options],
            "answer": next((option.text for option in shown.options if option.chosen), None),
            "right": answer.right,
            "at": answer.at,
        }

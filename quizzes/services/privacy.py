"""What someone answered: their copy of it, and its deletion. The keys of a test stay where they are until release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from accounts.models import User
from core.export import Files, Row
from core.texts import pick
from courses.models import Enrolment
from quizzes import selectors
from quizzes.models import Accommodation, Attempt, CheckAnswer, RefusedAnswer, Slot, TrainerRound, Voiding
from quizzes.selectors import release
from quizzes.selectors.answering import Answering

TABLES: dict[type[Any], str] = {
    Attempt: "attempts.json",
    Slot: "attempts.json",
    RefusedAnswer: "attempts.json",
    Voiding: "attempts.json",
    CheckAnswer: "check_answers.json",
    Accommodation: "accommodations.json",
    TrainerRound: "carb_plates.json",
}


def export_of(user: User) -> Files:
    """Attempts with the questions as shown, answers to checks, plates of the trainer. What is in them is an allow-list:
    see _question."""
    return {
        TABLES[Attempt]: _attempts(user),
        TABLES[CheckAnswer]: _check_answers(user),
        TABLES[Accommodation]: _accommodations(user),
        TABLES[TrainerRound]: _rounds(user),
    }


def targets_of(user: User) -> Iterator[str]:
    """What staff may have read or changed, as the audit log names it."""
    yield from (f"attempt:{pk}" for pk in Attempt.objects.visible_to(user).values_list("pk", flat=True))


@transaction.atomic
def erase(*, user: User) -> None:
    """Delete every attempt with its questions, every answer to a check and every plate of the trainer. What a
    certificate rests on of them is in the results, which courses keep."""
    list(Enrolment.objects.filter(user=user).select_for_update())
    RefusedAnswer.objects.filter(attempt__enrolment__user=user).delete()
    Voiding.objects.filter(attempt__enrolment__user=user).delete()
    Slot.objects.filter(attempt__enrolment__user=user).delete()
    Attempt.objects.filter(enrolment__user=user).delete()
    CheckAnswer.objects.filter(enrolment__user=user).delete()
    Accommodation.objects.filter(user=user).delete()
    TrainerRound.objects.filter(user=user).delete()


def _attempts(user: User) -> Iterator[Row]:
    found = Attempt.objects.visible_to(user).select_related("quiz__course", "version").order_by("started_at")
    for attempt in found.iterator():
        shown = release.shown(attempt)
        yield {
            "id": attempt.pk,
            "course": attempt.quiz.course.slug,
            "quiz": attempt.quiz.slug,
            "version": attempt.version.number,
            "number": attempt.number,
            "state": attempt.state,
            "started_at": attempt.started_at,
            "deadline_at": attempt.deadline_at,
            "submitted_at": attempt.submitted_at,
            "submit_reason": attempt.submit_reason,
            "points": attempt.points if "points" in shown else None,
            "max_points": attempt.max_points if "points" in shown else None,
            "passed": None if attempt.quiz.is_pretest else attempt.passed,
            "questions": [_question(slot, released="explained" in shown) for slot in selectors.slots(attempt)],
            "voided": [{"reason": one.reason, "at": one.decided_at} for one in attempt.voidings.filter(confirmed=True)],
            "refused": [
                {"position": one.position, "answer": one.response, "reason": one.reason, "at": one.at}
                for one in attempt.refused.order_by("pk")
            ],
        }


def _accommodations(user: User) -> Iterator[Row]:
    for row in Accommodation.objects.filter(user=user).order_by("at"):
        yield {"multiplier": row.multiplier, "extra_min": row.extra_min, "reason": row.reason, "at": row.at}


def _rounds(user: User) -> Iterator[Row]:
    """Plates of the carbohydrate trainer. What an open one holds stays hidden until it is guessed."""
    for row in TrainerRound.objects.visible_to(user).order_by("laid_at").iterator():
        plate = zip(row.helpings, row.by_food, strict=True)
        yield {
            "id": row.pk,
            "enrolment_id": row.enrolment_id,
            "kind": row.kind,
            "level": row.level,
            "laid_at": row.laid_at,
            "foods": [
                {"food": pick(one.name), "portion": pick(one.portion), "times": one.times, "guess_g": guess}
                | ({} if row.is_open else {"counted_g": one.carb_g})
                for one, guess in plate
            ],
            "guess_g": row.guess_g,
            "counted_g": row.counted_g,
            "close": row.close,
            "guessed_at": row.guessed_at,
        }


def _question(slot: Slot, *, released: bool) -> Row:
    """As the learner saw it: `selectors.question` holds no key. Right answers and reasons once they are released."""
    shown = selectors.question(slot)
    row: Row = {
        "position": shown.position,
        "question": shown.stem,
        **_pictured(shown),
        "options": [option["text"] for option in shown.parts.get("options", ())],
        "answer": "; ".join(shown.said) or None,
        "answered_at": slot.response_at,
        "flagged": slot.flagged,
    }
    if released:
        row |= _explained(slot)
    return row


def _pictured(shown: Answering) -> Row:
    """What the picture of a question shows: the picture itself belongs to the course."""
    return {"picture": shown.picture["alt"]} if shown.picture else {}


def _explained(slot: Slot) -> Row:
    told = selectors.explained(slot)
    options = told.shown.parts.get("options", ())
    return {
        "right": told.right,
        "right_answer": [option["text"] for option in options if option["key"]]
        or [row.right or row.said for row in told.rows],
        "reasons": [
            one for one in (*(option["why"] for option in options), *(row.why for row in told.rows), told.why) if one
        ],
    }


def _check_answers(user: User) -> Iterator[Row]:
    found = CheckAnswer.objects.filter(enrolment__user=user).select_related("item_version").order_by("at")
    for answer in found.iterator():
        shown = selectors.check(answer.item_version, answer.response)
        yield {
            "id": answer.pk,
            "enrolment_id": answer.enrolment_id,
            "check": answer.item_version.item_id,
            "question": shown.stem,
            **_pictured(shown),
            "options": [option["text"] for option in shown.parts.get("options", ())],
            "answer": "; ".join(shown.said) or None,
            "right": answer.right,
            "at": answer.at,
        }

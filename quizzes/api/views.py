"""Checks, quizzes and attempts for programs, by the pages' services. Nothing here reads an item's content."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import signed_in
from core.api.openapi import operation
from core.api.resources import Resource, created
from core.api.shapes import Nothing
from core.errors import DomainError
from courses import activities
from courses import selectors as course_selectors
from courses.models import Enrolment, quiz_ref
from quizzes import selectors
from quizzes.activities import check_context, is_step
from quizzes.api.serializers import AnswerIn, AnswerOut, AttemptLine, AttemptOut, CheckOut, FieldsIn, QuizOut
from quizzes.models import Attempt, Item, Slot
from quizzes.selectors import release
from quizzes.selectors.gain import Gain, gain
from quizzes.services import closing, inline, taking
from quizzes.services.answering import Saved, answer_save

TAG = "Tests"


class Check(Resource):
    @operation(
        "checks_retrieve",
        "A check of a lesson, with its explanation once it is answered",
        tag=TAG,
        answers={200: CheckOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, enrolment_id: UUID, item: str) -> Response:
        return self.one(CheckOut, _check(_enrolment(request, enrolment_id), _check_item(item)))

    @operation(
        "checks_answer",
        "Answer a check",
        description="Answered again, the newest answer counts.",
        tag=TAG,
        request=FieldsIn,
        answers={200: CheckOut},
        refuses=[404],
        unsafe=True,
    )
    def post(self, request: Request, enrolment_id: UUID, item: str) -> Response:
        enrolment, found = _enrolment(request, enrolment_id), _check_item(item)
        fields = FieldsIn.read(request)["fields"]
        inline.answer_check(enrolment=enrolment, item=found, fields=fields, now=timezone.now())
        return self.one(CheckOut, _check(enrolment, found))


class Quiz(Resource):
    @operation(
        "quizzes_retrieve",
        "What to expect of a quiz, and whether it may start now",
        tag=TAG,
        answers={200: QuizOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, enrolment_id: UUID, slug: str) -> Response:
        return self.one(QuizOut, _quiz(_enrolment(request, enrolment_id), slug))


class AttemptStart(Resource):
    @operation(
        "attempts_create",
        "Start an attempt",
        description="While one is live, it is returned with 200. Refused with 403 while lessons are open "
        "(lessons_open), with 409 when it is passed (passed_already), used up (attempts_used_up), what was missed is "
        "not read again (reread_first), or the time between two attempts is not over (too_early); a pre-test with 409 "
        "when it is done (pretest_done) or a lesson is (pretest_over).",
        tag=TAG,
        request=Nothing,
        answers={201: AttemptOut, 200: AttemptOut},
        refuses=[404, 409],
        unsafe=True,
    )
    def post(self, request: Request, enrolment_id: UUID, slug: str) -> Response:
        Nothing.read(request)
        now = timezone.now()
        holder = taking.device(request._request.session.session_key)
        attempt = taking.start(enrolment=_enrolment(request, enrolment_id), slug=slug, now=now, holder=holder)
        return self.one(AttemptOut, _shown(attempt), status=created(attempt.started_at, now))


class Attempts(Resource):
    @operation(
        "attempts_list",
        "Your attempts, newest first",
        tag=TAG,
        answers={200: AttemptLine(many=True)},
        refuses=[403, 404],
    )
    def get(self, request: Request) -> Response:
        return self.listed(AttemptLine, _attempts(request).order_by("-started_at", "pk"))


class AttemptDetail(Resource):
    @operation(
        "attempts_retrieve",
        "An attempt: questions while live, scores once handed in, explanations once passed",
        tag=TAG,
        answers={200: AttemptOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, attempt_id: UUID) -> Response:
        return self.one(AttemptOut, _shown(_attempt(request, attempt_id)))


class Answer(Resource):
    @operation(
        "answers_update",
        "Save an answer",
        description="The same delivery twice is one; one that comes after a newer answer changes nothing (accepted: "
        "false, stale), and a blank erases. Refused with 409 when the attempt was taken over on another device "
        "(taken_over, asked only with `epoch`), is handed in or its time is over (attempt_closed), with "
        "422 when it cannot be read as an answer (not_read). What is refused with 409 is kept, and not marked.",
        tag=TAG,
        request=AnswerIn,
        answers={200: AnswerOut},
        refuses=[404, 409],
        unsafe=True,
        examples=[
            OpenApiExample(
                "The third option, as the second answer",
                {"fields": {"choice": ["3"]}, "seq": 2, "epoch": 1},
                request_only=True,
            )
        ],
    )
    def put(self, request: Request, attempt_id: UUID, position: int) -> Response:
        if not _attempts(request).filter(pk=attempt_id).exists():
            raise Http404
        sent, now = AnswerIn.read(request), timezone.now()
        saved = answer_save(
            user=signed_in(request),
            attempt_id=attempt_id,
            position=position,
            fields=sent["fields"],
            epoch=sent.get("epoch"),
            seq=sent["seq"],
            now=now,
            clears=True,
        )
        slot = Slot.objects.visible_to(signed_in(request)).select_related("item_version", "attempt")
        stands = slot.get(attempt=attempt_id, position=position)
        return self.one(AnswerOut, _answer(saved, stands) | {"server_time": now})


class AttemptTakeOver(Resource):
    @operation(
        "attempts_take_over",
        "Go on with an attempt here",
        description="For an attempt that is open on another device: `epoch` goes up by one, and answers sent with an "
        "older one are refused from now on. From the device that holds it already, nothing changes.",
        tag=TAG,
        request=Nothing,
        answers={200: AttemptOut},
        refuses=[404],
        unsafe=True,
    )
    def post(self, request: Request, attempt_id: UUID) -> Response:
        Nothing.read(request)
        holder = taking.device(request._request.session.session_key)
        taking.take_over(attempt=_attempt(request, attempt_id), holder=holder)
        return self.one(AttemptOut, _shown(_attempt(request, attempt_id)))


class AttemptSubmit(Resource):
    @operation(
        "attempts_submit",
        "Hand in",
        description="Marks the attempt, once. Handed in again, the first result is returned.",
        tag=TAG,
        request=Nothing,
        answers={200: AttemptOut},
        refuses=[404],
        unsafe=True,
    )
    def post(self, request: Request, attempt_id: UUID) -> Response:
        Nothing.read(request)
        closing.submit(attempt=_attempt(request, attempt_id), now=timezone.now())
        return self.one(AttemptOut, _shown(_attempt(request, attempt_id)))


def _enrolment(request: Request, enrolment_id: UUID) -> Enrolment:
    rows = Enrolment.objects.visible_to(signed_in(request)).select_related("version__course", "course")
    return get_object_or_404(rows, pk=enrolment_id)


def _attempts(request: Request) -> Any:
    rows = Attempt.objects.visible_to(signed_in(request))
    return rows.select_related("version", "quiz", "enrolment__course", "enrolment__version")


def _attempt(request: Request, attempt_id: UUID) -> Attempt:
    """One's own attempt, as it is now: handed in if its time is over."""
    found: Attempt = get_object_or_404(_attempts(request), pk=attempt_id)
    return closing.settled(found, timezone.now())


def _check_item(item_id: str) -> Item:
    return get_object_or_404(Item, pk=item_id, use=Item.Use.CHECK)


def _check(enrolment: Enrolment, item: Item) -> dict[str, Any]:
    lesson = inline.check_lesson(enrolment=enrolment, item=item)
    version, response = selectors.checks(enrolment, [item.pk])[0]
    context = check_context(version, response, enrolment.pk, step=is_step(enrolment))
    return {"item": item.pk, "lesson": lesson, "question": context["question"], "explained": context["solved"]}


def _quiz(enrolment: Enrolment, slug: str) -> dict[str, Any]:
    version, last, now = (
        selectors.current_version(enrolment, slug),
        selectors.last_attempt(enrolment, slug),
        timezone.now(),
    )
    last = closing.settled(last, now) if last else None
    described = activities.describe(quiz_ref(enrolment.course.slug, slug))
    if version is None or described is None:
        raise Http404
    refused: DomainError | None = None
    try:
        taking.startable(enrolment=enrolment, slug=slug, now=now)
    except DomainError as error:
        refused = error
    return {
        "slug": slug,
        "kind": version.quiz.kind,
        **vars(described),
        "attempts_allowed": version.attempts_allowed,
        "limit_minutes": taking.minutes_for(enrolment, version),
        "last_attempt": last.pk if last else None,
        "refused": refused,
        "reread": _sections(enrolment, taking.to_reread(enrolment=enrolment, attempt=last)) if last else [],
    }


def _shown(attempt: Attempt) -> dict[str, Any]:
    """The attempt as it may be shown in its state. Keys come from selectors.released alone."""
    rows = selectors.slots(attempt)
    handed_in, shown = not attempt.is_live, release.shown(attempt)
    points, gained = "points" in shown, gain(attempt, rows)
    return {
        "id": attempt.pk,
        "enrolment_id": attempt.enrolment_id,
        "enrolment": attempt.enrolment,
        "quiz": attempt.quiz,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at,
        "submitted_at": attempt.submitted_at,
        "deadline_at": attempt.deadline_at,
        "submit_reason": attempt.submit_reason,
        "epoch": attempt.epoch,
        "points": attempt.points if points else None,
        "max_points": attempt.max_points if points else None,
        "passed": attempt.passed,
        "needed": 0 if attempt.quiz.is_pretest else attempt.version.needed,
        "questions": [] if handed_in else [_slot(slot) for slot in rows],
        "scores": selectors.by_objective(rows) if "objectives" in shown else [],
        "gain": gained and _gain(gained),
        "reread": _sections(attempt.enrolment, taking.to_reread(enrolment=attempt.enrolment, attempt=attempt)),
        "voided": attempt.voidings.filter(confirmed=True).first() if attempt.is_void else None,
        "explained": selectors.released(attempt),
    }


def _gain(gained: Gain) -> dict[str, Any]:
    whole = gained.whole
    numbers = {"before": whole.before, "after": whole.after, "normalised": whole.normalised}
    return {"pretest_at": gained.at, **numbers, "objectives": gained.objectives}


def _slot(slot: Slot) -> dict[str, Any]:
    shown = selectors.question(slot)
    named = {name: getattr(shown, name) for name in ("type", "language", "stem", "picture", "plain", "position")}
    return named | {"seq": slot.seq, "saved_at": slot.response_at}


def _answer(saved: Saved, slot: Slot) -> dict[str, Any]:
    """What stands now, which is this answer, or a newer one."""
    return {
        "accepted": saved.accepted,
        "reason": saved.reason,
        "position": slot.position,
        "fields": selectors.filled(slot),
        "seq": slot.seq,
        "saved_at": slot.response_at,
        "deadline_at": saved.deadline_at,
    }


def _sections(enrolment: Enrolment, sections: list[str]) -> list[dict[str, str]]:
    return course_selectors.section_links(enrolment.version_id, sections)

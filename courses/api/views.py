"""Courses, enrolments and the way through them, for programs. The pages' services and selectors, nothing of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.services import signed_in
from core import units
from core.api.openapi import operation
from core.api.resources import Resource, created
from core.api.shapes import Nothing
from courses import activities, selectors, services
from courses.api.serializers import (
    CourseLine,
    CourseOut,
    EnrolmentIn,
    EnrolmentOut,
    LessonOut,
    ProgressOut,
    SeenIn,
)
from courses.models import Completion, Course, CourseVersion, Enrolment, LessonText, pretest_ref

COURSES, LEARNING = "Courses", "Learning"


class Courses(Resource):
    permission_classes = [AllowAny]

    @operation("courses_list", "The catalogue", tag=COURSES, answers={200: CourseLine(many=True)}, refuses=[404])
    def get(self, request: Request) -> Response:
        return self.listed(CourseLine, selectors.catalogue(_reader(request)))


class CourseDetail(Resource):
    permission_classes = [AllowAny]

    @operation("courses_retrieve", "A course's front matter", tag=COURSES, answers={200: CourseOut}, refuses=[404])
    def get(self, request: Request, slug: str) -> Response:
        version, enrolment = selectors.version_for(_reader(request), slug)
        if version is None:
            raise Http404
        return self.one(CourseOut, _course(version, enrolment))


class Enrolments(Resource):
    @operation(
        "enrolments_list",
        "Your enrolments, newest first",
        tag=LEARNING,
        answers={200: EnrolmentOut(many=True)},
        refuses=[403, 404],
    )
    def get(self, request: Request) -> Response:
        return self.listed(EnrolmentOut, _enrolments(request).order_by("-enrolled_at", "pk"))

    @operation(
        "enrolments_create",
        "Enrol in a course",
        description="Enrolling again changes nothing and answers 200 with the first enrolment. A course whose place "
        "another took is refused with 409 (replaced) to those who do not take it yet.",
        tag=LEARNING,
        request=EnrolmentIn,
        answers={201: EnrolmentOut, 200: EnrolmentOut},
        refuses=[409],
        unsafe=True,
        examples=[
            OpenApiExample("The course on the rationale of pumps", {"course": "pump-rationale"}, request_only=True)
        ],
    )
    def post(self, request: Request) -> Response:
        version = selectors.published(EnrolmentIn.read(request)["course"])
        if version is None:
            raise serializers.ValidationError({"course": [_("There is no such course.")]})
        now = timezone.now()
        enrolment = services.enrol(user=signed_in(request), version=version, now=now)
        return self.one(EnrolmentOut, enrolment, status=created(enrolment.enrolled_at, now))


class EnrolmentDetail(Resource):
    @operation("enrolments_retrieve", "An enrolment", tag=LEARNING, answers={200: EnrolmentOut}, refuses=[403, 404])
    def get(self, request: Request, enrolment_id: UUID) -> Response:
        return self.one(EnrolmentOut, _enrolment(request, enrolment_id))


class Progress(Resource):
    @operation(
        "progress_retrieve",
        "How far you are: each lesson's state, and what wants an answer",
        tag=LEARNING,
        answers={200: ProgressOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, enrolment_id: UUID) -> Response:
        return self.one(ProgressOut, _progress(_enrolment(request, enrolment_id)))


class LessonDetail(Resource):
    @operation(
        "lessons_retrieve",
        "A lesson's text, headings, terms and sources",
        description="A lesson that is not open yet is refused with 403 (lesson_locked).",
        tag=LEARNING,
        answers={200: LessonOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, enrolment_id: UUID, slug: str) -> Response:
        enrolment = _enrolment(request, enrolment_id)
        way = selectors.journey(enrolment)
        return self.one(LessonOut, _lesson(way, services.require_open(way, slug)))


class LessonDone(Resource):
    @operation(
        "lessons_done",
        "Say Done with a lesson",
        description="Refused with 409 (checks_open) while an activity in it has no answer. Done again is harmless, and "
        "counts as having read it again.",
        tag=LEARNING,
        request=Nothing,
        answers={200: ProgressOut},
        refuses=[404, 409],
        unsafe=True,
    )
    def post(self, request: Request, enrolment_id: UUID, slug: str) -> Response:
        Nothing.read(request)
        enrolment = _enrolment(request, enrolment_id)
        services.finish_lesson(enrolment=enrolment, slug=slug, now=timezone.now())
        return self.one(ProgressOut, _progress(enrolment))


class LessonSeen(Resource):
    @operation(
        "lessons_seen",
        "Report the headings on screen",
        description="Keeps the place and counts time at work, an event a minute at most. Unknown headings are ignored.",
        tag=LEARNING,
        request=SeenIn,
        answers={204: None},
        refuses=[404],
        unsafe=True,
    )
    def post(self, request: Request, enrolment_id: UUID, slug: str) -> Response:
        enrolment = _enrolment(request, enrolment_id)
        headings = SeenIn.read(request)["headings"]
        services.see(enrolment=enrolment, slug=slug, headings=headings, now=timezone.now())
        return Response(status=204)


def _enrolments(request: Request) -> Any:
    return Enrolment.objects.visible_to(signed_in(request)).select_related("version__course", "course", "completion")


def _enrolment(request: Request, enrolment_id: UUID) -> Enrolment:
    found: Enrolment = get_object_or_404(_enrolments(request), pk=enrolment_id)
    return found


def _course(version: CourseVersion, enrolment: Enrolment | None) -> dict[str, Any]:
    newer = selectors.successor(version.course.slug)
    return {
        "course": version.course,
        "title": version.title,
        "summary": version.summary,
        "languages": version.languages,
        "ce": version.ce,
        "version": version.number,
        "published_at": version.published_at,
        "objectives": version.objectives,
        "credit": version.ce if version.course.audience == Course.Audience.EDUCATOR and version.ce else None,
        "references": version.references,
        "lessons": selectors.published_lessons(version.pk),
        "final": _final(version),
        "replaced_by": newer.course.slug if newer else None,
        "enrolment": enrolment.pk if enrolment else None,
    }


def _final(version: CourseVersion) -> dict[str, Any] | None:
    return _quiz(version.final_ref) if version.final_ref else None


def _quiz(ref: str) -> dict[str, Any] | None:
    described = activities.describe(ref)
    return vars(described) if described else None


def _checks(way: selectors.Journey) -> list[dict[str, Any]]:
    checks = selectors.module_checks(way.enrolment.version.course.slug, way.steps)
    described = activities.describe_all(check.ref for check in checks)
    return [{**vars(check), **vars(described[check.ref])} for check in checks if check.ref in described]


def _progress(enrolment: Enrolment) -> dict[str, Any]:
    way = selectors.journey(enrolment)
    waiting = selectors.open_by_lesson(enrolment, [step.lesson for step in way.steps])
    completion = Completion.objects.filter(enrolment=enrolment).first()
    return {
        "enrolment": enrolment.pk,
        "lessons_done": way.done_count,
        "lessons_total": len(way.steps),
        "minutes_left": way.minutes_left,
        "all_read": way.all_read,
        "here": way.here.lesson.slug if way.here else None,
        "lessons": [{**vars(step), "open_activities": waiting[step.lesson.slug]} for step in way.steps],
        "checks": _checks(way),
        "pretest": _quiz(pretest_ref(enrolment.course.slug)),
        "final": _final(enrolment.version),
        "completion": completion.pk if completion else None,
    }


def _lesson(way: selectors.Journey, step: selectors.Step) -> dict[str, Any]:
    lesson, text = step.lesson, selectors.lesson_text(step.lesson)
    return {
        "slug": lesson.slug,
        "title": lesson.title,
        "module": lesson.module,
        "number": way.steps.index(step) + 1,
        "minutes": lesson.minutes,
        "state": step.state,
        "heading": step.heading,
        "language": text.language,
        "reviewer": lesson.reviewer,
        "reviewed_on": lesson.reviewed_on,
        "objectives": [one for one in way.enrolment.version.objectives if one["code"] in lesson.objectives],
        "headings": text.headings,
        "blocks": _blocks(text),
        "terms": [{**term, "text": units.for_reader(term["text"])} for term in text.terms],
        "sources": text.sources,
        "open_activities": selectors.open_activities(way.enrolment, lesson),
    }


def _blocks(text: LessonText) -> list[dict[str, Any]]:
    described = activities.describe_all(block["ref"] for block in text.blocks if block["kind"] == "activity")
    return [_block(block, described) for block in text.blocks]


def _block(block: dict[str, Any], described: dict[str, activities.Activity]) -> dict[str, Any]:
    if block["kind"] == "activity":
        ref = block["ref"]
        return {"kind": "activity", "html": "", "ref": ref, "title": described[ref].title if ref in described else None}
    return {"kind": block["kind"], "html": units.for_reader(block["html"]), "ref": None, "title": None}


def _reader(request: Request) -> User | None:
    return request.user if isinstance(request.user, User) else None

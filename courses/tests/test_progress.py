"""Activities and completion: idempotent on evidence, required means passed, complete once."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from courses import selectors, services
from courses.models import (
    ActivityResult,
    Completion,
    Course,
    CourseVersion,
    Enrolment,
    Lesson,
    LessonText,
    Module,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(educator: User) -> Enrolment:
    """In a course of one lesson with one required case, one check, and no final quiz."""
    return make_course(educator, lessons=1, activities=[("case:c09", True), ("check:x", False)])


def make_course(
    user: User, *, lessons: int, activities: list[tuple[str, bool]], slug: str = "small", final: str = ""
) -> Enrolment:
    course = Course.objects.create(slug=slug, audience="educator")
    version = CourseVersion.objects.create(
        course=course,
        number=1,
        state="published",
        published_at=timezone.now(),
        title={"en": slug},
        ce={"minutes": 60},
        final_quiz=final,
        source_sha256="0" * 64,
    )
    module = Module.objects.create(version=version, slug="m", position=1, title={"en": "M"})
    for position in range(1, lessons + 1):
        lesson = Lesson.objects.create(
            version=version,
            module=module,
            slug=f"lesson-{position}",
            position=position,
            title={"en": f"Lesson {position}"},
            minutes=5,
            activities=[{"ref": ref, "required": required} for ref, required in activities],
        )
        LessonText.objects.create(
            lesson=lesson,
            language="en",
            blocks=[{"kind": "html", "html": "<p>Text</p>"}],
            headings=[],
            terms=[],
            sources=[],
        )
    return services.enrol(user=user, version=version, now=timezone.now())


def record(enrolment: Enrolment, activity: str, outcome: str, evidence: str, **values: Any) -> ActivityResult:
    known: dict[str, Any] = {"points": Decimal(1), "max_points": Decimal(1), "by_objective": {}, "flags": []}
    named = {"enrolment": enrolment, "activity": activity, "outcome": outcome, "evidence": evidence}
    return services.record_activity(**(known | named | {"at": timezone.now()} | values))


def test_the_same_evidence_is_recorded_once_whatever_is_said_the_second_time(enrolment: Enrolment) -> None:
    first = record(enrolment, "check:x", "answered", "check:1")
    again = record(enrolment, "check:x", "passed", "check:1", points=Decimal(0))
    assert first == again
    assert again.outcome == "answered"
    assert ActivityResult.objects.count() == 1


def test_a_required_activity_wants_a_pass_and_another_any_answer(enrolment: Enrolment) -> None:
    lesson = enrolment.version.modules.get().lessons.get()
    assert selectors.open_activities(enrolment, lesson) == ["case:c09", "check:x"]
    record(enrolment, "case:c09", "failed", "run:1")
    record(enrolment, "check:x", "answered", "check:1")
    assert selectors.open_activities(enrolment, lesson) == ["case:c09"]
    record(enrolment, "case:c09", "passed", "run:2")
    assert selectors.open_activities(enrolment, lesson) == []


def test_a_course_without_a_final_quiz_is_complete_with_its_last_lesson(enrolment: Enrolment) -> None:
    record(enrolment, "case:c09", "passed", "run:1")
    record(enrolment, "check:x", "answered", "check:1")
    assert not Completion.objects.exists()
    services.finish_lesson(enrolment=enrolment, slug="lesson-1", now=timezone.now())
    first = Completion.objects.get()
    services.finish_lesson(enrolment=enrolment, slug="lesson-1", now=timezone.now())
    assert Completion.objects.get() == first


def test_a_test_passed_before_the_last_lesson_completes_the_course_with_that_lesson(educator: User) -> None:
    enrolment = make_course(educator, lessons=1, activities=[], final="post-test")
    record(enrolment, "quiz:small/post-test", "passed", "attempt:1")
    assert not Completion.objects.exists()
    services.finish_lesson(enrolment=enrolment, slug="lesson-1", now=timezone.now())
    assert Completion.objects.get().points == 1


@pytest.mark.parametrize("values", [{"points": Decimal(2)}, {"points": Decimal(-1)}, {"outcome": "superb"}], ids=str)
def test_the_database_refuses_results_that_cannot_be(enrolment: Enrolment, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        record(enrolment, "check:x", **({"outcome": "answered"} | values | {"evidence": "check:9"}))


def test_results_and_completions_are_append_only(enrolment: Enrolment) -> None:
    record(enrolment, "check:x", "answered", "check:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityResult.objects.update(outcome="passed")


@pytest.mark.django_db(transaction=True)
def test_two_last_requirements_at_once_complete_the_course_once(educator: User) -> None:
    enrolment = make_course(educator, lessons=1, activities=[], final="post-test")
    errors: list[Exception] = []

    def do(work: Any) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            errors.append(error)
        connection.close()

    work = [
        lambda: record(enrolment, "quiz:small/post-test", "passed", "attempt:1"),
        lambda: services.finish_lesson(enrolment=enrolment, slug="lesson-1", now=timezone.now()),
    ]
    threads = [threading.Thread(target=do, args=[job]) for job in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Completion.objects.count() == 1

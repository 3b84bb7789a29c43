"""The check of a module in every state, for the gallery: named module-check-…."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from courses import selectors, services
from courses.models import LessonProgress
from edu.curriculum import load
from quizzes.services import closing, taking
from tests.curriculum import LATER, open_both
from tests.inside import Inside

Add = Callable[..., None]
COURSE, CHECK = LATER, "rationale-check"


def add_checks(add: Add, make: Callable[..., User]) -> None:
    """The new course before enrolling, with its first check locked, open, and handed in without an answer."""
    load(open_both(settings.VAR / "both"), publish=True)
    add("module-checks-stranger", f"/courses/{COURSE}/")
    new, reader = make(name="Ada Newcomer"), make(name="Rae Reader")
    version, now = selectors.published(COURSE), timezone.now()
    assert version
    services.enrol(user=new, version=version, now=now)
    enrolment = services.enrol(user=reader, version=version, now=now)
    add("module-checks-locked", f"/courses/{COURSE}/", Inside.of(new))
    module = selectors.published_lessons(version.pk)[0].module
    lessons = [lesson.slug for lesson in selectors.published_lessons(version.pk) if lesson.module == module]
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson_slug=slug, done_at=now) for slug in lessons
    )
    browser = Inside.of(reader)
    add("module-check-intro", f"/quizzes/{enrolment.pk}/{CHECK}/", browser)
    add("module-check-in-outline", f"/courses/{COURSE}/readiness/", browser)
    taken = make(name="Tess Taker")
    again = services.enrol(user=taken, version=version, now=now)
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=again, lesson_slug=slug, done_at=now) for slug in lessons
    )
    attempt = closing.submit(attempt=taking.start(enrolment=again, slug=CHECK, now=now), now=now)
    add("module-check-result", f"/quizzes/attempts/{attempt.pk}/result/", Inside.of(taken))
    add("module-checks-taken", f"/courses/{COURSE}/", Inside.of(taken))

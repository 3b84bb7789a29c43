"""Many learners at once, for load: signed in, enrolled, everything read, a test under way or about to be.

`python -m tests.learners STARTED READY` makes them in the database of DATABASE_URL and prints them as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import NamedTuple

from tests.curriculum import COURSE, first

TOKEN = "a" * 32


class Learner(NamedTuple):
    """A cookie header that is signed in, the enrolment, and the attempt under way (empty: none yet)."""

    cookie: str
    enrolment: str
    attempt: str


def make(started: int, ready: int = 0) -> list[Learner]:
    """In an empty database: the tables, the courses, those in the middle of a test, then those who may start one.
    Django must be set up."""
    from django.conf import settings
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.http import HttpRequest
    from django.utils import timezone

    from accounts.models import Role, User
    from accounts.services import grant
    from courses.models import CourseVersion, LessonProgress
    from courses.selectors import published_lessons
    from courses.services import enrol
    from edu.curriculum import load
    from quizzes.services import taking

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    load(first(settings.VAR / "first-course"), publish=True)
    version, now = CourseVersion.objects.published().get(course__slug=COURSE), timezone.now()
    found = []
    for number in range(started + ready):
        user = User.objects.create_user(f"learner{number}@bench.example", name="Wren Walker")
        grant(user=user, role=Role.EDUCATOR, granted_by=None, now=now)
        enrolment = enrol(user=user, version=version, now=now)
        LessonProgress.objects.bulk_create(
            LessonProgress(enrolment=enrolment, lesson_slug=lesson.slug, seen_at=now, done_at=now)
            for lesson in published_lessons(version.pk)
        )
        request = HttpRequest()
        request.session = SessionStore()
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        request.session.save()
        begins = number < started
        attempt = str(taking.start(enrolment=enrolment, slug="post-test", now=now).pk) if begins else ""
        cookie = f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}; csrftoken={TOKEN}"
        found.append(Learner(cookie, str(enrolment.pk), attempt))
    return found


def main() -> int:
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("started", type=int)
    parser.add_argument("ready", type=int)
    options = parser.parse_args()
    django.setup()
    print(json.dumps(make(options.started, options.ready)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

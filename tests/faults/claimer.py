"""The process that claims, on a stand: reads one question a line, answers one line. It may be killed at any point."""

from __future__ import annotations

import json
import sys
import uuid
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from accounts.services import grant  # noqa: E402
from certificates import services  # noqa: E402
from certificates.models import Evaluation  # noqa: E402
from courses.models import Completion, Course, CourseVersion, Enrolment  # noqa: E402


def prepare(count: int) -> dict[str, Any]:
    """Learners who completed a course, written as rows: what comes before the claim is not under test here."""
    now = timezone.now()
    course, _made = Course.objects.get_or_create(slug="stand", defaults={"audience": "educator"})
    version, _made = CourseVersion.objects.get_or_create(
        course=course,
        number=1,
        defaults={
            "title": {"en": "A course on the stand"},
            "state": "published",
            "published_at": now,
            "source_sha256": "",
        },
    )
    made = []
    for _number in range(count):
        user = User.objects.create(email=f"{uuid.uuid4().hex}@stand.example", name="Wren Walker")
        grant(user=user, role=Role.EDUCATOR, granted_by=None, now=now)
        enrolment = Enrolment.objects.create(user=user, course=course, version=version)
        completion = Completion.objects.create(
            enrolment=enrolment, version=version, at=now, points=9, max_points=10, engaged_s=2400
        )
        Evaluation.objects.create(completion=completion, objectives={}, bias_seen=False, change="yes")
        made.append(str(completion.pk))
    return {"completions": made}


def claim(completion: str) -> dict[str, Any]:
    award = services.claim(
        completion=Completion.objects.get(pk=completion),
        name="Wren Walker",
        credentials="RN",
        attestation="I took part in the whole activity myself.",
        now=timezone.now(),
    )
    return {"award": str(award.pk)}


def main() -> None:
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        answer = prepare(question["count"]) if question["do"] == "prepare" else claim(question["completion"])
        print(json.dumps(answer), flush=True)


main()

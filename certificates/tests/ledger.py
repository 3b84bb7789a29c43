"""Rows of the ledger as the services write them, without the walk to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from certificates import services
from certificates.activities import CertificateKind
from certificates.models import Award, Evaluation
from courses.models import Completion, CourseVersion, Enrolment
from edu.browser import Page
from tests.curriculum import COURSE

REF = "certificate:course"
LISTS = ["/office/completions/", "/office/evaluations/", "/office/certificates/"]
PLACES = ["/office/", *LISTS, *(f"{path}csv/" for path in LISTS)]
ATTEST = "I took part in the whole activity myself."


def completion(user: User, *, at: datetime | None = None, slug: str = COURSE) -> Completion:
    """Someone met all requirements of a course."""
    version = CourseVersion.objects.published().filter(course__slug=slug).newest_first()[0]
    enrolment = Enrolment.objects.create(user=user, course=version.course, version=version)
    return Completion.objects.create(
        enrolment=enrolment, version=version, at=at or timezone.now(), points=9, max_points=10, engaged_s=2880
    )


def evaluation(user: User, *, at: datetime | None = None, answer: str = "yes", **said: Any) -> Evaluation:
    """… and sent the evaluation."""
    row = completion(user, at=at)
    objectives = {each["code"]: answer for each in row.version.objectives}
    told: dict[str, Any] = {"bias_seen": False, "bias_text": "", "change": "yes", "change_text": ""} | said
    return services.evaluate(completion=row, objectives=objectives, now=at or timezone.now(), **told)


def award(user: User, *, at: datetime | None = None, **said: Any) -> Award:
    """… and claimed, under the name of the account."""
    row = evaluation(user, at=at, **said).completion
    return services.claim(
        completion=row,
        name=user.name,
        credentials=user.credentials,
        attestation=ATTEST,
        now=at or timezone.now(),
    )


def card(award: Award) -> str:
    """What the course's page and the home page show as the last step."""
    request = RequestFactory().get("/")
    request.user = award.user
    return CertificateKind().embed_many(request, award.completion.enrolment, [REF])[REF]


def entries(page: Page) -> int:
    """How many rows or cards a list shows."""
    return sum(page.text.count(one) for one in ('data-label="Person"', 'data-label="Code"', "office-evaluation"))

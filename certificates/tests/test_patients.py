"""A patients' course has no evaluation, no claim and no certificate, whatever address is tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Role, User
from certificates import services
from certificates.models import Award, Evaluation
from core.errors import DomainError
from courses import selectors
from courses import services as courses
from courses.models import Completion
from tests.inside import Inside
from tests.patients import COURSE

pytestmark = pytest.mark.django_db


@pytest.fixture
def completion(make_person: Callable[..., User]) -> Completion:
    """A completed patients' course, as there will be once all its steps are written."""
    version = selectors.published(COURSE)
    assert version
    now = timezone.now()
    enrolment = courses.enrol(user=make_person(Role.PATIENT), version=version, now=now)
    return Completion.objects.create(
        enrolment=enrolment, version=version, at=now, points=0, max_points=0, engaged_s=600
    )


@pytest.mark.parametrize("act", ["evaluation", "claim"])
def test_evaluation_and_claim_of_a_patients_course_are_not_there(completion: Completion, act: str) -> None:
    browser = Inside.of(completion.enrolment.user)
    path = f"/certificates/{completion.pk}/{act}/"
    assert browser.get(path).status == 404
    browser.client.handler.enforce_csrf_checks = False
    assert browser.client.post(path, {"attest": "on"}).status_code == 404
    assert browser.get("/transcript/").status == 404


def test_the_services_refuse_it_too(completion: Completion) -> None:
    values = {"objectives": {}, "bias_seen": False, "bias_text": "", "change": "no", "change_text": ""}
    for act in (
        lambda: services.evaluate(completion=completion, now=timezone.now(), **values),  # type: ignore[arg-type]
        lambda: services.claim(completion=completion, name="X", credentials="", attestation="x", now=timezone.now()),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert (refused.value.code, refused.value.status) == ("no_certificate", 404)
    assert not Evaluation.objects.exists()
    assert not Award.objects.exists()

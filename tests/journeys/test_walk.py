"""The main job, page by page without JavaScript, in the application's own process."""

from collections.abc import Callable

import pytest
from django.conf import settings

from certificates.models import Award, Print
from courses.models import Completion
from edu.walk import Walk
from tests.inside import Inside

pytestmark = pytest.mark.django_db


def test_an_educator_goes_from_the_course_page_to_a_certificate_a_stranger_can_verify(
    walk: Walk[Inside], work_off: Callable[[], int]
) -> None:
    walk.read()
    walk.pass_test()
    walk.evaluate_and_claim()
    assert work_off() == 1
    path = walk.download(settings.VAR / "walk")
    walk.verify()
    assert path.read_bytes().startswith(b"%PDF-")
    assert Completion.objects.count() == Award.objects.count() == Print.objects.count() == 1

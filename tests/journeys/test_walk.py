"""The main job, page by page without JavaScript, in the application's own process."""

from collections.abc import Callable

import pytest
from django.conf import settings

from certificates.models import Award, Print
from courses.models import Completion
from edu.curriculum import load
from edu.walk import Walk
from tests.curriculum import COURSE, LATER, WHOLE
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


def test_the_whole_course_is_walked_while_the_one_it_replaces_is_finished(
    walk: Walk[Inside], browser: Inside, work_off: Callable[[], int]
) -> None:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    load(WHOLE, publish=True)
    later = Walk(browser, say=walk.say, mail=walk.mail, course=LATER)
    for one in (walk, later):
        one.read()
        one.pass_test()
        one.evaluate_and_claim()
    assert work_off() == 2
    later.download(settings.VAR / "walk")
    later.verify()
    assert set(Completion.objects.values_list("enrolment__version__course__slug", flat=True)) == {COURSE, LATER}

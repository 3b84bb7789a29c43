"""An educator whose role was taken away: nothing more is done, and what was done stays theirs to read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant, revoke
from certificates.models import Award, Evaluation
from certificates.tests import ledger
from courses.models import ActivityResult, Completion, LessonProgress
from edu.walk import Walk
from quizzes.models import Attempt, CheckAnswer, Slot
from tests.api import Learner, Program
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
GONE = "Your account no longer has the role this course is made for"


@pytest.fixture
def take_away(make_person: Callable[..., User]) -> Callable[[User], None]:
    admin = make_person(Role.ADMIN)
    return lambda user: revoke(user=user, role=Role.EDUCATOR, revoked_by=admin, now=timezone.now())


def refused(browser: Inside, path: str, **values: str) -> None:
    """Posted to the page, it is 403 in plain words."""
    browser.client.handler.enforce_csrf_checks = False
    answer = browser.client.post(path, values)
    assert answer.status_code == 403, path
    assert GONE in answer.content.decode(), path


def test_lessons_and_checks_are_not_gone_on_with(
    walk: Walk[Inside], educator: User, take_away: Callable[[User], None]
) -> None:
    browser = walk.browser
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    check, done = page.form("/quizzes/check/").action, page.form("/done/").action
    lesson = page.url
    take_away(educator)
    assert browser.get(lesson).status == 200
    refused(browser, check, choice="1")
    refused(browser, done)
    refused(browser, done.replace("/done/", "/seen/"), heading="pen-day")
    assert not CheckAnswer.objects.exists()
    assert not LessonProgress.objects.exists()


def test_the_test_is_neither_started_nor_answered_nor_handed_in(
    walk: Walk[Inside], educator: User, take_away: Callable[[User], None]
) -> None:
    walk.read()
    browser = walk.browser
    quiz = browser.get(f"/courses/{COURSE}/").link("/quizzes/")
    take_away(educator)
    page = browser.get(quiz)
    assert page.status == 403
    assert GONE in page.text
    refused(browser, quiz)
    assert not Attempt.objects.exists()
    grant(user=educator, role=Role.EDUCATOR, granted_by=None, now=timezone.now())
    browser.submit(browser.get(quiz).form("quiz-start"))
    take_away(educator)
    attempt = Attempt.objects.get()
    refused(browser, f"/quizzes/attempts/{attempt.pk}/1/", choice="1", seq="1")
    refused(browser, f"/quizzes/attempts/{attempt.pk}/submit/")
    assert not Slot.objects.filter(response__isnull=False).exists()
    assert Attempt.objects.get().is_live
    assert not ActivityResult.objects.filter(activity__startswith="quiz:").exists()


def test_nothing_is_evaluated_or_claimed(educator: User, take_away: Callable[[User], None]) -> None:
    completion = ledger.completion(educator)
    take_away(educator)
    browser = Inside.of(educator)
    evaluation, claim = (f"/certificates/{completion.pk}/{act}/" for act in ("evaluation", "claim"))
    assert GONE in browser.get(evaluation).text
    assert browser.page.status == 403
    assert browser.get(claim).status == 403
    answers = {f"objective_{one['code']}": "yes" for one in completion.version.objectives}
    refused(browser, evaluation, **answers, bias="no", change="yes")
    assert not Evaluation.objects.exists()
    grant(user=educator, role=Role.EDUCATOR, granted_by=None, now=timezone.now())
    assert browser.client.post(evaluation, {**answers, "bias": "no", "change": "yes"}).status_code == 302
    take_away(educator)
    refused(browser, claim, name="Wren Walker", attest="on")
    assert not Award.objects.exists()


def test_the_api_refuses_the_same(educator: User, take_away: Callable[[User], None]) -> None:
    learner = Learner(educator)
    enrolment = learner.read()
    take_away(educator)
    quiz = f"enrolments/{enrolment}/quizzes/post-test/"
    assert learner.get(quiz).json()["refused"]["code"] == "role_gone"
    for path, sent in (
        (f"{quiz}attempts/", {}),
        (f"enrolments/{enrolment}/checks/ro-iob/", {"fields": {"choice": ["1"]}}),
        (f"enrolments/{enrolment}/lessons/side-by-side/done/", {}),
        ("enrolments/", {"course": COURSE}),
    ):
        answer = learner.post(path, **sent)
        assert (answer.status_code, answer.json()["code"] in ("role_gone", "other_audience")) == (403, True), path
    assert not Attempt.objects.exists()


def test_certificates_transcript_and_results_stay_readable(
    walk: Walk[Inside], educator: User, take_away: Callable[[User], None], work_off: Callable[[], int]
) -> None:
    walk.read()
    walk.pass_test()
    walk.evaluate_and_claim()
    work_off()
    take_away(educator)
    award, browser, program = Award.objects.get(), walk.browser, Program(educator)
    completion, attempt = Completion.objects.get(), Attempt.objects.get()
    assert award.code_display in browser.get("/transcript/").text
    assert browser.get(f"/certificates/{award.pk}/").status == 200
    assert browser.get(f"/certificates/{award.pk}/pdf/").body.startswith(b"%PDF-")
    assert browser.get(f"/certificates/{completion.pk}/claim/").url.endswith(f"/certificates/{award.pk}/")
    assert browser.get(f"/quizzes/attempts/{attempt.pk}/result/").status == 200
    home = browser.get("/home/")
    assert "Your account has no role that takes courses." in home.text
    assert not {"Go on", "Start"} & set(home.text.replace(",", "<").split("<"))
    assert browser.get(f"/courses/{COURSE}/").status == 200
    for path in (f"certificates/{award.pk}/", f"completions/{completion.pk}/", f"attempts/{attempt.pk}/"):
        assert program.get(path).status_code == 200, path
    assert "Wren Walker" in Inside().get(f"/verify/{award.code_display}/").text

"""Pre-test, gain and voided attempts, for the gallery: from here on the post-test draws all its questions by cells."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import Role, User
from edu.walk import Walk
from quizzes.models import Attempt, Quiz, Voiding
from quizzes.services import parallel, versions, voiding
from tests.curriculum import COURSE
from tests.inside import Inside

STAFF = ("Oda Office (demo)", "Otto Office (demo)")
REASON = "The connection of the whole clinic was down from ten to eleven, and answers were lost."
CELLS = {"LO-RO1": 3, "LO-RO2": 2, "LO-RO3": 2, "LO-RO4": 3}


class ResultViews:
    def __init__(self, gallery: Any) -> None:
        self.gallery = gallery

    def add(self) -> None:
        _publish()
        self._before()
        self._after("gain", pre_wrong=6, post_wrong=2)
        self._after("gain-none", pre_wrong=1, post_wrong=3)
        self._void()

    def _void(self) -> None:
        """An attempt that is void and one that waits, as two people of the office and the learner see them."""
        (asker, first), (other, second) = (self.gallery._staff(Role.CE_OFFICE, name) for name in STAFF)
        asked = [self._ask(name, asker) for name in ("Adaeze Okonkwo-Lindqvist", "محمد عبد الرحمن الأنصاري", "Wren")]
        confirmed, waits, _declined = asked
        voiding.confirm(voiding=confirmed, by=other, now=timezone.now())
        voiding.decline(voiding=asked[2], by=other, now=timezone.now())
        learner = Inside.of(confirmed.attempt.enrolment.user)
        add, found = self.gallery._add, f"/quizzes/voids/?email={confirmed.attempt.enrolment.user.email}"
        add("result-voided", f"/quizzes/attempts/{confirmed.attempt_id}/result/", learner)
        add("voidings", found, first)
        add("voiding-own", f"/quizzes/voids/{waits.attempt_id}/", first)
        add("voiding-decide", f"/quizzes/voids/{waits.attempt_id}/", second)
        add("voiding-ask", f"/quizzes/voids/{asked[2].attempt_id}/", second)
        add("voiding-ask-errors", f"/quizzes/voids/{asked[2].attempt_id}/", second, _send_empty)

    def _ask(self, name: str, by: User) -> Voiding:
        walk = self._enrolled(name)
        walk.read()
        walk.take_test(wrong=9)
        attempt = Attempt.objects.filter(quiz__slug="post-test").latest("started_at")
        return voiding.ask(attempt=attempt, reason=f"{REASON} " * 3, by=by, now=timezone.now())

    def _before(self) -> None:
        walk = self._enrolled("Ada Newcomer")
        self.gallery._add("course-pretest", f"/courses/{COURSE}/", walk.browser)
        self.gallery._add("pretest-intro", walk.browser.get(f"/courses/{COURSE}/").link("/pre-test/"), walk.browser)
        done = self._enrolled("Dora Done")
        self._take(done, wrong=10)
        self.gallery._add("pretest-handed-in", _result("pre-test"), done.browser)

    def _after(self, name: str, *, pre_wrong: int, post_wrong: int) -> None:
        walk = self._enrolled("Adaeze Okonkwo-Lindqvist")
        self._take(walk, wrong=pre_wrong)
        walk.read()
        walk.take_test(wrong=post_wrong)
        self.gallery._add(f"result-{name}", _result("post-test"), walk.browser)

    def _enrolled(self, name: str) -> Walk[Inside]:
        walk: Walk[Inside] = self.gallery._walk(name)
        walk.browser.submit(walk.browser.get(f"/courses/{COURSE}/").form("/enrol/"))
        return walk

    def _take(self, walk: Walk[Inside], *, wrong: int) -> None:
        """The pre-test, by the link that leads to it."""
        walk.take_test(wrong=wrong)


def _send_empty(page: Any) -> None:
    page.locator("#void-ask button[type=submit]").click()


def _publish() -> None:
    """The post-test by cells, with a pre-test that is parallel to it."""
    newest = Quiz.objects.get(course__slug=COURSE, slug="post-test").versions.latest("number")
    cells = [{"objective": objective, "count": count} for objective, count in CELLS.items()]
    rules, pinned = versions.rules_of(newest) | {"settings": {"cells": cells}}, newest.item_versions
    post = versions.new_quiz_version(quiz=newest.quiz, rules=rules, pinned=pinned, source="web", after=newest)
    quiz = Quiz.objects.create(course=post.quiz.course, slug="pre-test", kind=Quiz.PRETEST)
    own = {"kind": Quiz.PRETEST, "title": {"en": "Pre-test"}, "minutes": 10, "settings": {"parallel": "post-test"}}
    rules = parallel.taken_after(own, post)
    versions.new_quiz_version(quiz=quiz, rules=rules, pinned=pinned, source="web", after=None)


def _result(slug: str) -> str:
    return f"/quizzes/attempts/{Attempt.objects.filter(quiz__slug=slug).latest('started_at').pk}/result/"

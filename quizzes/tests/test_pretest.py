"""A pre-test and its post-test: parallel forms of one blueprint, and what came of the course between them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from courses.models import ActivityResult, Completion, Enrolment
from edu.browser import Page
from edu.walk import Walk
from quizzes import selectors
from quizzes.models import Attempt, Quiz, QuizVersion
from quizzes.selectors import quizmaking as reads
from quizzes.selectors.gain import Compared, Gain, gain
from quizzes.services import closing, parallel, quizmaking, taking, versions
from quizzes.services.answering import answer_save
from quizzes.tests.test_quizmaking import add_cell, edit, text
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
OBJECTIVES = ("LO-RO1", "LO-RO2", "LO-RO3", "LO-RO4")
CELLS = [{"objective": objective, "count": 1} for objective in OBJECTIVES]


def post_test() -> Quiz:
    return Quiz.objects.get(course__slug=COURSE, slug="post-test")


def by_cells(cells: list[dict[str, Any]] = CELLS, **changes: Any) -> QuizVersion:
    """The post-test drawn by cells, from its ten questions."""
    newest = post_test().versions.latest("number")
    rules = versions.rules_of(newest) | {"settings": {"cells": cells}, "retake": "free"} | changes
    return versions.new_quiz_version(
        quiz=newest.quiz, rules=rules, pinned=newest.item_versions, source="web", after=newest
    )


def pretest(post: QuizVersion) -> QuizVersion:
    quiz, _made = Quiz.objects.get_or_create(course=post.quiz.course, slug="pre-test", defaults={"kind": "pretest"})
    own = {"kind": "pretest", "title": {"en": "Pre-test"}, "minutes": 6, "settings": {"parallel": post.quiz.slug}}
    return versions.new_quiz_version(
        quiz=quiz, rules=parallel.taken_after(own, post), pinned=post.item_versions, source="web", after=None
    )


@pytest.fixture
def both() -> QuizVersion:
    """A course with a pre-test; four questions in each form, ten to draw from."""
    return pretest(by_cells())


@pytest.fixture
def enrolment(both: QuizVersion, browser: Inside) -> Enrolment:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    return Enrolment.objects.get()


def take(enrolment: Enrolment, slug: str, right: int) -> Attempt:
    """Start, answer the first `right` questions rightly, and hand in."""
    now = timezone.now()
    attempt = taking.start(enrolment=enrolment, slug=slug, now=now)
    for slot in selectors.slots(attempt)[:right]:
        key = next(option["id"] for option in slot.item_version.content["options"] if option["key"])
        choice = str(slot.option_order.index(key) + 1)
        fields, user = {"choice": [choice]}, enrolment.user
        sent: dict[str, Any] = {"position": slot.position, "fields": fields, "epoch": 1, "seq": 1, "now": now}
        answer_save(user=user, attempt_id=attempt.pk, **sent)
    return closing.submit(attempt=attempt, now=now)


def asked(attempt: Attempt) -> set[str]:
    return set(attempt.slots.values_list("item_version__item", flat=True))


def gain_of(attempt: Attempt) -> Gain | None:
    return gain(Attempt.objects.select_related("quiz", "version").get(pk=attempt.pk), selectors.slots(attempt))


# --- parallel, not equal ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("_again", range(4))
def test_the_forms_ask_by_the_same_cells_and_share_no_question(
    walk: Walk[Inside], enrolment: Enrolment, _again: int
) -> None:
    before = take(enrolment, "pre-test", 0)
    walk.read()
    after = take(enrolment, "post-test", 0)
    for attempt in (before, after):
        drawn = attempt.slots.order_by("position").values_list("item_version__objective", flat=True)
        assert tuple(drawn) == OBJECTIVES
    assert not asked(before) & asked(after)


def test_a_pool_too_small_for_two_forms_lends_the_fewest_questions_twice(walk: Walk[Inside], browser: Inside) -> None:
    pretest(by_cells([{"objective": "LO-RO1", "count": 2}]))  # three questions
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    enrolment = Enrolment.objects.get()
    before = take(enrolment, "pre-test", 0)
    walk.read()
    assert len(asked(before) & asked(take(enrolment, "post-test", 0))) == 1


# --- it counts for nothing --------------------------------------------------------------------------------------------


def test_the_course_page_offers_it_first_and_the_way_goes_on_without_it(enrolment: Enrolment, browser: Inside) -> None:
    page = browser.get(f"/courses/{COURSE}/")
    assert "See what you know before you start; it does not count." in page.text
    intro = browser.get(page.link("/pre-test/"))
    assert "4 questions, about 6 minutes." in text(intro)
    assert "Start the course without it" in intro.text
    assert browser.get(f"/courses/{COURSE}/side-by-side/").status == 200
    told = json.loads(browser.get(f"/api/v1/enrolments/{enrolment.pk}/progress/").body)["pretest"]
    assert told == {"quiz": "pre-test", "title": "Pre-test", "questions": 4, "minutes": 6}


def test_a_course_without_one_starts_with_its_first_lesson(browser: Inside) -> None:
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    assert page.url.endswith("/side-by-side/")
    assert "pre-test" not in browser.get(f"/courses/{COURSE}/").text


def hand_in(browser: Inside, enrolment: Enrolment) -> Page:
    """Take the pre-test on its pages, answering nothing."""
    browser.submit(browser.get(f"/quizzes/{enrolment.pk}/pre-test/").form("quiz-start"))
    attempt = Attempt.objects.get()
    return browser.submit(browser.get(f"/quizzes/attempts/{attempt.pk}/review/").form("/submit/"))


def test_handed_in_it_shows_nothing_and_says_what_it_is_for(enrolment: Enrolment, browser: Inside) -> None:
    page = hand_in(browser, enrolment)
    assert "It will be compared with your post-test" in page.text
    for word in ("Passed", "Not passed", "needed", "of 4", "By objective", "Read again"):
        assert word not in page.text
    attempt = Attempt.objects.get()
    assert attempt.passed is None
    assert attempt.points == 0
    told = json.loads(browser.get(f"/api/v1/attempts/{attempt.pk}/").body)
    assert (told["kind"], told["passed"], told["points"], told["needed"]) == ("pretest", None, None, 0)
    assert (told["scores"], told["explained"], told["gain"]) == ([], [], None)
    assert "It will be compared with your post-test." in browser.get(f"/courses/{COURSE}/").text


def test_it_leaves_no_result_and_completes_nothing(enrolment: Enrolment) -> None:
    take(enrolment, "pre-test", 4)
    assert not ActivityResult.objects.exists()
    assert not Completion.objects.exists()


def test_it_is_taken_once(enrolment: Enrolment, browser: Inside) -> None:
    attempt = take(enrolment, "pre-test", 1)
    with pytest.raises(DomainError) as error:
        taking.start(enrolment=enrolment, slug="pre-test", now=timezone.now())
    assert error.value.code == "pretest_done"
    assert str(attempt.pk) in browser.get(f"/quizzes/{enrolment.pk}/pre-test/").url


def test_after_a_lesson_it_is_too_late_and_nothing_is_lost(walk: Walk[Inside], enrolment: Enrolment) -> None:
    walk.read()
    page = walk.browser.get(f"/quizzes/{enrolment.pk}/pre-test/")
    assert "Nothing is lost without it." in page.text
    assert not [form for form in page.forms if form.ident == "quiz-start"]
    assert "it does not count" not in walk.browser.get(f"/courses/{COURSE}/").text
    attempt = take(enrolment, "post-test", 4)
    assert attempt.passed
    assert gain_of(attempt) is None


def test_one_begun_before_the_first_lesson_is_gone_on_with(walk: Walk[Inside], enrolment: Enrolment) -> None:
    attempt = taking.start(enrolment=enrolment, slug="pre-test", now=timezone.now())
    walk.read()
    assert taking.start(enrolment=enrolment, slug="pre-test", now=timezone.now()) == attempt
    assert "Go on with the pre-test" in walk.browser.get(f"/courses/{COURSE}/").text


def test_handed_in_after_a_lesson_it_is_no_before(walk: Walk[Inside], enrolment: Enrolment) -> None:
    taking.start(enrolment=enrolment, slug="pre-test", now=timezone.now())
    walk.read()
    take(enrolment, "pre-test", 1)
    assert gain_of(take(enrolment, "post-test", 4)) is None


# --- the gain ---------------------------------------------------------------------------------------------------------


def test_the_result_shows_before_and_after_whole_and_by_objective(walk: Walk[Inside], enrolment: Enrolment) -> None:
    take(enrolment, "pre-test", 1)
    walk.read()
    after = take(enrolment, "post-test", 3)
    page = walk.browser.get(f"/quizzes/attempts/{after.pk}/result/")
    said = text(page)
    assert "you had 25 % of the points, in this post-test 75 %." in said
    assert "Of the 75 % that were open before, you have gained 67 %." in said
    assert page.text.count('class="two-marks"') == 5
    assert "All together 25 % 75 %" in said
    told = json.loads(walk.browser.get(f"/api/v1/attempts/{after.pk}/").body)["gain"]
    assert (told["before"], told["after"], round(told["normalised"], 4)) == (25, 75, 66.6667)
    rows = [(row["objective"], row["before"], row["after"], row["normalised"]) for row in told["objectives"]]
    assert rows == [("LO-RO1", 100, 100, None), ("LO-RO2", 0, 100, 100), ("LO-RO3", 0, 100, 100), ("LO-RO4", 0, 0, 0)]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (4, 4, "Everything was right before, so there was nothing left to gain."),
        (4, 2, "a small difference may be chance."),
        (3, 2, "Less was right after than before."),
        (2, 2, "As much was right after as before."),
    ],
)
def test_no_gain_is_said_neutrally(
    walk: Walk[Inside], enrolment: Enrolment, before: int, after: int, words: str
) -> None:
    take(enrolment, "pre-test", before)
    walk.read()
    attempt = take(enrolment, "post-test", after)
    assert words in text(walk.browser.get(f"/quizzes/attempts/{attempt.pk}/result/"))


def test_the_normalised_gain_is_the_share_of_what_was_open_before() -> None:
    def share(before: int, after: int) -> Decimal | None:
        return Compared(Decimal(before), Decimal(after)).normalised

    found = [share(40, 80), share(0, 100), share(50, 25), share(60, 60)]
    assert found == [Decimal(200) / 3, Decimal(100), Decimal(-50), Decimal(0)]
    assert share(100, 100) is share(100, 90) is None


def test_a_pre_test_handed_in_after_the_post_test_began_is_no_before(walk: Walk[Inside], enrolment: Enrolment) -> None:
    late = taking.start(enrolment=enrolment, slug="pre-test", now=timezone.now())
    walk.read()
    after = taking.start(enrolment=enrolment, slug="post-test", now=timezone.now())
    now = timezone.now() + timedelta(seconds=1)
    closing.submit(attempt=late, now=now)
    assert gain_of(closing.submit(attempt=after, now=now)) is None


def test_forms_by_different_cells_are_not_compared(walk: Walk[Inside], enrolment: Enrolment) -> None:
    take(enrolment, "pre-test", 1)
    by_cells(CELLS[:2])
    walk.read()
    assert gain_of(take(enrolment, "post-test", 1)) is None


@pytest.mark.parametrize(("show", "rows"), [("secure", None), ("patient", None), ("practice", 4)])
def test_a_post_test_that_shows_no_points_shows_no_gain(
    walk: Walk[Inside], enrolment: Enrolment, show: str, rows: int | None
) -> None:
    take(enrolment, "pre-test", 1)
    by_cells(settings={"cells": CELLS, "show": show})
    walk.read()
    found = gain_of(take(enrolment, "post-test", 3))
    assert (found and len(found.objectives)) == rows


# --- putting it together ----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(make_person: Callable[..., User]) -> Inside:
    return Inside.of(make_person(Role.AUTHOR, name="Ida Author"))


@pytest.fixture
def new(desk: Inside) -> Quiz:
    form = desk.get("/bank/quizzes/new/").form("new-quiz")
    desk.submit(form, course=COURSE, kind="pretest", slug="pre-test")
    return Quiz.objects.get(slug="pre-test")


def test_the_workshop_asks_what_it_is_compared_with_and_nothing_that_would_count(desk: Inside, new: Quiz) -> None:
    page = desk.get(f"/bank/quizzes/{new.pk}/")
    names = {control.name for control in page.form("quiz-form").controls}
    assert "parallel" in names
    assert not names & {"pass", "attempts", "retake", "show", "must_pass", "add_item"}
    assert "Choose the post-test it is compared with." in text(page)


def test_a_post_test_without_cells_cannot_be_its_blueprint(desk: Inside, new: Quiz) -> None:
    page = edit(desk, new, "publish", **{"title-en": "Pre-test", "parallel": "post-test"})
    assert page.status == 409
    assert "“post-test” names its questions one by one. Give it cells first" in text(page)
    assert not new.versions.exists()


def test_what_is_no_post_test_of_the_course_is_refused_and_nothing_typed_is_lost(desk: Inside, new: Quiz) -> None:
    page = edit(desk, new, **{"title-en": "Before you start", "parallel": "elsewhere"})
    assert page.status == 422
    assert "Choose a post-test of this course." in text(page)
    assert 'value="Before you start"' in page.text


def test_published_it_takes_cells_and_questions_of_its_post_test(desk: Inside, new: Quiz) -> None:
    post = by_cells()
    page = edit(desk, new, "publish", **{"title-en": "Pre-test", "minutes": "6", "parallel": "post-test"})
    assert "Version 1 is published" in text(page)
    version = new.versions.get()
    assert (version.rule("cells"), version.item_versions) == (post.rule("cells"), post.item_versions)
    assert (version.rule("show"), version.attempts_allowed) == ("pretest", 1)
    edit(desk, new)
    assert not hasattr(Quiz.objects.get(pk=new.pk), "draft"), "an untouched page made a draft"


def draft(quiz: Quiz, author: User, **settings: Any) -> str:
    """Other settings of a published quiz, saved."""
    newest = reads.newest_version(quiz)
    looked_at, now = quizmaking.stamp(None, newest), timezone.now()
    content = quizmaking.content_of(None, newest) | {"settings": settings}
    return quizmaking.save_quiz(quiz=quiz, content=content, looked_at=looked_at, actor=author, now=now)


def test_it_follows_its_post_test(make_person: Callable[..., User], both: QuizVersion) -> None:
    quiz, author = post_test(), make_person(Role.AUTHOR)
    saved = draft(quiz, author, cells=CELLS[:3])
    quizmaking.publish_quiz(quiz=quiz, looked_at=saved, actor=author)
    newest, post = both.quiz.versions.latest("number"), quiz.versions.latest("number")
    assert (newest.number, newest.rule("cells")) == (2, CELLS[:3])
    assert newest.item_versions == post.item_versions


def test_a_pool_too_small_for_two_forms_is_said_with_its_numbers_and_published_all_the_same(desk: Inside) -> None:
    quiz = post_test()
    add_cell(desk, quiz, "LO-RO1", 2)
    edit(desk, quiz, "publish")
    desk.submit(desk.get("/bank/quizzes/new/").form("new-quiz"), course=COURSE, kind="pretest", slug="pre-test")
    new = Quiz.objects.get(slug="pre-test")
    page = edit(desk, new, "publish", **{"title-en": "Pre-test", "parallel": "post-test"})
    words = "Pre-test and post-test together ask 4 of “LO-RO1”, and the pool has 3: some questions may come in both."
    assert words in text(page)
    assert new.versions.exists()
    assert words in text(desk.get(f"/bank/quizzes/{quiz.pk}/"))


def test_a_post_test_that_gives_up_its_cells_says_what_becomes_of_the_pre_test(
    desk: Inside, make_person: Callable[..., User], enrolment: Enrolment, browser: Inside
) -> None:
    quiz = post_test()
    draft(quiz, make_person(Role.AUTHOR))
    edit(desk, quiz, "add-item", add_item="ro-001")
    assert "Without cells it is no longer offered." in text(edit(desk, quiz, "publish"))
    assert not quiz.versions.latest("number").rule("cells")
    assert "it does not count" not in browser.get(f"/courses/{COURSE}/").text
    assert "Start the pre-test" not in browser.get(f"/quizzes/{enrolment.pk}/pre-test/").text

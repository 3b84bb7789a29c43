"""Quizzes put together on the web: questions by name or drawn by cells, rules, what is covered, publishing."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from core.models import AuditEntry
from courses.models import Course, Objective
from edu.browser import Page
from edu.walk import Walk
from quizzes.forms.quiz import KINDS, SHOWN
from quizzes.models import Attempt, ItemVersion, Quiz, QuizDraft, QuizVersion
from quizzes.selectors import quizmaking as reads
from quizzes.selectors.release import PRESETS
from quizzes.services import loading, quizmaking
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]


@pytest.fixture
def quiz() -> Quiz:
    return Quiz.objects.get(course__slug=COURSE, slug="post-test")


def edit(desk: Inside, quiz: Quiz, act: str = "save", **changes: str) -> Page:
    page = desk.get(f"/bank/quizzes/{quiz.pk}/")
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    return desk.send(page.form("quiz-form"), named | {"act": act})


def content(quiz: Quiz) -> dict[str, Any]:
    found: dict[str, Any] = QuizDraft.objects.get(quiz=quiz).content
    return found


def newest(quiz: Quiz) -> QuizVersion:
    return quiz.versions.latest("number")


def add_cell(desk: Inside, quiz: Quiz, objective: str, count: int, level: str = "") -> Page:
    """The first cell of a draft that has none."""
    edit(desk, quiz, "add-cell")
    cell = {"cell__objective": objective, "cell__level": level, "cell__count": str(count)}
    return edit(desk, quiz, **cell)


def text(page: Page) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


@pytest.mark.parametrize("path", ["/bank/quizzes/", "/bank/quizzes/new/", "/bank/quizzes/1/"])
def test_learners_find_no_workshop_and_strangers_are_asked_to_sign_in(make_person: MakePerson, path: str) -> None:
    for role in (Role.EDUCATOR, Role.PATIENT, Role.CE_OFFICE):
        assert Inside.of(make_person(role)).get(path).status == 404
    assert "/accounts/login/" in Inside().get(path).url


def test_reviewers_read_and_do_not_change(make_person: MakePerson, quiz: Quiz) -> None:
    inside = Inside.of(make_person(Role.REVIEWER))
    page = inside.get(f"/bank/quizzes/{quiz.pk}/")
    assert page.status == 200
    assert inside.send(page.form("quiz-form"), {"act": "save"}).status == 403
    assert not QuizDraft.objects.exists()


def test_saving_an_untouched_page_makes_no_draft(desk: Inside, quiz: Quiz) -> None:
    assert edit(desk, quiz).status == 200
    assert not QuizDraft.objects.exists()


def test_rules_are_changed_in_a_draft_and_reach_learners_when_it_is_published(desk: Inside, quiz: Quiz) -> None:
    before = newest(quiz)
    edit(desk, quiz, **{"pass": "70", "attempts": "3", "limit_min": "30", "show": "secure"})
    assert newest(quiz) == before
    assert "Draft, saved by Ida Author" in desk.get(f"/bank/quizzes/{quiz.pk}/").text
    page = edit(desk, quiz, "publish")
    version = newest(quiz)
    assert f"Version {version.number} is published" in text(page)
    assert (str(version.pass_mark), version.attempts_allowed, version.rule("limit_min")) == ("0.700", 3, 30)
    assert version.rule("show") == "secure"
    assert version.item_versions == before.item_versions
    assert not QuizDraft.objects.exists()
    assert AuditEntry.objects.filter(action="quiz.publish", target=f"quiz:{quiz.pk}").exists()


def test_a_value_out_of_range_is_told_and_nothing_typed_is_lost(desk: Inside, quiz: Quiz) -> None:
    page = edit(desk, quiz, **{"pass": "170", "minutes": "22"})
    assert page.status == 422
    assert 'value="170"' in page.text
    assert 'value="22"' in page.text
    assert not QuizDraft.objects.exists()


def test_questions_are_added_moved_and_taken_out_by_buttons_that_also_save(desk: Inside, quiz: Quiz) -> None:
    first, second, *_rest = [one.item for one in reads.pool(quiz)]
    edit(desk, quiz, "remove:0", minutes="33")
    assert first not in content(quiz)["items"]
    assert content(quiz)["minutes"] == 33
    edit(desk, quiz, "add-item", add_item=first)
    assert content(quiz)["items"][-1] == first
    edit(desk, quiz, "down:0")
    assert content(quiz)["items"][1] == second


def test_an_empty_quiz_is_not_published_and_the_page_says_what_is_missing(desk: Inside) -> None:
    page = desk.submit(desk.get("/bank/quizzes/new/").form("new-quiz"), course=COURSE, kind="module", slug="module-1")
    made = Quiz.objects.get(slug="module-1")
    assert page.url.endswith(f"/bank/quizzes/{made.pk}/")
    refused = edit(desk, made, "publish")
    assert refused.status == 409
    assert "so far it asks nothing" in text(refused)
    assert not made.versions.exists()
    again = desk.submit(desk.get("/bank/quizzes/new/").form("new-quiz"), course=COURSE, kind="module", slug="module-1")
    assert (again.status, "Choose another" in text(again)) == (422, True)


def test_an_unsatisfiable_blueprint_is_refused_with_the_numbers(desk: Inside, quiz: Quiz) -> None:
    objective = Objective.objects.filter(course=quiz.course).first()
    assert objective
    there = sum(one.objective == objective.code for one in reads.pool(quiz))
    add_cell(desk, quiz, objective.code, there + 1)
    page = edit(desk, quiz, "publish")
    assert page.status == 409
    assert f"“{objective.code}” needs {there + 1}, and the pool has {there}." in text(page)
    assert newest(quiz).number == 1
    assert 'class="covered short"' in page.text


def test_cells_that_take_each_others_questions_are_refused_too(desk: Inside, quiz: Quiz) -> None:
    one = reads.pool(quiz)[0]
    there = sum(other.objective == one.objective for other in reads.pool(quiz))
    add_cell(desk, quiz, one.objective, there)
    edit(desk, quiz, "add-cell")
    draft = QuizDraft.objects.get(quiz=quiz)
    draft.content["settings"]["cells"][1] = {"objective": one.objective, "level": one.level, "count": 1}
    draft.save()
    page = edit(desk, quiz, "publish")
    assert page.status == 409
    assert "but other cells take them" in text(page)


def test_a_published_blueprint_draws_for_each_attempt_what_its_cells_say(
    desk: Inside, quiz: Quiz, walk: Walk[Inside]
) -> None:
    objectives = list(Objective.objects.filter(course=quiz.course).values_list("code", flat=True))
    pool = reads.pool(quiz)
    wanted = [code for code in objectives if any(one.objective == code for one in pool)][:2]
    add_cell(desk, quiz, wanted[0], 1)
    draft = QuizDraft.objects.get(quiz=quiz)
    draft.content["settings"]["cells"].append({"objective": wanted[1], "level": "", "count": 1})
    draft.save()
    assert edit(desk, quiz, "publish").status == 200
    version = newest(quiz)
    assert version.question_count == 2
    walk.read()
    page = walk.browser.get(f"/courses/{COURSE}/")
    walk.browser.submit(walk.browser.get(page.link("/quizzes/")).form("quiz-start"))
    slots = Attempt.objects.get().slots.select_related("item_version")
    assert sorted(slot.item_version.objective_id for slot in slots) == sorted(wanted)


def test_two_at_once_are_told_and_neither_loses_what_they_typed(
    desk: Inside, make_person: MakePerson, quiz: Quiz
) -> None:
    mine = desk.get(f"/bank/quizzes/{quiz.pk}/")
    edit(Inside.of(make_person(Role.AUTHOR, name="Otto Other")), quiz, minutes="40")
    page = desk.send(mine.form("quiz-form"), {"act": "save", "minutes": "50"})
    assert page.status == 409
    assert "changed after you opened it" in text(page)
    assert 'value="50"' in page.text
    assert content(quiz)["minutes"] == 40


def test_what_another_author_saved_since_is_not_published_with_mine(
    desk: Inside, make_person: MakePerson, quiz: Quiz, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, before = quizmaking.save_quiz, newest(quiz)

    def and_another(**asked: Any) -> str:
        stamp = save(**asked)
        later = {**asked["content"], "minutes": 59}
        other = make_person(Role.AUTHOR, name="Otto Other")
        save(quiz=quiz, content=later, looked_at=stamp, actor=other, now=timezone.now())
        return stamp

    monkeypatch.setattr(quizmaking, "save_quiz", and_another)
    page = edit(desk, quiz, "publish", minutes="33")
    assert page.status == 409
    assert "changed after you opened it" in text(page)
    assert newest(quiz) == before
    assert content(quiz)["minutes"] == 59


def test_a_draft_is_thrown_away_after_asking_and_a_quiz_never_published_goes_with_it(desk: Inside, quiz: Quiz) -> None:
    edit(desk, quiz, minutes="44")
    page = desk.get(f"/bank/quizzes/{quiz.pk}/discard/")
    desk.submit(page.form("discard"))
    assert not QuizDraft.objects.exists()
    assert Quiz.objects.filter(pk=quiz.pk).exists()
    desk.submit(desk.get("/bank/quizzes/new/").form("new-quiz"), course=COURSE, kind="module", slug="gone")
    made = Quiz.objects.get(slug="gone")
    desk.submit(desk.get(f"/bank/quizzes/{made.pk}/discard/").form("discard"))
    assert not Quiz.objects.filter(slug="gone").exists()


def test_a_must_pass_question_has_to_be_asked(desk: Inside, quiz: Quiz) -> None:
    page = edit(desk, quiz, "publish", must_pass="ro-001, no-such")
    assert page.status == 409
    assert "no-such has to be right to pass, but the quiz may not ask it." in text(page)


def test_a_retired_question_is_no_longer_offered_nor_published(desk: Inside, quiz: Quiz) -> None:
    item = ItemVersion.objects.get(pk=newest(quiz).item_versions[0]).item
    item.retired_at = timezone.now()
    item.save()
    page = edit(desk, quiz, "publish", minutes="41")
    assert page.status == 409
    assert f"{item.pk} is no published test question of this course, is retired, or is kept apart" in text(page)


def test_the_form_offers_what_a_file_may_say() -> None:
    assert {kind for kind, _name in KINDS} == set(loading.KINDS)
    assert {preset for preset, _name in SHOWN} == set(PRESETS)


def test_the_list_shows_every_quiz_in_the_same_number_of_queries(
    desk: Inside,
) -> None:
    user = User.objects.get(name="Ida Author")
    course = Course.objects.get(slug=COURSE)
    _queries(user)  # what is known of the reader afterwards is asked once
    few = _queries(user)
    for number in range(20):
        Quiz.objects.create(course=course, slug=f"more-{number}", kind="module")
    assert _queries(user) == few
    assert "more-3" in desk.get("/bank/quizzes/").text


def _queries(user: User) -> int:
    with CaptureQueriesContext(connection) as seen:
        _page, lines = reads.quizzes(user, None)
        assert all(isinstance(line.title, dict) for line in lines)
    return len(seen)

"""Publishing: what lessons, quizzes, attempts and files make of a version that was written on the web."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Role
from core.errors import DomainError
from core.models import AuditEntry
from edu.browser import Page
from edu.curriculum import load
from edu.walk import Walk
from quizzes.models import Attempt, CheckAnswer, Item, ItemDraft, ItemVersion, QuizVersion
from quizzes.services import authoring, versions
from quizzes.tests.pages import CHECK, TEST, approve, edit, new_wording, publish, stem
from quizzes.tests.test_authoring import MakePerson
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db


def test_publishing_a_check_makes_a_web_version_and_the_lesson_shows_it(
    desk: Inside, browser: Inside, walk: Walk[Inside]
) -> None:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    lesson = f"/courses/{COURSE}/side-by-side/"
    before = stem(CHECK)
    assert before in browser.get(lesson).text  # drawn, and remembered by this process
    page = publish(desk, CHECK, stem__en="How much is still at work?")
    assert "Version 2 is published." in page.text
    version = ItemVersion.objects.get(item=CHECK, number=2)
    assert (version.source, version.reviewed_by, version.content_sha256) == (
        "web",
        "",
        versions.digest(version.content),
    )
    assert not ItemDraft.objects.exists()
    shown = browser.get(lesson).text
    assert "How much is still at work?" in shown
    assert before not in shown
    entry = AuditEntry.objects.get(action="item.publish")
    assert (entry.target, entry.detail) == (f"item:{CHECK}", {"version": 2})


def test_the_author_of_a_check_sees_word_by_word_what_publishing_changes(desk: Inside) -> None:
    page = edit(desk, CHECK, "publish", options__1__text__en="1.4 units")
    assert page.url.endswith(f"/bank/{CHECK}/publish/")
    assert ItemVersion.objects.filter(item=CHECK).count() == 1  # nothing is done by looking
    difference = page.text.split('id="changes-title"')[1].split("</section>")[0]
    for word in ("What differs from version 1", "1.2", "1.4", "<del>", "<ins>"):
        assert word in difference
    desk.submit(page.form("publish"))
    assert ItemVersion.objects.get(item=CHECK, number=2).content["options"][1]["text"]["en"] == "1.4 units"


def test_publishing_is_bound_to_the_content_whose_difference_was_seen(desk: Inside, make_person: MakePerson) -> None:
    page = edit(desk, CHECK, "publish", stem__en="Seen by Ida?")
    edit(Inside.of(make_person(Role.AUTHOR)), CHECK, stem__en="Slipped in by another?")
    answer = desk.submit(page.form("publish"))
    assert answer.status == 409
    assert "Nothing was published." in answer.text
    assert "Slipped in by another?" in answer.text
    assert ItemVersion.objects.filter(item=CHECK).count() == 1
    desk.submit(answer.form("publish"))
    assert stem(CHECK) == "Slipped in by another?"


def test_publishing_twice_makes_one_version(desk: Inside) -> None:
    form = edit(desk, CHECK, "publish", stem__en="Once only?").form("publish")
    desk.submit(form)
    again = desk.submit(form)
    assert (again.status, ItemVersion.objects.filter(item=CHECK).count()) == (409, 2)
    assert "Nothing has changed since it was published." in again.text


def test_what_cannot_be_published_is_said_in_the_editor_and_not_after_looking_it_over(desk: Inside) -> None:
    form = edit(desk, CHECK, "publish", stem__en="Clean?").form("publish")
    page = edit(desk, CHECK, "publish", facts="RO-99")
    assert (page.status, page.url.endswith(f"/bank/{CHECK}/")) == (422, True)
    assert "There is no fact RO-99." in page.text
    draft = ItemDraft.objects.get()
    assert desk.submit(form, looked_at=authoring.seen(draft, draft.content)).status == 422
    assert desk.get(f"/bank/{CHECK}/publish/").url.endswith(f"/bank/{CHECK}/")
    assert ItemVersion.objects.filter(item=CHECK).count() == 1


@pytest.mark.parametrize(("item", "act"), [(CHECK, "publish"), (TEST, "ask")])
def test_where_nothing_differs_from_what_is_published_nothing_is_offered_and_the_service_refuses(
    desk: Inside, make_person: MakePerson, item: str, act: str
) -> None:
    before = stem(item)
    assert _offered(desk.get(f"/bank/{item}/"), act) == (True, False)
    page = edit(desk, item, act)
    assert (page.status, "Nothing has changed since it was published." in page.text) == (409, True)
    assert _offered(edit(desk, item, stem__en="Changed?"), act) == (False, True)
    assert _offered(edit(desk, item, stem__en=before), act) == (True, False)
    assert ItemDraft.objects.filter(pk=item).exists()  # a draft that says again what is published
    assert edit(desk, item, act).status == 409
    author, found = make_person(Role.AUTHOR), Item.objects.get(pk=item)
    looked_at = authoring.seen(ItemDraft.objects.get(pk=item), _draft(item))
    acts: dict[str, Callable[[], object]] = {
        "publish": lambda: authoring.publish(item=found, looked_at=looked_at, actor=author),
        "ask": lambda: authoring.ask_review(item=found, actor=author, now=timezone.now()),
    }
    with pytest.raises(DomainError) as refused:
        acts[act]()
    assert refused.value.code == "unchanged"
    assert ItemVersion.objects.filter(item=item).count() == 1


def _offered(page: Page, act: str) -> tuple[bool, bool]:
    return "Nothing has changed<" in page.text, f'value="{act}"' in page.text


def _draft(item: str) -> dict[str, Any]:
    return dict(ItemDraft.objects.get(pk=item).content)


def test_an_answer_given_to_the_old_wording_still_counts_and_is_shown_on_the_new(
    desk: Inside, browser: Inside, walk: Walk[Inside]
) -> None:
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    form = page.form(f"/{CHECK}/")
    browser.send(form, walk.right(form))
    publish(desk, CHECK, stem__en="How much is still at work?")
    shown = browser.get(f"/courses/{COURSE}/side-by-side/").text
    assert "How much is still at work?" in shown
    assert "Your answer. Yes." in shown


def test_an_answer_to_a_wording_that_was_replaced_meanwhile_is_asked_again(desk: Inside, browser: Inside) -> None:
    """Its options may stand in another order by now: number 1 would be another answer than the one given."""
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    form = page.form(f"/{CHECK}/")
    edit(desk, CHECK, "down:options-0")
    publish(desk, CHECK)
    answer = browser.submit(form, choice="1")
    assert "This question was reworded meanwhile" in answer.text
    assert not CheckAnswer.objects.exists()
    browser.submit(browser.get(f"/courses/{COURSE}/side-by-side/").form(f"/{CHECK}/"), choice="1")
    assert CheckAnswer.objects.get().item_version.number == 2


def test_what_was_looked_over_is_the_difference_and_not_the_text_alone(desk: Inside) -> None:
    """A newer version, and somebody who lets the draft follow it: the same text now undoes what nobody looked at."""
    form = edit(desk, CHECK, "publish", stem__en="Mine?").form("publish")
    newest = ItemVersion.objects.get(item=CHECK)
    versions.new_item_version(
        item=newest.item, content=newest.content | {"level": "evaluate"}, source="file", after=newest
    )
    desk.submit(desk.get(f"/bank/{CHECK}/").form("rebase"))
    page = desk.submit(form)
    assert (page.status, "changed after you opened it" in page.text) == (409, True)
    assert ItemVersion.objects.filter(item=CHECK).count() == 2


def test_an_author_cannot_publish_a_test_question_whatever_the_page_sends(desk: Inside) -> None:
    form = edit(desk, CHECK, "publish", stem__en="A check's own form").form("publish")
    assert edit(desk, TEST, "publish", stem__en="Published without a reviewer?").url.endswith(f"/bank/{TEST}/")
    form.action = f"/bank/{TEST}/publish/"
    draft = ItemDraft.objects.get(pk=TEST)
    assert desk.submit(form, looked_at=authoring.seen(draft, draft.content)).status == 403
    assert ItemVersion.objects.filter(item=TEST).count() == 1


def test_an_attempt_under_way_shows_and_marks_the_wording_it_began_with(walk: Walk[Inside], browser: Inside) -> None:
    walk.read()
    intro = browser.get(browser.get(f"/courses/{COURSE}/").link("/quizzes/"))
    page = browser.submit(intro.form("quiz-start"))
    old = stem(TEST)
    approve(TEST, **new_wording(TEST))
    attempt = Attempt.objects.get()
    seen = ""
    for position in range(1, 11):
        page = browser.get(f"/quizzes/attempts/{attempt.pk}/{position}/")
        seen += page.text
        form = page.form("question-form")
        browser.send(form, {**walk.right(form), "go": "next"})
    assert old in seen
    assert "An entirely new wording?" not in seen
    browser.submit(browser.get(f"/quizzes/attempts/{attempt.pk}/review/").form("/submit/"))
    attempt.refresh_from_db()
    assert (float(attempt.points or 0), attempt.version.number) == (10, 1)


def without_tokens(text: str) -> list[str]:
    return [line for line in text.splitlines() if "csrf" not in line]


def test_a_result_already_published_does_not_change_and_the_next_attempt_gets_the_new_wording(
    walk: Walk[Inside], browser: Inside
) -> None:
    walk.read()
    page = walk.take_test(wrong=4)
    first = Attempt.objects.get()
    before = browser.get(page.url).text
    approve(TEST, **new_wording(TEST))
    assert without_tokens(browser.get(page.url).text) == without_tokens(before)
    first.refresh_from_db()
    assert (float(first.points or 0), first.version.number) == (6, 1)
    newest = QuizVersion.objects.latest("number")
    assert newest.number == 2
    assert ItemVersion.objects.get(item=TEST, number=2).pk in newest.item_versions


def test_a_new_attempt_asks_the_new_wording(walk: Walk[Inside], browser: Inside) -> None:
    walk.read()
    approve(TEST, **new_wording(TEST))
    intro = browser.get(browser.get(f"/courses/{COURSE}/").link("/quizzes/"))
    browser.submit(intro.form("quiz-start"))
    asked = Attempt.objects.get().slots.get(item_version__item=TEST).item_version
    assert (asked.number, asked.content["stem"]["en"]) == (2, "An entirely new wording?")


# --- files and the web ---------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Path:
    root = tmp_path / "curriculum"
    shutil.copytree(settings.CURRICULUM_DIR, root)
    return root


def test_loading_files_again_keeps_what_was_published_on_the_web_and_makes_no_second_quiz_version(files: Path) -> None:
    approve(TEST, **new_wording(TEST))
    report = load(files, publish=True)
    assert (report.kept, report.changed, report.drafts) == ([TEST], [], [])
    assert QuizVersion.objects.count() == 2
    assert stem(TEST) == "An entirely new wording?"
    assert load(files, publish=True).changed == []


def test_a_quiz_file_changed_after_a_web_edit_still_changes_the_quiz_and_keeps_the_new_wording(files: Path) -> None:
    approve(TEST, **new_wording(TEST))
    quiz = files / COURSE / "quizzes/post-test.yaml"
    quiz.write_text(quiz.read_text().replace("pass: 0.8", "pass: 0.7"))
    assert load(files, publish=True).changed == ["post-test"]
    newest = QuizVersion.objects.latest("number")
    assert (newest.number, float(newest.pass_mark)) == (3, 0.7)
    assert ItemVersion.objects.get(item=TEST, number=2).pk in newest.item_versions


def test_a_quiz_version_hashes_the_same_from_its_file_and_from_the_database() -> None:
    for version in QuizVersion.objects.select_related("quiz"):
        assert versions.quiz_digest(versions.rules_of(version), version.item_versions) == version.content_sha256


@pytest.mark.parametrize(("written", "hashed"), [(0.8, "0.8"), ("0.800", "0.8"), (1, "1"), (0.83333, "0.833")])
def test_a_pass_mark_hashes_as_the_database_keeps_it(written: Any, hashed: str) -> None:
    assert versions.share(written) == hashed


def test_a_draft_begun_before_a_file_brought_a_new_version_is_compared_first(desk: Inside, files: Path) -> None:
    edit(desk, CHECK, stem__en="Drafted on the web?")
    path = files / COURSE / "items" / f"{CHECK}.yaml"
    path.write_text(path.read_text().replace("level: ", "level: evaluate  # was ", 1))
    assert load(files, publish=True).changed == [CHECK]
    page = edit(desk, CHECK, "publish")
    assert page.status == 409
    assert "Version 2 was published after this draft was begun" in page.text
    assert "Drafted on the web?" in desk.get(f"/bank/{CHECK}/compare/?from=2&to=draft").text
    desk.submit(desk.get(f"/bank/{CHECK}/").form("rebase"))
    publish(desk, CHECK)
    assert ItemVersion.objects.get(item=CHECK, number=3).content["stem"]["en"] == "Drafted on the web?"


def test_a_lesson_and_a_quiz_file_may_name_a_question_that_was_written_on_the_web(files: Path) -> None:
    for item_id, model, use in (("ro-web-check", CHECK, "check"), ("ro-web-test", TEST, "test")):
        content = ItemVersion.objects.get(item=model).content
        item = Item.objects.create(pk=item_id, use=use)
        versions.new_item_version(item=item, content=content, source="web", after=None)
    lesson = files / COURSE / "side-by-side.en.md"
    lesson.write_text(lesson.read_text().replace("::: check ro-iob", "::: check ro-web-check"))
    quiz = files / COURSE / "quizzes/post-test.yaml"
    quiz.write_text(quiz.read_text().replace("ro-010]", "ro-010, ro-web-test]"))
    assert set(load(files, publish=False).changed) == {"post-test"}
    assert QuizVersion.objects.latest("number").question_count == 11

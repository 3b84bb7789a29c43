"""Authors at work: find, edit, see, publish; what learners began with stays theirs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from core.models import AuditEntry
from courses.models import Course, CourseVersion
from edu.browser import Page
from edu.curriculum import load
from edu.walk import COURSE, Walk
from quizzes.forms import moved
from quizzes.models import Attempt, CheckAnswer, Item, ItemDraft, ItemVersion, QuizVersion
from quizzes.services import authoring, versions
from tests.inside import Inside

pytestmark = pytest.mark.django_db
CHECK, TEST = "ro-iob", "ro-001"
MakePerson = Callable[..., User]


@pytest.fixture
def author(make_person: MakePerson) -> User:
    return make_person(Role.AUTHOR, name="Ida Author")


@pytest.fixture
def desk(author: User) -> Inside:
    return Inside.of(author)


def fields(page: Page) -> dict[str, str]:
    """What stands in the editor's text boxes: the test browser does not read what is between textarea tags."""
    bench = Item.objects.get(pk=page.url.split("/bank/")[1].split("/")[0])
    draft = ItemDraft.objects.filter(pk=bench.pk).first()
    content = draft.content if draft else bench.versions.latest("number").content
    typed = {f"stem-{language}": text for language, text in content["stem"].items()}
    for index, option in enumerate(content["options"]):
        for part in ("text", "why"):
            typed |= {f"options-{index}-{part}-{language}": text for language, text in option[part].items()}
    return typed


def edit(desk: Inside, item: str, act: str = "save", **changes: str) -> Page:
    page = desk.get(f"/bank/{item}/")
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    return desk.send(page.form("item-form"), fields(page) | named | {"act": act})


def stem(item: str) -> str:
    return str(ItemVersion.objects.newest().get(item=item).content["stem"]["en"])


# --- who may come in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/bank/", "/bank/ro-iob/", "/bank/ro-iob/compare/", "/bank/new/"])
def test_learners_and_the_ce_office_find_no_bank_and_strangers_are_asked_to_sign_in(
    make_person: MakePerson, path: str
) -> None:
    for role in (Role.EDUCATOR, Role.PATIENT, Role.CE_OFFICE):
        assert Inside.of(make_person(role)).get(path).status == 404
    assert "/accounts/login/" in Inside().get(path).url


def test_reviewers_and_admins_may_read_and_not_change(make_person: MakePerson) -> None:
    for role in (Role.REVIEWER, Role.ADMIN):
        inside = Inside.of(make_person(role))
        assert inside.get("/bank/").status == 200
        page = inside.get(f"/bank/{CHECK}/")
        assert "Authors change it" in page.text
        assert "Publish</button>" not in page.text
        assert inside.send(page.form("item-form"), fields(page) | {"act": "save"}).status == 403
        assert inside.get("/bank/new/").status == 404
        assert inside.get(f"/bank/{CHECK}/discard/").status == 404
    assert not ItemDraft.objects.exists()


def test_services_ask_for_the_role_themselves(educator: User) -> None:
    item = Item.objects.get(pk=CHECK)
    for act in (
        lambda: authoring.save_draft(item=item, content={}, stamp="1.0", actor=educator, now=timezone.now()),
        lambda: authoring.publish(item=item, actor=educator),
        lambda: authoring.ask_review(item=item, actor=educator, now=timezone.now()),
        lambda: authoring.discard(item=item, actor=educator),
        lambda: authoring.approve(item=item, sha256="", actor=educator),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.status == 403


# --- the bank ------------------------------------------------------------------------------------------------


def test_the_bank_finds_by_id_by_objective_and_by_words(desk: Inside) -> None:
    assert f"/bank/{CHECK}/" in desk.get(f"/bank/?q={CHECK}").links
    page = desk.get("/bank/?q=Nadia")
    assert [link for link in page.links if link.startswith("/bank/ro")] == ["/bank/ro-001/"]
    found = {link for link in desk.get("/bank/?q=LO-RO3").links if link.startswith("/bank/ro")}
    wanted = ItemVersion.objects.newest().filter(objective="LO-RO3").values_list("item", flat=True)
    assert found == {f"/bank/{pk}/" for pk in wanted}


def test_the_bank_filters_by_kind_and_state_and_says_when_nothing_is_left(desk: Inside) -> None:
    assert "10 questions" in desk.get("/bank/?use=test").text
    edit(desk, CHECK, stem__en="A draft, please?")
    page = desk.get("/bank/?state=draft")
    assert [link for link in page.links if link.startswith("/bank/ro")].count(f"/bank/{CHECK}/") == 2  # also in "next"
    assert "A draft, please?" in page.text
    assert "No question is like that." in desk.get("/bank/?q=zebra").text
    assert "20 questions" in desk.get("/bank/?state=nonsense&use=other").text


def test_a_draft_is_found_by_its_new_words_before_it_is_published(desk: Inside) -> None:
    edit(desk, CHECK, stem__en="Zebra crossing?")
    assert f"/bank/{CHECK}/" in desk.get("/bank/?q=zebra+crossing").links


def test_the_bank_has_pages_and_costs_the_same_for_many(desk: Inside, author: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/bank/").status == 200
        return len(captured)

    before = queries()
    course = Course.objects.get(slug=COURSE)
    for number in range(40):
        authoring.create_item(item_id=f"zz-{number:03}", use="check", course=course, actor=author, now=timezone.now())
    assert queries() <= before
    assert "60 questions" in desk.get("/bank/").text
    assert "zz-039" in desk.get("/bank/?page=3").text


def test_the_start_page_says_what_to_do_next(desk: Inside) -> None:
    assert "Nothing waits for you." in desk.get("/bank/").text
    edit(desk, CHECK, stem__en="What is on board?")
    page = desk.get("/bank/")
    assert "Your drafts" in page.text
    edit(desk, TEST, "ask", stem__en="Which fits Nadia?")
    assert "Waiting for a reviewer" in desk.get("/bank/").text


# --- the editor ----------------------------------------------------------------------------------------------


def test_saving_makes_a_draft_and_leaves_the_published_version_alone(desk: Inside, author: User) -> None:
    before = stem(CHECK)
    page = edit(desk, CHECK, stem__en="What is on board at 13:00?")
    assert page.status == 200
    assert "Draft of version 2" in page.text
    draft = ItemDraft.objects.get()
    assert (draft.author, draft.seq, draft.based_on.number if draft.based_on else 0) == (author, 1, 1)
    assert draft.content["stem"]["en"] == "What is on board at 13:00?"
    assert stem(CHECK) == before


def test_saving_an_untouched_page_makes_no_draft(desk: Inside) -> None:
    for item in Item.objects.all():
        assert edit(desk, item.pk).status == 200
    assert not ItemDraft.objects.exists()


def test_options_are_added_moved_and_removed_by_buttons_that_also_save_what_was_typed(desk: Inside) -> None:
    first = [option["id"] for option in ItemVersion.objects.get(item=CHECK).content["options"]]
    edit(desk, CHECK, "add", stem__en="Typed before adding?")
    draft = ItemDraft.objects.get()
    assert draft.content["stem"]["en"] == "Typed before adding?"
    ids = [option["id"] for option in draft.content["options"]]
    assert ids[:-1] == first
    edit(desk, CHECK, f"up:{len(ids) - 1}")
    moved_ids = [option["id"] for option in ItemDraft.objects.get().content["options"]]
    assert moved_ids == [*ids[:-2], ids[-1], ids[-2]]
    edit(desk, CHECK, f"remove:{len(ids) - 2}")
    assert [option["id"] for option in ItemDraft.objects.get().content["options"]] == first


@pytest.mark.parametrize("act", ["up:0", "down:2", "up:9", "remove:x", "remove:", "up:-1", "", "remove:999999999999"])
def test_a_move_that_leads_nowhere_changes_nothing(act: str) -> None:
    options = [{"id": str(number)} for number in range(3)]
    assert moved(options, act, ["en"]) == options


def test_the_key_follows_its_option_when_options_move(desk: Inside) -> None:
    content = ItemVersion.objects.get(item=CHECK).content
    key = next(option["id"] for option in content["options"] if option["key"])
    edit(desk, CHECK, "down:0")
    assert [o["id"] for o in ItemDraft.objects.get().content["options"] if o["key"]] == [key]


def test_a_text_too_long_is_refused_with_everything_typed_kept(desk: Inside) -> None:
    page = edit(desk, CHECK, stem__en="x" * 2001, options__0__text__en="Kept as typed")
    assert page.status == 422
    assert "Kept as typed" in page.text
    assert "at most 2000 characters" in page.text
    assert not ItemDraft.objects.exists()


def test_a_choice_that_is_not_offered_is_refused(desk: Inside) -> None:
    assert edit(desk, CHECK, objective="LO-XX").status == 422
    assert edit(desk, CHECK, level="guess").status == 422
    assert edit(desk, CHECK, see="somewhere#else").status == 422


def test_a_stale_save_is_told_so_and_loses_nothing(desk: Inside, make_person: MakePerson) -> None:
    other = Inside.of(make_person(Role.AUTHOR, name="Otto Other"))
    page = desk.get(f"/bank/{CHECK}/")
    edit(other, CHECK, stem__en="Otto was here?")
    typed = fields(page) | {"stem-en": "Ida was typing?", "act": "save"}
    answer = desk.send(page.form("item-form"), typed)
    assert answer.status == 409
    assert "Otto Other saved this question" in answer.text
    assert "Ida was typing?" in answer.text
    assert ItemDraft.objects.get().content["stem"]["en"] == "Otto was here?"
    # Having seen it, Ida may put hers in its place.
    mine = desk.send(answer.form("item-form"), fields(answer) | {"stem-en": "Ida was typing?", "act": "save"})
    assert mine.status == 200
    assert ItemDraft.objects.get().content["stem"]["en"] == "Ida was typing?"
    assert AuditEntry.objects.filter(action="item.save", target=f"item:{CHECK}").count() == 1


def test_a_page_opened_before_a_version_was_published_cannot_undo_it_unseen(desk: Inside) -> None:
    page = desk.get(f"/bank/{CHECK}/")
    edit(desk, CHECK, "publish", stem__en="The second wording?")
    answer = desk.send(page.form("item-form"), fields(page) | {"stem-en": "From the old page?", "act": "save"})
    assert answer.status == 409
    assert "Version 2 was published after you opened this page" in answer.text
    assert not ItemDraft.objects.exists()


def test_the_preview_is_the_learners_own_page_before_and_after(desk: Inside) -> None:
    edit(desk, CHECK, stem__en="Shown in the preview?")
    why = ItemDraft.objects.get().content["options"][0]["why"]["en"]
    page = desk.get(f"/bank/{CHECK}/?tab=preview")
    assert '<form class="check-card"' in page.text
    assert "Shown in the preview?" in page.text
    assert page.text.count('<fieldset class="plain learner-card" disabled') == 1
    after = desk.get(f"/bank/{CHECK}/?tab=preview&chosen=1")
    shown = after.text.split("learner-card", 1)[1].split("</section>", 1)[0]
    assert "Your answer." in shown
    assert why.replace("’", "’").split(".")[0] in shown
    test = desk.get(f"/bank/{TEST}/?tab=preview&chosen=2")
    assert "This one." in test.text.split("learner-card", 1)[1]


def test_the_preview_withstands_any_address(desk: Inside) -> None:
    for query in ("chosen=99", "chosen=x", "lang=de", "tab=other", "chosen=0&lang=es", "chosen=²"):
        assert desk.get(f"/bank/{CHECK}/?{query}").status == 200


def test_script_in_a_question_is_shown_and_never_run(desk: Inside) -> None:
    page = edit(desk, CHECK, stem__en="<script>alert(1)</script>", options__0__why__en="</textarea><b>x")
    assert "<script>alert" not in page.text
    assert "</textarea><b>x" not in page.text


def test_what_there_is_to_mend_is_listed_and_keeps_it_from_being_published(desk: Inside) -> None:
    page = edit(desk, CHECK, "publish", stem__en="She reads 126 mg/dL (6.0 mmol/L). What now?", facts="RO-99")
    assert page.status == 422
    assert "It would be 126 mg/dL (7.0 mmol/L)" in page.text
    assert "There is no fact RO-99." in page.text
    assert "What you typed is saved." in page.text
    assert ItemVersion.objects.filter(item=CHECK).count() == 1
    assert ItemDraft.objects.get().content["facts"] == ["RO-99"]


def test_an_empty_text_blocks_publishing_and_not_saving(desk: Inside) -> None:
    assert edit(desk, CHECK, options__1__why__en="").status == 200
    page = desk.send(desk.page.form("item-form"), fields(desk.page) | {"act": "publish"})
    assert page.status == 422
    assert "Option 2 has no reason in English yet." in page.text


# --- publishing ----------------------------------------------------------------------------------------------


def test_publishing_a_check_makes_a_web_version_and_the_lesson_shows_it(
    desk: Inside, browser: Inside, walk: Walk[Inside]
) -> None:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    lesson = f"/courses/{COURSE}/side-by-side/"
    before = stem(CHECK)
    assert before in browser.get(lesson).text  # drawn, and remembered by this process
    page = edit(desk, CHECK, "publish", stem__en="How much is still at work?")
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


def test_an_answer_given_to_the_old_wording_still_counts_and_is_shown_on_the_new(
    desk: Inside, browser: Inside, walk: Walk[Inside]
) -> None:
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    form = page.form(f"/{CHECK}/")
    browser.submit(form, choice=walk._right(form))
    edit(desk, CHECK, "publish", stem__en="How much is still at work?")
    shown = browser.get(f"/courses/{COURSE}/side-by-side/").text
    assert "How much is still at work?" in shown
    assert "Your answer. Yes." in shown


def test_an_answer_to_a_wording_that_was_replaced_meanwhile_is_asked_again(desk: Inside, browser: Inside) -> None:
    """Its options may stand in another order by now: number 1 would be another answer than the one given."""
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    form = page.form(f"/{CHECK}/")
    edit(desk, CHECK, "down:0")
    desk.send(desk.page.form("item-form"), fields(desk.page) | {"act": "publish"})
    answer = browser.submit(form, choice="1")
    assert "This question was reworded meanwhile" in answer.text
    assert not CheckAnswer.objects.exists()
    browser.submit(browser.get(f"/courses/{COURSE}/side-by-side/").form(f"/{CHECK}/"), choice="1")
    assert CheckAnswer.objects.get().item_version.number == 2


def test_an_author_cannot_publish_a_test_question_whatever_the_page_sends(desk: Inside) -> None:
    page = edit(desk, TEST, "publish", stem__en="Published without a reviewer?")
    assert page.status == 403
    assert ItemVersion.objects.filter(item=TEST).count() == 1


def approve(item: str, **content: Any) -> ItemVersion:
    """A new version of a test item, as two people would make it."""
    found = Item.objects.get(pk=item)
    newest = found.versions.latest("number")
    writer = User.objects.create_user(email=f"w{timezone.now().timestamp()}@example.org")
    ItemDraft.objects.create(
        item=found,
        course=newest.objective.course,
        based_on=newest,
        content=newest.content | content,
        author=writer,
        updated_by=writer,
        state="review",
        asked_at=timezone.now(),
    )
    return authoring._publish(ItemDraft.objects.get(pk=item), "Rita Reviewer, MD").version


def new_wording(item: str) -> dict[str, Any]:
    """Another stem, and the key moved to another option: marking by it gives another result."""
    content = ItemVersion.objects.newest().get(item=item).content
    keys = [option["key"] for option in content["options"]]
    options = [option | {"key": key} for option, key in zip(content["options"], keys[-1:] + keys[:-1], strict=True)]
    return {"stem": {"en": "An entirely new wording?"}, "options": options}


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
        browser.send(form, {"choice": walk._right(form), "go": "next"})
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
    assert edit(desk, CHECK, "publish").status == 200
    assert ItemVersion.objects.get(item=CHECK, number=3).content["stem"]["en"] == "Drafted on the web?"


# --- two languages, history, discarding, new questions -------------------------------------------------------


@pytest.fixture
def bilingual() -> None:
    """The course as if it were a patients' one, in English and Spanish: a newer version, not published."""
    version = CourseVersion.objects.get(course__slug=COURSE)
    CourseVersion.objects.create(
        course=version.course,
        number=2,
        title=version.title,
        objectives=version.objectives,
        languages=["en", "es"],
        source_sha256="1" * 64,
    )


@pytest.mark.usefixtures("bilingual")
def test_an_item_of_a_course_in_two_languages_needs_both(desk: Inside) -> None:
    page = desk.get(f"/bank/{CHECK}/")
    assert 'name="stem-es"' in page.text
    page = edit(desk, CHECK, "publish", stem__es="¿Cuánta insulina actúa todavía?")
    assert page.status == 422
    assert "Option 1 is not written in Spanish yet." in page.text
    assert "The question is not written in Spanish yet." not in page.text
    preview = desk.get(f"/bank/{CHECK}/?tab=preview&lang=es").text.split("learner-card", 1)[1]
    assert "¿Cuánta insulina actúa todavía?" in preview


@pytest.mark.usefixtures("bilingual")
def test_a_language_left_open_is_left_out_and_one_the_course_lacks_is_kept(desk: Inside) -> None:
    edit(desk, CHECK, stem__en="Only English?")
    assert ItemDraft.objects.get().content["stem"] == {"en": "Only English?"}
    edit(desk, CHECK, stem__es="¿También en español?")
    CourseVersion.objects.filter(number=2).delete()
    edit(desk, CHECK, stem__en="English again?")
    assert ItemDraft.objects.get().content["stem"] == {"en": "English again?", "es": "¿También en español?"}


def test_the_history_names_number_source_reviewer_and_compares_any_two(desk: Inside) -> None:
    approve(TEST, **new_wording(TEST))
    approve(TEST, stem={"en": "A third wording?"})
    page = desk.get(f"/bank/{TEST}/")
    for words in ("Version 3", "Version 2", "From file.", "Written on the web.", "Reviewed by Rita Reviewer, MD."):
        assert words in page.text
    compared = desk.get(f"/bank/{TEST}/compare/?from=1&to=2").text
    assert "<ins>" in compared
    assert "<del>" in compared
    assert "Changes which answer is right" in compared
    assert "Nothing differs." in desk.get(f"/bank/{TEST}/compare/?from=2&to=2").text
    assert "A third wording?" in desk.get(f"/bank/{TEST}/compare/").text
    for query in ("from=9&to=1", "from=x", "to=draft"):
        assert desk.get(f"/bank/{TEST}/compare/?{query}").status == 404
    assert desk.get("/bank/ro-flat/compare/").status == 200


def test_a_draft_is_thrown_away_only_after_asking(desk: Inside) -> None:
    edit(desk, CHECK, stem__en="Soon gone?")
    page = desk.get(f"/bank/{CHECK}/discard/")
    assert "Soon gone?" in page.text
    assert ItemDraft.objects.exists()
    page = desk.send(page.form("discard"), {})
    assert "The draft is thrown away." in page.text
    assert not ItemDraft.objects.exists()
    assert AuditEntry.objects.filter(action="item.discard").count() == 1
    assert desk.get(f"/bank/{CHECK}/discard/").url.endswith(f"/bank/{CHECK}/")


def test_a_new_question_is_written_checked_and_published(desk: Inside) -> None:
    page = desk.get("/bank/new/")
    refused = desk.send(page.form("new-item"), {"course": COURSE, "use": "check", "item_id": CHECK})
    assert refused.status == 422
    assert "There is a question with this id already" in refused.text
    page = desk.send(refused.form("new-item"), {"course": COURSE, "use": "check", "item_id": "ro-new"})
    assert page.url.endswith("/bank/ro-new/")
    for _time in range(3):
        page = desk.send(page.form("item-form"), fields(page) | {"act": "add"})
    ids = [option["id"] for option in ItemDraft.objects.get().content["options"]]
    typed = {"stem-en": "A question of my own?", "objective": "LO-RO1", "level": "apply", "facts": "ro-01"}
    typed |= {"see": "side-by-side#one-need", "key": ids[1]}
    for index in range(3):
        typed |= {f"options-{index}-text-en": f"Answer {index}", f"options-{index}-why-en": f"Reason {index}"}
    page = desk.send(page.form("item-form"), typed | {"act": "publish"})
    assert "Version 1 is published." in page.text, page.text
    assert ItemVersion.objects.get(item="ro-new").content["facts"] == ["RO-01"]


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


def test_an_id_that_is_a_page_s_address_and_one_with_strange_signs_are_refused(desk: Inside) -> None:
    for item_id in ("new", "ro 011", "../x", "x" * 61, ""):
        page = desk.get("/bank/new/")
        assert desk.send(page.form("new-item"), {"course": COURSE, "use": "test", "item_id": item_id}).status == 422


def test_a_question_never_published_is_gone_when_its_draft_is(desk: Inside, author: User) -> None:
    course = Course.objects.get(slug=COURSE)
    authoring.create_item(item_id="ro-gone", use="test", course=course, actor=author, now=timezone.now())
    desk.send(desk.get("/bank/ro-gone/discard/").form("discard"), {})
    assert not Item.objects.filter(pk="ro-gone").exists()

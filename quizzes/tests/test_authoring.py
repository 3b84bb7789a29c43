"""Authors at work: find, edit, see, publish; what learners began with stays theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from core.models import AuditEntry
from courses.models import Course, CourseVersion
from quizzes.forms.rows import moved
from quizzes.models import Item, ItemDraft, ItemVersion
from quizzes.services import authoring
from quizzes.tests.pages import CHECK, TEST, approve, edit, fields, new_wording, publish, stem
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]


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
        lambda: authoring.publish(item=item, looked_at="", actor=educator),
        lambda: authoring.ask_review(item=item, actor=educator, now=timezone.now()),
        lambda: authoring.discard(item=item, actor=educator),
        lambda: authoring.approve(item=item, looked_at="", actor=educator),
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
    assert f"{Item.objects.count()} questions" in desk.get("/bank/?state=nonsense&use=other").text


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
    assert f"{Item.objects.count()} questions" in desk.get("/bank/").text
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
    edit(desk, CHECK, "add:options", stem__en="Typed before adding?")
    draft = ItemDraft.objects.get()
    assert draft.content["stem"]["en"] == "Typed before adding?"
    ids = [option["id"] for option in draft.content["options"]]
    assert ids[:-1] == first
    edit(desk, CHECK, f"up:options-{len(ids) - 1}")
    moved_ids = [option["id"] for option in ItemDraft.objects.get().content["options"]]
    assert moved_ids == [*ids[:-2], ids[-1], ids[-2]]
    edit(desk, CHECK, f"remove:options-{len(ids) - 2}")
    assert [option["id"] for option in ItemDraft.objects.get().content["options"]] == first


@pytest.mark.parametrize(("verb", "index"), [("up", 0), ("down", 2), ("up", 9), ("remove", -1), ("", 1)])
def test_a_move_that_leads_nowhere_changes_nothing(verb: str, index: int) -> None:
    options = [{"id": str(number)} for number in range(3)]
    assert moved(options, verb, index) == options


@pytest.mark.parametrize(
    "act", ["up:options-9", "remove:options-x", "remove:", "add:nothing", "up:stem-0", "add", "remove:options-99999999"]
)
def test_a_press_that_leads_nowhere_changes_nothing(desk: Inside, act: str) -> None:
    assert edit(desk, CHECK, act).status == 200
    assert not ItemDraft.objects.exists()


@pytest.mark.parametrize("verb", ["up", "down", "remove", "add"])
def test_a_number_of_thousands_of_digits_breaks_nothing(desk: Inside, verb: str) -> None:
    """Python itself refuses to read a number of more than 4300 digits."""
    before = ItemVersion.objects.get(item=CHECK).content["options"]
    assert edit(desk, CHECK, f"{verb}:options-{'1' * 5000}").status in (200, 422)
    draft = ItemDraft.objects.filter(pk=CHECK).first()
    assert draft is None or verb == "add" or draft.content["options"] == before
    assert desk.get(f"/bank/{CHECK}/?chosen={'1' * 5000}").status == 200


def test_the_key_follows_its_option_when_options_move(desk: Inside) -> None:
    content = ItemVersion.objects.get(item=CHECK).content
    key = next(option["id"] for option in content["options"] if option["key"])
    edit(desk, CHECK, "down:options-0")
    assert [o["id"] for o in ItemDraft.objects.get().content["options"] if o["key"]] == [key]


def test_a_text_too_long_is_refused_with_everything_typed_kept(desk: Inside) -> None:
    page = edit(desk, CHECK, stem__en="x" * 2001, options__0__text__en="Kept as typed")
    assert page.status == 422
    assert "Kept as typed" in page.text
    assert "Make it shorter: 2000 characters at most" in page.text
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
    publish(desk, CHECK, stem__en="The second wording?")
    answer = desk.send(page.form("item-form"), fields(page) | {"stem-en": "From the old page?", "act": "save"})
    assert answer.status == 409
    assert "Version 2 was published after you opened this page" in answer.text
    assert not ItemDraft.objects.exists()


def test_the_preview_is_the_learners_own_page_before_and_after(desk: Inside) -> None:
    edit(desk, CHECK, stem__en="Shown in the preview?")
    why = ItemDraft.objects.get().content["options"][0]["why"]["en"]
    frame = desk.get(f"/bank/{CHECK}/?tab=preview&dark=1&width=1280").text.split('id="preview-frame"', 1)[1]
    assert f'src="/bank/{CHECK}/preview/?lang=en&amp;dark=1"' in frame
    page = desk.get(f"/bank/{CHECK}/preview/?lang=en&dark=1")
    assert desk.answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in desk.answer["Content-Security-Policy"]
    assert '<form class="check-card"' in page.text
    assert "Shown in the preview?" in page.text
    assert page.text.count('<fieldset class="plain learner-card" disabled') == 1
    after = desk.get(f"/bank/{CHECK}/preview/?chosen=1")
    shown = after.text.split("learner-card", 1)[1]
    assert "Your answer." in shown
    assert why.replace("’", "’").split(".")[0] in shown
    test = desk.get(f"/bank/{TEST}/preview/?chosen=2")
    assert "This one." in test.text.split("learner-card", 1)[1]


def test_the_preview_names_what_is_not_written_yet(desk: Inside, author: User) -> None:
    course = Course.objects.get(slug=COURSE)
    authoring.create_item(item_id="ro-blank", use="check", course=course, actor=author, now=timezone.now())
    shown = desk.get("/bank/ro-blank/preview/").text.split("learner-card", 1)[1].split("</main>", 1)[0]
    assert shown.count("Not written yet") == 4  # the question and its three options


def test_a_patients_question_is_previewed_as_a_step_asks_it(desk: Inside) -> None:
    card = desk.get("/bank/sp-exam/preview/").text.split("learner-card", 1)[1]
    assert "Your turn" in card
    wrong = next(n for n, o in enumerate(ItemVersion.objects.get(item="sp-exam").content["options"], 1) if not o["key"])
    after = desk.get(f"/bank/sp-exam/preview/?chosen={wrong}").text.split("learner-card", 1)[1]
    assert "Look again and choose another." in after
    assert "This one." not in after


def test_the_preview_withstands_any_address(desk: Inside) -> None:
    for query in ("chosen=99", "chosen=x", "lang=de", "tab=other", "chosen=0&lang=es", "chosen=²"):
        assert desk.get(f"/bank/{CHECK}/?{query}").status == 200
        assert desk.get(f"/bank/{CHECK}/preview/?{query}").status == 200
    for number in ("9", "x", "1" * 5000):
        assert desk.get(f"/bank/{CHECK}/preview/?version={number}").status == 404


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


# --- two languages, history, discarding, new questions -------------------------------------------------------


@pytest.mark.usefixtures("bilingual")
def test_an_item_of_a_course_in_two_languages_needs_both(desk: Inside) -> None:
    page = desk.get(f"/bank/{CHECK}/")
    assert 'name="stem-es"' in page.text
    page = edit(desk, CHECK, "publish", stem__es="¿Cuánta insulina actúa todavía?")
    assert page.status == 422
    assert "Option 1 is not written in Spanish yet." in page.text
    assert "The question is not written in Spanish yet." not in page.text
    preview = desk.get(f"/bank/{CHECK}/preview/?lang=es").text.split("learner-card", 1)[1]
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
    for words in (
        "Version 3",
        "Version 2",
        "From the course’s files.",
        "Written on the web.",
        "Reviewed by Rita Reviewer, MD.",
    ):
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
    assert "Choose the objective." in page.text  # among the checks, and not yet as a fault beside the field
    assert 'id="id_objective_note1"' not in page.text
    ids = [option["id"] for option in ItemDraft.objects.get().content["options"]]
    typed = {"stem-en": "A question of my own?", "objective": "LO-RO1", "level": "apply", "facts": "ro-01"}
    typed |= {"see": "side-by-side#one-need", "options-key": ids[1]}
    for index in range(3):
        typed |= {f"options-{index}-text-en": f"Answer {index}", f"options-{index}-why-en": f"Reason {index}"}
    page = desk.send(page.form("item-form"), typed | {"act": "publish"})
    assert "all of it is new" in page.text
    assert "Reason 2" in page.text
    page = desk.submit(page.form("publish"))
    assert "Version 1 is published." in page.text, page.text
    assert ItemVersion.objects.get(item="ro-new").content["facts"] == ["RO-01"]


def test_an_id_that_is_a_page_s_address_and_one_with_strange_signs_are_refused(desk: Inside) -> None:
    for item_id in ("new", "ro 011", "../x", "x" * 61, ""):
        page = desk.get("/bank/new/")
        assert desk.send(page.form("new-item"), {"course": COURSE, "use": "test", "item_id": item_id}).status == 422


def test_a_question_never_published_is_gone_when_its_draft_is(desk: Inside, author: User) -> None:
    course = Course.objects.get(slug=COURSE)
    authoring.create_item(item_id="ro-gone", use="test", course=course, actor=author, now=timezone.now())
    desk.send(desk.get("/bank/ro-gone/discard/").form("discard"), {})
    assert not Item.objects.filter(pk="ro-gone").exists()

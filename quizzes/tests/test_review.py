"""A test question takes a second person: the queue, the difference, approving, sending back."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from core.models import AuditEntry
from edu.browser import Page
from quizzes.models import Item, ItemDraft, ItemVersion, QuizVersion
from quizzes.selectors.difference import Piece, changes, words
from quizzes.services import authoring, versions
from quizzes.tests.pages import CHECK, TEST, edit, stem
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]
ASKED = "Which of these fits what Nadia wishes?"


def ask(desk: Inside, item: str = TEST, words: str = ASKED) -> None:
    assert edit(desk, item, "ask", stem__en=words).status == 200


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_only_reviewers_have_a_queue(make_person: MakePerson, desk: Inside) -> None:
    ask(desk)
    for role in (Role.EDUCATOR, Role.PATIENT, Role.AUTHOR, Role.CE_OFFICE, Role.ADMIN):
        inside = Inside.of(make_person(role))
        assert inside.get("/review/").status == 404
        assert inside.get(f"/review/{TEST}/").status == 404


def test_an_empty_queue_says_so(chair: Inside) -> None:
    assert "Nothing waits for review." in chair.get("/review/").text


def test_what_waits_is_listed_oldest_first_with_its_author(desk: Inside, chair: Inside) -> None:
    for item in ("ro-003", "ro-002"):
        ask(desk, item, f"Rewritten {item}?")
    ItemDraft.objects.filter(pk="ro-002").update(asked_at=timezone.now() - timedelta(days=2))
    page = chair.get("/review/")
    assert [link for link in page.links if link.startswith("/review/ro")][::2] == ["/review/ro-002/", "/review/ro-003/"]
    assert "Ida Author" in page.text
    assert "2 questions wait" in page.text


def test_the_queue_costs_the_same_for_one_as_for_ten(desk: Inside, chair: Inside) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            chair.get("/review/")
        return len(captured)

    ask(desk, "ro-001")
    one = queries()
    for number in range(2, 11):
        ask(desk, f"ro-{number:03}", f"Rewritten {number}?")
    assert queries() == one


def test_a_check_is_not_asked_about_and_an_unclean_question_is_not_either(desk: Inside) -> None:
    assert "Ask for review</button>" not in desk.get(f"/bank/{CHECK}/").text
    page = edit(desk, TEST, "ask", facts="RO-99")
    assert page.status == 422
    assert not ItemDraft.objects.get().in_review


def test_the_reviewer_sees_the_difference_word_by_word_not_by_colour_alone(desk: Inside, chair: Inside) -> None:
    old = stem(TEST)
    ask(desk, TEST, old.replace("four injections", "five injections"))
    page = chair.get(f"/review/{TEST}/").text
    for tag, spoken, word in (("del", "(taken out:", "four"), ("ins", "(put in:", "five")):
        assert f'<{tag}><span class="visually-hidden">{spoken} </span><span lang="en">{word}</span><span' in page
    assert 'id="preview-frame"' in page
    assert "Before it can be published" in page


def test_approving_publishes_in_the_reviewers_name_and_the_quiz_asks_it(
    desk: Inside, chair: Inside, reviewer: User
) -> None:
    ask(desk)
    page = chair.submit(chair.get(f"/review/{TEST}/").form("approve"), act="approve")
    assert "Version 2 is published. One test asks it from the next attempt on" in page.text
    version = ItemVersion.objects.get(item=TEST, number=2)
    assert (version.source, version.reviewed_by) == ("web", "Rita Reviewer, MD, CDCES")
    assert version.content["stem"]["en"] == ASKED
    assert version.pk in QuizVersion.objects.latest("number").item_versions
    assert actions() == ["item.ask", "item.approve"]
    entry = AuditEntry.objects.get(action="item.approve")
    assert entry.actor == reviewer.pk
    assert set(entry.detail) == {"version", "author", "writers"}


def test_sending_back_needs_a_reason_and_the_author_reads_it_where_they_start(desk: Inside, chair: Inside) -> None:
    ask(desk)
    page = chair.get(f"/review/{TEST}/")
    assert chair.submit(page.form("send-back"), act="return", reason=" ").status == 422
    assert ItemDraft.objects.get().in_review
    chair.submit(chair.get(f"/review/{TEST}/").form("send-back"), act="return", reason="Say what she takes.")
    assert ItemVersion.objects.filter(item=TEST).count() == 1
    start = desk.get("/bank/").text
    assert "Say what she takes." in start
    assert "Rita Reviewer" in start
    assert "Say what she takes." in desk.get(f"/bank/{TEST}/").text
    # The words stay while the author mends it, and the reviewer finds them again.
    edit(desk, TEST, "save", stem__en="Mended?")
    assert ItemDraft.objects.get().returned
    edit(desk, TEST, "ask")
    assert "Say what she takes." in chair.get(f"/review/{TEST}/").text
    assert actions() == ["item.ask", "item.return", "item.ask"]


def test_the_author_may_not_approve_even_with_both_roles(make_person: MakePerson) -> None:
    both = Inside.of(make_person(Role.AUTHOR, Role.REVIEWER, name="Bo Both"))
    ask(both)
    assert "another reviewer decides" in both.get("/review/").text
    page = both.get(f"/review/{TEST}/")
    assert "Approve and publish" not in page.text
    token = page.forms[0].data({})
    draft = ItemDraft.objects.get()
    for act in ("approve", "return"):
        form = dict(token) | {"looked_at": authoring.seen(draft, draft.content), "act": act, "reason": "My own"}
        answer = both.client.post(f"/review/{TEST}/", form, headers={"Referer": "http://testserver/"})
        assert answer.status_code == 403
        assert "You wrote in this draft" in answer.content.decode()
    assert ItemVersion.objects.filter(item=TEST).count() == 1


def test_nobody_who_wrote_in_the_draft_may_approve_it(desk: Inside, make_person: MakePerson, chair: Inside) -> None:
    helper = make_person(Role.AUTHOR, Role.REVIEWER, name="Hanna Helper")
    edit(desk, TEST, stem__en="Begun by Ida?")
    ask(Inside.of(helper), TEST, "Finished by Hanna?")
    draft = ItemDraft.objects.get()
    assert set(draft.writers.values_list("name", flat=True)) == {"Ida Author", "Hanna Helper"}
    with pytest.raises(DomainError) as refused:
        authoring.approve(item=draft.item, looked_at=authoring.seen(draft, draft.content), actor=helper)
    assert (refused.value.code, refused.value.status) == ("own_work", 403)
    assert "Finished by Hanna?" in chair.get(f"/review/{TEST}/").text


def test_a_change_takes_the_question_out_of_the_queue(desk: Inside, chair: Inside) -> None:
    ask(desk)
    page = chair.get(f"/review/{TEST}/")
    edit(desk, TEST, "save", stem__en="Changed while it waited?")
    answer = chair.submit(page.form("approve"), act="approve")
    assert "not waiting for review any more" in answer.text
    assert ItemVersion.objects.filter(item=TEST).count() == 1


def test_whoever_goes_on_from_a_newer_version_is_a_writer_and_the_question_leaves_the_queue(
    desk: Inside, chair: Inside, make_person: MakePerson
) -> None:
    """What is compared with changes by it, so the reviewers would decide on something else than was asked."""
    ask(desk)
    newest = ItemVersion.objects.get(item=TEST)
    content = newest.content | {"level": "evaluate"}
    versions.new_item_version(item=newest.item, content=content, source="file", after=newest)
    both = make_person(Role.AUTHOR, Role.REVIEWER, name="Bo Both")
    other = Inside.of(both)
    other.submit(other.get(f"/bank/{TEST}/").form("rebase"))
    draft = ItemDraft.objects.get()
    assert not draft.in_review
    assert "Nothing waits for review." in chair.get("/review/").text
    assert AuditEntry.objects.get(action="item.rebase").actor == both.pk
    edit(desk, TEST, "ask")
    assert "another reviewer decides" in other.get("/review/").text
    with pytest.raises(DomainError) as refused:
        authoring.approve(item=draft.item, looked_at=authoring.seen(draft, draft.content), actor=both)
    assert (refused.value.code, refused.value.status) == ("own_work", 403)
    chair.submit(chair.get(f"/review/{TEST}/").form("approve"), act="approve")
    assert stem(TEST) == ASKED


def test_a_decision_is_bound_to_the_content_the_reviewer_opened(desk: Inside, chair: Inside) -> None:
    ask(desk)
    page = chair.get(f"/review/{TEST}/")
    ask(desk, TEST, "Changed and asked again?")
    answer = page
    for form, act in (("approve", "approve"), ("send-back", "return")):
        answer = chair.submit(page.form(form), act=act, reason="Too late")
        assert answer.status == 409
        assert "The question was changed after you opened it." in answer.text
        assert "Changed and asked again?" in answer.text
    assert ItemVersion.objects.filter(item=TEST).count() == 1
    assert ItemDraft.objects.get().in_review
    # Read again, it can be decided.
    chair.submit(answer.form("approve"), act="approve")
    assert stem(TEST) == "Changed and asked again?"


def test_approving_twice_publishes_once(desk: Inside, chair: Inside) -> None:
    ask(desk)
    form = chair.get(f"/review/{TEST}/").form("approve")
    chair.submit(form, act="approve")
    assert "not waiting for review any more" in chair.submit(form, act="approve").text
    assert ItemVersion.objects.filter(item=TEST).count() == 2


def test_what_was_asked_clean_and_is_not_any_more_cannot_be_approved(desk: Inside, chair: Inside) -> None:
    ask(desk)
    page = chair.get(f"/review/{TEST}/")
    draft = ItemDraft.objects.get()
    draft.content["facts"] = ["RO-99"]  # a fact may be taken back after the author asked
    draft.save()
    form = page.form("approve")
    answer = chair.send(form, {"act": "approve", "looked_at": authoring.seen(draft, draft.content)})
    assert answer.status == 409
    assert "It cannot be published yet." in answer.text


def test_key_and_every_reason_stand_openly_above_the_approval(desk: Inside, chair: Inside) -> None:
    ask(desk)
    content = ItemDraft.objects.get().content
    above, _below = chair.get(f"/review/{TEST}/").text.split('id="approve"')
    shown = html.unescape(above.split('id="whole-title"')[1].split("</section>")[0])
    assert "<details" not in above
    for option in content["options"]:
        assert option["text"]["en"] in shown
        assert option["why"]["en"] in shown
    marked = [part for part in shown.split("<li")[1:] if "The key" in part]
    key = next(option for option in content["options"] if option["key"])
    assert [key["text"]["en"] in part for part in marked] == [True]


def test_the_second_review_is_ticked_only_when_a_second_person_has_reviewed_here(desk: Inside, chair: Inside) -> None:
    from_file = second_person(desk.get(f"/bank/{TEST}/"))
    assert 'class="open"' in from_file
    assert "It came from the course’s files; no second person has reviewed it on this site." in from_file
    edit(desk, TEST, stem__en=ASKED)
    assert "A reviewer decides once you ask." in second_person(desk.page)
    ask(desk)
    page = chair.get(f"/review/{TEST}/")
    assert 'class="open"' in second_person(page)
    assert "It waits for a reviewer." in second_person(page)
    assert "From the course’s files. Not reviewed by a second person." in " ".join(page.text.split())
    chair.submit(page.form("approve"), act="approve")
    reviewed = second_person(desk.get(f"/bank/{TEST}/"))
    assert 'class="ok"' in reviewed
    assert "Reviewed by Rita Reviewer, MD, CDCES." in reviewed
    assert "A second person’s review" not in desk.get(f"/bank/{CHECK}/").text


def second_person(page: Page) -> str:
    """The line of the checks that speaks of it."""
    before, after = page.text.split("A second person’s review")
    return "<li" + before.rpartition("<li ")[2] + after.split("</section>")[0]


def test_the_author_finds_an_approval_on_their_start_page(desk: Inside, chair: Inside, make_person: MakePerson) -> None:
    ask(desk)
    assert "Approved lately" not in desk.get("/bank/").text
    chair.submit(chair.get(f"/review/{TEST}/").form("approve"), act="approve")
    page = desk.get("/bank/")
    assert "Approved lately" in page.text
    assert "Rita Reviewer" in page.text
    assert f"/bank/{TEST}/versions/2/" in page.links
    assert "Approved lately" not in Inside.of(make_person(Role.AUTHOR)).get("/bank/").text


def test_an_unknown_act_and_a_missing_item_decide_nothing(desk: Inside, chair: Inside) -> None:
    ask(desk)
    page = chair.get(f"/review/{TEST}/")
    assert chair.submit(page.form("approve"), act="bless").status == 422
    assert chair.get("/review/no-such/").status == 404
    assert chair.get(f"/review/{CHECK}/").url.endswith("/review/")


def test_two_items_of_one_quiz_published_after_each_other_are_both_asked(desk: Inside, chair: Inside) -> None:
    for item in ("ro-001", "ro-002"):
        ask(desk, item, f"Rewritten {item}?")
    for item in ("ro-001", "ro-002"):
        chair.submit(chair.get(f"/review/{item}/").form("approve"), act="approve")
    pinned = ItemVersion.objects.in_bulk(QuizVersion.objects.latest("number").item_versions)
    assert {version.item_id for version in pinned.values() if version.number == 2} == {"ro-001", "ro-002"}


def test_the_database_itself_keeps_a_draft_s_state_whole(desk: Inside) -> None:
    edit(desk, TEST, stem__en="Begun?")
    for broken in ({"state": "review"}, {"state": "returned"}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemDraft.objects.update(**broken)


# --- the difference itself -----------------------------------------------------------------------------------


def test_words_that_stayed_are_kept_and_the_rest_is_gone_or_new() -> None:
    assert words("Check ketones now", "Check ketones again now") == (
        Piece("kept", "Check ketones "),
        Piece("new", "again"),
        Piece("kept", " "),
        Piece("kept", "now"),
    )
    assert words("same", "same") == (Piece("kept", "same"),)


def test_a_text_with_little_in_common_is_shown_as_rewritten() -> None:
    assert words("Give it again with the pump", "Wait for an alarm of the device") == (
        Piece("gone", "Give it again with the pump"),
        Piece("new", "Wait for an alarm of the device"),
    )


def test_options_are_told_apart_by_id_so_a_moved_one_is_not_rewritten() -> None:
    content = ItemVersion.objects.get(item=CHECK).content
    turned = content | {"options": content["options"][1:] + content["options"][:1]}
    (only,) = changes(content, turned)
    assert only.field == "Order of the options"


def test_a_new_key_is_marked_as_changing_what_is_right_and_a_reworded_one_is_not() -> None:
    content = ItemVersion.objects.get(item=CHECK).content
    other = [option | {"key": index == 0} for index, option in enumerate(content["options"])]
    if content["options"][0]["key"]:
        other = [option | {"key": index == 1} for index, option in enumerate(content["options"])]
    assert [change.scoring for change in changes(content, content | {"options": other})] == [True]
    reworded = [option | {"text": {"en": option["text"]["en"] + " now"}} for option in content["options"]]
    assert not any(change.scoring for change in changes(content, content | {"options": reworded}))


def test_everything_is_new_in_a_question_never_published() -> None:
    content = ItemVersion.objects.get(item=CHECK).content
    found = changes(None, content)
    assert all(piece.kind == "new" for change in found for piece in change.pieces)
    assert {"Question", "The key", "Objective", "Level", "Facts", "Where to read again"} <= {one.field for one in found}


def test_a_removed_and_an_added_option_are_named_so() -> None:
    content = ItemVersion.objects.get(item=CHECK).content
    added = {"id": "new", "text": {"en": "Something else"}, "key": False, "why": {"en": "Because"}}
    fields = [change.field for change in changes(content, content | {"options": [added, *content["options"][1:]]})]
    assert "Option 1, added" in fields
    assert "Option 1, removed" in fields


def test_items_of_the_bank_are_invisible_to_learners(educator: User, make_person: MakePerson) -> None:
    assert not Item.objects.visible_to(educator).exists()
    assert not ItemDraft.objects.visible_to(educator).exists()
    assert Item.objects.visible_to(make_person(Role.AUTHOR)).count() == Item.objects.count()

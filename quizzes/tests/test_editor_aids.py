"""What helps authors and reviewers: saving while writing, warnings that may stay, comments, many at once, copies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from core.models import AuditEntry
from courses.models import Course
from quizzes.forms.shapes import blank
from quizzes.marking.lint import Finding
from quizzes.models import Item, ItemComment, ItemDraft, ItemVersion, Tag
from quizzes.services import authoring, commenting, shelving, waivers
from quizzes.tests.pages import CHECK, TEST, edit, fields
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]
LONG = "A careful and complete answer that goes on for much longer than any of the others do, as keys too often will"


# --- saved while somebody writes ---------------------------------------------------------------------------------


def autosave(desk: Inside, item: str, **changes: str) -> tuple[int, dict[str, Any]]:
    """The form of the open page as the script sends it."""
    page = desk.page
    form = page.form("item-form")
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    data = dict(form.data(fields(page) | named | {"act": "save"}))
    answer = desk.client.post(f"/bank/{item}/", data, headers={"Accept": "application/json", "Referer": page.url})
    told: dict[str, Any] = json.loads(answer.content)
    return answer.status_code, told


def test_a_draft_is_saved_while_it_is_written_and_the_answer_holds_the_next_stamp(desk: Inside) -> None:
    desk.get(f"/bank/{CHECK}/")
    status, told = autosave(desk, CHECK, stem__en="She gave .5 units. What is on board?")
    assert status == 200
    assert told["stamp"] == "1.1"
    assert told["saved"].startswith("Saved at ")
    assert "mend:SAFE01b:stem-en" in told["checks"]
    assert "Write “0.5" in told["notes"]["stem-en"]
    assert told["findings"] >= 1
    assert "Draft of version 2" in told["bar"]
    assert ItemDraft.objects.get().content["stem"]["en"] == "She gave .5 units. What is on board?"
    status, told = autosave(desk, CHECK, stamp=told["stamp"], stem__en="And again?")
    assert (status, told["stamp"]) == (200, "1.2")


def test_an_autosave_overwrites_nothing_that_was_not_seen(desk: Inside, make_person: MakePerson) -> None:
    desk.get(f"/bank/{CHECK}/")
    edit(Inside.of(make_person(Role.AUTHOR)), CHECK, stem__en="Otto was here?")
    status, told = autosave(desk, CHECK, stem__en="Ida was typing?")
    assert (status, told["code"]) == (409, "changed_meanwhile")
    assert ItemDraft.objects.get().content["stem"]["en"] == "Otto was here?"


def test_an_autosave_that_cannot_be_kept_says_which_field(desk: Inside) -> None:
    desk.get(f"/bank/{CHECK}/")
    status, told = autosave(desk, CHECK, stem__en="x" * 2001)
    assert status == 422
    assert list(told["errors"]) == ["stem-en"]
    assert not ItemDraft.objects.exists()


def test_the_same_sent_again_because_its_answer_was_lost_is_no_conflict(desk: Inside) -> None:
    desk.get(f"/bank/{CHECK}/")
    assert autosave(desk, CHECK, stem__en="Sent twice?")[0] == 200
    assert autosave(desk, CHECK, stem__en="Sent twice?")[0] == 200
    assert autosave(desk, CHECK, stem__en="Sent a third time, changed?")[0] == 409
    assert ItemDraft.objects.get().seq == 1


def test_a_page_that_was_open_before_does_not_take_a_question_out_of_the_queue_by_itself(
    desk: Inside, author: User
) -> None:
    edit(desk, TEST, stem__en="A new wording, to be looked at?")
    for name in [line.split('"')[0] for line in desk.page.text.split('value="waive:')[1:]]:
        waive(desk, TEST, name, "It is meant so.")
    page = desk.get(f"/bank/{TEST}/")
    authoring.ask_review(item=Item.objects.get(pk=TEST), actor=author, now=timezone.now())
    desk.page = page
    assert autosave(desk, TEST, stem__en="Typed in the old page?")[0] == 409
    assert ItemDraft.objects.get().in_review


def test_rows_that_a_file_brought_are_kept_however_many(desk: Inside) -> None:
    """The page offers no ninth option; one that is there already is not cut off by a save."""
    content = blank("mr", ["en"]) | {"stem": {"en": "Which?"}}
    content |= {key: ItemVersion.objects.newest().get(item=CHECK).content[key] for key in ("objective", "level", "see")}
    content["options"] = [
        {"id": f"o{n}", "text": {"en": f"Option {n}"}, "key": n == 8, "why": {"en": "So it is."}} for n in range(9)
    ]
    author = User.objects.get(name="Ida Author")
    course = Course.objects.get(slug=COURSE)
    authoring.create_item(
        item_id="zz-nine", use="check", course=course, actor=author, now=timezone.now(), content=content
    )
    edit(desk, "zz-nine", stem__en="Which of these?")
    kept = ItemDraft.objects.get(pk="zz-nine").content
    assert kept["stem"]["en"] == "Which of these?"
    assert [option["id"] for option in kept["options"]] == [f"o{n}" for n in range(9)]


def test_nobody_else_saves_by_it(desk: Inside, chair: Inside) -> None:
    chair.get(f"/bank/{CHECK}/")
    data = dict(chair.page.form("item-form").data({"act": "save"}))
    answer = chair.client.post(f"/bank/{CHECK}/", data, headers={"Accept": "application/json"})
    assert answer.status_code == 403


# --- warnings that may stay --------------------------------------------------------------------------------------


def long_key(desk: Inside, item: str) -> str:
    """A draft with one warning, and the name of its waiver."""
    content = ItemVersion.objects.newest().get(item=item).content
    at = next(index for index, option in enumerate(content["options"]) if option["key"])
    page = edit(desk, item, **{f"options__{at}__text__en": LONG})
    names = [line.split('"')[0] for line in page.text.split('value="waive:')[1:]]
    (name,) = [one for one in names if one.startswith("IWF07:")]
    for other in names:
        if other != name:
            waive(desk, item, other, "It is meant so.")
    return name


def waive(desk: Inside, item: str, name: str, reason: str) -> Any:
    page = desk.get(f"/bank/{item}/")
    sent = fields(page) | {"act": f"waive:{name}", f"reason-{name}": reason}
    return desk.send(page.form("item-form"), sent)


def test_a_warning_keeps_a_question_until_somebody_says_why_it_may_stay(desk: Inside, chair: Inside) -> None:
    name = long_key(desk, TEST)
    assert edit(desk, TEST, "ask").status == 422
    page = waive(desk, TEST, name, "  ")
    assert page.status == 422
    assert "Write why it may stay" in page.text
    page = waive(desk, TEST, name, "The option names all it has to.")
    assert "The option names all it has to." in page.text
    assert "A reviewer is asked." in edit(desk, TEST, "ask").text
    assert "The option names all it has to." in chair.get(f"/review/{TEST}/").text
    chair.send(chair.page.form("approve"), {"act": "approve"})
    version = ItemVersion.objects.newest().get(item=TEST)
    kept = [one for one in version.waivers if one["code"] == "IWF07"]
    assert kept[0]["reason"] == "The option names all it has to."
    assert AuditEntry.objects.filter(action="item.waive", target=f"item:{TEST}").exists()


def test_a_waiver_is_of_what_was_found_and_lapses_when_the_wording_changes(desk: Inside) -> None:
    name = long_key(desk, TEST)
    waive(desk, TEST, name, "So be it.")
    content = ItemDraft.objects.get().content
    at = next(index for index, option in enumerate(content["options"]) if option["key"])
    page = edit(desk, TEST, "ask", **{f"options__{at}__text__en": LONG + " and again and again"})
    assert page.status == 422
    assert "So be it." not in page.text


def test_two_warnings_of_one_kind_in_one_text_are_waived_one_by_one(desk: Inside) -> None:
    edit(desk, TEST, stem__en="Diabetics like Ana, who suffers from diabetes, ask what is best. What do you say?")
    names = {line.split('"')[0] for line in desk.page.text.split('value="waive:LANG01')[1:]}
    assert len(names) == 2
    for name in sorted(names):
        waive(desk, TEST, f"LANG01{name}", f"A quotation, {name}.")
    waived = [one for one in ItemDraft.objects.get().waivers if one["code"] == "LANG01"]
    assert len({one["reason"] for one in waived}) == 2


def test_an_error_cannot_be_waived(desk: Inside, author: User) -> None:
    page = edit(desk, CHECK, stem__en="She gave .5 units. What is on board?")
    assert 'value="waive:SAFE' not in page.text
    with pytest.raises(DomainError) as refused:
        authoring.waive(
            item=Item.objects.get(pk=CHECK),
            finding=Finding("SAFE01b", ("stem", "en")),
            reason="no",
            actor=author,
            now=timezone.now(),
        )
    assert refused.value.code == "not_waivable"


def test_a_waiver_after_the_difference_was_seen_is_another_thing(desk: Inside, chair: Inside, author: User) -> None:
    name = long_key(desk, TEST)
    waive(desk, TEST, name, "The option names all it has to.")
    edit(desk, TEST, "ask")
    page = chair.get(f"/review/{TEST}/")
    draft = ItemDraft.objects.get()
    draft.waivers = [one | {"reason": "Another reason altogether."} for one in draft.waivers]
    draft.save()
    assert chair.send(page.form("approve"), {"act": "approve"}).status == 409
    assert ItemVersion.objects.newest().get(item=TEST).number == 1


def test_the_fix_that_is_offered_is_done_by_its_button(desk: Inside) -> None:
    page = edit(desk, CHECK, stem__en="She gave .5 units. What is on board?")
    name = page.text.split('value="mend:')[1].split('"')[0]
    edit(desk, CHECK, f"mend:{name}")
    assert ItemDraft.objects.get().content["stem"]["en"] == "She gave 0.5 units. What is on board?"


def test_waivers_are_told_apart_by_code_place_and_what_was_found() -> None:
    one = {"code": "IWF07", "place": ["options", 1], "values": {"words": "9"}, "reason": "so"}
    assert waivers.of(Finding("IWF07", ("options", 1), {"words": "9"}), [one]) is one
    for code, place, values in (
        ("IWF08", ("options", 1), {"words": "9"}),
        ("IWF07", ("options", 2), {"words": "9"}),
        ("IWF07", ("options", 1), {"words": "10"}),
    ):
        assert waivers.of(Finding(code, place, values), [one]) is None


# --- comments ----------------------------------------------------------------------------------------------------


def test_an_open_comment_stands_beside_its_field_and_keeps_a_question_from_being_approved(
    desk: Inside, chair: Inside
) -> None:
    edit(desk, TEST, "ask", stem__en="Which of these fits what Nadia wishes?")
    page = chair.get(f"/review/{TEST}/")
    ident = ItemDraft.objects.get().content["options"][1]["id"]
    place = f"/options/{ident}/why/en"
    assert f'value="{place}"' in page.text
    chair.send(page.form("comment"), {"place": place, "body": "Is this <so>?"})
    page = chair.get(f"/review/{TEST}/")
    assert "Is this &lt;so&gt;?" in page.text
    refused = chair.send(page.form("approve"), {"act": "approve"})
    assert refused.status == 409
    assert "There are open comments." in refused.text
    note = desk.get(f"/bank/{TEST}/").text.split('data-notes="options-1-why-en"', 1)[1].split("</textarea>", 1)[0]
    assert "Is this &lt;so&gt;?" in note
    edit(desk, TEST, f"resolve:{ItemComment.objects.get().pk}")
    assert not ItemComment.objects.open().exists()
    assert AuditEntry.objects.filter(action="item.comment_resolve").count() == 1
    if not ItemDraft.objects.get().in_review:
        edit(desk, TEST, "ask")
    page = chair.get(f"/review/{TEST}/")
    assert "settled by Ida Author" in page.text
    assert "is published." in chair.send(page.form("approve"), {"act": "approve"}).text


def test_a_comment_stays_with_the_row_it_is_about(desk: Inside, author: User) -> None:
    ident = ItemVersion.objects.get(item=CHECK).content["options"][0]["id"]
    commenting.comment(
        item=Item.objects.get(pk=CHECK),
        place=f"/options/{ident}/text/en",
        body="This very one.",
        actor=author,
        now=timezone.now(),
    )
    page = edit(desk, CHECK, "down:options-0")
    assert "This very one." in page.text.split('data-notes="options-1-text-en"', 1)[1].split("</textarea>", 1)[0]
    edit(desk, CHECK, "remove:options-1")
    assert desk.get(f"/bank/{CHECK}/").status == 200


def test_a_comment_needs_words_a_role_and_room(desk: Inside, chair: Inside, make_person: MakePerson) -> None:
    item, now = Item.objects.get(pk=CHECK), timezone.now()
    for actor, body, status in (
        (make_person(Role.EDUCATOR), "Hello", 403),
        (make_person(Role.AUTHOR), "  ", 422),
        (make_person(Role.AUTHOR), "x" * 1001, 422),
    ):
        with pytest.raises(DomainError) as refused:
            commenting.comment(item=item, place="", body=body, actor=actor, now=now)
        assert refused.value.status == status
    with pytest.raises(DomainError):
        commenting.resolve(item=item, number="1", actor=make_person(Role.PATIENT), now=now)
    for number in ("0", "x", "9" * 5000):
        assert commenting.resolve(item=item, number=number, actor=make_person(Role.AUTHOR), now=now) is None


# --- many at once ------------------------------------------------------------------------------------------------


def bulk(desk: Inside, act: str, *items: str, tag: str = "", sure: bool = True) -> Any:
    page = desk.get("/bank/")
    token = next(control.value for control in page.form("bulk").controls if "csrf" in control.name)
    data = {"csrfmiddlewaretoken": token, "item": items, "act": act, "tag": tag} | ({"sure": "1"} if sure else {})
    return desk.client.post("/bank/bulk/", data, headers={"Referer": page.url}, follow=True)


def test_questions_are_tagged_and_found_by_their_tag(desk: Inside) -> None:
    asked = bulk(desk, "tag", "ro-001", "ro-002", tag="Sick-Day", sure=False)
    assert "Give these the tag sick-day?" in asked.content.decode()
    assert not Tag.objects.exists()
    assert "2 questions were changed." in bulk(desk, "tag", "ro-001", "ro-002", tag="Sick-Day").content.decode()
    page = desk.get("/bank/?tag=sick-day")
    assert {link for link in page.links if link.startswith("/bank/ro")} == {"/bank/ro-001/", "/bank/ro-002/"}
    bulk(desk, "untag", "ro-001", tag="sick-day")
    page = desk.get("/bank/?tag=sick-day")
    assert {link for link in page.links if link.startswith("/bank/ro")} == {"/bank/ro-002/"}
    assert AuditEntry.objects.filter(action="item.tag").count() == 2
    for tag in ("", "two words", "<b>", "x" * 41):
        assert bulk(desk, "tag", "ro-001", tag=tag).status_code == 409
    assert bulk(desk, "explode", "ro-001").status_code == 409
    assert "Tick the questions first." in bulk(desk, "tag", tag="x").content.decode()


def test_what_learners_still_meet_is_not_retired_and_it_is_said_where(desk: Inside, author: User) -> None:
    course = Course.objects.get(slug=COURSE)
    authoring.create_item(item_id="zz-free", use="test", course=course, actor=author, now=timezone.now())
    answer = bulk(desk, "retire", "ro-001", CHECK, "zz-free")
    told = answer.content.decode()
    assert answer.status_code == 409
    assert f"ro-001 ({COURSE}/post-test)" in told
    assert f"{CHECK} ({COURSE}/" in told
    assert not Item.objects.filter(retired_at__isnull=False).exists()
    assert (
        "One question" in bulk(desk, "retire", "zz-free").content.decode() or Item.objects.get(pk="zz-free").retired_at
    )
    assert "/bank/zz-free/" not in desk.get("/bank/?q=zz-free").text.split('id="all"')[1]
    assert "/bank/zz-free/" in desk.get("/bank/?retired=yes").links
    bulk(desk, "unretire", "zz-free")
    assert Item.objects.get(pk="zz-free").retired_at is None
    assert AuditEntry.objects.filter(action__in=["item.retire", "item.unretire"]).count() == 2


def test_the_shelf_asks_for_the_role_itself(chair: Inside, make_person: MakePerson) -> None:
    assert bulk_by(chair).status_code == 404
    with pytest.raises(DomainError) as refused:
        shelving.shelve(items=[], act="retire", tag="", actor=make_person(Role.REVIEWER), now=timezone.now())
    assert refused.value.status == 403


def bulk_by(who: Inside) -> Any:
    who.get("/bank/")
    token = who.client.cookies["csrftoken"].value if "csrftoken" in who.client.cookies else ""
    return who.client.post("/bank/bulk/", {"item": "ro-001", "act": "retire", "csrfmiddlewaretoken": token})


def test_the_bank_filters_by_type_objective_and_level(desk: Inside, author: User) -> None:
    course = Course.objects.get(slug=COURSE)
    content = blank("matching", ["en"]) | {"objective": "LO-RO2", "level": "analyse"}
    authoring.create_item(
        item_id="zz-pairs", use="test", course=course, actor=author, now=timezone.now(), content=content
    )
    for query in ("kind=matching", "kind=matching&objective=LO-RO2", "level=analyse&kind=matching"):
        found = desk.get(f"/bank/?{query}").text.split('id="all"')[1]
        assert found.count('class="item-stem"') == 1
        assert "/bank/zz-pairs/" in found
    assert "No question is like that." in desk.get("/bank/?kind=matching&level=apply").text


def test_a_question_is_copied_under_a_new_id_with_new_ids_throughout(desk: Inside) -> None:
    page = desk.get(f"/bank/new/?like={TEST}")
    assert f"A copy of {TEST}" in page.text
    page = desk.send(page.form("new-item"), {"course": COURSE, "use": "test", "item_id": "ro-copy"})
    assert page.url.endswith("/bank/ro-copy/")
    one, other = ItemVersion.objects.get(item=TEST).content, ItemDraft.objects.get(pk="ro-copy").content
    assert other["stem"] == one["stem"]
    assert [o["text"] for o in other["options"]] == [o["text"] for o in one["options"]]
    assert not {o["id"] for o in other["options"]} & {o["id"] for o in one["options"]}
    assert desk.get("/bank/new/?like=nothing").status == 200


def test_the_dark_preview_has_the_colours_of_a_dark_screen() -> None:
    css = (Path(settings.ROOT) / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root(?:\.dark)? \{(.*?)\}", css, re.DOTALL)
    _light, screen, preview, *_rest = [dict(re.findall(r"(--[\w-]+): ([^;]+);", block)) for block in blocks]
    assert screen == preview
    assert len(screen) > 20

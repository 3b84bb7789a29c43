"""Earlier versions: read as they were, and brought back as a draft; the history itself is never edited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant
from core.errors import DomainError
from core.models import AuditEntry
from quizzes.models import Item, ItemDraft, ItemVersion
from quizzes.services import authoring
from quizzes.tests.pages import CHECK, TEST, approve, edit, new_wording, publish, stem
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]


def contents(item: str) -> list[str]:
    return list(ItemVersion.objects.filter(item=item).order_by("number").values_list("content_sha256", flat=True))


def test_an_earlier_version_is_read_as_it_was_with_who_published_it_and_when(desk: Inside) -> None:
    publish(desk, CHECK, stem__en="The second wording?")
    publish(desk, CHECK, stem__en="The third wording?")
    second = ItemVersion.objects.get(item=CHECK, number=2)
    page = desk.get(desk.get(f"/bank/{CHECK}/").link("/versions/2/"))
    assert "The second wording?" in page.text
    assert "Published by Ida Author." in page.text
    assert timezone.localtime(second.at).strftime("%H:%M") in page.text
    assert "The key" in page.text
    for option in second.content["options"]:
        assert option["why"]["en"].split(".")[0] in page.text
    assert "textarea" not in page.text
    assert "From the course’s files." in desk.get(f"/bank/{CHECK}/versions/1/").text


def test_a_draft_started_from_an_earlier_version_goes_the_usual_way_and_edits_no_history(desk: Inside) -> None:
    first = stem(CHECK)
    publish(desk, CHECK, stem__en="The second wording?")
    before = contents(CHECK)
    page = desk.submit(desk.get(f"/bank/{CHECK}/versions/1/").form("bring-back"))
    assert page.url.endswith(f"/bank/{CHECK}/")
    assert "This draft says what version 1 said." in page.text
    assert "Draft of version 3" in page.text
    assert (stem(CHECK), contents(CHECK)) == ("The second wording?", before)
    assert AuditEntry.objects.get(action="item.restore").detail == {"version": 1}
    looked_over = edit(desk, CHECK, "publish")
    assert "The second wording?" in looked_over.text  # what publishing takes out
    desk.submit(looked_over.form("publish"))
    assert stem(CHECK) == first
    assert contents(CHECK) == [*before, before[0]]


def test_a_test_question_brought_back_takes_a_second_person(
    desk: Inside, author: User, make_person: MakePerson
) -> None:
    approve(TEST, **new_wording(TEST))
    desk.submit(desk.get(f"/bank/{TEST}/versions/1/").form("bring-back"))
    edit(Inside.of(make_person(Role.AUTHOR)), TEST, "ask")  # another asks; who brought it back wrote in it all the same
    grant(user=author, role=Role.REVIEWER, granted_by=None, now=timezone.now())
    both = Inside.of(User.objects.get(pk=author.pk))
    assert "You wrote in this draft" in both.get(f"/review/{TEST}/").text
    page = Inside.of(make_person(Role.REVIEWER)).get(f"/review/{TEST}/")
    form = page.form("approve")
    assert both.submit(form, act="approve", csrfmiddlewaretoken=_token(both)).status == 403
    assert stem(TEST) == "An entirely new wording?"


def _token(inside: Inside) -> str:
    return next(c.value for c in inside.get("/review/").forms[0].controls if c.name == "csrfmiddlewaretoken")


def test_what_says_what_is_published_cannot_be_brought_back(desk: Inside, author: User) -> None:
    assert "This is the version that is published" in desk.get(f"/bank/{CHECK}/versions/1/").text
    first = ItemVersion.objects.get(item=CHECK)
    with pytest.raises(DomainError) as refused:
        authoring.draft_from(
            item=Item.objects.get(pk=CHECK), version=first, stamp="1.0", actor=author, now=timezone.now()
        )
    assert refused.value.code == "unchanged"
    publish(desk, CHECK, stem__en="The second wording?")
    publish(desk, CHECK, stem__en=first.content["stem"]["en"])
    page = desk.get(f"/bank/{CHECK}/versions/1/")
    assert "nothing to bring back" in page.text
    assert not [form for form in page.forms if form.ident == "bring-back"]


def test_a_draft_under_way_is_never_replaced(desk: Inside, make_person: MakePerson) -> None:
    publish(desk, CHECK, stem__en="The second wording?")
    page = desk.get(f"/bank/{CHECK}/versions/1/")
    edit(Inside.of(make_person(Role.AUTHOR, name="Otto Other")), CHECK, stem__en="Otto is at work?")
    answer = desk.submit(page.form("bring-back"))
    assert answer.status == 409
    assert "No draft was begun." in answer.text
    assert "saved by Otto Other" in answer.text
    assert not [form for form in answer.forms if form.ident == "bring-back"]
    form = page.form("bring-back")
    assert desk.submit(form, stamp="2.1").status == 409  # the draft's own stamp, as no page of ours would send it
    assert ItemDraft.objects.get().content["stem"]["en"] == "Otto is at work?"


def test_a_page_opened_before_a_newer_version_was_published_begins_no_draft(desk: Inside) -> None:
    publish(desk, CHECK, stem__en="The second wording?")
    page = desk.get(f"/bank/{CHECK}/versions/1/")
    publish(desk, CHECK, stem__en="The third wording?")
    answer = desk.submit(page.form("bring-back"))
    assert answer.status == 409
    assert "How it differs from version 3" in answer.text
    assert not ItemDraft.objects.exists()


def test_reviewers_read_earlier_versions_and_start_no_draft(make_person: MakePerson, desk: Inside) -> None:
    publish(desk, CHECK, stem__en="The second wording?")
    form = desk.get(f"/bank/{CHECK}/versions/1/").form("bring-back")
    chair = Inside.of(make_person(Role.REVIEWER))
    page = chair.get(f"/bank/{CHECK}/versions/1/")
    assert "Authors can start a draft from it." in page.text
    assert not [form for form in page.forms if form.ident == "bring-back"]
    assert chair.submit(form, csrfmiddlewaretoken=_token(chair)).status == 403
    assert not ItemDraft.objects.exists()


def test_a_version_that_never_was_is_not_found(desk: Inside) -> None:
    for number in (0, 2, 10**30):
        assert desk.get(f"/bank/{CHECK}/versions/{number}/").status == 404

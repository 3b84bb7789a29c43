"""What stands between a draft and its publication, each gate by itself: also behind a page that asks first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from quizzes.marking.lint import examine
from quizzes.models import Item, ItemDraft, ItemVersion
from quizzes.selectors import bank
from quizzes.services import authoring, shelving, versions
from quizzes.tests.pages import TEST, edit
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]
ASKED = "Which of these fits what Nadia wishes?"
LONG = "A careful and complete answer that goes on for much longer than any of the others do, as keys too often will"


@pytest.fixture
def both(make_person: MakePerson) -> User:
    return make_person(Role.AUTHOR, Role.REVIEWER, name="Bo Both")


def refused_own_work(person: User) -> bool:
    draft = ItemDraft.objects.get(pk=TEST)
    with pytest.raises(DomainError) as refused:
        authoring.approve(item=draft.item, looked_at=authoring.seen(draft, draft.content), actor=person)
    return (refused.value.code, refused.value.status) == ("own_work", 403)


def waive_all(person: User, reason: str) -> None:
    draft = ItemDraft.objects.get(pk=TEST)
    for finding in examine(draft.content, bank.bounds(draft.course)):
        if finding.warns:
            authoring.waive(item=draft.item, finding=finding, reason=reason, actor=person, now=timezone.now())


def long_key(desk: Inside) -> str:
    """A draft that warns of its key's length; returns the field of the key."""
    content = ItemVersion.objects.newest().get(item=TEST).content
    at = next(index for index, option in enumerate(content["options"]) if option["key"])
    edit(desk, TEST, **{f"options__{at}__text__en": LONG})
    return f"options__{at}__text__en"


def test_the_shelf_itself_refuses_to_retire_what_learners_meet(both: User) -> None:
    """The page looks first; a quiz may have begun to ask it since."""
    item = Item.objects.get(pk=TEST)
    with pytest.raises(DomainError) as refused:
        shelving.shelve(items=[item], act="retire", tag="", actor=both, now=timezone.now())
    assert refused.value.code == "still_asked"
    assert Item.objects.get(pk=TEST).retired_at is None


def test_going_on_from_a_newer_version_is_refused_once_the_draft_is_another_than_was_seen(
    desk: Inside, both: User
) -> None:
    edit(desk, TEST, stem__en=ASKED)
    newest = ItemVersion.objects.get(item=TEST)
    content = newest.content | {"level": "evaluate"}
    versions.new_item_version(item=newest.item, content=content, source="file", after=newest)
    form = desk.get(f"/bank/{TEST}/").form("rebase")
    edit(Inside.of(both), TEST, stem__en="Changed meanwhile?")
    assert desk.submit(form).status == 409
    assert ItemDraft.objects.get().based_on == newest


def test_who_asks_for_review_cannot_approve_it_even_without_a_word_of_theirs(desk: Inside, both: User) -> None:
    edit(desk, TEST, stem__en=ASKED)
    edit(Inside.of(both), TEST, "ask")
    draft = ItemDraft.objects.get()
    assert draft.in_review
    assert draft.updated_by.name == "Ida Author"
    assert refused_own_work(both)


def test_who_says_why_a_warning_may_stay_takes_it_out_of_the_queue_and_cannot_approve_it(
    desk: Inside, both: User, make_person: MakePerson
) -> None:
    long_key(desk)
    waive_all(User.objects.get(name="Ida Author"), "It names all it has to.")
    edit(desk, TEST, "ask")
    assert ItemDraft.objects.get().in_review
    waive_all(both, "Another reason.")
    assert not ItemDraft.objects.get().in_review
    edit(desk, TEST, "ask")
    assert refused_own_work(both)


def test_a_version_keeps_no_reason_for_a_warning_that_is_not_found_in_it(desk: Inside, make_person: MakePerson) -> None:
    key = long_key(desk)
    waive_all(User.objects.get(name="Ida Author"), "It names all it has to.")
    kept = ItemVersion.objects.get(item=TEST).content
    old = next(option["text"]["en"] for option in kept["options"] if option["key"])
    edit(desk, TEST, "ask", stem__en=ASKED, **{key: old})
    draft = ItemDraft.objects.get()
    assert draft.waivers
    reviewer = make_person(Role.REVIEWER)
    published = authoring.approve(item=draft.item, looked_at=authoring.seen(draft, draft.content), actor=reviewer)
    assert published.version.waivers == []

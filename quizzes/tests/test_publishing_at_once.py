"""Two people press at the same moment, on connections of their own: one after the other, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from quizzes.models import Item, ItemDraft, ItemVersion, QuizVersion
from quizzes.services import authoring, versions

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Every act in a thread of its own, begun together; the code of each refusal, or "done"."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            gate.wait(timeout=30)
            act()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def save(item_id: str, words: str, actor: User) -> None:
    item = Item.objects.get(pk=item_id)
    newest = item.versions.latest("number")
    content = newest.content | {"stem": {"en": words}}
    authoring.save_draft(item=item, content=content, stamp=f"{newest.number}.0", actor=actor, now=timezone.now())


def test_two_authors_who_save_at_once_make_one_draft_and_one_is_told(make_person: Callable[..., User]) -> None:
    one, two = make_person(Role.AUTHOR), make_person(Role.AUTHOR)
    for number in range(1, ROUNDS + 1):
        item_id = f"ro-{number:03}"
        outcome = at_once(partial(save, item_id, "Mine?", one), partial(save, item_id, "Yours?", two))
        assert outcome == ["changed_meanwhile", "done"]
    assert ItemDraft.objects.count() == ROUNDS


def test_two_questions_of_one_quiz_approved_at_once_are_both_asked(
    make_person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules_of = versions.rules_of

    def slowly(version: QuizVersion) -> dict[str, Any]:
        """Time enough for the other to read the same quiz version, if it could."""
        time.sleep(0.2)
        return rules_of(version)

    monkeypatch.setattr(versions, "rules_of", slowly)
    author, reviewers = make_person(Role.AUTHOR), [make_person(Role.REVIEWER), make_person(Role.REVIEWER)]
    for round_ in range(ROUNDS):
        pair = [f"ro-{2 * round_ + offset:03}" for offset in (1, 2)]
        for item_id in pair:
            save(item_id, f"Round {round_}, {item_id}?", author)
            authoring.ask_review(item=Item.objects.get(pk=item_id), actor=author, now=timezone.now())

        def approve(item_id: str, reviewer: User) -> None:
            draft = ItemDraft.objects.select_related("item").get(pk=item_id)
            authoring.approve(item=draft.item, looked_at=authoring.seen(draft, draft.content), actor=reviewer)

        acts = [partial(approve, *who) for who in zip(pair, reviewers, strict=True)]
        assert at_once(*acts) == ["done", "done"]
        pinned = ItemVersion.objects.in_bulk(QuizVersion.objects.latest("number").item_versions)
        newest = set(ItemVersion.objects.newest().filter(item__use="test").values_list("pk", flat=True))
        assert set(pinned) == newest


def test_one_draft_approved_twice_at_once_is_published_once(make_person: Callable[..., User]) -> None:
    author, one, two = make_person(Role.AUTHOR), make_person(Role.REVIEWER), make_person(Role.REVIEWER)
    save("ro-001", "Once only?", author)
    item = Item.objects.get(pk="ro-001")
    authoring.ask_review(item=item, actor=author, now=timezone.now())
    draft = ItemDraft.objects.get()
    looked_at = authoring.seen(draft, draft.content)
    acts = [partial(authoring.approve, item=item, looked_at=looked_at, actor=reviewer) for reviewer in (one, two)]
    assert at_once(*acts) == ["done", "not_waiting"]
    assert ItemVersion.objects.filter(item=item).count() == 2

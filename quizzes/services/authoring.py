"""Writing and publishing questions: save a draft, ask for review, approve, send back, publish. One function each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core import audit
from core.errors import DomainError
from courses.models import Course
from quizzes.marking.lint import Finding, examine
from quizzes.models import Item, ItemDraft, ItemVersion, QuizVersion
from quizzes.selectors import bank
from quizzes.services import versions, waivers

MAX_REASON = 1000
FIRST_OPTIONS = 3  # what a question usually has at least


@dataclass(frozen=True)
class Published:
    """A version that was just published, and the quizzes that ask it from now on."""

    version: ItemVersion
    quizzes: tuple[QuizVersion, ...]


@transaction.atomic
def create_item(
    *, item_id: str, use: str, course: Course, actor: User, now: datetime, content: Mapping[str, Any] | None = None
) -> ItemDraft:
    """A new question under this id, as a draft: of `content`, else a single best answer with blank options.

    Raises DomainError: not an author (403), id taken (409).
    """
    require(actor, Role.AUTHOR)
    item, made = Item.objects.get_or_create(pk=item_id, defaults={"use": use})
    if not made:
        raise DomainError("id_taken", _("There is a question with this id already. Choose another."))
    if content is None:
        languages = bank.newest_course(course).languages
        content = bank.empty_content() | {"options": [bank.blank_option(languages) for _number in range(FIRST_OPTIONS)]}
    draft = ItemDraft.objects.create(
        item=item, course=course, content=dict(content), author=actor, updated_by=actor, updated_at=now
    )
    draft.writers.add(actor)
    audit.record(actor=actor.pk, action="item.create", target=f"item:{item.pk}")
    return draft


@transaction.atomic
def save_draft(*, item: Item, content: Mapping[str, Any], stamp: str, actor: User, now: datetime) -> ItemDraft | None:
    """Keep `content` as the item's draft; the published version stays as it is. None when nothing differs from it.

    `stamp` names what the page showed (bank.stamp). A draft that waits for review leaves the queue when it changes.
    Raises DomainError: not an author (403), changed by someone else meanwhile (409, code `changed_meanwhile`).
    """
    require(actor, Role.AUTHOR)
    draft, newest = _locked(item)
    if content == (draft.content if draft else newest.content if newest else None):
        return draft  # also when it was sent again because its answer was lost
    if stamp != bank.stamp(draft, newest):
        raise DomainError("changed_meanwhile", _("This question was changed after you opened it."))
    if draft is None:
        course = bank.course_of(item, newest)
        waived = newest.waivers if newest else []
        draft = ItemDraft(item=item, course=course, based_on=newest, author=actor, seq=0, waivers=waived)
    elif actor.pk not in (draft.author_id, draft.updated_by_id):  # once, not with every pause of writing
        audit.record(actor=actor.pk, action="item.save", target=f"item:{item.pk}", author=str(draft.author_id))
    draft.content, draft.seq = dict(content), draft.seq + 1
    draft.updated_by, draft.updated_at = actor, now
    draft.state = ItemDraft.State.DRAFT if draft.in_review else draft.state
    draft.save()
    draft.writers.add(actor)
    return draft


@transaction.atomic
def draft_from(*, item: Item, version: ItemVersion, stamp: str, actor: User, now: datetime) -> ItemDraft:
    """Begin a draft that says what this earlier version said; it follows the newest one, as any draft does.

    Raises DomainError: not an author (403); a draft is under way, nothing would differ from what is published, or
    changed by someone else meanwhile (409).
    """
    require(actor, Role.AUTHOR)
    if _locked(item)[0]:
        raise DomainError("draft_exists", _("There is a draft of this question already."))
    draft = save_draft(item=item, content=version.content, stamp=stamp, actor=actor, now=now)
    if draft is None:
        raise DomainError("unchanged", _("This version says what is published now."))
    audit.record(actor=actor.pk, action="item.restore", target=f"item:{item.pk}", version=version.number)
    return draft


@transaction.atomic
def rebase(*, item: Item, stamp: str, actor: User, now: datetime) -> ItemDraft:
    """Say of a draft begun from an older version that it has been compared with the newest and follows it.

    Raises DomainError: not an author (403), no draft or changed meanwhile (409).
    """
    require(actor, Role.AUTHOR)
    draft, newest = _locked(item)
    if draft is None or stamp != bank.stamp(draft, newest):
        raise DomainError("changed_meanwhile", _("This question was changed after you opened it."))
    draft.based_on, draft.seq, draft.updated_by, draft.updated_at = newest, draft.seq + 1, actor, now
    draft.state, draft.asked_at = ItemDraft.State.DRAFT, None  # what a reviewer was asked about is another thing now
    draft.save()
    draft.writers.add(actor)
    audit.record(actor=actor.pk, action="item.rebase", target=f"item:{item.pk}")
    return draft


@transaction.atomic
def waive(*, item: Item, finding: Finding, reason: str, actor: User, now: datetime) -> ItemDraft:
    """Say of a warning why it may stay; a reviewer reads it, and the version keeps it.

    Raises DomainError: not an author (403), an error or no draft (409), no reason or a long one (422).
    """
    require(actor, Role.AUTHOR)
    reason = reason.replace("\r\n", "\n").strip()  # as the browser counted it
    if not reason or len(reason) > waivers.MAX_REASON:
        raise DomainError("no_reason", _("Write why it may stay, in 500 characters at most."), status=422)
    draft, _newest = _locked(item)
    if draft is None or not finding.warns:
        raise DomainError("not_waivable", _("This has to be mended; it cannot be waived."))
    kept = [one for one in draft.waivers if not waivers.fits(one, finding)]
    draft.waivers = [*kept, waivers.waiver(finding, reason=reason, actor=actor, now=now)]
    draft.seq, draft.updated_by, draft.updated_at = draft.seq + 1, actor, now
    draft.state = ItemDraft.State.DRAFT if draft.in_review else draft.state
    draft.save()
    draft.writers.add(actor)
    audit.record(actor=actor.pk, action="item.waive", target=f"item:{item.pk}", code=finding.code)
    return draft


@transaction.atomic
def discard(*, item: Item, actor: User) -> None:
    """Throw the draft away; a question never published goes with it. Raises DomainError: not an author (403)."""
    require(actor, Role.AUTHOR)
    draft, newest = _locked(item)
    if draft is None:
        return
    audit.record(actor=actor.pk, action="item.discard", target=f"item:{item.pk}", author=str(draft.author_id))
    draft.delete()
    if newest is None:
        item.delete()


@transaction.atomic
def ask_review(*, item: Item, actor: User, now: datetime) -> ItemDraft:
    """Put the draft of a test item before the reviewers. Who asks counts as a writer and cannot approve it.

    Raises DomainError: not an author (403), nothing changed, begun from an older version, or something to mend (409).
    """
    require(actor, Role.AUTHOR)
    draft = _ready(*_locked(item))
    if draft.in_review:
        return draft
    draft.state, draft.asked_at = ItemDraft.State.REVIEW, now
    draft.seq += 1  # a page that was open before does not take it out of the queue by saving unasked
    draft.save()
    draft.writers.add(actor)
    audit.record(actor=actor.pk, action="item.ask", target=f"item:{item.pk}")
    return draft


@transaction.atomic
def publish(*, item: Item, looked_at: str, actor: User) -> Published:
    """Publish the draft of a check. `looked_at`: `seen` of the difference the author saw.

    Raises DomainError as ask_review does, for a test item (403), and when it was changed since (409).
    """
    require(actor, Role.AUTHOR)
    if item.use != Item.Use.CHECK:
        raise DomainError("review_first", _("A test question is published by a reviewer. Ask for review."), status=403)
    draft, newest = _locked(item)
    _same(draft, looked_at)
    published = _publish(_ready(draft, newest))
    audit.record(actor=actor.pk, action="item.publish", target=f"item:{item.pk}", version=published.version.number)
    return published


@transaction.atomic
def approve(*, item: Item, looked_at: str, actor: User) -> Published:
    """Publish what waits for review, in the reviewer's name. `looked_at`: `seen` of the difference the reviewer saw.

    Raises DomainError: not a reviewer, or one who wrote in it (403); not waiting, changed since, or something to
    mend (409).
    """
    draft = _decidable(item, looked_at, actor)
    if item.comments.open().exists():
        raise DomainError("open_comments", _("There are open comments. Settle them, or send it back."))
    writers = sorted(str(pk) for pk in draft.writers.values_list("pk", flat=True))
    reviewed_by = ", ".join(filter(None, [actor.name or actor.email, actor.credentials]))
    published = _publish(_ready(*_locked(item)), reviewed_by)
    audit.record(
        actor=actor.pk,
        action="item.approve",
        target=f"item:{item.pk}",
        version=published.version.number,
        author=str(draft.author_id),
        writers=writers,
    )
    return published


@transaction.atomic
def send_back(*, item: Item, looked_at: str, reason: str, actor: User, now: datetime) -> ItemDraft:
    """Give what waits for review back to its author with a reason. Raises DomainError as approve does."""
    draft = _decidable(item, looked_at, actor)
    draft.state, draft.reason, draft.returned_by, draft.returned_at = ItemDraft.State.RETURNED, reason, actor, now
    draft.seq += 1
    draft.save()
    audit.record(actor=actor.pk, action="item.return", target=f"item:{item.pk}", author=str(draft.author_id))
    return draft


def require(actor: User, *roles: Role) -> None:
    """Raise DomainError not_your_role (403) for who holds none of them."""
    if not actor.holds(*roles):
        raise DomainError("not_your_role", _("You can read this. Changing it takes another role."), status=403)


def _locked(item: Item) -> tuple[ItemDraft | None, ItemVersion | None]:
    """Draft and newest version, with the item locked: all that authors do to one item is done one after the other."""
    Item.objects.select_for_update().get(pk=item.pk)
    draft = ItemDraft.objects.select_related("based_on").filter(pk=item.pk).first()
    return draft, ItemVersion.objects.filter(item=item).order_by("-number").first()


def hindrance(draft: ItemDraft | None, newest: ItemVersion | None) -> DomainError | None:
    """Why this draft can neither be published nor put before reviewers as it stands; None when it can."""
    if draft is None or (newest and draft.content == newest.content):
        return DomainError("unchanged", _("Nothing has changed since it was published."))
    if draft.based_on != newest:
        return DomainError("newer_version", _("A newer version was published after this draft was begun."))
    if any(waivers.hinders(one, draft.waivers) for one in examine(draft.content, bank.bounds(draft.course))):
        return DomainError("to_mend", _("It cannot be published yet. See what there is to mend."))
    return None


def _ready(draft: ItemDraft | None, newest: ItemVersion | None) -> ItemDraft:
    """The draft, if it may be published as it stands."""
    problem = hindrance(draft, newest)
    if problem or draft is None:
        raise problem or AssertionError(draft)
    return draft


def seen(draft: ItemDraft | None, content: Mapping[str, Any]) -> str:
    """Names what a page shows: what the draft says, what of it is waived, and which version it says it of."""
    base = draft.based_on.number if draft and draft.based_on else 0
    waived = [[one["code"], one["place"], one["reason"]] for one in draft.waivers] if draft else []
    return f"{base}.{versions.digest(content)}" + (f".{versions.digest(waived)}" if waived else "")


def _same(draft: ItemDraft | None, looked_at: str) -> None:
    """The difference is still the one that was looked at."""
    if draft and looked_at != seen(draft, draft.content):
        raise DomainError("changed_meanwhile", _("The question was changed after you opened it. Read it again."))


def _decidable(item: Item, looked_at: str, actor: User) -> ItemDraft:
    require(actor, Role.REVIEWER)
    draft, _newest = _locked(item)
    if draft is None or not draft.in_review:
        raise DomainError("not_waiting", _("This question is not waiting for review any more."))
    if draft.writers.filter(pk=actor.pk).exists():
        message = _("You wrote in this draft, so another reviewer decides on it.")
        raise DomainError("own_work", message, status=403)
    _same(draft, looked_at)
    return draft


def _publish(draft: ItemDraft, reviewed_by: str = "") -> Published:
    """The draft becomes the next version, and every quiz that asks the item gets a version that asks this one."""
    after = draft.based_on
    waived = waivers.still(draft.waivers, examine(draft.content, bank.bounds(draft.course)))
    version = versions.new_item_version(
        item=draft.item, content=draft.content, source="web", after=after, reviewed_by=reviewed_by, waived=waived
    )
    draft.delete()
    return Published(version, tuple(versions.repin(version)))

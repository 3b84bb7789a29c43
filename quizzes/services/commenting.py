"""Comments on a question under work: say something of a part, and say that it is settled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core import audit
from core.errors import DomainError
from quizzes.models import Item, ItemComment
from quizzes.services.authoring import require

MAX_COMMENT = 1000
MOST_OPEN = 50


@transaction.atomic
def comment(*, item: Item, place: str, body: str, actor: User, now: datetime) -> ItemComment:
    """Say something of one part (`place`, see ItemComment; empty: of the whole).

    Raises DomainError: neither author nor reviewer (403), nothing said or too much (422), too many open ones (409).
    """
    require(actor, Role.AUTHOR, Role.REVIEWER)
    Item.objects.select_for_update().get(pk=item.pk)
    body = body.replace("\r\n", "\n")  # as the browser counted it
    if not body.strip() or len(body) > MAX_COMMENT:
        raise DomainError("no_words", _("Write what you mean, in 1000 characters at most."), status=422)
    if item.comments.open().count() >= MOST_OPEN:
        raise DomainError("too_many", _("There are fifty open comments. Settle some first."))
    made = ItemComment.objects.create(item=item, place=place[:200], body=body.strip(), author=actor, at=now)
    audit.record(actor=actor.pk, action="item.comment", target=f"item:{item.pk}")
    return made


@transaction.atomic
def resolve(*, item: Item, number: str, actor: User, now: datetime) -> ItemComment | None:
    """Say that a comment is settled; None where there is no such open one. Raises DomainError: neither author nor
    reviewer (403)."""
    require(actor, Role.AUTHOR, Role.REVIEWER)
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0
    found = item.comments.open().select_for_update().filter(pk=pk).first()
    if found:
        found.resolved_at, found.resolved_by = now, actor
        found.save(update_fields=["resolved_at", "resolved_by"])
        audit.record(actor=actor.pk, action="item.comment_resolve", target=f"item:{item.pk}")
    return found

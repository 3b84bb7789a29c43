"""Signing someone out everywhere."""

import json
from collections.abc import Iterable

from django.contrib.sessions.models import Session

from accounts.models import User


def end(user: User, *, addresses: Iterable[str] = ()) -> int:
    """Delete every session that mentions this person's id or one of these addresses: signed in, or half-way there.
    Returns how many. Sessions do not name their user, so each is opened: rare, and small."""
    marks = [str(user.pk), *(address.lower() for address in addresses)]
    theirs = [row.pk for row in Session.objects.iterator() if _mentions(row, marks)]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def _mentions(session: Session, marks: list[str]) -> bool:
    said = json.dumps(session.get_decoded(), ensure_ascii=False, default=str).lower()
    return any(mark in said for mark in marks)

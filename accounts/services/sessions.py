"""Signing someone out everywhere."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.sessions.models import Session

from accounts.models import User


def end(user: User, *, addresses: Iterable[str] = (), but: str | None = None) -> int:
    """Delete every session, `but` this one, that holds this person's id or one of these addresses as a value: signed
    in, or half-way there. Returns how many. Sessions do not name their user, so each is opened: rare, and small."""
    marks = {str(user.pk), user.pk.hex, *(address.lower() for address in addresses)}
    theirs = [row.pk for row in Session.objects.exclude(pk=but).iterator() if marks & set(_values(row.get_decoded()))]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def _values(said: Any) -> Iterator[str]:
    """Every text in it, however deep; whole, since smith@… is also the end of annasmith@…."""
    if isinstance(said, dict):
        for one in said.values():
            yield from _values(one)
    elif isinstance(said, list | tuple):
        for one in said:
            yield from _values(one)
    else:
        yield str(said).lower()

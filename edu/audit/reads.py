"""The audit log's entries that fit what is asked, and each of them as a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import REFERENCE_LENGTH, Letter, Role, User
from certificates.models import Award, BiasReview, Evaluation, Revocation, read_code
from core.models import AuditEntry
from edu.audit import words
from edu.audit.things import People, Things, fill
from quizzes.models import Item

PAGE_SIZE = 50
PEOPLE_MAX = 100  # that words may fit; more would make a query of thousands of targets


class TooManyPeopleError(Exception):
    """The words of `field` fit more people than the log can be searched for."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Wanted:
    """What the log is narrowed to: words about who acted, words about whom or what it concerns, one target, a kind (of
    words.GROUPS, of words.ACTIONS, or OTHER), and days of the reader's."""

    who: str = ""
    about: str = ""
    target: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Line:
    """One entry as it is read."""

    at: dt.datetime
    sentence: SafeString
    notes: list[SafeString]


def entries(wanted: Wanted) -> QuerySet[AuditEntry]:
    """What fits, newest first. Raises TooManyPeopleError."""
    rows = AuditEntry.objects.all()
    if wanted.who:
        rows = rows.filter(actor__in=[user.pk for user in _people("who", wanted.who)])
    if wanted.about:
        rows = rows.filter(target__in=_targets_of(_people("about", wanted.about)) + _things(wanted.about))
    if wanted.target:
        rows = rows.filter(target__in=_all_of(wanted.target))
    if wanted.kind:
        rows = rows.filter(_of_kind(wanted.kind))
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + dt.timedelta(days=1)))
    return rows


def page(rows: QuerySet[AuditEntry], number: str | None) -> Page[AuditEntry]:
    return Paginator(rows, PAGE_SIZE).get_page(number)


def lines(found: Sequence[AuditEntry]) -> list[Line]:
    """Each entry as a sentence, in as many queries for fifty as for two: one a kind of thing, and one for people."""
    news = [f"award:{entry.detail['new']}" for entry in found if entry.detail.get("new")]
    things = Things([entry.target for entry in found] + news)
    ids = {entry.actor for entry in found if entry.actor} | things.people()
    authors = {str(entry.detail["author"]) for entry in found if entry.detail.get("author")}
    people = People(ids | Things(f"user:{author}" for author in authors).people())
    return [Line(entry.at, _sentence(entry, things, people), _notes(entry, things, people)) for entry in found]


def _sentence(entry: AuditEntry, things: Things, people: People) -> SafeString:
    known = words.ACTIONS.get(entry.action)
    return fill(
        str(known.sentence if known else words.UNKNOWN),
        who=people.actor(entry.actor),
        what=things.said(entry.target, people),
        action=entry.action,
        role=_role(entry.detail.get("role", "")),
    )


def _notes(entry: AuditEntry, things: Things, people: People) -> list[SafeString]:
    found = [_note(entry, name, value, things, people) for name, value in entry.detail.items()]
    return [note for note in found if note]


def _note(entry: AuditEntry, name: str, value: Any, things: Things, people: People) -> SafeString:
    if value in ("", None, False, [], 0) and name != "count":
        return SafeString()
    if name == "role" and entry.action in words.ROLES:
        return SafeString()  # in the sentence
    if name == "writers":
        return SafeString()  # ids, for their start pages; the draft's author is named
    if name in words.YES_NOTES:
        return fill(str(words.YES_NOTES[name]))
    if isinstance(value, str) and (name, value) in words.VALUE_NOTES:
        return fill(str(words.VALUE_NOTES[name, value]))
    if name in words.NOTES:
        return fill(str(words.NOTES[name]), value=_value(name, value, things, people))
    return fill("%(name)s: %(value)s", name=name, value=value)


def _value(name: str, value: Any, things: Things, people: People) -> Any:
    """A detail in words: a certificate's code, a person's name, a reason's sentence."""
    if name == "new":
        return things.code(str(value))
    if name == "author":
        return things.said(f"user:{value}", people)
    if name == "reason":
        known = value in Revocation.Reason.values
        return Revocation.Reason(value).label if known else format_html('<bdi dir="auto">{}</bdi>', value)
    if name == "role":
        return _role(value)
    if name == "removed":
        return ", ".join(str(words.FACTORS.get(one, one)) for one in value)
    return value


def _role(value: Any) -> str:
    return str(Role(value).label) if value in Role.values else str(value)


def _of_kind(kind: str) -> Q:
    if kind == words.OTHER:
        return ~Q(action__in=list(words.ACTIONS))
    return Q(action__in=list(words.GROUPS[kind][1]) if kind in words.GROUPS else [kind])


def _people(field: str, text: str) -> list[User]:
    """Whose name or address holds every word. Raises TooManyPeopleError."""
    rows = User.objects.filter(erased_at__isnull=True)
    for word in text.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word))
    found = list(rows.only("pk", "email")[: PEOPLE_MAX + 1])
    if len(found) > PEOPLE_MAX:
        raise TooManyPeopleError(field)
    return found


def _all_of(target: str) -> list[str]:
    """A target; of an account also its certificates, evaluations and letters."""
    kind, _colon, _ident = target.partition(":")
    ids = Things([target]).people() if kind == "user" else set()
    return [target, *_targets_of(list(User.objects.filter(pk__in=ids)))]


def _targets_of(people: list[User]) -> list[str]:
    """What of theirs staff may have read or changed, as the log names it."""
    if not people:
        return []
    letters = Q(user__in=people) | Q(user__isnull=True, email__in=[user.email for user in people])
    found = {
        "award": Award.objects.filter(user__in=people),
        "evaluation": Evaluation.objects.filter(completion__enrolment__user__in=people),
        "biasreview": BiasReview.objects.filter(evaluation__completion__enrolment__user__in=people),
        "revocation": Revocation.objects.filter(award__user__in=people),
        "letter": Letter.objects.filter(letters),
    }
    own = [f"user:{user.pk}" for user in people]
    return own + [f"{kind}:{pk}" for kind, rows in found.items() for pk in rows.values_list("pk", flat=True)]


def _things(text: str) -> list[str]:
    """What bears this very name: a certificate's code, a letter's reference, a question's id."""
    found = [f"item:{pk}" for pk in Item.objects.filter(pk=text).values_list("pk", flat=True)]
    if code := read_code(text):
        found += [f"award:{pk}" for pk in Award.objects.filter(code=code).values_list("pk", flat=True)]
    if len(text) == REFERENCE_LENGTH:
        letters = Letter.objects.filter(reference=text.upper())
        found += [f"letter:{pk}" for pk in letters.values_list("pk", flat=True)]
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_current_timezone())

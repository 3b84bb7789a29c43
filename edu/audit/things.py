"""What the audit log's targets are: each "kind:id" of a page of entries in words, a few queries for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Letter, RoleGrant
from accounts.selectors import names_of
from certificates.models import Award, BiasReview, Evaluation, Revocation, in_fours
from edu.audit.words import DELETED, SYSTEM
from quizzes.models import Attempt

Names = dict[str, SafeString]


class People:
    """Names for users' ids, asked for in one query. Of an account that is deleted there is no name any more."""

    def __init__(self, ids: Iterable[UUID]) -> None:
        self.found = names_of(ids)

    def actor(self, ident: UUID | None) -> SafeString:
        """At the start of a sentence."""
        return self.named(ident) if ident in self.found else escape(capfirst(str(DELETED if ident else SYSTEM)))

    def named(self, ident: UUID | None) -> SafeString:
        name = self.found.get(ident)
        if name is None:
            return escape(str(DELETED))
        return format_html('<a href="{}"><bdi dir="auto">{}</bdi></a>', reverse("person", args=[ident]), name)


def fill(sentence: str, **parts: Any) -> SafeString:
    """A sentence with its parts in their places, all escaped but what is HTML already."""
    return mark_safe(escape(sentence) % {name: conditional_escape(part) for name, part in parts.items()})  # noqa: S308 - escaped


class Things:
    """The rows that a page of targets names, and how each is spoken of."""

    def __init__(self, targets: Iterable[str]) -> None:
        self.idents: dict[str, set[str]] = defaultdict(set)
        for target in targets:
            kind, _colon, ident = target.partition(":")
            self.idents[kind].add(ident)
        self.rows = {kind: _fetch(kind, self.idents[kind]) for kind in MODELS if self.idents[kind]}

    def people(self) -> set[UUID]:
        """Whose rows they are."""
        owners = {OWNERS[kind](row) for kind, rows in self.rows.items() for row in rows.values()}
        return {owner for owner in owners if owner} | set(_uuids(self.idents["user"]))

    def said(self, target: str, people: People) -> SafeString:
        kind, _colon, ident = target.partition(":")
        if kind == "user" and (known := _uuids([ident])):
            return people.named(known[0])
        row = self.rows.get(kind, {}).get(ident)
        if row is not None:
            return SAID[kind](row, people)
        return format_html("<bdi>{}</bdi>", ident if kind == "item" else target)

    def code(self, award_id: str) -> str:
        """The code of a certificate that was named in a detail."""
        row = self.rows.get("award", {}).get(award_id)
        return in_fours(row.code) if row else award_id


def _fetch(kind: str, idents: set[str]) -> dict[str, Any]:
    model, related, key = MODELS[kind]
    rows = model._default_manager.filter(pk__in=key(idents))
    if related:  # without names Django would join whatever it can reach
        rows = rows.select_related(*related)
    return {str(row.pk): row for row in rows}


def _uuids(idents: Iterable[str]) -> list[UUID]:
    found = []
    for ident in idents:
        try:
            found.append(UUID(ident))
        except ValueError:
            continue
    return found


def _numbers(idents: Iterable[str]) -> list[int]:
    return [int(ident) for ident in idents if ident.isascii() and ident.isdigit() and len(ident) < 19]


def _award(row: Award, people: People) -> SafeString:
    return fill(_("the certificate of %(name)s (%(code)s)"), name=people.named(row.user_id), code=in_fours(row.code))


def _attempt(row: Attempt, people: People) -> SafeString:
    words = _("attempt %(number)s of %(name)s at %(quiz)s")
    return fill(words, number=row.number, name=people.named(row.enrolment.user_id), quiz=row.quiz.slug)


def _evaluation(row: Evaluation, people: People) -> SafeString:
    return fill(_("the evaluation of %(name)s"), name=people.named(_learner(row)))


def _letter(row: Letter, people: People) -> SafeString:
    if row.user_id:
        return fill(_("letter %(code)s of %(name)s"), code=row.reference, name=people.named(row.user_id))
    return fill(_("letter %(code)s"), code=row.reference)


def _learner(row: Evaluation) -> UUID:
    return row.completion.enrolment.user_id


LEARNER = "completion__enrolment"
MODELS: dict[str, tuple[type[Any], tuple[str, ...], Callable[[Iterable[str]], list[Any]]]] = {
    "attempt": (Attempt, ("enrolment", "quiz"), _uuids),
    "award": (Award, (), _uuids),
    "letter": (Letter, (), _uuids),
    "evaluation": (Evaluation, (LEARNER,), _numbers),
    "rolegrant": (RoleGrant, (), _numbers),
    "revocation": (Revocation, ("award",), _numbers),
    "biasreview": (BiasReview, (f"evaluation__{LEARNER}",), _numbers),
}
OWNERS: dict[str, Callable[[Any], UUID | None]] = {
    "attempt": lambda row: row.enrolment.user_id,
    "award": lambda row: row.user_id,
    "letter": lambda row: row.user_id,
    "evaluation": _learner,
    "rolegrant": lambda row: row.user_id,
    "revocation": lambda row: row.award.user_id,
    "biasreview": lambda row: _learner(row.evaluation),
}
SAID: dict[str, Callable[[Any, People], SafeString]] = {
    "attempt": _attempt,
    "award": _award,
    "letter": _letter,
    "evaluation": _evaluation,
    "rolegrant": lambda row, people: people.named(row.user_id),
    "revocation": lambda row, people: _award(row.award, people),
    "biasreview": lambda row, people: _evaluation(row.evaluation, people),
}

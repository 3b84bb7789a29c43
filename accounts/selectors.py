"""Reads for the admin's pages: people, what wants doing, the audit log with names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q

from accounts.models import STAFF, Role, RoleGrant, User, UserQuerySet
from core.models import AuditEntry, OutboxRow

PAGE_SIZE = 25
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class ToDo:
    """What an admin may want to look at first."""

    without_second_factor: list[User]
    set_aside: int

    @property
    def empty(self) -> bool:
        return not self.without_second_factor and not self.set_aside


@dataclass(frozen=True)
class Entry:
    """One line of the audit log, with the names that its ids still have."""

    entry: AuditEntry
    actor: str
    subject: str
    subject_id: str


def to_do(admin: User) -> ToDo:
    """Staff who cannot enter their rooms yet, and owed work that was set aside."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    staff = _with_role(User.objects.visible_to(admin), STAFF).filter(~Exists(factor)).order_by("name", "email")
    set_aside = OutboxRow.objects.filter(quarantined_at__isnull=False).count()
    return ToDo(list(staff[:20]), set_aside)


def people(admin: User, *, words: str, role: str, page: str | None) -> Page[User]:
    """Everyone whose name or address holds the words, and who holds the role if one is given; newest first."""
    rows = User.objects.visible_to(admin).prefetch_related("grants")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if role in Role.values:
        rows = _with_role(rows, [Role(role)])
    return Paginator(rows.order_by("-date_joined", "pk"), PAGE_SIZE).get_page(page)


def has_factor(user: User) -> bool:
    """Whether a second factor is set up (recovery codes alone are none)."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def audit_log(*, words: str, target: str, page: str | None) -> Page[AuditEntry]:
    """The log, newest first; of one target ("user:UUID"), or of actions that begin so ("role")."""
    rows = AuditEntry.objects.all()
    if target:
        rows = rows.filter(target=target)
    if words:
        rows = rows.filter(action__startswith=words)
    return Paginator(rows, PAGE_SIZE).get_page(page)


def with_names(entries: Iterable[AuditEntry]) -> list[Entry]:
    """The same entries with the names of the people in them, in one query."""
    found = list(entries)
    subjects = {entry.pk: _user_id(entry.target) for entry in found}
    ids = {entry.actor for entry in found if entry.actor} | {pk for pk in subjects.values() if pk}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=ids, erased_at__isnull=True)}
    return [_entry(entry, subjects[entry.pk], names) for entry in found]


def _entry(entry: AuditEntry, subject: UUID | None, names: dict[UUID, str]) -> Entry:
    actor = names.get(entry.actor, "") if entry.actor else ""
    shown = names.get(subject, "") if subject else ""
    return Entry(entry, actor, shown or entry.target, str(subject) if shown else "")


def _user_id(target: str) -> UUID | None:
    kind, _colon, ident = target.partition(":")
    try:
        return UUID(ident) if kind == "user" else None
    except ValueError:
        return None


def _with_role(rows: UserQuerySet, roles: Iterable[Role]) -> UserQuerySet:
    return rows.filter(Exists(RoleGrant.objects.live().filter(user=OuterRef("pk"), role__in=list(roles))))

"""Reads for the admin's pages: people, and what wants doing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q

from accounts.models import STAFF, Role, RoleGrant, User, UserQuerySet
from core.models import OutboxRow

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


def names_of(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """What these people are called, in one query; a deleted account has no name and is left out."""
    rows = User.objects.filter(pk__in={pk for pk in ids if pk}, erased_at__isnull=True)
    return {user.pk: str(user) for user in rows}


def has_factor(user: User) -> bool:
    """Whether a second factor is set up (recovery codes alone are none)."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def _with_role(rows: UserQuerySet, roles: Iterable[Role]) -> UserQuerySet:
    return rows.filter(Exists(RoleGrant.objects.live().filter(user=OuterRef("pk"), role__in=list(roles))))

"""The account's own part of a person's copy of their data, and of its deletion."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Consent, Letter, LetterQuerySet, Licence, Role, RoleGrant, RoleGrantQuerySet, User
from accounts.services import letters, sessions
from core.errors import DomainError
from core.export import SOMEONE, Files, Row, rows
from core.models import AuditEntry

# Where each table is in the copy. A table that leads to a person and is in no such list fails tests/test_privacy.py.
TABLES: dict[type[Any], str] = {
    User: "account.json",
    EmailAddress: "addresses.json",
    Authenticator: "second_factors.json",
    RoleGrant: "roles.json",
    Licence: "licences.json",
    Consent: "consents.json",
    Letter: "letters.json",
}
AUDIT = "seen_by_staff.json"
SAID = {"role", "reason"}  # of an audit entry's detail: what is about the person, and plain
# What is left of the row: that there was an account, and when.
KEPT = {"id", "date_joined", "is_active", "erased_at"}


def export_of(user: User) -> Files:
    """Account, addresses, second factors (no secrets), roles, licences, consents, letters."""
    return {
        TABLES[User]: rows(User.objects.filter(pk=user.pk), owner=user, without=["password"]),
        TABLES[EmailAddress]: rows(EmailAddress.objects.filter(user=user), owner=user),
        TABLES[Authenticator]: rows(Authenticator.objects.filter(user=user), owner=user, without=["data"]),
        TABLES[RoleGrant]: rows(user.grants.order_by("at"), owner=user),
        TABLES[Licence]: rows(Licence.objects.visible_to(user), owner=user),
        TABLES[Consent]: rows(Consent.objects.visible_to(user), owner=user),
        TABLES[Letter]: rows(letters_of(user), owner=user),
    }


def targets_of(user: User) -> Iterator[str]:
    """What staff may have read or changed, as the audit log names it."""
    yield f"user:{user.pk}"
    yield from (f"letter:{pk}" for pk in letters_of(user).values_list("pk", flat=True))


def audit_of(user: User, targets: list[str]) -> Iterator[Row]:
    """The audit log's entries about these targets, with whoever else did it as "a member of staff"."""
    for entry in AuditEntry.objects.filter(target__in=targets).order_by("at").iterator(chunk_size=500):
        by = "you" if entry.actor == user.pk else SOMEONE if entry.actor else "the system"
        detail = {name: value for name, value in entry.detail.items() if name in SAID}
        yield {"at": entry.at, "by": by, "action": entry.action, "target": entry.target, "detail": detail}


def letters_of(user: User) -> LetterQuerySet:
    """Letters written while signed in, and those written from the account's address without."""
    own = Q(user=user)
    for address in _addresses(user):
        own |= Q(user__isnull=True, email__iexact=address)
    return Letter.objects.filter(own)


def require_another_admin(user: User) -> None:
    """Raises DomainError when this is the only admin there is: nobody could grant a role any more."""
    if set(_admins().values_list("user", flat=True)) == {user.pk}:
        message = _("You are the only admin. Make another person admin first; then delete your account.")
        raise DomainError("last_admin", message)


def begin(user: User) -> None:
    """Before anything is deleted: nobody else deletes this account at the same time, and it may be deleted. Raises
    DomainError otherwise. Call it inside the transaction of the deletion."""
    list(_admins().select_for_update())  # of two last admins, the second waits here and is then refused
    if not User.objects.select_for_update().filter(pk=user.pk, erased_at__isnull=True).exists():
        raise DomainError("deleted", _("This account is deleted already."))
    require_another_admin(user)


@transaction.atomic
def erase(*, user: User, now: datetime) -> None:
    """Turn the account into a pseudonym that nobody can sign in with; its address is free again. (`begin` it before.)

    Licences, addresses, second factors, consents and sessions are deleted, letters lose what is personal, roles are
    revoked. Every column of the row that is not in KEPT goes back to its default, also one that is added later.
    """
    letters.erase(letters_of(user), now=now)
    sessions.end(user, addresses=_addresses(user))
    theirs: tuple[type[Any], ...] = (Licence, Consent, Authenticator, EmailAddress)
    for model in theirs:
        model.objects.filter(user=user).delete()
    user.grants.live().update(revoked_at=now)
    for field in User._meta.concrete_fields:
        if field.name not in KEPT:
            setattr(user, field.attname, field.get_default())
    user.email = f"deleted-{uuid.uuid4()}@deleted.invalid"
    user.is_active, user.erased_at = False, now
    user.set_unusable_password()
    user.save()
    vars(user).pop("roles", None)


def _admins() -> RoleGrantQuerySet:
    return RoleGrant.objects.live().filter(role=Role.ADMIN)


def _addresses(user: User) -> list[str]:
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return [user.email, *confirmed]

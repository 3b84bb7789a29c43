"""Changes to people: who signs up as what, who is granted a role, what a profile says."""

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import STAFF, Licence, Role, RoleGrant, User
from accounts.services import mails, sessions
from core import audit
from core.errors import DomainError

MAX_LICENCES = 20
NOTED = "second_factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
HOLDERS = ("self", "guardian")
FOR_PATIENT = "for_patient"  # in a stranger's session: they are signing up as a patient
CODE_PERIOD_S = 30
View = Callable[..., HttpResponseBase]
LISTED = gettext_lazy("This licence is already in your list.")


def signed_in(request: HttpRequest | Request) -> User:
    """The signed-in person of a view behind login_required (or of the API's), typed as what it is."""
    if not isinstance(request.user, User):
        raise DomainError("signed_out", _("Sign in first."), status=403)
    return request.user


def has_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this very session proved a second factor (at sign-in, or by setting one up), and one still stands.

    An account that got a second factor in another session does not lift this one, nor does a factor that is gone.
    """
    records = get_authentication_records(request, user)
    used = [record.get("id") for record in records if record["method"] == "mfa"] + [request.session.get(NOTED)]
    proved = Authenticator.objects.filter(user=user, pk__in=[pk for pk in used if pk]).exists()
    return bool(proved and is_mfa_enabled(user, types=FACTORS))


def note_second_factor(request: HttpRequest, authenticator: Authenticator) -> None:
    """A second factor was set up in this session, by a code or a key: the session has proved it.

    With the first one every other session ends: whoever holds one that knew the password alone is out.
    """
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    if Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).count() == 1:
        sessions.end(signed_in(request), but=request.session.session_key)
    request.session[NOTED] = authenticator.pk


def role_required(*wanted: Role) -> Callable[[View], View]:
    """A view for people who hold one of these roles. Others get 404: the room does not exist for them.

    Roles are read from the database at each request, so a revoked one closes the door at once. For a staff role the
    session must have proved a second factor; without one the person is led to set it up.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            held = request.user.roles.intersection(wanted)
            if not held:
                raise Http404
            if held <= STAFF and not has_second_factor(request, request.user):
                return redirect("second_factor")
            return view(request, *args, **kwargs)

        return guarded

    return decorate


@transaction.atomic
def grant(*, user: User, role: Role, granted_by: User | None, now: datetime) -> RoleGrant:
    """Give a role; a role already held stays as it was granted. What someone else granted is in the audit log, and its
    holder hears of it by mail."""
    made, created = RoleGrant.objects.get_or_create(
        user=user, role=role, revoked_at=None, defaults={"granted_by": granted_by, "at": now}
    )
    if created and granted_by is not None:
        audit.record(actor=granted_by.pk, action="role.grant", target=f"user:{user.pk}", role=role)
        mails.owe_granted(made)
    vars(user).pop("roles", None)
    return made


@transaction.atomic
def revoke(*, user: User, role: Role, revoked_by: User, now: datetime) -> None:
    """Take a role away, at once and in every session. Raises DomainError for the last admin's own role."""
    live = RoleGrant.objects.live()
    # Rows, not count(): Django leaves FOR UPDATE out of a count, and two admins could revoke each other at once.
    if role == Role.ADMIN and len(live.select_for_update().filter(role=role).order_by("pk")) == 1:
        raise DomainError("last_admin", _("There has to be one admin. Make another person admin first."))
    if live.filter(user=user, role=role).update(revoked_at=now):
        audit.record(actor=revoked_by.pk, action="role.revoke", target=f"user:{user.pk}", role=role)
    vars(user).pop("roles", None)


@transaction.atomic
def sign_up_educator(*, user: User, name: str, profession: str, credentials: str, now: datetime) -> None:
    """Complete a fresh account as an educator's."""
    update_profile(user=user, name=name, profession=profession, credentials=credentials)
    grant(user=user, role=Role.EDUCATOR, granted_by=None, now=now)


@transaction.atomic
def sign_up_patient(*, user: User, name: str, holder: str, child_name: str, now: datetime) -> None:
    """Complete a fresh account as a patient's, in the language of the page.

    `holder` is the declaration without which there is no such account: "self" (13 or older) or "guardian" (a parent
    or guardian, for a child of any age, whose first name is `child_name`). No date of birth is asked or kept. Raises
    DomainError (422) without it.
    """
    if holder not in HOLDERS or (holder == "guardian" and not child_name):
        raise DomainError("who_holds_it", _("Say who this account is for."), status=422)
    user.name, user.guardian = name, holder == "guardian"
    user.child_name = child_name if user.guardian else ""
    user.language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    user.save(update_fields=["name", "guardian", "child_name", "language"])
    grant(user=user, role=Role.PATIENT, granted_by=None, now=now)


def update_profile(*, user: User, **changes: str) -> None:
    """What the profile says: certificates issued from now on carry it; those already issued keep what they say."""
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))


@transaction.atomic
def add_licence(*, user: User, licence: Licence) -> Licence:
    """List a licence. Raises DomainError when it is listed already or there are too many."""
    if user.licences.count() >= MAX_LICENCES:
        raise DomainError("too_many_licences", _("You can list 20 licences. Remove one you no longer hold."))
    same = user.licences.filter(kind=licence.kind, jurisdiction=licence.jurisdiction, number=licence.number)
    if same.exists():
        raise DomainError("licence_listed", str(LISTED))
    licence.user = user
    try:
        with transaction.atomic():
            licence.save()
    except IntegrityError as error:  # the same one, sent twice at once
        raise DomainError("licence_listed", str(LISTED)) from error
    return licence


def remove_licence(*, licence: Licence) -> None:
    licence.delete()


def demo_secret(email: str) -> str:
    """The TOTP secret of a demo member of staff: no secret at all, so that the demo's sign-in page can show the code.

    Raises DomainError outside demo settings.
    """
    if not settings.DEMO:
        raise DomainError("demo_only", "Demo people exist in demo settings only.")
    return base64.b32encode(hashlib.sha1(email.encode(), usedforsecurity=False).digest()).decode()


def demo_code(email: str) -> str:
    """The code that is good right now for a demo member of staff. Raises DomainError outside demo settings."""
    return str(format_hotp_value(hotp_value(demo_secret(email), next(yield_hotp_counters_from_time()))))


@dataclass(frozen=True)
class DemoPerson:
    """Someone of the demo, as the sign-in page lists them: `code` is good for `seconds` more, "" if none is asked."""

    role: Role
    email: str
    code: str
    seconds: int


def demo_people() -> list[DemoPerson]:
    """One for each role, with the code of now for staff. Nobody outside demo settings."""
    if not settings.DEMO:
        return []
    seconds = CODE_PERIOD_S - int(time.time()) % CODE_PERIOD_S
    people = [(role, f"{role.value.replace('_', '')}@demo.example") for role in Role]
    return [DemoPerson(role, email, demo_code(email) if role in STAFF else "", seconds) for role, email in people]


@transaction.atomic
def reset_second_factor(*, user: User, reset_by: User, now: datetime) -> None:
    """Someone lost everything: app, passkeys and recovery codes are taken off the account and it is signed out
    everywhere, so that the password alone opens it and leads to setting up a new one. It is noted in the audit log.

    Raises DomainError for one's own account: whoever can sign in as admin still has a second factor.
    """
    if user.pk == reset_by.pk:
        raise DomainError("own_second_factor", _("Change your own second factor under “Sign-in and security”."))
    removed = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    ended = sessions.end(user)
    target = f"user:{user.pk}"
    audit.record(actor=reset_by.pk, action="second_factor.reset", target=target, removed=removed, sessions=ended)

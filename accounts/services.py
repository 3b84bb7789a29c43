"""Changes to people: who signs up as what, who is granted a role, what a profile says."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Licence, Role, RoleGrant, User
from core.errors import DomainError

MAX_LICENCES = 20
LISTED = gettext_lazy("This licence is already in your list.")


def signed_in(request: HttpRequest) -> User:
    """The signed-in person of a view behind login_required, typed as what it is."""
    if not isinstance(request.user, User):
        raise DomainError("signed_out", _("Sign in first."), status=403)
    return request.user


@transaction.atomic
def grant(*, user: User, role: Role, granted_by: User | None, now: datetime) -> RoleGrant:
    """Give a role; a role already held stays as it was granted."""
    made, _created = RoleGrant.objects.get_or_create(
        user=user, role=role, revoked_at=None, defaults={"granted_by": granted_by, "at": now}
    )
    return made


@transaction.atomic
def sign_up_educator(*, user: User, name: str, profession: str, credentials: str, now: datetime) -> None:
    """Complete a fresh account as an educator's."""
    update_profile(user=user, name=name, profession=profession, credentials=credentials)
    grant(user=user, role=Role.EDUCATOR, granted_by=None, now=now)


def update_profile(*, user: User, name: str, profession: str, credentials: str) -> None:
    """What certificates issued from now on will carry; those already issued keep what they say."""
    user.name, user.profession, user.credentials = name, profession, credentials
    user.save(update_fields=["name", "profession", "credentials"])


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


def roles(user: User) -> Iterable[Role]:
    """The roles a person holds now."""
    return [Role(value) for value in user.grants.live().values_list("role", flat=True)]

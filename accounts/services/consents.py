"""What someone accepted who made an account."""

from datetime import datetime

from django.db import transaction

from accounts.models import VERSIONS, Consent, User


@transaction.atomic
def accept(*, user: User, now: datetime) -> None:
    """Note that this person made an account under the terms, with the privacy page before them, as they are now."""
    for document, version in VERSIONS.items():
        Consent.objects.get_or_create(user=user, document=document, version=version, defaults={"at": now})

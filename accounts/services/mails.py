"""Mails about an account that are owed: that a letter was taken, that a role was given."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import STAFF, Letter, RoleGrant, User
from core import mail, outbox, ratelimit

TAKEN, GRANTED = "letter_taken", "role_granted"
TAKEN_A_DAY = 3


def owe_taken(letter: Letter) -> None:
    """Owe whoever wrote a word that the letter is here, if the address is theirs for sure: the account's own when they
    are signed in, else one that an account has confirmed. A few a day, so that nobody's mailbox is filled through us.

    Call it inside the transaction that takes the letter.
    """
    holder = letter.user or _holder(letter.email)
    # Two counters: what strangers write in someone's name must not use up the word on their own letters.
    who = f"{holder.pk}:{'own' if letter.user else 'named'}" if holder else ""
    if holder and ratelimit.allow(TAKEN, who, limit=TAKEN_A_DAY, seconds=24 * 3600):
        outbox.add(TAKEN, f"{letter.pk}:{holder.pk}")


def owe_granted(grant: RoleGrant) -> None:
    """Owe the holder of a role word that an admin gave it. Call it inside the transaction of the grant."""
    outbox.add(GRANTED, str(grant.pk))


def send_taken(key: str) -> None:
    """Handler: reference and date, not a word of what was written. Nothing once letter or account is erased."""
    ident, _colon, holder_id = key.partition(":")
    letter = Letter.objects.filter(pk=ident, erased_at__isnull=True).first()
    holder = User.objects.filter(pk=holder_id, erased_at__isnull=True).first()
    if letter is None or holder is None:
        return
    mail.send(
        # Signed in: to the account's own address, whatever was typed; else the one typed, which the account confirmed.
        to=holder.email if letter.user_id else letter.email,
        ident=f"letter-{letter.pk}-taken",
        language=holder.language or letter.language,
        zone=holder.time_zone,
        subject=lambda: _("Basal: we have your letter %(reference)s") % {"reference": letter.reference},
        template=TAKEN,
        context={"letter": letter, "link": settings.SITE_URL + reverse("own_letters")},
    )


def send_granted(key: str) -> None:
    """Handler: which role and since when. Nothing once it is taken away again or the account is erased."""
    live = RoleGrant.objects.live().filter(user__erased_at__isnull=True)
    grant = live.filter(pk=key).select_related("user").first()
    if grant is None:
        return
    mail.send(
        to=grant.user.email,
        ident=f"role-{grant.pk}-granted",
        language=grant.user.language,
        zone=grant.user.time_zone,
        subject=lambda: _("Basal: you hold a new role"),
        template=GRANTED,
        context={"grant": grant, "staff": grant.role in STAFF, "link": settings.SITE_URL + reverse("home")},
    )


def _holder(email: str) -> User | None:
    found = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    row = found.select_related("user").first()
    return row.user if row else None

"""Mails to a certificate's holder that are owed: that it was corrected, that it was revoked."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import Award
from core import mail, outbox

KIND = "certificate_mail"
CORRECTED, REVOKED = "corrected", "revoked"


def owe(award: Award, what: str) -> None:
    """Owe the holder word of a correction (`award` is the new one) or a revocation, in the transaction of the act."""
    outbox.add(KIND, f"{award.pk}:{what}")


def send(key: str) -> None:
    """Handler: codes, day and link; neither course nor result nor what the office wrote. Nothing to an erased account.

    The page behind the link says the rest: a mail lies in places that we do not know.
    """
    ident, _colon, what = key.partition(":")
    related = ("user", "supersedes", "revocation")
    award = Award.objects.filter(pk=ident, user__erased_at__isnull=True).select_related(*related).first()
    if award is None:
        return
    mail.send(
        to=award.user.email,
        ident=f"award-{award.pk}-{what}",
        language=award.user.language or award.language,
        zone=award.user.time_zone or award.time_zone,
        subject=lambda: _subject(what),
        template=f"certificate_{what}",
        context={
            "award": award,
            "link": settings.SITE_URL + reverse("certificate", args=[award.pk]),
            "complaint": settings.SITE_URL + reverse("complaint"),
        },
    )


def _subject(what: str) -> str:
    return _("Basal: your certificate was corrected") if what == CORRECTED else _("Basal: a certificate was revoked")

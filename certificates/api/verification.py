"""What a code says of its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import Award, read_code


@dataclass(frozen=True)
class Verified:
    """What anyone may know. `state`: valid, superseded, revoked."""

    state: str
    code: str
    name: str
    activity_title: str
    completed_on: date
    issued_by: str
    credit: str
    superseded_by: str | None
    revoked_on: date | None
    reason: str


def verified(typed: str) -> Verified | None:
    """The certificate behind a code as typed, or None when none was issued under it."""
    code = read_code(typed)
    award = Award.objects.filter(code=code).select_related("superseded_by").first() if code else None
    if award is None:
        return None
    newer = getattr(award, "superseded_by", None)
    return Verified(
        state="superseded" if newer else "valid",
        code=award.code_display,
        name=award.name,
        activity_title=award.activity_title,
        completed_on=timezone.localtime(award.completed_at).date(),
        issued_by=award.provider,
        credit=award.credit_type or _("Certificate of completion, no CE credit"),
        superseded_by=newer.code_display if newer else None,
        revoked_on=None,
        reason="",
    )

"""What the CE office does to the ledger: correct a name, withdraw a certificate. Each is a new row; none is changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates import selectors, services
from certificates.models import Award, BiasReview, Evaluation, Revocation
from certificates.services import mails
from core import audit
from core.errors import DomainError

# What a correction leaves as it was: everything the certificate states but name, letters, code and time of issue.
COPIED = (
    "completion_id",
    "user_id",
    "activity_title",
    "activity_format",
    "provider",
    "director_name",
    "director_role",
    "completed_at",
    "points",
    "max_points",
    "needed",
    "minutes",
    "credit_type",
    "attestation",
    "language",
    "time_zone",
)


@transaction.atomic
def supersede(*, award: Award, name: str, credentials: str, reason: str, by: User, now: datetime) -> Award:
    """Replace a certificate by one with another name or other letters after it; returns the new one.

    A new award with a code of its own that names the old one, its printing and a mail to the holder owed, in one
    transaction; the old row stays as it is. Sent twice by the same person, the first correction is returned. Raises
    DomainError when it was replaced otherwise, revoked, or erased with its holder's account (409), says nothing new
    (409), or is `by`'s own (403).
    """
    old = _locked(award)
    if old.state == Award.State.SUPERSEDED and _same(old.superseded_by, name, credentials, by):
        return old.superseded_by
    _require_other_person(old, by)
    _require_standing(old)
    if old.erased_at:
        raise DomainError("erased", _("The holder deleted the account. The name was removed and stays removed."))
    if (name, credentials) == (old.name, old.credentials):
        raise DomainError("nothing_new", _("Name and letters are as they were. Write them as they should be."))
    new = services.enter(
        Award(
            supersedes=old,
            name=name,
            credentials=credentials,
            correction=reason,
            issued_by=by,
            issued_at=now,
            **{field: getattr(old, field) for field in COPIED},
        )
    )
    audit.record(actor=by.pk, action="award.supersede", target=f"award:{old.pk}", new=str(new.pk))
    mails.owe(new, mails.CORRECTED)
    return new


@transaction.atomic
def revoke(*, award: Award, reason: str, words: str, by: User, now: datetime) -> Revocation:
    """Withdraw a certificate: its code says so from now on and its holder can no longer fetch the PDF.

    Sent twice by the same person, the first revocation is returned. Raises DomainError when it was replaced or
    already revoked by someone else (409), or is `by`'s own (403).
    """
    old = _locked(award)
    if old.state == Award.State.REVOKED and (old.revocation.by_id, old.revocation.reason) == (by.pk, reason):
        return old.revocation
    _require_other_person(old, by)
    _require_standing(old)
    revocation = Revocation.objects.create(award=old, reason=reason, words=words, by=by, at=now)
    audit.record(actor=by.pk, action="award.revoke", target=f"award:{old.pk}", reason=reason)
    mails.owe(old, mails.REVOKED)
    return revocation


@transaction.atomic
def order_print(*, award: Award, by: User) -> None:
    """Owe the printing anew of a certificate that was set aside or whose file is gone; else nothing happens."""
    if selectors.printed_file(award) is None:
        services.print_again(award)
        audit.record(actor=by.pk, action="award.print", target=f"award:{award.pk}")


@transaction.atomic
def review_bias(*, evaluation: Evaluation, words: str, by: User, now: datetime) -> BiasReview:
    """Note that the office looked at reported bias, and what it found or did; looked at twice, the first stands.

    Raises DomainError for an evaluation that reports none (409) and for one's own (403).
    """
    if evaluation.completion.enrolment.user_id == by.pk:
        raise DomainError("own_evaluation", _("Someone else of the CE office looks at your own report."), status=403)
    if not evaluation.bias_seen:
        raise DomainError("no_bias", _("This evaluation reports no bias."))
    review, made = BiasReview.objects.get_or_create(
        evaluation=evaluation, defaults={"words": words, "by": by, "at": now}
    )
    if made:
        audit.record(actor=by.pk, action="evaluation.review", target=f"evaluation:{evaluation.pk}")
    return review


def _locked(award: Award) -> Award:
    """The award as it is now, and nobody else corrects or revokes it until this transaction ends.

    Two queries: PostgreSQL reads joined rows before it waits for the lock, so they would be old news.
    """
    Award.objects.select_for_update().get(pk=award.pk)
    return Award.objects.with_state().get(pk=award.pk)


def _same(new: Award, name: str, credentials: str, by: User) -> bool:
    return (new.name, new.credentials, new.issued_by_id) == (name, credentials, by.pk)


def _require_other_person(award: Award, by: User) -> None:
    if award.user_id == by.pk:
        message = _("This certificate is your own. Ask a colleague of the CE office to correct or revoke it.")
        raise DomainError("own_certificate", message, status=403)


def _require_standing(award: Award) -> None:
    if award.state == Award.State.SUPERSEDED:
        raise DomainError("superseded", _("This certificate was replaced before. Work on the current one."))
    if award.state == Award.State.REVOKED:
        raise DomainError("revoked", _("This certificate is revoked, and stays as it is."))

"""What someone was awarded: their copy of it, and what becomes of it when the account is deleted.

The ledger keeps what a certificate was issued for and when, since whoever relies on it may check it for years; the
name goes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from certificates import selectors, services
from certificates.models import ERASED_NAME, Award, BiasReview, Evaluation, Print, Revocation
from core import outbox
from core.export import Files, rows
from core.models import OutboxRow

ERASE = "certificate_erase"
TABLES: dict[type[Any], str] = {
    Evaluation: "evaluations.json",
    Award: "certificates.json",
    Print: "printed.json",
    Revocation: "revocations.json",
    BiasReview: "bias_reviews.json",
}


def export_of(user: User) -> Files:
    """Evaluations, certificates, and what was printed of them."""
    return {
        TABLES[Evaluation]: rows(Evaluation.objects.visible_to(user).order_by("at"), owner=user),
        TABLES[Award]: rows(Award.objects.visible_to(user).order_by("issued_at"), owner=user),
        TABLES[Print]: rows(Print.objects.filter(award__user=user).order_by("printed_at"), owner=user),
        TABLES[Revocation]: rows(Revocation.objects.filter(award__user=user).order_by("at"), owner=user),
        TABLES[BiasReview]: rows(_reviews(user).order_by("at"), owner=user),
    }


def _reviews(user: User) -> QuerySet[BiasReview]:
    return BiasReview.objects.filter(evaluation__completion__enrolment__user=user)


def files_of(user: User) -> Iterator[tuple[str, bytes]]:
    """The PDFs that are printed, one after another, under the names they are downloaded by."""
    for award in Award.objects.visible_to(user).order_by("issued_at"):
        pdf = selectors.printed_file(award)
        if pdf is not None:
            yield f"certificates/basal-{award.code_display}.pdf", pdf


def targets_of(user: User) -> Iterator[str]:
    """What staff may have read or changed, as the audit log names it."""
    yield from (f"award:{pk}" for pk in Award.objects.visible_to(user).values_list("pk", flat=True))
    yield from (f"evaluation:{pk}" for pk in Evaluation.objects.visible_to(user).values_list("pk", flat=True))


@transaction.atomic
def erase(*, user: User, now: datetime) -> frozenset[uuid.UUID]:
    """Take the name out of every certificate and what was written freely out of the evaluations behind them, delete
    the evaluations behind none, and owe the deletion of the PDFs. Returns the enrolments that back a certificate.
    """
    awards = list(Award.objects.filter(user=user, erased_at__isnull=True).select_for_update())
    kept = frozenset(Award.objects.filter(user=user).values_list("completion__enrolment", flat=True))
    evaluations = Evaluation.objects.filter(completion__enrolment__user=user)
    backing = Q(completion__enrolment__in=kept)
    evaluations.filter(backing, erased_at__isnull=True).update(bias_text="", change_text="", erased_at=now)
    reviews = _reviews(user)
    reviews.exclude(evaluation__completion__enrolment__in=kept).delete()
    evaluations.exclude(backing).delete()
    # The office's own words about a certificate or an evaluation may name the person too.
    reviews.filter(erased_at__isnull=True).update(words="", erased_at=now)
    Revocation.objects.filter(award__in=awards, erased_at__isnull=True).update(words="", erased_at=now)
    mine = Award.objects.filter(pk__in=[award.pk for award in awards])
    mine.update(name=ERASED_NAME, credentials="", correction="", erased_at=now)
    Print.objects.filter(award__in=awards).delete()
    # A printing under way removes its own file (print_award looks again when it is done); one set aside is settled.
    set_aside = OutboxRow.objects.filter(kind=services.KIND, quarantined_at__isnull=False)
    set_aside.filter(key__in=[str(award.pk) for award in awards]).update(done_at=now, quarantined_at=None)
    for award in awards:
        outbox.add(ERASE, str(award.pk))
    return kept


def remove_file(award_id: str) -> None:
    """Delete the PDF of an erased certificate (the outbox handler of "certificate_erase"). Harmless when it is gone."""
    services.remove_file(Award.objects.get(pk=award_id, erased_at__isnull=False))

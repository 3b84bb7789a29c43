"""Reads for the certificate's pages: the three acts, the paper as it arrives, the transcript."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import storages
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Award, Evaluation, Print
from core.errors import DomainError
from core.models import OutboxRow
from courses.models import Completion, Enrolment

PAGE_SIZE = 20


@dataclass(frozen=True)
class Acts:
    """Where someone stands between passing and holding the certificate."""

    completion: Completion
    evaluation: Evaluation | None
    award: Award | None

    @property
    def current(self) -> str:
        """evaluation, claim or certificate: the act to do now."""
        if self.evaluation is None:
            return "evaluation"
        return "claim" if self.award is None else "certificate"


def acts(completion: Completion) -> Acts:
    evaluation = Evaluation.objects.filter(completion=completion).first()
    award = Award.objects.filter(completion=completion, supersedes__isnull=True).first()
    return Acts(completion, evaluation, award)


def certificate_page(award: Award) -> dict[str, Any]:
    """The paper: printed, still being printed, or stuck (set aside after three tries, or the file is damaged)."""
    printed = printed_file(award) is not None
    stuck = not printed and (_set_aside(award) or Print.objects.filter(award=award).exists())
    return {"award": award, "printed": printed, "stuck": stuck, "acts": acts(award.completion)}


def printed_file(award: Award) -> bytes | None:
    """The award's PDF if it is there and is, byte for byte, what was recorded; else None.

    Raises DomainError (503) while the object storage does not answer: whether it is there is then not known.
    """
    row = Print.objects.filter(award=award).first()
    data = _stored(pdf_name(award)) if row else None
    return data if row and data is not None and hashlib.sha256(data).hexdigest() == row.sha256 else None


def pdf_name(award: Award) -> str:
    """Under which name the PDF is stored: the award's id, which tells nothing about the person."""
    return f"{award.pk.hex[:2]}/{award.pk}.pdf"


def _stored(name: str) -> bytes | None:
    try:
        with storages["certificates"].open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None
    except OSError as error:
        message = _("Printed certificates are out of reach at the moment. Yours is valid; try again in a few minutes.")
        raise DomainError("files_away", message, status=503) from error


def _set_aside(award: Award) -> bool:
    return OutboxRow.objects.filter(kind="certificate", key=str(award.pk), quarantined_at__isnull=False).exists()


def transcript(user: User, number: str | None) -> Page[Enrolment]:
    """Everything the user takes or took, newest first, with completion and award; one page of it."""
    rows = (
        Enrolment.objects.visible_to(user)
        .select_related("version__course", "completion__evaluation")
        .prefetch_related("completion__awards__print")
        .order_by("-enrolled_at")
    )
    return Paginator(rows, PAGE_SIZE).get_page(number)

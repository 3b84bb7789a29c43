"""Reads for the certificate's pages: the three acts, the paper as it arrives, the transcript."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator

from accounts.models import User
from certificates.models import Award, Evaluation, Print
from core.models import OutboxRow
from courses.models import Completion, CompletionQuerySet, Course, Enrolment

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


def claimable(user: User) -> CompletionQuerySet:
    """The user's completions that a certificate can be claimed for: a patients' course has none."""
    return Completion.objects.visible_to(user).filter(version__course__audience=Course.Audience.EDUCATOR)


def certificate_page(award: Award) -> dict[str, Any]:
    """The paper: printed, still being printed, or stuck (set aside after three tries, or the file is damaged)."""
    printed = printed_file(award) is not None
    stuck = not printed and (_set_aside(award) or Print.objects.filter(award=award).exists())
    return {"award": award, "printed": printed, "stuck": stuck, "acts": acts(award.completion)}


def printed_file(award: Award) -> Path | None:
    """The award's PDF if it is there and is, byte for byte, what was recorded; else None."""
    row, path = Print.objects.filter(award=award).first(), pdf_path(award)
    if row is None or not path.is_file():
        return None
    return path if hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256 else None


def pdf_path(award: Award) -> Path:
    """Where the PDF lies: by the award's id, which tells nothing about the person."""
    return Path(settings.CERTIFICATES_DIR) / award.pk.hex[:2] / f"{award.pk}.pdf"


def _set_aside(award: Award) -> bool:
    return OutboxRow.objects.filter(kind="certificate", key=str(award.pk), quarantined_at__isnull=False).exists()


def transcript(user: User, number: str | None) -> Page[Enrolment]:
    """Every educators' course the user takes or took, newest first, with completion and award; one page of it."""
    rows = (
        Enrolment.objects.visible_to(user)
        .filter(course__audience=Course.Audience.EDUCATOR)  # a patient's steps are no record of learning for a licence
        .select_related("version__course", "completion__evaluation")
        .prefetch_related("completion__awards__print")
        .order_by("-enrolled_at")
    )
    return Paginator(rows, PAGE_SIZE).get_page(number)

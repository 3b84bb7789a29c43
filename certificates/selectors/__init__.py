"""Reads for the certificate's pages: the three acts, the paper as it arrives, the transcript, what a code says."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import storages
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Award, Evaluation, Print, in_fours, read_code
from core.errors import DomainError
from core.models import OutboxRow
from courses.models import Completion, CompletionQuerySet, Course, Enrolment

KIND = "certificate"  # the outbox's work of printing one
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


@dataclass(frozen=True)
class Verification:
    """What may be known of a code. The name is told only while the certificate stands: whoever holds the paper of
    one that does not has read the old name there and learns no other.

    `state` is valid, superseded, revoked or unknown; `code` and `new_code` are sixteen characters without hyphens;
    `new_code` is the holder's to give: it leads to the new name, so it is told to nobody else;
    `changed_at` is when it was replaced or withdrawn, `reason` the public reason for withdrawing it;
    `erased` whether the holder deleted the account, and the name with it.
    """

    state: str
    code: str = ""
    name: str = ""
    activity_title: str = ""
    completed_on: dt.date | None = None
    provider: str = ""
    credit_type: str = ""
    changed_at: dt.datetime | None = None
    new_code: str = ""
    reason: str = ""
    erased: bool = False

    @property
    def code_display(self) -> str:
        return in_fours(self.code)

    @property
    def new_code_display(self) -> str:
        return in_fours(self.new_code) if self.new_code else ""


def verification(code: str, *, reader: User | None = None) -> Verification:
    """The answer to a code in any writing `read_code` takes, for a stranger or for `reader`, who is signed in.
    `new_code` is the certificate that stands last in the chain, which may itself be revoked."""
    plain = read_code(code)
    award = Award.objects.with_state().filter(code=plain).first() if plain else None
    if award is None:
        return Verification("unknown", plain or "")
    told: dict[str, Any] = {
        "code": award.code,
        "activity_title": award.activity_title,
        "completed_on": award.completed_on,
        "provider": award.provider,
        "credit_type": award.credit_type,
        "erased": award.erased_at is not None,
    }
    if award.state == Award.State.SUPERSEDED:
        told |= {"changed_at": award.superseded_by.issued_at, "new_code": _new_code(award, reader)}
    elif award.state == Award.State.REVOKED:
        told |= {"changed_at": award.revocation.at, "reason": award.revocation.get_reason_display()}
    elif not award.erased_at:
        told |= {"name": award.name}
    return Verification(award.state.value, **told)


def _new_code(award: Award, reader: User | None) -> str:
    if reader is None:
        return ""
    current = Award.objects.visible_to(reader).current().filter(completion=award.completion_id).first()
    return current.code if current else ""


def current_award(completion: Completion) -> Award | None:
    """The certificate that stands last in the completion's chain (it may be revoked), or None before the claim."""
    return Award.objects.with_state().current().filter(completion=completion).first()


def acts(completion: Completion) -> Acts:
    evaluation = Evaluation.objects.filter(completion=completion).first()
    return Acts(completion, evaluation, current_award(completion))


def claimable(user: User) -> CompletionQuerySet:
    """The user's completions that a certificate can be claimed for: a patients' course has none."""
    return Completion.objects.visible_to(user).filter(version__course__audience=Course.Audience.EDUCATOR)


def certificate_page(award: Award) -> dict[str, Any]:
    """The paper: printed, still being printed, or stuck (set aside after three tries, or the file is damaged); or,
    of a certificate that does not stand, what became of it. Fetch the award with `with_state()`."""
    row = Print.objects.filter(award=award).first()  # read once: a row that comes meanwhile is no damaged file
    printed = _recorded(award, row) is not None
    stuck = not printed and (row is not None or _set_aside(award))
    return {"award": award, "printed": printed, "stuck": stuck, "acts": acts(award.completion)}


def learners_file(award: Award) -> bytes | None:
    """The PDF as its holder may have it: printed, and the certificate stands. Fetch the award with `with_state()`."""
    return printed_file(award) if award.state == Award.State.VALID else None


def printed_file(award: Award) -> bytes | None:
    """The award's PDF if it is there and is, byte for byte, what was recorded; else None.

    Raises DomainError (503) while the object storage does not answer: whether it is there is then not known.
    """
    return _recorded(award, Print.objects.filter(award=award).first())


def _recorded(award: Award, row: Print | None) -> bytes | None:
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
    return OutboxRow.objects.filter(kind=KIND, key=str(award.pk), quarantined_at__isnull=False).exists()


def transcript(user: User, number: str | None) -> Page[Enrolment]:
    """Every educators' course the user takes or took, newest first, with completion and awards, the current one first;
    one page."""
    awards = Award.objects.with_state().order_by("-issued_at", "pk")
    rows = (
        Enrolment.objects.visible_to(user)
        .filter(course__audience=Course.Audience.EDUCATOR)  # a patient's steps are no record of learning for a licence
        .select_related("version__course", "completion__evaluation")
        .prefetch_related(Prefetch("completion__awards", awards))
        .order_by("-enrolled_at", "pk")
    )
    return Paginator(rows, PAGE_SIZE).get_page(number)

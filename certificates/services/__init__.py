"""From completion to certificate: evaluate, claim once, print. The award is the certificate; the PDF is a copy."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import rfc8785
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates import selectors
from certificates.models import Award, Evaluation, Print
from certificates.services import printing
from core import crash, outbox
from core.errors import DomainError
from core.middleware import is_zone
from core.texts import pick
from courses import services as courses
from courses.models import Completion, Course
from quizzes.selectors import passed_version

KIND = selectors.KIND
STATED = (
    "code",
    "name",
    "credentials",
    "activity_title",
    "activity_format",
    "provider",
    "director_name",
    "director_role",
    "needed",
    "minutes",
    "credit_type",
    "attestation",
    "language",
)


@transaction.atomic
def evaluate(
    *,
    completion: Completion,
    objectives: Mapping[str, str],
    bias_seen: bool,
    bias_text: str,
    change: str,
    change_text: str,
    now: datetime,
) -> Evaluation:
    """Store the evaluation; sent twice, the first stands. DomainError for a patients' course, which has none (404),
    and for someone who is an educator no more (403)."""
    if found := Evaluation.objects.filter(completion=completion).first():
        return found
    require_claimant(completion)
    row, _made = Evaluation.objects.get_or_create(
        completion=completion,
        defaults={
            "objectives": dict(objectives),
            "bias_seen": bias_seen,
            "bias_text": bias_text,
            "change": change,
            "change_text": change_text,
            "at": now,
        },
    )
    return row


def claim(*, completion: Completion, name: str, credentials: str, attestation: str, now: datetime) -> Award:
    """Issue the certificate: one award and one outbox row, in one transaction, once for a completion.

    Claimed again, or twice at once, the completion's current award is returned, revoked or not. Name and letters are
    copied; they stay as they are whatever the profile says later. So is the time zone in force, in which the day of
    completion is written. Raises DomainError while the evaluation is missing (403), for someone who is
    an educator no more (403), and for a patients' course, which has no certificate (404).
    """
    if award := selectors.current_award(completion):
        return award
    require_claimant(completion)
    if not Evaluation.objects.filter(completion=completion).exists():
        raise DomainError("evaluate_first", _("Send the evaluation first; then claim."), status=403)
    try:
        with transaction.atomic():
            return selectors.current_award(completion) or _issue(completion, name, credentials, attestation, now)
    except IntegrityError:  # another claim of this completion was faster
        award = selectors.current_award(completion)
        if award is None:
            raise
        return award


def require_claimant(completion: Completion) -> None:
    """Raise DomainError unless this may lead to a certificate: a patients' course has none (404), and evaluating and
    claiming take the educator's role (403)."""
    if completion.version.course.audience == Course.Audience.PATIENT:
        raise DomainError("no_certificate", _("There is nothing here, or it is not yours to see."), status=404)
    courses.require_learner(completion.enrolment)


def learning_minutes(completion: Completion) -> int:
    """Engagement as the certificate states it: whole minutes, and at least one."""
    return max(1, round(completion.engaged_s / 60))


def print_award(award_id: str) -> None:
    """Make the PDF and record it (the outbox handler of "certificate"). Harmless when it was made already.

    First the file, then the row: whatever moment the power fails, the file under the award's name is whole or
    absent (core.files), and a row without its file is noticed when it is read. Of a certificate whose holder deleted
    the account, before or while it was printed, no file stays.
    """
    award = Award.objects.get(pk=award_id)
    if award.erased_at:
        remove_file(award)
        return
    if selectors.printed_file(award) is not None:
        return
    crash.point("before_render")
    pdf = printing.render(award)
    crash.point("after_render")
    storages["certificates"].save(selectors.pdf_name(award), ContentFile(pdf))
    with transaction.atomic():
        if Award.objects.select_for_update().filter(pk=award.pk, erased_at__isnull=True).exists():
            Print.objects.update_or_create(
                award=award,
                defaults={"sha256": hashlib.sha256(pdf).hexdigest(), "size": len(pdf), "renderer": printing.RENDERER},
            )
            return
    remove_file(award)


def remove_file(award: Award) -> None:
    """Delete the PDF, and what a killed printing left of one. Harmless when there is none."""
    storages["certificates"].delete(selectors.pdf_name(award))


def print_again(award: Award) -> None:
    """The file is gone or damaged: owe the printing anew."""
    with transaction.atomic():
        Print.objects.filter(award=award).delete()
        outbox.redo(KIND, str(award.pk))


def _issue(completion: Completion, name: str, credentials: str, attestation: str, now: datetime) -> Award:
    version = completion.version
    quiz = passed_version(completion.enrolment, version.final_quiz)
    director = (version.ce.get("authors") or [{}])[0]
    award = Award(
        completion=completion,
        user_id=completion.enrolment.user_id,
        name=name,
        credentials=credentials,
        activity_title=pick(version.title, "en"),
        activity_format=str(version.ce.get("format", "")),
        provider=str(version.ce.get("provider") or _("Basal (no accredited provider)")),
        director_name=", ".join(filter(None, [director.get("name"), director.get("credentials")])),
        director_role=str(director.get("role", "")),
        completed_at=completion.at,
        points=completion.points,
        max_points=completion.max_points,
        needed=quiz.needed if quiz else 0,
        minutes=learning_minutes(completion),
        attestation=attestation,
        language=(get_language() or "en").split("-")[0],
        time_zone=_zone_in_force(),
        issued_at=now,
    )
    return enter(award)


def enter(award: Award) -> Award:
    """Write a finished award into the ledger, with the hash of what it states, and owe its printing: one row each, in
    the caller's transaction."""
    award.payload_sha256 = hashlib.sha256(payload(award)).hexdigest()
    award.save(force_insert=True)
    outbox.add(KIND, str(award.pk))
    return award


def payload(award: Award) -> bytes:
    """What the certificate states, as canonical JSON (RFC 8785): the bytes a signature will cover."""
    facts: dict[str, object] = {name: getattr(award, name) for name in STATED}
    for name in ("points", "max_points"):
        facts[name] = str(Decimal(getattr(award, name)).quantize(Decimal("0.01")))
    if award.time_zone:  # one issued before zones were recorded states none, and its hash stays what it was
        facts["time_zone"] = award.time_zone
    for name in ("completed_at", "issued_at"):
        facts[name] = getattr(award, name).isoformat()
    return rfc8785.dumps(facts)  # type: ignore[arg-type] # its stubs want the whole JSON type spelt out


def _zone_in_force() -> str:
    """The reader's time zone by its IANA name. Not get_current_timezone_name(): of Etc/GMT+5 that says "-05"."""
    name = str(timezone.get_current_timezone())
    return name if is_zone(name) else "UTC"

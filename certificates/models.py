"""From completion to certificate: evaluation, award (append-only), and the printed file derived from it."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from courses.models import Completion

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH = 16
ERASED_NAME = "Name removed at the holder's request"


def new_code() -> str:
    """Sixteen random Crockford characters: 80 bits nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _position in range(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """A code as typed (any case, spaces, hyphens; O for 0, I or L for 1), or None when it cannot be one."""
    code = typed.upper().translate(str.maketrans("OIL", "011", "- \u2011"))
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def in_fours(code: str) -> str:
    """A code in four groups of four, as printed."""
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


class Met(models.TextChoices):
    YES = "yes", _("Met")
    PARTLY = "partly", _("Partly met")
    NO = "no", _("Not met")


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: User) -> EvaluationQuerySet:
        """One's own."""
        return self.filter(completion__enrolment__user=user)

    def in_office_of(self, user: User) -> EvaluationQuerySet:
        """The CE office's door, for its own pages, which note what is read there: all for who holds the role, else
        none. `visible_to` stays one's own, also for someone of the office."""
        return self.all() if user.holds(Role.CE_OFFICE) else self.none()


class Evaluation(models.Model):
    """What the learner said of the activity, before the claim. One for a completion."""

    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, related_name="evaluation")
    objectives = models.JSONField(help_text="{code: yes | partly | no}")
    bias_seen = models.BooleanField()
    bias_text = models.TextField(blank=True)
    change = models.CharField(max_length=12, choices=[("yes", "yes"), ("considering", "considering"), ("no", "no")])
    change_text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When its author's account was deleted.")

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="evaluation_by_time")]

    def __str__(self) -> str:
        return str(self.completion_id)

    @property
    def met_count(self) -> int:
        return sum(answer == Met.YES for answer in self.objectives.values())


class BiasReview(models.Model):
    """The CE office looked at an evaluation that reports bias. Append-only, once for an evaluation."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="bias_review")
    words = models.CharField(max_length=500, blank=True, help_text="What was found or done; seen by the office only.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the learner's account was deleted.")

    def __str__(self) -> str:
        return str(self.evaluation_id)


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: User) -> AwardQuerySet:
        """One's own, whatever roles one holds: whose page and whose PDF a learner's page may show."""
        return self.filter(user=user)

    def in_office_of(self, user: User) -> AwardQuerySet:
        """The CE office's door, for its own pages, which note what is read there: all for who holds the role, else
        none. `visible_to` stays one's own, also for someone of the office: the learners' pages note nothing."""
        return self.all() if user.holds(Role.CE_OFFICE) else self.none()

    def with_state(self) -> AwardQuerySet:
        """With what `Award.state` and the lists ask for: successor, revocation, print."""
        return self.select_related("superseded_by", "revocation", "print")

    def current(self) -> AwardQuerySet:
        """The last of each chain: replaced by nothing (it may be revoked)."""
        return self.filter(superseded_by__isnull=True)


class Award(models.Model):
    """A certificate that was issued. Append-only: everything it says was copied at issue and stays, but for the name
    when its holder deletes the account (`erased_at`).

    A correction (a later issue) is a new row naming this one in `supersedes`; so a completion has one award
    that supersedes nothing. A withdrawal is a Revocation. The row itself never changes.
    """

    class State(models.TextChoices):
        VALID = "valid", _("Valid")
        SUPERSEDED = "superseded", _("Superseded")
        REVOKED = "revoked", _("Revoked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="awards")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="awards")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    name = models.CharField(max_length=120)
    credentials = models.CharField(max_length=60, blank=True)
    activity_title = models.CharField(max_length=200)
    activity_format = models.CharField(max_length=120)
    provider = models.CharField(max_length=160)
    director_name = models.CharField(max_length=120)
    director_role = models.CharField(max_length=120)
    completed_at = models.DateTimeField()
    points = models.DecimalField(max_digits=8, decimal_places=2)
    max_points = models.DecimalField(max_digits=8, decimal_places=2)
    needed = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField(help_text="Engagement time, in whole minutes.")
    credit_type = models.CharField(
        max_length=20, blank=True, help_text="Empty: certificate of completion, no CE credit."
    )
    attestation = models.TextField()
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(
        max_length=40, blank=True, help_text="The learner's at the claim (IANA). Empty: issued before it was recorded."
    )
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who of the CE office corrected it. Empty: the learner's own claim.",
    )
    correction = models.CharField(
        max_length=300, blank=True, help_text="Why it replaces another; seen by the office only."
    )
    payload_sha256 = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the name was removed, with the account.")

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["completion"], condition=Q(supersedes__isnull=True), name="award_once_per_completion"
            )
        ]
        indexes = [models.Index(fields=["issued_at"], name="award_by_time")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def code_display(self) -> str:
        """In four groups of four, as printed."""
        return in_fours(self.code)

    @property
    def state(self) -> State:
        """Whether it stands. Fetch with `with_state()`."""
        if hasattr(self, "superseded_by"):
            return self.State.SUPERSEDED
        return self.State.REVOKED if hasattr(self, "revocation") else self.State.VALID

    @property
    def completed_on(self) -> dt.date:
        """The day of completion where the learner was: 23:30 in Los Angeles is that day, though UTC has the next."""
        return self.completed_at.astimezone(ZoneInfo(self.time_zone or "UTC")).date()


class Revocation(models.Model):
    """A certificate was withdrawn. Append-only, once for an award. `reason` is public, `words` are the office's own."""

    class Reason(models.TextChoices):
        """Whole neutral sentences: the holder and whoever checks the code read the same words as the office."""

        MISTAKE = "mistake", _("It was issued by mistake.")
        CONDITIONS = "conditions", _("The conditions for it were not met.")
        PERSON = "person", _("It was issued to the wrong person.")
        REQUEST = "request", _("The holder asked for it to be withdrawn.")
        OTHER = "other", _("Another reason, which the CE office gives on request.")

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(max_length=12, choices=Reason)
    words = models.CharField(max_length=500, help_text="What happened; seen by the office only.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the holder's account was deleted.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["mistake", "conditions", "person", "request", "other"]),
                name="revocation_reason_known",
            )
        ]

    def __str__(self) -> str:
        return str(self.award_id)


class Print(models.Model):
    """The PDF made from an award. Derived: it can be made again from the award at any time."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="print")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    renderer = models.CharField(max_length=40)
    printed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.award_id)

"""From completion to certificate: evaluation, award (append-only), and the printed file derived from it."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
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


class Met(models.TextChoices):
    YES = "yes", _("Met")
    PARTLY = "partly", _("Partly met")
    NO = "no", _("Not met")


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: User) -> EvaluationQuerySet:
        return self.filter(completion__enrolment__user=user)


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

    def __str__(self) -> str:
        return str(self.completion_id)

    @property
    def met_count(self) -> int:
        return sum(answer == Met.YES for answer in self.objectives.values())


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: User) -> AwardQuerySet:
        return self.filter(user=user)


class Award(models.Model):
    """A certificate that was issued. Append-only: everything it says was copied at issue and stays, but for the name
    when its holder deletes the account (`erased_at`).

    A correction (a later issue) is a new row naming this one in `supersedes`; so a completion has one award
    that supersedes nothing.
    """

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
    issued_at = models.DateTimeField()
    payload_sha256 = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the name was removed, with the account.")

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["completion"], condition=Q(supersedes__isnull=True), name="award_once_per_completion"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def code_display(self) -> str:
        """In four groups of four, as printed."""
        return "-".join(self.code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


class Print(models.Model):
    """The PDF made from an award. Derived: it can be made again from the award at any time."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="print")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    renderer = models.CharField(max_length=40)
    printed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.award_id)

"""More time for someone who needs it. The reason is a code, never the name of a condition."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Accommodation(models.Model):
    """How much longer someone's tests take from `at` on. Append-only: the newest row of a person counts, and one of
    once the time and no extra minutes takes an earlier one back."""

    class Reason(models.TextChoices):
        REQUEST = "request", _("The person asked for it")
        DOCUMENTED = "documented", _("The office holds a document")
        LANGUAGE = "language", _("The test is not in the person’s first language")
        TECHNICAL = "technical", _("A technical fault cost time")
        WITHDRAWN = "withdrawn", _("No longer needed")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="accommodations")
    multiplier = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal(1))
    extra_min = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=10, choices=Reason)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(multiplier__gte=1, multiplier__lte=4), name="accommodation_multiplier"),
            models.CheckConstraint(condition=Q(extra_min__lte=600), name="accommodation_extra"),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="accommodation_newest")]

    def __str__(self) -> str:
        return f"{self.multiplier} + {self.extra_min} min"

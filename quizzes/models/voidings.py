"""Handed-in attempts that shall not count: asked for by one person of the CE office, decided by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Role, User
from courses.models import Course
from quizzes.models.attempts import Attempt


class VoidingQuerySet(models.QuerySet["Voiding"]):
    def in_office_of(self, user: User) -> VoidingQuerySet:
        """Every educator's, for who holds the CE office's role; what a patient answers is no matter of it."""
        if not user.holds(Role.CE_OFFICE):
            return self.none()
        return self.filter(attempt__enrolment__course__audience=Course.Audience.EDUCATOR)

    def open(self) -> VoidingQuerySet:
        return self.filter(confirmed=None)


class Voiding(models.Model):
    """A request that an attempt be void. `confirmed`: None while it waits, then what was decided, once and for ever."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="voidings")
    reason = models.CharField(max_length=500, help_text="Its learner reads it.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(null=True, blank=True)

    objects = VoidingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(confirmed=None) | Q(confirmed=True), name="voiding_one_that_stands"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, confirmed=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, confirmed__isnull=False),
                name="voiding_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=None) | Q(confirmed=False) | ~Q(decided_by=F("asked_by")),
                name="voiding_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}"

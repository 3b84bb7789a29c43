"""What learners did. The database itself keeps: one live attempt, one row a question, nothing after handing in."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from courses.models import Enrolment
from quizzes.models.bank import ItemVersion, Quiz, QuizVersion


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, user: User) -> AttemptQuerySet:
        return self.filter(enrolment__user=user)

    def live(self) -> AttemptQuerySet:
        return self.filter(state=Attempt.State.LIVE)


class Attempt(models.Model):
    """One go at a quiz. Live until handed in; then marked, once, and never changed."""

    class State(models.TextChoices):
        LIVE = "live"
        SUBMITTED = "submitted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(QuizVersion, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.LIVE)
    seed = models.CharField(max_length=32)
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    max_points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz"], condition=Q(state="live"), name="attempt_one_live"),
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="attempt_number"),
            models.CheckConstraint(
                condition=Q(state="live", submitted_at__isnull=True, passed__isnull=True, points__isnull=True)
                | Q(state="submitted", submitted_at__isnull=False, passed__isnull=False, points__isnull=False),
                name="attempt_marked_when_submitted",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE


class Slot(models.Model):
    """One question of an attempt: the item version, the options in the order shown, the answer so far."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    option_order = models.JSONField()
    response = models.JSONField(null=True, blank=True)
    response_at = models.DateTimeField(null=True, blank=True)
    seq = models.PositiveIntegerField(default=0)
    flagged = models.BooleanField(default=False)
    right = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="slot_position")]

    def __str__(self) -> str:
        return f"{self.position}"


class CheckAnswer(models.Model):
    """One answer to an inline check. Append-only; the newest is what the lesson shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="check_answers")
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    response = models.JSONField()
    right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enrolment", "item_version"], name="check_by_item")]

    def __str__(self) -> str:
        return str(self.id)

"""What learners did. The database itself keeps: one live attempt, one row a question, nothing after handing in."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Role, User
from courses.models import Course, Enrolment
from quizzes.models.bank import ItemVersion, Quiz, QuizVersion


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, user: User) -> AttemptQuerySet:
        return self.filter(enrolment__user=user)

    def in_office_of(self, user: User) -> AttemptQuerySet:
        """The CE office's door: every educator's attempt for who holds the role. The pages note what is read there."""
        if not user.holds(Role.CE_OFFICE):
            return self.none()
        return self.filter(enrolment__course__audience=Course.Audience.EDUCATOR)

    def counted(self) -> AttemptQuerySet:
        """All but those that were voided."""
        return self.exclude(state=Attempt.State.VOIDED)

    def live(self) -> AttemptQuerySet:
        return self.filter(state=Attempt.State.LIVE)

    def handed_in(self) -> AttemptQuerySet:
        return self.exclude(state=Attempt.State.LIVE)

    def open(self, now: datetime) -> AttemptQuerySet:
        """Those that still take answers: live, and not beyond the deadline and its grace."""
        return self.live().filter(Q(closes_at=None) | Q(closes_at__gte=now))

    def over(self, now: datetime) -> AttemptQuerySet:
        """Live ones whose time and grace are over: to be handed in by whoever meets them first."""
        return self.live().filter(closes_at__lt=now)


class Attempt(models.Model):
    """One go at a quiz. Live until handed in, by the learner or when its time is over; then marked, once, and never
    changed, but for one move: two people of the CE office may void it (see Voiding), and it counts no more. Between
    `deadline_at` and `closes_at` (the grace) only what was on its way is still taken.

    `epoch` counts the devices it was opened on: answers of an older one are refused. `holder` tells the present one
    from others (a hash of its session; empty: nobody's yet).
    """

    class State(models.TextChoices):
        LIVE = "live"
        SUBMITTED = "submitted"
        VOIDED = "voided"

    class Reason(models.TextChoices):
        USER = "user"
        TIMEOUT = "timeout"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(QuizVersion, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.LIVE)
    seed = models.CharField(max_length=32)
    started_at = models.DateTimeField(default=timezone.now)
    deadline_at = models.DateTimeField(null=True, blank=True, help_text="Empty: no time limit.")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="The deadline and its grace.")
    epoch = models.PositiveIntegerField(default=1)
    holder = models.CharField(max_length=32, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submit_reason = models.CharField(max_length=7, choices=Reason, blank=True)
    points = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    max_points = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz"], condition=Q(state="live"), name="attempt_one_live"),
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="attempt_number"),
            models.CheckConstraint(
                condition=Q(state="live", submitted_at__isnull=True, passed__isnull=True, points__isnull=True)
                # A pre-test is neither passed nor not.
                | Q(state__in=["submitted", "voided"], submitted_at__isnull=False, points__isnull=False),
                name="attempt_marked_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state="live", submit_reason="")
                | Q(state__in=["submitted", "voided"], submit_reason__in=["user", "timeout"]),
                name="attempt_why_submitted",
            ),
            models.CheckConstraint(
                condition=Q(deadline_at=None, closes_at=None)
                | Q(deadline_at__isnull=False, closes_at__isnull=False, closes_at__gte=models.F("deadline_at")),
                name="attempt_grace_after_deadline",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(closes_at=None) | Q(submitted_at__lte=models.F("closes_at")),
                name="attempt_submitted_in_time",
            ),
        ]
        indexes = [models.Index(fields=["closes_at"], condition=Q(state="live"), name="attempt_closing")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def is_void(self) -> bool:
        return self.state == self.State.VOIDED

    def is_over(self, now: datetime) -> bool:
        """Whether its time and grace are over and nobody handed it in yet."""
        return self.is_live and self.closes_at is not None and now > self.closes_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether its time is over; within the grace, what was on its way still counts."""
        return self.is_live and self.deadline_at is not None and now > self.deadline_at


class SlotQuerySet(models.QuerySet["Slot"]):
    def visible_to(self, user: User) -> SlotQuerySet:
        return self.filter(attempt__enrolment__user=user)


class Slot(models.Model):
    """One question of an attempt: the item version, what was drawn for it (`params`), the options in the order shown,
    the answer so far. `epoch` repeats the attempt's: an answer is then one conditional UPDATE of this row, which
    waits for a take-over or a hand-in that holds the row and sees what they wrote."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    option_order = models.JSONField()
    params = models.JSONField(default=dict, blank=True)
    response = models.JSONField(null=True, blank=True)
    response_at = models.DateTimeField(null=True, blank=True)
    epoch = models.PositiveIntegerField(default=1)
    seq = models.PositiveIntegerField(default=0)
    flagged = models.BooleanField(default=False)
    right = models.BooleanField(null=True, blank=True)
    fraction = models.DecimalField(max_digits=9, decimal_places=8, null=True, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="slot_position"),
            models.CheckConstraint(
                condition=Q(fraction=None) | Q(fraction__gte=0, fraction__lte=1), name="slot_fraction_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class RefusedAnswer(models.Model):
    """An answer that came when none was taken any more: too late, or from a device that was taken over. Append-only,
    never marked; an admin can see that it came."""

    class Reason(models.TextChoices):
        CLOSED = "closed"
        TAKEN_OVER = "taken_over"

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="refused")
    position = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    response = models.JSONField()
    reason = models.CharField(max_length=10, choices=Reason)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position", "epoch", "seq"], name="refused_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.position}"


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

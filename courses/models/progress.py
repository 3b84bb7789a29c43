"""What someone has done: enrolment, places reached, results, completion. Results and completions are append-only."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.models import Role, User
from courses.models.content import Course, CourseVersion

TAKEN_BACK = "void:"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> EnrolmentQuerySet:
        return self.filter(user=user)


class Enrolment(models.Model):
    """Someone takes a course, in the version that was published when they began."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField(default=timezone.now)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="enrolled_once")]

    def __str__(self) -> str:
        return str(self.id)


class LessonProgress(models.Model):
    """How far someone is in one lesson: the last heading seen, and when they said Done.

    By slug, not by row: a correction replaces the lesson's row and must not lose the reader's place.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="progress")
    lesson_slug = models.SlugField()
    heading = models.CharField(max_length=80, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson_slug"], name="progress_once")]

    def __str__(self) -> str:
        return self.lesson_slug


class EngagementEvent(models.Model):
    """The server saw the learner at work: headings on screen, an answer given, Done pressed."""

    class Kind(models.TextChoices):
        SEEN = "seen"
        ANSWER = "answer"
        DONE = "done"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=6, choices=Kind)
    lesson_slug = models.SlugField(blank=True)
    headings = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["enrolment", "at"], name="engagement_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.lesson_slug}"


class ActivityResultQuerySet(models.QuerySet["ActivityResult"]):
    def standing(self) -> ActivityResultQuerySet:
        """Those that were not taken back."""
        taken_back = ActivityResult.objects.filter(evidence=Concat(Value(TAKEN_BACK), OuterRef("evidence")))
        return self.exclude(outcome="void").filter(~Exists(taken_back))


class ActivityResult(models.Model):
    """The outcome of one check, quiz, case or trainer round. `evidence` names what it rests on, once. One that shall
    not count any more is taken back by another row, of outcome void and with TAKEN_BACK before its evidence."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="results")
    activity = models.CharField(max_length=80, help_text="kind:id, such as check:ro-depot")
    outcome = models.CharField(max_length=8)
    points = models.DecimalField(max_digits=8, decimal_places=2)
    max_points = models.DecimalField(max_digits=8, decimal_places=2)
    by_objective = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    evidence = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()

    objects = ActivityResultQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["enrolment", "activity"], name="result_by_activity")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["passed", "failed", "answered", "void"]), name="result_outcome"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0) & Q(points__lte=models.F("max_points")), name="result_points_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.outcome}"


class CompletionQuerySet(models.QuerySet["Completion"]):
    def visible_to(self, user: User) -> CompletionQuerySet:
        """One's own."""
        return self.filter(enrolment__user=user)

    def in_office_of(self, user: User) -> CompletionQuerySet:
        """The CE office's door, for its own pages, which note what is read there: every educator's completion for who
        holds the role, else none. What a patient completes is no matter of the CE office."""
        if not user.holds(Role.CE_OFFICE):
            return self.none()
        return self.filter(enrolment__course__audience=Course.Audience.EDUCATOR)


class Completion(models.Model):
    """The last requirement of a course was met. Written once, with what was true then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    points = models.DecimalField(max_digits=8, decimal_places=2)
    max_points = models.DecimalField(max_digits=8, decimal_places=2)
    engaged_s = models.PositiveIntegerField()

    objects = CompletionQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)

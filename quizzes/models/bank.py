"""The question bank. The database wins: files create items and update those that came from files."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Role, User
from courses.models import Course


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, user: User) -> ItemQuerySet:
        """Items lead to their keys: authors, reviewers and admins only. Learners meet them in attempts and lessons."""
        return self if user.holds(Role.AUTHOR, Role.REVIEWER, Role.ADMIN) else self.none()


class Tag(models.Model):
    """A word by which authors find questions again."""

    name = models.SlugField(unique=True, max_length=40)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A question under one id for ever; what it asks is in its versions."""

    class Use(models.TextChoices):
        CHECK = "check"
        TEST = "test"

    id = models.SlugField(primary_key=True, max_length=60)
    use = models.CharField(max_length=5, choices=Use)
    retired_at = models.DateTimeField(null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="items")

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(use__in=["check", "test"]), name="item_use_known")]

    def __str__(self) -> str:
        return self.id


class ItemVersionQuerySet(models.QuerySet["ItemVersion"]):
    def newest(self) -> ItemVersionQuerySet:
        """One row an item: its highest version number."""
        highest = ItemVersion.objects.filter(item=models.OuterRef("item")).order_by("-number").values("pk")[:1]
        return self.filter(pk=models.Subquery(highest))


class ItemVersion(models.Model):
    """What an item says and how it is marked; never changed once written (a trigger refuses it).

    `content` holds keys and rationales: it never goes to a template before release. See quizzes.selectors.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=4, choices=[("file", "file"), ("web", "web")])
    reviewed_by = models.CharField(max_length=200, blank=True, help_text="Empty: not yet reviewed by a second person.")
    objective = models.ForeignKey("courses.Objective", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=12)
    see = models.CharField(max_length=140, help_text="lesson#heading, where to read again")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    waivers = models.JSONField(default=list, blank=True, help_text="Warnings that may stay, and why.")
    at = models.DateTimeField(default=timezone.now)

    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_number")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"

    @property
    def from_web(self) -> bool:
        return self.source == "web"


class QuizQuerySet(models.QuerySet["Quiz"]):
    def visible_to(self, user: User) -> QuizQuerySet:
        """How quizzes are put together is for those who answer for the bank; learners meet them in their courses."""
        return self if user.holds(Role.AUTHOR, Role.REVIEWER, Role.ADMIN) else self.none()


class Quiz(models.Model):
    """A quiz of a course: its post-test, or the check of a module, which is for practice."""

    PRETEST, POSTTEST, MODULE = "pretest", "posttest", "module"

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="quizzes")
    slug = models.SlugField()
    kind = models.CharField(max_length=10)

    objects = QuizQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="quiz_slug")]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_check(self) -> bool:
        return self.kind == self.MODULE

    @property
    def is_pretest(self) -> bool:
        """Whether it only shows, later, what was known before: it counts for nothing."""
        return self.kind == self.PRETEST


# What a quiz does where its `settings` say nothing. Minutes of time limit (None: none), seconds of grace after it,
# hours to wait before a retake, ids of items without which nobody passes, whether questions are shuffled, what is shown
# when (quizzes.selectors.release), cells {objective, level, count} that are drawn anew for each attempt, and of a
# pre-test the slug of the post-test it is parallel to, from which it has its cells (quizzes.services.parallel).
SETTINGS: dict[str, Any] = {
    "limit_min": None,
    "grace_s": 120,
    "cooldown_h": 0,
    "must_pass": [],
    "order": "fixed",
    "show": "ce",
    "cells": [],
    "parallel": "",
}
# The least and the most of those that are numbers.
LIMITS = {"limit_min": (1, 600), "grace_s": (0, 600), "cooldown_h": (0, 720)}


class QuizVersionQuerySet(models.QuerySet["QuizVersion"]):
    def newest(self) -> QuizVersionQuerySet:
        """One row a quiz: its highest version number."""
        highest = QuizVersion.objects.filter(quiz=models.OuterRef("quiz")).order_by("-number").values("pk")[:1]
        return self.filter(pk=models.Subquery(highest))


class QuizVersion(models.Model):
    """A quiz as it was published: its items and rules. An attempt pins one. Never changed once written.

    With cells in its settings `item_versions` are what each attempt draws from, else they are asked as they stand.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.JSONField(default=dict)
    minutes = models.PositiveSmallIntegerField(default=0)
    pass_mark = models.DecimalField(max_digits=4, decimal_places=3, help_text="A share of 1, such as 0.8.")
    attempts_allowed = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: unlimited.")
    retake = models.CharField(max_length=10, default="reread")
    item_versions = models.JSONField(help_text="ItemVersion ids in order.")
    settings = models.JSONField(default=dict, blank=True, help_text="What differs from SETTINGS.")
    content_sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=4, choices=[("file", "file"), ("web", "web")], default="file")
    at = models.DateTimeField(default=timezone.now)

    objects = QuizVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quiz", "number"], name="quiz_version_number"),
            models.CheckConstraint(condition=Q(pass_mark__gt=0, pass_mark__lte=1), name="quiz_pass_mark_share"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} v{self.number}"

    def rule(self, name: str) -> Any:
        """One of its SETTINGS; KeyError for any other name."""
        return self.settings.get(name, SETTINGS[name])

    @property
    def limit_min(self) -> int | None:
        """The time limit in minutes, for templates; None without one."""
        limit: int | None = self.rule("limit_min")
        return limit

    @property
    def question_count(self) -> int:
        return sum(cell["count"] for cell in self.rule("cells")) or len(self.item_versions)

    @property
    def needed(self) -> int:
        """How many right answers reach the pass mark."""
        return ceil(self.pass_mark * self.question_count)

"""What authors are working on. A draft is the one thing here that changes; publishing turns it into a version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from courses.models import Course
from quizzes.models.bank import Item, ItemVersion


class ItemDraftQuerySet(models.QuerySet["ItemDraft"]):
    def visible_to(self, user: User) -> ItemDraftQuerySet:
        """Keys are in it: authors, reviewers and admins only."""
        return self if user.holds(Role.AUTHOR, Role.REVIEWER, Role.ADMIN) else self.none()

    def waiting(self) -> ItemDraftQuerySet:
        """Asked for review and not decided, oldest first."""
        return self.filter(state=ItemDraft.State.REVIEW).order_by("asked_at", "pk")


class ItemDraft(models.Model):
    """The next version of an item while it is written and reviewed; at most one an item.

    `content` is shaped as ItemVersion.content but may be incomplete. `seq` counts its changes: a save names the one
    it began from, so that nobody overwrites what they have not seen.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        RETURNED = "returned", _("Sent back")

    item = models.OneToOneField(Item, on_delete=models.PROTECT, primary_key=True, related_name="draft")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    based_on = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    content = models.JSONField()
    waivers = models.JSONField(default=list, blank=True, help_text="See quizzes.services.waivers.")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    seq = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who began it.")
    writers = models.ManyToManyField(User, related_name="+", help_text="Who wrote in it; none of them may approve it.")
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="The reviewer's words when it was last sent back.")
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = ItemDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="review", asked_at__isnull=False)
                | Q(state="returned", returned_at__isnull=False) & ~Q(reason=""),
                name="item_draft_state",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state="review"), name="item_draft_waiting")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"

    @property
    def in_review(self) -> bool:
        return self.state == self.State.REVIEW

    @property
    def returned(self) -> bool:
        return self.state == self.State.RETURNED

    @property
    def number(self) -> int:
        """The version it becomes. Fetch with select_related("based_on")."""
        return self.based_on.number + 1 if self.based_on else 1


class ItemCommentQuerySet(models.QuerySet["ItemComment"]):
    def visible_to(self, user: User) -> ItemCommentQuerySet:
        return self if user.holds(Role.AUTHOR, Role.REVIEWER, Role.ADMIN) else self.none()

    def open(self) -> ItemCommentQuerySet:
        return self.filter(resolved_at__isnull=True)


class ItemComment(models.Model):
    """What somebody says of one part of a question under work. While it is open, nobody approves the question.

    `place` is a JSON pointer in which rows are named by their ids, so that it stays with a row that moves; empty: the
    whole question.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="comments")
    place = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ItemCommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="item_comment_resolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.place}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

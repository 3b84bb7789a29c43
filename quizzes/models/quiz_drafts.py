"""The next version of a quiz while it is being put together."""

from __future__ import annotations

from django.db import models

from accounts.models import Role, User
from quizzes.models.bank import Quiz


class QuizDraftQuerySet(models.QuerySet["QuizDraft"]):
    def visible_to(self, user: User) -> QuizDraftQuerySet:
        return self if user.holds(Role.AUTHOR, Role.REVIEWER, Role.ADMIN) else self.none()


class QuizDraft(models.Model):
    """What a quiz will say and ask once published; at most one a quiz. `content` has the keys of
    services.quizmaking.EMPTY; items are named, not pinned: publishing pins what they say then."""

    quiz = models.OneToOneField(Quiz, on_delete=models.CASCADE, related_name="draft")
    content = models.JSONField()
    seq = models.PositiveIntegerField(default=0)
    based_on = models.PositiveIntegerField(default=0, help_text="The version it began from; 0: none.")
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    objects = QuizDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.quiz_id} draft"

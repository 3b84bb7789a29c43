"""Rounds of the carbohydrate trainer: a plate, a guess, and what the plate held. A guess is made once and stays."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from courses.models import Enrolment
from quizzes.trainer import closeness, plates


class TrainerRoundQuerySet(models.QuerySet["TrainerRound"]):
    def visible_to(self, user: User) -> TrainerRoundQuerySet:
        return self.filter(user=user)

    def open(self) -> TrainerRoundQuerySet:
        return self.filter(guessed_at__isnull=True)

    def guessed(self) -> TrainerRoundQuerySet:
        return self.filter(guessed_at__isnull=False)

    def newest_first(self) -> TrainerRoundQuerySet:
        return self.order_by("-guessed_at", "-pk")


class TrainerRound(models.Model):
    """One plate. Open until it is guessed: then `guess_g` (total), `guesses` (by food, in the plate's order, null where
    one was not guessed by itself), what was counted and whether that was close are written, once.

    `plate` holds what the table of foods said when the plate was laid, so that a round stays true when a row is mended.
    """

    class Kind(models.TextChoices):
        LAID = "laid"  # by the trainer, at a level
        OWN = "own"  # by the learner

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="trainer_rounds")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="trainer_rounds"
    )
    kind = models.CharField(max_length=4, choices=Kind)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    seed = models.CharField(max_length=32, blank=True)
    plate = models.JSONField(default=list)
    laid_at = models.DateTimeField(default=timezone.now)
    guesses = models.JSONField(null=True, blank=True)
    guess_g = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    counted_g = models.DecimalField(max_digits=6, decimal_places=0, null=True, blank=True)
    close = models.BooleanField(null=True, blank=True)
    guessed_at = models.DateTimeField(null=True, blank=True)

    objects = TrainerRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(guessed_at__isnull=True), name="trainer_one_open_round"
            ),
            models.CheckConstraint(
                condition=Q(
                    guessed_at=None, guesses__isnull=True, guess_g__isnull=True, counted_g__isnull=True, close=None
                )
                | Q(
                    guessed_at__isnull=False,
                    guesses__isnull=False,
                    guess_g__gte=0,
                    counted_g__gte=0,
                    close__isnull=False,
                ),
                name="trainer_guessed_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="laid", level__gte=1, level__lte=5) | Q(kind="own", level__isnull=True),
                name="trainer_level_of_laid",
            ),
        ]
        indexes = [models.Index(fields=["user", "guessed_at"], name="trainer_by_user")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.guessed_at is None

    @property
    def helpings(self) -> plates.Plate:
        return plates.from_json(self.plate)

    @property
    def by_food(self) -> tuple[Decimal | None, ...]:
        """The guesses, food by food; all None while the round is open."""
        guesses = self.guesses or [None] * len(self.plate)
        return tuple(Decimal(guess) if guess is not None else None for guess in guesses)

    @property
    def verdict(self) -> closeness.Verdict | None:
        if self.guess_g is None or self.counted_g is None:
            return None
        return closeness.verdict(self.counted_g, self.guess_g)

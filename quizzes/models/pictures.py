"""Pictures in questions. A picture is named by what it shows: another one is another row."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.utils import timezone

from accounts.models import Role, User
from courses.models import Lesson
from quizzes.models.attempts import Slot
from quizzes.models.bank import Item, ItemVersion


class PictureQuerySet(models.QuerySet["Picture"]):
    def visible_to(self, user: User) -> PictureQuerySet:
        """Every picture for those who answer for the bank; for others what they are asked about."""
        return self if user.holds(Role.AUTHOR, Role.REVIEWER, Role.ADMIN) else self.asked_of(user)

    def asked_of(self, user: User) -> PictureQuerySet:
        """Those of the questions in this learner's attempts, and of the checks in the lessons of their courses as these
        read now."""
        highest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("pk")[:1]
        asked = Q(pk__in=Slot.objects.filter(attempt__enrolment__user=user).values("item_version"))
        checks = Q(pk=Subquery(highest), item__use=Item.Use.CHECK, item__in=_checks_of(user))
        shown = ItemVersion.objects.filter(asked | checks).annotate(picture=KT("content__picture__sha256"))
        return self.filter(pk__in=shown.filter(picture__isnull=False).values("picture"))


def _checks_of(user: User) -> set[str]:
    """The checks that stand in the lessons of this learner's courses."""
    lessons = Lesson.objects.filter(version__enrolments__user=user).values_list("activities", flat=True)
    refs = (str(activity["ref"]) for activities in lessons for activity in activities)
    return {ref.removeprefix("check:") for ref in refs if ref.startswith("check:")}


class Picture(models.Model):
    """A picture as it is sent: written anew by us, so that nothing but what it shows is in it. Never changed."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    mime = models.CharField(max_length=10, choices=[(f"image/{kind}", kind) for kind in ("png", "jpeg", "webp")])
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    data = models.BinaryField()
    made_from = models.CharField(
        max_length=64, db_index=True, help_text="SHA-256 of the file that was given: the same file, the same picture."
    )
    at = models.DateTimeField(default=timezone.now)

    objects = PictureQuerySet.as_manager()

    def __str__(self) -> str:
        return self.sha256[:8]

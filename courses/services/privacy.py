"""What someone did in courses: their copy of it, and what of it goes with the account."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction

from accounts.models import User
from core.export import Files, rows
from courses.models import ActivityResult, Completion, EngagementEvent, Enrolment, LessonProgress

TABLES: dict[type[Any], str] = {
    Enrolment: "enrolments.json",
    LessonProgress: "progress.json",
    EngagementEvent: "engagement.json",
    ActivityResult: "results.json",
    Completion: "completions.json",
}


def export_of(user: User) -> Files:
    """Enrolments, places reached, engagement, results, completions."""
    enrolments = rows(Enrolment.objects.visible_to(user).order_by("enrolled_at"), owner=user)
    return {
        TABLES[Enrolment]: enrolments,
        TABLES[LessonProgress]: rows(LessonProgress.objects.filter(enrolment__user=user), owner=user),
        TABLES[EngagementEvent]: rows(EngagementEvent.objects.filter(enrolment__user=user).order_by("at"), owner=user),
        TABLES[ActivityResult]: rows(ActivityResult.objects.filter(enrolment__user=user).order_by("at"), owner=user),
        TABLES[Completion]: rows(Completion.objects.visible_to(user).order_by("at"), owner=user),
    }


def targets_of(user: User) -> Iterator[str]:
    """What staff may have read or changed, as the audit log names it."""
    yield from (f"enrolment:{pk}" for pk in user.enrolments.values_list("pk", flat=True))
    yield from (f"completion:{pk}" for pk in Completion.objects.visible_to(user).values_list("pk", flat=True))


@transaction.atomic
def erase(*, user: User, keep: Collection[uuid.UUID]) -> None:
    """Delete what the user did. Of the enrolments in `keep` (they back a certificate) the enrolment itself, its
    results and its completion stay: they name nobody. Whatever rests on the rest has to be gone before."""
    enrolments = Enrolment.objects.filter(user=user)
    list(enrolments.select_for_update())  # who is handing in at this moment has finished, or finds nothing
    LessonProgress.objects.filter(enrolment__user=user).delete()
    EngagementEvent.objects.filter(enrolment__user=user).delete()
    gone = enrolments.exclude(pk__in=keep)
    ActivityResult.objects.filter(enrolment__in=gone).delete()
    Completion.objects.filter(enrolment__in=gone).delete()
    gone.delete()

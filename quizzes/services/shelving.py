"""Many questions at once: tags on and off, retired and brought back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core import audit
from core.errors import DomainError
from courses.models import CourseVersion, Enrolment, Lesson
from quizzes.models import Item, QuizVersion, Tag
from quizzes.services.authoring import require

ACTS = ("tag", "untag", "retire", "unretire")
MOST = 200
TAG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def askers(items: Sequence[Item]) -> dict[str, list[str]]:
    """For each item that learners meet as things stand: the quizzes whose newest version asks it, and the lessons of
    published courses that show it."""
    wanted = {item.pk for item in items}
    found: dict[str, list[str]] = {}
    pins = dict(Item.objects.filter(pk__in=wanted).values_list("versions__pk", "pk"))
    for version in QuizVersion.objects.newest().select_related("quiz__course").order_by("quiz"):
        for pk in version.item_versions:
            if pk in pins:
                found.setdefault(pins[pk], []).append(f"{version.quiz.course.slug}/{version.quiz.slug}")
    current: dict[int, int] = {}
    for state in CourseVersion.objects.published().order_by("number"):
        current[state.course_id] = state.pk
    # Besides the newest version of each course those that somebody still takes.
    taken = Enrolment.objects.values("version")
    lessons = Lesson.objects.filter(Q(version__in=current.values()) | Q(version__in=taken))
    for lesson in lessons.select_related("version__course"):
        for activity in lesson.activities:
            item = str(activity.get("ref", "")).removeprefix("check:")
            if item in wanted:
                found.setdefault(item, []).append(f"{lesson.version.course.slug}/{lesson.slug}")
    return {item: list(dict.fromkeys(names)) for item, names in found.items()}


@transaction.atomic
def shelve(*, items: Sequence[Item], act: str, tag: str, actor: User, now: datetime) -> int:
    """Do `act` (of ACTS) with all of them, or with none. Returns how many changed.

    Raises DomainError: not an author (403); no such act or tag (422); one to be retired is still asked (409), with
    which ones and where.
    """
    require(actor, Role.AUTHOR)
    locked = list(Item.objects.select_for_update().filter(pk__in=[item.pk for item in items]).order_by("pk"))
    if act in ("tag", "untag"):
        changed = _tagged(locked, act, tag)
    elif act == "retire":
        changed = _retired(locked, now)
    elif act == "unretire":
        changed = [item for item in locked if item.retired_at]
        Item.objects.filter(pk__in=[item.pk for item in changed]).update(retired_at=None)
    else:
        raise DomainError("no_such_act", _("Choose what to do with them."), status=422)
    for item in changed:
        audit.record(actor=actor.pk, action=f"item.{act}", target=f"item:{item.pk}", **({"tag": tag} if tag else {}))
    return len(changed)


def _tagged(locked: Sequence[Item], act: str, tag: str) -> list[Item]:
    if not TAG.fullmatch(tag):
        message = _("A tag is one word of small letters, digits and hyphens, such as sick-day.")
        raise DomainError("no_tag", message, status=422)
    found = Tag.objects.filter(name=tag).first() if act == "untag" else Tag.objects.get_or_create(name=tag)[0]
    if found is None:
        return []
    has = set(found.items.values_list("pk", flat=True))
    changed = [item for item in locked if (item.pk in has) == (act == "untag")]
    for item in changed:
        (item.tags.add if act == "tag" else item.tags.remove)(found)
    return changed


def _retired(locked: Sequence[Item], now: datetime) -> list[Item]:
    asked = askers(locked)
    if asked:
        raise DomainError("still_asked", still_asked(asked))
    changed = [item for item in locked if not item.retired_at]
    Item.objects.filter(pk__in=[item.pk for item in changed]).update(retired_at=now)
    return changed


def still_asked(asked: Mapping[str, Sequence[str]]) -> str:
    """Which questions cannot be retired, and who asks them."""
    one = _("%(item)s (%(where)s)")
    listed = ", ".join(one % {"item": item, "where": ", ".join(where)} for item, where in sorted(asked.items()))
    return _("Learners still meet these, so they cannot be retired: %(listed)s.") % {"listed": listed}

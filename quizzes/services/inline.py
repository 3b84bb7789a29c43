"""Inline checks: answer one in its lesson, for page and API alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import DomainError
from courses import selectors as course_selectors
from courses import services as courses
from courses.models import EngagementEvent, Enrolment
from quizzes import marking, selectors
from quizzes.models import CheckAnswer, Item, ItemVersion
from quizzes.selectors.answering import Answering
from quizzes.services.closing import cents

Fields = Mapping[str, Sequence[str]]


class NotRead(DomainError):
    """What was sent is no answer yet. `question` is the check with it, and with what to do."""

    def __init__(self, question: Answering) -> None:
        super().__init__("not_read", question.sorry, status=422)
        self.question = question


def check_lesson(*, enrolment: Enrolment, item: Item) -> str:
    """The slug of the lesson that shows this check. DomainError: no lesson does (404), it is locked (403)."""
    way = course_selectors.journey(enrolment)
    ref = f"check:{item.pk}"
    for step in way.steps:
        if any(activity["ref"] == ref for activity in step.lesson.activities):
            return courses.require_open(way, step.lesson.slug).lesson.slug
    raise DomainError("no_such_check", _("This course has no such check."), status=404)


@transaction.atomic
def answer_check(
    *, enrolment: Enrolment, item: Item, fields: Fields, now: datetime, seen: int | None = None
) -> CheckAnswer:
    """Answer an inline check with what its form sent; answered again, the newest counts on the page.

    `seen` is the number of the version the learner answered. Raises NotRead (422) for a blank or what cannot be read,
    and DomainError when the lesson is locked (403) or a newer version was published since: its options may be others
    (409).
    """
    lesson_slug = check_lesson(enrolment=enrolment, item=item)
    courses.require_learner(enrolment)
    version = ItemVersion.objects.newest().get(item=item)
    if seen is not None and seen != version.number:
        raise DomainError("reworded", _("This question was reworded meanwhile. Read it again, then answer."))
    one = selectors.drawn(version)
    reading = marking.read(version.content, one.params, one.order, fields, get_language() or "en")
    if reading.response is None:
        raise NotRead(unread(version, fields))
    mark = marking.mark(version.content, one.params, one.order, reading.response)
    answer = CheckAnswer.objects.create(
        enrolment=enrolment, item_version=version, response=reading.response, right=mark.right, at=now
    )
    courses.note(enrolment=enrolment, kind=EngagementEvent.Kind.ANSWER, slug=lesson_slug, now=now)
    points = cents(mark.fraction)
    courses.record_activity(
        enrolment=enrolment,
        activity=f"check:{item.pk}",
        outcome="passed" if mark.right else "answered",
        points=points,
        max_points=Decimal(1),
        by_objective={version.objective_id: (points, Decimal(1))},
        flags=[],
        evidence=f"check:{answer.pk}",
        at=now,
    )
    return answer


def unread(version: ItemVersion, fields: Fields) -> Answering:
    """The check with what was sent and why it is no answer yet; a blank is asked to be filled in."""
    one = selectors.drawn(version)
    reading = marking.read(version.content, one.params, one.order, fields, get_language() or "en")
    blank = marking.Problem("choose_one" if version.content["type"] == "sba" else "blank", "")
    return selectors.check(version, None, typed=fields, problem=reading.problem or blank)

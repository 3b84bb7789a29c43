"""What a learner knew before and after: a pre-test beside the post-test that is parallel to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.safestring import SafeString

from core import charts
from courses.models import LessonProgress, Objective
from quizzes import selectors
from quizzes.models import Attempt, Quiz, Slot
from quizzes.selectors import release

Points = tuple[Decimal, Decimal]
ALL = Decimal(100)


@dataclass(frozen=True)
class Compared:
    """Points before and after as percent of their most, of one objective or (None) of the whole."""

    before: Decimal
    after: Decimal
    objective: Objective | None = None

    @property
    def normalised(self) -> Decimal | None:
        """Of what was not known before the percent that is known now: (after - before) / (100 - before), Hake 1998
        (doi:10.1119/1.18809). Negative when less was right; None when everything was right before."""
        return ALL * (self.after - self.before) / (ALL - self.before) if self.before < ALL else None

    @property
    def open_before(self) -> Decimal:
        return ALL - self.before

    @property
    def picture(self) -> SafeString:
        return charts.two_marks(float(self.before), float(self.after))


@dataclass(frozen=True)
class Gain:
    """Both forms compared. `objectives` is empty where the post-test does not show scores by objective."""

    at: datetime
    whole: Compared
    objectives: list[Compared]


def gain(attempt: Attempt, rows: Iterable[Slot]) -> Gain | None:
    """What came of the course for this learner; None unless this post-test shows points and a pre-test by the same
    cells was handed in before it was begun."""
    shown = release.shown(attempt)
    before = _pretest(attempt) if "points" in shown else None
    if before is None or before.submitted_at is None:
        return None
    was, now = selectors.points_by_objective(selectors.slots(before)), selectors.points_by_objective(rows)
    return Gain(before.submitted_at, _whole(was, now), _by_objective(was, now) if "objectives" in shown else [])


def _pretest(attempt: Attempt) -> Attempt | None:
    earlier = (
        selectors.same_blueprint(attempt)
        .counted()
        .filter(quiz__kind=Quiz.PRETEST, submitted_at__lte=attempt.started_at)
    )
    found = earlier.select_related("version").order_by("-submitted_at").first()
    # Forms drawn by other cells are not parallel: what differs would not be the learner. Nor is it the course where
    # the pre-test was handed in after a lesson of it.
    if found is None or found.version.rule("cells") != attempt.version.rule("cells") or _read_before(found):
        return None
    return found


def _read_before(pretest: Attempt) -> bool:
    lessons = LessonProgress.objects.filter(enrolment=pretest.enrolment_id)
    return lessons.filter(done_at__lt=pretest.submitted_at).exists()


def _whole(was: Mapping[str, Points], now: Mapping[str, Points]) -> Compared:
    return Compared(_percent(*was.values()), _percent(*now.values()))


def _by_objective(was: Mapping[str, Points], now: Mapping[str, Points]) -> list[Compared]:
    objectives = Objective.objects.filter(code__in=was.keys() & now.keys()).order_by("position")
    return [Compared(_percent(was[one.code]), _percent(now[one.code]), one) for one in objectives]


def _percent(*points: Points) -> Decimal:
    return ALL * sum(got for got, _most in points) / sum(most for _got, most in points)

"""The carbohydrate trainer: lay a plate, build one, guess it. One function each, for every door."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError
from courses import selectors as course_selectors
from courses import services as courses
from courses.models import EngagementEvent, Enrolment
from quizzes.marking import numeric
from quizzes.marking.base import Problem
from quizzes.models import TrainerRound
from quizzes.selectors import trainer as selectors
from quizzes.trainer import closeness, levels, plates

Fields = Mapping[str, Sequence[str]]
REF = "trainer:carbs"
MOST_G = Decimal(999)
POINTS = {
    closeness.Verdict.CLOSE: Decimal(1),
    closeness.Verdict.OFF: Decimal("0.5"),
    closeness.Verdict.FAR: Decimal(0),
}
TOTAL = "total"


class NotGuessed(DomainError):
    """What was sent is no guess yet: by the form's field, why."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__("not_read", _("Look at the numbers again."), status=422)
        self.problems = problems


@dataclass(frozen=True)
class Guess:
    """A guess as it was read: the whole plate, and food by food where one was given."""

    total_g: Decimal
    by_food: tuple[Decimal | None, ...]


def lesson_of(enrolment: Enrolment) -> str:
    """The slug of the lesson in which the trainer stands. DomainError: in none (409), not open yet (403)."""
    way = course_selectors.journey(enrolment)
    for step in way.steps:
        if any(activity["ref"] == REF for activity in step.lesson.activities):
            return courses.require_open(way, step.lesson.slug).lesson.slug
    raise DomainError("no_trainer", _("This course has no carb trainer."))


@transaction.atomic
def lay(*, user: User, now: datetime, enrolment: Enrolment | None = None) -> TrainerRound:
    """The plate to guess now: the open one if there is one (nobody throws a hard plate away by asking again), else a
    new one at the learner's level. With an enrolment its result will count in the lesson where the trainer stands."""
    if enrolment is not None:
        courses.require_learner(enrolment)
        lesson_of(enrolment)
    level, history, seed = selectors.level(user), selectors.history(user), secrets.token_hex(8)
    foods, recent = selectors.foods(), selectors.recent(user)
    if not foods:
        raise DomainError("no_foods", _("There is no table of foods here yet."), status=404)
    found, made = TrainerRound.objects.get_or_create(
        user=user,
        kind=TrainerRound.Kind.LAID,
        guessed_at=None,
        defaults={
            "enrolment": enrolment,
            "level": level,
            "seed": seed,
            "plate": plates.as_json(plates.lay(foods, level, history, seed, recent)),
            "laid_at": now,
        },
    )
    if not made and enrolment is not None and found.enrolment_id != enrolment.pk:
        # In one statement: another window may be guessing it, and a guessed plate does not change any more.
        if not TrainerRound.objects.open().filter(pk=found.pk).update(enrolment=enrolment):
            return lay(user=user, now=now, enrolment=enrolment)
        found.enrolment = enrolment
    return found


@transaction.atomic
def add_food(*, user: User, food_id: str, now: datetime) -> TrainerRound:
    """Put one portion of a food on the learner's own plate; the first one begins a plate. DomainError: there is no such
    food (404), the plate is full (409)."""
    food = selectors.food(food_id)
    if food is None:
        raise DomainError("no_such_food", _("There is no such food in the table."), status=404)
    own, _made = TrainerRound.objects.get_or_create(
        user=user, kind=TrainerRound.Kind.OWN, guessed_at=None, defaults={"laid_at": now}
    )
    own = _locked(own)
    if len(own.plate) >= plates.MOST_FOODS:
        words = _("The plate is full: %(most)d foods. Take one off first.") % {"most": plates.MOST_FOODS}
        raise DomainError("plate_full", words)
    return _set(own, (*own.helpings, plates.helping(food)))


@transaction.atomic
def change_plate(*, user: User, times: Mapping[int, str], remove: int | None = None) -> TrainerRound | None:
    """Other portions for the foods on the own plate (by place, from 1), and one taken off. What is none of the portions
    on offer, or no place of the plate, changes nothing. None: there is no own plate."""
    own = TrainerRound.objects.visible_to(user).open().filter(kind=TrainerRound.Kind.OWN).first()
    if own is None:
        return None
    own = _locked(own)
    rows = plates.as_json(own.helpings)
    for place, row in enumerate(rows, start=1):
        chosen = plates.times_of(times.get(place, ""))
        row["times"] = str(chosen) if chosen is not None else row["times"]
    kept = [row for place, row in enumerate(rows, start=1) if place != remove]
    return _set(own, plates.from_json(kept))


def _locked(own: TrainerRound) -> TrainerRound:
    """The row as it is, and nobody else's to change until the transaction ends."""
    return TrainerRound.objects.select_for_update().get(pk=own.pk)


def _set(own: TrainerRound, plate: plates.Plate) -> TrainerRound:
    own.plate = plates.as_json(plate)
    if own.is_open:
        own.save(update_fields=["plate"])
    return own


@transaction.atomic
def guess(*, round_: TrainerRound, fields: Fields, seen: str, now: datetime) -> TrainerRound:
    """Take a guess and count the plate: once. Guessed again (a second press, another window) the first result stands.

    `seen` is the mark of the plate the learner looked at (selectors.mark). Raises NotGuessed (422) for what is no guess
    yet, DomainError plate_changed (409) when the own plate was changed meanwhile, or plate_empty.
    """
    round_ = TrainerRound.objects.select_for_update(of=("self",)).select_related("enrolment", "user").get(pk=round_.pk)
    if not round_.is_open:
        return round_
    plate = round_.helpings
    if not plate:
        raise DomainError("plate_empty", _("Nothing lies on this plate yet. Choose a food first."))
    if seen != selectors.mark(round_):
        raise DomainError("plate_changed", _("The plate was changed in another window. Look at it again, then guess."))
    read = _read(plate, fields)
    counted = plates.total_g(plate)
    round_.guess_g, round_.counted_g, round_.guessed_at = read.total_g, counted, now
    round_.guesses = [str(one) if one is not None else None for one in read.by_food]
    round_.close = closeness.verdict(counted, read.total_g) == closeness.Verdict.CLOSE
    round_.save(update_fields=["guess_g", "counted_g", "guesses", "close", "guessed_at"])
    if round_.enrolment is not None:
        _tell_course(round_, round_.enrolment)
    return round_


def _read(plate: plates.Plate, fields: Fields) -> Guess:
    """Grams for the whole plate, for each food, or both; the total may be left to us where every food has a number."""
    names = [f"food-{place}" for place in range(1, len(plate) + 1)] if len(plate) > 1 else []
    got = {name: numeric.amount(fields, name, ["g"]) for name in (*names, TOTAL)}
    problems = {name: one.problem for name, one in got.items() if one.problem}
    values = {name: Decimal(one.stored["value"]) for name, one in got.items() if one.stored}
    problems |= {name: Problem("out_of_range", name) for name, value in values.items() if not 0 <= value <= MOST_G}
    if problems:
        raise NotGuessed(problems)
    by_food = tuple(_cents(values[name]) if name in values else None for name in names)
    if TOTAL in values:
        total = _cents(values[TOTAL])
        return Guess(total, by_food or (total,))
    if names and all(name in values for name in names):
        return Guess(sum((one for one in by_food if one is not None), Decimal(0)), by_food)
    raise NotGuessed({TOTAL: Problem("half_guessed" if values else "blank", TOTAL)})


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize() + 0


def _tell_course(round_: TrainerRound, enrolment: Enrolment) -> None:
    """The lesson's activity has its result. Who lost the role meanwhile, or the lesson its trainer, keeps the round."""
    try:
        courses.require_learner(enrolment)
        slug = lesson_of(enrolment)
    except DomainError:
        return
    verdict, at = round_.verdict, round_.guessed_at
    if verdict is None or at is None:
        return
    courses.note(enrolment=enrolment, kind=EngagementEvent.Kind.ANSWER, slug=slug, now=at)
    courses.record_activity(
        enrolment=enrolment,
        activity=REF,
        outcome="passed" if round_.close else "answered",
        points=POINTS[verdict],
        max_points=Decimal(1),
        by_objective={},  # practice: what an objective earned is measured by questions
        flags=[],
        evidence=f"trainer:{round_.pk}",
        at=at,
    )


def level_after(round_: TrainerRound) -> int:
    """The level of the plate that follows this one, when it is the last."""
    return selectors.level(round_.user) if round_.level is None else levels.next_level(selectors.outcomes(round_.user))

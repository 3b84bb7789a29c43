"""What a page may know of a question. Keys and rationales leave here only after release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q

from courses.models import Enrolment, Objective
from quizzes import marking
from quizzes.models import Attempt, CheckAnswer, ItemVersion, Quiz, QuizVersion, Slot
from quizzes.models.attempts import AttemptQuerySet
from quizzes.selectors import release
from quizzes.selectors.answering import Answering, answering
from quizzes.selectors.solved import Solved, solved


@dataclass(frozen=True)
class ObjectiveScore:
    """How many questions of one objective were right."""

    objective: Objective
    right: int
    total: int

    @property
    def squares(self) -> list[bool]:
        return [index < self.right for index in range(self.total)]


def question(slot: Slot) -> Answering:
    """The question of a slot as it may be shown while the attempt is live."""
    version = slot.item_version
    return answering(version.content, slot.params, slot.option_order, slot.response, position=slot.position)


def refused(slot: Slot, fields: Mapping[str, Sequence[str]], problem: marking.Problem) -> Answering:
    """The question with what was sent and could not be read."""
    version = slot.item_version
    order, position = slot.option_order, slot.position
    return answering(version.content, slot.params, order, None, position=position, typed=fields, problem=problem)


def filled(slot: Slot) -> dict[str, list[str]]:
    """The answer that stands, as the form's fields say it."""
    if not slot.response:
        return {}
    return marking.filled(slot.item_version.content, slot.params, slot.option_order, slot.response)


def explained(slot: Slot) -> Solved:
    """The question of a slot with key and reasons: once it is released."""
    version = slot.item_version
    return solved(
        version.content, slot.params, slot.option_order, slot.response, position=slot.position, see=version.see
    )


def released(attempt: Attempt) -> list[Solved]:
    """All questions with reasons once they are released (quizzes.selectors.release); an empty list before."""
    return [explained(slot) for slot in slots(attempt)] if "explained" in release.shown(attempt) else []


@dataclass(frozen=True)
class Drawn:
    """A check as everyone meets it: order and values are drawn once a version, so that the page can be kept."""

    version: ItemVersion
    order: Sequence[str]
    params: Mapping[str, str]


def drawn(version: ItemVersion) -> Drawn:
    """A check's order and values. Options stand in the author's order; where that order is the key it is drawn."""
    content = version.content
    if content["type"] in ("sba", "mr"):
        return Drawn(version, [option["id"] for option in content["options"]], {})
    rng = marking.Rng(marking.seed_of(b"check", "", 0, str(version.pk or 0)))
    return Drawn(version, marking.order(content, rng), marking.draw(content, rng))


def check(version: ItemVersion, response: Mapping[str, Any] | None, **more: Any) -> Answering:
    """A check as it may be shown before an answer, or while an answer could not be read."""
    one = drawn(version)
    return answering(version.content, one.params, one.order, response, key=f"check-{version.item_id}", **more)


def answered_check(version: ItemVersion, response: Mapping[str, Any], *, hint: bool = False) -> Solved:
    """An answered check with key and reasons; with `hint` only what an answer in a patient's step may tell."""
    one, key = drawn(version), f"check-{version.item_id}"
    return solved(version.content, one.params, one.order, response, key=key, hint=hint, see=version.see)


def slots(attempt: Attempt) -> list[Slot]:
    return list(attempt.slots.select_related("item_version").order_by("position"))


def by_objective(rows: Iterable[Slot]) -> list[ObjectiveScore]:
    """Right and total per objective, in the objectives' order."""
    counts: dict[str, list[int]] = {}
    for slot in rows:
        count = counts.setdefault(slot.item_version.objective_id, [0, 0])
        count[0] += bool(slot.right)
        count[1] += 1
    objectives = Objective.objects.filter(code__in=counts).order_by("position")
    return [ObjectiveScore(objective, *counts[objective.code]) for objective in objectives]


def points_by_objective(rows: Iterable[Slot]) -> dict[str, tuple[Decimal, Decimal]]:
    """Points and their most per objective, as exact as they are stored."""
    points: dict[str, tuple[Decimal, Decimal]] = {}
    for slot in rows:
        got, most = points.get(slot.item_version.objective_id, (Decimal(0), Decimal(0)))
        points[slot.item_version.objective_id] = (got + (slot.fraction or 0), most + 1)
    return points


def missed_sections(rows: Iterable[Slot]) -> list[str]:
    """Where to read again: the sections behind the questions that were not right, once each."""
    return list(dict.fromkeys(slot.item_version.see for slot in rows if not slot.right))


def current_version(enrolment: Enrolment, slug: str) -> QuizVersion | None:
    """The newest version of a quiz of the enrolment's course."""
    versions = QuizVersion.objects.filter(quiz__course_id=enrolment.course_id, quiz__slug=slug)
    return versions.select_related("quiz").order_by("-number").first()


def passed_version(enrolment: Enrolment, slug: str) -> QuizVersion | None:
    """The version of the quiz this learner passed first, whatever was published since."""
    passed = enrolment.attempts.counted().filter(quiz__slug=slug, passed=True).select_related("version")
    first = passed.order_by("submitted_at").first()
    return first.version if first else None


def pretest(enrolment: Enrolment) -> Quiz | None:
    """The published pre-test of the enrolment's course."""
    rows = Quiz.objects.filter(course=enrolment.course_id, kind=Quiz.PRETEST, versions__isnull=False)
    return rows.order_by("pk").first()


def last_attempt(enrolment: Enrolment, slug: str) -> Attempt | None:
    """The newest that counts."""
    mine = enrolment.attempts.counted().filter(quiz__slug=slug)
    return mine.select_related("version").order_by("-number").first()


def same_blueprint(attempt: Attempt) -> AttemptQuerySet:
    """This learner's attempts at the same quiz, and at a pre-test that is parallel to it."""
    pretest = Q(quiz__kind=Quiz.PRETEST, quiz__course=attempt.quiz.course_id)
    parallel = pretest & Q(version__settings__parallel=attempt.quiz.slug)
    return Attempt.objects.filter(Q(quiz=attempt.quiz_id) | parallel, enrolment=attempt.enrolment_id)


def last_attempts(enrolment: Enrolment, slugs: Iterable[str]) -> dict[str, Attempt]:
    """The same for each of these quizzes that was begun, in one query, with how many questions are `answered`."""
    rows = enrolment.attempts.counted().filter(quiz__slug__in=list(slugs)).select_related("version", "quiz")
    rows = rows.annotate(answered=Count("slots", filter=Q(slots__response__isnull=False)))
    return {attempt.quiz.slug: attempt for attempt in rows.order_by("number")}


def checks(enrolment: Enrolment, item_ids: Iterable[str]) -> list[tuple[ItemVersion, dict[str, Any] | None]]:
    """Newest version of each check and what this learner answered last, in two queries (three at first).

    The answer counts whatever version it was given to: a reworded check is not asked again.
    """
    wanted = list(item_ids)
    newest = dict(ItemVersion.objects.filter(item__in=wanted).order_by("number").values_list("item_id", "pk"))
    answers = CheckAnswer.objects.filter(enrolment=enrolment, item_version__item__in=wanted).order_by("at")
    chosen = dict(answers.values_list("item_version__item", "response"))
    versions = item_versions(tuple(newest.values()))
    return [(versions[pk], chosen.get(item_id)) for item_id, pk in newest.items()]


@lru_cache(maxsize=256)
def item_versions(pks: tuple[int, ...]) -> dict[int, ItemVersion]:
    """The checks of one lesson. A version never changes (a trigger sees to it), so each process reads it once."""
    return ItemVersion.objects.in_bulk(pks)

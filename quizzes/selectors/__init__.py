"""What a page may know of a question. Keys and rationales leave here only after release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from core.texts import chosen, told
from courses.models import Enrolment, Objective
from quizzes.models import Attempt, CheckAnswer, ItemVersion, QuizVersion, Slot


@dataclass(frozen=True)
class ShownOption:
    """An option as a learner sees it: its number on this learner's page, its text, whether it is chosen."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Question:
    """A question before release. Built from an allow-list: there is no field a key could slip into."""

    position: int
    stem: str
    options: tuple[ShownOption, ...]
    language: str


@dataclass(frozen=True)
class ExplainedOption:
    """An option after release: also whether it is the key, and why."""

    value: str
    text: str
    chosen: bool
    key: bool
    why: str


@dataclass(frozen=True)
class Explained:
    """A question after release."""

    position: int
    stem: str
    right: bool
    see: str
    options: tuple[ExplainedOption, ...]
    language: str


@dataclass(frozen=True)
class ObjectiveScore:
    """How many questions of one objective were right."""

    objective: Objective
    right: int
    total: int

    @property
    def squares(self) -> list[bool]:
        return [index < self.right for index in range(self.total)]


def question(slot: Slot) -> Question:
    """The question of a slot as it may be shown while the attempt is live."""
    choice = (slot.response or {}).get("choice")
    return plain_question(slot.item_version, slot.option_order, choice, position=slot.position)


def plain_question(
    version: ItemVersion, order: Sequence[str], choice: str | None = None, *, position: int = 0
) -> Question:
    """Stem and options in this order, and nothing that tells which is the key."""
    texts = {option["id"]: option["text"] for option in version.content["options"]}
    options = tuple(
        ShownOption(str(number), told(texts[option_id]), option_id == choice)
        for number, option_id in enumerate(order, 1)
    )
    stem = version.content["stem"]
    return Question(position, told(stem), options, chosen(stem))


def explained(version: ItemVersion, order: Sequence[str], choice: str | None, *, position: int = 0) -> Explained:
    """A question with its key and reasons: for an answered check, or an attempt whose answers are released."""
    by_id = {option["id"]: option for option in version.content["options"]}
    options = tuple(
        ExplainedOption(
            str(number),
            told(by_id[option_id]["text"]),
            option_id == choice,
            bool(by_id[option_id]["key"]),
            told(by_id[option_id]["why"]),
        )
        for number, option_id in enumerate(order, 1)
    )
    right = any(option.key and option.chosen for option in options)
    stem = version.content["stem"]
    return Explained(position, told(stem), right, version.see, options, chosen(stem))


def hinted(version: ItemVersion, order: Sequence[str], choice: str) -> Explained:
    """A question of a patient's step after an answer: the reason of the answer given, and nothing of the others, so
    that a wrong one can be followed by a right one that is the reader's own."""
    told_all = explained(version, order, choice)
    options = tuple(option if option.chosen else replace(option, key=False, why="") for option in told_all.options)
    return replace(told_all, options=options)


def released(attempt: Attempt) -> list[Explained]:
    """All questions with reasons once the attempt is passed; an empty list before, whatever was answered."""
    if not attempt.passed:
        return []
    return [
        explained(slot.item_version, slot.option_order, (slot.response or {}).get("choice"), position=slot.position)
        for slot in slots(attempt)
    ]


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
    return {score.objective.code: (Decimal(score.right), Decimal(score.total)) for score in by_objective(rows)}


def missed_sections(rows: Iterable[Slot]) -> list[str]:
    """Where to read again: the sections behind the questions that were not right, once each."""
    return list(dict.fromkeys(slot.item_version.see for slot in rows if not slot.right))


def current_version(enrolment: Enrolment, slug: str) -> QuizVersion | None:
    """The newest version of a quiz of the enrolment's course."""
    versions = QuizVersion.objects.filter(quiz__course_id=enrolment.course_id, quiz__slug=slug)
    return versions.select_related("quiz").order_by("-number").first()


def passed_version(enrolment: Enrolment, slug: str) -> QuizVersion | None:
    """The version of the quiz this learner passed first, whatever was published since."""
    passed = enrolment.attempts.filter(quiz__slug=slug, passed=True).select_related("version")
    first = passed.order_by("submitted_at").first()
    return first.version if first else None


def last_attempt(enrolment: Enrolment, slug: str) -> Attempt | None:
    return enrolment.attempts.filter(quiz__slug=slug).select_related("version").order_by("-number").first()


def checks(enrolment: Enrolment, item_ids: Iterable[str]) -> list[tuple[ItemVersion, str | None]]:
    """Newest version of each check and the option this learner chose last, in two queries (three at first).

    The answer counts whatever version it was given to: a reworded check is not asked again.
    """
    wanted = list(item_ids)
    newest = dict(ItemVersion.objects.filter(item__in=wanted).order_by("number").values_list("item_id", "pk"))
    answers = CheckAnswer.objects.filter(enrolment=enrolment, item_version__item__in=wanted).order_by("at")
    chosen = dict(answers.values_list("item_version__item", "response"))
    versions = item_versions(tuple(newest.values()))
    return [(versions[pk], chosen.get(item_id, {}).get("choice")) for item_id, pk in newest.items()]


@lru_cache(maxsize=256)
def item_versions(pks: tuple[int, ...]) -> dict[int, ItemVersion]:
    """The checks of one lesson. A version never changes (a trigger sees to it), so each process reads it once."""
    return ItemVersion.objects.in_bulk(pks)

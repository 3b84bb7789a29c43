"""Reads of the carbohydrate trainer: the foods, a learner's level and hard foods, a plate as a page shows it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString

from accounts.models import User
from core import plates as pictures
from core.texts import pick
from courses.models import Enrolment
from quizzes.models import TrainerRound
from quizzes.selectors import trainer_words as words
from quizzes.trainer import levels
from quizzes.trainer.closeness import Verdict, verdict
from quizzes.trainer.foods import CATEGORIES, Food, read
from quizzes.trainer.plates import Helping
from quizzes.trainer.reasons import most_missed, reason

ENGLISH, SPANISH = "foods.csv", "foods.es.csv"
REMEMBERED = 60  # rounds that are looked at for foods that come back
HITS = 40  # foods a search shows


# --- foods --------------------------------------------------------------------------------------------------------


def foods() -> tuple[Food, ...]:
    return _foods(settings.CURRICULUM_DIR)


@lru_cache(maxsize=4)
def _foods(root: Path) -> tuple[Food, ...]:
    """Read once a process; empty where the curriculum has no table. Files with faults do not get here:
    load_curriculum refuses them by line."""
    if not (root / ENGLISH).is_file():
        return ()
    found, faults = read(*((root / name).read_text(encoding="utf-8") for name in (ENGLISH, SPANISH)))
    if faults:
        raise ValueError(f"{len(faults)} faults in {ENGLISH}, first: {faults[0]}")
    return found


def food(ident: str) -> Food | None:
    return next((one for one in foods() if one.id == ident), None)


@dataclass(frozen=True)
class FoodLine:
    """A food as it can be chosen: never with its carbohydrate."""

    id: str
    name: str
    portion: str
    category: str
    estimate: bool


def find(query: str, category: str) -> tuple[list[FoodLine], int]:
    """The foods whose name, in either language, holds every word of the query, and how many there are. Accents and
    capitals make no difference; without a query all of the category."""
    asked = [_bare(word) for word in query.split()]
    found = [
        one
        for one in foods()
        if category in ("", one.category) and all(word in _bare(" ".join(one.name.values())) for word in asked)
    ]
    found.sort(key=lambda one: _bare(pick(one.name)))
    return [_line(one) for one in (found[:HITS] if asked else found)], len(found)


def _line(one: Food) -> FoodLine:
    return FoodLine(one.id, pick(one.name), pick(one.portion), str(words.CATEGORIES[one.category]), one.estimate)


def _bare(text: str) -> str:
    split = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in split if not unicodedata.combining(char))


def categories() -> list[tuple[str, str]]:
    return [(slug, str(words.CATEGORIES[slug])) for slug in CATEGORIES.values()]


# --- a learner ----------------------------------------------------------------------------------------------------


def outcomes(user: User) -> list[tuple[int, bool]]:
    """Level and closeness of the last three laid plates, oldest first: what the next level is computed from."""
    rows = TrainerRound.objects.visible_to(user).guessed().filter(kind=TrainerRound.Kind.LAID).newest_first()
    found = rows.values_list("level", "close")[: levels.UP_AFTER]
    return [(level or 1, bool(close)) for level, close in reversed(found)]


def level(user: User) -> int:
    return levels.next_level(outcomes(user))


def history(user: User) -> list[dict[str, bool]]:
    """What was guessed closely on each of the last plates, laid or own, oldest first: {food: close}."""
    rows = TrainerRound.objects.visible_to(user).guessed().newest_first()[:REMEMBERED]
    return [_closeness(row) for row in reversed(rows)]


def recent(user: User) -> set[str]:
    """The foods of the last two plates, however they were guessed."""
    rows = TrainerRound.objects.visible_to(user).guessed().newest_first()[:2]
    return {one.food for row in rows for one in row.helpings}


def _closeness(row: TrainerRound) -> dict[str, bool]:
    """Foods guessed by themselves. One of a whole plate that was guessed as a whole tells nothing of its foods."""
    return {
        one.food: verdict(one.carb_g, guess) == Verdict.CLOSE
        for one, guess in zip(row.helpings, row.by_food, strict=True)
        if guess is not None
    }


def hard_foods(user: User) -> list[str]:
    """The names of foods that were missed and were not close since, the latest first."""
    memories = levels.remembered(history(user))
    missed = sorted((memory.ago, ident) for ident, memory in memories.items() if memory.streak == 0)
    found = [food(ident) for _ago, ident in missed]
    return [pick(one.name) for one in found if one]


def mark(row: TrainerRound) -> str:
    """Tells one plate from another: what a guess says it was looking at."""
    return hashlib.sha256(json.dumps(row.plate, sort_keys=True).encode()).hexdigest()[:16]


# --- a plate as a page shows it -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One food of a plate. Before the guess `counted`, `guess` and what follows from them are empty."""

    n: int
    name: str
    portion: str
    weight: str = ""
    estimate: bool = False
    times: str = "1"
    counted: Decimal | None = None
    guess: Decimal | None = None
    difference: str = ""
    verdict: str = ""
    why: str = ""

    @property
    def field(self) -> str:
        return f"food-{self.n}"


def laid_rows(row: TrainerRound) -> list[Row]:
    """The foods as they lie there: what they are and how much of them, never their carbohydrate."""
    weighed = row.level is None or levels.LEVELS[row.level - 1].weighed
    return [_laid(n, one, weighed=weighed) for n, one in enumerate(row.helpings, start=1)]


def _laid(n: int, one: Helping, *, weighed: bool) -> Row:
    weight = words.weight(one.weight_g) if weighed else ""
    portion = words.portion(one.times, pick(one.portion))
    return Row(n, pick(one.name), portion, weight, one.estimate, times=f"{one.times.normalize():f}")


def counted_rows(row: TrainerRound) -> list[Row]:
    """The foods of a guessed plate, each with what it holds, what was guessed, and why they differ."""
    rows = []
    for n, (one, guess) in enumerate(zip(row.helpings, row.by_food, strict=True), start=1):
        shown = replace(_laid(n, one, weighed=True), counted=one.carb_g, why=words.why(reason(one, guess), one))
        if guess is not None:
            off = words.difference(guess - one.carb_g)
            shown = replace(shown, guess=guess, difference=off, verdict=verdict(one.carb_g, guess).value)
        rows.append(shown)
    return rows


def worst(row: TrainerRound, rows: Sequence[Row]) -> Row | None:
    """The food that was missed by the most grams."""
    place = most_missed(row.helpings, row.by_food)
    return rows[place] if place is not None else None


def picture(row: TrainerRound, label: str) -> SafeString:
    """The plate as it lies there."""
    shown = [_serving(n, one) for n, one in enumerate(row.helpings, start=1)]
    return pictures.plate(shown, label)


def drawn(row: TrainerRound, label: str, key: pictures.Key) -> SafeString:
    """The plate of a guessed round, with its carbohydrate as dots; a food not guessed by itself shows what it has."""
    shown = []
    for n, (one, guess) in enumerate(zip(row.helpings, row.by_food, strict=True), start=1):
        counted = pictures.dots(one.carb_g)
        guessed = counted if guess is None else pictures.dots(guess)
        shown.append(replace(_serving(n, one), counted=counted, guessed=guessed))
    return pictures.plate(shown, label, key)


def _serving(n: int, one: Helping) -> pictures.Serving:
    return pictures.Serving(n, pictures.look(one.category, one.name["en"], one.portion["en"]), float(one.weight_g))


@dataclass(frozen=True)
class Line:
    """A guessed round in one line."""

    id: uuid.UUID
    at: datetime | None
    foods: str
    guess: str
    counted: str
    difference: str
    verdict: str
    verdict_words: str
    level: int | None


def line(row: TrainerRound) -> Line:
    guess, counted = row.guess_g or Decimal(0), row.counted_g or Decimal(0)
    found = row.verdict or Verdict.CLOSE
    names = ", ".join(pick(one.name) for one in row.helpings)
    off = words.difference(guess - counted)
    told = (words.grams(guess), words.grams(counted), off, found.value, str(words.VERDICTS[found]))
    return Line(row.pk, row.guessed_at, names, *told, row.level)


def last_line(enrolment: Enrolment) -> Line | None:
    """The last plate that was guessed for a lesson of this enrolment."""
    row = TrainerRound.objects.guessed().filter(enrolment=enrolment).newest_first().first()
    return line(row) if row else None


def is_alcohol(ident: str) -> bool:
    found = food(ident)
    return bool(found and found.alcohol)


def miss_g(rows: Sequence[TrainerRound]) -> Decimal | None:
    """How far off these rounds were on average, in whole grams."""
    errors = [abs(row.guess_g - row.counted_g) for row in rows if row.guess_g is not None and row.counted_g is not None]
    return (sum(errors, Decimal(0)) / len(errors)).quantize(Decimal(1)) if errors else None

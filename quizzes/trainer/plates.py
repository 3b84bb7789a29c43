"""A plate: helpings of foods, as the trainer lays it or a learner builds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from quizzes.trainer import levels
from quizzes.trainer.closeness import whole
from quizzes.trainer.foods import Food

TIMES = tuple(Decimal(text) for text in ("0.5", "1", "1.5", "2", "3"))
ODD = tuple(Decimal(text) for text in ("0.5", "1.5", "2"))  # what the trainer lays that is not the usual portion
MOST_FOODS = 8
COUNTS_G = Decimal(8)  # a food to be counted by itself has at least so much
WORLD = frozenset({"dishes", "latin-american", "south-asian", "east-asian", "middle-eastern", "african", "european"})
# Not on an easy plate: many people have never had them before them.
UNUSUAL = frozenset(
    {
        *("teff-cooked", "millet-cooked", "bulgur-cooked", "barley-pearled-cooked", "wild-rice-cooked"),
        *("mung-beans-cooked", "black-eyed-peas-cooked", "litchi", "jackfruit", "grits-white-cooked"),
        *("farina-cream-of-wheat-type-cooked", "dates-medjool"),
    }
)
# What may lie at each place of a plate, by category.
ROLES: Mapping[str, frozenset[str]] = {
    "plain": frozenset({"grains", "roots", "legumes", "fruit", "dairy"}),
    "staple": frozenset({"grains", "roots", "legumes"}),
    "side": frozenset({"vegetables", "protein", "legumes", "fruit"}),
    "extra": frozenset({"drinks", "dairy", "sweets"}),  # what is easily forgotten (CC-14, CC-44)
    "dish": WORLD,
}


@dataclass(frozen=True)
class Helping:
    """A food on a plate: `times` its usual portion, with what the table said when it was laid."""

    food: str
    name: Mapping[str, str]
    portion: Mapping[str, str]
    category: str
    times: Decimal
    portion_g: Decimal
    portion_carb_g: Decimal
    portion_fiber_g: Decimal
    estimate: bool

    @property
    def weight_g(self) -> Decimal:
        return whole(self.portion_g * self.times)

    @property
    def carb_g(self) -> Decimal:
        """Whole grams of carbohydrate: the answer."""
        return whole(self.portion_carb_g * self.times)

    @property
    def fiber_g(self) -> Decimal:
        return whole(self.portion_fiber_g * self.times)


Plate = tuple[Helping, ...]


def helping(food: Food, times: Decimal = Decimal(1)) -> Helping:
    return Helping(
        food.id, food.name, food.portion, food.category, times, food.grams, food.carb_g, food.fiber_g, food.estimate
    )


def total_g(plate: Plate) -> Decimal:
    """The plate's carbohydrate: the sum of the whole grams of its foods."""
    return sum((one.carb_g for one in plate), Decimal(0))


def times_of(text: str) -> Decimal | None:
    """One of TIMES, from what a form sent."""
    return next((one for one in TIMES if str(one) == text), None)


def lay(
    foods: Sequence[Food], level: int, history: Sequence[Mapping[str, bool]], seed: str, recent: Collection[str] = ()
) -> Plate:
    """The plate of a level (1 to 5), the same for the same seed. `history`: see levels.due; `recent`: the foods of the
    last two plates.

    Each place takes a food that is due where one fits, at most half of the places, else any food of its role that was
    not on the last two plates. No food twice, and no two of a category unless one is due. Alcohol is never laid: it
    follows rules of its own (CC-43). The first place always has carbohydrate worth counting.
    """
    # Not for secrets: the seed makes the plate repeatable.
    rng, spec = Random(seed), levels.LEVELS[level - 1]  # noqa: S311
    usable = [food for food in foods if not food.alcohol]
    waiting = levels.due(history)
    chosen: list[Food] = []
    back = 0
    for number, role in enumerate(spec.roles):
        fits = [one for one in usable if _fits(one, role, first=number == 0) and one not in chosen]
        again = [one for ident in waiting for one in fits if one.id == ident] if 2 * back < len(spec.roles) else []
        if again:
            back += 1
            chosen.append(again[0])
            continue
        taken = {one.category for one in chosen}
        fresh = [one for one in fits if one.id not in recent and one.category not in taken and one.id not in waiting]
        chosen.append(rng.choice(fresh or [one for one in fits if one.id not in recent] or fits))
    odd = set(rng.sample([n for n, food in enumerate(chosen) if food.carb_g], k=min(spec.odd, _odd_ones(chosen))))
    return tuple(helping(food, rng.choice(ODD) if n in odd else Decimal(1)) for n, food in enumerate(chosen))


def lacking(foods: Sequence[Food]) -> list[str]:
    """The roles on a plate (ROLES) that no food of the table can take."""
    usable = [food for food in foods if not food.alcohol]
    return [role for role in ROLES if not any(_fits(one, role, first=True) for one in usable)]


def _fits(food: Food, role: str, *, first: bool) -> bool:
    if food.category not in ROLES[role] or (first and food.carb_g < COUNTS_G):
        return False
    if role == "plain":
        return food.id not in UNUSUAL
    return role == "dish" or not food.estimate


def _odd_ones(chosen: Iterable[Food]) -> int:
    return sum(bool(food.carb_g) for food in chosen)


def as_json(plate: Plate) -> list[dict[str, Any]]:
    return [
        {
            "food": one.food,
            "name": dict(one.name),
            "portion": dict(one.portion),
            "category": one.category,
            "times": str(one.times),
            "portion_g": str(one.portion_g),
            "portion_carb_g": str(one.portion_carb_g),
            "portion_fiber_g": str(one.portion_fiber_g),
            "estimate": one.estimate,
        }
        for one in plate
    ]


def from_json(rows: Iterable[Mapping[str, Any]]) -> Plate:
    numbers = ("times", "portion_g", "portion_carb_g", "portion_fiber_g")
    return tuple(Helping(**{**row, **{key: Decimal(row[key]) for key in numbers}}) for row in rows)

"""The carbohydrate trainer in words: categories, portions, differences, and why a guess was off."""

from __future__ import annotations

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.marking import Problem
from quizzes.selectors.words import problem_words
from quizzes.trainer.closeness import Verdict
from quizzes.trainer.plates import Helping

CATEGORIES: dict[str, Promise] = {
    "grains": gettext_lazy("Bread, rice, pasta, cereal"),
    "roots": gettext_lazy("Potatoes, corn, peas"),
    "vegetables": gettext_lazy("Vegetables"),
    "legumes": gettext_lazy("Beans and lentils"),
    "fruit": gettext_lazy("Fruit"),
    "drinks": gettext_lazy("Drinks"),
    "dairy": gettext_lazy("Milk and yogurt"),
    "protein": gettext_lazy("Meat, fish, eggs, nuts, fats"),
    "sweets": gettext_lazy("Sweets, snacks, sauces"),
    "dishes": gettext_lazy("Mixed dishes"),
    "latin-american": gettext_lazy("Latin American"),
    "south-asian": gettext_lazy("South Asian"),
    "east-asian": gettext_lazy("East and Southeast Asian"),
    "middle-eastern": gettext_lazy("Middle Eastern and North African"),
    "african": gettext_lazy("African and Caribbean"),
    "european": gettext_lazy("European"),
}
# How a portion reads that is not the usual one.
TIMES: dict[Decimal, Promise] = {
    Decimal("0.5"): gettext_lazy("half of this: %(portion)s"),
    Decimal("1.5"): gettext_lazy("one and a half times this: %(portion)s"),
    Decimal(2): gettext_lazy("two times this: %(portion)s"),
    Decimal(3): gettext_lazy("three times this: %(portion)s"),
}
CHOICES: dict[str, Promise] = {
    "0.5": gettext_lazy("half"),
    "1": gettext_lazy("1 portion"),
    "1.5": gettext_lazy("1.5 portions"),
    "2": gettext_lazy("2 portions"),
    "3": gettext_lazy("3 portions"),
}
LEVELS: dict[int, Promise] = {
    1: gettext_lazy("one food, with its weight"),
    2: gettext_lazy("two foods, with their weight"),
    3: gettext_lazy("three foods, one in another portion"),
    4: gettext_lazy("a mixed dish and more, by eye"),
    5: gettext_lazy("a whole meal, by eye"),
}
VERDICTS: dict[Verdict, Promise] = {
    Verdict.CLOSE: gettext_lazy("That is close."),
    Verdict.OFF: gettext_lazy("That is a bit off."),
    Verdict.FAR: gettext_lazy("That is far off."),
}
PROBLEMS: dict[str, Promise] = {
    "blank": gettext_lazy("Write how many grams you guess. 0 is a number too."),
    "half_guessed": gettext_lazy("Write a number for each food, or one for the whole plate."),
    "out_of_range": gettext_lazy("Write grams from 0 to 999."),
    "unknown_unit": gettext_lazy("Write grams only, such as 45."),
    "not_a_number": gettext_lazy("“%(typed)s” was not read as a number. Write grams in digits, such as 45."),
}
WHYS: dict[str, Promise] = {
    "portion": gettext_lazy(
        "Look at the size. The usual portion has %(usual)s g. Here it is %(times)s times that: %(counted)s g."
    ),
    "few": gettext_lazy("Meat, fish, eggs, cheese and most vegetables have few carbs. Here it is %(counted)s g."),
    "forgotten": gettext_lazy("Drinks, milk, sweets and sauces are easy to forget. This one has %(counted)s g."),
    "dense": gettext_lazy("It is small, and much of it is carbs: %(counted)s g in %(weight)s g of food."),
    "light": gettext_lazy("It looks like a lot, but most of it is water: %(counted)s g in %(weight)s g of food."),
    "fiber": gettext_lazy(
        "%(fiber)s g of the %(counted)s g are fiber. Some clinics take part of the fiber off: ask your team."
    ),
    "estimate": gettext_lazy("A dish is a guess for us too. This one was added up from its parts: %(counted)s g."),
    "size": gettext_lazy("This much weighs %(weight)s g, and %(counted)s g of that are carbs."),
}


def portion(times: Decimal, usual: str) -> str:
    words = TIMES.get(times.normalize())
    return str(words) % {"portion": usual} if words else usual


def weight(grams: Decimal) -> str:
    return _("weighs %(grams)s g") % {"grams": f"{grams:f}"}


def grams(value: Decimal) -> str:
    """5 not 5.0; with a unit that stays on its line."""
    return f"{value.normalize() + 0:f}\u00a0g"


def difference(off_g: Decimal) -> str:
    """Guess less count, in words."""
    if off_g == 0:
        return _("just right")
    words = _("%(grams)s too many") if off_g > 0 else _("%(grams)s too few")
    return words % {"grams": grams(abs(off_g))}


def why(code: str, one: Helping) -> str:
    if code == "none":
        return ""
    values = {
        "usual": f"{one.portion_carb_g.normalize() + 0:f}",
        "times": f"{one.times.normalize():f}",
        "counted": f"{one.carb_g:f}",
        "weight": f"{one.weight_g:f}",
        "fiber": f"{one.fiber_g:f}",
    }
    return str(WHYS[code]) % values


def problem(found: Problem) -> str:
    """Why a box is no guess yet, as a sentence that says what to do."""
    words = PROBLEMS.get(found.code)
    return str(words) % dict(found.values) if words else problem_words(found)

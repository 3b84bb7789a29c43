"""Why a guess was off: one reason a food, the likeliest first. Facts: reference/clinical.md CC-."""

from __future__ import annotations

from decimal import Decimal

from quizzes.trainer.closeness import Verdict, verdict
from quizzes.trainer.plates import Helping

FEW_CARBS_G = Decimal(6)
FIBER_G = Decimal(5)  # CC-07: where programmes begin to take some off
DENSE, LIGHT = Decimal("0.4"), Decimal("0.15")  # grams of carbohydrate in a gram of food
FORGOTTEN = frozenset({"drinks", "dairy", "sweets"})


def reason(helping: Helping, guess_g: Decimal | None) -> str:
    """The code of what is worth knowing about this food, after a guess (None: not guessed by itself).

    none (close, or nothing to say) | portion (it is not the usual one) | few (it hardly has any: CC-14) | forgotten
    (a drink, milk or sauce guessed as nothing or nearly: CC-14, CC-44) | dense, light (more or less of it is
    carbohydrate than its size says) | fiber (it is part of the total: CC-07) | estimate (a dish: CC-15) | size (how
    much the portion holds).
    """
    counted = helping.carb_g
    if guess_g is not None and verdict(counted, guess_g) == Verdict.CLOSE:
        return "none"
    low = guess_g is None or guess_g < counted
    share = counted / helping.weight_g if helping.weight_g else Decimal(0)
    checks = (
        ("few", counted <= FEW_CARBS_G and (guess_g is None or not low)),
        ("forgotten", low and helping.category in FORGOTTEN and guess_g is not None and guess_g <= counted / 3),
        ("portion", helping.times != 1),
        ("dense", low and share >= DENSE),
        ("light", not low and share <= LIGHT),
        ("fiber", helping.fiber_g > FIBER_G),
        ("estimate", helping.estimate),
    )
    return next((code for code, holds in checks if holds), "size")


def most_missed(helpings: tuple[Helping, ...], guesses: tuple[Decimal | None, ...]) -> int | None:
    """Which food's guess is furthest from its count, by its place; None where all are close, or none was guessed by
    itself."""
    errors = [
        (abs(guess - one.carb_g), -place)
        for place, (one, guess) in enumerate(zip(helpings, guesses, strict=True))
        if guess is not None and verdict(one.carb_g, guess) != Verdict.CLOSE
    ]
    return -max(errors)[1] if errors else None

"""How close a guess is, in grams: the bands come from studies of counting errors (reference/clinical.md CC-)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

LEAST_G = Decimal(5)  # CC-12: labels may be off by 20 %, so precision beyond 5 g is illusory
SHARE = Decimal("0.2")  # CC-25: in a study of children on pumps a count within 20 % was called accurate
MOST_G = Decimal(10)  # CC-20: 10 g off did not materially change glucose after a meal of 60 g


class Verdict(StrEnum):
    CLOSE = "close"
    OFF = "off"
    FAR = "far"


def slack_g(counted_g: Decimal) -> Decimal:
    """How many g a guess may be off and be close: 20 % of what is counted, but never less than 5 g nor more than 10 g.

    20 % alone would allow 24 g on a plate of 120 g, and an error of 20 g does change glucose (CC-21); 10 g alone would
    call 5 g for a slice of bread of 14 g close.
    """
    return min(MOST_G, max(LEAST_G, counted_g * SHARE))


def verdict(counted_g: Decimal, guess_g: Decimal) -> Verdict:
    """Close within the slack, borders included; far from twice the slack on, which is 20 g for every plate of 50 g or
    more (CC-21); off between the two."""
    error, slack = abs(guess_g - counted_g), slack_g(counted_g)
    if error <= slack:
        return Verdict.CLOSE
    return Verdict.OFF if error < 2 * slack else Verdict.FAR


def whole(grams: Decimal) -> Decimal:
    """Whole grams, a half up: what is shown is what is counted, so that the foods of a plate add up to its total."""
    return grams.quantize(Decimal(1), ROUND_HALF_UP)

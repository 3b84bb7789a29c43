"""What every value that comes in must pass. Files and callers are checked, not believed: a value of the wrong type is
an EngineError like any other. Messages begin with the name of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from simulator.engine.errors import NegativeAmount, NotFinite, OutOfRange, UnknownName

__all__ = ["amount", "known", "lasting", "minute_of", "number", "shown", "whole", "within"]

LONGEST_MIN = 60 * 24 * 120
COUNTERS = 2**63 - 1  # seeds and indices key a generator that takes 64 bits


def shown(value: object) -> str:
    """As it was written, cut to what a sentence holds."""
    try:
        text = repr(value)
    except ValueError:  # Python prints no whole number of more than 4300 digits
        return "a number of thousands of digits"
    return text if len(text) <= 60 else f"{text[:60]}..."


def number(value: object, what: str) -> float:
    """`value` if it is a finite number (no truth value, no text); else NotFinite, saying `what` it is."""
    if not isinstance(value, bool) and isinstance(value, int | float):
        try:
            if isfinite(value):
                return float(value)
        except OverflowError:  # a whole number of more than 308 digits
            raise NotFinite(f"{what}: is too large for a number") from None
    raise NotFinite(f"{what}: must be a number, not {shown(value)}")


def amount(value: object, what: str) -> float:
    """`value` if it is a number of zero or more; else NotFinite or NegativeAmount."""
    found = number(value, what)
    if found < 0:
        raise NegativeAmount(f"{what}: cannot be below 0; it is {value}")
    return found


def within(value: object, low: float, high: float, what: str) -> float:
    """`value` if it is a number from `low` to `high`; else NotFinite, NegativeAmount or OutOfRange."""
    found = number(value, what) if low < 0 else amount(value, what)
    if not low <= found <= high:
        raise OutOfRange(f"{what}: from {low:g} to {high:g}, not {value}")
    return found


def whole(value: object, what: str, *, least: int = 0, most: int = COUNTERS) -> int:
    """`value` if it is a whole number from `least` to `most`; else OutOfRange."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise OutOfRange(f"{what}: must be a whole number from {least} to {most}, not {shown(value)}")
    return value


def lasting(minutes: object, what: str) -> int:
    """`minutes` if it lasts whole minutes, from one to 120 days; else OutOfRange."""
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= LONGEST_MIN:
        raise OutOfRange(f"{what} lasts whole minutes, 1 or more and at most 120 days, not {shown(minutes)}")
    return minutes


def minute_of(at: object) -> int:
    """`at` if it is a time, a whole number of minutes; else NotFinite."""
    if isinstance(at, bool) or not isinstance(at, int):
        raise NotFinite(f"a time is a whole number of minutes, not {shown(at)}")
    return at


def known(name: object, names: Iterable[str], missing: str) -> str:
    """`name` if it is one of `names`; else UnknownName: what is `missing` ("fault: no kind"), the name, and all of
    them."""
    every = list(names)
    if not isinstance(name, str) or name not in every:
        raise UnknownName(f"{missing} {shown(name)}; there are {', '.join(every)}")
    return name

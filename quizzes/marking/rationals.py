"""Exact arithmetic over many points at once: fractions as arrays of numerators and denominators.

The proof of a dose question tries up to 200,000 variants; Python's Fraction would take a minute. Whole numbers are
int64 while products provably fit, and Python's own beyond. A fault belongs to a point, so that one bad corner is found
and the rest still counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

DIVISION, TOO_LARGE, BAD_POWER, BAD_STEP = 1, 2, 3, 4
LIMIT = 10**12  # a value at or beyond is a fault
_FITS = float(1 << 61)
_DEEP = 10**60  # no denominator of a sane formula comes near
HIGHEST_POWER = 12

Ints = Any  # np.ndarray of int64, or of Python ints


@dataclass(frozen=True)
class Rationals:
    """num / den at each point, den > 0; `fault` is 0 where the value holds, else why not. All three broadcast."""

    num: Ints
    den: Ints
    fault: Ints

    @classmethod
    def of(cls, values: list[Fraction]) -> Rationals:
        """One point a value."""
        dtype = np.int64 if all(max(abs(one.numerator), one.denominator) < 1 << 31 for one in values) else object
        num = np.array([one.numerator for one in values], dtype=dtype)
        den = np.array([one.denominator for one in values], dtype=dtype)
        return _checked(num, den, np.zeros(len(values), dtype=np.int8))

    def along(self, axis: int, axes: int) -> Rationals:
        """The same points laid along one axis of a grid of `axes`."""
        shape = [1] * axes
        shape[axis] = -1
        return Rationals(self.num.reshape(shape), self.den.reshape(shape), self.fault.reshape(shape))

    def spread(self, shape: tuple[int, ...]) -> Rationals:
        """Every point of the grid, in one row."""
        return Rationals(*(np.broadcast_to(part, shape).reshape(-1) for part in (self.num, self.den, self.fault)))

    def at(self, index: int) -> Fraction:
        """The value at one point. ValueError where it has a fault."""
        if self.fault[index]:
            raise ValueError(int(self.fault[index]))
        return Fraction(int(self.num[index]), int(self.den[index]))

    def true(self) -> Ints:
        """Where a condition holds: a value that is not 0 and no fault."""
        return (self.num != 0) & (self.fault == 0)


def _largest(numbers: Ints) -> float:
    return float(np.max(np.abs(numbers))) if numbers.size else 0.0


def _lowest_terms(one: Rationals) -> Rationals:
    common = np.gcd(one.num, one.den)
    num, den = one.num // common, one.den // common
    if num.dtype == object and max(_largest(num), _largest(den)) < 1 << 31:
        num, den = num.astype(np.int64), den.astype(np.int64)
    return Rationals(num, den, one.fault)


def _ready(one: Rationals, other: Rationals) -> tuple[Rationals, Rationals]:
    """Both so that a product of their parts, or the sum of two, fits."""
    if _product_fits(one, other):
        return one, other
    one, other = _lowest_terms(one), _lowest_terms(other)
    if _product_fits(one, other):
        return one, other
    return _wide(one), _wide(other)


def _product_fits(one: Rationals, other: Rationals) -> bool:
    if one.num.dtype == object or other.num.dtype == object:
        return False
    sizes = [max(_largest(each.num), _largest(each.den)) for each in (one, other)]
    return sizes[0] * sizes[1] * 2 < _FITS


def _wide(one: Rationals) -> Rationals:
    return Rationals(one.num.astype(object), one.den.astype(object), one.fault)


def _checked(num: Ints, den: Ints, fault: Ints) -> Rationals:
    """A result with values that grew too large taken out, in lowest terms where it is wide."""
    size = np.abs(num).astype(float) / den.astype(float)
    far = size >= LIMIT
    if den.dtype == object:
        far = far | (den > _DEEP).astype(bool)
    if far.any():
        fault = np.where((fault == 0) & far, np.int8(TOO_LARGE), fault)
        num, den = np.where(far, 0, num), np.where(far, 1, den)
    found = Rationals(num, den, fault)
    return _lowest_terms(found) if num.dtype == object else found


def _worse(*faults: Ints) -> Ints:
    found = faults[0]
    for other in faults[1:]:
        found = np.where(found != 0, found, other)
    return found


def add(one: Rationals, other: Rationals) -> Rationals:
    one, other = _ready(one, other)
    num = one.num * other.den + other.num * one.den
    return _checked(num, one.den * other.den, _worse(one.fault, other.fault))


def negative(one: Rationals) -> Rationals:
    return Rationals(-one.num, one.den, one.fault)


def subtract(one: Rationals, other: Rationals) -> Rationals:
    return add(one, negative(other))


def multiply(one: Rationals, other: Rationals) -> Rationals:
    one, other = _ready(one, other)
    return _checked(one.num * other.num, one.den * other.den, _worse(one.fault, other.fault))


def divide(one: Rationals, other: Rationals) -> Rationals:
    zero = (other.num == 0).astype(bool)
    sign = np.where((other.num < 0).astype(bool), -1, 1)
    num = np.where(zero, 1, other.den * sign)
    den = np.where(zero, 1, np.abs(other.num))
    fault = np.where((other.fault == 0) & zero, np.int8(DIVISION), other.fault)
    return multiply(one, Rationals(num, den, fault))


def power(one: Rationals, exponent: Rationals) -> Rationals:
    """A whole power from -12 to 12; anything else is a fault."""
    exponent = _lowest_terms(exponent)
    bad = ((exponent.den != 1) | (np.abs(exponent.num) > HIGHEST_POWER)).astype(bool)
    times = np.where(bad, 0, exponent.num).astype(np.int64)
    found = constant(Fraction(1))
    for step in range(1, int(_largest(times)) + 1):
        found = multiply(found, choose(np.abs(times) >= step, one, constant(Fraction(1))))
    found = choose(times < 0, divide(constant(Fraction(1)), found), found)
    fault = _worse(one.fault, exponent.fault, found.fault)
    return Rationals(found.num, found.den, np.where((fault == 0) & bad, np.int8(BAD_POWER), fault))


def compare(sign: str, one: Rationals, other: Rationals) -> Rationals:
    """1 where the comparison holds, else 0."""
    gap = subtract(one, other)
    holds = {
        "<": gap.num < 0,
        "<=": gap.num <= 0,
        ">": gap.num > 0,
        ">=": gap.num >= 0,
        "==": gap.num == 0,
        "!=": gap.num != 0,
    }[sign]
    num = np.asarray(holds).astype(np.int64)
    return Rationals(num, np.ones_like(num), gap.fault)


def choose(where: Ints, one: Rationals, other: Rationals) -> Rationals:
    """`one` where the condition holds, else `other`; the fault of what is not taken does not count."""
    return Rationals(
        np.where(where, one.num, other.num),
        np.where(where, one.den, other.den),
        np.where(where, one.fault, other.fault),
    )


def branch(condition: Rationals, one: Rationals, other: Rationals) -> Rationals:
    found = choose((condition.num != 0).astype(bool), one, other)
    return Rationals(found.num, found.den, _worse(condition.fault, found.fault))


def extreme(one: Rationals, other: Rationals, *, least: bool) -> Rationals:
    """The smaller or the larger of two at each point."""
    first = compare("<=" if least else ">=", one, other)
    found = choose(first.num != 0, one, other)
    return Rationals(found.num, found.den, _worse(one.fault, other.fault))


def absolute(one: Rationals) -> Rationals:
    return Rationals(np.abs(one.num), one.den, one.fault)


def floor(one: Rationals) -> Rationals:
    num = one.num // one.den
    return Rationals(num, np.ones_like(num), one.fault)


def floor_step(one: Rationals, step: Rationals) -> Rationals:
    """The greatest multiple of `step` that is not above the value; a step of 0 or less is a fault."""
    bad = (step.num <= 0).astype(bool)
    safe = choose(bad, constant(Fraction(1)), step)
    found = multiply(floor(divide(one, safe)), safe)
    fault = _worse(step.fault, found.fault)
    return Rationals(found.num, found.den, np.where((fault == 0) & bad, np.int8(BAD_STEP), fault))


def ceil_step(one: Rationals, step: Rationals) -> Rationals:
    return negative(floor_step(negative(one), step))


def rounded(one: Rationals, places: Rationals) -> Rationals:
    """To so many decimals, a half going up."""
    scale = power(constant(Fraction(10)), places)
    return divide(floor(add(multiply(one, scale), constant(Fraction(1, 2)))), scale)


def constant(value: Fraction) -> Rationals:
    """One point that fits every grid."""
    return Rationals.of([value])

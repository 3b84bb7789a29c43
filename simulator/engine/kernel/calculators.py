"""The four bolus calculators (reference/simulator.md 7.5): M subtracts active insulin from a correction only, T as well
unless glucose is low, O from the correction and then the meal, Y from everything."""

from __future__ import annotations

from math import ceil

from simulator.engine.kernel.compiled import compiled
from simulator.engine.kernel.layout import Record

M, T, O, Y = range(4)  # noqa: E741 - the letters of the specification


@compiled
def _m(food: float, bg: float, isf: float, low: float, high: float, iob: float) -> float:
    if bg > high:
        return food + max(0.0, (bg - high) / isf - iob)
    return food + (bg - low) / isf if bg < low else food


@compiled
def _t(food: float, bg: float, isf: float, target: float, iob: float) -> float:
    correction = (bg - target) / isf
    if bg >= target:
        return food + max(0.0, correction - iob)
    return food + correction - (iob if bg < 70.0 else 0.0)


@compiled
def _up(iob: float) -> float:
    """Insulin on board in whole steps of 0.05 units, upwards."""
    return ceil(iob / 0.05 - 1e-9) * 0.05


@compiled
def _o(food: float, bg: float, isf: float, device: Record, target: float, meal_iob: float, corr_iob: float) -> float:
    if bg < device.min_bg:
        return 0.0
    correction = (bg - target) / isf if bg > device.correct_above else 0.0
    correction = max(0.0, correction - meal_iob)
    over = max(0.0, corr_iob - correction)
    correction = max(0.0, correction - corr_iob)
    food = max(0.0, food - over)
    if device.reverse and bg < target and food > 0.0:
        food = max(0.0, food - (target - bg) / isf)
    return food + correction


@compiled
def advice(device: Record, slot: int, carbs: float, bg: float, meal_iob: float, corr_iob: float) -> float:
    """The dose in units before it is rounded to the device's steps, never below zero: carbohydrate in g, glucose in
    mg/dL (0 when none was measured: food only), insulin on board in units from meals and from corrections."""
    icr, isf, target = device.icr[slot], device.isf[slot], device.target[slot]
    food = carbs / icr
    if bg <= 0.0:
        return float(food)
    iob = meal_iob + corr_iob
    if device.calculator == M:
        total = _m(food, bg, isf, device.low_target, device.high_target, iob)
    elif device.calculator == T:
        total = _t(food, bg, isf, target, iob)
    elif device.calculator == O:
        total = _o(food, bg, isf, device, target, _up(meal_iob), _up(corr_iob))
    else:
        total = food + (bg - target) / isf - iob
    return float(max(0.0, total))

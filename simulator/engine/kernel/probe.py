"""The body alone on a constant basal rate, with one dose and one meal: what true settings are found with."""

from __future__ import annotations

from simulator.engine.kernel.compiled import compiled
from simulator.engine.kernel.layout import Q1, S1, Floats, Record
from simulator.engine.kernel.physiology import absorption, step

NORMAL = 1


@compiled
def glucose_after(
    p: Record,
    body: Floats,
    depots: Floats,
    outside: Record,
    hump: Floats,
    decay: Floats,
    basal: float,
    dose: float,
    carbs: float,
    minutes: int,
    tmax_i: float,
) -> float:
    """mmol/L `minutes` after `dose` mU and, over the first ten minutes, `carbs` mmol of a normal meal, on a basal rate
    of `basal` mU/min, by night and day alike (p.dawn is 0). Changes body and depots."""
    depots[S1] += dose
    absorbs = absorption(tmax_i)
    for minute in range(minutes):
        outside.cho[NORMAL] = carbs / 10.0 if minute < 10 else 0.0
        step(p, body, depots, outside, p.s, hump, basal, absorbs, minute % 1440, decay)
    return float(body[Q1] * p.per_vg)

"""The body for one minute: Hovorka 2004 with the extensions of reference/simulator.md 2 to 6.

Depots (under the skin, gut) are linear chains with a constant input over the minute and are solved exactly; all else is
integrated by the classical Runge-Kutta of fourth order, one step a minute and four while exercise acts, whose
sensitisation is steep: one step there errs by 0.2 mg/dL.
"""

from __future__ import annotations

from math import exp
from typing import TypeAlias

import numpy as np

from simulator.engine.kernel.compiled import compiled
from simulator.engine.kernel.layout import (
    CLASSES,
    DEPOTS,
    GUT,
    HEART,
    L1,
    L2,
    Q1,
    S1,
    S2,
    Floats,
    Record,
)

# Minutes to the greatest appearance of glucose, by class: fast, normal, slow, early and late part of a fatty meal.
TMAX_G = np.array([20.0, 40.0, 65.0, 45.0, 150.0])
EMPTY = 1e-9  # mmol or mU in a depot: below it is nothing, and is not carried on for ever
AT_REST = 0.5  # beats/min of Y below which exercise no longer needs the short step
Q_FLOOR = 0.1  # mmol/L of q1/VG: never reached by a body in range


State: TypeAlias = tuple[float, ...]  # the BODY states, in their order
PER_MINUTE = 8  # points a minute at which the hump of dawn is known: the middles of quarter minutes
# exp(-((h - 6.5)/1.8)²/2) over a day (reference/simulator.md 2.3): dawn's hump has the same shape in everyone.
HUMP = np.exp(-0.5 * ((np.arange(1440 * PER_MINUTE + 1) / (60.0 * PER_MINUTE) - 6.5) / 1.8) ** 2)


@compiled
def daypart(dayparts: Floats, minute: int) -> float:
    """The factor held over this part of the day: from 4, 10 and 17 h; a night belongs to the day it began on."""
    of_day = minute % 1440
    part = 0 if 240 <= of_day < 600 else (1 if 600 <= of_day < 1020 else 2)
    return float(dayparts[((minute - 240) // 1440 + 1) * 3 + part])


@compiled
def _sensitivity(p: Record, hump: Floats, held: float, of_day: int, eighths: int) -> float:
    """The factor on SIT, SID and SIE, so many eighths of a minute into a minute: `held` / (1 + A hump)."""
    return float(held / (1.0 + p.dawn * hump[PER_MINUTE * of_day + eighths]))


@compiled
def _slopes(p: Record, y: State, s: float, enters: float, gut: float, dhr: float, hi: float, egp0: float) -> State:
    """dy/dt at y: `enters` insulin reaching the plasma (mU/min per L of its volume), `gut` glucose (mmol/kg/min)."""
    q1, q2, x1, x2, x3, i, gi, ketones, deficit, counter, heart, z, surge = y
    g = q1 * p.per_vg
    f01 = p.f01 * min(1.0, g * (1.0 / 4.5))
    renal = 0.003 * (g - 9.0) * p.vg if g > 9.0 else 0.0
    more = 1.0 + p.a_ex * z
    w1, w2 = x1 * more, x2 * more
    egp = max(0.0, egp0 * (1.0 - x3)) + p.egp0 * p.surge * surge
    r = i * p.per_ib
    r4 = r * r * r * r
    lack = max(0.0, 1.0 - r)
    si = s * i
    d_heart, d_z = 0.0, -z * p.per_tau_z
    if heart != 0.0 or dhr != 0.0:
        d_heart = (dhr - heart) * p.per_tau_hr
        h2 = heart * p.per_hr_ref * heart * p.per_hr_ref
        f = h2 * h2 / (1.0 + h2 * h2)
        d_z = f - (f + p.per_tau_z) * z
    return (
        -f01 - renal - w1 * q1 + p.k12 * q2 + gut + egp + counter + deficit - p.b_ex * heart * q1,
        w1 * q1 - (p.k12 + w2) * q2,
        p.ka1 * (p.sit * si - x1),
        p.ka2 * (p.sid * si - x2),
        p.ka3 * (p.sie * si - x3),
        enters - p.ke * i,
        (g - gi) * p.per_tau_ig,
        (p.pm / (1.0 + p.ak * r4) - ketones * (p.kc0 + p.kc1 * r / (1.0 + r))) * (1.0 / 60.0),
        (p.kdef * p.egp0 * lack * lack - deficit) * (1.0 / 60.0),
        (p.counter * 0.0016 * max(0.0, 3.9 - g) - counter) * (1.0 / 15.0),
        d_heart,
        d_z,
        (hi - surge) * 0.1,
    )


@compiled
def _along(y: State, k: State, h: float) -> State:
    """y + h k."""
    return (
        *(y[0] + h * k[0], y[1] + h * k[1], y[2] + h * k[2], y[3] + h * k[3], y[4] + h * k[4], y[5] + h * k[5]),
        *(y[6] + h * k[6], y[7] + h * k[7], y[8] + h * k[8], y[9] + h * k[9], y[10] + h * k[10], y[11] + h * k[11]),
        y[12] + h * k[12],
    )


@compiled
def _chain(d: Floats, out: Floats, a: int, level: float, e: float, x: float) -> None:
    """Two equal compartments in a row, filled to `level` at rest: after x time constants, e = exp(-x)."""
    first, second = d[a] - level, d[a + 1] - level
    out[a] = level + first * e
    out[a + 1] = level + (second + first * x) * e


@compiled
def _step_depots(
    p: Record,
    d: Floats,
    mid: Floats,
    end: Floats,
    u: float,
    outside: Record,
    tmax_i: float,
    h: float,
    gut_e: Floats,
    of_h: int,
) -> None:
    """Depots after half of h minutes and after h, exactly. `gut_e`: exp(-h/2/tmax) of each class of carbohydrate."""
    x = 0.5 * h / tmax_i
    e = exp(-x)
    _chain(d, mid, S1, u * tmax_i, e, x)
    _chain(d, end, S1, u * tmax_i, e * e, 2.0 * x)
    mid[L1] = mid[L2] = end[L1] = end[L2] = 0.0
    if d[L1] + d[L2] > EMPTY:
        e1, e2 = exp(-outside.kl1 * 0.5 * h), exp(-outside.kl2 * 0.5 * h)
        share = outside.kl1 / (outside.kl2 - outside.kl1)
        mid[L1], mid[L2] = d[L1] * e1, d[L2] * e2 + d[L1] * share * (e1 - e2)
        end[L1], end[L2] = d[L1] * e1 * e1, d[L2] * e2 * e2 + d[L1] * share * (e1 * e1 - e2 * e2)
    for k in range(CLASSES):
        a = GUT + 2 * k
        if d[a] + d[a + 1] < EMPTY and outside.cho[k] == 0.0:
            mid[a] = mid[a + 1] = end[a] = end[a + 1] = 0.0
            continue
        tmax = TMAX_G[k] * p.tmax_g_factor
        level = p.ag * outside.cho[k] * tmax
        _chain(d, mid, a, level, gut_e[of_h, k], 0.5 * h / tmax)
        _chain(d, end, a, level, gut_e[of_h, k] * gut_e[of_h, k], h / tmax)


@compiled
def _gut(p: Record, d: Floats) -> float:
    """Appearance of glucose in the blood, mmol/kg/min."""
    total = 0.0
    for k in range(CLASSES):
        if d[GUT + 2 * k + 1] > 0.0:
            total += d[GUT + 2 * k + 1] / (TMAX_G[k] * p.tmax_g_factor)
    return float(total * p.per_weight)


@compiled
def step(
    p: Record,
    y: Floats,
    d: Floats,
    outside: Record,
    held: float,
    hump: Floats,
    u: float,
    tmax_i: float,
    of_day: int,
    gut_e: Floats,
    mid: Floats,
    end: Floats,
) -> bool:
    """Move body `y` and depots `d` on by the minute `of_day`. `held`: sensitivity but for dawn; `u`: rapid insulin
    entering the skin, mU/min; `gut_e`: (2, CLASSES) exp(-h/2/tmax) for steps of 1 and of 1/4 min; the rest is scratch.
    True when the floor of q1 acted."""
    steps = 4 if outside.dhr > 0.0 or y[HEART] > AT_REST else 1
    h = 1.0 / steps
    eighths = PER_MINUTE // steps
    of_h = 0 if steps == 1 else 1
    egp0 = p.egp0 * outside.egp
    dhr, hi = outside.dhr, outside.intense
    per_tmax, per_volume = 1.0 / tmax_i, p.per_plasma
    s0 = _sensitivity(p, hump, held, of_day, 0)
    a0, g0 = (d[S2] * per_tmax + outside.kl2 * d[L2]) * per_volume, _gut(p, d)
    now: State = (y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7], y[8], y[9], y[10], y[11], y[12])
    for n in range(steps):
        s1 = _sensitivity(p, hump, held, of_day, n * eighths + eighths // 2)
        s2 = _sensitivity(p, hump, held, of_day, (n + 1) * eighths)
        _step_depots(p, d, mid, end, u, outside, tmax_i, h, gut_e, of_h)
        a1, g1 = (mid[S2] * per_tmax + outside.kl2 * mid[L2]) * per_volume, _gut(p, mid)
        a2, g2 = (end[S2] * per_tmax + outside.kl2 * end[L2]) * per_volume, _gut(p, end)
        k1 = _slopes(p, now, s0, a0, g0, dhr, hi, egp0)
        k2 = _slopes(p, _along(now, k1, 0.5 * h), s1, a1, g1, dhr, hi, egp0)
        k3 = _slopes(p, _along(now, k2, 0.5 * h), s1, a1, g1, dhr, hi, egp0)
        k4 = _slopes(p, _along(now, k3, h), s2, a2, g2, dhr, hi, egp0)
        now = _along(_along(_along(_along(now, k1, h / 6.0), k2, h / 3.0), k3, h / 3.0), k4, h / 6.0)
        for j in range(DEPOTS):
            d[j] = end[j]
        s0, a0, g0 = s2, a2, g2
    y[0], y[1], y[2], y[3], y[4], y[5], y[6] = now[0], now[1], now[2], now[3], now[4], now[5], now[6]
    y[7], y[8], y[9], y[10], y[11], y[12] = now[7], now[8], now[9], now[10], now[11], now[12]
    if y[HEART] < 1e-6 and dhr == 0.0:
        y[HEART] = 0.0
    if y[Q1] < Q_FLOOR * p.vg:
        y[Q1] = Q_FLOOR * p.vg
        return True
    return False

"""The body for one minute: Hovorka 2004 with the extensions of reference/simulator.md 2 to 6.

Most of the body is linear in itself and is driven by what comes before it: depots, plasma insulin, its three actions,
the sensor's glucose, heart and surge. Those are solved exactly, or by Simpson's rule under the exponential, which
errs like the fourth power of the step. Ketones and the surplus of production without insulin move over hours and take
the middle of the minute. What is left, glucose in two compartments and counter-regulation, is integrated by the
classical Runge-Kutta method of fourth order. One step a minute, four while exercise acts, whose sensitisation is
steep. All of it costs a third of what integrating all of it would, and is nearer to the truth (test_physiology). What
a minute costs is how long its results wait for one another: hence the order in which things are done here.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from simulator.engine.kernel.compiled import compiled, inlined, makes_arrays
from simulator.engine.kernel.exponential import exp, exps
from simulator.engine.kernel.layout import (
    CLASSES,
    COUNTER,
    COUNTER_DECAY,
    DECAYS,
    DEFICIT,
    DEFICIT_DECAY,
    GI,
    GI_DECAY,
    GUT,
    GUT_DECAY,
    HEART,
    HEART_DECAY,
    INSULIN,
    INSULIN_DECAY,
    KETONES,
    L1,
    L2,
    Q1,
    Q2,
    S1,
    S2,
    SENSITIVE,
    SURGE,
    SURGE_DECAY,
    X1,
    X1_DECAY,
    X2,
    X2_DECAY,
    X3,
    X3_DECAY,
    Floats,
    Record,
)

# Minutes to the greatest appearance of glucose, by class: fast, normal, slow, early and late part of a fatty meal.
TMAX_G = np.array([20.0, 40.0, 65.0, 45.0, 150.0])
EMPTY = 1e-9  # mmol or mU in a depot: below it is nothing, and is not carried on for ever
AT_REST = 0.5  # beats/min of Y below which exercise no longer needs the short step
THIRD = 1.0 / 3.0
Q_FLOOR = 0.1  # mmol/L of q1/VG: never reached by a body in range


Three: TypeAlias = tuple[float, float, float]
Absorption: TypeAlias = tuple[float, float, float, float]
PER_MINUTE = 8  # points a minute at which the hump of dawn is known: the middles of quarter minutes
# exp(-((h - 6.5)/1.8)²/2) over a day (reference/simulator.md 2.3): dawn's hump has the same shape in everyone.
HUMP = exps(-0.5 * ((np.arange(1440 * PER_MINUTE + 1) / (60.0 * PER_MINUTE) - 6.5) / 1.8) ** 2)


@inlined
def daypart(dayparts: Floats, minute: int) -> float:
    """The factor held over this part of the day: from 4, 10 and 17 h; a night belongs to the day it began on."""
    of_day = minute % 1440
    part = 0 if 240 <= of_day < 600 else (1 if 600 <= of_day < 1020 else 2)
    return float(dayparts[((minute - 240) // 1440 + 1) * 3 + part])


@makes_arrays
def rates(p: Record) -> Floats:
    """(2, DECAYS, 4) of one person's own rates, for steps h of one minute and of a quarter: exp(-rate h/2), and with
    what weights y' = -rate y + w(t) takes w at the beginning, middle and end of a step (see `_driven`)."""
    rate = np.zeros(DECAYS)
    rate[INSULIN_DECAY], rate[X1_DECAY], rate[X2_DECAY], rate[X3_DECAY] = p.ke, p.ka1, p.ka2, p.ka3
    rate[GI_DECAY], rate[HEART_DECAY] = p.per_tau_ig, p.per_tau_hr
    rate[SURGE_DECAY], rate[DEFICIT_DECAY], rate[COUNTER_DECAY] = 1.0 / 10.0, 1.0 / 60.0, 1.0 / 15.0
    for k in range(CLASSES):
        rate[GUT_DECAY + k] = 1.0 / (TMAX_G[k] * p.tmax_g_factor)
    out = np.zeros((2, DECAYS, 4))
    for of_h, h in ((0, 1.0), (1, 0.25)):
        for k in range(DECAYS):
            m0, m1, m2 = h * _moment(rate[k] * h, 0), h * _moment(rate[k] * h, 1), h * _moment(rate[k] * h, 2)
            out[of_h, k, 0] = exp(-0.5 * h * rate[k])
            out[of_h, k, 1], out[of_h, k, 2], out[of_h, k, 3] = m0 - 3 * m1 + 2 * m2, 4 * m1 - 4 * m2, 2 * m2 - m1
    return out


@compiled
def _moment(x: float, n: int) -> float:
    """The integral of exp(-x (1 - t)) t^n over t from 0 to 1, by its series: in closed form the digits would cancel."""
    term = 1.0 / (n + 1)
    total = term
    for j in range(1, 25):
        term *= -x / (n + j + 1)
        total += term
    return total


@inlined
def _mid(a: float, b: float, a_slope: float, b_slope: float, h: float) -> float:
    """The value half way of a step of h, from values and slopes at both its ends (Hermite)."""
    return float(0.5 * (a + b) + 0.125 * h * (a_slope - b_slope))


@inlined
def _driven(y: float, k: int, of_h: int, decay: Floats, w0: float, w: float, w1: float) -> float:
    """y' = -rate y + w(t) after a step, for w at its beginning, middle and end and a parabola between: exact where w is
    one, so that what is at rest stays there to the last bit but one."""
    e = decay[of_h, k, 0]
    return float(e * e * y + (decay[of_h, k, 1] * w0 + decay[of_h, k, 2] * w + decay[of_h, k, 3] * w1))


@inlined
def absorption(tmax_i: float) -> Absorption:
    """What rapid insulin's time to peak under the skin, in minutes, comes to in a step."""
    per_tmax = 1.0 / tmax_i
    return tmax_i, per_tmax, exp(-0.5 * per_tmax), exp(-0.125 * per_tmax)


@inlined
def _insulin_depots(d: Floats, outside: Record, u: float, absorbs: Absorption, h: float) -> tuple[float, float]:
    """Move the depots under the skin on by h, exactly; what reaches the plasma half way and at the end, mU/min."""
    tmax_i, per_tmax, of_whole, of_quarter = absorbs
    x, e = 0.5 * h * per_tmax, of_whole if h == 1.0 else of_quarter
    level = u * tmax_i
    first, second = d[S1] - level, d[S2] - level
    middle = (level + (second + first * x) * e) * per_tmax
    d[S1] = level + first * e * e
    d[S2] = level + (second + 2.0 * x * first) * e * e
    end = d[S2] * per_tmax
    if d[L1] + d[L2] > EMPTY:
        kl1, kl2 = outside.kl1, outside.kl2
        e1, e2 = exp(-kl1 * 0.5 * h), exp(-kl2 * 0.5 * h)
        from_first = d[L1] * kl1 / (kl2 - kl1)
        middle += kl2 * (d[L2] * e2 + from_first * (e1 - e2))
        d[L2] = d[L2] * e2 * e2 + from_first * (e1 * e1 - e2 * e2)
        d[L1] *= e1 * e1
        end += kl2 * d[L2]
    else:
        d[L1] = d[L2] = 0.0
    return middle, end


@inlined
def _gut(p: Record, d: Floats, outside: Record, decay: Floats, of_h: int, h: float) -> tuple[float, float, float]:
    """Move the gut on by h, exactly; glucose that appears at the beginning, half way and at the end, mmol/kg/min."""
    begin = middle = end = 0.0
    for k in range(CLASSES):
        a = GUT + 2 * k
        if d[a] + d[a + 1] < EMPTY and outside.cho[k] == 0.0:
            d[a] = d[a + 1] = 0.0
            continue
        tmax = TMAX_G[k] * p.tmax_g_factor
        rate = 1.0 / tmax
        x, e = 0.5 * h * rate, decay[of_h, GUT_DECAY + k, 0]
        level = p.ag * outside.cho[k] * tmax
        first, second = d[a] - level, d[a + 1] - level
        begin += d[a + 1] * rate
        middle += (level + (second + first * x) * e) * rate
        d[a] = level + first * e * e
        d[a + 1] = level + (second + 2.0 * x * first) * e * e
        end += d[a + 1] * rate
    return begin * p.per_weight, middle * p.per_weight, end * p.per_weight


@inlined
def _effort(p: Record, heart: float) -> float:
    """How far the heart is beyond its threshold, 0 to 1: f of the equations."""
    h2 = heart * p.per_hr_ref * heart * p.per_hr_ref
    return float(h2 * h2 / (1.0 + h2 * h2))


@inlined
def _exercise(
    p: Record, y: Floats, outside: Record, decay: Floats, of_h: int, h: float
) -> tuple[float, float, float, float]:
    """Move heart, sensitisation and surge on by h; heart and sensitisation half way, and surge half way and at the
    end."""
    e = decay[of_h, HEART_DECAY, 0]
    heart, z, surge = y[HEART], y[SENSITIVE], y[SURGE]
    if heart == 0.0 and outside.dhr == 0.0 and surge == 0.0 and outside.intense == 0.0:
        y[SENSITIVE] = z * (1.0 - h * p.per_tau_z * (1.0 - 0.5 * h * p.per_tau_z))
        return 0.0, 0.5 * (z + y[SENSITIVE]), 0.0, 0.0
    middle = outside.dhr + (heart - outside.dhr) * e
    end = outside.dhr + (heart - outside.dhr) * e * e
    f0, f, f1 = _effort(p, heart), _effort(p, middle), _effort(p, end)
    c0, c, c1 = f0 + p.per_tau_z, f + p.per_tau_z, f1 + p.per_tau_z
    k1 = f0 - c0 * z
    k2 = f - c * (z + 0.5 * h * k1)
    k3 = f - c * (z + 0.5 * h * k2)
    k4 = f1 - c1 * (z + h * k3)
    later = z + h / 6.0 * (k1 + 2.0 * (k2 + k3) + k4)
    y[HEART], y[SENSITIVE] = end, later
    if end < 1e-6 and outside.dhr == 0.0:
        y[HEART] = 0.0
    e = decay[of_h, SURGE_DECAY, 0]
    rising = outside.intense
    half = rising + (surge - rising) * e
    y[SURGE] = rising + (surge - rising) * e * e
    if y[SURGE] < 1e-9 and rising == 0.0:
        y[SURGE] = 0.0
    return middle, _mid(z, later, k1, f1 - c1 * later, h), half, y[SURGE]


@inlined
def _slopes(
    p: Record, q1: float, q2: float, counter: float, leaves: float, moves: float, back: float, comes: float
) -> tuple[float, float, float]:
    """dq1, dq2 and counter-regulation's slope: `leaves` and `moves` are the rates at which q1 goes and reaches q2,
    `back` the rate at which q2 goes (1/min), `comes` all that enters q1 (mmol/kg/min)."""
    # Bracketed so that what waits for q1 comes last: four of these in a row are what a minute waits for.
    alone = min(p.f01, q1 * p.f01_rate) + max(0.0, 0.003 * q1 - p.renal_from)
    return (
        ((comes + counter + p.k12 * q2) - leaves * q1) - alone,
        moves * q1 - back * q2,
        (max(0.0, p.counter_most - q1 * p.counter_rate) - counter) * (1.0 / 15.0),
    )


@inlined
def step(
    p: Record,
    y: Floats,
    d: Floats,
    outside: Record,
    held: float,
    hump: Floats,
    u: float,
    absorbs: Absorption,
    of_day: int,
    decay: Floats,
) -> bool:
    """Move body `y` and depots `d` on by the minute `of_day`. `held`: sensitivity but for dawn, whose `hump` is
    known at every eighth of a minute of a day; `u`: rapid insulin entering the skin, mU/min; `absorbs`: see
    `absorption`; `decay`: see `rates`. True when the floor of q1 acted."""
    steps = 4 if outside.dhr > 0.0 or y[HEART] > AT_REST else 1
    eighths = PER_MINUTE // steps
    first = PER_MINUTE * of_day
    of_h, h = (0, 1.0) if steps == 1 else (1, 0.25)
    for n in range(steps):
        at = first + n * eighths
        s0, s = held / (1.0 + p.dawn * hump[at]), held / (1.0 + p.dawn * hump[at + eighths // 2])
        s1 = held / (1.0 + p.dawn * hump[at + eighths])
        _move(p, y, d, outside, s0, s, s1, u, absorbs, decay, of_h, h)
    if y[Q1] < Q_FLOOR * p.vg:
        y[Q1] = Q_FLOOR * p.vg
        return True
    return False


@inlined
def _action(
    y: Floats, k: int, ka: float, si: float, decay: Floats, of_h: int, i0: float, i: float, i1: float, h: float
) -> tuple[float, float, float]:
    """Move one action of insulin on by h; its value at the beginning, half way and at the end."""
    w = ka * si
    before = y[k]
    after = _driven(before, k - X1 + X1_DECAY, of_h, decay, w * i0, w * i, w * i1)
    y[k] = after
    return before, _mid(before, after, w * i0 - ka * before, w * i1 - ka * after, h), after


@inlined
def _surplus(p: Record, y: Floats, r: float, decay: Floats, of_h: int) -> float:
    """Move the surplus of production on, at `r` times the person's own basal insulin; the surplus half way."""
    lack = max(0.0, 1.0 - r)
    e, level = decay[of_h, DEFICIT_DECAY, 0], p.kdef * p.egp0 * lack * lack
    more = y[DEFICIT] - level
    y[DEFICIT] = level + more * e * e
    return float(level + more * e)


@inlined
def _ketones(p: Record, y: Floats, r: float, h: float) -> None:
    """Move ketones on by h, at `r` times the person's own basal insulin."""
    r2 = r * r
    few, some = 1.0 + p.ak * (r2 * r2), 1.0 + r
    both = 1.0 / (few * some)  # one division for two; these are what a minute waits for longest
    made, used = p.pm * some * both, (p.kc0 + p.kc1 * r * few * both) * (h / 120.0)
    y[KETONES] = (y[KETONES] * (1.0 - used) + made * (h / 60.0)) / (1.0 + used)


@inlined
def _glucose(
    p: Record,
    y: Floats,
    leaves: Three,
    moves: Three,
    back: Three,
    comes: Three,
    decay: Floats,
    of_h: int,
    h: float,
) -> None:
    """Move glucose in both compartments, counter-regulation and the sensor's glucose on by h. The rates are those of
    `_slopes`, each at the beginning, half way and at the end."""
    q1, q2, c = y[Q1], y[Q2], y[COUNTER]
    first, last, straight = 0.0, 0.0, False
    if q1 > p.straight_from:
        first, last, straight = _straight(p, y, leaves, moves, back, comes, decay, of_h, h)
    if not straight:
        first, last = _bent(p, y, q1, q2, c, leaves, moves, back, comes, h)
    g0, g1 = q1 * p.per_vg, y[Q1] * p.per_vg
    g = _mid(g0, g1, first * p.per_vg, last * p.per_vg, h)
    y[GI] = _driven(y[GI], GI_DECAY, of_h, decay, g0 * p.per_tau_ig, g * p.per_tau_ig, g1 * p.per_tau_ig)


@inlined
def _straight(
    p: Record, y: Floats, leaves: Three, moves: Three, back: Three, comes: Three, decay: Floats, of_h: int, h: float
) -> tuple[float, float, bool]:
    """Runge and Kutta's step where glucose stays on one side of the kidney's threshold and above all others: there the
    equations are straight lines, what glucose alone decides goes into the rates, counter-regulation only fades, and a
    stage waits for one multiplication and one addition. dq1 at both ends; False, and nothing moved, when a stage
    crosses a threshold."""
    q1, q2, c, half, sixth = y[Q1], y[Q2], y[COUNTER], 0.5 * h, h / 6.0
    kidney = q1 > p.renal_q
    slope, level = (0.003, p.renal_from - p.f01) if kidney else (0.0, -p.f01)
    low, high = (p.renal_q, np.inf) if kidney else (p.straight_from, p.renal_q)
    e = decay[of_h, COUNTER_DECAY, 0]
    in0, in1, in2 = comes[0] + (level + c), comes[1] + (level + c * e), comes[2] + (level + c * (e * e))
    out0, out1, out2 = leaves[0] + slope, leaves[1] + slope, leaves[2] + slope
    a1 = (in0 + p.k12 * q2) - out0 * q1
    u2, v2 = q1 + half * a1, q2 + half * (moves[0] * q1 - back[0] * q2)
    from_in, per_v, per_u = q1 + half * in1, half * p.k12, half * out1
    up, down = half * moves[1], half * back[1]
    u3, v3 = (from_in + per_v * v2) - per_u * u2, (q2 + up * u2) - down * v2
    full = q1 + h * in1
    u4, v4 = (full + 2.0 * per_v * v3) - 2.0 * per_u * u3, (q2 + 2.0 * up * u3) - 2.0 * down * v3
    a4, b4 = (in2 + p.k12 * v4) - out2 * u4, moves[2] * u4 - back[2] * v4
    end = ((u2 + 2.0 * u3) + (u4 - q1)) * THIRD + sixth * a4
    if min(min(u2, u3), min(u4, end)) < low or max(max(u2, u3), max(u4, end)) > high:
        return 0.0, 0.0, False
    y[Q1] = end
    y[Q2] = ((v2 + 2.0 * v3) + (v4 - q2)) * THIRD + sixth * b4
    y[COUNTER] = c * (e * e)
    return a1, a4, True


@inlined
def _bent(
    p: Record,
    y: Floats,
    q1: float,
    q2: float,
    c: float,
    leaves: Three,
    moves: Three,
    back: Three,
    comes: Three,
    h: float,
) -> tuple[float, float]:
    """The same step anywhere; dq1 at both ends."""
    half = 0.5 * h
    a1, b1, c1 = _slopes(p, q1, q2, c, leaves[0], moves[0], back[0], comes[0])
    a2, b2, c2 = _slopes(p, q1 + half * a1, q2 + half * b1, c + half * c1, leaves[1], moves[1], back[1], comes[1])
    a3, b3, c3 = _slopes(p, q1 + half * a2, q2 + half * b2, c + half * c2, leaves[1], moves[1], back[1], comes[1])
    a4, b4, c4 = _slopes(p, q1 + h * a3, q2 + h * b3, c + h * c3, leaves[2], moves[2], back[2], comes[2])
    sixth = h / 6.0
    y[Q1] = q1 + sixth * (a1 + 2.0 * (a2 + a3) + a4)
    y[Q2] = q2 + sixth * (b1 + 2.0 * (b2 + b3) + b4)
    y[COUNTER] = c + sixth * (c1 + 2.0 * (c2 + c3) + c4)
    return a1, a4


@inlined
def _move(
    p: Record,
    y: Floats,
    d: Floats,
    outside: Record,
    s0: float,
    s: float,
    s1: float,
    u: float,
    absorbs: Absorption,
    decay: Floats,
    of_h: int,
    h: float,
) -> None:
    """One step of h minutes under the sensitivities s0, s and s1 at its beginning, middle and end."""
    a0 = (d[S2] * absorbs[1] + outside.kl2 * d[L2]) * p.per_plasma
    a, a1 = _insulin_depots(d, outside, u, absorbs, h)
    a, a1 = a * p.per_plasma, a1 * p.per_plasma
    i0 = y[INSULIN]
    i1 = _driven(i0, INSULIN_DECAY, of_h, decay, a0, a, a1)
    i = _mid(i0, i1, a0 - p.ke * i0, a1 - p.ke * i1, h)
    y[INSULIN] = i1
    deficit0 = y[DEFICIT]
    r = i * p.per_ib
    deficit = _surplus(p, y, r, decay, of_h)
    i0, i, i1 = s0 * i0, s * i, s1 * i1
    x10, x1, x11 = _action(y, X1, p.ka1, p.sit, decay, of_h, i0, i, i1, h)
    x20, x2, x21 = _action(y, X2, p.ka2, p.sid, decay, of_h, i0, i, i1, h)
    x30, x3, x31 = _action(y, X3, p.ka3, p.sie, decay, of_h, i0, i, i1, h)
    heart0, z0, surge0 = y[HEART], y[SENSITIVE], y[SURGE]
    heart, z, surge, surge1 = _exercise(p, y, outside, decay, of_h, h)
    more0, more, more1 = 1.0 + p.a_ex * z0, 1.0 + p.a_ex * z, 1.0 + p.a_ex * y[SENSITIVE]
    drawn0, drawn, drawn1 = p.b_ex * heart0, p.b_ex * heart, p.b_ex * y[HEART]
    w0, w, w1 = x10 * more0, x1 * more, x11 * more1
    v0, v, v1 = p.k12 + x20 * more0, p.k12 + x2 * more, p.k12 + x21 * more1
    gut0, gut, gut1 = _gut(p, d, outside, decay, of_h, h)
    egp, rush = p.egp0 * outside.egp, p.egp0 * p.surge
    comes0 = gut0 + max(0.0, egp - egp * x30) + rush * surge0 + deficit0
    comes = gut + max(0.0, egp - egp * x3) + rush * surge + deficit
    comes1 = gut1 + max(0.0, egp - egp * x31) + rush * surge1 + y[DEFICIT]
    leaves = (w0 + drawn0, w + drawn, w1 + drawn1)
    _ketones(p, y, r, h)  # here, where its divisions keep nothing waiting
    _glucose(p, y, leaves, (w0, w, w1), (v0, v, v1), (comes0, comes, comes1), decay, of_h, h)

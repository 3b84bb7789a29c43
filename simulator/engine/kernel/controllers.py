"""What decides on the basal rate by itself, every five minutes, after the sensor: a predictive low-glucose suspend and
two hybrid closed loops (treat-to-range; PID with insulin feedback). Rules: reference/simulator.md 9.

Amounts: glucose mg/dL, rates U/h, insulin units. A rate is written to `pump.auto_rate` in micro-units/h; -1 is the
profile."""

from __future__ import annotations

import numpy as np

from simulator.engine.kernel.codes import FIRST_ALARM, Told
from simulator.engine.kernel.compiled import compiled, inlined
from simulator.engine.kernel.layout import SLOTS, Floats, Ints, Record
from simulator.engine.kernel.pump import alarm, basal_step, scheduled, stopped, tell
from simulator.engine.kernel.sensor import EVERY

NONE, PLGS, TTR, PID, PLGS_LIMIT = range(5)
OFF_MOST = 24  # samples: two hours of any 2.5
OFF_LEAST = 6  # samples that the second predictive suspend stays off
BLIND = 20  # minutes without a reading, then the profile runs
AUTO_EVERY = 60


@compiled
def aim(c: Record, target: float) -> None:
    """Another target, mg/dL. Treating to range, 110 stands for sleep (112.5 to 120, no corrections), 150 for activity
    (140 to 160, stop at 80), 120 for the usual range (public facts; reference/simulator.md 9)."""
    c.target = target
    if c.kind == TTR:
        c.stop, c.low, c.high, c.auto_above = 70.0, 112.5, 160.0, 180.0
        if target == 110.0:
            c.high, c.auto_above = 120.0, np.inf
        elif target == 150.0:
            c.stop, c.low = 80.0, 140.0


@inlined
def slope(cgm: Floats, n: int, back: int) -> float:
    """mg/dL per minute by least squares over the last `back` samples up to n; NaN with fewer than three readings."""
    count, st, sy, stt, sty = 0, 0.0, 0.0, 0.0, 0.0
    for k in range(max(0, n - back + 1), n + 1):
        if not np.isnan(cgm[k]):
            t = float(EVERY * (k - n))
            count, st, sy, stt, sty = count + 1, st + t, sy + cgm[k], stt + t * t, sty + t * cgm[k]
    if count < 3:
        return float(np.nan)
    return float((count * sty - st * sy) / (count * stt - st * st))


@inlined
def _backwards(given: Floats, last: int, table: Floats, first: int, most: int) -> float:
    """given[last] table[first] + given[last - 1] table[first + 1] + ..., `most` of them. Four sums at a time: one alone
    would wait for itself at every step."""
    a = b = c = d = 0.0
    whole = most - most % 4
    for k in range(0, whole, 4):
        a += given[last - k] * table[first + k]
        b += given[last - k - 1] * table[first + k + 1]
        c += given[last - k - 2] * table[first + k + 2]
        d += given[last - k - 3] * table[first + k + 3]
    for k in range(whole, most):
        a += given[last - k] * table[first + k]
    return float((a + b) + (c + d))


@inlined
def on_board(net: Floats, table: Floats, n: int, ahead: int) -> tuple[float, float]:
    """Units still to act at sample n and `ahead` samples later, of what was given beyond the profile (`net`, a sample
    each; `table`: share left after so many samples, in the middle of each)."""
    length = len(table)
    now = _backwards(net, n - 1, table, 0, min(n, length))
    return now, _backwards(net, n - 1, table, ahead, max(0, min(n, length - ahead)))


@inlined
def _write(device: Record, pump: Record, c: Record, wanted: float, minute: int, out: Floats, count: Ints) -> None:
    """Put a rate in force, in steps of the device; what is cut off is told when the cutting begins."""
    cap = min(c.cap * scheduled(device, pump, minute + c.start), device.basal_max) / 1e6
    capped = wanted > cap
    if capped and not c.capped:
        tell(out, count, minute, Told.CAP, wanted)
    c.capped = capped
    clipped = wanted < 0.0
    if clipped and not c.clipped:
        tell(out, count, minute, Told.CLIP_RATE, wanted)
    c.clipped = clipped
    rate = int(max(0.0, min(wanted, cap)) * 1e6 + 0.5)
    rate -= rate % basal_step(device, rate)
    least = 0 < rate < device.basal_min  # downwards here too: never more than was asked for
    if least and not c.least:
        tell(out, count, minute, Told.LEAST_RATE, wanted)
    c.least = least
    pump.auto_rate = 0 if least else rate


@inlined
def _plgs(pump: Record, c: Record, cgm: Floats, n: int, minute: int, out: Floats, count: Ints) -> None:
    """Suspend when 80 mg/dL is predicted below in 30 minutes or 70 is met; resume when it rises, or after two hours."""
    now, before = cgm[n], cgm[n - 1] if n else np.nan
    trend = slope(cgm, n, 6)
    predicted = now + 30.0 * (0.0 if np.isnan(trend) else trend)
    old = c.was_off[n % 30]
    off = c.off
    if off:
        off = not (predicted > c.low or now > before or c.off_count - old >= OFF_MOST)
    elif (predicted < c.low or now < c.stop) and not now > before:
        off = c.off_count - old < OFF_MOST
    _switch(pump, c, off, now, n, minute, out, count)


@inlined
def _plgs_limit(pump: Record, c: Record, cgm: Floats, n: int, minute: int, out: Floats, count: Ints) -> None:
    """The other kind, around a limit (`stop`): suspend at most 70 mg/dL above it when 20 above it is predicted; resume
    after half an hour at the earliest, 20 above it when 40 above is predicted; two hours at most (of any 2.5 here)."""
    now = cgm[n]
    trend = slope(cgm, n, 6)
    predicted = now + 30.0 * (0.0 if np.isnan(trend) else trend)
    old = c.was_off[n % 30]
    off = c.off
    if off:
        back = now >= c.stop + 20.0 and predicted > c.stop + 40.0 and minute - c.off_at >= OFF_LEAST * EVERY
        off = not (back or c.off_count - old >= OFF_MOST)
    elif now <= c.stop + 70.0 and predicted <= c.stop + 20.0:
        off = c.off_count - old < OFF_MOST
    _switch(pump, c, off, now, n, minute, out, count)


@inlined
def _switch(pump: Record, c: Record, off: bool, now: float, n: int, minute: int, out: Floats, count: Ints) -> None:
    """Stop or resume, and remember for 2.5 hours that this sample was one or the other."""
    c.off_count += int(off) - c.was_off[n % 30]
    c.was_off[n % 30] = int(off)
    if off != c.off:
        c.off_at = minute
        tell(out, count, minute, Told.AUTO_SUSPENDED if off else Told.AUTO_RESUMED, now)
    c.off = int(off)
    pump.auto_rate = 0 if off else -1


@inlined
def _forget(c: Record, n: int) -> None:
    """What was off 2.5 hours ago counts no more, and now nothing is switched off."""
    c.off_count -= c.was_off[n % 30]
    c.was_off[n % 30] = 0


@compiled
def switched(pump: Record, c: Record, on: bool, minute: int, out: Floats, count: Ints) -> None:
    """A person puts automatic mode on or off. A suspension ends with it; to put on what is on changes nothing."""
    if on == bool(pump.auto):
        return
    pump.auto, pump.auto_rate = int(on), -1
    if c.off:
        c.off = 0
        tell(out, count, minute, Told.AUTO_RESUMED, 0.0)


@inlined
def _stops(c: Record, off: bool, now: float, minute: int, out: Floats, count: Ints) -> None:
    """Say when a loop begins to give nothing because of its lower limit, and when that is over."""
    if off != c.off:
        tell(out, count, minute, Told.AUTO_SUSPENDED if off else Told.AUTO_RESUMED, now)
    c.off = int(off)


@inlined
def _predict(c: Record, isf: float, cgm: Floats, net: Floats, table: Floats, n: int) -> tuple[float, float]:
    """Glucose in 30 minutes and units on board: the trend, less what insulin on board will still do."""
    trend = slope(cgm, n, 4)
    trend = 0.0 if np.isnan(trend) else trend
    iob, later = on_board(net, table, n, 6)
    falls = isf * (iob - later)
    return cgm[n] + c.weight_slope * 30.0 * trend - c.weight_iob * falls, iob


@inlined
def _ttr(
    device: Record,
    pump: Record,
    c: Record,
    cgm: Floats,
    net: Floats,
    table: Floats,
    n: int,
    minute: int,
    out: Floats,
    count: Ints,
) -> None:
    """Treat to range: less below `low`, the profile up to `high`, more above, and now and then a correction."""
    isf = device.isf[(minute + c.start) // 30 % SLOTS]
    p, iob = _predict(c, isf, cgm, net, table, n)
    basal = scheduled(device, pump, minute + c.start) / 1e6
    wanted = basal
    if p < c.low:
        wanted = basal * min(max((p - c.stop) / (c.low - c.stop), 0.0), 1.0)
    elif p > c.high:
        wanted = basal + max(0.0, 2.0 * ((p - c.high) / isf - max(0.0, iob) * c.gain))
    _write(device, pump, c, wanted, minute, out, count)
    _stops(c, p <= c.stop, cgm[n], minute, out, count)
    if p <= c.auto_above or pump.bolus or pump.extended or stopped(pump):
        return  # a dose queued while the pump stands still would come hours later
    quiet = minute - max(c.last_auto, pump.last_bolus)
    dose = c.auto_share * ((cgm[n] - c.auto_target) / isf - iob)
    micro = int(dose * 1e6)
    micro -= micro % device.bolus_step
    if quiet >= AUTO_EVERY and micro > 0 and micro >= device.bolus_min:
        c.last_auto = minute
        if micro > device.bolus_max:
            tell(out, count, minute, Told.CAP_BOLUS, dose)
            micro = device.bolus_max
        pulses = micro // device.pulse
        pump.bolus = pump.bolus_asked = pulses
        pump.bolus_meal, pump.bolus_auto = 0, 1
        tell(out, count, minute, Told.AUTO_BOLUS, pulses * device.pulse / 1e6)


@inlined
def _pid(
    device: Record, pump: Record, c: Record, cgm: Floats, net: Floats, n: int, minute: int, out: Floats, count: Ints
) -> None:
    """PID with insulin feedback (Steil 2011): basal + Kp (e + integral/Ti + Td de/dt) less gamma times the insulin that
    is under way beyond basal, estimated by two compartments of 55 minutes. Integral held while the rate is cut off."""
    basal = scheduled(device, pump, minute + c.start) / 1e6
    trend = slope(cgm, n, 4)
    trend = 0.0 if np.isnan(trend) else trend
    error = cgm[n] - c.target
    kp = basal / c.gain
    wanted = basal + kp * (error + c.integral + c.td * trend) - c.gamma * c.ip2
    cap = c.cap * basal
    if 0.0 < wanted < cap or (wanted <= 0.0 and error > 0.0) or (wanted >= cap and error < 0.0):
        integral = c.integral + error * EVERY / c.ti
        wound = integral < -c.high or integral > c.low
        if wound and not c.wound:
            tell(out, count, minute, Told.CLIP_INTEGRAL, integral)
        c.wound = wound
        c.integral = min(max(integral, -c.high), c.low)
    _write(device, pump, c, wanted if cgm[n] >= c.stop else 0.0, minute, out, count)
    _stops(c, cgm[n] < c.stop, cgm[n], minute, out, count)


@inlined
def _blind(pump: Record, c: Record, n: int, minute: int, out: Floats, count: Ints) -> None:
    """A sample without a reading; after 20 minutes of them the profile runs."""
    suspends = c.kind == PLGS or c.kind == PLGS_LIMIT
    if suspends:  # what was 2.5 hours ago is no longer counted
        c.off_count += c.off - c.was_off[n % 30]
        c.was_off[n % 30] = c.off
    if minute - c.last_seen < BLIND:
        return
    pump.auto_rate = -1
    if c.off:
        c.off = 0
        tell(out, count, minute, Told.AUTO_RESUMED, 0.0)
    if not suspends and c.engaged:
        c.engaged = 0
        alarm(pump, out, count, minute, Told.AUTO_EXIT, minute - c.last_seen)


@inlined
def decide(
    device: Record,
    pump: Record,
    c: Record,
    cgm: Floats,
    net: Floats,
    table: Floats,
    n: int,
    minute: int,
    out: Floats,
    count: Ints,
) -> None:
    """Let the controller act on sample n."""
    if c.kind == NONE:
        return
    if c.kind == PID:  # also while it sees nothing or is off: insulin does not wait
        given = net[n - 1] * 12.0 if n else 0.0  # U/h beyond the profile over the last sample
        c.ip1 += (given - c.ip1) * EVERY / 55.0
        c.ip2 += (c.ip1 - c.ip2) * EVERY / 55.0
    if not pump.auto:
        _forget(c, n)
        return
    if np.isnan(cgm[n]):
        _blind(pump, c, n, minute, out, count)
        return
    c.last_seen = minute
    c.engaged = 1
    pump.alarms &= ~(1 << (Told.AUTO_EXIT - FIRST_ALARM))  # or the next exit would be silent
    if c.kind == PLGS:
        _plgs(pump, c, cgm, n, minute, out, count)
    elif c.kind == PLGS_LIMIT:
        _plgs_limit(pump, c, cgm, n, minute, out, count)
    elif c.kind == TTR:
        _ttr(device, pump, c, cgm, net, table, n, minute, out, count)
    else:
        _pid(device, pump, c, cgm, net, n, minute, out, count)

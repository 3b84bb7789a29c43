"""A run, minute after minute: what is due, the sensor, the controller, the pump, the body."""

from __future__ import annotations

import numpy as np

from simulator.engine.kernel.codes import Told
from simulator.engine.kernel.compiled import compiled, inlined
from simulator.engine.kernel.controllers import decide, slope
from simulator.engine.kernel.doings import apply, by_itself, eat, eaten
from simulator.engine.kernel.layout import (
    BASAL,
    BLOOD_KETONES,
    BOLUS,
    CARBS,
    CLASSES,
    GI,
    GLUCOSE,
    INSULIN,
    KETONES,
    MINUTE,
    NEXT,
    PLASMA,
    Q1,
    SKIN,
    X3,
    Floats,
    Ints,
    Record,
    World,
)
from simulator.engine.kernel.physiology import absorption, daypart, step
from simulator.engine.kernel.pump import AGES_MIN, alarm, deliver, remind, scheduled, tell
from simulator.engine.kernel.sensor import EVERY, sample

MGDL_PER_MMOL = 18.016
MG_PER_MMOL = 180.16
SHOWN_LEAST = 1.1  # mmol/L
FAST = 0
DAY = 1440
URGENT, LOW, HIGH = 55.0, 70.0, 250.0


@inlined
def _alarms(device: Record, pump: Record, cgm: Floats, n: int, minute: int, told: Floats, count: Ints) -> None:
    """Sensor alarms, latched until the reading is back within the limits."""
    reading = cgm[n]
    if reading <= HIGH:
        pump.high_since = -1
    elif pump.high_since < 0:
        pump.high_since = minute
    if device.low_ahead:
        _look_ahead(device, pump, cgm, n, minute, told, count)
    if reading <= URGENT:
        alarm(pump, told, count, minute, Told.URGENT_LOW, reading)
    elif reading < LOW:
        alarm(pump, told, count, minute, Told.LOW_SENSOR, reading)
    elif reading > HIGH:
        if minute - pump.high_since >= device.high_after:
            alarm(pump, told, count, minute, Told.HIGH_SENSOR, reading)
    else:
        pump.alarms &= ~(
            (1 << (Told.URGENT_LOW - 100)) | (1 << (Told.LOW_SENSOR - 100)) | (1 << (Told.HIGH_SENSOR - 100))
        )


@inlined
def _look_ahead(device: Record, pump: Record, cgm: Floats, n: int, minute: int, told: Floats, count: Ints) -> None:
    """Say that the trend leads below the limit within the minutes that a person chose; ready again when it does not."""
    trend = slope(cgm, n, 4)
    ahead = cgm[n] + device.low_ahead * (0.0 if np.isnan(trend) else trend)
    if ahead >= LOW:
        pump.alarms &= ~(1 << (Told.LOW_AHEAD - 100))
    elif cgm[n] >= LOW:
        alarm(pump, told, count, minute, Told.LOW_AHEAD, ahead)


@inlined
def _rescue(person: Record, outside: Record, reading: float, minute: int, told: Floats, count: Ints) -> None:
    """Someone who treats lows by rule eats fast carbohydrate over five minutes, at most every fifteen."""
    limit = person.rescue_asleep if outside.asleep else person.rescue_below
    if reading < limit and minute - person.last_rescue >= 15:
        person.last_rescue, person.rescue_left = minute, 5
        eat(outside, FAST, person.rescue_g * 1000.0 / MG_PER_MMOL / 5.0)
        tell(told, count, minute, Told.RESCUE, person.rescue_g)


@inlined
def _sense(
    s: Record,
    pump: Record,
    gi: float,
    pressed: float,
    n: int,
    minute: int,
    error: Floats,
    chance: Floats,
    told: Floats,
    count: Ints,
) -> float:
    """Sample n of the sensor, and its word a day before it ends and when it has."""
    if s.on and s.life - DAY <= minute - s.since < s.life:
        alarm(pump, told, count, minute, Told.SENSOR_ENDS, (s.since + s.life - minute) / 60.0)
    elif s.on and minute - s.since >= s.life:
        alarm(pump, told, count, minute, Told.SENSOR_ENDED, 0.0)
    noise = (error[n, 0], error[n, 1], chance[n, 0], chance[n, 1])
    return sample(s, gi * MGDL_PER_MMOL, pressed, minute, noise, told, count)


@inlined
def _tmax_i(p: Record, pump: Record, outside: Record, minute: int) -> float:
    """tmax_i here and now: formulation, ageing of the site over three days, lipohypertrophy. Ageing goes by the sample;
    in that time a set loses less than a thousandth. With pens it stays away: they go elsewhere each time."""
    days = min(max(minute - pump.set_at, 0), AGES_MIN) * (1.0 / 1440.0) if pump.filled else 0.0
    return float(p.tmax_i * outside.rapid * outside.absorbs * pump.lipo_tmax * (1.0 - p.site_ageing * days))


@inlined
def _finish_rescue(person: Record, outside: Record) -> None:
    person.rescue_left -= 1
    if not person.rescue_left:
        eaten(outside, FAST, person.rescue_g * 1000.0 / MG_PER_MMOL / 5.0)


@inlined
def _state(trace: Floats, minute: int, p: Record, body: Floats) -> None:
    trace[minute, GLUCOSE] = max(body[Q1] * p.per_vg, SHOWN_LEAST) * MGDL_PER_MMOL
    trace[minute, BLOOD_KETONES] = body[KETONES]
    trace[minute, PLASMA] = body[INSULIN]


@inlined
def _note_given(
    basal: float, bolus: float, meal: float, skin: float, minute: int, trace: Floats, meal_u: Floats, corr_u: Floats
) -> None:
    """Write down what `deliver` says of this minute."""
    trace[minute, BASAL], trace[minute, BOLUS] = basal, bolus
    trace[minute, SKIN] += skin
    if bolus > 0.0:
        meal_u[minute] += meal
        corr_u[minute] += bolus - meal


@inlined
def _eaten_now(outside: Record) -> float:
    """Grams a minute."""
    cho = 0.0
    for k in range(CLASSES):
        cho += outside.cho[k]
    return cho * (MG_PER_MMOL / 1000.0)


@inlined
def _tell_floors(p: Record, outside: Record, body: Floats, minute: int, told: Floats, count: Ints) -> None:
    """The floors of the body that act, told when one begins to."""
    floors = (1 if body[Q1] * p.per_vg < SHOWN_LEAST else 0) | (2 if body[X3] > 1.0 else 0)
    if floors == outside.floors:
        return
    begun = floors & ~outside.floors
    if begun & 1:
        tell(told, count, minute, Told.FLOOR_SHOWN, body[Q1] * p.per_vg * MGDL_PER_MMOL)
    if begun & 2:
        tell(told, count, minute, Told.FLOOR_PRODUCTION, body[X3])
    outside.floors = floors


@compiled
def advance(w: World, until: int) -> None:
    """Run on to minute `until`. What happens at a minute happens before its sensor sample, its controller, its pump and
    its body; what is due at `until` itself waits. Trace row m is the state at minute m; amounts in it are those of the
    minute that begins then. Running in pieces is running in one."""
    # Taken out of `w` once: to hand on all of it every minute would take longer than the body's own equations.
    p, outside, device, pump, person = w.patient[0], w.outside[0], w.device[0], w.pump[0], w.person[0]
    sensor, controller, error, chance, iob_5 = w.sensor[0], w.controller[0], w.error, w.chance, w.iob_5
    body, depots, clock, trace, do, normal, told, count = (
        *(w.body, w.depots, w.clock, w.trace),
        *(w.do, w.normal, w.told, w.told_n),
    )
    meal_u, corr_u, net, dayparts, hump, decay, start = (
        *(w.meal_u, w.corr_u, w.net, w.dayparts),
        *(w.hump, w.decay, w.start),
    )
    cgm, autos = w.cgm, w.autos
    of_day, factor = (clock[MINUTE] + start) % DAY, daypart(dayparts, clock[MINUTE] + start)
    n, within = clock[MINUTE] // EVERY, clock[MINUTE] % EVERY  # the sample, and minutes since it
    absorbs = absorption(_tmax_i(p, pump, outside, n * EVERY))
    for minute in range(clock[MINUTE], until):
        _state(trace, minute, p, body)
        if of_day == DAY:
            of_day = 0
        if of_day == 240 or of_day == 600 or of_day == 1020:
            factor = daypart(dayparts, minute + start)
        if within == EVERY:
            n, within = n + 1, 0
        happened = within == 0
        while clock[NEXT] < len(do) and do[clock[NEXT], 0] <= minute:
            happened = True
            row = clock[NEXT]
            apply(w, minute, int(do[row, 1]), do[row, 2], do[row, 3])
            clock[NEXT] = row + 1
        if within == 0:
            cgm[n] = _sense(sensor, pump, body[GI], outside.compression, n, minute, error, chance, told, count)
            if not np.isnan(cgm[n]):
                _alarms(device, pump, cgm, n, minute, told, count)
                _rescue(person, outside, cgm[n], minute, told, count)
            decide(device, pump, controller, cgm, net, iob_5, n, minute, told, count)
            if controller.last_auto == minute:
                by_itself(outside, autos)
        within += 1
        u = 0.0
        if pump.filled:
            if device.reminds:
                remind(device, pump, of_day, minute, told, count)
            profile = scheduled(device, pump, of_day)
            u, basal, bolus, meal, skin = deliver(device, pump, profile, minute, normal[minute], told, count)
            _note_given(basal, bolus, meal, skin, minute, trace, meal_u, corr_u)
            net[n] += basal + bolus - profile * (1.0 / 60e6)
        trace[minute, CARBS] = _eaten_now(outside)
        held = p.s * outside.ill * factor
        if happened:
            absorbs = absorption(_tmax_i(p, pump, outside, n * EVERY))
        if step(p, body, depots, outside, held, hump, u, absorbs, of_day, decay):
            tell(told, count, minute, Told.FLOOR_GLUCOSE, 0.0)
        _tell_floors(p, outside, body, minute + 1, told, count)
        of_day += 1
        if person.rescue_left:
            _finish_rescue(person, outside)
    clock[MINUTE] = until
    _state(trace, until, p, body)

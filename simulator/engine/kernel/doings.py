"""What is done to the person, the device and the world, each at the minute it is due."""

from __future__ import annotations

from simulator.engine.kernel.calculators import advice
from simulator.engine.kernel.codes import Do, Told
from simulator.engine.kernel.compiled import compiled, inlined
from simulator.engine.kernel.controllers import PID, TTR, aim, on_board, switched
from simulator.engine.kernel.exponential import exp
from simulator.engine.kernel.hardware import fault, to_hardware
from simulator.engine.kernel.layout import BOLUS, GLUCOSE, L1, PENNED, S1, SLOTS, Floats, Record, World
from simulator.engine.kernel.pump import end_bolus, stopped, tell

KETONE_CV = 0.07
RAPID_SD = 0.15
INTENSE = 0.8  # of the reserve of the heart rate (reference/simulator.md 5)
UNWASHED = 0.02  # of fingersticks are far off (reference/simulator.md 8)
METER_LEAST, METER_MOST = 10.0, 600.0  # mg/dL that a meter shows


@inlined
def eat(outside: Record, kind: int, rate: float) -> None:
    """Begin to eat `rate` mmol/min of a class."""
    outside.cho[kind] += rate
    outside.plates[kind] += 1


@inlined
def eaten(outside: Record, kind: int, rate: float) -> None:
    """End it. When nothing of the class is eaten any more the rate is exactly nothing, not what rounding left."""
    outside.plates[kind] -= 1
    outside.cho[kind] = outside.cho[kind] - rate if outside.plates[kind] else 0.0


@inlined
def _next_dose(w: World) -> float:
    """The standard normal number of the next dose."""
    n = w.outside[0].doses
    w.outside[0].doses = n + 1
    return float(w.doses[n % len(w.doses)])


@compiled
def under_the_skin(w: World) -> None:
    """A dose of rapid insulin begins: how fast it is absorbed differs from dose to dose, LN(0, 0.15) of tmax_i
    (reference/simulator.md 6). One depot holds all of it: what is left of earlier doses goes with the last."""
    w.outside[0].absorbs = exp(RAPID_SD * _next_dose(w))


@compiled
def by_itself(outside: Record, draws: Floats) -> None:
    """The same for a correction that a loop gives by itself. It draws from numbers of its own: with it and without it
    the person's own doses are absorbed alike."""
    n = outside.autos
    outside.autos = n + 1
    outside.absorbs = exp(RAPID_SD * draws[n % len(draws)])


@compiled
def pen(w: World, minute: int, mu: float, meal_share: float) -> None:
    under_the_skin(w)
    w.depots[S1] += mu
    w.trace[minute, PENNED] += mu / 1e3
    w.meal_u[minute] += meal_share * mu / 1e3
    w.corr_u[minute] += (1.0 - meal_share) * mu / 1e3


@compiled
def _active(given: Floats, iob: Floats, minute: int) -> float:
    total = 0.0
    for k in range(max(0, minute - len(iob) + 1), minute):
        total += given[k] * iob[minute - k]
    return float(total)


@compiled
def unwashed(uniform: float) -> float:
    """What a fingerstick is off by, of hands that were not washed: 0 for most, for two in a hundred between 20 and 40,
    up or down (mg/dL below 100, percent from there). One uniform number tells whether, which way and how far."""
    share = uniform / UNWASHED
    if share >= 1.0:
        return 0.0
    return -20.0 - 40.0 * share if share < 0.5 else 40.0 * share


@compiled
def strip(w: World, minute: int) -> float:
    """A fingerstick: 6 mg/dL below 100, 6 % above, and what unwashed hands add; whole mg/dL (reference/simulator.md 8).
    Beyond what a meter shows it shows its limit, and that is told."""
    g = w.trace[minute, GLUCOSE]
    off = 6.0 * w.meter[minute] + unwashed(w.hands[minute])
    shown = float(round(g + off * max(1.0, g / 100.0)))
    if shown < METER_LEAST or shown > METER_MOST:
        tell(w.told, w.told_n, minute, Told.CLIP, shown)
    return min(max(shown, METER_LEAST), METER_MOST)


@compiled
def announce(w: World, minute: int, carbs: float) -> None:
    """Count `carbs` g, ask the calculator with the last reading (or a fingerstick) and give what it says: by pump in
    its steps, by pen in whole steps of the pen, both downwards."""
    device, pump, person = w.device[0], w.pump[0], w.person[0]
    n = (minute - 1) // 5 if minute else 0  # the last sample taken: this minute's comes after what is done in it
    bg = w.cgm[n]
    if bg != bg:
        bg = strip(w, minute)
        tell(w.told, w.told_n, minute, Told.STRIP, bg)
    meal_iob, corr_iob = _active(w.meal_u, w.iob, minute), _active(w.corr_u, w.iob, minute)
    if pump.auto and w.controller[0].kind in (TTR, PID):  # then all beyond the profile counts, and less than it too
        net, _later = on_board(w.net, w.iob_5, (minute + 4) // 5, 0)
        corr_iob = max(0.0, net - meal_iob)
        meal_iob = min(meal_iob, max(0.0, net))
    slot = ((minute + w.start) // 30) % SLOTS
    dose = advice(device, slot, carbs, bg, meal_iob, corr_iob)
    share = min(1.0, carbs / device.icr[slot] / dose) if dose > 0.0 else 1.0
    if dose > device.bolus_max / 1e6:
        tell(w.told, w.told_n, minute, Told.CAP_BOLUS, dose)
        dose = device.bolus_max / 1e6
    tell(w.told, w.told_n, minute, Told.CALCULATED, dose)
    if person.pen:
        units = int(dose / person.pen_step + 1e-9) * person.pen_step
        if units > 0.0:
            pen(w, minute, units * 1e3, share)
            tell(w.told, w.told_n, minute, Told.PEN, units)
        return
    pump.pressed_at = minute
    micro = int(dose * 1e6 + 0.5)
    micro -= micro % device.bolus_step
    if micro < device.bolus_min:
        micro = 0
    if device.hour_max and micro > _left_this_hour(w, minute):
        tell(w.told, w.told_n, minute, Told.CAP_HOUR, micro * 1e-6)
        micro = _left_this_hour(w, minute)
        micro -= micro % device.bolus_step
    if not micro:
        return
    _give_way(w, minute)
    if stopped(pump) or pump.bolus:  # by rule, not by a person's action: told, and the meal is eaten all the same
        tell(w.told, w.told_n, minute, Told.BOLUS_INCOMPLETE, micro * 1e-6)
        return
    bolus(w, minute, micro // device.pulse, share)


@compiled
def _give_way(w: World, minute: int) -> None:
    """What the person asks for goes before a correction that the loop is giving: the rest of that is given up."""
    pump = w.pump[0]
    if pump.bolus_auto and pump.bolus:
        tell(w.told, w.told_n, minute, Told.BOLUS_INCOMPLETE, pump.bolus * w.device[0].pulse / 1e6)
        pump.bolus_asked -= pump.bolus
        pump.bolus = pump.bolus_auto = 0


@compiled
def _left_this_hour(w: World, minute: int) -> int:
    """Micro-units of boluses that may still be begun: the most within an hour less what was given in the last sixty
    minutes and what is on its way. What a loop gives by itself counts, and is not held back by it."""
    given = 0.0
    for at in range(max(0, minute - 60), minute):
        given += w.trace[at, BOLUS]
    pump, device = w.pump[0], w.device[0]
    under_way = (pump.bolus + pump.extended) * device.pulse
    return int(max(0, device.hour_max - under_way - int(given * 1e6 + 0.5)))


@compiled
def _beyond_hour(w: World, minute: int, pulses: int) -> bool:
    """Whether a dose asked for is more than the hour allows; then it is refused by name."""
    micro = pulses * w.device[0].pulse
    if not w.device[0].hour_max or micro <= _left_this_hour(w, minute):
        return False
    tell(w.told, w.told_n, minute, Told.BEYOND_HOUR, micro * 1e-6)
    return True


@compiled
def _watch(w: World, minute: int) -> None:
    """A bolus has begun: reminders count from it."""
    w.pump[0].last_bolus = minute
    if w.device[0].check_after:
        w.pump[0].check_at = minute + w.device[0].check_after


@compiled
def bolus(w: World, minute: int, pulses: int, meal_share: float) -> None:
    pump = w.pump[0]
    if pulses <= 0 or _beyond_hour(w, minute, pulses):
        return
    _give_way(w, minute)
    if stopped(pump) or pump.bolus:
        tell(w.told, w.told_n, minute, Told.REFUSED, Do.BOLUS)
        return
    under_the_skin(w)
    pump.bolus_asked = pulses + (pump.bolus_asked if pump.extended else 0)  # what is told as done when all of it is
    pump.bolus = pulses
    pump.bolus_meal = int(1000.0 * meal_share + 0.5)
    _watch(w, minute)
    tell(w.told, w.told_n, minute, Told.BOLUS, pulses * w.device[0].pulse / 1e6)


@compiled
def _to_person(w: World, minute: int, kind: int, a: float, b: float) -> bool:
    outside = w.outside[0]
    if kind == Do.EAT:
        eat(outside, int(a), b)
    elif kind == Do.EATEN:
        eaten(outside, int(a), b)
    elif kind == Do.ANNOUNCE:
        announce(w, minute, a)
    elif kind == Do.HEART:
        outside.dhr = a
        outside.intense = 1.0 if b > 0.0 or a > INTENSE * (w.patient[0].hr_max - w.patient[0].hr_rest) else 0.0
    elif kind == Do.ILL:
        outside.ill, outside.egp = a, b
    elif kind == Do.SLEEP:
        outside.asleep = int(a)
    elif kind == Do.PEN:
        pen(w, minute, a, b)
        tell(w.told, w.told_n, minute, Told.PEN, a / 1e3)
    elif kind == Do.LONG:
        outside.kl1 = outside.long_1 * exp(outside.long_sd * _next_dose(w))
        if abs(outside.kl1 - outside.kl2) < 1e-7:
            outside.kl1 += 1e-6  # the chain is solved for two different rates
        w.depots[L1] += a
        w.trace[minute, PENNED] += a / 1e3
    elif kind == Do.STRIP:
        tell(w.told, w.told_n, minute, Told.STRIP, strip(w, minute))
    elif kind == Do.KETONE_STRIP:
        k = w.trace[minute, 6] * (1.0 + KETONE_CV * w.meter[minute])
        tell(w.told, w.told_n, minute, Told.KETONE_STRIP, round(10.0 * k) / 10.0)
    else:
        return False
    return True


@compiled
def _extended(w: World, minute: int, pulses: int, minutes: int) -> None:
    pump = w.pump[0]
    if _beyond_hour(w, minute, pulses):
        return
    if stopped(pump) or pump.extended:
        tell(w.told, w.told_n, minute, Told.REFUSED, Do.EXTENDED)
        return
    under_the_skin(w)
    pump.bolus_asked = pulses + (pump.bolus_asked if pump.bolus else 0)
    pump.extended = pulses
    pump.extended_rate = pulses * w.device[0].pulse * 60 // minutes
    pump.extended_owed = 0
    pump.extended_end = minute + minutes
    _watch(w, minute)
    tell(w.told, w.told_n, minute, Told.EXTENDED, pulses * w.device[0].pulse / 1e6)


@compiled
def _to_delivery(w: World, minute: int, kind: int, a: float, b: float) -> bool:
    pump, device = w.pump[0], w.device[0]
    if kind == Do.BOLUS:
        bolus(w, minute, int(a), b)
    elif kind == Do.EXTENDED:
        _extended(w, minute, int(a), int(b))
    elif kind == Do.CANCEL_BOLUS:
        end_bolus(device, pump, w.told, w.told_n, minute)
    elif kind == Do.TEMP_PERCENT or kind == Do.TEMP_RATE:
        pump.temp_kind = 1 if kind == Do.TEMP_PERCENT else 2
        pump.temp_rate, pump.temp_end, pump.temp_held = int(a), minute + int(b), 0
    elif kind == Do.TEMP_CANCEL:
        pump.temp_kind = 0
    elif kind == Do.SUSPEND:
        end_bolus(device, pump, w.told, w.told_n, minute)
        if not pump.suspended:
            pump.suspended, pump.suspended_at = 1, minute
    elif kind == Do.RESUME:
        pump.suspended = 0
    elif kind == Do.PROFILE:
        pump.profile = int(a)
    elif kind == Do.AUTO:
        switched(pump, w.controller[0], a > 0.0, minute, w.told, w.told_n)
    elif kind == Do.TARGET:
        aim(w.controller[0], a)
    else:
        return False
    return True


@compiled
def apply(w: World, minute: int, kind: int, a: float, b: float) -> None:
    """Do one thing, now."""
    if Do.BOLUS <= kind < Do.STRIP:
        w.pump[0].pressed_at = minute
    if not (
        _to_person(w, minute, kind, a, b) or _to_delivery(w, minute, kind, a, b) or to_hardware(w, minute, kind, a)
    ):
        fault(w, minute, kind, a, b)

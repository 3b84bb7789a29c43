"""The pump for one minute: what it owes, what leaves the reservoir, what reaches the skin. Whole pulses only.

Conserved at every minute: filled == reservoir + tubing + delivered + lost + stored + primed.
"""

from __future__ import annotations

from math import sqrt

from simulator.engine.kernel.codes import FIRST_ALARM, Told
from simulator.engine.kernel.compiled import compiled, inlined
from simulator.engine.kernel.layout import (
    SET_LEAK,
    SET_OCCLUDED,
    SET_OFF,
    SLOTS,
    Floats,
    Ints,
    Record,
)

HOUR = 60
LAST_MIN = 30  # of the battery, told apart
AGES_MIN = 3 * 1440  # a site ages so long (reference/simulator.md 7.2)


@compiled
def tell(out: Floats, count: Ints, minute: int, code: int, value: float) -> None:
    """Append to the run's events; what does not fit is counted, so that the caller can make room and run again."""
    n = count[0]
    if n < len(out):
        out[n, 0], out[n, 1], out[n, 2] = minute, code + 0, value + 0  # an enumeration becomes a number by adding
    count[0] = n + 1


@inlined
def alarm(pump: Record, out: Floats, count: Ints, minute: int, code: int, value: float) -> None:
    """Raise an alarm once: it is latched until acknowledged."""
    bit = 1 << (code - FIRST_ALARM)
    if not pump.alarms & bit:
        pump.alarms |= bit
        tell(out, count, minute, code, value)


@inlined
def ringing(pump: Record, code: int) -> bool:
    return bool(pump.alarms & (1 << (code - FIRST_ALARM)))


@inlined
def stopped(pump: Record) -> bool:
    """Whether delivery stands still: suspended, switched off by the controller, or by an alarm of high priority."""
    return bool(
        pump.suspended
        or not pump.on
        or ringing(pump, Told.OCCLUSION)
        or ringing(pump, Told.EMPTY)
        or ringing(pump, Told.PUMP_ERROR)
        or ringing(pump, Told.BATTERY_DEAD)
        or ringing(pump, Told.AUTO_OFF)
    )


@inlined
def scheduled(device: Record, pump: Record, of_day: int) -> int:
    """The profile's rate now, micro-units/h."""
    return int(device.basal[pump.profile, (of_day // 30) % SLOTS])


@inlined
def basal_step(device: Record, rate: int) -> int:
    """The step of basal rates at this rate, micro-units/h."""
    if rate >= 10_000_000:
        return int(device.step_from_10)
    return int(device.step_from_1 if rate >= 1_000_000 else device.basal_step)


@inlined
def percent_rate(device: Record, pump: Record, rate: int) -> int:
    """What the temporary percentage of the profile's `rate` comes to, rounded to the device's step."""
    step = basal_step(device, rate * pump.temp_rate // 100)
    return int((rate * pump.temp_rate + 50 * step) // (100 * step) * step)


@inlined
def basal_rate(device: Record, pump: Record, rate: int) -> int:
    """The rate in force, micro-units/h: the controller's, a temporary one, or the profile's `rate`."""
    if pump.auto and pump.auto_rate >= 0:
        return int(pump.auto_rate)
    if pump.temp_kind == 1:  # percent follows the profile, as far as the device goes
        found = percent_rate(device, pump, rate)
        return int(min(max(found, device.basal_min), device.basal_max)) if found else 0
    if pump.temp_kind == 2:
        return int(pump.temp_rate)
    return rate


@compiled
def end_bolus(device: Record, pump: Record, out: Floats, count: Ints, minute: int) -> None:
    """Whatever of boluses was not given is given up, and said."""
    left = pump.bolus + pump.extended
    if left:
        tell(out, count, minute, Told.BOLUS_INCOMPLETE, left * device.pulse / 1e6)
    pump.bolus = pump.extended = pump.extended_owed = pump.extended_rate = pump.bolus_auto = 0


@inlined
def _watch_temp(device: Record, pump: Record, profile: int, out: Floats, count: Ints, minute: int) -> None:
    """End a temporary rate whose time is over; say it when a percentage begins to come to more, or to less, than the
    device gives."""
    if pump.temp_kind and minute >= pump.temp_end:
        pump.temp_kind = 0
        tell(out, count, minute, Told.TEMP_ENDED, 0.0)
    if pump.temp_kind != 1:
        return
    found = percent_rate(device, pump, profile)
    held = found > device.basal_max or 0 < found < device.basal_min
    if held and not pump.temp_held:
        tell(out, count, minute, Told.CAP_TEMP, found / 1e6)
    pump.temp_held = held


@inlined
def _wanted(device: Record, pump: Record, profile: int, minute: int) -> tuple[int, int, int]:
    """Pulses due this minute: basal, extended, immediate. Fractions of a pulse stay owed."""
    if stopped(pump):
        return 0, 0, 0
    whole = device.pulse * HOUR
    pump.owed += basal_rate(device, pump, profile)
    basal = spread = 0
    if pump.owed >= whole:
        basal = pump.owed // whole
        pump.owed -= basal * whole
    if pump.extended:
        pump.extended_owed += pump.extended_rate
        spread = min(pump.extended_owed // whole, pump.extended)
        pump.extended_owed -= spread * whole
        if minute + 1 >= pump.extended_end:
            spread = pump.extended
        pump.extended -= spread
    now = min(pump.bolus, device.bolus_pulses)
    pump.bolus -= now
    return basal, spread, now


@compiled
def _past_air(pump: Record, pulses: int) -> int:
    """Move the bubbles on by so many pulses; returns how many of those that leave the tip are insulin."""
    insulin, left = 0, pulses
    while left and pump.bubbles:
        step = min(left, pump.air_ahead[0])
        pump.air_ahead[0] -= step
        insulin += step
        left -= step
        gone = min(left, pump.air[0])
        pump.air[0] -= gone
        left -= gone
        if not pump.air[0]:
            pump.bubbles -= 1
            for n in range(pump.bubbles):
                pump.air[n], pump.air_ahead[n] = pump.air[n + 1], pump.air_ahead[n + 1]
    return int(insulin + left)


@inlined
def through_tubing(pump: Record, pulses: int) -> int:
    """Move the column by so many pulses; returns how many of those that leave the tip are insulin, not air."""
    pump.reservoir -= pulses
    pump.turned += pulses
    if not pump.bubbles:
        return int(pulses)
    insulin = _past_air(pump, pulses)
    pump.tubing += pulses - insulin
    return int(insulin)


@compiled
def ripple(device: Record, turned: int, pulses: int) -> float:
    """What the last `pulses` of a gear that has moved `turned` held beyond what is counted, in pulses. Over a whole
    turn it is nothing."""
    return float(device.ripple[turned % device.gear] - device.ripple[(turned - pulses) % device.gear])


@inlined
def at_the_site(device: Record, pump: Record, pulses: int, out: Floats, count: Ints, minute: int) -> int:
    """Of insulin that leaves the tip, the pulses that enter the skin."""
    if not pump.connected or pump.set_state == SET_OFF:
        pump.lost += pulses
        return 0
    if pump.set_state == SET_OCCLUDED:
        pump.stored += pulses
        deferred = device.defers and pump.bolus > 0
        if pump.stored >= pump.threshold and not deferred:
            alarm(pump, out, count, minute, Told.OCCLUSION, pump.stored * device.pulse / 1e6)
            end_bolus(device, pump, out, count, minute)
        return 0
    if pump.set_state == SET_LEAK:
        pump.leaked += pulses * pump.leak
        gone = int(pump.leaked)
        pump.leaked -= gone
        pump.lost += gone
        pulses -= gone
    pump.delivered += pulses
    return pulses


@inlined
def _wear(device: Record, pump: Record, out: Floats, count: Ints, minute: int) -> None:
    """Battery, reservoir, set and suspension: what is told in time."""
    pump.battery -= device.battery_per_min
    if pump.heat > 0.0:
        pump.potency = max(0.0, pump.potency - pump.heat)
    if pump.battery <= 0.0:
        pump.battery = 0.0
        if not ringing(pump, Told.BATTERY_DEAD):
            alarm(pump, out, count, minute, Told.BATTERY_DEAD, 0.0)
            end_bolus(device, pump, out, count, minute)
    elif pump.battery < 20.0:
        alarm(pump, out, count, minute, Told.LOW_BATTERY, pump.battery)
        if pump.battery <= LAST_MIN * device.battery_per_min:
            alarm(pump, out, count, minute, Told.BATTERY_ENDS, LAST_MIN)
    if pump.reservoir <= device.low_2:
        alarm(pump, out, count, minute, Told.LOW_RESERVOIR, pump.reservoir * device.pulse / 1e6)
    elif pump.reservoir <= device.low_1:
        alarm(pump, out, count, minute, Told.RESERVOIR_20, pump.reservoir * device.pulse / 1e6)
    age = minute - pump.set_at
    if age == AGES_MIN:
        tell(out, count, minute, Told.SITE, AGES_MIN / 1440.0)
    if age >= device.wear:
        alarm(pump, out, count, minute, Told.SET_REMINDER, age / 60.0)
        if device.grace:
            alarm(pump, out, count, minute, Told.SET_GRACE, (device.wear + device.grace - age) / 60.0)
    if device.grace and age >= device.wear + device.grace:
        alarm(pump, out, count, minute, Told.SET_EXPIRED, age / 60.0)
        if pump.on:
            end_bolus(device, pump, out, count, minute)
        pump.on = 0
    if device.auto_off and minute - pump.pressed_at >= device.auto_off and not ringing(pump, Told.AUTO_OFF):
        alarm(pump, out, count, minute, Told.AUTO_OFF, (minute - pump.pressed_at) / 60.0)
        end_bolus(device, pump, out, count, minute)
    quiet = minute - pump.suspended_at
    if pump.suspended and quiet >= HOUR and (quiet - HOUR) % 15 == 0:
        tell(out, count, minute, Told.STILL_SUSPENDED, quiet)


@inlined
def remind(device: Record, pump: Record, of_day: int, minute: int, out: Floats, count: Ints) -> None:
    """The two reminders that a person sets: to look at glucose some time after a bolus, and that no bolus came in the
    hours of a meal."""
    if pump.check_at and minute >= pump.check_at:
        pump.check_at = 0
        tell(out, count, minute, Told.BG_CHECK, device.check_after / 60.0)
    if of_day % 30 == 0:
        length = device.window[(of_day // 30) % SLOTS]
        if length and minute >= length and minute - pump.last_bolus > length:
            tell(out, count, minute, Told.MISSED_MEAL, length / 60.0)


@inlined
def deliver(
    device: Record, pump: Record, profile: int, minute: int, noise: float, out: Floats, count: Ints
) -> tuple[float, float, float, float, float]:
    """One minute of delivery; `profile` is the profile's rate now (micro-units/h), `minute` counts from the start of
    the run; `noise` is a standard normal number. Returns the insulin that enters the skin, in mU, as it acts; and in
    units: what the pump says it gave as basal and as bolus, what of the bolus was for a meal, what entered the skin."""
    _wear(device, pump, out, count, minute)
    running = pump.bolus + pump.extended
    _watch_temp(device, pump, profile, out, count, minute)
    basal, spread, now = _wanted(device, pump, profile, minute)
    pulses = basal + spread + now
    if pulses > pump.reservoir:
        missing = pulses - pump.reservoir
        pulses = pump.reservoir
        back = min(missing, spread + now)
        pump.bolus += back  # not given: told as incomplete
        basal -= missing - back
        spread, now = 0, spread + now - back
        alarm(pump, out, count, minute, Told.EMPTY, 0.0)
        end_bolus(device, pump, out, count, minute)
    unit = device.pulse * 1e-6
    meal = (spread + now * pump.bolus_meal / 1000.0) * unit  # what is spread out is for a meal
    pump.basal_pulses += basal
    pump.bolus_pulses += spread + now
    entered = 0
    if pulses:
        entered = at_the_site(device, pump, through_tubing(pump, pulses), out, count, minute)
    if running and not pump.bolus and not pump.extended and not stopped(pump):
        pump.bolus_auto = 0
        tell(out, count, minute, Told.BOLUS_DONE, pump.bolus_asked * unit)
    given = 0.0
    if entered:
        root = 1.0 if entered == 1 else sqrt(entered)  # one is the rule, and a root takes its time
        given = entered + device.spread * noise * root
        if device.gear:
            given += ripple(device, pump.turned, pulses) * entered / pulses
        given = device.pulse * 1e-3 * max(0.0, given)
    return given * pump.potency * pump.lipo_f, basal * unit, (spread + now) * unit, meal, given * 1e-3

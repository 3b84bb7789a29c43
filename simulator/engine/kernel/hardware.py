"""Reservoir, set, battery and sensor: what hands do to them, and what goes wrong with them."""

from __future__ import annotations

from simulator.engine.kernel.codes import FIRST_ALARM, Do, Told
from simulator.engine.kernel.compiled import compiled
from simulator.engine.kernel.layout import BUBBLES, S1, SET_LEAK, SET_OCCLUDED, SET_OFF, SET_OK, SKIN, Record, World
from simulator.engine.kernel.pump import alarm, at_the_site, end_bolus, ringing, tell, through_tubing


@compiled
def _clear(w: World, code: int) -> None:
    w.pump[0].alarms &= ~(1 << (code - FIRST_ALARM))


@compiled
def _release(w: World, minute: int) -> None:
    """What an occlusion held back comes at once, if the person is still connected to it."""
    pump = w.pump[0]
    if pump.set_state != SET_OCCLUDED:
        return
    pump.set_state = SET_LEAK if pump.leak > 0.0 else SET_OK
    units = pump.stored * w.device[0].pulse / 1e6
    if pump.connected:
        pump.delivered += pump.stored
        w.depots[S1] += units * 1e3 * pump.potency * pump.lipo_f
        w.trace[minute, SKIN] += units
    else:
        pump.lost += pump.stored
    pump.stored = 0
    tell(w.told, w.told_n, minute, Told.RELEASED, units)


@compiled
def _ran_dry(w: World, minute: int) -> None:
    """Filling took more than there was: said at once, not only when basal next wants a pulse."""
    alarm(w.pump[0], w.told, w.told_n, minute, Told.EMPTY, 0.0)
    end_bolus(w.device[0], w.pump[0], w.told, w.told_n, minute)


@compiled
def _bubble(pump: Record, air: int, ahead: int) -> None:
    """One more bubble, behind all others. When there is no place for it, it goes with the last one, sooner than it
    would."""
    if pump.bubbles == BUBBLES:
        pump.air[BUBBLES - 1] += air
        return
    pump.air[pump.bubbles], pump.air_ahead[pump.bubbles] = air, ahead
    pump.bubbles += 1


@compiled
def _air(pump: Record, pulses: int) -> None:
    """Air takes the place of insulin at the reservoir's end of the tubing, and arrives when what is before it has gone
    through. Where it reaches an earlier bubble the two are one."""
    ahead = pump.tubing
    for n in range(pump.bubbles):
        ahead -= pump.air_ahead[n]
    left = min(pulses, pump.tubing)
    if not left:
        return
    pump.tubing -= left
    pump.reservoir += left
    air = 0
    while True:
        step = min(left, ahead)
        air, ahead, left = air + step, ahead - step, left - step
        if ahead or not pump.bubbles:
            break
        pump.bubbles -= 1
        air += pump.air[pump.bubbles]
        ahead = pump.air_ahead[pump.bubbles]
    _bubble(pump, air, ahead)


@compiled
def _new_set(w: World, minute: int, filled: bool) -> None:
    """A new set: what the old one held back is thrown away with it; tubing and cannula are filled, or they are not and
    the first of the insulin is air."""
    pump, device = w.pump[0], w.device[0]
    pump.lost += pump.stored + pump.tubing
    pump.stored = pump.tubing = 0
    pump.bubbles = pump.turned = 0
    tube = min(device.dead_pulses, pump.reservoir)
    wanted = device.dead_pulses + (device.cannula_pulses if filled else 0)
    dry = wanted > pump.reservoir
    pump.reservoir -= tube
    pump.tubing = tube
    cannula = min(device.cannula_pulses, pump.reservoir)
    if filled:
        pump.reservoir -= cannula
        pump.primed += cannula
    else:
        _bubble(pump, device.cannula_pulses, 0)
    pump.set_state, pump.set_at, pump.connected, pump.on = SET_OK, minute, 1, 1
    pump.leak = pump.leaked = 0.0
    pump.lipo_tmax = pump.lipo_f = 1.0
    for code in (Told.OCCLUSION, Told.SET_REMINDER, Told.SET_GRACE, Told.SET_EXPIRED):
        _clear(w, code)
    if dry:
        _ran_dry(w, minute)


@compiled
def _primed(w: World, minute: int, pulses: int) -> None:
    """Insulin that filling drives out of the tip: into the air, or into someone who is still connected."""
    pump = w.pump[0]
    if not pump.connected or pump.set_state == SET_OFF:
        pump.primed += pulses
        return
    entered = at_the_site(w.device[0], pump, pulses, w.told, w.told_n, minute)
    units = entered * w.device[0].pulse / 1e6
    w.depots[S1] += units * 1e3 * pump.potency * pump.lipo_f
    w.trace[minute, SKIN] += units
    if entered:
        tell(w.told, w.told_n, minute, Told.PRIMED_IN, units)


@compiled
def to_hardware(w: World, minute: int, kind: int, a: float) -> bool:
    """What hands do to pump, set, battery and sensor. False when it is none of these."""
    pump = w.pump[0]
    if kind == Do.CONNECT:
        pump.connected = int(a)
    elif kind == Do.NEW_SET:
        _new_set(w, minute, a > 0.0)
    elif kind == Do.NEW_RESERVOIR:
        pump.lost += pump.reservoir
        pump.filled += int(a)
        pump.reservoir = int(a)
        pump.potency = 1.0
        for code in (Told.EMPTY, Told.LOW_RESERVOIR, Told.RESERVOIR_20):
            _clear(w, code)
    elif kind == Do.PRIME:
        dry = int(a) > pump.reservoir
        _primed(w, minute, through_tubing(pump, min(int(a), pump.reservoir)))
        if dry:
            _ran_dry(w, minute)
    elif kind == Do.NEW_BATTERY:
        pump.battery = 100.0
        _clear(w, Told.BATTERY_DEAD)
        _clear(w, Told.LOW_BATTERY)
        _clear(w, Told.BATTERY_ENDS)
    elif kind == Do.ACKNOWLEDGE:
        if int(a) == Told.OCCLUSION and ringing(pump, Told.OCCLUSION):
            _release(w, minute)
        if not (int(a) == Told.EMPTY and pump.reservoir == 0) and not (
            int(a) == Told.BATTERY_DEAD and pump.battery <= 0.0
        ):
            _clear(w, int(a))
    elif kind == Do.NEW_SENSOR:
        s = w.sensor[0]
        s.on, s.since, s.until_lost = 1, minute, 0
        s.v1 = s.v2 = s.w1 = s.w2 = 0.0
        s.worn += 1
        s.da = s.da_sd * w.between[s.worn % len(w.between), 0]
        s.db = s.db_sd * w.between[s.worn % len(w.between), 1]
        _clear(w, Told.SENSOR_ENDS)
        _clear(w, Told.SENSOR_ENDED)
    else:
        return False
    return True


@compiled
def fault(w: World, minute: int, kind: int, a: float, b: float) -> None:
    """What goes wrong with pump, set, insulin and sensor."""
    pump = w.pump[0]
    if kind == Do.OCCLUSION and pump.set_state != SET_OFF:
        pump.set_state = SET_OCCLUDED
        pump.threshold = w.thresholds[pump.occlusions % len(w.thresholds)]
        pump.occlusions += 1
    elif kind == Do.RELEASE:
        _release(w, minute)
    elif kind == Do.LEAK:
        pump.leak = a
        if pump.set_state == SET_OK:
            pump.set_state = SET_LEAK
    elif kind == Do.DISLODGE:
        pump.lost += pump.stored
        pump.stored = 0
        pump.set_state = SET_OFF
    elif kind == Do.AIR:
        _air(pump, int(a))
    elif kind == Do.SPOIL:
        pump.potency = a
    elif kind == Do.HEAT:
        pump.heat = a / 60.0
    elif kind == Do.LIPO:
        pump.lipo_tmax, pump.lipo_f = a, b
    elif kind == Do.BATTERY_DIES:
        pump.battery = 0.0
    elif kind == Do.PUMP_ERROR:
        pump.alarms |= 1 << (Told.PUMP_ERROR - FIRST_ALARM)
        tell(w.told, w.told_n, minute, Told.PUMP_ERROR, 0.0)
        end_bolus(w.device[0], pump, w.told, w.told_n, minute)
    elif kind == Do.COMPRESSION:
        w.outside[0].compression = a
    elif kind == Do.SIGNAL_LOST:
        w.sensor[0].until_lost = max(w.sensor[0].until_lost, minute + int(a))  # of two losses the one that ends later

"""What happens to a person, and what is done: typed, frozen values, and their translation for the kernel.

Times are whole minutes from the start of the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from simulator.engine.device import Device, amount
from simulator.engine.errors import InThePast, NotFinite, OutOfRange, UnknownName
from simulator.engine.kernel.codes import Do, Told
from simulator.engine.kernel.layout import Floats

__all__ = ["MEALS", "Act", "Exercise", "Fault", "Happening", "Illness", "Meal", "Press", "Scenario", "compile_do"]

MG_PER_MMOL = 180.16
# Classes of carbohydrate: shares of the gut's compartments (fast, normal, slow, early fat, late fat).
MEALS: dict[str, tuple[tuple[int, float], ...]] = {
    "fast": ((0, 1.0),),
    "normal": ((1, 1.0),),
    "slow": ((2, 1.0),),
    "fatty": ((3, 0.6), (4, 0.4)),
}
ACTIVITIES = {"walk": 25.0, "moderate": 50.0, "run": 75.0, "intense": 95.0}
Row: TypeAlias = tuple[int, int, float, float]


@dataclass(frozen=True, slots=True)
class Meal:
    """`carbs_g` eaten over `minutes` from `at` on. `counted_g`: what the person counts and doses for by rule (None: the
    dose is left to an action)."""

    at: int
    carbs_g: float
    kind: str = "normal"
    minutes: int = 10
    counted_g: float | None = None

    def rows(self, _device: Device | None) -> Iterable[Row]:
        if self.kind not in MEALS:
            raise UnknownName(f"meal: no class {self.kind!r}; there are {', '.join(MEALS)}")
        lasting(self.minutes, "a meal")
        rate = amount(self.carbs_g, "meal (g)") * 1000 / MG_PER_MMOL / self.minutes
        if self.counted_g is not None:
            yield self.at, Do.ANNOUNCE, amount(self.counted_g, "counted (g)"), 0.0
        if rate:
            for kind, share in MEALS[self.kind]:
                yield self.at, Do.EAT, kind, share * rate
                yield self.at + self.minutes, Do.EATEN, kind, share * rate


@dataclass(frozen=True, slots=True)
class Exercise:
    """An activity (walk, moderate, run, intense) or a heart rate above rest, for so many minutes."""

    at: int
    minutes: int
    kind: str = "moderate"
    above_rest_bpm: float | None = None

    def rows(self, _device: Device | None) -> Iterable[Row]:
        if self.kind not in ACTIVITIES:
            raise UnknownName(f"exercise: no kind {self.kind!r}; there are {', '.join(ACTIVITIES)}")
        lasting(self.minutes, "exercise")
        bpm = ACTIVITIES[self.kind] if self.above_rest_bpm is None else amount(self.above_rest_bpm, "heart rate")
        if bpm > 150:
            raise OutOfRange(f"exercise: {bpm} beats/min above rest is beyond a heart")
        yield self.at, Do.HEART, bpm, float(self.kind == "intense")
        yield self.at + self.minutes, Do.HEART, 0.0, 0.0


@dataclass(frozen=True, slots=True)
class Illness:
    """From `at` for `minutes`: sensitivity times `sensitivity`, endogenous production times `production`. Fever 0.6 and
    1.15; alcohol 1 and 0.7, two to ten hours after it (reference/simulator.md 2.3)."""

    at: int
    minutes: int
    sensitivity: float = 0.6
    production: float = 1.15

    def rows(self, _device: Device | None) -> Iterable[Row]:
        lasting(self.minutes, "illness")
        for value in (self.sensitivity, self.production):
            if not 0.1 <= amount(value, "illness") <= 3:
                raise OutOfRange(f"illness: factors lie between 0.1 and 3, not {value}")
        yield self.at, Do.ILL, self.sensitivity, self.production
        yield self.at + self.minutes, Do.ILL, 1.0, 1.0


FAULTS = {
    "occlusion": (Do.OCCLUSION, None, None),
    "release": (Do.RELEASE, None, None),
    "leak": (Do.LEAK, 0.0, 1.0),
    "dislodged": (Do.DISLODGE, None, None),
    "air": (Do.AIR, 0.0, 300.0),
    "spoiled": (Do.SPOIL, 0.0, 1.0),
    "lipohypertrophy": (Do.LIPO, None, None),
    "battery": (Do.BATTERY_DIES, None, None),
    "pump-error": (Do.PUMP_ERROR, None, None),
    "compression": (Do.COMPRESSION, 0.0, 100.0),
    "signal-lost": (Do.SIGNAL_LOST, 1.0, 1440.0),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault from `at` on. `amount`: the leaking share, units of air, the potency left, mg/dL of compression (for
    `minutes`), or minutes without signal."""

    at: int
    kind: str
    amount: float | None = None
    minutes: int = 40

    def rows(self, device: Device | None) -> Iterable[Row]:
        if self.kind not in FAULTS:
            raise UnknownName(f"fault: no kind {self.kind!r}; there are {', '.join(FAULTS)}")
        do, least, most = FAULTS[self.kind]
        if least is None or most is None:
            if self.amount is not None:
                raise OutOfRange(f"fault: {self.kind} takes no amount")
            yield self.at, do, 1.5, 0.8  # lipohypertrophy slows by a half and loses a fifth; others read neither
            return
        if self.amount is None or not least <= amount(self.amount, f"fault {self.kind}") <= most:
            raise OutOfRange(f"fault: {self.kind} needs an amount between {least} and {most}, not {self.amount}")
        size = self.amount
        lasting(self.minutes, "a fault")
        if do == Do.AIR:
            if device and self.amount > device.personality["dead_u"]:
                raise OutOfRange(f"fault: air: this tubing holds {device.personality['dead_u']} units")
            size = round(self.amount / (device.pulse_u if device else 0.05))
        yield self.at, do, size, 0.0
        if do == Do.COMPRESSION:
            yield self.at + self.minutes, do, 0.0, 0.0


@dataclass(frozen=True, slots=True)
class Act:
    """An action with the device, the pen or a meter. `do` is one of PRESSES; its amounts in units, units/h, percent,
    minutes as named there."""

    at: int
    do: str
    amount: float = 0.0
    minutes: int = 0

    def rows(self, device: Device | None) -> Iterable[Row]:
        press = PRESSES.get(self.do)
        if press is None:
            raise UnknownName(f"action: there is no {self.do!r}; there are {', '.join(PRESSES)}")
        yield self.at, press.do, *press.arguments(self, device)


class Press:
    """How one kind of action is checked and written for the kernel."""

    def __init__(self, do: Do, takes: str = "", fixed: float = 0.0) -> None:
        self.do, self.takes, self.fixed = do, takes, fixed

    def arguments(self, act: Act, device: Device | None) -> tuple[float, float]:
        if self.takes == "pen":
            amount(act.amount, f"{act.do} (units)")
            if not 0 < act.amount <= 100:
                raise OutOfRange(f"{act.do}: a pen gives more than 0 and at most 100 units at once, not {act.amount}")
            return act.amount * 1000, 0.0
        if self.takes == "number":
            return amount(act.amount, act.do), 0.0
        if not self.takes:
            return self.fixed, 0.0
        if device is None:
            raise UnknownName(f"{act.do}: there is no pump in this run")
        return getattr(self, f"_{self.takes}")(act, device)  # type: ignore[no-any-return] # found by name

    def _bolus(self, act: Act, device: Device) -> tuple[float, float]:
        return device.pulses(act.amount, act.do), self.fixed

    def _extended(self, act: Act, device: Device) -> tuple[float, float]:
        _range(act.minutes, device.personality["extended_min"], f"{act.do} (minutes)")
        return device.pulses(act.amount, act.do), act.minutes

    def _percent(self, act: Act, device: Device) -> tuple[float, float]:
        _range(act.amount, device.personality["temp_percent"], f"{act.do} (percent)")
        _range(act.minutes, device.personality["temp_min"], f"{act.do} (minutes)")
        return float(int(act.amount)), act.minutes

    def _rate(self, act: Act, device: Device) -> tuple[float, float]:
        _range(act.minutes, device.personality["temp_min"], f"{act.do} (minutes)")
        return device.rate(act.amount, act.do), act.minutes

    def _reservoir(self, act: Act, device: Device) -> tuple[float, float]:
        kind = device.personality
        _range(amount(act.amount, act.do), [0, kind["reservoir_u"]], f"{act.do} (units)")
        return round(act.amount / kind["pulse_u"]), 0.0

    def _prime(self, act: Act, device: Device) -> tuple[float, float]:
        _range(amount(act.amount, act.do), [0, 30], f"{act.do} (units)")
        return round(act.amount / device.pulse_u), 0.0


def lasting(minutes: object, what: str) -> None:
    """Raise OutOfRange unless it lasts whole minutes, one or more."""
    if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 1:
        raise OutOfRange(f"{what} lasts whole minutes, 1 or more, not {minutes!r}")


def _range(value: float, limits: list[float], what: str) -> None:
    low, high = limits
    amount(value, what)
    if not low <= value <= high:
        raise OutOfRange(f"{what}: from {low} to {high}, not {value}")


PRESSES = {
    "bolus": Press(Do.BOLUS, "bolus", 1.0),
    "correction": Press(Do.BOLUS, "bolus", 0.0),
    "extended": Press(Do.EXTENDED, "extended"),
    "cancel_bolus": Press(Do.CANCEL_BOLUS),
    "temp_percent": Press(Do.TEMP_PERCENT, "percent"),
    "temp_rate": Press(Do.TEMP_RATE, "rate"),
    "temp_cancel": Press(Do.TEMP_CANCEL),
    "suspend": Press(Do.SUSPEND),
    "resume": Press(Do.RESUME),
    "disconnect": Press(Do.CONNECT, fixed=0.0),
    "connect": Press(Do.CONNECT, fixed=1.0),
    "new_set": Press(Do.NEW_SET, fixed=1.0),
    "new_set_unfilled": Press(Do.NEW_SET, fixed=0.0),
    "new_reservoir": Press(Do.NEW_RESERVOIR, "reservoir"),
    "prime": Press(Do.PRIME, "prime"),
    "new_battery": Press(Do.NEW_BATTERY),
    "ack_occlusion": Press(Do.ACKNOWLEDGE, fixed=Told.OCCLUSION),
    "ack_empty": Press(Do.ACKNOWLEDGE, fixed=Told.EMPTY),
    "ack_error": Press(Do.ACKNOWLEDGE, fixed=Told.PUMP_ERROR),
    "auto_on": Press(Do.AUTO, fixed=1.0),
    "auto_off": Press(Do.AUTO, fixed=0.0),
    "pen": Press(Do.PEN, "pen"),
    "long_acting": Press(Do.LONG, "pen"),
    "strip": Press(Do.STRIP),
    "ketone_strip": Press(Do.KETONE_STRIP),
    "new_sensor": Press(Do.NEW_SENSOR),
    "sleep": Press(Do.SLEEP, fixed=1.0),
    "wake": Press(Do.SLEEP, fixed=0.0),
}
Happening: TypeAlias = Meal | Exercise | Illness | Fault | Act


@dataclass(frozen=True, slots=True)
class Scenario:
    """`minutes` of a fictional life that begin at minute `start` of the day, with what happens in it."""

    minutes: int
    timeline: tuple[Happening, ...] = ()
    start: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.minutes <= 60 * 24 * 120:
            raise OutOfRange(f"scenario: 1 minute to 120 days, not {self.minutes} minutes")
        if not 0 <= self.start < 1440:
            raise OutOfRange(f"scenario: it starts at a minute of the day, 0 to 1439, not {self.start}")


def compile_do(happenings: Iterable[Happening], device: Device | None, minutes: int) -> Floats:
    """(m, 4) rows of minute, code and arguments in order of time; those of one minute stay in the order given. Raises
    an EngineError for whatever cannot be, InThePast for a time outside the run."""
    rows: list[Row] = []
    for each in happenings:
        if isinstance(each.at, bool) or not isinstance(each.at, int):
            raise NotFinite(f"a time is a whole number of minutes, not {each.at!r}")
        if not 0 <= each.at < minutes:
            raise InThePast(f"minute {each.at} lies outside the run, which has minutes 0 to {minutes - 1}")
        rows.extend(each.rows(device))
    rows.sort(key=lambda row: row[0])
    return np.array(rows, dtype=np.float64).reshape(-1, 4)

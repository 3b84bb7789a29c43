"""What happens to a person, and what is done: typed, frozen values, and their translation for the kernel.

Times are whole minutes from the start of the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from simulator.engine.checks import LONGEST_MIN, amount, known, lasting, minute_of, shown, whole, within
from simulator.engine.device import Device
from simulator.engine.errors import (
    Busy,
    EngineError,
    InThePast,
    MissingAmount,
    NotAStep,
    NotUnderThisTherapy,
    OutOfRange,
)
from simulator.engine.kernel.codes import Do
from simulator.engine.kernel.layout import Floats
from simulator.engine.presses import PRESSES, RANGES

__all__ = [
    "MEALS",
    "Act",
    "Exercise",
    "Fault",
    "Happening",
    "Illness",
    "Meal",
    "Scenario",
    "compile_do",
    "reachable",
    "refusals",
]

MG_PER_MMOL = 180.16
# Classes of carbohydrate: shares of the gut's compartments (fast, normal, slow, early fat, late fat).
MEALS: dict[str, tuple[tuple[int, float], ...]] = {
    "fast": ((0, 1.0),),
    "normal": ((1, 1.0),),
    "slow": ((2, 1.0),),
    "fatty": ((3, 0.6), (4, 0.4)),
}
MOST_CARBS_G = 1000.0  # at once; a choice, far beyond any meal
ACTIVITIES = {"walk": 25.0, "moderate": 50.0, "run": 75.0, "intense": 95.0}
Row: TypeAlias = tuple[int, int, float, float]
Span: TypeAlias = tuple[int, int, float, float]  # from, until, and the two arguments
OVERLAID = (Do.HEART, Do.ILL, Do.COMPRESSION)  # they last, and may overlap: each happening is a beginning and an end
HYBRID = ("hcl-ttr", "hcl-pid")  # loops that raise the basal rate too: they leave no temporary one to the person


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
        known(self.kind, MEALS, "meal: no class")
        lasting(self.minutes, "a meal")
        rate = within(self.carbs_g, 0, MOST_CARBS_G, "meal (g)") * 1000 / MG_PER_MMOL / self.minutes
        if self.counted_g is not None:
            yield self.at, Do.ANNOUNCE, within(self.counted_g, 0, MOST_CARBS_G, "counted_g"), 0.0
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
        known(self.kind, ACTIVITIES, "exercise: no kind")
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
        within(self.sensitivity, 0.1, 3, "illness (factor on sensitivity)")
        within(self.production, 0.1, 3, "illness (factor on production)")
        yield self.at, Do.ILL, self.sensitivity, self.production
        yield self.at + self.minutes, Do.ILL, 1.0, 1.0


FAULTS = {
    "occlusion": (Do.OCCLUSION, None, None),
    "release": (Do.RELEASE, None, None),
    "leak": (Do.LEAK, 0.0, 1.0),
    "dislodged": (Do.DISLODGE, None, None),
    "air": (Do.AIR, 0.0, 300.0),
    "spoiled": (Do.SPOIL, 0.0, 1.0),
    "heat": (Do.HEAT, 0.0, 1.0),
    "lipohypertrophy": (Do.LIPO, None, None),
    "battery": (Do.BATTERY_DIES, None, None),
    "pump-error": (Do.PUMP_ERROR, None, None),
    "compression": (Do.COMPRESSION, 0.0, 100.0),
    "signal-lost": (Do.SIGNAL_LOST, 1.0, 1440.0),
}


OF_THE_SENSOR = ("compression", "signal-lost")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault from `at` on. `amount`: the leaking share, units of air, the potency left, the share of it lost each hour
    in heat (0.02 at 45 degrees Celsius; 0 when it is cool again), mg/dL of compression, or whole
    minutes without signal. `minutes`: how long a compression lasts (None: 40); the others take none."""

    at: int
    kind: str
    amount: float | None = None
    minutes: int | None = None

    def rows(self, device: Device | None) -> Iterable[Row]:
        do, least, most = FAULTS[known(self.kind, FAULTS, "fault: no kind")]
        if self.minutes is not None and do != Do.COMPRESSION:
            raise OutOfRange(f"fault: {self.kind} takes no minutes, and {shown(self.minutes)} was given")
        if least is None or most is None:
            if self.amount is not None:
                raise OutOfRange(f"fault: {self.kind} takes no amount, and {shown(self.amount)} was given")
            yield self.at, do, 1.5, 0.8  # lipohypertrophy slows by a half and loses a fifth; others read neither
            return
        if self.amount is None:
            raise MissingAmount(f"fault: {self.kind} needs an amount between {least:g} and {most:g}")
        yield self.at, do, self._size(do, within(self.amount, least, most, f"fault: {self.kind}"), device), 0.0
        if do == Do.COMPRESSION:
            yield self.at + lasting(40 if self.minutes is None else self.minutes, "a compression"), do, 0.0, 0.0

    def _size(self, do: Do, size: float, device: Device | None) -> float:
        """The amount as the kernel counts it."""
        if do == Do.SIGNAL_LOST and size != int(size):
            raise NotAStep(f"fault: {self.kind} lasts whole minutes, not {self.amount}")
        if do != Do.AIR:
            return size
        if device and size > device.personality["dead_u"]:
            raise OutOfRange(f"fault: air: this tubing holds {device.personality['dead_u']} units, not {self.amount}")
        return round(size / (device.pulse_u if device else 0.05))


@dataclass(frozen=True, slots=True)
class Act:
    """An action with the device, the pen or a meter. `do` is one of PRESSES; whether it takes an amount (in units,
    units/h, percent ...) and minutes stands there. None is no amount: nothing is ever taken for 0."""

    at: int
    do: str
    amount: float | None = None
    minutes: int | None = None

    def rows(self, device: Device | None) -> Iterable[Row]:
        press = PRESSES[known(self.do, PRESSES, "action: there is no")]
        yield self.at, press.do, *press.arguments(self.do, self.amount, self.minutes, device)


HAPPENINGS = (Meal, Exercise, Illness, Fault, Act)
Happening: TypeAlias = Meal | Exercise | Illness | Fault | Act


@dataclass(frozen=True, slots=True)
class Scenario:
    """`minutes` of a fictional life that begin at minute `start` of the day, with what happens in it."""

    minutes: int
    timeline: tuple[Happening, ...] = ()
    start: int = 0

    def __post_init__(self) -> None:
        whole(self.minutes, "scenario: minutes", least=1, most=LONGEST_MIN)
        if not isinstance(self.timeline, tuple | list):
            raise OutOfRange(f"scenario: the timeline is a tuple of what happens, not {shown(self.timeline)}")
        whole(self.start, "scenario: the minute of the day at which it starts", most=1439)


def reachable(happenings: Iterable[Happening], reserve_bpm: float) -> None:
    """Raises OutOfRange for a heart that is to beat faster than it can: `reserve_bpm` is what is left above rest."""
    for each in happenings:
        if not isinstance(each, Exercise) or each.above_rest_bpm is None:
            continue
        if amount(each.above_rest_bpm, "heart rate") > reserve_bpm:
            raise OutOfRange(
                f"above_rest_bpm: this person's heart goes {reserve_bpm:g} above rest at most, "
                f"not {each.above_rest_bpm}"
            )


def refusals(happenings: Iterable[Happening], therapy: str) -> list[EngineError | None]:
    """For each of them, in the order given, why this therapy cannot do it, or None.

    Whether a hybrid loop gives insulin by itself is read from the actions alone: from the start and from `auto_on` on
    it does, from `auto_off` on it does not. That it left automatic mode because the sensor was lost changes nothing."""
    every = list(happenings)
    found: list[EngineError | None] = [None] * len(every)
    automatic = therapy in HYBRID
    for n in sorted(range(len(every)), key=lambda n: minute_of(every[n].at)):
        each = every[n]
        found[n] = _refusal(each, therapy, automatic)
        if found[n] is None and isinstance(each, Act) and each.do in ("auto_on", "auto_off"):
            automatic = each.do == "auto_on" and therapy in HYBRID
    return found


def _refusal(each: Happening, therapy: str, automatic: bool) -> EngineError | None:
    if isinstance(each, Fault) and therapy == "mdi" and each.kind not in OF_THE_SENSOR:
        return NotUnderThisTherapy(f"fault: {each.kind}: there is no pump under this therapy (mdi)")
    if not isinstance(each, Act) or each.do not in PRESSES or not (of := PRESSES[each.do].of):
        return None
    if therapy == "mdi":
        return NotUnderThisTherapy(f"{each.do}: there is no pump under this therapy (mdi)")
    if of == "loop" and therapy == "pump":
        return NotUnderThisTherapy(f"{each.do}: there is no automatic mode under this therapy (pump)")
    if of == "target" and therapy == "hcl-ttr" and each.amount not in RANGES:
        return NotUnderThisTherapy(
            f"{each.do}: hcl-ttr treats to a range; 110 stands for sleep, 120 for the usual, 150 for activity"
        )
    if of == "target" and therapy not in HYBRID:
        return NotUnderThisTherapy(f"{each.do}: there is no loop with a target under this therapy ({therapy})")
    if of == "temp" and automatic:
        return Busy(f"{each.do}: the loop sets the basal rate in automatic mode; auto_off comes first")
    return None


def _overlaid(do: int, spans: list[Span]) -> Iterable[Row]:
    """What is in force from each minute on where one of them begins or ends: of two exercises and of two compressions
    the harder, of two illnesses both."""
    for at in sorted({edge for begin, end, _a, _b in spans for edge in (begin, end)}):
        acting = [(a, b) for begin, end, a, b in spans if begin <= at < end]
        if do == Do.ILL:
            yield at, do, prod(a for a, _b in acting), prod(b for _a, b in acting)
        else:
            yield at, do, max((a for a, _b in acting), default=0.0), max((b for _a, b in acting), default=0.0)


def compile_do(happenings: Iterable[Happening], device: Device | None, minutes: int, therapy: str) -> Floats:
    """(m, 4) rows of minute, code and arguments in order of time; those of one minute stay in the order given. Raises
    an EngineError for whatever cannot be, InThePast for a time outside the run, NotUnderThisTherapy or Busy for what
    the therapy cannot do."""
    rows: list[Row] = []
    spans: dict[int, list[Span]] = {}
    every = tuple(happenings)
    for each in every:
        if not isinstance(each, HAPPENINGS):
            raise OutOfRange(f"scenario: {shown(each)} is nothing that can happen")
        if not 0 <= minute_of(each.at) < minutes:
            raise InThePast(f"minute {shown(each.at)} lies outside the run, which has minutes 0 to {minutes - 1}")
        made = list(each.rows(device))
        if made and made[0][1] in OVERLAID:
            (begin, do, a, b), (end, *_rest) = made
            spans.setdefault(do, []).append((begin, end, a, b))
        else:
            rows.extend(made)
    for do, found in spans.items():
        rows.extend(_overlaid(do, found))
    for refused in refusals(every, therapy):
        if refused is not None:
            raise refused
    rows.sort(key=lambda row: row[0])
    return np.array(rows, dtype=np.float64).reshape(-1, 4)

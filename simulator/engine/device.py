"""A pump (or pens) with its settings: what can be set is what the personality knows, in its steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from simulator.engine.checks import amount, known, number, shown, whole, within
from simulator.engine.errors import AboveMaximum, NotAStep, NotOnThisDevice, OutOfRange
from simulator.engine.insulin import iob_table
from simulator.engine.kernel import calculators
from simulator.engine.kernel.layout import DEVICE, PROFILES, SLOTS
from simulator.engine.patient import parameters

__all__ = ["Device", "by_slot", "clock_time", "nearest_rate", "of_this_kind"]

MICRO = 1_000_000
SPREAD = 0.05  # of one pulse, relative (reference/simulator.md 7.2, a choice)
BATTERY_DAYS = 20
PER_TURN = 0.15915494309189535  # 1/(2 pi)
Profile = Sequence[tuple[str, float]]
# What a bolus calculator reads beside ratio and sensitivity: the others' settings would change nothing.
READS = {
    "M": ("low_target_mgdl", "high_target_mgdl"),
    "T": ("target_mgdl",),
    "O": ("target_mgdl", "correct_above_mgdl", "min_bg_mgdl", "reverse_correction"),
    "Y": ("target_mgdl",),
}
CLOCK = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
# Far beyond any device or person: outside stand slips of the pen (mmol for mg/dL, units for grams). Choices.
BOUNDS = {"icr": (0.1, 500.0), "isf_mgdl": (1.0, 1000.0), "target_mgdl": (40.0, 400.0)}


def clock_time(text: object) -> int:
    """Minutes after midnight of "07:30". Raises OutOfRange."""
    found = CLOCK.fullmatch(text) if isinstance(text, str) else None
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise OutOfRange(f"{shown(text)} is no time of day; write it as 07:30")
    return 60 * int(found[1]) + int(found[2])


def pairs(profile: object, what: str) -> list[tuple[object, object]]:
    """The pairs of a list of time and value, unchecked but for their shape. Raises OutOfRange."""
    found = profile if isinstance(profile, list | tuple) else ((),)
    if not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in found):
        raise OutOfRange(f'{what}: must be pairs of time and value, such as ["00:00", 0.8], not {shown(profile)}')
    return [(pair[0], pair[1]) for pair in found]


def segments(profile: object, what: str) -> list[tuple[int, float]]:
    """The minutes and values of a profile. Raises OutOfRange when it is no list of pairs, does not begin at 00:00, is
    not in order or has a time between half hours; NotFinite and NegativeAmount for its values."""
    found = pairs(profile, what)
    if not found:
        raise OutOfRange(f"{what}: has no pair of time and value")
    starts = []
    for time, _value in found:
        try:
            starts.append(clock_time(time))
        except OutOfRange as error:
            raise OutOfRange(f"{what}: {error}") from None
    if starts[0] != 0 or starts != sorted(set(starts)):
        raise OutOfRange(f"{what}: segments begin at 00:00 and follow in order of time")
    if any(start % 30 for start in starts):
        raise OutOfRange(f"{what}: segments begin on the hour or half hour")
    return [(start, amount(value, what)) for start, (_time, value) in zip(starts, found, strict=True)]


def by_slot(profile: object, what: str) -> list[float]:
    """The value of each half hour of a day. Raises what `segments` raises."""
    found = segments(profile, what)
    return [[value for start, value in found if start <= 30 * slot][-1] for slot in range(SLOTS)]


def _basal_steps(kind: dict[str, Any]) -> list[float]:
    """Steps below 1, from 1 and from 10 units/h on."""
    steps = kind["basal_step_u_per_h"]
    return list(steps) if isinstance(steps, list) else [steps] * 3


def nearest_rate(kind: str, u_per_h: float) -> float:
    """The basal rate of this kind of device that is nearest."""
    every = parameters("devices")
    steps = _basal_steps(every[kind])
    step = steps[0 if u_per_h < 1 else 1 if u_per_h < 10 else 2]
    found = round(round(u_per_h / step) * step, 6)
    least = every[kind].get("basal_min_u_per_h", 0.0)
    return found if found >= least else (least if found >= least / 2 else 0.0)


def of_this_kind(kind: str, key: str) -> None:
    """Raises NotOnThisDevice for a setting that the calculator of this kind does not read."""
    personality = parameters("devices")[kind]
    reads = READS[personality["calculator"]]
    if key not in reads and any(key in each for each in READS.values()):
        raise NotOnThisDevice(f"{key}: the calculator of {personality['name']} has {', '.join(reads)}, and not this")


def gear_ripple(pulses: int, first: float, second: float) -> list[float]:
    """Pulses that a gear has given beyond those counted, up to each of the `pulses` of its turn: the integral of
    first sin(angle) + second sin(2 angle) from 0 on, so nothing at the end of a turn (Eichenlaub 2023)."""
    circle = cosines(pulses)
    return [
        pulses * PER_TURN * (first * (1.0 - circle[n]) + 0.5 * second * (1.0 - circle[2 * n % pulses]))
        for n in range(pulses)
    ]


def cosines(parts: int) -> list[float]:
    """The cosine of each part of a circle, by sums and products alone: the same to the last bit on every processor."""
    step = 1.0 / (PER_TURN * parts)
    first = total = 1.0
    for n in range(2, 26, 2):
        total *= -step * step / (n * (n - 1))
        first += total
    found = [1.0, first]
    while len(found) < parts:
        found.append(2.0 * first * found[-1] - found[-2])
    return found[:parts]


@dataclass(frozen=True)
class Device:
    """A device of one `kind` (parameters/devices.toml) as it is set. Profiles are (time, value) pairs from "00:00" on
    the half hours: basal units/h, `icr` grams per unit, `isf_mgdl` mg/dL per unit, `target_mgdl` mg/dL. `basal` is
    profile 1; `more_basal` are up to four more, numbered from 2. `auto_off_h`: hours
    without a button after which it stops, 0 for never. `check_after_h`: hours after a bolus at which it reminds of a
    look at glucose, 0 for never; `meal_windows`: (from, to) on the half hours, each reminded of at its end when no
    bolus came in it; `hourly_max_u`: the most units of boluses within an hour, 0 for no such limit. `low_ahead_min`: an
    alarm when the sensor's trend leads below 70 mg/dL within so many minutes, 0 for none; `high_after_min`: minutes
    above 250 mg/dL after which that is told. `ripple`: a patch delivers with the ripple of its gear. Raises an
    EngineError that begins with the name of the setting; nothing is rounded or clamped."""

    kind: str
    basal: tuple[tuple[str, float], ...]
    icr: tuple[tuple[str, float], ...]
    isf_mgdl: tuple[tuple[str, float], ...]
    target_mgdl: tuple[tuple[str, float], ...] = (("00:00", 110.0),)
    dia_h: float = 4.0
    low_target_mgdl: float = 100.0
    high_target_mgdl: float = 120.0
    correct_above_mgdl: float = 120.0
    min_bg_mgdl: float = 70.0
    reverse_correction: bool = True
    more_basal: tuple[tuple[tuple[str, float], ...], ...] = ()
    auto_off_h: float = 0.0
    check_after_h: float = 0.0
    meal_windows: tuple[tuple[str, str], ...] = ()
    hourly_max_u: float = 0.0
    low_ahead_min: int = 0
    high_after_min: int = 0
    ripple: bool = False

    def __post_init__(self) -> None:
        self.layout  # noqa: B018 - what cannot be set is refused here

    @cached_property
    def personality(self) -> dict[str, Any]:
        every = parameters("devices")
        return dict(every[known(self.kind, every, "device: there is no kind")])

    @property
    def pulse_u(self) -> float:
        return float(self.personality["pulse_u"])

    def pulses(self, units: object, what: str = "bolus") -> int:
        """The pulses of a dose. Raises NegativeAmount, NotFinite, NotAStep, AboveMaximum."""
        dose_u = amount(units, f"{what} (units)")
        kind = self.personality
        if dose_u == 0:
            raise OutOfRange(f"{what}: 0 units is no dose")
        if dose_u > kind["bolus_max_u"] + 1e-9:
            raise AboveMaximum(
                f"{what}: {kind['name']} gives at most {kind['bolus_max_u']} units at once, not {dose_u}"
            )
        least = kind.get("bolus_min_u", 0.0)
        if dose_u < least - 1e-9:
            raise OutOfRange(f"{what}: {kind['name']} gives no less than {least} units, not {dose_u}")
        steps = dose_u / kind["bolus_step_u"]
        if abs(steps - round(steps)) > 1e-6:
            raise NotAStep(
                f"{what}: {kind['name']} gives steps of {kind['bolus_step_u']} units; {dose_u} is between two"
            )
        return round(dose_u / self.pulse_u)

    def basal_step(self, u_per_h: float) -> float:
        """The step of basal rates around this one, units/h: some devices have wider ones at greater rates."""
        return _basal_steps(self.personality)[0 if u_per_h < 1 else 1 if u_per_h < 10 else 2]

    def rate(self, value: object, what: str = "basal") -> int:
        """Micro-units an hour. Raises NegativeAmount, NotFinite, NotAStep, AboveMaximum."""
        u_per_h = amount(value, f"{what} (units/h)")
        kind = self.personality
        if u_per_h > kind["basal_max_u_per_h"]:
            raise AboveMaximum(
                f"{what}: {kind['name']} gives at most {kind['basal_max_u_per_h']} units/h, not {u_per_h}"
            )
        least = kind.get("basal_min_u_per_h", 0.0)
        if 0 < u_per_h < least:
            raise OutOfRange(f"{what}: {kind['name']} gives 0 or {least} units/h and more, not {u_per_h}")
        step = self.basal_step(u_per_h)
        if abs(u_per_h / step - round(u_per_h / step)) > 1e-6:
            raise NotAStep(f"{what}: {kind['name']} has steps of {step} units/h there; {u_per_h} is between two")
        return round(u_per_h * MICRO)

    def record(self) -> np.ndarray[Any, Any]:
        """The device as the kernel reads it."""
        kind, record = self.personality, np.zeros(1, DEVICE)
        for name, key in (("pulse", "pulse_u"), ("bolus_step", "bolus_step_u")):
            record[name] = round(kind[key] * MICRO)
        record["bolus_min"] = round(kind.get("bolus_min_u", 0.0) * MICRO)
        for name, step in zip(("basal_step", "step_from_1", "step_from_10"), _basal_steps(kind), strict=True):
            record[name] = round(step * MICRO)
        record["basal_min"] = round(kind.get("basal_min_u_per_h", 0.0) * MICRO)
        record["basal_max"], record["bolus_max"] = (
            round(kind["basal_max_u_per_h"] * MICRO),
            round(kind["bolus_max_u"] * MICRO),
        )
        record["bolus_pulses"] = round(kind["bolus_speed_u_per_min"] / kind["pulse_u"])
        for name, key in (("dead_pulses", "dead_u"), ("cannula_pulses", "cannula_u")):
            record[name] = round(kind[key] / kind["pulse_u"])
        record["low_1"], record["low_2"] = round(20 / kind["pulse_u"]), round(10 / kind["pulse_u"])
        record["wear"], record["grace"] = 60 * kind["wear_h"], 60 * kind["grace_h"]
        record["defers"], record["calculator"] = kind.get("defers", False), getattr(calculators, kind["calculator"])
        record["dia"] = round(60 * self._dia_h())
        record["auto_off"] = round(60 * within(self.auto_off_h, 0, 24, "auto_off_h"))
        record["check_after"] = round(60 * within(self.check_after_h, 0, 4, "check_after_h"))
        record["window"] = self._windows()
        record["reminds"] = self.check_after_h > 0 or len(self.meal_windows) > 0
        record["hour_max"] = round(MICRO * self._hourly_max())
        record["low_ahead"] = whole(self.low_ahead_min, "low_ahead_min", most=60)
        record["high_after"] = whole(self.high_after_min, "high_after_min", most=480)
        self._gear(record)
        record["battery_per_min"], record["spread"] = 100 / (BATTERY_DAYS * 1440), SPREAD
        record["basal"] = self._basal()
        for name, profile in (("icr", self.icr), ("isf_mgdl", self.isf_mgdl), ("target_mgdl", self.target_mgdl)):
            record[name.removesuffix("_mgdl")] = [within(each, *BOUNDS[name], name) for each in by_slot(profile, name)]
        for name in ("low_target", "high_target", "correct_above", "min_bg"):
            record[name] = within(getattr(self, f"{name}_mgdl"), *BOUNDS["target_mgdl"], f"{name}_mgdl")
        if self.low_target_mgdl > self.high_target_mgdl:
            raise OutOfRange(f"low_target_mgdl: {self.low_target_mgdl} lies above high_target_mgdl")
        if not isinstance(self.reverse_correction, bool):
            raise OutOfRange(f"reverse_correction: true or false, not {shown(self.reverse_correction)}")
        record["reverse"] = self.reverse_correction
        return record

    def _windows(self) -> list[int]:
        """Minutes of the meal window that ends as each half hour begins."""
        found = [0] * SLOTS
        for begins, ends in pairs(self.meal_windows, "meal_windows"):
            start, end = clock_time(begins), clock_time(ends)
            length = (end - start) % 1440
            if start % 30 or end % 30 or not length:
                raise OutOfRange(f"meal_windows: {begins} to {ends}: from and to differ, each on the hour or half hour")
            found[end // 30] = length
        return found

    def _gear(self, record: np.ndarray[Any, Any]) -> None:
        """Write down what a turn of the gear holds beyond its pulses, if that is to be felt."""
        if not isinstance(self.ripple, bool):
            raise OutOfRange(f"ripple: true or false, not {shown(self.ripple)}")
        if self.ripple and "ripple" not in self.personality:
            raise NotOnThisDevice(f"ripple: {self.personality['name']} is driven by a screw and has none")
        if self.ripple:
            per_turn, first, second = self.personality["ripple"]
            table = gear_ripple(round(per_turn / self.pulse_u), first, second)
            record["gear"] = len(table)
            record["ripple"][0, : len(table)] = table

    def _hourly_max(self) -> float:
        most = amount(self.hourly_max_u, "hourly_max_u")
        if 0 < most < self.personality["bolus_step_u"] or most > 60:
            raise OutOfRange(f"hourly_max_u: 0 for no limit, or from one step of the device to 60, not {most}")
        return most

    def _dia_h(self) -> float:
        low, high = self.personality["dia_h"]
        if not low <= number(self.dia_h, "dia_h") <= high:
            raise OutOfRange(f"dia_h: {self.personality['name']} takes {low} to {high} hours, not {self.dia_h}")
        return self.dia_h

    def _basal(self) -> list[list[int]]:
        """(PROFILES, SLOTS) in micro-units/h. A number without a profile holds the first; no action can choose it."""
        more: object = self.more_basal
        if not isinstance(more, list | tuple) or len(more) >= PROFILES:
            raise OutOfRange(
                f"profiles: up to {PROFILES - 1} more basal profiles, each a list of pairs of time and rate"
            )
        rows = [[self.rate(value) for value in by_slot(self.basal, "basal")]]
        for n, profile in enumerate(more, 2):
            what = f"profiles: number {n}"
            rows.append([self.rate(value, what) for value in by_slot(profile, what)])
        return rows + [rows[0]] * (PROFILES - len(rows))

    @cached_property
    def layout(self) -> np.ndarray[Any, Any]:
        """`record`, made once: the kernel only reads it."""
        return self.record()

    @cached_property
    def iob_by_sample(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        return iob_table(self.personality["iob"], dia_h=self.dia_h, every_min=5, offset_min=2.5)

    @cached_property
    def iob_by_minute(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        return iob_table(self.personality["iob"], dia_h=self.dia_h)

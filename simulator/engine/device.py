"""A pump (or pens) with its settings: what can be set is what the personality knows, in its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from simulator.engine.errors import AboveMaximum, NegativeAmount, NotAStep, NotFinite, OutOfRange, UnknownName
from simulator.engine.insulin import iob_table
from simulator.engine.kernel import calculators
from simulator.engine.kernel.layout import DEVICE, SLOTS
from simulator.engine.patient import parameters

__all__ = ["Device", "amount", "by_slot", "clock_time"]

MICRO = 1_000_000
SPREAD = 0.05  # of one pulse, relative (reference/simulator.md 7.2, a choice)
BATTERY_DAYS = 20
Profile = Sequence[tuple[str, float]]


def amount(value: float, what: str) -> float:
    """`value` if it is a number of zero or more; else NotFinite or NegativeAmount, saying `what` it is."""
    number: object = value  # files are read into it: what they hold is checked, not believed
    if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
        raise NotFinite(f"{what} must be a number, not {value!r}")
    if value < 0:
        raise NegativeAmount(f"{what} cannot be below 0; it is {value}")
    return float(value)


def clock_time(text: str) -> int:
    """Minutes after midnight of "07:30". Raises OutOfRange."""
    hours, colon, minutes = text.partition(":")
    if not (
        colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60
    ):
        raise OutOfRange(f"{text!r} is no time of day; write it as 07:30")
    return 60 * int(hours) + int(minutes)


def by_slot(profile: Profile, what: str) -> list[float]:
    """The value of each half hour of a day. Raises OutOfRange when the profile does not begin at 00:00, is not in order
    or has a time between half hours."""
    starts = [clock_time(time) for time, _value in profile]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise OutOfRange(f"{what}: segments begin at 00:00 and follow in order of time")
    if any(start % 30 for start in starts):
        raise OutOfRange(f"{what}: segments begin on the hour or half hour")
    values = [amount(value, what) for _time, value in profile]
    return [values[sum(start <= 30 * slot for start in starts) - 1] for slot in range(SLOTS)]


@dataclass(frozen=True)
class Device:
    """A device of one `kind` (parameters/devices.toml) as it is set. Profiles are (time, value) pairs from "00:00" on
    the half hours: basal units/h, `icr` grams per unit, `isf_mgdl` mg/dL per unit, `target_mgdl` mg/dL. Raises an
    EngineError that names the setting; nothing is rounded or clamped."""

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

    def __post_init__(self) -> None:
        self.layout  # noqa: B018 - what cannot be set is refused here

    @cached_property
    def personality(self) -> dict[str, Any]:
        every = parameters("devices")
        if self.kind not in every:
            raise UnknownName(f"device: there is no kind {self.kind!r}; there are {', '.join(every)}")
        return dict(every[self.kind])

    @property
    def pulse_u(self) -> float:
        return float(self.personality["pulse_u"])

    def pulses(self, dose_u: float, what: str = "bolus") -> int:
        """The pulses of a dose. Raises NegativeAmount, NotFinite, NotAStep, AboveMaximum."""
        amount(dose_u, f"{what} (units)")
        kind = self.personality
        if dose_u == 0:
            raise OutOfRange(f"{what}: 0 units is no dose")
        if dose_u > kind["bolus_max_u"] + 1e-9:
            raise AboveMaximum(
                f"{what}: {kind['name']} gives at most {kind['bolus_max_u']} units at once, not {dose_u}"
            )
        steps = dose_u / kind["bolus_step_u"]
        if abs(steps - round(steps)) > 1e-6:
            raise NotAStep(
                f"{what}: {kind['name']} gives steps of {kind['bolus_step_u']} units; {dose_u} is between two"
            )
        return round(dose_u / self.pulse_u)

    def rate(self, u_per_h: float, what: str = "basal") -> int:
        """Micro-units an hour. Raises NegativeAmount, NotFinite, NotAStep, AboveMaximum."""
        amount(u_per_h, f"{what} (units/h)")
        kind = self.personality
        if u_per_h > kind["basal_max_u_per_h"]:
            raise AboveMaximum(
                f"{what}: {kind['name']} gives at most {kind['basal_max_u_per_h']} units/h, not {u_per_h}"
            )
        steps = u_per_h / kind["basal_step_u_per_h"]
        if abs(steps - round(steps)) > 1e-6:
            raise NotAStep(
                f"{what}: {kind['name']} has steps of {kind['basal_step_u_per_h']} units/h; {u_per_h} is between two"
            )
        return round(u_per_h * MICRO)

    def record(self) -> np.ndarray[Any, Any]:
        """The device as the kernel reads it."""
        kind, record = self.personality, np.zeros(1, DEVICE)
        low, high = kind["dia_h"]
        if not low <= self.dia_h <= high:
            raise OutOfRange(f"dia_h: {kind['name']} takes {low} to {high} hours, not {self.dia_h}")
        for name, key in (("pulse", "pulse_u"), ("basal_step", "basal_step_u_per_h"), ("bolus_step", "bolus_step_u")):
            record[name] = round(kind[key] * MICRO)
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
        record["dia"] = round(60 * self.dia_h)
        record["battery_per_min"], record["spread"] = 100 / (BATTERY_DAYS * 1440), SPREAD
        record["basal"] = [self.rate(value) for value in by_slot(self.basal, "basal")]
        for name, profile in (("icr", self.icr), ("isf", self.isf_mgdl), ("target", self.target_mgdl)):
            values = by_slot(profile, name)
            if min(values) <= 0:
                raise OutOfRange(f"{name} must be above 0")
            record[name] = values
        record["low_target"], record["high_target"] = self.low_target_mgdl, self.high_target_mgdl
        record["correct_above"], record["min_bg"] = self.correct_above_mgdl, self.min_bg_mgdl
        record["reverse"] = self.reverse_correction
        return record

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

"""A virtual person: parameters, and the steady state that belongs to them in closed form."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from simulator.engine.checks import amount, known, number, shown, within
from simulator.engine.errors import ImpossiblePatient, OutOfRange, UnknownName
from simulator.engine.kernel.layout import (
    BODY,
    DEPOTS,
    GI,
    INSULIN,
    KETONES,
    PATIENT,
    PATIENT_NAMES,
    Q1,
    Q2,
    S1,
    S2,
    X1,
    X2,
    X3,
    Floats,
)

__all__ = ["Patient", "SteadyState", "archetype", "parameters", "standard"]

FILES = Path(__file__).parent / "parameters"
KETONES_AT_REST = 0.10  # mmol/L
LEAST_GLUCOSE = 1.1  # mmol/L: the least that is ever shown
FAR = 1e9  # no parameter of a person, in its unit, is as large as this or as small as one over it
WEIGHTS_KG = (1.0, 500.0)  # a choice: outside stands a slip of the pen
USUAL_GLUCOSE = 6.0  # mmol/L at which a person's own basal need is counted


@dataclass(frozen=True, slots=True)
class Patient:
    """Parameters of one fictional person; names and units as in parameters/hovorka.toml, masses per kilogram.

    `s` multiplies the three sensitivities: all glucose is unchanged when `s` is multiplied and every dose divided by
    the same number. Raises NotFinite, OutOfRange or ImpossiblePatient when the values describe nobody.
    """

    weight: float
    k12: float
    ka1: float
    ka2: float
    ka3: float
    sit: float
    sid: float
    sie: float
    egp0: float
    f01: float
    ke: float
    vi: float
    vg: float
    tmax_i: float
    ag: float
    s: float
    tau_ig: float
    a_ex: float
    b_ex: float
    surge: float
    tau_hr: float
    n_hr: float
    hr_ref: float
    tau_z: float
    counter: float
    hr_rest: float
    hr_max: float
    pm: float
    kc0: float
    kc1: float
    kdef: float
    dawn: float
    site_ageing: float
    tmax_g_factor: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = number(getattr(self, field.name), f"patient: {field.name}")
            if value < 0 or (value == 0 and field.name not in ("counter", "dawn", "site_ageing", "a_ex", "b_ex")):
                raise OutOfRange(f"patient: {field.name} must be above 0, not {value}")
            if value and not 1 / FAR <= value <= FAR:
                raise OutOfRange(f"patient: {field.name} is {value}: nobody comes near")
        within(self.weight, *WEIGHTS_KG, "patient: weight")
        if self.n_hr != 4:
            raise OutOfRange(f"patient: n_hr is 4 in the compiled equations, not {self.n_hr}")
        if self.egp0 <= self.f01:
            raise ImpossiblePatient(
                f"patient: endogenous production ({self.egp0}) must exceed insulin-independent uptake ({self.f01}), "
                "else no glucose level is steady"
            )
        if not 0 < self.basal_u_per_h < FAR:
            raise ImpossiblePatient(f"patient: no insulin keeps {USUAL_GLUCOSE} mmol/L under these parameters")

    def steady(self, glucose_mmol: float = USUAL_GLUCOSE, *, sensitivity: float = 1.0) -> SteadyState:
        """The insulin that keeps `glucose_mmol` for ever, in closed form (reference/simulator.md 3). `sensitivity`
        multiplies `s`. Raises OutOfRange for a glucose at which production and uptake leave nothing to insulin."""
        if amount(glucose_mmol, "glucose_mmol") < LEAST_GLUCOSE:
            raise OutOfRange(f"glucose_mmol: nobody rests below {LEAST_GLUCOSE} mmol/L, and it is {glucose_mmol}")
        k = self.s * sensitivity
        sit, sid, sie = self.sit * k, self.sid * k, self.sie * k
        q = glucose_mmol * self.vg
        gone = self.f01 * min(1.0, glucose_mmol / 4.5) + max(0.0, 0.003 * (glucose_mmol - 9.0) * self.vg)
        spare = self.egp0 - gone
        if spare <= 0:
            raise OutOfRange(f"glucose_mmol: at {glucose_mmol} glucose leaves without insulin, and none keeps it there")
        a = sit * q * sid + self.egp0 * sie * sid
        b = self.egp0 * sie * self.k12 - spare * sid
        insulin = (-b + sqrt(b * b + 4.0 * a * spare * self.k12)) / (2.0 * a)
        return SteadyState(self, glucose_mmol, insulin, k)

    @property
    def basal_u_per_h(self) -> float:
        """Units an hour that keep the usual glucose (6 mmol/L) at the usual sensitivity."""
        return self.steady().basal_u_per_h

    def record(self, rest: SteadyState) -> np.ndarray[Any, Any]:
        """The parameters as the kernel reads them; `rest` is the steady state whose insulin is this person's own basal:
        above it no deficiency and no ketones build up."""
        values = {name: getattr(self, name) for name in PATIENT_NAMES if name in self.__slots__}
        values["ib"] = rest.insulin_mu_per_l
        for name in ("vg", "ib", "tau_ig", "tau_hr", "hr_ref", "tau_z", "weight"):
            values[f"per_{name}"] = 1.0 / values[name]
        values["per_plasma"] = 1.0 / (self.vi * self.weight)
        values["f01_rate"] = self.f01 / (4.5 * self.vg)
        values["renal_from"] = 0.003 * 9.0 * self.vg
        values["straight_from"], values["renal_q"] = 4.5 * self.vg, 9.0 * self.vg
        values["counter_most"] = self.counter * 0.0016 * 3.9
        values["counter_rate"] = self.counter * 0.0016 / self.vg
        values["ak"] = self.pm / ((self.kc0 + self.kc1 / 2.0) * KETONES_AT_REST) - 1.0
        return np.array([tuple(values[name] for name in PATIENT_NAMES)], PATIENT)


@dataclass(frozen=True, slots=True)
class SteadyState:
    """A person at rest at `glucose_mmol`, with the plasma insulin (mU/L) that keeps it."""

    patient: Patient
    glucose_mmol: float
    insulin_mu_per_l: float
    factor: float

    @property
    def basal_mu_per_min(self) -> float:
        p = self.patient
        return self.insulin_mu_per_l * p.ke * p.vi * p.weight

    @property
    def basal_u_per_h(self) -> float:
        return 0.06 * self.basal_mu_per_min

    def body(self) -> Floats:
        """(BODY,) states at rest."""
        p, y = self.patient, np.zeros(BODY)
        y[Q1] = self.glucose_mmol * p.vg
        y[INSULIN] = self.insulin_mu_per_l
        for index, s in ((X1, p.sit), (X2, p.sid), (X3, p.sie)):
            y[index] = s * self.factor * self.insulin_mu_per_l
        y[Q2] = y[X1] * y[Q1] / (p.k12 + y[X2])
        y[GI] = self.glucose_mmol
        y[KETONES] = KETONES_AT_REST
        return y

    def depots(self, tmax_i: float | None = None) -> Floats:
        """(DEPOTS,) filled by the basal rate."""
        depots = np.zeros(DEPOTS)
        depots[S1] = depots[S2] = self.basal_mu_per_min * (tmax_i or self.patient.tmax_i)
        return depots


@cache
def parameters(name: str) -> dict[str, Any]:
    """A parameter file as it is written: every value with unit, source and strength. Raises UnknownName."""
    path = FILES / f"{name}.toml"
    if not path.is_file():
        raise UnknownName(
            f"no parameter file {name!r}; there are {', '.join(sorted(p.stem for p in FILES.glob('*.toml')))}"
        )
    return tomllib.loads(path.read_text())


def standard(**changes: float) -> Patient:
    """The adult of 75 kg with the mean physiology of Hovorka 2004; `changes` replace parameters by name."""
    values = {name: entry["value"] for part in parameters("hovorka").values() for name, entry in part.items()}
    unknown = set(changes) - {field.name for field in fields(Patient)}
    if unknown:
        raise UnknownName(f"patient: there is no parameter {', '.join(sorted(unknown))}")
    return Patient(**(values | changes))


def archetype(which: int | str, **changes: float) -> Patient:
    """One of the six people measured by Hovorka 2002, scaled to the standard adult's basal need unless `s` is given."""
    people = parameters("individuals")["archetype"]
    name = known(which if isinstance(which, str) else shown(which), people, "patient: there is no archetype")
    person = standard(**(people[name] | changes))
    if "s" in changes:
        return person
    return replace(person, s=person.s * person.basal_u_per_h / standard().basal_u_per_h)

"""A run: a person, a device, a therapy, a scenario, a seed and a log of actions in; trace and events out.

A run is stored as these values. It can be replayed to any minute and branched there; the same values give the same
bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from simulator.engine.device import Device
from simulator.engine.errors import Busy, InThePast, OutOfRange, UnknownName
from simulator.engine.kernel import controllers, layout
from simulator.engine.kernel.codes import Do, Told
from simulator.engine.kernel.loop import advance
from simulator.engine.kernel.physiology import HUMP, TMAX_G
from simulator.engine.noise import Noise
from simulator.engine.patient import Patient, parameters
from simulator.engine.scenario import Act, Scenario, compile_do

__all__ = ["THERAPIES", "Event", "Habits", "Run", "Therapy", "Trace", "branch", "simulate"]

NEVER = -1_000_000


@dataclass(frozen=True, slots=True)
class Therapy:
    """How insulin is given. `kind`: mdi, pump, plgs, hcl-ttr or hcl-pid; the rest tunes the loops (units: mg/dL, and
    factors as in parameters/controllers.toml)."""

    kind: str = "pump"
    long_acting: str = "glargine-100"
    rapid: str = "rapid"


THERAPIES = {
    "mdi": controllers.NONE,
    "pump": controllers.NONE,
    "plgs": controllers.PLGS,
    "hcl-ttr": controllers.TTR,
    "hcl-pid": controllers.PID,
}


@dataclass(frozen=True, slots=True)
class Habits:
    """What a person does by rule: treats a sensor reading below `rescue_below_mgdl` (asleep: `rescue_asleep_mgdl`) with
    `rescue_g` of fast carbohydrate, at most every 15 minutes. 0: never."""

    rescue_below_mgdl: float = 0.0
    rescue_asleep_mgdl: float = 0.0
    rescue_g: float = 15.0
    pen_step_u: float = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """Everything a run depends on. `noise=False` switches chance off; `glucose_mmol` is where it begins, at rest."""

    patient: Patient
    device: Device | None
    scenario: Scenario
    seed: int = 1
    actions: tuple[Act, ...] = ()
    therapy: Therapy = Therapy()
    habits: Habits = Habits()
    sensor: str = "g6-like"
    glucose_mmol: float = 6.0
    noise: bool = True
    circadian: bool = True
    reservoir_u: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something the run says about itself, at a minute: its name (lower case, of kernel.codes.Told) and its value."""

    at: int
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What came out, for minutes 0 to n: arrays of n + 1, amounts those of the minute that begins there."""

    glucose_mgdl: layout.Floats
    basal_u: layout.Floats
    bolus_u: layout.Floats
    skin_u: layout.Floats
    pen_u: layout.Floats
    carbs_g: layout.Floats
    ketones_mmol: layout.Floats
    insulin_mu_per_l: layout.Floats
    cgm_mgdl: layout.Floats  # every five minutes, NaN where there was no reading
    events: tuple[Event, ...]
    pulses: dict[str, int]  # filled, reservoir, tubing, delivered, lost, stored, primed


def simulate(run: Run, *, until: int | None = None) -> Trace:
    """Run from the start to minute `until` (the scenario's end). Raises an EngineError for whatever cannot be: Busy
    when the device could not do an action at its time."""
    end = run.scenario.minutes if until is None else until
    if not 0 < end <= run.scenario.minutes:
        raise InThePast(f"minute {end} lies outside the run, which has {run.scenario.minutes} minutes")
    w = world(run)
    advance(w, end)
    if w.told_n[0] > len(w.told):  # more events than there was room for: make room, run again
        w = world(run, room=int(w.told_n[0]))
        advance(w, end)
    return trace_of(w, end)


def branch(run: Run, at: int, actions: Sequence[Act]) -> Run:
    """The run as it was before minute `at`, and other `actions` from then on. Raises InThePast for an earlier one."""
    for act in actions:
        if act.at < at:
            raise InThePast(f"{act.do} at minute {act.at}: the branch begins at minute {at}")
    return replace(run, actions=(*(act for act in run.actions if act.at < at), *actions))


def trace_of(w: layout.World, end: int) -> Trace:
    told = w.told[: w.told_n[0]]
    refused = told[told[:, 1] == Told.REFUSED]
    if len(refused):
        minute, _code, what = refused[0]
        raise Busy(
            f"minute {minute:.0f}: {Do(int(what)).name.lower()} while the pump stands still or gives another one"
        )
    columns = w.trace[: end + 1].T
    pump = w.pump[0]
    return Trace(
        columns[layout.GLUCOSE],
        columns[layout.BASAL],
        columns[layout.BOLUS],
        columns[layout.SKIN],
        columns[layout.PENNED],
        columns[layout.CARBS],
        columns[layout.BLOOD_KETONES],
        columns[layout.PLASMA],
        w.cgm[: (end + 4) // 5],
        tuple(Event(int(at), Told(int(code)).name.lower(), float(value)) for at, code, value in told),
        {name: int(pump[name]) for name in ("filled", "reservoir", "tubing", "delivered", "lost", "stored", "primed")},
    )


def world(run: Run, *, room: int = 0, noise: Noise | None = None) -> layout.World:
    """The run laid out for the kernel, at minute 0."""
    if run.therapy.kind not in THERAPIES:
        raise UnknownName(f"therapy: there is no {run.therapy.kind!r}; there are {', '.join(THERAPIES)}")
    minutes = run.scenario.minutes
    patient = run.patient if run.circadian else replace(run.patient, dawn=0.0)
    drawn = noise or (Noise.drawn(run.seed, minutes, run.circadian) if run.noise else Noise.none(minutes))
    device = run.device
    if device is None:
        raise UnknownName("this run has no device: pens need one too, for its calculator")
    person = _at_rest(patient, run.glucose_mmol)
    do = compile_do((*run.scenario.timeline, *run.actions), device, minutes)
    samples = minutes // 5 + 1
    return layout.World(
        patient=person.record,
        outside=_outside(run),
        device=device.layout,
        pump=_pump(run, device),
        sensor=_sensor(run, drawn),
        controller=_controller(run, device),
        person=_person(run),
        body=person.body.copy(),
        depots=person.depots.copy(),
        clock=np.zeros(2, np.int64),
        start=run.scenario.start,
        do=do,
        dayparts=drawn.dayparts,
        normal=drawn.pulses,
        error=drawn.error,
        chance=drawn.chance,
        meter=drawn.meter,
        thresholds=_thresholds(device, drawn),
        iob=device.iob_by_minute,
        iob_5=device.iob_by_sample,
        trace=np.zeros((minutes + 1, layout.COLUMNS)),
        cgm=np.full(samples, np.nan),
        net=np.zeros(samples),
        meal_u=np.zeros(minutes),
        corr_u=np.zeros(minutes),
        told=np.zeros((max(room, 200 + minutes // 10), 3)),
        told_n=np.zeros(1, np.int64),
        hump=HUMP,
        gut_e=person.gut_e,
        work=np.zeros((2, layout.DEPOTS)),
    )


class _AtRest(NamedTuple):
    record: Any
    body: layout.Floats
    depots: layout.Floats
    gut_e: layout.Floats


@lru_cache(maxsize=256)
def _at_rest(patient: Patient, glucose_mmol: float) -> _AtRest:
    """A person as every run of theirs begins. The kernel reads the record and works on copies of the rest."""
    rest = patient.steady(glucose_mmol)
    gut_e = np.exp(-np.array([[0.5], [0.125]]) / (TMAX_G * patient.tmax_g_factor))
    return _AtRest(patient.record(rest), rest.body(), rest.depots(), gut_e)


def _outside(run: Run) -> Any:
    out = np.zeros(1, layout.OUTSIDE)
    rapid, long = parameters("insulins")["rapid"], parameters("insulins")["long"]
    if run.therapy.rapid not in rapid or run.therapy.long_acting not in long:
        raise UnknownName(f"insulin: rapid is one of {', '.join(rapid)}; long-acting one of {', '.join(long)}")
    out["ill"] = out["egp"] = 1.0
    out["rapid"] = rapid[run.therapy.rapid]["tmax_i"] / rapid["rapid"]["tmax_i"]
    chain = long[run.therapy.long_acting]
    out["kl1"], out["kl2"] = chain["kl1"] / 60, chain["kl2"] / 60
    return out


def _pump(run: Run, device: Device) -> Any:
    pump = np.zeros(1, layout.PUMP)
    pump["on"] = pump["connected"] = 1
    pump["potency"] = pump["lipo_tmax"] = pump["lipo_f"] = 1.0
    pump["battery"] = 100.0
    pump["auto"], pump["auto_rate"] = run.therapy.kind not in ("mdi", "pump"), -1
    pump["last_bolus"] = NEVER
    if run.therapy.kind == "mdi":
        return pump
    kind = device.personality
    units = kind["reservoir_u"] if run.reservoir_u is None else run.reservoir_u
    if not 0 < units <= kind["reservoir_u"]:
        raise OutOfRange(f"reservoir: {kind['name']} holds up to {kind['reservoir_u']} units, not {units}")
    pulses, dead = round(units / kind["pulse_u"]), round(kind["dead_u"] / kind["pulse_u"])
    pump["reservoir"], pump["tubing"], pump["filled"] = pulses, dead, pulses + dead
    return pump


def _sensor(run: Run, drawn: Noise) -> Any:
    every = parameters("sensors")
    if run.sensor not in every or run.sensor == "between":
        raise UnknownName(f"sensor: there is no {run.sensor!r}; there are {', '.join(set(every) - {'between'})}")
    model, between, s = every[run.sensor], every["between"], np.zeros(1, layout.SENSOR)
    if run.noise:
        s["a0"], s["a1"], s["a2"] = model["a"]
        s["b0"], s["b1"], s["b2"] = model["b"]
    else:
        s["a0"] = 1.0
    for names, errors in ((("f1", "f2", "sd"), model["own"]), (("c1", "c2", "csd"), model["common"])):
        for name, value in zip(names, (errors[0], errors[1], errors[2] ** 0.5), strict=True):
            s[name] = value
    s["da"], s["db"] = between["gain_sd"] * drawn.between[0], between["offset_sd"] * drawn.between[1]
    s["warm"], s["life"], s["on"] = between["warm_min"], between["life_min"], 1
    s["since"] = -1440  # worn since yesterday: warm when the run begins
    return s


def _controller(run: Run, device: Device) -> Any:
    c = np.zeros(1, layout.CONTROLLER)
    c["kind"], c["start"] = THERAPIES[run.therapy.kind], run.scenario.start
    c["last_seen"] = c["last_auto"] = NEVER
    tuned = parameters("controllers").get(run.therapy.kind, {})
    for name, entry in tuned.items():
        c[name] = entry["value"]
    c["isf"] = np.mean([value for _time, value in device.isf_mgdl])
    return c


def _person(run: Run) -> Any:
    habits, person = run.habits, np.zeros(1, layout.PERSON)
    person["rescue_below"], person["rescue_asleep"] = habits.rescue_below_mgdl, habits.rescue_asleep_mgdl
    person["rescue_g"], person["pen_step"] = habits.rescue_g, habits.pen_step_u
    person["pen"], person["last_rescue"] = run.therapy.kind == "mdi", NEVER
    return person


def _thresholds(device: Device, drawn: Noise) -> Any:
    """Pulses at which each occlusion of the run is noticed: (8,) of a normal distribution truncated to the device's
    range (reference/simulator.md 7.2, point 6), by inversion."""
    mean, sd, low, high = device.personality["occlusion_u"]
    spread = NormalDist(mean, sd)
    least, most = spread.cdf(low), spread.cdf(high)
    # A draw outside the range is not moved to its end: one occlusion in six of a patch would ring at the same moment.
    # Its share of the whole curve becomes the same share of the part within the range. Without chance (0) the plain
    # mean stands, which is what the devices' guides call typical.
    units = [spread.inv_cdf(least + NormalDist().cdf(z) * (most - least)) if z else mean for z in drawn.occlusions]
    return np.ceil(np.array(units) / device.pulse_u).astype(np.int64)

"""A run: a person, a device, a therapy, a scenario, a seed and a log of actions in; trace and events out.

A run is stored as these values. It can be replayed to any minute and branched there; the same values give the same
bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from simulator.engine.checks import amount, known, minute_of, number, shown, whole, within
from simulator.engine.device import Device, clock_time, pairs
from simulator.engine.errors import AboveMaximum, Busy, ImpossiblePatient, InThePast, OutOfRange, UnknownName
from simulator.engine.kernel import controllers, layout
from simulator.engine.kernel.codes import Do, Told
from simulator.engine.kernel.exponential import exp_of
from simulator.engine.kernel.loop import advance
from simulator.engine.kernel.physiology import HUMP, rates
from simulator.engine.noise import MISSED, Noise, generator
from simulator.engine.patient import Patient, parameters
from simulator.engine.scenario import Act, Fault, Scenario, compile_do, reachable
from simulator.engine.sites import CANNULAS, failures

__all__ = ["THERAPIES", "Event", "Habits", "Run", "Therapy", "Trace", "branch", "simulate"]

NEVER = -1_000_000
NAMES = {int(code): code.name.lower() for code in Told}
NO_BODY = 1e6  # nothing in a person comes near it, in any of the body's units
REFUSED, BEYOND_HOUR = float(Told.REFUSED), float(Told.BEYOND_HOUR)
PEN_STEPS = (0.5, 1.0)
RESCUES_MGDL = (41.0, 180.0)  # a sensor shows nothing below 40, and above 180 nothing is low


@dataclass(frozen=True, slots=True)
class Therapy:
    """How insulin is given: `kind` is one of THERAPIES, `rapid` and `long_acting` are of parameters/insulins.toml.
    `before`: the long-acting doses (time of day, units) that were injected every day until the run began, as
    (("22:00", 20.0),). They go on acting, by pump too; without them a run begins on the basal rate that keeps its
    glucose."""

    kind: str = "pump"
    long_acting: str = "glargine-100"
    rapid: str = "rapid"
    before: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        insulins = parameters("insulins")
        known(self.kind, THERAPIES, "therapy: there is no")
        known(self.rapid, insulins["rapid"], "insulin: there is no rapid")
        known(self.long_acting, insulins["long"], "insulin: there is no long-acting")
        doses = pairs(self.before, "before")
        for time, units in doses:
            clock_time(time)
            within(units, 0, 100, "before (units)")
        object.__setattr__(self, "before", tuple(doses))  # lists too: what a run depends on is kept by its hash


THERAPIES = {
    "mdi": controllers.NONE,
    "pump": controllers.NONE,
    "plgs": controllers.PLGS,
    "plgs-limit": controllers.PLGS_LIMIT,
    "hcl-ttr": controllers.TTR,
    "hcl-pid": controllers.PID,
}


@dataclass(frozen=True, slots=True)
class Habits:
    """What a person does by rule: treats a sensor reading below `rescue_below_mgdl` (asleep: `rescue_asleep_mgdl`) with
    `rescue_g` of fast carbohydrate, at most every 15 minutes (0: never); forgets
    the share `missed_share` of the doses for counted meals; doses by pen in steps of `pen_step_u`."""

    rescue_below_mgdl: float = 0.0
    rescue_asleep_mgdl: float = 0.0
    rescue_g: float = 15.0
    pen_step_u: float = 1.0
    missed_share: float = 0.0

    def __post_init__(self) -> None:
        for name in ("rescue_below_mgdl", "rescue_asleep_mgdl"):
            low, high = RESCUES_MGDL
            if amount(getattr(self, name), name) and not low <= getattr(self, name) <= high:
                raise OutOfRange(f"{name}: 0 for never, or from {low:g} to {high:g}, not {getattr(self, name)}")
        if within(self.rescue_g, 0, 200, "rescue_g") == 0 and (self.rescue_below_mgdl or self.rescue_asleep_mgdl):
            raise OutOfRange("rescue_g: 0 g treats no low")
        within(self.missed_share, 0, 1, "missed_share")
        if number(self.pen_step_u, "pen_step_u") not in PEN_STEPS:
            raise OutOfRange(f"pen_step_u: pens give steps of 0.5 or 1 unit, not {self.pen_step_u}")


KINDS: tuple[tuple[str, Any], ...] = (
    *(("patient", Patient), ("device", Device | None), ("scenario", Scenario), ("actions", tuple | list)),
    *(("therapy", Therapy), ("habits", Habits), ("noise", bool), ("circadian", bool)),
)


@dataclass(frozen=True, slots=True)
class Run:
    """Everything a run depends on. `noise=False` switches chance off; `glucose_mmol` is where it begins, at rest.
    `sets_fail`: the kind of cannula (sites.CANNULAS) whose sets are blocked by themselves now and then; None: never."""

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
    sets_fail: str | None = None

    def __post_init__(self) -> None:
        for name, kind in KINDS:
            if not isinstance(getattr(self, name), kind):
                raise OutOfRange(f"{name}: is no {name} of a run: {shown(getattr(self, name))}")
        whole(self.seed, "seed")
        known(self.sensor, [name for name in parameters("sensors") if name != "between"], "sensor: there is no")
        if self.sets_fail is not None:
            known(self.sets_fail, CANNULAS, "sets_fail: there is no cannula")
        self.patient.steady(self.glucose_mmol)
        reachable(self.scenario.timeline, self.patient.hr_max - self.patient.hr_rest)
        if self.reservoir_u is not None:
            number(self.reservoir_u, "reservoir_u")


class Event(NamedTuple):
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
    end = run.scenario.minutes if until is None else minute_of(until)
    if not 0 < end <= run.scenario.minutes:
        raise InThePast(f"minute {shown(end)} lies outside the run, which has {run.scenario.minutes} minutes")
    w = world(run)
    advance(w, end)
    if w.told_n[0] > len(w.told):  # more events than there was room for: make room, run again
        w = world(run, room=int(w.told_n[0]))
        advance(w, end)
    return trace_of(w, end)


def branch(run: Run, at: int, actions: Sequence[Act]) -> Run:
    """The run as it was before minute `at`, and other `actions` from then on. Raises InThePast for an earlier one."""
    if not 0 <= minute_of(at) <= run.scenario.minutes:
        raise InThePast(f"minute {shown(at)} lies outside the run, which has {run.scenario.minutes} minutes")
    for act in actions:
        if not isinstance(act, Act):
            raise OutOfRange(f"actions: {shown(act)} is no action")
        if minute_of(act.at) < at:
            raise InThePast(f"{act.do} at minute {shown(act.at)}: the branch begins at minute {shown(at)}")
    return replace(run, actions=(*(act for act in run.actions if minute_of(act.at) < at), *actions))


def trace_of(w: layout.World, end: int) -> Trace:
    at, codes, values = w.told[: w.told_n[0]].T.tolist()
    if REFUSED in codes:
        first = codes.index(REFUSED)
        what = Do(int(values[first])).name.lower()
        raise Busy(f"minute {at[first]:.0f}: {what} while the pump stands still or gives another one")
    if BEYOND_HOUR in codes:
        first = codes.index(BEYOND_HOUR)
        raise AboveMaximum(f"minute {at[first]:.0f}: bolus: {values[first]:g} units are more than hourly_max_u allows")
    if not (np.abs(w.body) < NO_BODY).all():  # one that ran away, or is NaN, does not come back
        raise ImpossiblePatient("patient: these parameters are too far from a person's to be stepped by the minute")
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
        tuple(map(Event, map(int, at), map(NAMES.__getitem__, codes), values)),
        dict(zip(layout.CONSERVED, pump[list(layout.CONSERVED)].tolist(), strict=True)),
    )


def world(run: Run, *, room: int = 0, noise: Noise | None = None) -> layout.World:
    """The run laid out for the kernel, at minute 0."""
    minutes, therapy = run.scenario.minutes, run.therapy.kind
    patient = run.patient if run.circadian else replace(run.patient, dawn=0.0)
    drawn = noise or (Noise.drawn(run.seed, minutes, run.circadian) if run.noise else Noise.none(minutes))
    device = run.device
    if device is None:
        raise UnknownName("this run has no device: pens need one too, for its calculator")
    person = _begins(patient, run.glucose_mmol, run.therapy, run.scenario.start)
    do = _remembered(run, compile_do((*run.scenario.timeline, *run.actions, *_blocked(run)), device, minutes, therapy))
    return layout.World(
        patient=person.record,
        outside=_own(person.outside),
        device=device.layout,
        pump=_own(_pump(therapy, device.kind, run.reservoir_u)),
        sensor=_worn(run.sensor, drawn, run.noise),
        controller=_own(_controller(therapy, run.scenario.start)),
        person=_own(_person(run.habits, therapy == "mdi")),
        body=person.body.copy(),
        depots=person.depots.copy(),
        start=run.scenario.start,
        do=do,
        **_chance(drawn),
        thresholds=_thresholds(device.kind, tuple(drawn.occlusions.tolist())),
        iob=device.iob_by_minute,
        iob_5=device.iob_by_sample,
        **_unwritten(minutes, room),
        hump=HUMP,
        decay=person.decay,
    )


def _chance(drawn: Noise) -> dict[str, Any]:
    """The draws by the kernel's names; those of occlusions become thresholds."""
    names = ("error", "chance", "meter", "hands", "dayparts", "between", "doses", "autos")
    return {"normal": drawn.pulses} | {name: getattr(drawn, name) for name in names}


def _unwritten(minutes: int, room: int) -> dict[str, Any]:
    """What the kernel writes, before it does; `room` for so many events at least."""
    samples = minutes // 5 + 1
    return {
        "clock": np.zeros(2, np.int64),
        "trace": np.zeros((minutes + 1, layout.COLUMNS)),
        "cgm": np.full(samples, np.nan),
        "net": np.zeros(samples),
        "meal_u": np.zeros(minutes),
        "corr_u": np.zeros(minutes),
        "told": np.zeros((max(room, 200 + minutes // 10), 3)),
        "told_n": np.zeros(1, np.int64),
    }


def _blocked(run: Run) -> list[Fault]:
    """The occlusions of sets that fail by themselves. The first is put in when the run begins."""
    if run.sets_fail is None or run.therapy.kind == "mdi" or not run.noise:
        return []
    acts = [each for each in (*run.scenario.timeline, *run.actions) if isinstance(each, Act)]
    changes = sorted({0, *(act.at for act in acts if act.do in ("new_set", "new_set_unfilled"))})
    found = failures(changes, run.scenario.minutes, run.seed, run.patient, run.sets_fail)
    return [Fault(at, "occlusion") for at in found]


def _remembered(run: Run, do: layout.Floats) -> layout.Floats:
    """Without the doses that are forgotten: a share of the counted meals, drawn for each in order."""
    counted = np.flatnonzero(do[:, 1] == Do.ANNOUNCE)
    if not run.habits.missed_share or not counted.size:
        return do
    forgotten = generator(run.seed, MISSED).random(counted.size) < run.habits.missed_share
    return np.delete(do, counted[forgotten], axis=0)


def _own(record: Any) -> Any:
    """A copy of a record, by its bytes: numpy would copy field by field, which takes as long as an hour of the run."""
    return np.frombuffer(bytearray(record.tobytes()), record.dtype)


class _Begins(NamedTuple):
    record: Any
    outside: Any
    body: layout.Floats
    depots: layout.Floats
    decay: layout.Floats


@lru_cache(maxsize=256)
def _begins(patient: Patient, glucose_mmol: float, therapy: Therapy, start: int) -> _Begins:
    """A person as every run of theirs begins. The kernel only reads the record and works on copies of the rest."""
    rest, outside = patient.steady(glucose_mmol), _outside(therapy)
    depots = rest.depots(patient.tmax_i * float(outside["rapid"][0]))
    if therapy.before:
        depots[layout.S1] = depots[layout.S2] = 0.0
        depots[layout.L1], depots[layout.L2] = _injected(therapy, start, float(outside["kl1"][0]), outside["kl2"][0])
    record = patient.record(rest)
    return _Begins(record, outside, rest.body(), depots, rates(record[0]))


def _injected(therapy: Therapy, start: int, kl1: float, kl2: float) -> tuple[float, float]:
    """mU in both long-acting depots at minute `start` of the day, of doses that were given every day for ever: each is
    a geometric series. A dose due at that very minute is not yet given."""
    first = second = 0.0
    for time, units in therapy.before:
        since = (start - clock_time(time)) % 1440 or 1440
        left1, left2 = (exp_of(-k * since) / (1 - exp_of(-k * 1440)) for k in (kl1, kl2))
        first += units * 1000 * left1
        second += units * 1000 * kl1 / (kl2 - kl1) * (left1 - left2)
    return first, second


def _outside(therapy: Therapy) -> Any:
    out = np.zeros(1, layout.OUTSIDE)
    insulins = parameters("insulins")
    chain = insulins["long"][therapy.long_acting]
    out["ill"] = out["egp"] = out["absorbs"] = 1.0
    out["rapid"] = insulins["rapid"][therapy.rapid]["tmax_i"] / insulins["rapid"]["rapid"]["tmax_i"]
    out["kl1"] = out["long_1"] = chain["kl1"] / 60
    out["kl2"], out["long_sd"] = chain["kl2"] / 60, chain["cv"] / 2
    return out


@lru_cache(maxsize=256)
def _pump(therapy: str, kind: str, reservoir_u: float | None) -> Any:
    """A pump as it begins, to be copied; no pump, in insulin, under pens."""
    pump, personality = np.zeros(1, layout.PUMP), parameters("devices")[kind]
    pump["on"] = pump["connected"] = 1
    pump["potency"] = pump["lipo_tmax"] = pump["lipo_f"] = 1.0
    pump["battery"] = 100.0
    pump["auto"], pump["auto_rate"] = therapy not in ("mdi", "pump"), -1
    pump["last_bolus"], pump["high_since"] = NEVER, -1
    if therapy == "mdi":
        return pump
    units = personality["reservoir_u"] if reservoir_u is None else reservoir_u
    if not 0 < units <= personality["reservoir_u"]:
        raise OutOfRange(
            f"reservoir: {personality['name']} holds up to {personality['reservoir_u']} units, not {units}"
        )
    pulses, dead = (round(each / personality["pulse_u"]) for each in (units, personality["dead_u"]))
    pump["reservoir"], pump["tubing"], pump["filled"] = pulses, dead, pulses + dead
    return pump


@lru_cache(maxsize=16)
def _sensor(kind: str, noise: bool) -> Any:
    """A sensor as it begins, to be copied, without the bias of this very one."""
    every = parameters("sensors")
    model, between, s = every[kind], every["between"], np.zeros(1, layout.SENSOR)
    if noise:
        s["a0"], s["a1"], s["a2"] = model["a"]
        s["b0"], s["b1"], s["b2"] = model["b"]
    else:
        s["a0"] = 1.0
    for names, errors in ((("f1", "f2", "sd"), model["own"]), (("c1", "c2", "csd"), model["common"])):
        for name, value in zip(names, (errors[0], errors[1], sqrt(errors[2])), strict=True):
            s[name] = value
    s["da_sd"], s["db_sd"] = between["gain_sd"], between["offset_sd"]
    s["warm"], s["life"], s["on"] = between["warm_min"], between["life_min"], 1
    s["since"] = -1440  # worn since yesterday: warm when the run begins
    return s


def _worn(kind: str, drawn: Noise, noise: bool) -> Any:
    """The first sensor of a run."""
    s = _own(_sensor(kind, noise))
    s["da"], s["db"] = s["da_sd"] * drawn.between[0, 0], s["db_sd"] * drawn.between[0, 1]
    return s


@lru_cache(maxsize=256)
def _controller(therapy: str, start: int) -> Any:
    c = np.zeros(1, layout.CONTROLLER)
    c["kind"], c["start"] = THERAPIES[therapy], start
    c["last_seen"] = c["last_auto"] = NEVER
    for name, entry in parameters("controllers").get(therapy, {}).items():
        c[name] = entry["value"]
    return c


@lru_cache(maxsize=256)
def _person(habits: Habits, pen: bool) -> Any:
    person = np.zeros(1, layout.PERSON)
    person["rescue_below"], person["rescue_asleep"] = habits.rescue_below_mgdl, habits.rescue_asleep_mgdl
    person["rescue_g"], person["pen_step"] = habits.rescue_g, habits.pen_step_u
    person["pen"], person["last_rescue"] = pen, NEVER
    return person


@lru_cache(maxsize=256)
def _thresholds(kind: str, normal: tuple[float, ...]) -> Any:
    """Pulses at which each occlusion of the run is noticed: (8,) of a normal distribution truncated to the device's
    range (reference/simulator.md 7.2, point 6), by inversion."""
    personality = parameters("devices")[kind]
    mean, sd, low, high = personality["occlusion_u"]
    spread = NormalDist(mean, sd)
    least, most = spread.cdf(low), spread.cdf(high)
    # A draw outside the range is not moved to its end: one occlusion in six of a patch would ring at the same moment.
    # Its share of the whole curve becomes the same share of the part within the range. Without chance (0) the plain
    # mean stands, which is what the devices' guides call typical.
    units = [spread.inv_cdf(least + NormalDist().cdf(z) * (most - least)) if z else mean for z in normal]
    return np.ceil(np.array(units) / personality["pulse_u"]).astype(np.int64)

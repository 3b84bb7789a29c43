"""Scenario files: the part of a case down to its timeline, read into a run of the engine. Mistakes are reported with
line and key, all that can be seen at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from courses.services.files import CurriculumErrors, Desk, Sheet, plain
from simulator.engine.cohort import member
from simulator.engine.device import Device, clock_time
from simulator.engine.errors import EngineError
from simulator.engine.patient import Patient, archetype, standard
from simulator.engine.run import THERAPIES, Habits, Run, Therapy
from simulator.engine.scenario import Act, Exercise, Fault, Happening, Illness, Meal, Scenario

__all__ = ["group", "read", "with_therapy"]

PATIENT_KEYS = {"group", "seed", "index", "weight_kg", "archetype", "glucose_mmol"}
WHEN = re.compile(r"(?:d(?P<day>\d+) )?(?P<clock>\d\d:\d\d)")
KEYS = ("patient", "device", "therapy", "habits", "start", "hours", "seed", "timeline")
OF_A_CASE = ("title", "goals", "never", "expert", "mistakes", "debrief")
T = TypeVar("T")


def read(path: Path) -> Run:
    """The run that a file describes. Raises CurriculumErrors with every mistake found."""
    desk = Desk(path.parent)
    sheet = desk.read(path)
    run = _run(sheet) if sheet else None
    if desk.problems or run is None:
        raise CurriculumErrors(desk.problems)
    return run


def group(path: Path) -> str:
    """The group whose people stand in for the one in the file: the file's own, or adults."""
    sheet = Desk(path.parent).read(path)
    return str((sheet.data.get("patient") or {}).get("group", "adult")) if sheet else "adult"


def with_therapy(run: Run, kind: str) -> Run:
    """The same person, meals, mistakes and chance under another therapy; pens get the basal of the day as one injection
    of long-acting insulin at the start and every 24 hours. Raises UnknownName."""
    changed = replace(run, therapy=replace(run.therapy, kind=kind))
    acts = (*run.scenario.timeline, *run.actions)
    own = any(isinstance(each, Act) and each.do == "long_acting" for each in acts)
    if kind != "mdi" or run.device is None or own:
        return changed
    daily = max(1.0, round(24 * _mean_rate(run.device)))
    days = range(0, run.scenario.minutes, 1440)
    return replace(changed, actions=(*changed.actions, *(Act(at, "long_acting", daily) for at in days)))


def _mean_rate(device: Device) -> float:
    starts = [clock_time(time) for time, _rate in device.basal]
    ends = [*starts[1:], 1440]
    parts = zip(starts, ends, device.basal, strict=True)
    return sum((end - start) * rate for start, end, (_time, rate) in parts) / 1440


def _run(sheet: Sheet) -> Run | None:
    sheet.only(*KEYS, *OF_A_CASE)
    start = _checked(sheet, "start", lambda: clock_time(str(sheet.data.get("start", "00:00")))) or 0
    hours = sheet.number("hours")
    patient, device = _patient(sheet), _device(sheet)
    therapy = sheet.optional("therapy", f"one of {', '.join(THERAPIES)}", lambda value: value in THERAPIES, "pump")
    habits = _habits(sheet)
    minutes = int(hours * 60)
    timeline = tuple(
        each for row in sheet.sheets("timeline") if (each := _happening(row, start, minutes, device)) is not None
    )
    scenario = _checked(sheet, "hours", lambda: Scenario(minutes, timeline, start))
    if patient is None or device is None or scenario is None:
        return None
    seed = int(sheet.optional("seed", "a whole number", lambda value: isinstance(value, int), 1))
    glucose = float((sheet.data.get("patient") or {}).get("glucose_mmol", 6.0))
    return Run(patient, device, scenario, seed, therapy=Therapy(therapy), habits=habits, glucose_mmol=glucose)


def _checked(sheet: Sheet, key: str, make: Callable[[], T]) -> T | None:
    """What `make` makes, or None with the engine's own words reported at the key."""
    try:
        return make()
    except (EngineError, TypeError, ValueError, KeyError) as error:
        sheet.wrong(key, str(error))
        return None


def _patient(sheet: Sheet) -> Patient | None:
    row = sheet.sheet("patient")
    if row is None:
        return None
    row.only(*PATIENT_KEYS)
    data = plain(row.data)
    weight = {"weight": float(data["weight_kg"])} if "weight_kg" in data else {}
    if "group" in data:
        seed, index = int(data.get("seed", 1)), int(data.get("index", 0))
        drawn = _checked(row, "group", lambda: member(data["group"], seed, index, data.get("weight_kg")))
        return drawn.patient if drawn else None
    if "archetype" in data:
        return _checked(row, "archetype", lambda: archetype(data["archetype"], **weight))
    return _checked(sheet, "patient", lambda: standard(**weight))


def _device(sheet: Sheet) -> Device | None:
    row = sheet.sheet("device")
    if row is None:
        return None
    data = plain(row.data)

    def profile(key: str) -> tuple[tuple[str, float], ...]:
        value = data[key]
        return (("00:00", value),) if not isinstance(value, list) else tuple((str(time), each) for time, each in value)

    def make() -> Device:
        more = {
            key: value for key, value in data.items() if key not in ("kind", "basal", "icr", "isf_mgdl", "target_mgdl")
        }
        if "target_mgdl" in data:
            more["target_mgdl"] = profile("target_mgdl")
        return Device(data["kind"], profile("basal"), profile("icr"), profile("isf_mgdl"), **more)

    missing = [key for key in ("kind", "basal", "icr", "isf_mgdl") if key not in data]
    for key in missing:
        row.wrong(key, "is missing: a device has a kind, basal, icr and isf_mgdl")
    return None if missing else _checked(sheet, "device", make)


def _habits(sheet: Sheet) -> Habits:
    if "habits" not in sheet.data:
        return Habits()
    row = sheet.sheet("habits")
    return (_checked(sheet, "habits", lambda: Habits(**plain(row.data))) if row else None) or Habits()


def _minute(row: Sheet, start: int, minutes: int) -> int | None:
    """Minutes from the start of the run: written as minutes, "22:00" (the next such time) or "d2 07:30" (of day 2)."""
    value = plain(row.data.get("at"))
    found: int | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        found = value
    elif isinstance(value, str) and (match := WHEN.fullmatch(value)):
        clock = _checked(row, "at", lambda: clock_time(match["clock"]))
        if clock is None:
            return None
        found = clock - start + 1440 * (int(match["day"]) - 1) if match["day"] else (clock - start) % 1440
    if found is None:
        row.wrong("at", 'must be a time, such as "22:00", "d2 07:30" or minutes from the start')
    elif not 0 <= found < minutes:
        row.wrong("at", f"lies outside the run of {minutes / 60:g} hours")
        return None
    return found


def _happening(row: Sheet, start: int, minutes: int, device: Device | None) -> Happening | None:
    at = _minute(row, start, minutes)
    kinds = [key for key in ("meal", "exercise", "illness", "fault", "do") if key in row.data]
    if len(kinds) != 1:
        row.wrong("at", "needs exactly one of meal, exercise, illness, fault or do beside it")
        return None
    if at is None:
        return None
    made = _checked(row, kinds[0], lambda: _make(kinds[0], at, plain(row.data)))
    if made is not None and device is not None:
        _checked(row, kinds[0], lambda: list(made.rows(device)))
    return made


def _make(kind: str, at: int, data: dict[str, Any]) -> Happening:
    value = data[kind]
    if kind == "meal":
        more = {key: each for key, each in value.items() if key not in ("carbs_g", "class")}
        return Meal(at, value["carbs_g"], value.get("class", "normal"), **more)
    if kind == "exercise":
        return Exercise(at, value["minutes"], value.get("kind", "moderate"))
    if kind == "illness":
        return Illness(at, **value)
    if kind == "fault":
        return Fault(at, value, data.get("amount"), data.get("minutes", 40))
    amount = data.get("dose_u", data.get("amount", 0.0))
    return Act(at, value, amount, data.get("minutes", 0))

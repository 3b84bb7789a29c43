"""Scenario files: the part of a case down to its timeline, read into a run of the engine. Mistakes are reported with
line and key, all that can be seen at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import compress
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

from courses.services.files import CurriculumErrors, Desk, Sheet, plain
from simulator.engine.checks import LONGEST_MIN, known, whole, within
from simulator.engine.cohort import member
from simulator.engine.device import Device, by_slot, clock_time, of_this_kind
from simulator.engine.errors import EngineError
from simulator.engine.patient import Patient, archetype, parameters, standard
from simulator.engine.presses import PRESSES
from simulator.engine.run import THERAPIES, Habits, Run, Therapy
from simulator.engine.scenario import Act, Exercise, Fault, Happening, Illness, Meal, Scenario, reachable, refusals
from simulator.engine.settings import set_device

__all__ = ["group", "left_out", "own_settings", "person", "read", "with_therapy"]

PATIENT_KEYS = {"group", "seed", "index", "weight_kg", "archetype", "glucose_mmol"}
WHEN = re.compile(r"(?:d(?P<day>\d{1,3}) )?(?P<clock>\d\d:\d\d)", re.ASCII)
KEYS = ("patient", "device", "therapy", "insulin", "habits", "sets_fail", "start", "hours", "seed", "timeline")
OF_A_CASE = ("title", "goals", "never", "expert", "mistakes", "debrief")
BY_TIME = {"basal", "icr", "isf_mgdl", "target_mgdl"}
DEVICE_KEYS = [*(field.name for field in fields(Device) if field.name != "more_basal"), "profiles"]
INSULIN_KEYS = ("rapid", "long_acting", "before")
HABIT_KEYS = [field.name for field in fields(Habits)]
# What may stand in a row of the timeline beside `at` and the key that says what happens.
ROW_KEYS: dict[str, tuple[str, ...]] = {
    "meal": (),
    "exercise": (),
    "illness": (),
    "fault": ("amount", "minutes"),
    "do": ("dose_u", "amount", "minutes"),
}
# What stands under that key where it is a map: the one that is needed, and the others.
PARTS = {
    "meal": ("carbs_g", ("class", "minutes", "counted_g")),
    "exercise": ("minutes", ("kind", "above_rest_bpm")),
    "illness": ("minutes", ("sensitivity", "production")),
}
WHAT_PARTS_NEED = {
    "meal": "a meal has carbs_g, the grams of carbohydrate eaten",
    "exercise": "exercise has minutes, how long it lasts",
    "illness": "an illness has minutes, how long it lasts",
}
T = TypeVar("T")


def read(path: Path) -> Run:
    """The run that a file describes. Raises CurriculumErrors with every mistake found."""
    desk = Desk(path.parent)
    sheet = desk.read(path)
    run = _run(sheet) if sheet else None
    if desk.problems or run is None:
        raise CurriculumErrors(desk.problems)
    return run


def group(path: Path) -> tuple[str, int]:
    """The group whose people stand in for the one in the file, and the seed they are drawn from: the file's own, or
    adults of seed 1."""
    sheet = Desk(path.parent).read(path)
    data = plain(sheet.data.get("patient") or {}) if sheet else {}
    return str(data.get("group", "adult")), int(data.get("seed", 1))


def own_settings(device: Device, patient: Patient) -> Device:
    """The file's device for somebody else: basal, ratio and sensitivity are true for the person, in one profile; what
    belongs to nobody's body (targets, duration, reminders) stays as it is written."""
    found = set_device(patient, device.kind, dia_h=device.dia_h)
    return replace(device, basal=found.basal, icr=found.icr, isf_mgdl=found.isf_mgdl, more_basal=())


def with_therapy(run: Run, kind: str) -> Run:
    """The same person, meals, mistakes and chance under another therapy, without what that therapy cannot do
    (`left_out`). Pens go on with the long-acting doses before the run; where there are none they get the basal of the
    day as one injection at the time of the start, as on every day before; a pump in place of pens gets none. Raises
    UnknownName."""
    keeps = _kept(run, kind)
    timeline = tuple(compress(run.scenario.timeline, keeps))
    actions = tuple(compress(run.actions, keeps[len(run.scenario.timeline) :]))
    scenario = replace(run.scenario, timeline=timeline)
    changed = replace(run, scenario=scenario, actions=actions, therapy=replace(run.therapy, kind=kind))
    if run.therapy.kind == "mdi" and kind != "mdi":
        return replace(changed, therapy=replace(changed.therapy, before=()))
    own = any(_long(each) for each in (*timeline, *actions))
    if kind != "mdi" or run.device is None or own or run.therapy.kind == "mdi":
        return changed
    daily = max(1.0, round(24 * _mean_rate(run.device)))
    usual = run.therapy.before or ((f"{scenario.start // 60:02d}:{scenario.start % 60:02d}", daily),)
    acts = tuple(
        Act(at, "long_acting", units)
        for time, units in usual
        for at in range((clock_time(time) - scenario.start) % 1440, scenario.minutes, 1440)
        if units
    )
    return replace(changed, actions=(*actions, *acts), therapy=replace(changed.therapy, before=usual))


def left_out(run: Run, kind: str) -> list[str]:
    """The names of the actions and faults that `with_therapy` drops, each once, in order of the file."""
    dropped = compress(_all_of(run), (not kept for kept in _kept(run, kind)))
    return list(dict.fromkeys(each.do if isinstance(each, Act) else getattr(each, "kind", "") for each in dropped))


def _kept(run: Run, kind: str) -> list[bool]:
    """For each of what happens and is done, whether it has a place under this therapy."""
    instead = run.therapy.kind == "mdi" and kind != "mdi"
    every = _all_of(run)
    return [
        refused is None and not (instead and _long(each))
        for each, refused in zip(every, refusals(every, kind), strict=True)
    ]


def _long(each: Happening) -> bool:
    return isinstance(each, Act) and each.do == "long_acting"


def _all_of(run: Run) -> tuple[Happening, ...]:
    return (*run.scenario.timeline, *run.actions)


def _mean_rate(device: Device) -> float:
    return fmean(by_slot(device.basal, "basal"))


def _run(sheet: Sheet) -> Run | None:
    sheet.only(*KEYS, *OF_A_CASE)
    start = _checked(sheet, "start", lambda: clock_time(plain(sheet.data.get("start", "00:00")))) or 0
    patient, device = person(sheet), _device(sheet)
    therapy = _therapy(sheet)
    given = _insulin(sheet, therapy or "pump")
    habits = _habits(sheet)
    minutes = _minutes(sheet)
    timeline = _timeline(sheet, start, minutes, device, therapy, patient) if minutes else ()
    seed = _checked(sheet, "seed", lambda: whole(plain(sheet.data.get("seed", 1)), "seed"))
    if patient is None or device is None or seed is None or given is None or not minutes or not therapy:
        return None
    rest = plain(sheet.data["patient"].get("glucose_mmol", 6.0))
    return _checked(
        sheet,
        "patient",
        lambda: Run(
            patient,
            device,
            Scenario(minutes, timeline, start),
            seed,
            therapy=given,
            habits=habits,
            glucose_mmol=rest,
            sets_fail=plain(sheet.data.get("sets_fail")),
        ),
        sheet.sheet("patient"),
    )


def _therapy(sheet: Sheet) -> str:
    """Its name, or nothing with the mistake reported."""
    if "therapy" not in sheet.data:
        return "pump"
    names = list(THERAPIES)
    return str(sheet.need("therapy", f"one of {', '.join(names)}", lambda value: value in names, ""))


def _insulin(sheet: Sheet, therapy: str) -> Therapy | None:
    """The therapy with its insulins and the doses before the run, or None with the mistakes reported."""
    row = sheet.sheet("insulin") if "insulin" in sheet.data else None
    if row is None:
        return None if "insulin" in sheet.data else Therapy(therapy)
    row.only(*INSULIN_KEYS)
    data = {key: value for key, value in plain(row.data).items() if key in INSULIN_KEYS}
    if "before" in data:
        data["before"] = _profile(data["before"])
    return _checked(sheet, "insulin", lambda: Therapy(therapy, **data), row)


def _minutes(sheet: Sheet) -> int:
    """The length of the run, or 0 with the mistake reported."""
    hours = plain(sheet.data.get("hours"))
    minutes = _checked(sheet, "hours", lambda: 60 * within(hours, 0, LONGEST_MIN / 60, "hours"))
    if minutes is None:
        return 0
    if minutes < 1 or abs(minutes - round(minutes)) > 1e-6:
        sheet.wrong("hours", f"must be whole minutes, one at least: {hours} hours are {minutes:g} minutes")
        return 0
    return round(minutes)


def _checked(sheet: Sheet, key: str, make: Callable[[], T], inner: Sheet | None = None) -> T | None:
    """What `make` makes, or None with the engine's own words reported at the key, or at the key of the `inner` sheet
    with which they begin."""
    try:
        return make()
    except EngineError as error:
        name = re.split(r"\W", str(error), maxsplit=1)[0]
        if inner is not None and name in inner.data:
            inner.wrong(name, str(error))
        else:
            sheet.wrong(key, str(error))
        return None


def person(sheet: Sheet) -> Patient | None:
    """Who stands under `patient`: of a group, an archetype or the standard adult; None with the mistake reported."""
    row = sheet.sheet("patient")
    if row is None:
        return None
    row.only(*PATIENT_KEYS)
    data = plain(row.data)
    for key in ("seed", "index", "archetype"):
        if key in data and ("group" in data) == (key == "archetype"):
            row.wrong(key, "does not go with a group" if key == "archetype" else "goes with a group, and there is none")
            return None
    if "group" in data and not isinstance(data["group"], str):
        row.wrong("group", f"must be one of {', '.join(parameters('groups')['group'])}")
        return None
    weight = {"weight": data["weight_kg"]} if "weight_kg" in data else {}
    if _checked(row, "weight_kg", lambda: standard(**weight)) is None:
        return None
    if "group" in data:
        return _of_group(row, data)
    if "archetype" in data:
        return _checked(row, "archetype", lambda: archetype(data["archetype"], **weight))
    return standard(**weight)


def _of_group(row: Sheet, data: dict[str, Any]) -> Patient | None:
    seed = _checked(row, "seed", lambda: whole(data.get("seed", 1), "seed"))
    index = _checked(row, "index", lambda: whole(data.get("index", 0), "index"))
    if seed is None or index is None:
        return None
    drawn = _checked(row, "group", lambda: member(data["group"], seed, index, data.get("weight_kg")))
    return drawn.patient if drawn else None


def _device(sheet: Sheet) -> Device | None:
    row = sheet.sheet("device")
    if row is None:
        return None
    row.only(*DEVICE_KEYS)
    if (kind := row.data.get("kind")) in list(parameters("devices")):
        for key in DEVICE_KEYS:
            if key in row.data:
                _checked(row, key, lambda: of_this_kind(str(kind), key))  # noqa: B023 - called at once
    missing = [key for key in ("kind", "basal", "icr", "isf_mgdl") if key not in row.data]
    for key in missing:
        row.wrong(key, "is missing: a device has a kind, basal, icr and isf_mgdl")
    data = {key: value for key, value in plain(row.data).items() if key in DEVICE_KEYS}
    for key in BY_TIME.intersection(data):
        data[key] = _profile(data[key])
    if isinstance(more := data.pop("profiles", []), list):
        more = tuple(_profile(each) for each in more)
    return None if missing else _checked(sheet, "device", lambda: Device(**data, more_basal=more), row)


def _profile(value: Any) -> Any:
    """Pairs of time and value as the engine has them; one number holds all day. What is neither, the engine refuses."""
    if isinstance(value, list):
        return tuple(tuple(pair) if isinstance(pair, list) else pair for pair in value)
    return (("00:00", value),)


def _habits(sheet: Sheet) -> Habits:
    row = sheet.sheet("habits") if "habits" in sheet.data else None
    if row is None:
        return Habits()
    row.only(*HABIT_KEYS)
    data = {key: value for key, value in plain(row.data).items() if key in HABIT_KEYS}
    return _checked(sheet, "habits", lambda: Habits(**data), row) or Habits()


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


def _timeline(
    sheet: Sheet, start: int, minutes: int, device: Device | None, therapy: str, patient: Patient | None
) -> tuple[Happening, ...]:
    found: list[tuple[Sheet, str, Happening]] = []
    for row in sheet.sheets("timeline"):
        at = _minute(row, start, minutes)
        kind = _kind(row)
        made = _checked(row, kind, lambda: _make(row, kind, at or 0)) if kind else None  # noqa: B023 - called at once
        if made is None or at is None:
            continue
        if device and _checked(row, kind, lambda: _rows(made, device, patient)) is not None:  # noqa: B023 - at once
            found.append((row, kind, made))
    every = tuple(made for _row, _kind, made in found)
    if not therapy:
        return every
    for (row, kind, _made), refused in zip(found, refusals(every, therapy), strict=True):
        if refused is not None:
            row.wrong(kind, str(refused))
    return every


def _rows(made: Happening, device: Device, patient: Patient | None) -> list[object]:
    """What the kernel reads of it. Raises an EngineError for what cannot be, with this person too."""
    rows: list[object] = list(made.rows(device))
    if patient:
        reachable((made,), patient.hr_max - patient.hr_rest)
    return rows


def _kind(row: Sheet) -> str:
    """What happens in this row, or nothing with the mistake reported."""
    kinds = [key for key in ROW_KEYS if key in row.data]
    if len(kinds) != 1:
        row.wrong("at", "needs exactly one of meal, exercise, illness, fault or do beside it")
        return ""
    row.only("at", kinds[0], *ROW_KEYS[kinds[0]])
    return kinds[0]


def _make(row: Sheet, kind: str, at: int) -> Happening | None:
    data = plain(row.data)
    if kind == "fault":
        return Fault(at, data["fault"], data.get("amount"), data.get("minutes"))
    if kind == "do":
        return _act(row, at, data)
    part = _part(row, kind)
    if part is None:
        return None
    if kind == "meal":
        return Meal(at, kind=part.pop("class", "normal"), **part)
    return Exercise(at, **part) if kind == "exercise" else Illness(at, **part)


def _part(row: Sheet, kind: str) -> dict[str, Any] | None:
    """What stands under meal, exercise or illness; None with the mistakes reported."""
    part = row.sheet(kind)
    if part is None:
        return None
    needed, others = PARTS[kind]
    part.only(needed, *others)
    if needed not in part.data:
        part.wrong(needed, f"is missing: {WHAT_PARTS_NEED[kind]}")
        return None
    return {key: value for key, value in plain(part.data).items() if key in (needed, *others)}


def _act(row: Sheet, at: int, data: dict[str, Any]) -> Act | None:
    if "dose_u" in data:
        unit = PRESSES[known(data["do"], PRESSES, "action: there is no")].unit
        if "amount" in data:
            row.wrong("dose_u", "stands beside amount: only one of them says how much")
            return None
        if unit != "units":
            row.wrong(
                "dose_u", f"is units of insulin, and {data['do']} takes {f'an amount in {unit}' if unit else 'none'}"
            )
            return None
    return Act(at, data["do"], data.get("dose_u", data.get("amount")), data.get("minutes"))

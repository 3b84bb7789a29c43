"""A fictional person's days for a figure: usual meals, usual scatter, and the lapses that a lesson is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from courses.services.files import Sheet, plain
from simulator.engine.checks import whole, within
from simulator.engine.device import Device, by_slot, clock_time, nearest_rate
from simulator.engine.errors import EngineError
from simulator.engine.kernel.layout import Floats
from simulator.engine.patient import Patient
from simulator.engine.run import THERAPIES, Habits, Run, simulate
from simulator.engine.scenario import Act, Happening, Meal, Scenario
from simulator.engine.settings import set_device
from simulator.services.scenarios import person, with_therapy

DAY, HALF_HOUR = 1440, 30
MEALS = [["07:30", 45], ["12:30", 60], ["19:00", 70]]
# How a day differs from the next: a meal's time (minutes) and its count (share), as standard deviations.
SCATTER_MIN, SCATTER_SHARE = 15.0, 0.1
LATEST_MIN = 240
OF_A_MEAL, OF_A_NIGHT = ("meal", "counts", "late_min", "forgets"), ("from", "until", "basal")


class LifeError(ValueError):
    """What is wrong with a life, and at which key."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def lived(sheet: Sheet) -> tuple[int, Floats]:
    """The days and what the sensor showed, every five minutes from midnight on. `patient` as in a scenario; `seed`,
    `days` (14), `therapy` (pump), `meals` [["07:30", 45], ...] and `lapses`:

    {meal: "19:00", counts: 0.7, late_min: 30, forgets: 0.3}: the share of its grams that is counted, how late the dose
    comes, and the share of days on which it does not come; {from: "00:00", until: "04:00", basal: 1.3}: the basal rate
    is so many times the true one. Without lapses all settings are true. Lows are treated with 15 g below 70 mg/dL, and
    below 55 mg/dL at night. Raises LifeError.
    """
    patient = person(sheet)
    if patient is None:
        raise LifeError("patient", "is nobody the engine knows")
    days = int(sheet.optional("days", "5 to 28 days", lambda value: isinstance(value, int) and 5 <= value <= 28, 14))
    seed = int(sheet.optional("seed", "a whole number", lambda value: isinstance(value, int), 1))
    names = list(THERAPIES)
    therapy = str(sheet.optional("therapy", f"one of {', '.join(names)}", lambda value: value in names, "pump"))
    meals = plain(sheet.data.get("meals") or MEALS)
    lapses = [_lapse(row) for row in sheet.sheets("lapses")] if sheet.data.get("lapses") else []
    try:
        device = _device(patient, lapses)
        timeline = (*_eaten(meals, lapses, days, np.random.default_rng(seed)), *_upkeep(days))
        scenario = Scenario(days * DAY, tuple(each for each in timeline if 0 <= each.at < days * DAY))
        run = Run(patient, device, scenario, seed, habits=Habits(70, 55))
        return days, simulate(with_therapy(run, therapy)).cgm_mgdl[:-1]
    except EngineError as error:
        raise LifeError("lapses" if lapses else "meals", str(error)) from error


def _lapse(row: Sheet) -> dict[str, Any]:
    row.only(*(OF_A_MEAL if "meal" in row.data else OF_A_NIGHT))
    return dict(plain(row.data))


def _device(patient: Patient, lapses: Sequence[dict[str, Any]]) -> Device:
    """Set as well as it can be, but for the hours of the lapses."""
    device = set_device(patient)
    rates = by_slot(device.basal, "basal")
    for lapse in lapses:
        if "basal" not in lapse:
            continue
        begin, end = (clock_time(lapse.get(key)) // HALF_HOUR for key in ("from", "until"))
        for slot in range(begin, end if end > begin else end + len(rates)):
            rates[slot % len(rates)] *= within(lapse["basal"], 0, 3, "basal (times the true rate)")
    steps = [
        (f"{slot // 2:02d}:{slot % 2 * 30:02d}", nearest_rate(device.kind, rate)) for slot, rate in enumerate(rates)
    ]
    basal = [step for n, step in enumerate(steps) if n == 0 or step[1] != steps[n - 1][1]]
    return Device(device.kind, tuple(basal), device.icr, device.isf_mgdl, dia_h=device.dia_h)


def _eaten(meals: Any, lapses: Sequence[dict[str, Any]], days: int, chance: np.random.Generator) -> Iterable[Happening]:
    """Each meal of each day and its dose. Chance is drawn alike with and without lapses, so that two lives compare."""
    if not isinstance(meals, list) or not all(isinstance(meal, list) and len(meal) == 2 for meal in meals):
        raise LifeError("meals", 'must be pairs of a time and grams, such as [["07:30", 45]]')
    known = [meal[0] for meal in meals]
    for lapse in lapses:
        if "meal" in lapse and lapse["meal"] not in known:
            raise LifeError("lapses", f"there is no meal at {lapse['meal']}: {', '.join(map(str, known))}")
    for day in range(days):
        for time, grams in meals:
            shift, count, luck = chance.normal(0, SCATTER_MIN), chance.normal(1, SCATTER_SHARE), chance.random()
            at = day * DAY + clock_time(time) + round(float(shift))
            lapse = next((each for each in lapses if each.get("meal") == time), {})
            yield Meal(at, float(grams))
            if luck >= within(lapse.get("forgets", 0), 0, 1, "forgets"):
                counted = grams * max(0.0, float(count)) * within(lapse.get("counts", 1), 0, 3, "counts")
                late = whole(lapse.get("late_min", 0), "late_min", most=LATEST_MIN)
                yield Meal(at + late, 0.0, counted_g=float(round(counted)))


def _upkeep(days: int) -> Iterable[Happening]:
    """A set and a reservoir every three days, a sensor every nine, in the evening."""
    for day in range(2, days, 3):
        yield Act(day * DAY + 1080, "new_set")
        yield Act(day * DAY + 1081, "new_reservoir", 300.0)
    for day in range(8, days, 9):
        yield Act(day * DAY + 1080, "new_sensor")

"""The pictures and the table of docs/engine, made by the engine itself, so that neither goes stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts import WIDE, Axis, Canvas
from core.traces import Band, Key, Line, Note, Panel, Stripe, traces
from simulator.engine.cohort import member
from simulator.engine.device import Device
from simulator.engine.metrics import WINDOWS_MIN, trumpet
from simulator.engine.patient import parameters, standard
from simulator.engine.run import Habits, Run, Trace, simulate
from simulator.engine.scenario import Act, Exercise, Fault, Happening, Meal, Scenario
from simulator.engine.settings import set_device, true_settings
from simulator.services.pictures import drawn, profiles, standalone
from simulator.services.scenarios import with_therapy

__all__ = ["PICTURES", "write"]

HOUR, DAY = 60, 1440
PERCENT = Axis(0, 100, [(0, "0"), (50, "50"), (100, "100")])
FOUR = ("mdi", "pump", "plgs", "hcl-ttr")
KINDS = {"tubed-a": "insulin", "tubed-b": "carb", "patch-c": "low", "tubed-d": "activity"}
# Klonoff 2024 (J Diabetes Sci Technol 18:1472): hours without insulin, and what was reached.
KLONOFF_MGDL = ((5.8, 300.0), (8.5, 400.0))
KLONOFF_KETONES = ((8.0, 1.6), (14.2, 3.0))
# Garcia-Garcia 2015 (Sports Med 45:587): mmol/L an hour of continuous exercise, and its interval.
FALL, FALL_MOST, FALL_LEAST = 4.43, 6.06, 2.79
MGDL = 18.016


def person(days: int, *, more: Sequence[Happening] = (), start: int = 6 * HOUR) -> Run:
    """An adult drawn from a seed, with three counted meals and a snack a day, who treats lows; sets every three days,
    sensors every nine."""
    patient = member("adult", 11, 15).patient
    rng = np.random.default_rng(7)
    eaten: list[Happening] = [Act(3 * DAY * n, do) for n in range(1, days // 3 + 1) for do in ("new_set",)]
    eaten += [Act(3 * DAY * n, "new_reservoir", 300.0) for n in range(1, days // 3 + 1)]
    eaten += [Act(9 * DAY * n - 300, "new_sensor") for n in range(1, days // 9 + 1)]
    for day in range(days):
        for at, grams in ((7.5, 45), (13.0, 70), (16.5, 20), (20.0, 60)):
            minute = DAY * day + round(at * HOUR + rng.normal(0, 20 if days > 1 else 0)) - start
            counted = round(grams * float(rng.normal(1, 0.15))) if days > 1 else grams
            eaten.append(Meal(minute, float(grams), counted_g=float(counted)))
    scenario = Scenario(days * DAY, tuple(each for each in [*eaten, *more] if each.at < days * DAY), start)
    return Run(patient, set_device(patient), scenario, 5, habits=Habits(70, 55))


def resting(kind: str, u_per_h: float, minutes: int, *timeline: Happening, **more: Any) -> Trace:
    """The standard adult on a flat rate."""
    device = Device(kind, (("00:00", u_per_h),), (("00:00", 10.0),), (("00:00", 40.0),))
    return simulate(Run(standard(dawn=0.0), device, Scenario(minutes, timeline), circadian=False, **more))


def day_on_a_pump() -> SafeString:
    run = person(1, more=(Exercise(11 * HOUR, 45), Act(12 * HOUR, "temp_percent", 50, minutes=120)))
    return drawn(run, simulate(run))


def four_therapies() -> SafeString:
    run = person(14)
    return profiles(run, {kind: simulate(with_therapy(run, kind)) for kind in FOUR})


def profile() -> SafeString:
    run = person(14)
    return profiles(run, {"pump": simulate(run)})


def deprivation() -> SafeString:
    start = 7.0
    rate = round(standard(dawn=0.0).steady(start).basal_u_per_h, 3)
    trace = resting("tubed-b", rate, 16 * HOUR, Act(0, "suspend"), noise=False, glucose_mmol=start)
    at = range(0, 16 * HOUR + 1, 5)
    glucose = [(float(n), float(trace.glucose_mgdl[n])) for n in at]
    ketones = [(float(n), float(trace.ketones_mmol[n])) for n in at]
    panels = [
        Panel(
            _("Glucose, mg/dL"),
            _axis(100, 600, 100),
            190,
            lines=[Line(glucose, "ink"), _published(KLONOFF_MGDL)],
            stripes=[Stripe(100, 180, "tint-band")],
        ),
        Panel(
            _("Blood ketones, mmol/L"),
            Axis(0, 4, [(0, "0"), (0.6, "0.6"), (1.6, "1.6"), (3, "3")]),
            120,
            "ketone",
            lines=[Line(ketones, "ketone"), _published(KLONOFF_KETONES)],
        ),
    ]
    keys = [
        Key(_("the engine"), "c-line tone-ink", line=True),
        Key(_("Klonoff 2024"), "c-dots c-big tone-low"),
        Key(_("target, 70 to 180"), "tint-band"),
    ]
    time = Axis(0, 16 * HOUR, [(60.0 * h, f"{h}") for h in range(0, 17, 2)], _("hours without insulin"))
    return traces(panels, time, _("Glucose and ketones after the last insulin"), wide=True, keys=keys)


def _published(points: Sequence[tuple[float, float]]) -> Line:
    return Line([(hours * HOUR, value) for hours, value in points], "low", dots=True, big=True)


def exercise() -> SafeString:
    start = 8.0
    rate = round(standard(dawn=0.0).steady(start).basal_u_per_h, 3)
    lines, keys = [], []
    for kind, tone, words in (
        ("walk", "activity", _("walking")),
        ("moderate", "ink", _("moderate")),
        ("run", "insulin", _("running")),
    ):
        trace = resting("tubed-b", rate, 150, Exercise(30, 60, kind), noise=False, glucose_mmol=start)
        lines.append(Line([(float(n), float(trace.glucose_mgdl[n])) for n in range(0, 151, 2)], tone))
        keys.append(Key(words, f"c-line tone-{tone}", line=True))
    least, most = start * MGDL, (start - FALL_MOST) * MGDL
    band = Band([30, 90], [least, most], [least, (start - FALL_LEAST) * MGDL], "band-half")
    mean = Line([(30, least), (90, (start - FALL) * MGDL)], "ink", dash=True)
    keys += [
        Key(_("Garcia-Garcia 2015, mean"), "c-line c-dash tone-ink", line=True),
        Key(_("its interval"), "band-half"),
    ]
    notes = [Note(30, _("exercise begins")), Note(90, _("it ends"))]
    panel = Panel(_("Glucose, mg/dL"), _axis(20, 180, 40, 20), 220, bands=[band], lines=[mean, *lines], notes=notes)
    time = Axis(0, 150, [(float(n), str(n)) for n in range(0, 151, 30)], _("minutes"))
    return traces([panel], time, _("Glucose in an hour of exercise"), wide=True, keys=keys)


def occlusions() -> SafeString:
    """The share of 300 occlusions that have been told, at one unit an hour."""
    lines = []
    for kind, tone in KINDS.items():
        told = [_told(kind, 1.0, 6, seed) for seed in range(300)]
        points = [(n / 20, 100 * float(np.mean([hours <= n / 20 for hours in told]))) for n in range(121)]
        lines.append(Line(points, tone, dash=kind == "tubed-d"))
    panel = Panel(_("Occlusions told, percent of 300"), PERCENT, 200, lines=lines)
    words = _("hours since the set was blocked, at 1 unit/h; at 0.1 unit/h ten times as many")
    time = Axis(0, 6, [(float(n), str(n)) for n in range(7)], words)
    return traces([panel], time, _("When an occlusion is told"), wide=True, keys=_devices())


def _told(kind: str, rate: float, hours: int, seed: int) -> float:
    events = resting(kind, rate, hours * HOUR, Fault(0, "occlusion"), seed=seed).events
    return next((event.at / HOUR for event in events if event.name == "occlusion"), float("inf"))


def _devices() -> list[Key]:
    return [
        Key(parameters("devices")[kind]["name"], f"c-line tone-{tone}{' c-dash' if kind == 'tubed-d' else ''}", True)
        for kind, tone in KINDS.items()
    ]


def trumpets() -> SafeString:
    """The trumpet curve of two pumps at two rates; one seed."""
    panels = []
    for rate, most, step, words in ((1.0, 10, 5, _("at 1 unit/h")), (0.1, 150, 50, _("at 0.1 unit/h"))):
        lines = []
        for kind in ("tubed-a", "patch-c"):
            found = trumpet(resting(kind, rate, 25 * HOUR, seed=3).skin_u[: 25 * HOUR], rate)
            for values in (found.most, found.least):
                points = [(log(window), value) for window, value in zip(WINDOWS_MIN, values, strict=True)]
                lines.append(Line(points, KINDS[kind]))
        ticks = [(float(n), f"{n:+d}" if n else "0") for n in range(-most, most + 1, step)]
        title = _("Most and least over any window, %") + f": {words}"
        panels.append(Panel(title, Axis(-most, most, ticks), 130, lines=lines))
    keys = [Key(parameters("devices")[k]["name"], f"c-line tone-{KINDS[k]}", True) for k in ("tubed-a", "patch-c")]
    time = Axis(log(15), log(930), [(log(w), str(w)) for w in WINDOWS_MIN], _("window, minutes"))
    return traces(panels, time, _("How far delivery strays from its rate"), wide=True, keys=keys)


def on_board() -> SafeString:
    """At a duration of 4 hours, and of 8, which the patch cannot be set to."""
    panels = []
    for hours, words in ((4, _("set to 4 hours")), (8, _("set to 8 hours"))):
        lines = []
        for kind, tone in KINDS.items():
            if parameters("devices")[kind]["dia_h"][1] >= hours:
                device = Device(kind, (("00:00", 1.0),), (("00:00", 10.0),), (("00:00", 40.0),), dia_h=float(hours))
                left = [(float(n), 100 * float(device.iob_by_minute[n])) for n in range(0, hours * HOUR, 5)]
                lines.append(Line([*left, (60.0 * hours, 0.0)], tone, dash=kind == "tubed-d"))
        panels.append(Panel(_("Of a bolus still to act, %") + f": {words}", PERCENT, 140, lines=lines))
    time = Axis(0, 480, [(60.0 * h, str(h)) for h in range(9)], _("hours since the bolus"))
    return traces(panels, time, _("Insulin on board by four devices"), wide=True, keys=_devices())


def cohorts() -> SafeString:
    """What 300 people of each group need: the middle, and nine in ten."""
    names = {"adult": _("adults"), "adolescent": _("adolescents"), "child": _("children"), "pregnancy": _("pregnancy")}
    people = {group: [member(group, 1, n).patient for n in range(300)] for group in names}
    true = {group: [true_settings(each) for each in found] for group, found in people.items()}
    canvas, y = Canvas(WIDE, 0), 0.0
    for title, most, step, value in (
        (_("Basal, units/h"), 2.0, 0.5, [[each.basal_u_per_h for each in people[g]] for g in names]),
        (_("Ratio, g a unit"), 60.0, 20.0, [[each.icr_g_per_u for each in true[g]] for g in names]),
        (_("Sensitivity, mg/dL a unit"), 150.0, 50.0, [[each.isf_mgdl_per_u for each in true[g]] for g in names]),
    ):
        y = _quantiles(canvas, y, title, (most, step), dict(zip(names.values(), value, strict=True)))
    canvas.height = y
    return canvas.svg("chart-wide", _("What people of four groups need"))


def _quantiles(canvas: Canvas, y: float, title: str, scale: tuple[float, float], rows: dict[str, list[float]]) -> float:
    """A block of rows: a line from 5 to 95 %, a mark at the middle, and the three in words. Returns where it ends."""
    left, right, (most, step) = 110.0, WIDE - 150.0, scale
    floor = y + 26 + 26 * len(rows)
    canvas.text(0, y + 14, title, "t-strong")
    for n in range(round(most / step) + 1):
        x = left + (right - left) * n * step / most
        canvas.line(x, y + 24, x, floor, "c-grid")
        canvas.text(x, floor + 18, f"{n * step:g}", "t-mid")
    for n, (name, values) in enumerate(rows.items()):
        low, middle, high = (float(value) for value in np.percentile(values, (5, 50, 95)))
        row = y + 39 + 26 * n
        ends = [left + (right - left) * value / most for value in (low, middle, high)]
        canvas.text(0, row + 4, name)
        canvas.line(ends[0], row, ends[2], row, "c-line tone-insulin")
        canvas.rect(ends[1] - 5, row - 5, 10, 10, "fill-insulin")
        digits = 2 if most < 10 else 0
        canvas.text(right + 14, row + 4, f"{middle:.{digits}f} ({low:.{digits}f}\u2013{high:.{digits}f})", "t-strong")
    return floor + 44


def _axis(low: int, high: int, step: int, first: int | None = None) -> Axis:
    return Axis(low, high, [(float(n), str(n)) for n in range(low if first is None else first, high + 1, step)])


PICTURES: dict[str, Callable[[], SafeString]] = {
    "day": day_on_a_pump,
    "therapies": four_therapies,
    "profile": profile,
    "deprivation": deprivation,
    "exercise": exercise,
    "occlusions": occlusions,
    "trumpet": trumpets,
    "on-board": on_board,
    "cohorts": cohorts,
}


def write(folder: Path) -> Iterable[Path]:
    """Every picture as a file of its own in `folder`, each as it is done."""
    for name, draw in PICTURES.items():
        path = folder / f"{name}.svg"
        path.write_text(standalone(draw()) + "\n")
        yield path

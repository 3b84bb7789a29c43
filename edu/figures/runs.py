"""Glucose over hours: a basal test from its readings, a run of the engine when the flow stops."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import charts, traces, units
from courses.services.files import Sheet
from edu.figures.common import Drawn, Plot, RecipeError, clock, in_both_units, is_rates, next_time, number, say, time_of
from simulator.engine.cohort import member
from simulator.engine.errors import EngineError
from simulator.engine.run import Run, Trace, simulate
from simulator.engine.scenario import Fault, Scenario
from simulator.engine.settings import set_device


def basal_test(sheet: Sheet) -> Drawn:
    """Fasting glucose against the drift that a test allows: the first point plus and minus `allowed_mgdl`."""
    points = _after_start(sheet)
    allowed, first = sheet.number("allowed_mgdl"), points[0][1]
    low, high = first - allowed, first + allowed
    words = {key: say(sheet, f"{key}_label") for key in ("glucose", "band", "within", "outside")}
    notes = [traces.Note(at, label, "insulin") for at, label in _marks(sheet, points[0][0])]
    values = [value for _at, value in points]
    ends = (20 * floor((min(*values, low) - 10) / 20), 20 * ceil((max(*values, high) + 10) / 20))
    panel = traces.Panel(
        words["glucose"],
        charts.Axis(*ends, [(at, f"{at:g}") for at in (low, first, high, *ends)]),
        190,
        stripes=[traces.Stripe(low, high, "tint-band")],
        lines=[traces.Line(points, "ink"), traces.Line(points, "activity", dots=True, big=True)],
        notes=notes,
    )
    keys = [traces.Key(words["band"], "tint-band")]
    plot = _over_hours([panel], points[0][0], points[-1][0], keys)
    rows = [
        [
            clock(at % 1440),
            in_both_units(value),
            _signed(value - first),
            words["within" if low <= value <= high else "outside"],
        ]
        for at, value in points
    ]
    return plot, ([_("Time of day"), _("Glucose"), _("Since the start, mg/dL"), _("Allowed drift")], rows)


def _after_start(sheet: Sheet) -> list[charts.Point]:
    """A test's points in minutes after the midnight before it; a time earlier than the last one is tomorrow's."""
    rows = sheet.need("points", 'pairs of a time and mg/dL, such as [["22:00", 130]]', is_rates, [])
    found: list[charts.Point] = []
    for at, value in rows:
        minute = time_of(sheet, "points", at)
        found.append((minute if not found else next_time(minute, found[-1][0]), float(value)))
    if len(found) < 2 or any(not 40 <= value <= 400 for _at, value in found):
        raise RecipeError("points", "a test has two points or more, each from 40 to 400 mg/dL")
    return found


def _marks(sheet: Sheet, start: float) -> list[tuple[float, str]]:
    """Moments with their words, such as when a rate is changed."""
    rows = sheet.sheets("marks") if sheet.data.get("marks") else []
    return [(next_time(time_of(sheet, "marks", row.text("at")), start - 1), say(row, "label")) for row in rows]


def glucose_run(sheet: Sheet) -> Drawn:
    """A fictional person whose pump stops giving: glucose and blood ketones, as the engine runs them, without chance.

    `stated` are the times at which they pass `high_mgdl` and `ketones_mmol`; the recipe's words rest on them, so they
    are compared with the run.
    """
    start = time_of(sheet, "start", sheet.text("start"))
    fault_at = next_time(time_of(sheet, "fault_at", sheet.text("fault_at")), start - 1)
    hours, high, ketones = sheet.number("hours"), sheet.number("high_mgdl"), sheet.number("ketones_mmol")
    trace = _lived(sheet, start, fault_at)
    glucose = [(start + at, float(trace.glucose_mgdl[at])) for at in range(0, round(60 * hours) + 1, 5)]
    acids = [(start + at, float(trace.ketones_mmol[at])) for at in range(0, round(60 * hours) + 1, 5)]
    stated = sheet.sheet("stated")
    passed = [_passes(stated, "high_at", glucose, high), _passes(stated, "ketones_at", acids, ketones)]
    fault = traces.Note(fault_at, say(sheet, "fault_label"), "insulin")
    words = [say(sheet, f"{key}_label") for key in ("glucose", "ketones")]
    tops = (50 * ceil(max(value for _at, value in glucose) / 50), ceil(max(value for _at, value in acids)))
    axes = (
        charts.Axis(50, tops[0], [(at, f"{at:g}") for at in (70, 180, high, tops[0])]),
        charts.Axis(0, tops[1], [(at, number(at)) for at in (0, ketones, tops[1])]),
    )
    panels = [
        traces.Panel(
            words[0],
            axes[0],
            170,
            stripes=[traces.Stripe(70, 180, "tint-band")],
            lines=[traces.Line(glucose, "ink")],
            notes=[fault, traces.Note(passed[0], _reached(high, passed[0]))],
        ),
        traces.Panel(
            words[1],
            axes[1],
            90,
            "ketone",
            lines=[traces.Line(acids, "ketone")],
            notes=[
                traces.Note(fault_at, "", "insulin"),
                traces.Note(passed[1], _reached(ketones, passed[1]), "ketone"),
            ],
        ),
    ]
    plot = _over_hours(panels, start, start + 60 * hours, [traces.Key(say(sheet, "band_label"), "tint-band")])
    rows = [
        [clock(at % 1440), in_both_units(value), f"{acids[n][1]:.1f}\u00a0mmol/L"]
        for n, (at, value) in enumerate(glucose)
        if at % 60 == 0
    ]
    return plot, ([_("Time of day"), _("Glucose"), _("Blood ketones")], rows)


def _lived(sheet: Sheet, start: float, fault_at: float) -> Trace:
    """The run: a person of a group, pump settings true for them, one fault."""
    who = sheet.sheet("patient")
    if who is None:
        raise RecipeError("patient", "is missing: {group: adult, seed: 3}")
    try:
        person = member(who.text("group"), int(who.number("seed")), 0).patient
        timeline = (Fault(round(fault_at - start), sheet.text("fault")),)
        scenario = Scenario(round(60 * sheet.number("hours")), timeline, start=round(start))
        device = set_device(person, sheet.text("device"))
        mmol = units.mmol(sheet.number("start_mgdl"))
        return simulate(Run(person, device, scenario, noise=False, glucose_mmol=mmol))
    except EngineError as error:
        raise RecipeError("patient", str(error)) from error


def _passes(stated: Sheet | None, key: str, points: Sequence[charts.Point], limit: float) -> float:
    """When the line first reaches the limit. Refused where the recipe states another time, give or take 10 minutes."""
    at = next((at for at, value in points if value >= limit), None)
    if at is None:
        raise RecipeError("stated", f"the run never reaches {limit:g}")
    if stated is None or abs(next_time(time_of(stated, key, stated.text(key)), points[0][0] - 1) - at) > 10:
        raise RecipeError("stated", f"{key}: in this run it is {clock(at % 1440)}")
    return at


def _over_hours(panels: Sequence[traces.Panel], start: float, end: float, keys: Sequence[traces.Key]) -> Plot:
    def plot(label: str, *, wide: bool) -> SafeString:
        hours = range(60 * ceil(start / 60), int(end) + 1, 60 * max(1, ceil((end - start) / 60 / (9 if wide else 4))))
        time = charts.Axis(start, end, [(float(at), clock(at % 1440)) for at in hours])
        return traces.traces(panels, time, label, wide=wide, keys=keys)

    return plot


def _reached(limit: float, at: float) -> str:
    return f"{number(limit)}, {clock(at % 1440)}"


def _signed(value: float) -> str:
    return f"+{value:.0f}" if value > 0 else number(value)

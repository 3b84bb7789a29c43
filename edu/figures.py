"""From a figure's recipe to its picture: the engine computes, core.charts draws, the table says it in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil, floor
from typing import Any

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import charts, drawings, traces, units
from core.icons import ICONS
from courses.services.files import Sheet
from simulator.engine.cohort import member
from simulator.engine.device import clock_time
from simulator.engine.errors import EngineError, OutOfRange
from simulator.engine.insulin import exponential_iob
from simulator.engine.run import Run, Trace, simulate
from simulator.engine.scenario import Fault, Scenario
from simulator.engine.settings import set_device

TONES = ("ink", "insulin", "activity", "ketone", "action", "carb", "high")
Plot = Callable[..., SafeString]
Table = tuple[Sequence[str], Sequence[Sequence[str]]]
Drawn = tuple[Plot, Table]


class RecipeError(ValueError):
    """What is wrong with a recipe, and at which key."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def draw(sheet: Sheet, name: str) -> str:
    """The figure named `name` as HTML in the active language: title, picture in two widths, caption, table.

    `[RO-13]` marks of the recipe's facts end the caption; the lesson turns them into citations. A mistake is
    reported with the line of its key, and the figure is then empty (nothing is loaded).
    """
    kind = str(sheet.need("draws", f"one of {', '.join(KINDS)}", lambda value: value in KINDS, ""))
    title, alt, caption = (_say(sheet, key) for key in ("title", "alt", "caption"))
    if not kind:
        return ""
    try:
        plot, table = KINDS[kind](sheet)
    except RecipeError as error:
        sheet.wrong(error.key, str(error))
        return ""
    facts = "".join(f" [{fact}]" for fact in sheet.strings("facts", []))
    return (
        f'<figure class="figure" id="figure-{escape(name)}">'
        f'<figcaption class="figure-title">{escape(title)}</figcaption>'
        f"{plot(label=alt, wide=True)}{plot(label=alt, wide=False)}"
        f'<p class="small muted">{escape(caption)}{facts}</p>{_table(table, title)}</figure>'
    )


def _iob(sheet: Sheet) -> Drawn:
    hours = sheet.number("hours")
    lines = [_curve(row, hours) for row in sheet.sheets("curves")]
    axis = charts.Axis(
        0, hours, [(h, f"{h:g}\u00a0h" if h else "0") for h in _every(0, hours, 2)], _say(sheet, "x_label")
    )
    narrow = charts.Axis(0, hours, axis.ticks[::2], axis.label)
    band = _span(sheet.sheet("band")) if sheet.data.get("band") else None
    rows = [[_number(h), *(f"{_at(line, h):.0f}\u00a0%" for line in lines)] for h in _every(0, hours, 1)]

    def plot(label: str, *, wide: bool) -> SafeString:
        return charts.curves(lines, axis if wide else narrow, band, label, wide=wide)

    return plot, ([_("Hours"), *(line.label for line in lines)], rows)


def _span(row: Sheet | None) -> charts.Span | None:
    if row is None:
        return None
    words = _say(row, "label")
    return charts.Span(row.number("from_h"), row.number("to_h"), words, _tone(row, "ketone"))


def _curve(row: Sheet, hours: float) -> charts.Curve:
    model = row.need("model", "exponential or linear-tail", lambda value: value in ("exponential", "linear-tail"), "")
    if model == "exponential":
        td_min, tp_min = row.number("td_min"), row.number("tp_min")
        share = partial(_left_of_a_basal_rate, td_min=td_min, tp_min=tp_min)
    else:
        start, end, end_at_h = row.number("start"), row.number("end"), row.number("end_at_h")
        share = partial(_tail, start=start, end=end, end_at_min=end_at_h * 60)
    try:
        points = [(minute / 60, share(minute)) for minute in range(0, round(hours * 60) + 1, 10)]
    except (OutOfRange, ZeroDivisionError) as error:
        raise RecipeError("curves", str(error)) from error
    flags = {key: bool(row.data.get(key)) for key in ("fill", "dash")}
    return charts.Curve(_say(row, "label"), points, _tone(row, "ink"), **flags)


def _left_of_a_basal_rate(elapsed_min: int, *, td_min: float, tp_min: float) -> float:
    """Percent of the action left after the flow stops; the engine's exponential model."""
    return 100 * exponential_iob(elapsed_min, td_min=td_min, tp_min=tp_min)


def _tail(elapsed_min: int, *, start: float, end: float, end_at_min: float) -> float:
    return max(0.0, start + (end - start) * elapsed_min / end_at_min)


def _at(line: charts.Curve, hour: float) -> float:
    return min(line.points, key=lambda point: abs(point[0] - hour))[1]


def _day(sheet: Sheet) -> Drawn:
    basal, compare = _rates(sheet, "basal"), _rates(sheet, "compare") if sheet.data.get("compare") else []
    boluses = [
        charts.Bolus(_minute(row, row.text("at")), row.number("dose_u"), _say(row, "label"), bool(row.data["pen"]))
        for row in sheet.sheets("boluses")
    ]
    other = _say(sheet, "compare_label") if compare else ""
    words = (_say(sheet, "bolus_label"), _say(sheet, "basal_label"), other)
    per_hour = _("units an hour")
    rows = [[_clock(at), words[1], f"{_number(rate)} {per_hour}"] for at, rate in basal]
    rows += [[_clock(bolus.at_min), words[0], _units(bolus.dose_u)] for bolus in boluses]
    rows += [[_clock(at), other, f"{_number(rate)} {per_hour}"] for at, rate in compare]
    plot = partial(charts.day, basal, boluses, compare, words)
    return plot, ([_("From"), _("What"), _("How much")], rows)


def _rates(sheet: Sheet, key: str) -> list[charts.Point]:
    rows = sheet.need(key, 'pairs of a time and units an hour, such as [["00:00", 0.6]]', _is_rates, [])
    return [(_minute(sheet, at), float(rate)) for at, rate in rows]


def _is_rates(value: Any) -> bool:
    pairs = isinstance(value, list) and all(isinstance(row, list) and len(row) == 2 for row in value)
    return pairs and all(isinstance(at, str) and isinstance(rate, int | float) for at, rate in value)


def _bars(sheet: Sheet) -> Drawn:
    unit, most = sheet.text("unit"), sheet.number("max")
    rows = [_bar(row, unit, _tone(row, "insulin")) for row in sheet.sheets("bars")]
    axis = _axis(sheet, 0, most, unit)
    return partial(charts.bars, [("", rows)], axis), (["", unit], [[bar.label, bar.words] for bar in rows])


def _pairs(sheet: Sheet) -> Drawn:
    unit = sheet.text("unit")
    groups = []
    for row in sheet.sheets("groups"):
        first, second = row.sheet("a"), row.sheet("b")
        if first and second:
            cut = sheet.number("min") > 0  # points from before to after, not bars of two groups
            members = [
                _bar(first, unit, "insulin", hollow=cut),
                _bar(second, unit, "insulin" if cut else "ink", hollow=not cut),
            ]
            groups.append((_say(row, "label"), members))
    axis = _axis(sheet, sheet.number("min"), sheet.number("max"), unit)
    table = [[group, bar.label, bar.words] for group, members in groups for bar in members]
    return partial(charts.bars, groups, axis), (["", "", unit], table)


def _bar(row: Sheet, unit: str, tone: str, *, hollow: bool = False) -> charts.Bar:
    value = row.number("value")
    words = f"{_number(value)}\u00a0%" if unit == "%" else _number(value)
    return charts.Bar(_say(row, "label"), value, words, tone, hollow)


def _intervals(sheet: Sheet) -> Drawn:
    low, high = sheet.number("min"), sheet.number("max")
    rows = []
    for row in sheet.sheets("rows"):
        ends = (row.data.get("low"), row.data.get("high"))
        point = row.number("point")
        known = ends[0] is not None and ends[1] is not None
        words = _number(point)
        if known:
            words = _("%(point)s (%(low)s to %(high)s)") % {
                "point": words,
                "low": _number(ends[0]),
                "high": _number(ends[1]),
            }
        note = _say(row, "note") if row.data.get("note") else ""
        rows.append(charts.Interval(_say(row, "label"), note, point, ends[0], ends[1], words))
    axis = _axis(sheet, low, high, _say(sheet, "x_label"))
    table = [[row.label, row.words, row.note] for row in rows]
    return partial(charts.intervals, rows, axis, sheet.number("zero")), (["", _("Difference"), _("About")], table)


def _pump(sheet: Sheet) -> Drawn:
    parts = [row for key in ("pump", "tube", "set") if (row := sheet.sheet(key))]
    words = [(_say(row, "label"), _say(row, "note")) for row in parts]
    plot = partial(drawings.pump, tuple(label for label, _note in words))
    return plot, ([_("Part"), _("What it does")], words)


def _moves(sheet: Sheet) -> Drawn:
    ways = {"up": drawings.Way.UP, "down": drawings.Way.DOWN}
    rows = sheet.sheets("events")
    events = [
        drawings.Event(
            _say(row, "label"),
            str(row.need("icon", "one of our icons", lambda value: value in ICONS, "dot")),
            ways[row.need("way", "up or down", lambda value: value in ways, "up")],
            _tone(row, "ink"),
            row.number("to_mgdl"),
        )
        for row in rows
    ]
    start = sheet.number("start_mgdl")
    _require_its_way([start, *(event.to_mgdl for event in events)], events)
    words = drawings.Words(*(_say(sheet, f"{name}_label") for name in ("range", "high", "low")))
    table = [[event.label, _say(row, "does")] for event, row in zip(events, rows, strict=True)]
    plot = partial(drawings.moves, events, start, words)
    return plot, ([_("What"), _("What it usually does")], table)


def _steps(sheet: Sheet) -> Drawn:
    rows = [
        drawings.Step(
            _say(row, "label"),
            _say(row, "note") if row.data.get("note") else "",
            str(row.need("icon", f"one of {', '.join(sorted(ICONS))}", lambda value: value in ICONS, "dot")),
            _tone(row, "insulin"),
        )
        for row in sheet.sheets("steps")
    ]
    if not 2 <= len(rows) <= 6:
        raise RecipeError("steps", f"a picture shows 2 to 6 of them; these are {len(rows)}")
    numbered = bool(sheet.optional("numbered", "true or false", lambda value: isinstance(value, bool), True))
    plot = partial(drawings.steps, rows, numbered=numbered)
    if numbered:
        table = [[str(number), row.label, row.note] for number, row in enumerate(rows, start=1)]
        return plot, ([_("Step"), _("What you do"), _("Good to know")], table)
    return plot, ([_("What"), _("Good to know")], [[row.label, row.note] for row in rows])


def _require_its_way(levels: Sequence[float], events: Sequence[drawings.Event]) -> None:
    """The line goes where each event's arrow points."""
    for before, event in zip(levels, events, strict=False):
        if (event.to_mgdl - before) * event.way.value <= 0 or not 40 <= event.to_mgdl <= 260:
            raise RecipeError("events", f"“{event.label}” leads to {event.to_mgdl:g} mg/dL, which is not its way")


def _basal_test(sheet: Sheet) -> Drawn:
    """Fasting glucose against the drift that a test allows: the first point plus and minus `allowed_mgdl`."""
    points = _after_start(sheet)
    allowed, first = sheet.number("allowed_mgdl"), points[0][1]
    low, high = first - allowed, first + allowed
    words = {key: _say(sheet, f"{key}_label") for key in ("glucose", "band", "within", "outside")}
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
            _clock(at % 1440),
            _both(value),
            _signed(value - first),
            words["within" if low <= value <= high else "outside"],
        ]
        for at, value in points
    ]
    return plot, ([_("Time of day"), _("Glucose"), _("Since the start, mg/dL"), _("Allowed drift")], rows)


def _after_start(sheet: Sheet) -> list[charts.Point]:
    """A test's points in minutes after the midnight before it; a time earlier than the last one is tomorrow's."""
    rows = sheet.need("points", 'pairs of a time and mg/dL, such as [["22:00", 130]]', _is_rates, [])
    found: list[charts.Point] = []
    for at, value in rows:
        minute = _time_of(sheet, "points", at)
        found.append((minute if not found else _next(minute, found[-1][0]), float(value)))
    if len(found) < 2 or any(not 40 <= value <= 400 for _at, value in found):
        raise RecipeError("points", "a test has two points or more, each from 40 to 400 mg/dL")
    return found


def _marks(sheet: Sheet, start: float) -> list[tuple[float, str]]:
    """Moments with their words, such as when a rate is changed."""
    rows = sheet.sheets("marks") if sheet.data.get("marks") else []
    return [(_next(_time_of(sheet, "marks", row.text("at")), start - 1), _say(row, "label")) for row in rows]


def _next(minute: float, after: float) -> float:
    """The first such time of day later than `after`."""
    return minute + 1440 * ceil((after - minute + 1) / 1440)


def _time_of(sheet: Sheet, key: str, at: str) -> float:
    try:
        return float(clock_time(at))
    except OutOfRange as error:
        raise RecipeError(key, str(error)) from error


def _glucose_run(sheet: Sheet) -> Drawn:
    """A fictional person whose pump stops giving: glucose and blood ketones, as the engine runs them, without chance.

    `stated` are the times at which they pass `high_mgdl` and `ketones_mmol`; the recipe's words rest on them, so they
    are compared with the run.
    """
    start = _time_of(sheet, "start", sheet.text("start"))
    fault_at = _next(_time_of(sheet, "fault_at", sheet.text("fault_at")), start - 1)
    hours, high, ketones = sheet.number("hours"), sheet.number("high_mgdl"), sheet.number("ketones_mmol")
    trace = _lived(sheet, start, fault_at)
    glucose = [(start + at, float(trace.glucose_mgdl[at])) for at in range(0, round(60 * hours) + 1, 5)]
    acids = [(start + at, float(trace.ketones_mmol[at])) for at in range(0, round(60 * hours) + 1, 5)]
    stated = sheet.sheet("stated")
    passed = [_passes(stated, "high_at", glucose, high), _passes(stated, "ketones_at", acids, ketones)]
    fault = traces.Note(fault_at, _say(sheet, "fault_label"), "insulin")
    words = [_say(sheet, f"{key}_label") for key in ("glucose", "ketones")]
    tops = (50 * ceil(max(value for _at, value in glucose) / 50), ceil(max(value for _at, value in acids)))
    axes = (
        charts.Axis(50, tops[0], [(at, f"{at:g}") for at in (70, 180, high, tops[0])]),
        charts.Axis(0, tops[1], [(at, _number(at)) for at in (0, ketones, tops[1])]),
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
    plot = _over_hours(panels, start, start + 60 * hours, [traces.Key(_say(sheet, "band_label"), "tint-band")])
    rows = [
        [_clock(at % 1440), _both(value), f"{acids[n][1]:.1f}\u00a0mmol/L"]
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
    if stated is None or abs(_next(_time_of(stated, key, stated.text(key)), points[0][0] - 1) - at) > 10:
        raise RecipeError("stated", f"{key}: in this run it is {_clock(at % 1440)}")
    return at


def _over_hours(panels: Sequence[traces.Panel], start: float, end: float, keys: Sequence[traces.Key]) -> Plot:
    def plot(label: str, *, wide: bool) -> SafeString:
        hours = range(60 * ceil(start / 60), int(end) + 1, 60 * max(1, ceil((end - start) / 60 / (9 if wide else 4))))
        time = charts.Axis(start, end, [(float(at), _clock(at % 1440)) for at in hours])
        return traces.traces(panels, time, label, wide=wide, keys=keys)

    return plot


def _reached(limit: float, at: float) -> str:
    return f"{_number(limit)}, {_clock(at % 1440)}"


def _both(glucose_mgdl: float) -> str:
    return f"{glucose_mgdl:.0f}\u00a0mg/dL ({units.mmol(glucose_mgdl):.1f}\u00a0mmol/L)"


def _signed(value: float) -> str:
    return f"+{value:.0f}" if value > 0 else _number(value)


def _axis(sheet: Sheet, low: float, high: float, label: str) -> charts.Axis:
    if low >= high:
        raise RecipeError("max", "must be above the axis's other end")
    step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 1000) if (high - low) / step <= 5)
    return charts.Axis(low, high, [(at, _number(at)) for at in _every(low, high, step)], "" if label == "%" else label)


def _table(table: Table, title: str) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table[0])
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table[1]
    )
    region = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(title)}">'
    label = escape(_("As a table"))
    return (
        f"<details><summary>{label}</summary>{region}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _say(sheet: Sheet, key: str) -> str:
    """The recipe's words in the language the lesson is written in; reported where they are missing."""
    language = (get_language() or "en").split("-")[0]
    return sheet.texts(key, [language]).get(language, "")


def _tone(sheet: Sheet, default: str) -> str:
    return str(sheet.optional("tone", f"one of {', '.join(TONES)}", lambda value: value in TONES, default))


def _minute(sheet: Sheet, at: str) -> float:
    hours, _colon, minutes = at.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        sheet.wrong("at" if "at" in sheet.data else "basal", f"“{at}” is no time of day, such as 07:30")
        return 0.0
    return float(int(hours) * 60 + int(minutes))


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _every(low: float, high: float, step: float) -> list[float]:
    return [round(low + step * index, 6) for index in range(int((high - low) / step + 1e-9) + 1)]


def _units(dose_u: float) -> str:
    return _("%(dose)s units") % {"dose": _number(dose_u)}


def _number(value: float) -> str:
    """5 not 5.0, 0.5 not .5, and a minus sign that is one."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    places = len(text.partition(".")[2])
    return number_format(value, decimal_pos=places).replace("-", "\u2212")


KINDS: dict[str, Callable[[Sheet], Drawn]] = {
    "iob": _iob,
    "day": _day,
    "bars": _bars,
    "pairs": _pairs,
    "intervals": _intervals,
    "pump": _pump,
    "moves": _moves,
    "basal-test": _basal_test,
    "glucose-run": _glucose_run,
    "steps": _steps,
}

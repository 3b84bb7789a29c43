"""Curves of insulin effect, a day of doses, bars, pairs and intervals."""

from __future__ import annotations

from functools import partial

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import charts
from courses.services.files import Sheet
from edu.figures.common import (
    SHORT,
    Drawn,
    RecipeError,
    axis_of,
    clock,
    every,
    is_rates,
    minute,
    number,
    say,
    tone,
    units_of,
)
from simulator.engine.errors import OutOfRange
from simulator.engine.insulin import exponential_iob


def iob(sheet: Sheet) -> Drawn:
    hours = sheet.number("hours")
    lines = [_curve(row, hours) for row in sheet.sheets("curves")]
    axis = charts.Axis(
        0, hours, [(h, f"{h:g}\u00a0h" if h else "0") for h in every(0, hours, 2)], say(sheet, "x_label")
    )
    narrow = charts.Axis(0, hours, axis.ticks[::2], axis.label)
    band = _span(sheet.sheet("band")) if sheet.data.get("band") else None
    rows = [[number(h), *(f"{_at(line, h):.0f}\u00a0%" for line in lines)] for h in every(0, hours, 1)]

    def plot(label: str, *, wide: bool) -> SafeString:
        return charts.curves(lines, axis if wide else narrow, band, label, wide=wide)

    return plot, ([_("Hours"), *(line.label for line in lines)], rows)


def _span(row: Sheet | None) -> charts.Span | None:
    if row is None:
        return None
    words = say(row, "label")
    return charts.Span(row.number("from_h"), row.number("to_h"), words, tone(row, "ketone"))


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
    return charts.Curve(say(row, "label"), points, tone(row, "ink"), **flags)


def _left_of_a_basal_rate(elapsed_min: int, *, td_min: float, tp_min: float) -> float:
    """Percent of the action left after the flow stops; the engine's exponential model."""
    return 100 * exponential_iob(elapsed_min, td_min=td_min, tp_min=tp_min)


def _tail(elapsed_min: int, *, start: float, end: float, end_at_min: float) -> float:
    return max(0.0, start + (end - start) * elapsed_min / end_at_min)


def _at(line: charts.Curve, hour: float) -> float:
    return min(line.points, key=lambda point: abs(point[0] - hour))[1]


def day(sheet: Sheet) -> Drawn:
    basal, compare = _rates(sheet, "basal"), _rates(sheet, "compare") if sheet.data.get("compare") else []
    boluses = [
        charts.Bolus(minute(row, row.text("at")), row.number("dose_u"), say(row, "label"), bool(row.data["pen"]))
        for row in sheet.sheets("boluses")
    ]
    other = say(sheet, "compare_label") if compare else ""
    words = (say(sheet, "bolus_label"), say(sheet, "basal_label"), other)
    per_hour = _("units an hour")
    rows = [[clock(at), words[1], f"{number(rate)} {per_hour}"] for at, rate in basal]
    rows += [[clock(bolus.at_min), words[0], units_of(bolus.dose_u)] for bolus in boluses]
    rows += [[clock(at), other, f"{number(rate)} {per_hour}"] for at, rate in compare]
    plot = partial(charts.day, basal, boluses, compare, words)
    return plot, ([_("From"), _("What"), _("How much")], rows)


def _rates(sheet: Sheet, key: str) -> list[charts.Point]:
    rows = sheet.need(key, 'pairs of a time and units an hour, such as [["00:00", 0.6]]', is_rates, [])
    return [(minute(sheet, at), float(rate)) for at, rate in rows]


def bars(sheet: Sheet) -> Drawn:
    unit, most = sheet.text("unit"), sheet.number("max")
    rows = [_bar(row, unit, tone(row, "insulin")) for row in sheet.sheets("bars")]
    axis = axis_of(sheet, 0, most, unit)
    return partial(charts.bars, [("", rows)], axis), (["", unit], [[bar.label, bar.words] for bar in rows])


def pairs(sheet: Sheet) -> Drawn:
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
            groups.append((say(row, "label"), members))
    axis = axis_of(sheet, sheet.number("min"), sheet.number("max"), unit)
    table = [[group, bar.label, bar.words] for group, members in groups for bar in members]
    return partial(charts.bars, groups, axis), (["", "", unit], table)


def _bar(row: Sheet, unit: str, tone: str, *, hollow: bool = False) -> charts.Bar:
    value = row.number("value")
    words = f"{number(value)}\u00a0{unit}" if unit in SHORT else number(value)
    return charts.Bar(say(row, "label"), value, words, tone, hollow)


def intervals(sheet: Sheet) -> Drawn:
    low, high = sheet.number("min"), sheet.number("max")
    rows = []
    for row in sheet.sheets("rows"):
        ends = (row.data.get("low"), row.data.get("high"))
        point = row.number("point")
        known = ends[0] is not None and ends[1] is not None
        words = number(point)
        if known:
            words = _("%(point)s (%(low)s to %(high)s)") % {
                "point": words,
                "low": number(ends[0]),
                "high": number(ends[1]),
            }
        note = say(row, "note") if row.data.get("note") else ""
        rows.append(charts.Interval(say(row, "label"), note, point, ends[0], ends[1], words))
    axis = axis_of(sheet, low, high, say(sheet, "x_label"))
    table = [[row.label, row.words, row.note] for row in rows]
    return partial(charts.intervals, rows, axis, sheet.number("zero")), (["", _("Difference"), _("About")], table)

"""From a figure's recipe to its picture: the engine computes, core.charts draws, the table says it in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import charts, drawings
from core.icons import ICONS
from courses.services.files import Sheet
from simulator.engine.errors import OutOfRange
from simulator.engine.insulin import exponential_iob

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
    loose = bool(sheet.optional("loose", "true or false", lambda value: isinstance(value, bool), False))
    plot = partial(drawings.pump, tuple(label for label, _note in words), loose=loose)
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
    "steps": _steps,
}

"""Readings against what they are held to: an ambulatory glucose profile, a meter between a standard's bounds."""

from __future__ import annotations

from functools import partial
from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import charts, monitoring, units
from core.traces import Band, Key, Line, Panel, Stripe, traces
from courses.services.files import Sheet
from edu.figures.common import Drawn, RecipeError, clock, every, in_both_units, number, say
from edu.lives import LifeError, lived
from simulator.engine.errors import OutOfRange
from simulator.engine.kernel.layout import Floats
from simulator.engine.metrics import AGP_PERCENTILES, Ranges, agp, ranges

LOW, HIGH, VERY_LOW, VERY_HIGH = 70.0, 180.0, 54.0, 250.0  # mg/dL
FLOOR = 20.0  # mg/dL where a meter's picture begins
# A standard for meters: the mg/dL it allows to either side below 100 mg/dL (0: none of its own), and the percent.
BOUNDS = {"iso-15197": (15.0, 15.0), "fda-otc": (0.0, 15.0)}
OF_EACH = ("draws", "title", "alt", "caption", "facts")
LIFE_KEYS = ("patient", "seed", "days", "therapy", "meals", "lapses")
ZONES_KEYS = (
    *("standard", "standard_label", "compare", "compare_label", "max_mgdl", "points", "x_label", "y_label"),
    *("within_label", "outside_label"),
)


def agp_of_days(sheet: Sheet) -> Drawn:
    """The profile of a fictional person's days, and above it what they come to; both by the engine's own metrics."""
    sheet.only(*OF_EACH, *LIFE_KEYS)
    try:
        days, readings = lived(sheet)
        lines, came_to = agp(readings, every_min=15, smooth=3), ranges(readings)
    except LifeError as error:
        raise RecipeError(error.key, str(error)) from error
    except OutOfRange as error:
        raise RecipeError("days", str(error)) from error
    panel, keys = _profile(lines)
    hours, few = (charts.Axis(0, 1440, [(60.0 * h, clock(60 * h)) for h in range(0, 25, every)]) for every in (3, 6))
    parts = _shares(came_to)
    head = _(
        "%(days)s days with readings for %(percent)s of the time. Mean %(mean)s, GMI %(gmi)s, spread (CV) %(cv)s."
    ) % {
        "days": days,
        "percent": _percent(100 * came_to.valid),
        "mean": in_both_units(came_to.mean),
        "gmi": f"{came_to.gmi:.1f}\u00a0%",
        "cv": _percent(came_to.cv),
    }
    said = f"{head} {', '.join(f'{part.label}: {part.words}' for part in parts)}."

    def plot(label: str, *, wide: bool) -> SafeString:
        drawn = traces([panel], hours if wide else few, label, wide=wide, keys=keys)
        return monitoring.strip(parts, head, said, wide=wide) + drawn

    below = [_("%(percent)s %% of readings below") % {"percent": each} for each in AGP_PERCENTILES]
    a_row = lines.shape[1] // 12
    rows = [[clock(120 * n), *map(in_both_units, lines[:, n * a_row])] for n in range(12)]
    return plot, ([_("Time of day"), *below], rows)


def _profile(lines: Floats) -> tuple[Panel, list[Key]]:
    """Nine in ten days, half of them, the median; what lies below 70 mg/dL is filled once more. Both units."""
    times = [1440.0 * n / lines.shape[1] for n in range(lines.shape[1] + 1)]
    least, quarter, middle, three, most = ([*map(float, line), float(line[0])] for line in lines)
    under = [low if low < LOW else float("nan") for low in least]
    edge = [min(high, LOW) for high in most]
    top = max(250.0, 50.0 * ceil(max(most) / 50))
    levels = [54.0, LOW, HIGH, 250.0, *([top] if top > 250 else [])]
    bottom = min(40.0, *least)
    panel = Panel(
        _("Glucose, %(unit)s") % {"unit": units.LABELS["mgdl"]},
        charts.Axis(bottom, top, [(at, f"{at:.0f}") for at in levels]),
        210,
        stripes=[Stripe(LOW, HIGH, "tint-band")],
        bands=[
            Band(times, least, most, "band-most"),
            Band(times, quarter, three, "band-half"),
            Band(times, under, edge, "p-low"),
            Band(times, under, edge, "p-low-lines"),
        ],
        lines=[Line(list(zip(times, middle, strict=True)), "ink")],
        other=charts.Axis(bottom, top, [(at, f"{units.mmol(at):.1f}") for at in levels], units.LABELS["mmol"]),
    )
    keys = [
        Key(_("median"), "c-line tone-ink", line=True),
        Key(_("half of the days"), "band-half"),
        Key(_("nine days in ten"), "band-most"),
        Key(_("target"), "tint-band"),
    ]
    return panel, keys


def _shares(of: Ranges) -> list[monitoring.Share]:
    found = (
        (_("below %(glucose)s") % {"glucose": in_both_units(VERY_LOW)}, of.very_low, ["fill-low"]),
        (in_both_units(VERY_LOW, LOW), of.low, ["p-low", "p-low-lines"]),
        (in_both_units(LOW, HIGH), of.in_range, ["tint-band"]),
        (in_both_units(HIGH, VERY_HIGH), of.high, ["p-high", "p-high-lines"]),
        (_("above %(glucose)s") % {"glucose": in_both_units(VERY_HIGH)}, of.very_high, ["fill-high"]),
    )
    return [monitoring.Share(label, share, _percent(share), cls) for label, share, cls in found]


def _percent(value: float) -> str:
    """Whole from 10 on, with one decimal below it."""
    return f"{number(round(value, 1 if value < 10 else None))}\u00a0%"


def zones(sheet: Sheet) -> Drawn:
    """A meter's readings against the reference, between a standard's bounds."""
    sheet.only(*OF_EACH, *ZONES_KEYS)
    names = [key for key in ("standard", "compare") if key in sheet.data or key == "standard"]
    kinds = [
        str(sheet.need(key, f"one of {', '.join(BOUNDS)}", lambda name: name in BOUNDS, "iso-15197")) for key in names
    ]
    most = sheet.number("max_mgdl")
    if not 200 <= most <= 500:
        raise RecipeError("max_mgdl", "must be a glucose from 200 to 500 mg/dL")
    levels = [54.0, 100.0, *every(200, most, 100)]
    corridors = [_corridor(say(sheet, f"{name}_label"), kind, most) for name, kind in zip(names, kinds, strict=True)]
    rows = [(say(row, "label"), row.number("reference"), row.number("meter")) for row in sheet.sheets("points")]
    pairs = []
    for label, true, shown in rows:
        low, high = _bounds(kinds[0], true)
        if not FLOOR <= min(true, shown) <= max(true, shown) <= most:
            raise RecipeError("points", f"“{label}” lies outside {FLOOR:g} to {most:g} mg/dL")
        pairs.append(monitoring.Pair(label, true, shown, low <= shown <= high))
    axes = (
        charts.Axis(
            FLOOR,
            most,
            [(at, f"{at:.0f}\n{units.mmol(at):.1f}") for at in levels],
            f"{say(sheet, 'x_label')}, mg/dL (mmol/L)",
        ),
        charts.Axis(FLOOR, most, [(at, f"{at:.0f}") for at in levels], f"{say(sheet, 'y_label')}, mg/dL"),
        charts.Axis(FLOOR, most, [(at, f"{units.mmol(at):.1f}") for at in levels], units.LABELS["mmol"]),
    )
    words = [say(sheet, "within_label"), say(sheet, "outside_label")]
    head = ["", say(sheet, "x_label"), corridors[0].label, say(sheet, "y_label"), ""]
    table = [
        [
            pair.label,
            in_both_units(pair.true),
            in_both_units(*_bounds(kinds[0], pair.true)),
            in_both_units(pair.shown),
            words[0 if pair.within else 1],
        ]
        for pair in pairs
    ]
    return partial(monitoring.zones, pairs, corridors, axes, words), (head, table)


def _bounds(standard: str, true_mgdl: float) -> tuple[float, float]:
    """The least and the most a meter may show: so many mg/dL up to 100, so many percent from there on."""
    below, percent = BOUNDS[standard]
    slack = below if below and true_mgdl < 100 else true_mgdl * percent / 100
    return true_mgdl - slack, true_mgdl + slack


def _corridor(label: str, standard: str, most: float) -> monitoring.Corridor:
    ends = [(at, _bounds(standard, at)) for at in every(FLOOR, most, 5)]
    return monitoring.Corridor(label, [(at, low) for at, (low, _) in ends], [(at, high) for at, (_, high) in ends])

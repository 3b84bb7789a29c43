"""The picture of a graph item, drawn from the data the item holds, and the table behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from statistics import fmean, quantiles
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import units
from core.charts import Axis
from core.traces import Band, Key, Line, Panel, Stripe, traces

DAY_MIN = 1440
TARGET = (70.0, 180.0)  # mg/dL
TABLE_MIN = 60  # minutes a row of the table


@dataclass(frozen=True)
class Graph:
    """A chart in both widths, and its data as rows for those who do not look."""

    wide: SafeString
    narrow: SafeString
    description: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def table(self) -> dict[str, Any]:
        return {"description": self.description, "head": list(self.head), "rows": [list(row) for row in self.rows]}


def graph(chart: Mapping[str, Any]) -> Graph:
    """Draw `chart`, as marking.present tells it: {kind: trace | agp, start, step_min, mgdl: a list a day, bands,
    description}. Values are mg/dL; the picture and the table are in the reader's unit."""
    draw = _profile if chart["kind"] == "agp" else _trace
    return draw(chart)


def _shown(mgdl: float) -> float:
    return mgdl if units.active() == "mgdl" else units.mmol(mgdl)


def _written(mgdl: float | None) -> str:
    if mgdl is None or mgdl != mgdl:
        return "–"
    return f"{mgdl:.0f}" if units.active() == "mgdl" else f"{units.mmol(mgdl):.1f}"


def _clock(minute: float) -> str:
    return f"{int(minute) // 60 % 24:02d}:{int(minute) % 60:02d}"


def _start(chart: Mapping[str, Any]) -> int:
    hours, minutes = str(chart["start"]).split(":")
    return int(hours) * 60 + int(minutes)


def _axis(values: Sequence[float]) -> Axis:
    top = max(250.0, *(50.0 * (value // 50 + 1) for value in values))
    low = min(40.0, *values)
    ticks = [54.0, 70.0, 180.0, *([250.0] if top > 250 else []), *([top] if top > 300 else [])]
    return Axis(low, top, [(tick, _written(tick)) for tick in ticks])


def _panel_name() -> str:
    return _("Glucose, %(unit)s") % {"unit": units.LABELS[units.active()]}


def _stripes(bands: Sequence[Mapping[str, Any]]) -> list[Stripe]:
    named = [Stripe(float(band["low"]), float(band["high"]), "tint-band") for band in bands]
    return named or [Stripe(*TARGET, "tint-band")]


def _band_key(bands: Sequence[Mapping[str, Any]]) -> Key:
    low, high = (float(bands[0]["low"]), float(bands[0]["high"])) if bands else TARGET
    name = (bands[0].get("text") if bands else "") or _("target")
    return Key(f"{name}, {_written(low)}–{_written(high)}", "tint-band")


def _both(
    panel: Panel, time: Axis, narrow_time: Axis, label: str, keys: Sequence[Key]
) -> tuple[SafeString, SafeString]:
    return traces([panel], time, label, wide=True, keys=keys), traces(
        [panel], narrow_time, label, wide=False, keys=keys
    )


def _hours(first: float, last: float, every: int) -> Axis:
    begin = int(-(-first // (60 * every)) * 60 * every)
    return Axis(first, last, [(float(at), _clock(at)) for at in range(begin, int(last) + 1, 60 * every)])


def _trace(chart: Mapping[str, Any]) -> Graph:
    """Readings one after another; several days are one long trace."""
    step, first = int(chart["step_min"]), _start(chart)
    readings = [value for day in chart["mgdl"] for value in day]
    points = [(first + n * step, nan if value is None else float(value)) for n, value in enumerate(readings)]
    last = first + max(1, len(readings) - 1) * step
    every = max(1, round((last - first) / 60 / 8))
    panel = Panel(
        _panel_name(),
        _axis([value for _at, value in points if value == value] or [100.0]),
        190,
        stripes=_stripes(chart["bands"]),
        lines=[Line(points, "ink")],
    )
    keys = [Key(_("sensor glucose"), "c-line tone-ink", line=True), _band_key(chart["bands"])]
    wide, narrow = _both(panel, _hours(first, last, every), _hours(first, last, every * 2), chart["description"], keys)
    rows = tuple((_clock(at), _written(value)) for at, value in points if (at - first) % _row_min(last - first) == 0)
    return Graph(wide, narrow, chart["description"], (_("Time"), _panel_name()), rows)


def _row_min(length: float) -> int:
    """Minutes from row to row: a table of at most 50 rows."""
    return next(every for every in (5, 15, 30, 60, 120, 240, 480, 1440) if length / every <= 50 or every == 1440)


def _profile(chart: Mapping[str, Any]) -> Graph:
    """The ambulatory glucose profile: percentiles 5, 25, 50, 75 and 95 of each time of day over all days."""
    step, first = int(chart["step_min"]), _start(chart)
    by_time: dict[int, list[float]] = {at: [] for at in range(0, DAY_MIN, max(step, 15))}
    for day in chart["mgdl"]:
        for n, value in enumerate(day):
            if value is not None:
                at = (first + n * step) % DAY_MIN
                by_time[at - at % max(step, 15)].append(float(value))
    times = sorted(by_time)
    lines = _smooth([_percentiles(by_time[at]) for at in times])
    around = [float(at) for at in times] + [float(DAY_MIN)]
    least, low, middle, high, most = ([*(row[k] for row in lines), lines[0][k]] for k in range(5))
    panel = Panel(
        _panel_name(),
        _axis([value for row in lines for value in row if value == value] or [100.0]),
        200,
        stripes=_stripes(chart["bands"]),
        bands=[Band(around, least, most, "band-most"), Band(around, low, high, "band-half")],
        lines=[Line(list(zip(around, middle, strict=True)), "ink")],
    )
    keys = [
        Key(_("median"), "c-line tone-ink", line=True),
        Key(_("half of the days"), "band-half"),
        Key(_("nine days in ten"), "band-most"),
        _band_key(chart["bands"]),
    ]
    wide, narrow = _both(panel, _hours(0, DAY_MIN, 3), _hours(0, DAY_MIN, 6), chart["description"], keys)
    rows = tuple(
        (_clock(at), *(_written(value) for value in row))
        for at, row in zip(times, lines, strict=True)
        if at % TABLE_MIN == 0
    )
    head = (_("Time"), *(_("%(percent)s %% of readings below") % {"percent": each} for each in (5, 25, 50, 75, 95)))
    return Graph(wide, narrow, chart["description"], head, rows)


def _percentiles(values: Sequence[float]) -> list[float]:
    if len(values) < 2:
        return [values[0] if values else nan] * 5
    cuts = quantiles(values, n=20, method="inclusive")
    return [cuts[0], cuts[4], cuts[9], cuts[14], cuts[18]]


def _smooth(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """A moving mean over three bins around the clock; a gap stays one."""
    return [[_mean(rows, n, k) for k in range(5)] for n in range(len(rows))]


def _mean(rows: Sequence[Sequence[float]], n: int, k: int) -> float:
    if rows[n][k] != rows[n][k]:
        return nan
    near = [rows[(n + side) % len(rows)][k] for side in (-1, 0, 1)]
    return fmean(value for value in near if value == value)

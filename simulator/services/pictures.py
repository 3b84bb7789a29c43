"""A run as a picture and as a table: glucose, insulin, carbohydrate, ketones and events over one time axis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, isnan
from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.charts import Axis, Point
from core.traces import Band, Key, Line, Note, Panel, Stem, Stripe, traces
from simulator.engine.kernel.layout import Floats
from simulator.engine.metrics import agp
from simulator.engine.run import Run, Trace
from simulator.engine.scenario import ACTIVITIES, Act, Exercise

__all__ = ["compared", "csv_rows", "drawn", "profiles", "standalone"]

TARGET = (70.0, 180.0)
TOLD = {
    "occlusion": _lazy("occlusion alarm"),
    "empty": _lazy("reservoir empty"),
    "battery_dead": _lazy("battery empty"),
    "pump_error": _lazy("pump error"),
    "urgent_low": _lazy("urgent low"),
    "rescue": _lazy("carbohydrate for a low"),
    "auto_suspended": _lazy("suspended by itself"),
    "released": _lazy("stored insulin comes"),
    "auto_exit": _lazy("automation ended"),
    "bolus_incomplete": _lazy("bolus incomplete"),
}
MARGIN = 14  # px
DAY = 1440
BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
STYLE = "text{font:13px system-ui,sans-serif;fill:var(--ink-2)} .t-right{text-anchor:end} .t-mid{text-anchor:middle}"


def drawn(run: Run, trace: Trace) -> SafeString:
    """All five panels of one run, and a sixth when there is exercise in it."""
    time, n = _time(run), len(trace.glucose_mgdl)
    glucose = _glucose(trace, _told(trace), 190)
    basal = trace.basal_u * 60
    # Means of half an hour, the last of which ends with the run: its last row is no minute in which anything was given.
    halves = [(at, max(0, min(at, n - 31))) for at in range(0, max(1, n - 15), 15)]
    rate = Line([(at, float(basal[begin : min(begin + 30, n - 1)].mean())) for at, begin in halves], "insulin")
    top = max(1.0, ceil(max(value for _at, value in rate.points)))
    boluses, spread = _boluses(run, trace)
    most = max([2.0, *(ceil(stem.value) for stem in boluses)])
    carbs = [Stem(at, grams, "carb", f"{grams:.0f}") for at, grams in _doses(trace.carbs_g)]
    heaviest = max([30.0, *(stem.value for stem in carbs)])
    ketones = [(at, float(trace.ketones_mmol[at])) for at in range(0, n, 5)]
    highest = max(1.0, ceil(max(value for _at, value in ketones)))
    panels = [
        glucose,
        Panel(_("Bolus and pen, units"), _scale(most, most), 70, "insulin", areas=spread, stems=boluses),
        Panel(_("Basal, units/h"), _scale(top, top), 50, "insulin", areas=[rate], lines=[rate]),
        Panel(_("Carbohydrate, g"), _scale(heaviest * 1.3, heaviest), 50, "carb", stems=carbs),
        Panel(_("Blood ketones, mmol/L"), _scale(highest, highest), 60, "ketone", lines=[Line(ketones, "ketone")]),
    ]
    if exercise := _exercise(run):
        hardest = ceil(max(value for _at, value in exercise[0].points) / 10) * 10.0
        name = _("Exercise, beats/min above rest")
        panels.append(Panel(name, _scale(hardest, hardest), 40, "activity", areas=exercise, lines=exercise))
    return traces(panels, time, _("Glucose, insulin, carbohydrate and ketones over the run"), wide=True, keys=_keys())


def compared(run: Run, found: Mapping[str, Trace]) -> SafeString:
    """The same person under several therapies: glucose, one panel for each."""
    panels = [_glucose(trace, [], 130, title=kind) for kind, trace in found.items()]
    return traces(panels, _time(run), _("Glucose of one person under several therapies"), wide=True, keys=_keys())


def _keys() -> list[Key]:
    return [
        Key(_("true glucose"), "c-line tone-ink", line=True),
        Key(_("what the sensor shows"), "c-dots tone-activity"),
        Key(_("target, 70 to 180"), "tint-band"),
    ]


def profiles(run: Run, found: Mapping[str, Trace]) -> SafeString:
    """The ambulatory glucose profile of each therapy, from midnight to midnight on one scale: the median, the middle
    half and nine in ten of the readings of each time of day, of true glucose every five minutes. Raises OutOfRange for
    a run of fewer than five days."""
    bins, smooth = (5, 5) if len(found) == 1 else (15, 3)
    every = {
        kind: agp(trace.glucose_mgdl[:-1:5], every_min=bins, smooth=smooth, start_min=run.scenario.start)
        for kind, trace in found.items()
    }
    low, top = _ends(np.concatenate([lines.ravel() for lines in every.values()]))
    height = 190 if len(every) == 1 else 130
    panels = [_profile(lines, low, top, height, kind if len(every) > 1 else "") for kind, lines in every.items()]
    hours = Axis(0, 1440, [(60.0 * hour, f"{hour:02d}:00") for hour in range(0, 25, 3)])
    keys = [
        Key(_("median"), "c-line tone-ink", line=True),
        Key(_("half of the days"), "band-half"),
        Key(_("nine days in ten"), "band-most"),
        Key(_("target, 70 to 180"), "tint-band"),
    ]
    return traces(panels, hours, _("Glucose over the hours of the day, all days together"), wide=True, keys=keys)


def _profile(lines: Floats, low: float, top: float, height: float, kind: str) -> Panel:
    times = [1440.0 * n / lines.shape[1] for n in range(lines.shape[1] + 1)]
    least, quarter, middle, three, most = ([*map(float, line), float(line[0])] for line in lines)
    return Panel(
        _titled(kind),
        _glucose_axis(low, top),
        height,
        stripes=[Stripe(*TARGET, "tint-band")],
        bands=[Band(times, least, most, "band-most"), Band(times, quarter, three, "band-half")],
        lines=[Line(list(zip(times, middle, strict=True)), "ink")],
    )


def standalone(picture: SafeString) -> str:
    """The picture as a file of its own: with the tokens and the charts' classes inside."""
    css = "".join((Path(settings.ROOT) / "static" / "css" / name).read_text() for name in ("tokens.css", "charts.css"))
    css = css.replace(":is(.figure, .figure-body) svg ", "") + STYLE + "svg{background:var(--surface)}"
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="900"'
    opened = str(picture).replace("<svg", head, 1).replace('class="chart-wide" ', "", 1)
    opened = BOX.sub(lambda box: _margin(float(box[1]), float(box[2])), opened, count=1)
    return opened.replace(">", f"><style><![CDATA[{css}]]></style>", 1)


def _margin(width: float, height: float) -> str:
    """The box of a picture that stands alone: nothing touches its edge."""
    return f'viewBox="-{MARGIN} -{MARGIN} {width + 2 * MARGIN:g} {height + 2 * MARGIN:g}"'


def csv_rows(trace: Trace) -> Iterable[Sequence[object]]:
    """A header, then a row a minute. Glucose mg/dL, amounts in units and grams of the minute that begins there."""
    yield ("minute", "glucose_mgdl", "cgm_mgdl", "basal_u", "bolus_u", "pen_u", "carbs_g", "ketones_mmol_l", "events")
    told: dict[int, list[str]] = {}
    for event in trace.events:
        told.setdefault(event.at, []).append(f"{event.name}={event.value:g}")
    for at in range(len(trace.glucose_mgdl)):
        cgm = trace.cgm_mgdl[at // 5] if at % 5 == 0 and at // 5 < len(trace.cgm_mgdl) else float("nan")
        yield (
            at,
            f"{trace.glucose_mgdl[at]:.2f}",
            "" if isnan(cgm) else f"{cgm:.0f}",
            *(f"{column[at]:.4f}" for column in (trace.basal_u, trace.bolus_u, trace.pen_u)),
            f"{trace.carbs_g[at]:.2f}",
            f"{trace.ketones_mmol[at]:.3f}",
            " ".join(told.get(at, [])),
        )


def _glucose(trace: Trace, notes: Sequence[Note], height: float, *, title: str = "") -> Panel:
    values = trace.glucose_mgdl
    return Panel(
        _titled(title),
        _glucose_axis(*_ends(values)),
        height,
        stripes=[Stripe(*TARGET, "tint-band")],
        lines=[
            Line([(5 * n, float(value)) for n, value in enumerate(trace.cgm_mgdl)], "activity", dots=True),
            Line([(at, float(values[at])) for at in range(0, len(values), 3)], "ink"),
        ],
        notes=notes,
    )


def _told(trace: Trace) -> list[Note]:
    """A line for each event that matters; what is told again within two hours has no words of its own."""
    notes, last = [], dict.fromkeys(TOLD, -1000000000.0)
    for event in trace.events:
        if event.name in TOLD:
            notes.append(Note(event.at, str(TOLD[event.name]) if event.at - last[event.name] > 120 else "", "low"))
            last[event.name] = event.at
    return notes


def _titled(kind: str) -> str:
    name = _("Glucose, mg/dL")
    return f"{kind}: {name}" if kind else name


def _ends(values: Floats) -> tuple[float, float]:
    """Of the glucose scale: 40 to 250 mg/dL, or as far as the values go."""
    return 20.0 if np.nanmin(values) < 40 else 40.0, max(250.0, 50.0 * ceil(float(np.nanmax(values)) / 50))


def _glucose_axis(low: float, top: float) -> Axis:
    limits = [54.0, 70.0, 180.0, 250.0, *([top] if top > 250 else [])]
    return Axis(low, top, [(at, f"{at:g}") for at in limits])


def _doses(per_minute: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[Point]:
    """Amounts that follow one another without a pause are one: a bolus, a meal."""
    found: list[Point] = []
    before = -9
    for at in np.flatnonzero(per_minute):
        if at - before <= 1 and found:
            found[-1] = (found[-1][0], found[-1][1] + float(per_minute[at]))
        else:
            found.append((float(at), float(per_minute[at])))
        before = int(at)
    return found


def _boluses(run: Run, trace: Trace) -> tuple[list[Stem], list[Line]]:
    """A bar for each dose given at once, and what is spread over hours as an area as wide as it lasts and as high as
    its units; begun together, the words of both stand over the bar."""
    slow = np.zeros_like(trace.bolus_u)
    areas: list[Line] = []
    words: dict[float, tuple[float, str]] = {}
    for begin, given in _extended(run, trace):
        end = begin + len(given)
        each = np.minimum(given, trace.bolus_u[begin:end])
        slow[begin:end] = each
        units = float(each.sum())
        areas.append(Line([(begin, units), (end, units)], "insulin"))
        words[float(begin)] = (units, f"{units:.4g}")
    stems = []
    for at, dose in _doses(np.maximum(0.0, trace.bolus_u - slow).round(9) + trace.pen_u):
        beside = f" + {words.pop(at)[1]}" if at in words else ""
        stems.append(Stem(at, dose, "insulin", f"{dose:.4g}{beside}"))
    stems.extend(Stem(begin, units, "insulin", said) for begin, (units, said) in words.items())
    return sorted(stems, key=lambda stem: stem.at), areas


def _extended(run: Run, trace: Trace) -> Iterable[tuple[int, Floats]]:
    """When each extended bolus begins, and its units in each minute until it was over or given up: in whole pulses, as
    the pump counts them (kernel.pump)."""
    n = len(trace.bolus_u) - 1
    given_up = [event.at for event in trace.events if event.name == "bolus_incomplete"]
    for act in (*run.scenario.timeline, *run.actions):
        if not isinstance(act, Act) or act.do != "extended" or act.at >= n or run.device is None:
            continue
        _do, pulses, minutes = next(iter(act.rows(run.device)))[1:]
        hour = round(run.device.pulse_u * 1e6) * 60
        so_far = np.arange(int(minutes) + 1) * int(pulses * hour // minutes) // hour
        so_far[-1] = pulses
        end = min([n, act.at + int(minutes), *(at + 1 for at in given_up if act.at < at)])
        yield act.at, np.diff(so_far)[: end - act.at] * run.device.pulse_u


def _exercise(run: Run) -> list[Line]:
    """The heart rate above rest that is asked of the person, as steps; of two at once the harder. Nothing without."""
    spans = [each for each in run.scenario.timeline if isinstance(each, Exercise)]
    points: list[Point] = []
    for at in sorted({0, *(edge for each in spans for edge in (each.at, each.at + each.minutes))}):
        beats = [
            ACTIVITIES[each.kind] if each.above_rest_bpm is None else each.above_rest_bpm
            for each in spans
            if each.at <= at < each.at + each.minutes
        ]
        before = points[-1][1] if points else 0.0
        if (now := max(beats, default=0.0)) != before:
            points += [(at, before), (at, now)]
    end = run.scenario.minutes
    steps = [(float(min(at, end)), value) for at, value in points]
    return [Line(steps, "activity")] if any(value for _at, value in steps) else []


def _scale(high: float, tick: float) -> Axis:
    return Axis(0, high, [(0, "0"), (tick, f"{tick:g}")])


def _time(run: Run) -> Axis:
    """Times of day; where the run goes over midnight, the number of the day that begins there."""
    minutes, start = run.scenario.minutes, run.scenario.start
    every = next(hours for hours in (1, 2, 3, 6, 12, 24, 48) if minutes / 60 / hours <= 10 or hours == 48) * 60
    first = -start % every
    ticks = [(float(at), _clock(start + at, several=start + minutes > DAY)) for at in range(first, minutes + 1, every)]
    return Axis(0, minutes, ticks)


def _clock(minute: int, *, several: bool) -> str:
    """The hour of a minute counted from the midnight before the run; at midnight the day, if there are several."""
    if several and minute % DAY == 0:
        return _("day {number}").format(number=minute // DAY + 1)
    return f"{minute // 60 % 24:02d}:00"

"""Pictures of what happened over time: panels one above the other with one time axis, as SVG with classes only.

The picture a glucose curve belongs in: glucose with its bands, insulin, carbohydrate, ketones, what was done and told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import isnan
from typing import TypeAlias

from django.utils.safestring import SafeString

from core.charts import LETTER, NARROW, WIDE, Axis, Canvas, Point, wrapped

GAP, HEAD, LEFT = 28, 30, 44
RIGHT = 38.0  # px kept free where a second scale stands
NEAR = 26  # px between the words of two bars
Scale: TypeAlias = Callable[[float], float]
TALL = 13  # px of a line of words
ROW, SAMPLE = 22, 22  # px of a row of keys, and of the sample before its words


@dataclass(frozen=True)
class Line:
    """A curve; gaps (NaN) stay gaps. `dots` draws points instead, `big` ones for a few."""

    points: Sequence[Point]
    tone: str
    dash: bool = False
    dots: bool = False
    big: bool = False


@dataclass(frozen=True)
class Band:
    """What lies between two curves over the same times, filled; where either has a gap (NaN) there is one."""

    times: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    cls: str


@dataclass(frozen=True)
class Key:
    """What a fill or dots (`cls` of a shape) or a line (`cls` of a stroke, with `line`) stand for, in words under the
    axis."""

    words: str
    cls: str
    line: bool = False


@dataclass(frozen=True)
class Stripe:
    """A band of values with a meaning, tinted over the whole width."""

    low: float
    high: float
    cls: str


@dataclass(frozen=True)
class Stem:
    """An amount at a moment, drawn as a bar from the floor, with its words above it."""

    at: float
    value: float
    tone: str
    words: str = ""


@dataclass(frozen=True)
class Note:
    """Something that was done or told at a moment: a line over the panel, with words if it has any."""

    at: float
    words: str
    tone: str = "ink"


@dataclass(frozen=True)
class Panel:
    """One quantity over the common time: its name, its scale, and what is drawn in it. `other`: the scale once more at
    the right edge, in another unit, under that unit's name."""

    title: str
    axis: Axis
    height: float
    tone: str = "ink"
    stripes: Sequence[Stripe] = ()
    bands: Sequence[Band] = ()
    lines: Sequence[Line] = ()
    areas: Sequence[Line] = ()
    stems: Sequence[Stem] = ()
    notes: Sequence[Note] = field(default=())
    other: Axis | None = None


def traces(panels: Sequence[Panel], time: Axis, label: str, *, wide: bool, keys: Sequence[Key] = ()) -> SafeString:
    """All panels, top to bottom, above one axis of time with its name and the keys. `label` is what a screen reader
    says of the picture."""
    width = WIDE if wide else NARROW
    canvas = Canvas(width, 0)
    left, right, top = LEFT, width - (RIGHT if any(panel.other for panel in panels) else 8.0), 0.0
    for panel in panels:
        _panel(canvas, panel, time, (left, right), top)
        top += panel.height + HEAD + GAP
    bottom = top - GAP
    canvas.height = bottom + 26
    canvas.line(left, bottom, right, bottom, "c-axis")
    for at, words in time.ticks:
        x = time.at(at, left, right)
        over = x + len(words) * LETTER / 2 > width
        canvas.text(width if over else x, bottom + 18, words, "t-right" if over else "t-mid")
    if time.label:
        canvas.height += ROW
        canvas.text(left, canvas.height - 8, time.label)
    _keys(canvas, keys, left)
    return canvas.svg("chart-wide" if wide else "chart-narrow", label)


def _keys(canvas: Canvas, keys: Sequence[Key], left: float) -> None:
    """Samples with their words, in as many rows as they need; words longer than a row go on beneath."""
    x, most = canvas.width, int((canvas.width - left - SAMPLE - 8) / LETTER)
    for key in keys:
        first, *more = wrapped(key.words, most)
        needs = SAMPLE + 8 + len(first) * LETTER
        if x + needs > canvas.width:
            x, canvas.height = left, canvas.height + ROW
        y = canvas.height - 12
        if key.line:
            canvas.line(x, y, x + SAMPLE, y, key.cls)
        elif key.cls.startswith("c-dots"):
            canvas.dots([(x + SAMPLE / 2, y)], key.cls)
        else:
            canvas.rect(x, y - 6, SAMPLE, 12, key.cls)
        canvas.text(x + SAMPLE + 8, y + 4, first)
        for line in more:
            canvas.height += TALL + 3
            canvas.text(x + SAMPLE + 8, canvas.height - 8, line)
        x = canvas.width if more else x + needs + 16


def _panel(canvas: Canvas, panel: Panel, time: Axis, sides: Point, top: float) -> None:
    left, right = sides
    ceiling, floor = top + HEAD, top + HEAD + panel.height

    def y(value: float) -> float:
        return min(max(panel.axis.at(value, floor, ceiling), ceiling), floor)

    _ground(canvas, panel, sides, y)
    for band in panel.bands:
        _band(canvas, band, lambda at: time.at(at, left, right), y)
    for area in panel.areas:
        points = [(time.at(at, left, right), y(value)) for at, value in area.points]
        canvas.path([(points[0][0], floor), *points, (points[-1][0], floor)], f"c-area tint-{area.tone}", close=True)
    _stems(canvas, panel.stems, lambda at: time.at(at, left, right), y, floor)
    for note in panel.notes:
        x = time.at(note.at, left, right)
        canvas.line(x, ceiling, x, floor, f"c-line c-thin c-dash tone-{note.tone}")
    for line in panel.lines:
        _line(canvas, line, time, sides, y)
    canvas.text(0, top + 12, panel.title, f"text-{panel.tone}")
    if panel.other:
        canvas.text(canvas.width, top + 12, panel.other.label, "t-right")
    _notes(canvas, panel.notes, time, sides, ceiling)


def _ground(canvas: Canvas, panel: Panel, sides: Point, y: Scale) -> None:
    """Stripes, and a line for each tick; words that would lie on the ones above them are left out."""
    left, right = sides
    for stripe in panel.stripes:
        canvas.rect(left, y(stripe.high), right - left, y(stripe.low) - y(stripe.high), stripe.cls)
    for scale, x in ((panel.axis, left - 6), (panel.other, canvas.width)):
        above = -1e9
        for at, words in sorted(scale.ticks if scale else (), reverse=True):
            canvas.line(left, y(at), right, y(at), "c-grid")
            if y(at) - above >= TALL:
                canvas.text(x, y(at) + 4, words, "t-right")
                above = y(at)


def _stems(canvas: Canvas, stems: Sequence[Stem], across: Scale, y: Scale, floor: float) -> None:
    before = -1e9
    for stem in stems:
        x, height = across(stem.at), y(stem.value)
        canvas.rect(x - 2.5, height, 5, floor - height, f"fill-{stem.tone}")
        if stem.words and x - before > NEAR:
            canvas.text(x, height - 5, stem.words, f"t-mid text-{stem.tone}")
            before = x


def _band(canvas: Canvas, band: Band, across: Scale, up: Scale) -> None:
    rows = zip(band.times, band.low, band.high, strict=True)
    for gap, group in groupby(rows, key=lambda row: isnan(row[1]) or isnan(row[2])):
        if gap:
            continue
        points = list(group)
        over = [(across(at), up(high)) for at, _low, high in points]
        under = [(across(at), up(low)) for at, low, _high in reversed(points)]
        canvas.path([*over, *under], band.cls, close=True)


def _line(canvas: Canvas, line: Line, time: Axis, sides: Point, scale: Scale) -> None:
    left, right = sides
    if line.dots:
        shown = [(time.at(at, left, right), scale(value)) for at, value in line.points if not isnan(value)]
        canvas.dots(shown, f"c-dots tone-{line.tone}{' c-big' if line.big else ''}")
        return
    for gap, points in groupby(line.points, key=lambda point: isnan(point[1])):
        if not gap:
            shown = [(time.at(at, left, right), scale(value)) for at, value in points]
            canvas.path(shown, f"c-line tone-{line.tone}{' c-dash' if line.dash else ''}")


def _notes(canvas: Canvas, notes: Sequence[Note], time: Axis, sides: Point, ceiling: float) -> None:
    """Words of notes on the first row that has room for them; what has none on three rows is left to the table."""
    ends = [-1e9] * 3
    for note in sorted((each for each in notes if each.words), key=lambda each: each.at):
        x = min(time.at(note.at, *sides) + 4, canvas.width - len(note.words) * LETTER)
        row = next((n for n, end in enumerate(ends) if end < x), None)
        if row is not None:
            canvas.text(x, ceiling + 13 + 15 * row, note.words, f"text-{note.tone}")
            ends[row] = x + len(note.words) * LETTER + 6

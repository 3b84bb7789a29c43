"""Pictures of what happened over time: panels one above the other with one time axis, as SVG with classes only.

The picture a glucose curve belongs in: glucose with its bands, insulin, carbohydrate, ketones, what was done and told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import isnan

from django.utils.safestring import SafeString

from core.charts import LETTER, NARROW, WIDE, Axis, Canvas, Point

GAP, HEAD, LEFT = 28, 30, 44
NEAR = 26  # px between the words of two bars


@dataclass(frozen=True)
class Line:
    """A curve; gaps (NaN) stay gaps. `dots` draws points instead."""

    points: Sequence[Point]
    tone: str
    dash: bool = False
    dots: bool = False


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
    """Something that was done or told at a moment: a line over the panel, with words."""

    at: float
    words: str
    tone: str = "ink"


@dataclass(frozen=True)
class Panel:
    """One quantity over the common time: its name, its scale, and what is drawn in it."""

    title: str
    axis: Axis
    height: float
    tone: str = "ink"
    stripes: Sequence[Stripe] = ()
    lines: Sequence[Line] = ()
    areas: Sequence[Line] = ()
    stems: Sequence[Stem] = ()
    notes: Sequence[Note] = field(default=())


def traces(panels: Sequence[Panel], time: Axis, label: str, *, wide: bool) -> SafeString:
    """All panels, top to bottom, above one axis of time. `label` is what a screen reader says of the picture."""
    width = WIDE if wide else NARROW
    canvas = Canvas(width, sum(panel.height + HEAD + GAP for panel in panels) + 26)
    left, right, top = LEFT, width - 8.0, 0.0
    for panel in panels:
        _panel(canvas, panel, time, (left, right), top)
        top += panel.height + HEAD + GAP
    bottom = top - GAP
    canvas.line(left, bottom, right, bottom, "c-axis")
    for at, words in time.ticks:
        x = time.at(at, left, right)
        over = x + len(words) * LETTER / 2 > width
        canvas.text(width if over else x, bottom + 18, words, "t-right" if over else "t-mid")
    return canvas.svg("chart-wide" if wide else "chart-narrow", label)


def _panel(canvas: Canvas, panel: Panel, time: Axis, sides: Point, top: float) -> None:
    left, right = sides
    ceiling, floor = top + HEAD, top + HEAD + panel.height

    def y(value: float) -> float:
        return min(max(panel.axis.at(value, floor, ceiling), ceiling), floor)

    for stripe in panel.stripes:
        canvas.rect(left, y(stripe.high), right - left, y(stripe.low) - y(stripe.high), stripe.cls)
    for at, words in panel.axis.ticks:
        canvas.line(left, y(at), right, y(at), "c-grid")
        canvas.text(left - 6, y(at) + 4, words, "t-right")
    for area in panel.areas:
        points = [(time.at(at, left, right), y(value)) for at, value in area.points]
        canvas.path([(points[0][0], floor), *points, (points[-1][0], floor)], f"c-area tint-{area.tone}", close=True)
    before = -1e9
    for stem in panel.stems:
        x, height = time.at(stem.at, left, right), y(stem.value)
        canvas.rect(x - 2.5, height, 5, floor - height, f"fill-{stem.tone}")
        if stem.words and x - before > NEAR:
            canvas.text(x, height - 5, stem.words, f"t-mid text-{stem.tone}")
            before = x
    for note in panel.notes:
        x = time.at(note.at, left, right)
        canvas.line(x, ceiling, x, floor, f"c-line c-thin c-dash tone-{note.tone}")
    for line in panel.lines:
        _line(canvas, line, time, sides, y)
    canvas.text(0, top + 12, panel.title, f"text-{panel.tone}")
    _notes(canvas, panel.notes, time, sides, ceiling)


def _line(canvas: Canvas, line: Line, time: Axis, sides: Point, scale: Callable[[float], float]) -> None:
    left, right = sides
    if line.dots:
        for at, value in line.points:
            if not isnan(value):
                canvas.circle(time.at(at, left, right), scale(value), 1.4, f"fill-{line.tone}")
        return
    for gap, points in groupby(line.points, key=lambda point: isnan(point[1])):
        if not gap:
            shown = [(time.at(at, left, right), scale(value)) for at, value in points]
            canvas.path(shown, f"c-line tone-{line.tone}{' c-dash' if line.dash else ''}")


def _notes(canvas: Canvas, notes: Sequence[Note], time: Axis, sides: Point, ceiling: float) -> None:
    """Words of notes on the first row that has room for them; what has none on three rows is left to the table."""
    ends = [-1e9] * 3
    for note in sorted(notes, key=lambda each: each.at):
        x = min(time.at(note.at, *sides) + 4, canvas.width - len(note.words) * LETTER)
        row = next((n for n, end in enumerate(ends) if end < x), None)
        if row is not None:
            canvas.text(x, ceiling + 13 + 15 * row, note.words, f"text-{note.tone}")
            ends[row] = x + len(note.words) * LETTER + 6

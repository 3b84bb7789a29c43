"""Pictures of data as SVG: plain series in, one <svg> out, with classes only (the colours are in charts.css).

Every chart of a lesson comes in two widths, WIDE and NARROW, so that its letters keep their size on a phone; one of
the two is shown. Coordinates are CSS px of the shown width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDE, NARROW = 628, 290
Point = tuple[float, float]
LETTER = 7.0  # about how wide a letter of 13 px is


@dataclass
class Canvas:
    """An SVG under way: shapes and words in the order they are painted."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, cls: str, *, radius: float = 0) -> None:
        rounded = f' rx="{_n(radius)}"' if radius else ""
        size = f'width="{_n(max(width, 0))}" height="{_n(max(height, 0))}"'
        self.parts.append(f'<rect class="{cls}" x="{_n(x)}" y="{_n(y)}" {size}{rounded}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, cls: str) -> None:
        self.parts.append(f'<path class="{cls}" d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"/>')

    def path(self, points: Iterable[Point], cls: str, *, close: bool = False) -> None:
        ends = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        if ends:
            self.parts.append(f'<path class="{cls}" d="M{ends}{"Z" if close else ""}"/>')

    def circle(self, x: float, y: float, radius: float, cls: str) -> None:
        self.parts.append(f'<circle class="{cls}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def dots(self, points: Iterable[Point], cls: str) -> None:
        """Many dots as one shape: strokes of no length, made round by their class."""
        marks = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in points)
        if marks:
            self.parts.append(f'<path class="{cls}" d="{marks}"/>')

    def text(self, x: float, y: float, words: str, cls: str = "") -> None:
        attribute = f' class="{cls}"' if cls else ""
        self.parts.append(f'<text{attribute} x="{_n(x)}" y="{_n(y)}">{escape(words)}</text>')

    def svg(self, cls: str, label: str = "", extra: str = "") -> SafeString:
        """The whole; with a label it is one picture to a screen reader, without one it is decoration."""
        role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true" focusable="false"'
        box = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        return mark_safe(f'<svg class="{cls}" {box} {role}{extra}>{"".join(self.parts)}</svg>')  # noqa: S308 - escaped


@dataclass(frozen=True)
class Curve:
    """A line through points (x, percent); `fill` paints the area under it."""

    label: str
    points: Sequence[Point]
    tone: str
    fill: bool = False
    dash: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of the x axis that matters, with its name."""

    start: float
    end: float
    label: str
    tone: str


@dataclass(frozen=True)
class Bolus:
    """A dose at a minute of the day; a pen's has a point."""

    at_min: float
    dose_u: float
    label: str
    pen: bool = False


@dataclass(frozen=True)
class Bar:
    """One value with its name; `words` is the value as it is written. `hollow` for the second of a pair."""

    label: str
    value: float
    words: str
    tone: str = "insulin"
    hollow: bool = False


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence interval, if that is known."""

    label: str
    note: str
    point: float
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True)
class Axis:
    """A number line: ends, the ticks on it with their words, and what it measures."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    label: str = ""

    def at(self, value: float, left: float, right: float) -> float:
        return left + (right - left) * (value - self.low) / (self.high - self.low)


def curves(lines: Sequence[Curve], x: Axis, band: Span | None, label: str, *, wide: bool) -> SafeString:
    """Percent (0 to 100) over time: what is left of an effect."""
    width = WIDE if wide else NARROW
    canvas = Canvas(width, 258 if wide else 232)
    left, right, top, bottom = 48, width - 12, 28, canvas.height - 46

    def y(percent: float) -> float:
        return bottom - (bottom - top) * percent / 100

    if band:
        start, end = x.at(band.start, left, right), x.at(band.end, left, right)
        canvas.rect(start, top - 4, end - start, bottom - top + 4, f"tint-{band.tone}")
        middle = max(left + len(band.label) * LETTER / 2, (start + end) / 2)
        canvas.text(middle, top - 12, band.label, f"t-mid text-{band.tone}")
    for percent in (0, 50, 100):
        canvas.line(left, y(percent), right, y(percent), "c-grid")
        canvas.text(left - 8, y(percent) + 4, f"{percent}\u00a0%", "t-right")
    _ticks(canvas, x, left, right, bottom)
    for curve in lines:
        _curve(canvas, curve, [(x.at(at, left, right), y(percent)) for at, percent in curve.points], bottom, right)
    for edge in (band.start, band.end) if band else ():
        for curve in lines:
            if curve.fill:
                _mark(canvas, curve, edge, x.at(edge, left, right), y)
    return canvas.svg(size_class(wide), label)


def _curve(canvas: Canvas, curve: Curve, points: Sequence[Point], bottom: float, right: float) -> None:
    if curve.fill:
        area = [(points[0][0], bottom), *points, (points[-1][0], bottom)]
        canvas.path(area, f"c-area tint-{curve.tone}", close=True)
    canvas.path(points, f"c-line tone-{curve.tone}{' c-dash' if curve.dash else ''}")
    anchor = points[round((len(points) - 1) * 0.97)]
    below = anchor[1] < canvas.height / 2
    canvas.text(
        right - 2,
        anchor[1] + (26 if below else -12 if canvas.width == WIDE else -34),
        curve.label,
        f"t-right text-{curve.tone}",
    )


def _mark(canvas: Canvas, curve: Curve, at: float, x: float, scale: Callable[[float], float]) -> None:
    """What is left at an edge of the band, as a ring with its number."""
    percent = min(curve.points, key=lambda point: abs(point[0] - at))[1]
    canvas.circle(x, scale(percent), 4.5, f"c-hollow tone-{curve.tone}")
    canvas.text(x + 9, scale(percent) - 6, f"{percent:.0f}\u00a0%", f"text-{curve.tone}")


def day(
    basal: Sequence[Point],
    boluses: Sequence[Bolus],
    compare: Sequence[Point],
    words: tuple[str, str, str],
    label: str,
    *,
    wide: bool,
) -> SafeString:
    """A day of insulin: boluses as bars, basal (minute, units an hour) as filled steps, another basal dashed.

    `words` name the boluses, the basal and the dashed line. Scales are rounded up, so two days like each other share
    theirs and can be compared by eye.
    """
    width = WIDE if wide else NARROW
    canvas = Canvas(width, 286 if wide else 278)
    left, right = 34, width - 8
    x = Axis(0, 1440, [(60 * hour, f"{hour:02d}:00") for hour in range(0, 25, 3 if wide else 6)])
    floor, basal_top, bolus_floor, bolus_top = canvas.height - 24, canvas.height - 98, 112, 40
    most = ceil(max([bolus.dose_u for bolus in boluses], default=1) / 2) * 2
    peak = ceil(max(rate for _at, rate in [*basal, *compare]) / 0.5) * 0.5
    canvas.text(0, 14, words[0], "text-insulin")
    canvas.text(0, basal_top - (30 if compare else 16), words[1], "text-insulin")
    canvas.line(left, bolus_floor, right, bolus_floor, "c-grid")
    for bolus in boluses:
        _bolus(canvas, bolus, x.at(bolus.at_min, left, right), bolus_floor, (bolus_floor - bolus_top) / most)
    for rate in (0, peak / 2, peak):
        y = floor - (floor - basal_top) * rate / peak
        canvas.line(left, y, right, y, "c-grid")
        canvas.text(left - 6, y + 4, f"{rate:g}", "t-right")
    steps = [(x.at(at, left, right), floor - (floor - basal_top) * rate / peak) for at, rate in _steps(basal)]
    canvas.path([(left, floor), *steps, (right, floor)], "c-area tint-insulin", close=True)
    canvas.path(steps, "c-line tone-insulin")
    if compare:
        other = [(x.at(at, left, right), floor - (floor - basal_top) * rate / peak) for at, rate in _steps(compare)]
        canvas.path(other, "c-line c-dash tone-ink")
        canvas.text(right, basal_top - 12, words[2], "t-right t-strong")
    _ticks(canvas, x, left, right, floor)
    return canvas.svg(size_class(wide), label)


def _bolus(canvas: Canvas, bolus: Bolus, x: float, floor: float, scale: float) -> None:
    top = floor - bolus.dose_u * scale
    shape = [(x - 5, floor), (x - 5, top), (x + 5, top), (x + 5, floor)]
    if bolus.pen:
        shape[1:3] = [(x - 5, top + 6), (x, top), (x + 5, top + 6)]
    canvas.path(shape, "fill-insulin", close=True)
    canvas.text(x, top - 6, bolus.label, "t-mid text-insulin")


def _steps(series: Sequence[Point]) -> list[Point]:
    """The corners of a step line over the whole day."""
    corners: list[Point] = []
    for index, (at, rate) in enumerate(series):
        until = series[index + 1][0] if index + 1 < len(series) else 1440
        corners += [(at, rate), (until, rate)]
    return corners


def bars(groups: Sequence[tuple[str, Sequence[Bar]]], axis: Axis, label: str, *, wide: bool) -> SafeString:
    """Values side by side, group by group. From 0 they are bars; on a cut axis points, for a cut bar lies."""
    width = WIDE if wide else NARROW
    longest = max((len(bar.label) for _name, members in groups for bar in members), default=0)
    names = max(168, ceil(longest * LETTER * 0.95)) if wide else 0
    row, gap = (30 if wide else 44), (26 if any(name for name, _bars in groups) else 0)
    rows = sum(len(members) for _name, members in groups)
    canvas = Canvas(width, rows * row + len(groups) * gap + 30)
    left, right, y = names + 4, width - (70 if wide else 60), 4.0
    for at, _words in axis.ticks:
        x = axis.at(at, left, right)
        canvas.line(x, 4, x, canvas.height - 24, "c-grid")
    for name, members in groups:
        if name:
            canvas.text(0, y + 17, name, "t-strong")
            y += gap
        for bar in members:
            canvas.text(0 if not wide else names - 8, y + (20 if wide else 15), bar.label, "t-right" if wide else "")
            _bar(canvas, bar, axis, (left, right), y + (6 if wide else 20))
            y += row
    _ticks(canvas, axis, left, right, canvas.height - 24)
    return canvas.svg(size_class(wide), label)


def _bar(canvas: Canvas, bar: Bar, axis: Axis, sides: Point, y: float) -> None:
    end = axis.at(bar.value, *sides)
    if axis.low == 0:
        kind = "c-hollow" if bar.hollow else f"c-bar fill-{bar.tone}"
        canvas.rect(sides[0], y, end - sides[0], 18, f"{kind} tone-{bar.tone}", radius=2)
    else:
        canvas.line(sides[0], y + 9, end, y + 9, "c-axis")
        kind = "c-hollow" if bar.hollow else f"fill-{bar.tone}"
        canvas.circle(end, y + 9, 6, f"{kind} tone-{bar.tone}")
    canvas.text(end + 10, y + 14, bar.words, "t-strong")


def intervals(rows: Sequence[Interval], axis: Axis, zero: float, label: str, *, wide: bool) -> SafeString:
    """A forest: each estimate a square, its confidence interval a line, and the line of no difference."""
    width = WIDE if wide else NARROW
    row, names = (46, 330) if wide else (64, 0)
    canvas = Canvas(width, len(rows) * row + 66)
    left, right, bottom = names + 8.0, width - 16.0, len(rows) * row + 8.0
    for at, _words in axis.ticks:
        x = axis.at(at, left, right)
        canvas.line(x, 4, x, bottom, "c-grid")
    none = axis.at(zero, left, right)
    canvas.line(none, 0, none, bottom, "c-zero")
    for index, item in enumerate(rows):
        top = index * row + 6
        canvas.text(0, top + 14, item.label, "t-strong")
        canvas.text(0, top + 31, f"{item.words}{', ' if item.note else ''}{item.note}")
        _interval(canvas, item, axis, (left, right), top + (18 if wide else 46))
    _ticks(canvas, axis, left, right, bottom)
    return canvas.svg(size_class(wide), label)


def _interval(canvas: Canvas, item: Interval, axis: Axis, sides: Point, y: float) -> None:
    x = axis.at(item.point, *sides)
    if item.low is not None and item.high is not None:
        ends = axis.at(item.low, *sides), axis.at(item.high, *sides)
        canvas.line(ends[0], y, ends[1], y, "c-line tone-insulin")
        for end in ends:
            canvas.line(end, y - 5, end, y + 5, "c-line tone-insulin")
    known = item.low is not None
    canvas.rect(x - 5, y - 5, 10, 10, f"{'fill-insulin' if known else 'c-hollow'} tone-insulin")


def two_marks(before: float, after: float) -> SafeString:
    """Percent before and after on one line from 0 to 100: a ring, and a filled mark. Decoration: the numbers stand
    beside it."""
    canvas = Canvas(140, 20)
    left, right, y = 8.0, 132.0, 10.0
    axis = Axis(0, 100, ())
    was, now = axis.at(before, left, right), axis.at(after, left, right)
    canvas.line(left, y, right, y, "c-axis")
    canvas.line(was, y, now, y, "c-line tone-insulin")
    canvas.circle(was, y, 6, "c-hollow tone-insulin")
    canvas.circle(now, y, 4, "fill-insulin tone-insulin")
    return canvas.svg("two-marks")


@lru_cache(maxsize=256)
def step_line(minutes: tuple[int, ...], done: int, here: float | None, *, width: int, height: int) -> SafeString:
    """The step line: a step a lesson, `minutes` high, drawn and filled as far as `done`, dotted beyond.

    `here` is where the reader stands (lessons from the left), marked with a ring; None marks nothing. Decoration:
    the same is said in words beside it.
    """
    canvas = Canvas(width, height)
    if not minutes:
        return canvas.svg("step-line")
    floor, ring, gap = height - 2.0, 6.0, 2.0
    step = (width - 2 * ring) / len(minutes)
    heights = [(floor - ring - 3) * (0.4 + 0.6 * each / max(minutes)) for each in minutes]
    corners = [
        (ring + step * (index + side), floor - tall) for index, tall in enumerate(heights) for side in (0.0, 1.0)
    ]
    canvas.line(0, floor + 1, width, floor + 1, "step-ground")
    for index in range(done):
        left = ring + step * index
        canvas.rect(left, floor - heights[index], step - (gap if index + 1 < done else 0), heights[index], "step-area")
    canvas.path(corners[2 * done - (1 if done else 0) :], "step-ahead")
    canvas.path(corners[: 2 * done], "step-done")
    if here is not None:
        index = min(int(here), len(minutes) - 1)
        canvas.circle(ring + step * here, floor - heights[index], 5, "step-here")
    return canvas.svg("step-line")


def _ticks(canvas: Canvas, axis: Axis, left: float, right: float, y: float) -> None:
    """Words under the axis; the outermost stay inside the picture."""
    canvas.line(left, y, right, y, "c-axis")
    for at, words in axis.ticks:
        x = axis.at(at, left, right)
        over = x + len(words) * LETTER / 2 > canvas.width
        canvas.text(canvas.width if over else x, y + 18, words, "t-right" if over else "t-mid")
    if axis.label:
        start = left if len(axis.label) * LETTER * 0.95 < canvas.width - left else 0
        for number, line in enumerate(wrapped(axis.label, int((canvas.width - start) / (LETTER * 0.95)))):
            canvas.text(start, y + 40 + 16 * number, line)
        canvas.height = max(canvas.height, y + 48 + 16 * number)


def wrapped(words: str, most: int) -> list[str]:
    """The words in lines of at most so many letters, a longer word on a line of its own."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def size_class(wide: bool) -> str:
    return "chart-wide" if wide else "chart-narrow"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")

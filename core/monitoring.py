"""Drawings of monitoring: how time was shared between ranges, and what a meter showed against what was true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from core.charts import LETTER, NARROW, WIDE, Axis, Canvas, Point, size_class, wrapped


@dataclass(frozen=True)
class Share:
    """A part of 100 %: its name, its size, and the classes it is painted with, one over the other."""

    label: str
    percent: float
    words: str
    cls: Sequence[str]


@dataclass(frozen=True)
class Corridor:
    """What may be shown for each true value: points (true, least) and (true, most)."""

    label: str
    low: Sequence[Point]
    high: Sequence[Point]


@dataclass(frozen=True)
class Pair:
    """A true value and what was shown for it, and whether that lies in the corridor."""

    label: str
    true: float
    shown: float
    within: bool


def strip(parts: Sequence[Share], head: str, label: str, *, wide: bool) -> SafeString:
    """Shares side by side in one bar under the words of `head`; below it each with its name and its number."""
    width = WIDE if wide else NARROW
    lines = wrapped(head, int(width / LETTER))
    canvas = Canvas(width, 16.0 * len(lines) + 34 + 20 * len(parts))
    for number, line in enumerate(lines):
        canvas.text(0, 14 + 16 * number, line)
    top, x = 16.0 * len(lines) + 6, 0.0
    for number, part in enumerate(parts):
        y = top + 30 + 20 * number
        for cls in part.cls:
            canvas.rect(x, top, width * part.percent / 100, 20, cls)
            canvas.rect(0, y, 14, 13, cls)
        canvas.rect(0, y, 14, 13, "c-frame")
        canvas.text(20, y + 11, f"{part.label}: {part.words}")
        x += width * part.percent / 100
    canvas.rect(0, top, width, 20, "c-frame")
    return canvas.svg(size_class(wide), label)


def zones(
    pairs: Sequence[Pair],
    corridors: Sequence[Corridor],
    axes: tuple[Axis, Axis, Axis],
    words: Sequence[str],
    label: str,
    *,
    wide: bool,
) -> SafeString:
    """What was shown against what was true: rings in the first corridor, squares outside it; a second corridor dashed.

    `axes`: true, shown, and shown once more in another unit; each tick of the first may have two lines. `words` name
    the rings and the squares.
    """
    width = WIDE if wide else NARROW
    canvas = Canvas(width, 0)
    true, shown, other = axes
    left, right, top = 44.0, width - 44.0, 28.0
    bottom = top + (320 if wide else 230)

    def at(point: Point) -> Point:
        x, y = true.at(point[0], left, right), shown.at(point[1], bottom, top)
        return x, min(max(y, top), bottom)

    first, *others = corridors
    canvas.path([*map(at, first.low), *map(at, reversed(first.high))], "tint-band", close=True)
    for level, text in shown.ticks:
        canvas.line(left, at((0, level))[1], right, at((0, level))[1], "c-grid")
        canvas.text(left - 6, at((0, level))[1] + 4, text, "t-right")
    for level, text in other.ticks:
        canvas.text(width, at((0, level))[1] + 4, text, "t-right")
    for corridor in others:
        for edge in (corridor.low, corridor.high):
            canvas.path(map(at, edge), "c-line c-thin c-dash tone-ink")
    for pair in pairs:
        x, y = at((pair.true, pair.shown))
        if pair.within:
            canvas.circle(x, y, 5.5, "c-hollow tone-ink")
        else:
            canvas.rect(x - 5.5, y - 5.5, 11, 11, "fill-low")
        canvas.text(x, y - 10, pair.label, "t-mid t-strong")
    canvas.text(0, 14, shown.label, "t-strong")
    canvas.text(width, 14, other.label, "t-right")
    canvas.line(left, bottom, right, bottom, "c-axis")
    for level, text in true.ticks:
        for number, line in enumerate(text.splitlines()):
            canvas.text(at((level, 0))[0], bottom + 18 + 16 * number, line, "t-mid")
    canvas.text(0, bottom + 56, true.label, "t-strong")
    canvas.height = bottom + 64
    _zones_keys(canvas, corridors, words)
    return canvas.svg(size_class(wide), label)


def _zones_keys(canvas: Canvas, corridors: Sequence[Corridor], words: Sequence[str]) -> None:
    """A row for each: the corridor, the dashed one, the ring and the square."""
    names = [corridor.label for corridor in corridors]
    for number, name in enumerate([*names, *words]):
        y = canvas.height + 12
        if number == 0:
            canvas.rect(0, y - 6, 22, 12, "tint-band")
        elif number < len(names):
            canvas.line(0, y, 22, y, "c-line c-thin c-dash tone-ink")
        elif number == len(names):
            canvas.circle(11, y, 5.5, "c-hollow tone-ink")
        else:
            canvas.rect(5.5, y - 5.5, 11, 11, "fill-low")
        canvas.text(30, y + 4, name)
        canvas.height += 20
    canvas.height += 6

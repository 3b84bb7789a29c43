"""Pictures that are not data: those of patients' steps, and the certificate's ornament.

Those of the steps are shapes of our own in classes only (the colours are in patient.css). Like a chart, each comes in
two widths; the narrow one is the same drawing with its sides cut or moved together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import groupby, pairwise
from math import exp, pi, sin

from django.utils.safestring import SafeString, mark_safe

from core import units
from core.charts import Canvas, Point, wrapped
from core.icons import SHAPES

WIDE, NARROW = 584, 328
WORD, NOTE = 9.4, 7.3  # about how wide a letter is in a picture: 17 px bold, 14 px
LOW_MGDL, HIGH_MGDL = 70.0, 180.0  # the target range most people aim for


class Way(Enum):
    """Which way something moves glucose."""

    UP = 1
    DOWN = -1


@dataclass(frozen=True)
class Event:
    """Something that moves glucose: its name, its icon, which way, its colour, and the level it leads to."""

    label: str
    icon: str
    way: Way
    tone: str
    to_mgdl: float


@dataclass(frozen=True)
class Step:
    """One of a few things in a row: its name, a note or nothing, its icon and its colour."""

    label: str
    note: str
    icon: str
    tone: str


@dataclass(frozen=True)
class Words:
    """What stands in the range and at its edges."""

    within: str
    above: str
    below: str


def pump(words: Sequence[str], label: str, *, wide: bool, loose: bool = False) -> SafeString:
    """A pump, its tube and its set on a belly, each with its word; a loose set has slipped out, and insulin drips."""
    canvas = Canvas(WIDE if wide else NARROW, 214)
    left, body = (84, 344) if wide else (18, 168)
    _belly(canvas, body)
    start = f"M{left + 46} 148C{left + 46} 214"
    end = f"{body - 60} 196 {body - 24} 152S{body + 20} 118 {body + 62} 116"
    if loose:
        start, end = f"M{left + 46} 148C{left + 46} 200", f"{body - 30} 206 {body - 30} 118"
    for cls in ("p-tube", "p-tube-in"):
        _shape(canvas, f"{start} {end}", cls)
    canvas.rect(left, 34, 92, 122, "p-device", radius=18)
    canvas.rect(left + 11, 46, 70, 52, "p-screen", radius=8)
    screen = [(18, 84), (34, 84), (34, 74), (48, 74), (48, 80), (60, 80), (60, 60), (75, 60)]
    canvas.path([(left + x, y) for x, y in screen], "p-screen-line")
    for x in (left + 11, left + 50):
        canvas.rect(x, 106, 31, 16, "p-key", radius=6)
    canvas.rect(left + 11, 129, 70, 16, "p-button", radius=6)
    x, y = (body - 30, 98) if loose else (body + 72, 114)
    if loose:
        canvas.circle(body + 72, 114, 22, "p-gone")
        canvas.circle(body + 72, 114, 2.5, "p-pore")
        canvas.line(x + 20, y - 4, x + 34, y - 8, "p-tube p-cannula")
        _shape(canvas, f"M{x + 31} {y + 4}c6 8 9.4 12.4 9.4 17a9.4 9.4 0 0 1-18.8 0c0-4.6 3.4-9 9.4-17z", "p-drop")
    canvas.circle(x, y, 22, "p-set")
    canvas.circle(x, y, 9, "p-set-in")
    canvas.text(left + 46, 24, words[0], "p-word t-mid")
    canvas.text((left + body) / 2 + 46, 204, words[1], "p-word t-mid")
    canvas.text(body + (98 if wide else 78), 156, words[2], "p-word p-on-skin t-mid")
    return canvas.svg(_size(wide), label)


def _belly(canvas: Canvas, x: float) -> None:
    """A body from the shirt's hem to the trousers, its edge at `x`, running out of the picture on the right."""
    end = canvas.width + 4
    _shape(canvas, f"M{x + 28} 56C{x + 4} 96 {x - 6} 140 {x - 2} 218H{end}V40Z", "p-skin")
    hem = f"V66C{end - 60} 78 {x + 100} 78 {x + 20} 60Z"
    _shape(canvas, f"M{x + 20} 60C{x + 34} 26 {x + 54} 6 {x + 84} -4H{end}{hem}", "p-shirt")
    _shape(canvas, f"M{x - 3} 188C{x + 70} 198 {end - 70} 198 {end} 190V220H{x - 3}Z", "p-trousers")


def moves(events: Sequence[Event], start_mgdl: float, words: Words, label: str, *, wide: bool) -> SafeString:
    """Glucose over part of a day, drawn and not measured: a line that each event moves up or down, event by event.

    The band is the target range; what leaves it is filled up to its edge. Where the line may not run, the edges say
    their number: the first events leave room below the range, the later ones above it.
    """
    canvas = Canvas(WIDE if wide else NARROW, 312)
    high, low, floor = _depth(HIGH_MGDL), _depth(LOW_MGDL), 230.0
    places = [canvas.width * (index + 0.5) / len(events) for index in range(len(events))]
    line = _line(events, places, start_mgdl, canvas.width)
    canvas.rect(0, high, canvas.width, low - high, "p-band")
    for cls in ("p-high", "p-high-lines"):
        canvas.path([(0, high), *((x, min(y, high)) for x, y in line), (canvas.width, high)], cls, close=True)
    for cls in ("p-low", "p-low-lines"):
        canvas.path([(0, low), *((x, max(y, low)) for x, y in line), (canvas.width, low)], cls, close=True)
    for edge in (high, low):
        canvas.line(0, edge, canvas.width, edge, "p-edge")
    canvas.path(line, "c-line tone-ink")
    for below, run in groupby(line, lambda point: point[1] > low):
        canvas.path(run if below else (), "p-line-low")
    canvas.text(12, low - 10, words.within, "p-small p-in-band")
    canvas.text(12, low + 19, _both_units(LOW_MGDL), "p-small p-outside")
    canvas.text(canvas.width - 12, high - 9, _both_units(HIGH_MGDL), "p-small p-outside t-right")
    (peak_x, peak), (dip_x, dip) = (end(line, key=lambda point: point[1]) for end in (min, max))
    canvas.text(peak_x, peak - 11, words.above if peak < high else "", "p-small p-above t-mid")
    canvas.text(dip_x, dip + 21, words.below if dip > low else "", "p-small p-below t-mid")
    for event, x in zip(events, places, strict=True):
        canvas.line(x, floor - 22, x, floor, "p-stem")
        canvas.circle(x, floor + 18, 24, f"p-tile tint-{event.tone}")
        _icon(canvas, event.icon, x, floor + 18, f"p-icon tone-{event.tone}")
        _arrow(canvas, x + 24, floor + 2, event.way)
        canvas.text(x, floor + 68, event.label, "p-word t-mid")
    return canvas.svg(f"{_size(wide)} picture-moves", label)


def steps(rows: Sequence[Step], label: str, *, wide: bool, numbered: bool = True) -> SafeString:
    """Things to do or to know, each an icon with its words: side by side (at most four), on a phone below each other.

    Numbered ones are joined by a line and count from 1.
    """
    columns = (len(rows) if len(rows) <= 4 else 3) if wide else 1
    width = (WIDE if wide else NARROW) / columns
    room = width - 16 if wide else width - 88
    words = [_lines(row, room) for row in rows]
    lines = [words[at : at + columns] for at in range(0, len(rows), columns)]
    heights = [max(_height(*texts) for texts in line) for line in lines]
    heights = [height + 104 if wide else max(height + 18, 70) for height in heights]
    canvas = Canvas(WIDE if wide else NARROW, sum(heights) + 20)
    places: list[Point] = []
    for line, height in zip(lines, heights, strict=True):
        top = 10 + sum(heights[: len(places) // columns])
        aside = 0.5 if numbered else (columns - len(line) + 1) / 2  # what has no order stands in the middle
        places += [((at + aside) * width, top + 44) if wide else (42, top + height / 2) for at in range(len(line))]
    for (x, y), (next_x, next_y) in pairwise(places) if numbered else ():
        if x == next_x or y == next_y:  # the end of a row leads nowhere
            canvas.line(x, y, next_x, next_y, "p-stem")
    for number, (row, (x, y), (title, note)) in enumerate(zip(rows, places, words, strict=True), start=1):
        canvas.circle(x, y, 30 if wide else 26, f"p-tile tint-{row.tone}")
        _icon(canvas, row.icon, x, y, f"p-icon tone-{row.tone}", size=34 if wide else 28)
        if numbered:
            canvas.circle(x - 24, y - 20, 12, "fill-ink")
            canvas.text(x - 24, y - 15, str(number), "p-on-ink t-mid")
        left, cls = (x, " t-mid") if wide else (82, "")
        down = y + 56 if wide else y + 15 - _height(title, note) / 2
        for text in title:
            canvas.text(left, down, text, f"p-word{cls}")
            down += 21
        for text in note:
            canvas.text(left, down - 1, text, f"p-small{cls}")
            down += 18
    return canvas.svg(_size(wide), label)


def _lines(row: Step, room: float) -> tuple[list[str], list[str]]:
    """The label and the note in lines that fit into so many px."""
    return wrapped(row.label, int(room / WORD)), wrapped(row.note, int(room / NOTE)) if row.note else []


def _height(title: Sequence[str], note: Sequence[str]) -> float:
    return 21 * len(title) + 18 * len(note)


def _depth(glucose_mgdl: float) -> float:
    """How far down a value stands: 260 mg/dL at the top, 40 at the foot of the curve."""
    return 10 + (260 - glucose_mgdl) * 0.88


def _both_units(glucose_mgdl: float) -> str:
    """Written as authors write it, so that the page turns it round for a reader of mmol/L (core.units)."""
    return f"{glucose_mgdl:.0f}\u00a0mg/dL ({units.mmol(glucose_mgdl):.1f}\u00a0mmol/L)"


def _line(events: Sequence[Event], places: Sequence[float], start_mgdl: float, width: float) -> list[Point]:
    """Each event leads softly from the level before it to its own, a little after it began."""
    points, reach = [], width / len(events) / 7.5
    for index in range(round(width / 3) + 1):
        x, level, before = min(index * 3.0, width), start_mgdl, start_mgdl
        for event, at in zip(events, places, strict=True):
            level += (event.to_mgdl - before) / (1 + exp(-(x - at - reach * 1.5) / reach))
            before = event.to_mgdl
        points.append((x, _depth(level)))
    return points


def _arrow(canvas: Canvas, x: float, y: float, way: Way) -> None:
    """A triangle in a ring: shape before colour."""
    canvas.circle(x, y, 11, "p-way")
    rise = 5 * way.value
    canvas.path([(x - 5, y + rise / 2), (x + 5, y + rise / 2), (x, y - rise)], "fill-ink", close=True)


def _icon(canvas: Canvas, name: str, x: float, y: float, cls: str, size: int = 26) -> None:
    """An icon, its middle at (x, y)."""
    box = f'x="{x - size / 2:.1f}" y="{y - size / 2:.1f}" width="{size}" height="{size}" viewBox="0 0 20 20"'
    canvas.parts.append(f'<svg class="{cls}" {box}>{SHAPES[name]}</svg>')


def _shape(canvas: Canvas, outline: str, cls: str) -> None:
    canvas.parts.append(f'<path class="{cls}" d="{outline}"/>')


def _size(wide: bool) -> str:
    return f"picture {'chart-wide' if wide else 'chart-narrow'}"


@lru_cache(maxsize=8)
def certificate_band(width: int, height: int, lines: int = 44) -> SafeString:
    """The certificate's ornament: insulin action curves of three boluses, woven as on a banknote.

    Each of the lines is the same sum of three doses of the exponential action model's shape, at another share of its
    full height; crossing sines weave them. One colour, given as an attribute: it is also printed as an image.
    """
    samples, parts = 2 * lines + 20, []
    for number in range(lines):
        share = 2 * number / (lines - 1) - 1
        points = []
        for at in range(samples + 1):
            x = at / samples
            doses = ((0.17, 0.84, 1), (0.43, 0.74, -1), (0.66, 0.8, 1))
            rise = sum(size * _action((x - start - 0.035 * turn * share) / 0.15) for start, size, turn in doses)
            turned = share * (1 - 0.14 * sin(2 * pi * x * 3.6))
            y = 0.56 - 0.10 * share - rise * turned * (0.46 if turned > 0 else 0.30)
            points.append(f"{width * x:.0f} {height * y:.1f}")
        parts.append("M" + "L".join(points))
    path = f'<path fill="none" stroke="#10252b" stroke-width=".45" class="band-curve" d="{"".join(parts)}"/>'
    frame = f'viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true" focusable="false"'
    return mark_safe(f"<svg {frame}>{path}</svg>")  # noqa: S308 - numbers of our own


def _action(t: float) -> float:
    """The shape of insulin action, 0 to 1 to nearly 0: a soft start, a peak at t = 0.6, a long tail."""
    return (t / 0.6) ** 2 * exp(2 - 2 * t / 0.6) if t > 0 else 0.0

"""Pictures that are not data: those of patients' steps, and the certificate's ornament.

Those of the steps are shapes of our own in classes only (the colours are in patient.css). Like a chart, each comes in
two widths; the narrow one is the same drawing with its sides cut or moved together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import groupby
from math import exp, pi, sin

from django.utils.safestring import SafeString, mark_safe

from core import units
from core.charts import Canvas, Point
from core.icons import SHAPES

WIDE, NARROW = 584, 328
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
class Words:
    """What stands in the range and at its edges."""

    within: str
    above: str
    below: str


def pump(words: Sequence[str], label: str, *, wide: bool) -> SafeString:
    """A pump, its tube and its set on a belly, each with its word."""
    canvas = Canvas(WIDE if wide else NARROW, 214)
    left, body = (84, 344) if wide else (18, 168)
    _belly(canvas, body)
    start, end = f"M{left + 46} 148C{left + 46} 214", f"{body + 20} 118 {body + 62} 116"
    for cls in ("p-tube", "p-tube-in"):
        _shape(canvas, f"{start} {body - 60} 196 {body - 24} 152S{end}", cls)
    canvas.rect(left, 34, 92, 122, "p-device", radius=18)
    canvas.rect(left + 11, 46, 70, 52, "p-screen", radius=8)
    screen = [(18, 84), (34, 84), (34, 74), (48, 74), (48, 80), (60, 80), (60, 60), (75, 60)]
    canvas.path([(left + x, y) for x, y in screen], "p-screen-line")
    for x in (left + 11, left + 50):
        canvas.rect(x, 106, 31, 16, "p-key", radius=6)
    canvas.rect(left + 11, 129, 70, 16, "p-button", radius=6)
    canvas.circle(body + 72, 114, 22, "p-set")
    canvas.circle(body + 72, 114, 9, "p-set-in")
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
        _icon(canvas, event.icon, x - 13, floor + 5, f"p-icon tone-{event.tone}")
        _arrow(canvas, x + 24, floor + 2, event.way)
        canvas.text(x, floor + 68, event.label, "p-word t-mid")
    return canvas.svg(f"{_size(wide)} picture-moves", label)


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


def _icon(canvas: Canvas, name: str, x: float, y: float, cls: str) -> None:
    canvas.parts.append(
        f'<svg class="{cls}" x="{x:.1f}" y="{y:.1f}" width="26" height="26" viewBox="0 0 20 20">{SHAPES[name]}</svg>'
    )


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

"""What every kind of figure needs: its words in the reader's language, its numbers as they are written, its axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import charts, units
from courses.services.files import Sheet
from simulator.engine.device import clock_time
from simulator.engine.errors import OutOfRange

SHORT = ("%", "g")  # units that stand at each number; longer ones are said once, under the axis
TONES = ("ink", "insulin", "activity", "ketone", "action", "carb", "high")
Plot = Callable[..., SafeString]
Table = tuple[Sequence[str], Sequence[Sequence[str]]]
Drawn = tuple[Plot, Table]


class RecipeError(ValueError):
    """What is wrong with a recipe, and at which key."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def say(sheet: Sheet, key: str) -> str:
    """The recipe's words in the language the lesson is written in; reported where they are missing."""
    language = (get_language() or "en").split("-")[0]
    return sheet.texts(key, [language]).get(language, "")


def tone(sheet: Sheet, default: str) -> str:
    return str(sheet.optional("tone", f"one of {', '.join(TONES)}", lambda value: value in TONES, default))


def axis_of(sheet: Sheet, low: float, high: float, label: str) -> charts.Axis:
    if low >= high:
        raise RecipeError("max", "must be above the axis's other end")
    step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 1000) if (high - low) / step <= 5)
    return charts.Axis(low, high, [(at, number(at)) for at in every(low, high, step)], "" if label in SHORT else label)


def every(low: float, high: float, step: float) -> list[float]:
    return [round(low + step * index, 6) for index in range(int((high - low) / step + 1e-9) + 1)]


def is_rates(value: Any) -> bool:
    pairs = isinstance(value, list) and all(isinstance(row, list) and len(row) == 2 for row in value)
    return pairs and all(isinstance(at, str) and isinstance(rate, int | float) for at, rate in value)


def minute(sheet: Sheet, at: str) -> float:
    hours, _colon, minutes = at.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        sheet.wrong("at" if "at" in sheet.data else "basal", f"“{at}” is no time of day, such as 07:30")
        return 0.0
    return float(int(hours) * 60 + int(minutes))


def time_of(sheet: Sheet, key: str, at: str) -> float:
    try:
        return float(clock_time(at))
    except OutOfRange as error:
        raise RecipeError(key, str(error)) from error


def next_time(minute: float, after: float) -> float:
    """The first such time of day later than `after`."""
    return minute + 1440 * ceil((after - minute + 1) / 1440)


def clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def units_of(dose_u: float) -> str:
    return _("%(dose)s units") % {"dose": number(dose_u)}


def number(value: float) -> str:
    """5 not 5.0, 0.5 not .5, and a minus sign that is one."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    places = len(text.partition(".")[2])
    return number_format(value, decimal_pos=places).replace("-", "\u2212")


def in_both_units(*mgdl: float) -> str:
    """A value or a range in both units, written as authors write it (core.units)."""
    values = [f"{value:.0f}" for value in mgdl], [f"{units.mmol(value):.1f}" for value in mgdl]
    here, there = (_("%(low)s to %(high)s") % {"low": v[0], "high": v[1]} if len(v) > 1 else v[0] for v in values)
    return f"{here}\u00a0mg/dL ({there}\u00a0mmol/L)"

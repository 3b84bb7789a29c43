"""Units of answers: what they measure, how they convert, and how numbers are written. All exact.

Glucose: 18.016 mg/dL per mmol/L (molar mass 180.16 g/mol), as core.units. Only units of one dimension convert;
insulin units and insulin units per hour are two dimensions.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

MGDL_PER_MMOL = Fraction(18016, 1000)  # lint's and core.units' number; a test holds them equal

# name: (what it measures, how many of the dimension's first unit it is)
UNITS: dict[str, tuple[str, Fraction]] = {
    "mg/dL": ("glucose", Fraction(1)),
    "mmol/L": ("glucose", MGDL_PER_MMOL),
    "units": ("insulin", Fraction(1)),
    "units/h": ("insulin rate", Fraction(1)),
    "units/day": ("insulin rate", Fraction(1, 24)),
    "g": ("mass", Fraction(1)),
    "mg": ("mass", Fraction(1, 1000)),
    "kg": ("mass", Fraction(1000)),
    "mL": ("volume", Fraction(1)),
    "g/unit": ("carbohydrate ratio", Fraction(1)),
    "mg/dL/unit": ("sensitivity", Fraction(1)),
    "mmol/L/unit": ("sensitivity", MGDL_PER_MMOL),
    "min": ("time", Fraction(1)),
    "h": ("time", Fraction(60)),
    "days": ("time", Fraction(1440)),
    "%": ("share", Fraction(1)),
    "": ("number", Fraction(1)),
}
# How people type them. "U" is accepted here and always echoed as "units" (reference/quizzes.md 3.5).
_ALIASES = {
    "units": "u iu ui unit unidad unidades",
    "units/h": "u/h ui/h iu/h unit/h unidades/h unidad/h units/hour u/hr units/hr",
    "units/day": "u/day u/d units/d unidades/dia unidades/día",
    "g": "gram grams gramo gramos gr",
    "mL": "cc",
    "min": "minute minutes minuto minutos mins",
    "h": "hour hours hora horas hr hrs",
    "days": "day dia dias día días d",
    "g/unit": "g/u g/unidad",
    "mg/dL/unit": "mg/dl/u mg/dl/unidad",
    "mmol/L/unit": "mmol/l/u mmol/l/unidad",
}
_NAMES = {name.casefold(): name for name in UNITS if name} | {
    alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()
}
MOST_DIGITS = 40


def known_unit(typed: str) -> str | None:
    """The unit's one name for what was typed ("U", "UI", "mg/dl"), or None."""
    return _NAMES.get("".join(typed.split()).casefold())


def dimension(unit: str) -> str:
    """What a unit measures. KeyError when it is none of ours."""
    return UNITS[unit][0]


def convert(value: Fraction, unit: str, into: str) -> Fraction:
    """`value` of `unit` in another unit of the same dimension, exact. ValueError when they measure different things."""
    if dimension(unit) != dimension(into):
        raise ValueError(f"{unit} is not {into}")
    return value * UNITS[unit][1] / UNITS[into][1]


def exact(value: Any) -> Fraction:
    """A number of an item or a response (whole, decimal or text such as "14.0") as it is written, without a binary
    detour. ValueError when it is none, not finite, or longer than 40 characters."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal | Fraction):
        raise ValueError(value)  # noqa: TRY004 - what is wrong is the value; callers know one exception
    if isinstance(value, Fraction):
        return value
    written = value if isinstance(value, str) else str(value)
    if len(written) > MOST_DIGITS:
        raise ValueError("too long")
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise ValueError(written) from error
    if not number.is_finite() or (number and abs(number.adjusted()) > MOST_DIGITS):
        raise ValueError(written)
    return Fraction(number)


def exact_or_none(value: Any) -> Fraction | None:
    try:
        return exact(value)
    except ValueError:
        return None


def half_up(value: Fraction, step: Fraction = Fraction(1)) -> Fraction:
    """The nearest multiple of `step`; what lies in the middle goes up."""
    return (value / step + Fraction(1, 2)) // 1 * step


def written(value: Fraction, places: int | None = None) -> str:
    """A number as text with a decimal point: `places` decimals, half-up; without, exactly, or where its decimals never
    end, to six."""
    if places is None:
        places = _ends_after(value)
    scaled = half_up(abs(value) * 10**places)
    digits = f"{int(scaled):0{places + 1}d}"
    sign = "-" if value < 0 and scaled else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def _ends_after(value: Fraction) -> int:
    """How many decimals write the value exactly; six where none do."""
    places = [0, 0]
    rest = value.denominator
    for index, factor in enumerate((2, 5)):
        while rest % factor == 0:
            rest, places[index] = rest // factor, places[index] + 1
    return max(places) if rest == 1 and max(places) <= MOST_DIGITS else 6


_SPANISH = {
    "units": "unidades", "units/h": "unidades/h", "units/day": "unidades/día", "g/unit": "g/unidad",
    "mg/dL/unit": "mg/dL por unidad", "mmol/L/unit": "mmol/L por unidad", "days": "días",
}  # fmt: skip
_ENGLISH = {"mg/dL/unit": "mg/dL per unit", "mmol/L/unit": "mmol/L per unit"}


def spelled(value: str, unit: str, language: str) -> str:
    """A value with its unit in words, glucose in both units: "252 mg/dL (14.0 mmol/L)", "1 unit", "4.5 unidades"."""
    if not unit:
        return value
    if dimension(unit) == "glucose":
        mgdl, mmol = (convert(exact(value), unit, other) for other in ("mg/dL", "mmol/L"))
        first = f"{value if unit == 'mg/dL' else written(mgdl, 0)} mg/dL"
        return f"{first} ({value if unit == 'mmol/L' else written(mmol, 1)} mmol/L)"
    spanish = language.startswith("es")
    name = (_SPANISH if spanish else _ENGLISH).get(unit, unit)
    if exact(value) == 1 and unit in ("units", "days"):
        name = {"unidades": "unidad", "días": "día"}.get(name, unit[:-1])
    return f"{value} {name}"

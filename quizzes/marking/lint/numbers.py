"""The rules of typed numbers: keys and tolerances, meals, graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from quizzes.marking import carbs, graphs, numeric, units
from quizzes.marking.findings import Content, Finding, Place
from quizzes.marking.lint.choices import one_key
from quizzes.marking.lint.rows import distinct, too_few
from quizzes.marking.units import exact_or_none, written

# How many decimals a value converted into this unit is read with; two where nothing is said.
PLACES: Mapping[str, int] = {"mg/dL": 0, "mmol/L": 1, "mg/dL/unit": 0, "mmol/L/unit": 1}
STATED_WITHIN = {"gmi": Fraction(5, 100)}  # percentage points; half a point for all others
POLICIES = ("convert", "exact", "fixed")


def answers(content: Content, _languages: Sequence[str]) -> Iterator[Finding]:
    """E131 no tolerance, E132 units, E133 answers that overlap with different credit, E134 a tolerance that conversion
    eats up, E135 a key that is no number, E137 no answer with full credit, W136 a relative tolerance of a key of 0."""
    given = content["answers"]
    yield from too_few(content, "answers", 1)
    good = [index for index, answer in enumerate(given) if _is_number(answer)]
    for index in range(len(given)):
        if index not in good:
            yield Finding("E135", ("answers", index, "value"), {"answer": str(index + 1)})
    units_wrong = list(_units(content))
    yield from units_wrong
    if units_wrong:
        return
    for index in good:
        yield from _tolerance(content, given[index], index)
    yield from _overlaps([(index, given[index]) for index in good])
    credits_given = [exact_or_none(answer.get("credit", 1)) for answer in given]
    if given and (1 not in credits_given or any(one is None or not 0 <= one <= 1 for one in credits_given)):
        yield Finding("E137", ("answers",))


def _is_number(answer: Content) -> bool:
    values = [answer.get("atol") or 0, answer.get("rtol") or 0]
    if answer.get("value") is None:
        low, high = exact_or_none(answer.get("low")), exact_or_none(answer.get("high"))
        values += [0] if low is not None and high is not None and low <= high else [None]
    else:
        values.append(answer["value"])
    return all(exact_or_none(value) is not None for value in values)


def _units(content: Content) -> Iterator[Finding]:
    """E132: a unit we do not know, answers that measure different things, or none of the units on offer fits."""
    keys = [answer.get("unit") or "" for answer in content["answers"]]
    if keys:
        yield from fitting_units(content, keys, ("answers", 0, "unit"))


def fitting_units(content: Content, keys: Sequence[str], place: Place) -> Iterator[Finding]:
    offered = content.get("input_units") or keys[:1]
    for unit in dict.fromkeys([*keys, *offered]):
        if unit not in units.UNITS:
            yield Finding("E132", place, {"unit": unit})
            return
    measured = {units.dimension(unit) for unit in keys}
    policy = content.get("unit_policy", "convert")
    fits = keys[0] in offered if policy == "exact" else any(units.dimension(unit) in measured for unit in offered)
    if len(measured) > 1 or not fits or policy not in POLICIES:
        yield Finding("E132", ("input_units",), {"unit": keys[0]})


def _tolerance(content: Content, answer: Content, index: int) -> Iterator[Finding]:
    if answer.get("value") is not None and answer.get("atol") is None and answer.get("rtol") is None:
        yield Finding("E131", ("answers", index, "atol"), {"answer": str(index + 1)})
        return
    if answer.get("value") is not None and exact_or_none(answer["value"]) == 0 and answer.get("rtol"):
        yield Finding("W136", ("answers", index, "rtol"))
    unit = answer.get("unit") or ""
    low, high = numeric.borders(answer)
    for other in content.get("input_units") or []:
        if content.get("unit_policy", "convert") != "convert" or other == unit:
            continue
        if units.dimension(other) != units.dimension(unit):
            continue
        half = units.convert(Fraction(1, 2 * 10 ** PLACES.get(other, 2)), other, unit)
        if (high - low) / 2 < half:
            values = {"unit": unit, "other": other, "least": written(half, 3)}
            yield Finding("E134", ("answers", index, "atol"), values)


def _overlaps(given: Sequence[tuple[int, Content]]) -> Iterator[Finding]:
    for (first, one), (second, other) in combinations(given, 2):
        if exact_or_none(one.get("credit", 1)) == exact_or_none(other.get("credit", 1)):
            continue
        mine, theirs = _canonical(one), _canonical(other)
        if mine[0] <= theirs[1] and theirs[0] <= mine[1]:
            values = {"first": str(first + 1), "second": str(second + 1)}
            yield Finding("E133", ("answers", second), values)


def _canonical(answer: Content) -> tuple[Fraction, Fraction]:
    factor = units.UNITS[answer.get("unit") or ""][1]
    low, high = numeric.borders(answer)
    return low * factor, high * factor


def meal(content: Content, _languages: Sequence[str]) -> Iterator[Finding]:
    """E231 the foods do not add up to the total, E232 a tolerance below 5 g or 10 %, E233 a food without a source,
    E135 grams that are no number."""
    yield from too_few(content, "foods", 1)
    yield from distinct(content, "foods")
    bad = [index for index, food in enumerate(content["foods"]) if not _grams(food["grams_carb"])]
    for index in bad:
        yield Finding("E135", ("foods", index, "grams_carb"), {"answer": str(index + 1)})
    for index, food in enumerate(content["foods"]):
        if not (food.get("source") or "").strip():
            yield Finding("E233", ("foods", index, "source"), {"food": str(index + 1)})
    stated = content.get("total")
    if not bad and (exact_or_none(stated) if stated is not None else None) != carbs.summed(content):
        yield Finding("E231", ("total",), {"total": str(stated), "sum": written(carbs.summed(content))})
    own = content.get("tolerance") or {}
    limits = (("grams", carbs.GRAMS), ("percent", carbs.PERCENT))
    values = [(exact_or_none(own.get(key, least)), least) for key, least in limits]
    if any(value is None or value < least for value, least in values):
        yield Finding("E232", ("tolerance",))


def _grams(value: Any) -> bool:
    found = exact_or_none(value)
    return found is not None and found >= 0


def graph(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E251 what is stated differs from the data, E252 no description or no data, E253 a band told by its colour only,
    E254 a reading that is no glucose value; then the rules of the number or the choice it asks for."""
    readings = [value for day in content["data"]["mgdl"] for value in day if value is not None]
    good = [value for value in readings if _glucose(value)]
    if len(good) != len(readings):
        yield Finding("E254", ("data", "mgdl"), {"count": str(len(readings) - len(good))})
        return
    description = content.get("description") or {}
    for language in languages:
        if not readings or not description.get(language, "").strip():
            yield Finding("E252", ("description", language), {"language": language})
        for index, band in enumerate(content.get("bands") or []):
            if not (band.get("text") or {}).get(language, "").strip():
                yield Finding("E253", ("bands", index, "text", language), {"band": str(index + 1)})
    found = graphs.derived(content)
    yield from _stated(content, found)
    if content.get("ask", "number") == "choice":
        yield from one_key(content["options"], languages)
    else:
        yield from answers(_realised(content, found), languages)


def _glucose(value: Any) -> bool:
    found = exact_or_none(value)
    return found is not None and 10 <= found <= 1000


def _stated(content: Content, found: Mapping[str, Fraction]) -> Iterator[Finding]:
    for name, value in (content.get("stated") or {}).items():
        stated = exact_or_none(value)
        limit = STATED_WITHIN.get(name, Fraction(1, 2))
        if name not in found or stated is None or abs(stated - found[name]) > limit:
            computed = written(found[name], 1) if name in found else "–"
            yield Finding("E251", ("stated", name), {"name": name, "stated": str(value), "computed": computed})


def _realised(content: Content, found: Mapping[str, Fraction]) -> Content:
    """The answers with what they take from the data; one from something unknown stays without a value (E135)."""
    taken = [
        {**answer, "value": found[answer["from"]]} if answer.get("from") in found else answer
        for answer in content["answers"]
    ]
    return {**content, "answers": taken}

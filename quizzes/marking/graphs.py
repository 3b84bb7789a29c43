"""Reading a glucose trace or a profile: a number or a choice over data that the item itself holds (reference 2.18).

`data` is {start: "00:00", step_min: 5, mgdl: [[...], ...]}: one list a day, mg/dL, null where the sensor was silent.
What follows from it (time in range, GMI) is computed here and never typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from quizzes.marking import choice, numeric, units
from quizzes.marking.base import Content, Document, Fields, Kind, Mark, Order, Params, Reading, Response, Solution, text

LOW, HIGH = 70, 180  # mg/dL, the range of the international consensus (Battelino 2019), borders in range
VERY_LOW, VERY_HIGH = 54, 250


def values(content: Content) -> list[Fraction]:
    """Every reading of the data in mg/dL."""
    return [units.exact(value) for day in content["data"]["mgdl"] for value in day if value is not None]


def derived(content: Content) -> dict[str, Fraction]:
    """tir, tbr, tar, very_low, very_high in percent of readings, mean in mg/dL, gmi in percent; empty without data.

    GMI = 3.31 + 0.02392 mean mg/dL (Bergenstal, Diabetes Care 2018;41:2275).
    """
    readings = values(content)
    if not readings:
        return {}
    mean = sum(readings, Fraction(0)) / len(readings)
    return {
        "tir": _percent(readings, lambda value: LOW <= value <= HIGH),
        "tbr": _percent(readings, lambda value: value < LOW),
        "tar": _percent(readings, lambda value: value > HIGH),
        "very_low": _percent(readings, lambda value: value < VERY_LOW),
        "very_high": _percent(readings, lambda value: value > VERY_HIGH),
        "mean": mean,
        "gmi": Fraction("3.31") + Fraction("0.02392") * mean,
    }


def _percent(readings: Sequence[Fraction], counts: Any) -> Fraction:
    return Fraction(100 * sum(bool(counts(value)) for value in readings), len(readings))


def _inner(content: Content) -> tuple[Kind, Content]:
    """The kind of answer asked for, and the content it marks: an answer `from: tir` takes its value from the data."""
    if content.get("ask", "number") == "choice":
        return choice.SBA, content
    found = derived(content)
    answers = [
        {**answer, "value": units.written(found[answer["from"]], 1)} if answer.get("from") in found else answer
        for answer in content["answers"]
    ]
    return numeric.NUMERIC, {**content, "answers": answers}


def _mark(content: Content, params: Params, order: Order, response: Response) -> Mark:
    kind, inner = _inner(content)
    return kind.mark(inner, params, order, response)


def _order(content: Content, rng: Any) -> list[str]:
    kind, inner = _inner(content)
    drawn: list[str] = kind.order(inner, rng)
    return drawn


def _present(content: Content, params: Params, order: Order, language: str) -> Document:
    kind, inner = _inner(content)
    data = content["data"]
    bands = [
        {"low": band["low"], "high": band["high"], "text": text(band.get("text"), language)}
        for band in content.get("bands") or []
    ]
    chart = {
        "kind": content.get("chart", "trace"),
        "start": data.get("start", "00:00"),
        "step_min": data.get("step_min", 5),
        "mgdl": [list(day) for day in data["mgdl"]],
        "bands": bands,
        "description": text(content.get("description"), language),
    }
    document: Document = kind.present(inner, params, order, language)
    return document | {"ask": content.get("ask", "number"), "chart": chart}


def _read(content: Content, params: Params, order: Order, fields: Fields, language: str) -> Reading:
    kind, inner = _inner(content)
    reading: Reading = kind.read(inner, params, order, fields, language)
    return reading


def _filled(content: Content, params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    kind, inner = _inner(content)
    again: dict[str, list[str]] = kind.filled(inner, params, order, response)
    return again


def _key(content: Content, params: Params, order: Order) -> Document:
    kind, inner = _inner(content)
    response: Document = kind.key(inner, params, order)
    return response


def _solution(content: Content, params: Params, language: str) -> Solution:
    kind, inner = _inner(content)
    solved: Solution = kind.solution(inner, params, language)
    return solved


def _fields(content: Content, order: Order) -> list[str]:
    kind, inner = _inner(content)
    names: list[str] = kind.fields(inner, order)
    return names


GRAPH = Kind(_mark, _order, _present, _read, _filled, _key, _solution, _fields)

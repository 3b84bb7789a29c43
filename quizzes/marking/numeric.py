"""A number with a unit: typed, echoed, converted exactly and compared within its tolerance (reference 2.4, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizzes.marking import units
from quizzes.marking.base import (
    ALL,
    BLANK,
    EMPTY,
    NOTHING,
    Content,
    Document,
    Fields,
    Kind,
    Line,
    Malformed,
    Mark,
    Order,
    Params,
    Problem,
    Reading,
    Response,
    Solution,
    head,
    posted,
    text,
)
from quizzes.marking.typed import parse


@dataclass(frozen=True)
class Amount:
    """One number box of a form: what is stored, what is asked back, what is echoed. All empty for an empty box."""

    stored: dict[str, str] | None = None
    problem: Problem | None = None
    echo: Mapping[str, str] | None = None


def offered(content: Content) -> list[str]:
    """The units a learner may choose from; the first answer's where the item names none."""
    first = (answer.get("unit") or "" for answer in content["answers"])
    return list(content.get("input_units") or [next(first, "")])


# --- marking -----------------------------------------------------------------------------------------------------


def compare(content: Content, response: Response) -> Mark:
    """Mark a value and unit against `answers` by `unit_policy`: convert (default), exact, or fixed (the unit is given).

    |v - k| <= max(atol, |k| rtol) in the key's unit, border inclusive; `low` and `high` are borders of their own.
    Feedback "unit": the number would be right in another unit of the same kind. "wrong_dimension": units of another
    kind, such as units for units per hour. Both give 0, unless the author set `unit_credit`, the share the unit alone
    costs. Malformed when value or unit are none.
    """
    value, unit = _given(content, response)
    if value is None:
        return BLANK
    answers = content["answers"]
    policy = content.get("unit_policy", "convert")
    credit = max((_credit(answer, value, unit, policy) for answer in answers), default=NOTHING)
    if credit or policy == "fixed":
        return Mark(credit, answered=True)
    same = any(units.dimension(unit) == units.dimension(answer.get("unit", "")) for answer in answers)
    # The number itself is right: every answer's number in its own unit, or in another of that kind.
    reached = max((_number_alone(answer, value) for answer in answers), default=NOTHING)
    if same and not reached:
        return Mark(NOTHING, answered=True)
    kept = reached * (1 - _share(content.get("unit_credit"))) if content.get("unit_credit") else NOTHING
    return Mark(kept, answered=True, feedback=("unit" if same else "wrong_dimension",))


def _given(content: Content, response: Response) -> tuple[Fraction | None, str]:
    if response.get("value") is None:
        return None, ""
    unit = response.get("unit")
    unit = "" if unit is None else unit
    if content.get("unit_policy") == "fixed":
        unit = content["answers"][0].get("unit", "")
    if not isinstance(unit, str) or unit not in units.UNITS:
        raise Malformed
    try:
        return units.exact(response["value"]), unit
    except ValueError as error:
        raise Malformed from error


def _credit(answer: Content, value: Fraction, unit: str, policy: str) -> Fraction:
    wanted = answer.get("unit", "")
    if unit != wanted:
        if policy == "exact" or units.dimension(unit) != units.dimension(wanted):
            return NOTHING
        value = units.convert(value, unit, wanted)
    return _share(answer.get("credit", 1)) if hits(answer, value) else NOTHING


def _number_alone(answer: Content, value: Fraction) -> Fraction:
    wanted = answer.get("unit", "")
    kin = [unit for unit in units.UNITS if units.dimension(unit) == units.dimension(wanted)]
    if any(hits(answer, units.convert(value, unit, wanted)) for unit in kin):
        return _share(answer.get("credit", 1))
    return NOTHING


def hits(answer: Content, value: Fraction) -> bool:
    """Whether a value in the answer's own unit is within its tolerance or its range, borders included."""
    low, high = borders(answer)
    return low <= value <= high


def borders(answer: Content) -> tuple[Fraction, Fraction]:
    """The least and the greatest value an answer takes, in its own unit."""
    if answer.get("value") is None:
        return units.exact(answer["low"]), units.exact(answer["high"])
    key = units.exact(answer["value"])
    slack = max(units.exact(answer.get("atol") or 0), abs(key) * units.exact(answer.get("rtol") or 0))
    return key - slack, key + slack


def _share(value: Any) -> Fraction:
    return min(max(units.exact(value or 0), NOTHING), ALL)


def advice(content: Content, response: Response, language: str) -> str:
    """What the author says to those who answered in this unit (`feedback` of the item); empty where nothing is said."""
    return text((content.get("feedback") or {}).get(response.get("unit")), language)


# --- the form ----------------------------------------------------------------------------------------------------


def amount(fields: Fields, name: str, choices: Sequence[str], unit_field: str | None = None) -> Amount:
    """Read one number box. A unit behind the number counts as the unit; one that contradicts the chosen is asked.

    Problems: naked_point, not_a_number, ambiguous_number (with both `readings`; the answer comes in NAME-reading),
    unknown_unit (with those `offered`), two_units.
    """
    raw = (posted(fields, name) or [""])[0]
    if not raw:
        return Amount()
    typed = parse(raw)
    if typed.naked:
        return Amount(problem=Problem("naked_point", name, {"typed": raw}))
    if not typed.readings:
        return Amount(problem=Problem("not_a_number", name, {"typed": raw}))
    if typed.strange:
        return Amount(problem=Problem("unknown_unit", name, {"typed": typed.strange, "offered": list(choices)}))
    value = _read_as(fields, name, typed.readings)
    if value is None:
        return Amount(problem=Problem("ambiguous_number", name, {"typed": raw, "readings": list(typed.readings)}))
    unit = _unit(fields, unit_field, choices, typed.unit)
    if isinstance(unit, Problem):
        return Amount(problem=unit)
    return Amount({"raw": raw, "value": value, "unit": unit}, None, {"value": value, "unit": unit})


def _read_as(fields: Fields, name: str, readings: Sequence[str]) -> str | None:
    if len(readings) == 1:
        return readings[0]
    chosen = posted(fields, f"{name}-reading")
    return chosen[0] if len(chosen) == 1 and chosen[0] in readings else None


def _unit(fields: Fields, unit_field: str | None, choices: Sequence[str], typed: str | None) -> str | Problem:
    where = unit_field or "number"
    chosen = (posted(fields, unit_field) if unit_field else []) or [""]
    said = units.known_unit(chosen[0]) if chosen[0] else None
    if chosen[0] and said is None:
        return Problem("unknown_unit", where, {"typed": chosen[0], "offered": list(choices)})
    if typed and said and typed != said:
        return Problem("two_units", where, {"typed": typed, "chosen": said})
    unit = typed or said or (choices[0] if len(choices) == 1 else "")
    if unit not in choices:
        return Problem("unknown_unit", where, {"typed": unit, "offered": list(choices)})
    return unit


def refill(name: str, stored: Mapping[str, Any]) -> dict[str, list[str]]:
    """A number box as it was typed, with the reading that was chosen where it had two."""
    value = str(stored["value"])
    raw = stored.get("raw")
    raw = raw if isinstance(raw, str) and value in parse(raw).readings else value
    again = {name: [raw]}
    if len(parse(raw).readings) > 1:
        again[f"{name}-reading"] = [value]
    return again


def read_amount(choices: Sequence[str], fields: Fields, language: str) -> Reading:
    got = amount(fields, "number", choices, "unit")
    if got.stored is None or got.echo is None:
        return Reading(None, got.problem) if got.problem else EMPTY
    return Reading({**got.stored, "locale": language}, None, {"number": got.echo})


def fill_amount(response: Response) -> dict[str, list[str]]:
    again = refill("number", response)
    return again | ({"unit": [response["unit"]]} if response.get("unit") else {})


# --- the type ----------------------------------------------------------------------------------------------------


def _mark(content: Content, _params: Params, _order: Order, response: Response) -> Mark:
    return compare(content, response)


def _present(content: Content, _params: Params, _order: Order, language: str) -> Document:
    return head(content, language) | {"units": offered(content)}


def _read(content: Content, _params: Params, _order: Order, fields: Fields, language: str) -> Reading:
    return read_amount(offered(content), fields, language)


def _filled(_content: Content, _params: Params, _order: Order, response: Response) -> dict[str, list[str]]:
    return fill_amount(response)


def right_answer(content: Content) -> dict[str, str]:
    """The response that earns full credit: the key, or the lower border of a range."""
    best = max(content["answers"], key=lambda answer: _share(answer.get("credit", 1)))
    value = units.written(units.exact(best["low"] if best.get("value") is None else best["value"]))
    return {"raw": value, "value": value, "unit": best.get("unit", ""), "locale": "en"}


def _key(content: Content, _params: Params, _order: Order) -> dict[str, str]:
    return right_answer(content)


def answer_text(answer: Content, language: str) -> str:
    unit = answer.get("unit", "")
    if answer.get("value") is None:
        low, high = (units.spelled(str(answer[border]), unit, language) for border in ("low", "high"))
        return f"{low} – {high}"
    return units.spelled(str(answer["value"]), unit, language)


def solution(content: Content, _params: Params, language: str) -> Solution:
    lines = [
        Line("", answer_text(answer, language), _share(answer.get("credit", 1)) == 1, text(answer.get("why"), language))
        for answer in content["answers"]
    ]
    return Solution(tuple(lines), text(content.get("why"), language))


def _order(_content: Content, _rng: Any) -> list[str]:
    return []


def _fields(_content: Content, _order_shown: Order) -> list[str]:
    return ["number", "unit"]


NUMERIC = Kind(_mark, _order, _present, _read, _filled, _key, solution, _fields)

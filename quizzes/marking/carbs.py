"""Counting the carbohydrate of a meal: reference/quizzes.md 2.16 and 3.6. Grams throughout."""

from __future__ import annotations

from collections.abc import Mapping
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
    Reading,
    Response,
    Solution,
    head,
    ids,
    known,
    mapping,
    named,
    text,
)
from quizzes.marking.numeric import Amount, amount, refill

GRAMS, PERCENT = Fraction(5), Fraction(10)  # full credit within the larger of the two; half within twice that


def total(content: Content) -> Fraction:
    """The meal's carbohydrate in g: as stated, else the foods' sum."""
    stated = content.get("total")
    return units.exact(stated) if stated is not None else summed(content)


def summed(content: Content) -> Fraction:
    return sum((units.exact(food["grams_carb"]) for food in content["foods"]), NOTHING)


def tolerance(content: Content) -> tuple[Fraction, Fraction]:
    """Grams and percent within which a count earns full credit."""
    own = content.get("tolerance") or {}
    return units.exact(own.get("grams", GRAMS)), units.exact(own.get("percent", PERCENT))


def earned(content: Content, key: Fraction, value: Fraction) -> Fraction:
    """1 within max(5 g, 10 % of the key), 1/2 within twice that, else 0; borders included (3.6)."""
    grams, percent = tolerance(content)
    slack = max(grams, key * percent / 100)
    error = abs(value - key)
    return ALL if error <= slack else Fraction(1, 2) if error <= 2 * slack else NOTHING


def _mark(content: Content, _params: Params, _order: Order, response: Response) -> Mark:
    """The total alone is marked; what was typed for each food tells where a wrong total comes from."""
    foods = {food["id"]: food for food in content["foods"]}
    typed = mapping(response.get("per_food") or {})
    parts = {}
    for one, value in typed.items():
        food = foods[known(one, list(foods))]
        if value is not None:
            parts[one] = earned(content, units.exact(food["grams_carb"]), _grams(value))
    if response.get("total") is None:
        return Mark(NOTHING, answered=True, parts=parts) if parts else BLANK
    parts["total"] = earned(content, total(content), _grams(response["total"]))
    return Mark(parts["total"], answered=True, parts=parts)


def _grams(value: Any) -> Fraction:
    try:
        return units.exact(value)
    except ValueError as error:
        raise Malformed from error


def _present(content: Content, _params: Params, _order: Order, language: str) -> Document:
    show = content.get("show", "list")
    return head(content, language) | {"show": show, "foods": _foods(content, language), "unit": "g"}


def _foods(content: Content, language: str) -> list[Document]:
    """Name and portion; the label's text only where the item shows labels. Never the grams themselves."""
    foods = []
    for number, food in enumerate(content["foods"], 1):
        shown = {"n": number, "text": text(food["text"], language), "portion": text(food.get("portion"), language)}
        if content.get("show") == "label":
            shown["label"] = text(food.get("label"), language)
        foods.append(shown)
    return foods


def _names(content: Content) -> dict[str, str]:
    """Form field: what it stands for, a food's id or "total"."""
    foods = ids(content["foods"])
    return dict(zip(named("food", len(foods)), foods, strict=True)) | {"total": "total"}


def _read(content: Content, _params: Params, _order: Order, fields: Fields, language: str) -> Reading:
    got: dict[str, Amount] = {name: amount(fields, name, ["g"]) for name in _names(content)}
    for one in got.values():
        if one.problem:
            return Reading(None, one.problem)
    stored = {_names(content)[name]: one.stored for name, one in got.items() if one.stored}
    if not stored:
        return EMPTY
    response: dict[str, Any] = {
        "per_food": {one: value["value"] for one, value in stored.items() if one != "total"},
        "raw": {one: value["raw"] for one, value in stored.items()},
        "locale": language,
    }
    if "total" in stored:
        response["total"] = stored["total"]["value"]
    return Reading(response, None, {name: one.echo for name, one in got.items() if one.echo})


def _filled(content: Content, _params: Params, _order: Order, response: Response) -> dict[str, list[str]]:
    values: Mapping[str, Any] = {**(response.get("per_food") or {}), "total": response.get("total")}
    raw = response.get("raw")
    raw = raw if isinstance(raw, Mapping) else {}
    again: dict[str, list[str]] = {}
    for name, one in _names(content).items():
        if values.get(one) is not None:
            again |= refill(name, {"raw": raw.get(one), "value": values[one]})
    return again


def _key(content: Content, _params: Params, _order: Order) -> Document:
    foods = {food["id"]: units.written(units.exact(food["grams_carb"])) for food in content["foods"]}
    return {"per_food": foods, "total": units.written(total(content))}


def _solution(content: Content, _params: Params, language: str) -> Solution:
    lines = [
        Line(text(food["text"], language), f"{food['grams_carb']} g", True, text(food.get("why"), language))
        for food in content["foods"]
    ]
    lines.append(Line("", f"{units.written(total(content))} g", True, ""))
    return Solution(tuple(lines), text(content.get("why"), language))


def _fields(content: Content, _order: Order) -> list[str]:
    return list(_names(content))


CARBS = Kind(_mark, lambda _content, _rng: [], _present, _read, _filled, _key, _solution, _fields)

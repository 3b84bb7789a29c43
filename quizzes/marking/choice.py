"""Single best answer and multiple response: reference/quizzes.md 2.1, 2.2 and 3.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

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
    Mark,
    Order,
    Params,
    Problem,
    Reading,
    Response,
    Solution,
    by_id,
    head,
    ids,
    in_order,
    known,
    number_of,
    numbered,
    picked,
    posted,
    several,
    shuffled,
    text,
)
from quizzes.marking.units import exact


def mark_one(content: Content, _params: Params, order: Order, response: Response) -> Mark:
    """1 for the one key, else 0 (rule `exact`)."""
    if response.get("choice") is None:
        return BLANK
    choice = known(response["choice"], [one for one in ids(content["options"]) if one in order])
    return Mark(Fraction(int(bool(by_id(content["options"])[choice].get("key")))), answered=True)


def order_options(content: Content, rng: Any) -> list[str]:
    return shuffled(content, content["options"], rng)


def present_one(content: Content, _params: Params, order: Order, language: str) -> Document:
    return head(content, language) | {"options": numbered(in_order(content["options"], order), language)}


def read_one(_content: Content, _params: Params, order: Order, fields: Fields, _language: str) -> Reading:
    if not posted(fields, "choice"):
        return EMPTY
    choice = picked(fields, "choice", order)
    return Reading({"choice": choice}) if choice is not None else Reading(None, Problem("choose_one", "choice"))


def filled_one(_content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    return {"choice": number_of(order, response["choice"])}


def key_one(content: Content, _params: Params, _order: Order) -> dict[str, Any]:
    return {"choice": next(option["id"] for option in content["options"] if option.get("key"))}


def options_solved(content: Content, _params: Params, language: str) -> Solution:
    """Every option with whether it is right and its rationale."""
    lines = (
        Line("", text(option["text"], language), bool(option.get("key")), text(option.get("why"), language))
        for option in content["options"]
    )
    return Solution(tuple(lines), text(content.get("why"), language))


SBA = Kind(
    mark_one,
    order_options,
    present_one,
    read_one,
    filled_one,
    key_one,
    options_solved,
    lambda _content, _order: ["choice"],
)


# --- multiple response -------------------------------------------------------------------------------------------


class Count(NamedTuple):
    """n options, c keys, t keys chosen, w others chosen (3.1)."""

    n: int
    c: int
    t: int
    w: int

    @property
    def err(self) -> int:
        return self.w + self.c - self.t


def all_or_nothing(count: Count) -> Fraction:
    return Fraction(int(count.err == 0))


def plus_minus(count: Count) -> Fraction:
    """NGN "select all that apply": right less wrong, never below 0."""
    return max(NOTHING, Fraction(count.t - count.w, count.c))


def select_n(count: Count) -> Fraction:
    """NGN "select N": right ones of N; more than N sent gives 0."""
    return Fraction(count.t, count.c) if count.t + count.w <= count.c else NOTHING


def each_decision(count: Count) -> Fraction:
    """Every option, ticked or not, is a decision (Open edX EDC). A blank is not 0 by this rule."""
    return Fraction(count.n - count.err, count.n)


def coverage(count: Count) -> Fraction:
    chosen = count.t + count.w
    return Fraction(count.t, count.c) * Fraction(count.t, chosen) if chosen else NOTHING


def halves(count: Count) -> Fraction:
    if count.err == 0:
        return ALL
    if count.err == 1 and count.n >= 3:
        return Fraction(1, 2)
    return Fraction(1, 4) if count.err == 2 and count.n >= 5 else NOTHING


def rexams_false2(count: Count) -> Fraction:
    return max(NOTHING, Fraction(count.t, count.c) - Fraction(count.w, max(count.n - count.c, 2)))


RULES: Mapping[str, Callable[[Count], Fraction]] = {
    "all_or_nothing": all_or_nothing,
    "plus_minus": plus_minus,
    "select_n": select_n,
    "each_decision": each_decision,
    "coverage": coverage,
    "halves": halves,
    "rexams_false2": rexams_false2,
}
SCORING = (*RULES, "weights")


def score(scoring: str, options: Sequence[Content], chosen: Sequence[str]) -> Fraction:
    """The fraction a choice earns by a named rule; `weights` adds up the chosen options' `weight`, from 0 to 1."""
    if scoring == "weights":
        total = sum((exact(option.get("weight") or 0) for option in options if option["id"] in chosen), NOTHING)
        return min(max(total, NOTHING), ALL)
    keys = {option["id"] for option in options if option.get("key")}
    right = len(keys & set(chosen))
    return RULES[scoring](Count(len(options), len(keys), right, len(chosen) - right))


def _mark_many(content: Content, _params: Params, order: Order, response: Response) -> Mark:
    """By the named rule. Each option is a part: 1 when it was rightly ticked or rightly left."""
    if response.get("choices") is None:
        return BLANK
    options = content["options"]
    chosen = several(response["choices"], [one for one in ids(options) if one in order])
    parts = {one["id"]: Fraction(int((one["id"] in chosen) == bool(one.get("key")))) for one in options}
    return Mark(score(content.get("scoring", "plus_minus"), options, chosen), answered=bool(chosen), parts=parts)


def most(content: Content) -> int | None:
    """How many may be chosen, where the item says so."""
    return content.get("select_n") or content.get("max_select")


def _present_many(content: Content, params: Params, order: Order, language: str) -> Document:
    limits = {"min_select": content.get("min_select"), "max_select": most(content), "select_n": content.get("select_n")}
    return present_one(content, params, order, language) | limits


def _read_many(content: Content, _params: Params, order: Order, fields: Fields, _language: str) -> Reading:
    values = list(dict.fromkeys(posted(fields, "choices")))
    if not values:
        return EMPTY
    chosen = [picked({"one": [value]}, "one", order) for value in values]
    if None in chosen:
        return Reading(None, Problem("choose_one", "choices"))
    limit = most(content)
    if limit and len(chosen) > limit:
        return Reading(None, Problem("too_many_chosen", "choices", {"most": limit, "chosen": len(chosen)}))
    return Reading({"choices": [one for one in order if one in chosen]})


def _filled_many(_content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    return {"choices": [str(number) for number, one in enumerate(order, 1) if one in response["choices"]]}


def _key_many(content: Content, _params: Params, _order: Order) -> dict[str, Any]:
    return {"choices": [option["id"] for option in content["options"] if option.get("key")]}


MR = Kind(
    _mark_many,
    order_options,
    _present_many,
    _read_many,
    _filled_many,
    _key_many,
    options_solved,
    lambda _content, _order: ["choices"],
)

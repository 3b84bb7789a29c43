"""Steps to be put in order: a sequence under a named scheme, or a partial order with critical steps.

reference/quizzes.md 2.8 and 3.3; the schemes are those of Moodle's ordering question (public/question/type/ordering).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

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
    ids,
    in_order,
    known,
    named,
    numbered,
    picked,
    text,
)

Placed = Sequence[str | None]
Score = tuple[Fraction, Mapping[str, Fraction]]  # the fraction, and the same for each step
_END = ""  # what stands before the first and behind the last; no id is empty


def right_order(content: Content) -> list[str]:
    """The author's order without what is not to be used."""
    unused = content.get("distractors") or []
    return [one for one in ids(content["items"]) if one not in unused]


def _exact(correct: Sequence[str], given: Placed) -> Score:
    return Fraction(int(list(correct) == list(given))), _absolute(correct, given)[1]


def _absolute(correct: Sequence[str], given: Placed) -> Score:
    """Steps at their own position."""
    found = {one: Fraction(int(at < len(given) and given[at] == one)) for at, one in enumerate(correct)}
    return _mean(found), found


def _relative_to_correct(correct: Sequence[str], given: Placed) -> Score:
    """Each step loses by how far it is from its place, of the n - 1 it could be."""
    far = len(correct) - 1
    found = {}
    for at, one in enumerate(correct):
        distance = abs(at - given.index(one)) if one in given else far
        found[one] = max(NOTHING, Fraction(far - distance, far))
    return _mean(found), found


def _next(correct: Sequence[str], given: Placed, *, last: bool) -> Score:
    """Steps followed by the right one; with `last` the last step counts too, followed by none."""
    wanted, seen = _neighbours(correct, 1), _neighbours(given, 1)
    asked = correct if last else correct[:-1]
    found = {one: Fraction(int(seen.get(one) == wanted[one])) for one in asked}
    return _mean(found), found


def _one_previous_and_next(correct: Sequence[str], given: Placed) -> Score:
    found = {}
    for one in correct:
        hits = [_neighbours(given, side).get(one) == _neighbours(correct, side)[one] for side in (-1, 1)]
        found[one] = Fraction(sum(hits), 2)
    return _mean(found), found


def _all_previous_and_next(correct: Sequence[str], given: Placed) -> Score:
    """Pairs in the right order of all pairs: Kendall's concordance."""
    place = {one: at for at, one in enumerate(given) if one is not None}
    found = {}
    for at, one in enumerate(correct):
        others = [other for other in correct if other != one and {one, other} <= place.keys()]
        right = sum((place[other] < place[one]) == (correct.index(other) < at) for other in others)
        found[one] = Fraction(right, len(correct) - 1)
    return _mean(found), found


def _longest(correct: Sequence[str], given: Placed, *, contiguous: bool) -> Score:
    """The longest chain of steps in the right order; contiguous: a run in which each is followed at once by its
    successor. A single step is no chain (as in Moodle)."""
    rank = {one: at for at, one in enumerate(correct)}
    chains: list[list[str]] = []
    for one in given:
        before: list[list[str]] = []
        if contiguous:
            last = chains[-1] if chains else []
            before = [last] if last and one in rank and rank[one] == rank[last[-1]] + 1 else []
        elif one in rank:
            before = [chain for chain in chains if chain and rank[chain[-1]] < rank[one]]
        chains.append([*max(before, key=len, default=[]), one] if one is not None and one in rank else [])
    chain = max(chains, key=len, default=[])
    chain = chain if len(chain) > 1 else []
    found = {one: Fraction(int(one in chain)) for one in correct}
    return _mean(found), found


def _neighbours(steps: Placed, side: int) -> dict[str, str | None]:
    """What stands before (-1) or behind (1) each step."""
    around = [_END, *steps, _END]
    return {one: around[at + 1 + side] for at, one in enumerate(steps) if one is not None}


def _mean(found: Mapping[str, Fraction]) -> Fraction:
    return sum(found.values(), NOTHING) / len(found) if found else NOTHING


SCHEMES: Mapping[str, Callable[[Sequence[str], Placed], Score]] = {
    "exact": _exact,
    "absolute": _absolute,
    "next_excl_last": lambda correct, given: _next(correct, given, last=False),
    "next_incl_last": lambda correct, given: _next(correct, given, last=True),
    "one_prev_next": _one_previous_and_next,
    "all_prev_next": _all_previous_and_next,
    "longest_ordered": lambda correct, given: _longest(correct, given, contiguous=False),
    "longest_contiguous": lambda correct, given: _longest(correct, given, contiguous=True),
    "relative_to_correct": _relative_to_correct,
}


def partial_order(content: Content, given: Placed) -> Score:
    """Edges kept of all edges; 0 when a critical one is broken or a step is used that does not belong (3.3)."""
    place = {one: at for at, one in enumerate(given) if one is not None}
    found = {}
    for before, after in content["edges"]:
        kept = before in place and after in place and place[before] < place[after]
        found[f"{before}>{after}"] = Fraction(int(kept))
    broken = any(found.get(f"{before}>{after}") != ALL for before, after in content.get("critical") or [])
    used = any(one in place for one in content.get("distractors") or [])
    return (NOTHING if broken or used else _mean(found)), found


def _score(content: Content, given: Placed) -> Score:
    if content.get("mode") == "dag":
        return partial_order(content, given)
    correct = right_order(content)
    if len(correct) < 2:  # no authoring check lets this through; still nothing to divide by
        return _exact(correct, given)
    fraction, found = SCHEMES[content.get("scoring", "absolute")](correct, given)
    if fraction == 1 and any(one in given for one in content.get("distractors") or []):
        fraction = NOTHING if len(given) == len(correct) else Fraction(len(correct), len(given))
    return fraction, found


def _mark(content: Content, _params: Params, _order: Order, response: Response) -> Mark:
    """By `mode` and `scoring`. `order` may leave steps out and hold null for a position that is still open."""
    given = response.get("order")
    if given is None:
        return BLANK
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > len(content["items"]):
        raise Malformed
    placed = [one if one is None else known(one, ids(content["items"])) for one in given]
    used = [one for one in placed if one is not None]
    if len(set(used)) != len(used):
        raise Malformed
    if not used:
        return BLANK
    fraction, parts = _score(content, placed)
    return Mark(fraction, answered=True, parts=parts)


def _order(content: Content, rng: Any) -> list[str]:
    """Always drawn, for the author's order is the key; drawn again while what is shown would already be right."""
    drawn = ids(content["items"])
    for _try in range(50):
        rng.shuffle(drawn)
        if _score(content, drawn)[0] < 1:
            break
    return drawn


def _present(content: Content, _params: Params, order: Order, language: str) -> Document:
    return head(content, language) | {
        "items": numbered(in_order(content["items"], order), language),
        "positions": len(content["items"]),
        "may_leave_out": bool(content.get("distractors")),
    }


def _read(content: Content, _params: Params, order: Order, fields: Fields, _language: str) -> Reading:
    """item-1, item-2, ... in the order shown, each with its position; without one a step is left out."""
    items = ids(in_order(content["items"], order))
    placed: list[str | None] = [None] * len(items)
    for one, name in zip(items, named("item", len(items)), strict=True):
        at = picked(fields, name, range(len(items)))
        if at is None:
            continue
        if placed[at] is not None:
            return Reading(None, Problem("position_twice", name, {"position": at + 1}))
        placed[at] = one
    while placed and placed[-1] is None:
        placed.pop()
    return Reading({"order": placed}) if placed else EMPTY


def _filled(content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    items = ids(in_order(content["items"], order))
    given = response["order"]
    pairs = zip(items, named("item", len(items)), strict=True)
    return {name: [str(given.index(one) + 1)] for one, name in pairs if one in given}


def _key(content: Content, _params: Params, _order_shown: Order) -> Document:
    return {"order": _sorted(content) if content.get("mode") == "dag" else right_order(content)}


def _sorted(content: Content) -> list[str]:
    """One order that keeps every edge, nearest to the author's (Kahn 1962)."""
    left, done = right_order(content), list[str]()
    while left:
        ready = [one for one in left if not any(b == one and a in left for a, b in content["edges"])]
        if not ready:
            return done + left  # a cycle: E162 keeps it from being published
        done.append(ready[0])
        left.remove(ready[0])
    return done


def _solution(content: Content, params: Params, language: str) -> Solution:
    known_items = {item["id"]: item for item in content["items"]}
    lines = []
    for number, one in enumerate(_key(content, params, [])["order"], 1):
        item = known_items[one]
        lines.append(Line(str(number), text(item["text"], language), True, text(item.get("why"), language)))
    for one in content.get("distractors") or []:
        item = known_items[one]
        lines.append(Line("", text(item["text"], language), False, text(item.get("why"), language)))
    return Solution(tuple(lines), text(content.get("why"), language))


ORDERING = Kind(
    _mark,
    _order,
    _present,
    _read,
    _filled,
    _key,
    _solution,
    lambda content, _order: list(named("item", len(content["items"]))),
)

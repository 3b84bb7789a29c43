"""Dose calculation: values are drawn, the answer follows by the author's formula (reference/quizzes.md 2.6, 3.5).

`params` of the item holds vars, constraints, derived, answer, unit, safe_range and distractors; the `params` of a
learner's slot hold what was drawn, as exact decimals: {"bg": "252"}.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from quizzes.marking import formula, numeric, units
from quizzes.marking.base import (
    BLANK,
    EMPTY,
    Content,
    Document,
    Fields,
    Kind,
    Line,
    Mark,
    MarkingError,
    Order,
    Params,
    Problem,
    Reading,
    Response,
    Solution,
    head,
    known,
    number_of,
    picked,
    posted,
    text,
)
from quizzes.marking.formula import FormulaError, Node
from quizzes.marking.rationals import Rationals
from quizzes.marking.rng import Rng

ANSWER = "answer"  # the id of the right option where the item asks for a choice
MOST_VALUES = 100_001  # of one variable
MOST_VARS = 12
TRIES = 1000
WHOLE_GRID = 200_000
SAMPLED = 20_000  # points of a larger grid
PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)(\.mmol)?\}", re.ASCII)


class ModelError(Exception):
    """The item's params make no model: `place` in params, and what was found there (a name, a sign, a character)."""

    def __init__(self, place: tuple[str, ...], found: str, at: int = 0) -> None:
        super().__init__(f"{found!r} in {place}")
        self.place, self.found, self.at = place, found, at


@dataclass(frozen=True)
class Model:
    """The values each variable may take, and the formulas as trees. `derived` is in an order in which each
    formula follows those it uses."""

    grid: Mapping[str, list[Fraction]]
    constraints: tuple[Node, ...]
    derived: Mapping[str, Node]
    answer: str
    distractors: Mapping[str, Node]

    @property
    def size(self) -> int:
        """How many points the grid has."""
        count = 1
        for values in self.grid.values():
            count *= len(values)
        return count


def compiled(content: Content) -> Model:
    """Read the item's params. ModelError when a variable or a formula is not what it has to be (E141)."""
    params = content["params"]
    grid = {str(name): _values(str(name), spec) for name, spec in params["vars"].items()}
    if len(grid) > MOST_VARS:
        raise ModelError(("vars",), str(len(grid)))
    derived = _derived(params.get("derived") or {}, set(grid))
    names = {*grid, *derived}
    if params["answer"] not in derived:
        raise ModelError(("answer",), str(params["answer"]))
    constraints = [_tree(one, names, ("constraints",)) for one in params.get("constraints") or []]
    distractors = {
        str(name): _tree(_written(one), names, ("distractors", str(name)))
        for name, one in (params.get("distractors") or {}).items()
    }
    return Model(grid, tuple(constraints), derived, params["answer"], distractors)


def _derived(written: Mapping[str, Any], drawn: set[str]) -> dict[str, Node]:
    """The formulas, each after those it uses: PostgreSQL keeps the keys of a JSON object in an order of its own, so the
    author's is not to be relied on. One that uses itself, by way of others too, uses what is not there (E141)."""
    found: dict[str, Node] = {}
    waiting = dict(written)
    while waiting:
        known = drawn | set(found)
        ready = [name for name, one in waiting.items() if not _wanting(one, known)]
        if not ready:
            name = next(iter(waiting))
            _tree(waiting[name], known, ("derived", name))
        for name in ready:
            if name in drawn:
                raise ModelError(("derived", name), name)
            found[name] = _tree(waiting.pop(name), known, ("derived", name))
    return found


def _wanting(written: Any, known: set[str]) -> set[str]:
    """The names a formula uses that are not known; none where it cannot be read, which reading it will tell."""
    try:
        return formula.names(formula.parse(str(written))) - known
    except FormulaError:
        return set()


def _written(distractor: Any) -> Any:
    """A distractor's formula: itself, or under `formula` where it has a rationale."""
    return distractor.get("formula") if isinstance(distractor, Mapping) else distractor


def _tree(written: Any, names: set[str], place: tuple[str, ...]) -> Node:
    try:
        tree = formula.parse(written if isinstance(written, str) else str(written))
    except FormulaError as error:
        raise ModelError(place, error.found, error.at) from error
    for name in sorted(formula.names(tree) - names):
        raise ModelError(place, name)
    return tree


def _values(name: str, spec: Any) -> list[Fraction]:
    """What a variable may be: `choice`, or `min` to `max` by `step` (1 without)."""
    named = re.fullmatch(r"[A-Za-z_]\w{0,39}", name, re.ASCII) and name not in formula.FUNCTIONS
    try:
        if "choice" in spec:
            found = [units.exact(value) for value in spec["choice"]]
        else:
            low, high, step = (units.exact(spec.get(key, 1)) for key in ("min", "max", "step"))
            count = (high - low) // step + 1
            found = [low + step * at for at in range(min(count, MOST_VALUES + 1))]
    except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise ModelError(("vars", name), name) from error
    if not named or not 0 < len(found) <= MOST_VALUES or len(set(found)) != len(found):
        raise ModelError(("vars", name), name)
    return found


def with_derived(model: Model, env: Mapping[str, Rationals]) -> dict[str, Rationals]:
    """The variables at some points, and what follows from them."""
    found = dict(env)
    for name, tree in model.derived.items():
        found[name] = formula.evaluate(tree, found)
    return found


def _point(values: Mapping[str, Fraction]) -> dict[str, Rationals]:
    return {name: Rationals.of([value]) for name, value in values.items()}


def allowed(model: Model, values: Mapping[str, Fraction]) -> bool:
    """Whether a point keeps every constraint."""
    env = with_derived(model, _point(values))
    return all(bool(formula.evaluate(one, env).true()[0]) for one in model.constraints)


# --- drawing -----------------------------------------------------------------------------------------------------


def draw(content: Content, rng: Rng) -> dict[str, str]:
    """One variant, each as likely, as exact decimals by name. MarkingError: bad_formula, no_variant."""
    try:
        model = compiled(content)
    except ModelError as error:
        raise MarkingError("bad_formula") from error
    for _try in range(TRIES):
        values = {name: found[rng.below(len(found))] for name, found in model.grid.items()}
        if allowed(model, values):
            return {name: units.written(value) for name, value in values.items()}
    return _rare(model, rng)


def _rare(model: Model, rng: Rng) -> dict[str, str]:
    """The constraints leave so little that the whole grid, or 20,000 points of a large one, are looked through."""
    env, shape = whole(model) if model.size <= WHOLE_GRID else scattered(model, rng, [])
    found = with_derived(model, env)
    kept = np.ones(shape, dtype=bool)
    for one in model.constraints:
        kept = kept & formula.evaluate(one, found).true()
    left = np.flatnonzero(kept)
    if not len(left):
        raise MarkingError("no_variant")
    at = int(left[rng.below(len(left))])
    return {name: units.written(env[name].spread(shape).at(at)) for name in model.grid}


def whole(model: Model) -> tuple[dict[str, Rationals], tuple[int, ...]]:
    """The whole grid, one axis a variable: a part of a formula is then computed once for what it depends on."""
    axes = len(model.grid)
    laid = {name: Rationals.of(one).along(at, axes) for at, (name, one) in enumerate(model.grid.items())}
    return laid, tuple(len(values) for values in model.grid.values())


def scattered(
    model: Model, rng: Rng, first: list[tuple[Fraction, ...]]
) -> tuple[dict[str, Rationals], tuple[int, ...]]:
    """Points in a row: those given, then 20,000 drawn from a grid too large to be laid out."""
    rows = first + [tuple(one[rng.below(len(one))] for one in model.grid.values()) for _one in range(SAMPLED)]
    rows = list(dict.fromkeys(rows))
    columns = zip(model.grid, zip(*rows, strict=True), strict=True)
    return {name: Rationals.of(list(column)) for name, column in columns}, (len(rows),)


class Solved(NamedTuple):
    """The answer of one variant and what each distractor gives; one without a value is left out."""

    answer: Fraction
    distractors: dict[str, Fraction]


def solve(content: Content, params: Params) -> Solved:
    """Exact. MarkingError: bad_formula, bad_params (a drawn value is missing, or the answer has no value)."""
    try:
        model = compiled(content)
        env = with_derived(model, _point({name: units.exact(params[name]) for name in model.grid}))
        answer = env[model.answer].at(0)
    except ModelError as error:
        raise MarkingError("bad_formula") from error
    except (KeyError, ValueError) as error:
        raise MarkingError("bad_params") from error
    found = {name: formula.evaluate(tree, env) for name, tree in model.distractors.items()}
    return Solved(answer, {name: value.at(0) for name, value in found.items() if not value.fault[0]})


def filled_stem(written: str, params: Params) -> str:
    """The stem with the drawn values: {bg} as drawn, {bg.mmol} in mmol/L to one decimal."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in params:
            return match[0]
        drawn = params[match[1]]
        return units.written(units.convert(units.exact(drawn), "mg/dL", "mmol/L"), 1) if match[2] else drawn

    return PLACEHOLDER.sub(value, written)


# --- the type ----------------------------------------------------------------------------------------------------


def is_choice(content: Content) -> bool:
    return bool(content.get("ask", "number") == "choice")


def as_answer(content: Content, value: Fraction) -> Document:
    """A computed value as an answer of `numeric`, with the item's tolerance."""
    slack = {"atol": content.get("atol"), "rtol": content.get("rtol")}
    return {"value": value, "unit": content["params"].get("unit", ""), **slack}


def _numeric(content: Content, value: Fraction) -> Content:
    return {**content, "answers": [as_answer(content, value)]}


def _names(content: Content) -> list[str]:
    return [ANSWER, *(str(name) for name in content["params"].get("distractors") or {})]


def _mark(content: Content, params: Params, order: Order, response: Response) -> Mark:
    """As numeric, or as a single best answer; a distractor that was hit is named as the misconception."""
    if is_choice(content):
        if response.get("choice") is None:
            return BLANK
        choice = known(response["choice"], [one for one in _names(content) if one in order])
        right = choice == ANSWER
        return Mark(Fraction(int(right)), answered=True, misconception=None if right else choice)
    solved = solve(content, params)
    mark = numeric.compare(_numeric(content, solved.answer), response)
    if mark.fraction or not mark.answered:
        return mark
    hit = (name for name, value in solved.distractors.items() if _is(content, value, response))
    return Mark(mark.fraction, mark.answered, mark.parts, mark.feedback, next(hit, None))


def _is(content: Content, value: Fraction, response: Response) -> bool:
    return numeric.compare({**_numeric(content, value), "unit_credit": None}, response).right


def _order(content: Content, rng: Any) -> list[str]:
    if not is_choice(content):
        return []
    names = _names(content)
    rng.shuffle(names)
    return names


def _offered(content: Content) -> list[str]:
    return list(content.get("input_units") or [content["params"].get("unit", "")])


def _shown(content: Content, params: Params, order: Order, language: str) -> list[str]:
    """The options' texts in the order shown: a value and its unit. MarkingError bad_params: one has no value."""
    solved = solve(content, params)
    values = {ANSWER: solved.answer, **solved.distractors}
    unit = content["params"].get("unit", "")
    if not set(order) <= values.keys():
        raise MarkingError("bad_params")
    return [units.spelled(units.written(values[one], content.get("decimals")), unit, language) for one in order]


def _present(content: Content, params: Params, order: Order, language: str) -> Document:
    stem = filled_stem(text(content["stem"], language), params)
    document = head(content, language, stem) | {"ask": "choice" if is_choice(content) else "number"}
    if not is_choice(content):
        return document | {"units": _offered(content)}
    texts = _shown(content, params, order, language)
    return document | {"options": [{"n": number, "text": one} for number, one in enumerate(texts, 1)]}


def _read(content: Content, _params: Params, order: Order, fields: Fields, language: str) -> Reading:
    if not is_choice(content):
        return numeric.read_amount(_offered(content), fields, language)
    if not posted(fields, "choice"):
        return EMPTY
    choice = picked(fields, "choice", order)
    return Reading({"choice": choice}) if choice is not None else Reading(None, Problem("choose_one", "choice"))


def _filled(content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    if is_choice(content):
        return {"choice": number_of(order, response["choice"])}
    return numeric.fill_amount(response)


def _key(content: Content, params: Params, _order_shown: Order) -> Document:
    if is_choice(content):
        return {"choice": ANSWER}
    return dict(numeric.right_answer(_numeric(content, solve(content, params).answer)))


def _solution(content: Content, params: Params, language: str) -> Solution:
    """The answer, then what each named slip would have given, with its rationale."""
    order = _names(content)
    texts = _shown(content, params, order, language)
    given = content["params"].get("distractors") or {}
    lines = []
    for one, shown in zip(order, texts, strict=True):
        slip = given.get(one)
        why = text(slip.get("why"), language) if isinstance(slip, Mapping) else ""
        lines.append(Line("", shown, one == ANSWER, why))
    return Solution(tuple(lines), filled_stem(text(content.get("why"), language), params))


def _fields(content: Content, _order_shown: Order) -> list[str]:
    return ["choice"] if is_choice(content) else ["number", "unit"]


DOSE = Kind(_mark, _order, _present, _read, _filled, _key, _solution, _fields)


def used(content: Content) -> Iterator[tuple[str, str]]:
    """Each name a stem fills in, with the language it stands in."""
    for language, written in content["stem"].items():
        for match in PLACEHOLDER.finditer(written):
            yield language, match[1]

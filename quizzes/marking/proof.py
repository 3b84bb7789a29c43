"""The proof of a dose question: every variant is tried before anyone is asked (reference/quizzes.md 2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy as np

from quizzes.marking import formula, rationals, units
from quizzes.marking.base import Content
from quizzes.marking.dose import (
    ANSWER,
    WHOLE_GRID,
    Model,
    ModelError,
    compiled,
    draw,
    is_choice,
    scattered,
    solve,
    whole,
    with_derived,
)
from quizzes.marking.findings import Finding, Place
from quizzes.marking.rationals import DIVISION, Rationals
from quizzes.marking.rng import Rng

SEED = 2026  # of the points tried where the grid is too large: the same proof every time
FEWEST = 20
SPREAD = 10
SHOWN = 10
# How a stem says that, and how, the answer is rounded.
ROUNDING_WORDS = {
    "en": re.compile(r"\bround|\bnearest\b|\bsteps? of\b|\bincrements?\b|\bdown to\b|\bup to the\b", re.IGNORECASE),
    "es": re.compile(r"redond|más cercan|\bpasos? de\b|\bincrementos?\b|hacia (?:abajo|arriba)", re.IGNORECASE),
}


@dataclass(frozen=True)
class Variant:
    """One variant as an author sees it: what is drawn, the answer, and what each distractor gives."""

    params: Mapping[str, str]
    answer: str
    distractors: Mapping[str, str]


@dataclass(frozen=True)
class Proof:
    """`count` variants were tried (`whole`: every one there is); `low` and `high` are the least and greatest answer;
    `endless`: some answer cannot be written in decimals."""

    count: int
    findings: tuple[Finding, ...]
    sample: tuple[Variant, ...]
    low: str = ""
    high: str = ""
    whole: bool = True
    endless: bool = False


@dataclass(frozen=True)
class _Tried:
    """Every point in a row: what each name is there, which points the constraints leave, and the formulas' values."""

    model: Model
    env: Mapping[str, Rationals]
    kept: Any
    distractors: Mapping[str, Rationals]
    plain: Rationals  # the answer with every rounding left out
    faulty: tuple[Finding, ...]

    @property
    def count(self) -> int:
        return int(self.kept.sum())

    def params(self, index: int) -> dict[str, str]:
        return {name: units.written(self.env[name].at(index)) for name in self.model.grid}

    def first(self, where: Any) -> str:
        """The first of some points in words: "bg 180, icr 8"."""
        return ", ".join(f"{name} {value}" for name, value in self.params(int(np.argmax(where))).items())


def prove(content: Content) -> Proof:
    """Try all variants where there are at most 200,000, else 20,000 seeded ones and all corners of the grid.

    Findings: E141 a formula is outside the grammar; E142 a division by zero; E148 no value for another reason; E143
    two equal options; E144 an answer outside safe_range; E145 fewer than 20 variants; E146 the stem does not state the
    rounding that changes the answer; W147 the greatest answer is more than 10 times the least.
    """
    try:
        model = compiled(content)
    except ModelError as error:
        values = {"formula": ".".join(error.place), "found": error.found, "at": str(error.at)}
        return Proof(0, (Finding("E141", ("params", *error.place), values),), ())
    tried = _try(model)
    findings = (
        *tried.faulty,
        *_without_value(tried),
        *(_equal(content, tried) if is_choice(content) else ()),
        *_unsafe(content, tried),
        *_few(tried),
        *_unstated(content, tried),
        *_wide(tried),
    )
    low, high = _ends(tried)
    sample = tuple(_variant(content, tried.params(int(index))) for index in _spread(tried))
    shown = ("", "") if low is None or high is None else (units.written(low), units.written(high))
    return Proof(tried.count, findings, sample, *shown, whole=model.size <= WHOLE_GRID, endless=_endless(tried))


def variants(content: Content, count: int, seed: int) -> list[Variant]:
    """Some drawn variants for the author's preview; the same seed gives the same. MarkingError as `draw`."""
    rng = Rng(seed)
    return [_variant(content, draw(content, rng)) for _one in range(count)]


def _variant(content: Content, params: dict[str, str]) -> Variant:
    solved = solve(content, params)
    places = content.get("decimals")
    return Variant(
        params,
        units.written(solved.answer, places),
        {name: units.written(value, places) for name, value in solved.distractors.items()},
    )


# --- trying ------------------------------------------------------------------------------------------------------


def _try(model: Model) -> _Tried:
    points, shape = _points(model)
    env = with_derived(model, points)
    faulty, kept = [], np.ones(shape, dtype=bool)
    for index, one in enumerate(model.constraints):
        found = formula.evaluate(one, env)
        for code, wrong in _faults(found):
            if wrong.any():
                faulty.append((code, index, np.broadcast_to(wrong, shape).reshape(-1)))
        kept = kept & found.true()
    plain = dict(points)
    for name, tree in model.derived.items():
        plain[name] = formula.evaluate(formula.unrounded(tree), plain)
    distractors = {name: formula.evaluate(tree, env).spread(shape) for name, tree in model.distractors.items()}
    flat = {name: value.spread(shape) for name, value in env.items()}
    tried = _Tried(model, flat, kept.reshape(-1), distractors, plain[model.answer].spread(shape), ())
    told = tuple(_fault(code, ("params", "constraints", at), "constraints", tried, where) for code, at, where in faulty)
    return _Tried(model, flat, tried.kept, distractors, tried.plain, told)


def _points(model: Model) -> tuple[dict[str, Rationals], tuple[int, ...]]:
    """The whole grid, or all its corners and points between them."""
    if model.size <= WHOLE_GRID:
        return whole(model)
    ends = [sorted({min(values), max(values)}) for values in model.grid.values()]
    return scattered(model, Rng(SEED), list(product(*ends)))


def _ends(tried: _Tried) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest answer among the variants."""
    answer = tried.env[tried.model.answer]
    good = tried.kept & (answer.fault == 0)
    if not good.any():
        return None, None
    size = answer.num.astype(float) / answer.den.astype(float)
    least = int(np.argmin(np.where(good, size, np.inf)))
    greatest = int(np.argmax(np.where(good, size, -np.inf)))
    return answer.at(least), answer.at(greatest)


def _endless(tried: _Tried) -> bool:
    """Whether some answer's denominator has factors other than 2 and 5."""
    answer = tried.env[tried.model.answer]
    den = answer.den // np.gcd(answer.num, answer.den)
    return bool((tried.kept & (answer.fault == 0) & (10**12 % den != 0).astype(bool)).any())


def _spread(tried: _Tried) -> Any:
    """Ten variants, evenly over those that have an answer."""
    good = np.flatnonzero(tried.kept & (tried.env[tried.model.answer].fault == 0))
    return good[np.linspace(0, len(good) - 1, min(SHOWN, len(good))).astype(int)] if len(good) else good


# --- findings ----------------------------------------------------------------------------------------------------


def _fault(code: str, place: Place, name: str, tried: _Tried, where: Any) -> Finding:
    values = {"formula": name, "count": str(int(where.sum())), "of": str(tried.count), "first": tried.first(where)}
    return Finding(code, place, values)


def _faults(value: Rationals) -> tuple[tuple[str, Any], ...]:
    """Where a formula divides by zero (E142), and where it has no value for another reason (E148)."""
    return ("E142", value.fault == DIVISION), ("E148", (value.fault != 0) & (value.fault != DIVISION))


def _without_value(tried: _Tried) -> Iterator[Finding]:
    """E142 and E148, once for the formula where it begins."""
    told = np.zeros_like(tried.kept)
    places: list[tuple[Place, str, Rationals]] = [
        (("params", "derived", name), name, tried.env[name]) for name in tried.model.derived
    ]
    places += [(("params", "distractors", name), name, value) for name, value in tried.distractors.items()]
    for place, name, value in places:
        for code, wrong in _faults(value):
            where = tried.kept & wrong & ~told
            if where.any():
                yield _fault(code, place, name, tried, where)
                told = told | where


def _equal(content: Content, tried: _Tried) -> Iterator[Finding]:
    """E143: two options show the same number in some variant."""
    options = {ANSWER: tried.env[tried.model.answer], **tried.distractors}
    if content.get("decimals") is not None:
        places = rationals.constant(Fraction(content["decimals"]))
        options = {name: rationals.rounded(value, places) for name, value in options.items()}
    for one, other in combinations(options, 2):
        where = tried.kept & rationals.compare("==", options[one], options[other]).true()
        if where.any():
            fault = _fault("E143", ("params", "distractors", other), f"{one}, {other}", tried, where)
            yield fault


def _unsafe(content: Content, tried: _Tried) -> Iterator[Finding]:
    """E144: the answer leaves the range that is safe to teach; without a range there is nothing to hold it to."""
    place = ("params", "safe_range")
    borders = [units.exact_or_none(value) for value in content["params"].get("safe_range") or ()]
    if len(borders) != 2 or borders[0] is None or borders[1] is None or borders[0] > borders[1]:
        yield Finding("E149", place)
        return
    answer = tried.env[tried.model.answer]
    low = rationals.compare("<", answer, rationals.constant(borders[0])).true()
    high = rationals.compare(">", answer, rationals.constant(borders[1])).true()
    where = tried.kept & (low | high)
    if where.any():
        found = _fault("E144", place, tried.model.answer, tried, where)
        worst = units.written(answer.at(int(np.argmax(where))))
        yield Finding(found.code, place, {**found.values, "answer": worst})


def _few(tried: _Tried) -> Iterator[Finding]:
    if tried.count < FEWEST:
        yield Finding("E145", ("params", "vars"), {"count": str(tried.count), "least": str(FEWEST)})


def _unstated(content: Content, tried: _Tried) -> Iterator[Finding]:
    """E146, for each language the stem is written in."""
    answer = tried.env[tried.model.answer]
    changed = tried.kept & rationals.compare("!=", answer, tried.plain).true()
    if not changed.any():
        return
    for language, written in content["stem"].items():
        words = ROUNDING_WORDS.get(language)
        if words and written.strip() and not words.search(written):
            yield Finding("E146", ("stem", language), {"language": language, "first": tried.first(changed)})


def _wide(tried: _Tried) -> Iterator[Finding]:
    low, high = _ends(tried)
    if low is not None and high is not None and high > SPREAD * max(low, Fraction(0)):
        values = {"low": units.written(low), "high": units.written(high)}
        yield Finding("W147", ("params", "answer"), values)

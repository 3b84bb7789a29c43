"""What holds for every type and every answer: bounds, monotony, the order shown, the form's round trip, and junk."""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import marking
from quizzes.marking import KINDS, Rng, mark
from quizzes.marking.choice import RULES
from quizzes.marking.ordering import SCHEMES
from quizzes.tests.items import answer, example, params, shown

LETTERS = "ABCDEF"


def many(keys: set[str], scoring: str) -> dict[str, Any]:
    options = [{"id": letter, "text": {"en": letter}, "key": letter in keys} for letter in LETTERS]
    return {"type": "mr", "options": options, "scoring": scoring}


key_sets = st.sets(st.sampled_from(LETTERS), min_size=1, max_size=5)
choices = st.sets(st.sampled_from(LETTERS))


@given(keys=key_sets, chosen=choices, scoring=st.sampled_from(sorted(RULES)))
def test_every_rule_stays_between_nothing_and_all(keys: set[str], chosen: set[str], scoring: str) -> None:
    result = mark(many(keys, scoring), {}, LETTERS, {"choices": sorted(chosen)})
    assert 0 <= result.fraction <= 1
    assert (result.fraction == 1) == (chosen == keys)


@given(keys=key_sets, chosen=choices, scoring=st.sampled_from(sorted(RULES)))
def test_one_right_choice_more_never_costs(keys: set[str], chosen: set[str], scoring: str) -> None:
    if scoring == "select_n" and len(chosen) >= len(keys):
        return  # one more than may be sent
    before = mark(many(keys, scoring), {}, LETTERS, {"choices": sorted(chosen)}).fraction
    for right in keys - chosen:
        assert mark(many(keys, scoring), {}, LETTERS, {"choices": sorted(chosen | {right})}).fraction >= before


@given(keys=key_sets, chosen=choices, scoring=st.sampled_from(sorted(RULES)))
def test_one_wrong_choice_more_never_earns(keys: set[str], chosen: set[str], scoring: str) -> None:
    before = mark(many(keys, scoring), {}, LETTERS, {"choices": sorted(chosen)}).fraction
    for wrong in set(LETTERS) - keys - chosen:
        assert mark(many(keys, scoring), {}, LETTERS, {"choices": sorted(chosen | {wrong})}).fraction <= before


@given(
    order=st.permutations("ABCDE"),
    count=st.integers(0, 5),
    gaps=st.integers(0, 2),
    scoring=st.sampled_from(sorted(SCHEMES)),
)
def test_every_scheme_of_order_stays_between_nothing_and_all(
    order: list[str], count: int, gaps: int, scoring: str
) -> None:
    content = {"type": "ordering", "scoring": scoring, "items": [{"id": one, "text": {}} for one in "ABCDE"]}
    placed = [None] * min(gaps, 5 - count) + order[:count]
    result = mark(content, {}, [], {"order": placed})
    assert 0 <= result.fraction <= 1
    assert (result.fraction == 1) == (placed == list("ABCDE"))
    assert all(0 <= part <= 1 for part in result.parts.values())


@given(order=st.permutations("ABCDEX"), count=st.integers(1, 6), scoring=st.sampled_from(sorted(SCHEMES)))
def test_a_step_that_does_not_belong_is_never_right(order: list[str], count: int, scoring: str) -> None:
    items = [{"id": one, "text": {}} for one in "ABXCDE"]
    content = {"type": "ordering", "scoring": scoring, "items": items, "distractors": ["X"]}
    result = mark(content, {}, [], {"order": order[:count]})
    assert result.right == (order[:count] == list("ABCDE"))
    assert 0 <= result.fraction <= 1


@given(ticks=st.lists(st.booleans(), min_size=6, max_size=6), more=st.integers(0, 5))
def test_a_matrix_by_columns_is_monotone(ticks: list[bool], more: int) -> None:
    content = example("matrix_mr")
    cells = [(row, column) for row in ("r1", "r2", "r3") for column in ("low", "high")]
    right = {("r1", "low"), ("r2", "high"), ("r3", "low"), ("r3", "high")}

    def fraction(chosen: set[tuple[str, str]]) -> Fraction:
        rows = {row: [column for one, column in chosen if one == row] for row, _column in cells}
        return mark(content, {}, ["low", "high"], {"rows": rows}).fraction

    chosen = {cell for cell, tick in zip(cells, ticks, strict=True) if tick}
    before, after = fraction(chosen), fraction(chosen | {cells[more]})
    assert 0 <= before <= 1
    assert (after >= before) if cells[more] in right else (after <= before)


def _some_answer(kind: str, content: dict[str, Any], order: list[str], chance: random.Random) -> dict[str, list[str]]:
    """A form filled at random, with numbers that are on it."""
    fields = {}
    for name in marking.fields_of(content, order):
        if name in ("number", "total") or name.startswith("food"):
            fields[name] = [chance.choice(["", "62", "14,0", "1,234", "0.5", "1 234,5", "-3"])]
            fields[f"{name}-reading"] = ["1.234"]
        elif name == "unit":
            fields[name] = [chance.choice(marking.present(content, params(kind), order, "en")["units"])]
        elif kind == "ordering":
            fields[name] = [chance.choice(["", name.partition("-")[2]])]
        elif kind == "mtf":
            fields[name] = [chance.choice(["", "true", "false"])]
        elif name == "choices" or kind == "matrix_mr":
            fields[name] = chance.sample(["1", "2", "3", "4"][: 4 if kind == "mr" else 2], chance.randint(0, 2))
        else:
            fields[name] = [chance.choice(["", "1", "2"])]
    return fields


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_form_said_can_be_filled_in_and_read_again(kind: str) -> None:
    """Read, fill, read: the same response, also through JSON, in any order shown."""
    chance, stored = random.Random(5), 0
    for seed in range(60):
        content = example(kind)
        order = marking.order(content, Rng(seed))
        reading = marking.read(content, params(kind), order, _some_answer(kind, content, order, chance), "en")
        if reading.response is None:
            continue
        stored += 1
        response = json.loads(json.dumps(reading.response))
        assert response == reading.response
        fields = marking.filled(content, params(kind), order, response)
        assert marking.read(content, params(kind), order, fields, "en").response == response
        result = mark(content, params(kind), order, response)
        assert "invalid_response" not in result.feedback
        assert 0 <= result.fraction <= 1
    assert stored > 10


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_shown_never_changes_the_mark(kind: str) -> None:
    content, response = example(kind), answer(kind)
    marks = [mark(content, params(kind), shown(content, seed), response) for seed in range(20)]
    assert all(one == marks[0] for one in marks)


@pytest.mark.parametrize("kind", KINDS)
def test_marking_changes_neither_item_nor_answer(kind: str) -> None:
    content, response = example(kind), answer(kind)
    before = copy.deepcopy((content, response))
    mark(content, params(kind), shown(content), response)
    marking.present(content, params(kind), shown(content), "en")
    assert (content, response) == before


ATOMS: list[Any] = [
    None, True, False, 0, 1, -1, 10**400, 1.5, float("inf"), float("nan"), "", "a", "r1", "1e999999", "١", "\x00",
    "units", [], {}, [None], ["a", "a"], {"a": "b"}, {"r1": None}, [[]], {"r1": ["low", "low"]}, {1: 2}, b"x", object(),
]  # fmt: skip
NAMES = ["choice", "choices", "rows", "pairs", "order", "blanks", "value", "unit", "total", "per_food", "raw", "x"]


def _junk(kind: str, chance: random.Random) -> Any:
    """Anything at all, or a right answer with one thing spoilt."""
    if chance.random() < 0.1:
        return chance.choice(ATOMS)
    if chance.random() < 0.5:
        return {chance.choice(NAMES): chance.choice(ATOMS) for _one in range(chance.randint(1, 3))}
    spoilt = answer(kind)
    name = chance.choice(list(spoilt))
    inner = spoilt[name]
    if isinstance(inner, dict) and inner and chance.random() < 0.7:
        inner[chance.choice([*inner, "strange"])] = chance.choice(ATOMS)
    elif isinstance(inner, list) and inner and chance.random() < 0.7:
        inner[chance.randrange(len(inner))] = chance.choice(ATOMS)
    else:
        spoilt[name] = chance.choice(ATOMS)
    return spoilt


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_junk_answers_never_raise(kind: str) -> None:
    chance, invalid = random.Random(11), 0
    content = example(kind)
    for _one in range(1000):
        result = mark(content, params(kind), shown(content), _junk(kind, chance))
        assert 0 <= result.fraction <= 1
        if "invalid_response" in result.feedback:
            invalid += 1
            assert (result.answered, result.right, dict(result.parts)) == (True, False, {})
        marking.filled(content, params(kind), shown(content), _junk(kind, chance))
    assert invalid > 100


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_of_junk_is_read_without_raising(kind: str) -> None:
    chance = random.Random(12)
    content = example(kind)
    order = shown(content)
    names = [*marking.fields_of(content, order), "choice", "number-reading", "x"]
    values = ["", "0", "1", "99", "9999", "-1", "1.5", "a", "²", "1,234", "true", "\x00", "9" * 500, "units", "٣"]
    for _one in range(300):
        fields = {name: chance.choices(values, k=chance.randint(0, 3)) for name in chance.choices(names, k=3)}
        reading = marking.read(content, params(kind), order, fields, "en")
        if reading.response is not None:
            assert "invalid_response" not in mark(content, params(kind), order, reading.response).feedback

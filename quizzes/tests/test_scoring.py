"""Every worked number of reference/quizzes.md section 3, and the random order of 3.11."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from core.units import MGDL_PER_MMOL
from quizzes import marking
from quizzes.marking import Rng, lint, mark, passes, seed_of, units
from quizzes.tests.items import example

F = Fraction


def many(keys: str, scoring: str, **changes: Any) -> dict[str, Any]:
    options = [{"id": letter, "text": {"en": letter}, "key": letter in keys} for letter in "ABCDEF"]
    return {"type": "mr", "options": options, "scoring": scoring} | changes


@pytest.mark.parametrize(
    ("scoring", "fraction"),
    [
        ("all_or_nothing", F(0)),
        ("plus_minus", F(1, 3)),
        ("select_n", F(2, 3)),
        ("each_decision", F(2, 3)),
        ("coverage", F(4, 9)),
        ("halves", F(1, 4)),
        ("rexams_false2", F(1, 3)),
    ],
)
def test_three_keys_of_six_with_two_right_and_one_wrong(scoring: str, fraction: Fraction) -> None:
    result = mark(many("ABC", scoring), {}, "ABCDEF", {"choices": ["A", "B", "D"]})
    assert result.fraction == fraction
    assert result.parts == {"A": 1, "B": 1, "C": 0, "D": 0, "E": 1, "F": 1}


def test_nothing_ticked_earns_half_where_each_decision_counts() -> None:
    result = mark(many("ABC", "each_decision"), {}, "ABCDEF", {"choices": []})
    assert (result.fraction, result.answered) == (F(1, 2), False)
    assert mark(many("ABC", "coverage"), {}, "ABCDEF", {"choices": []}).fraction == 0


@pytest.mark.parametrize(("chosen", "fraction"), [("AB", F(1, 2)), ("AD", F(0)), ("ABCDEF", F(1)), ("D", F(0))])
def test_weights_add_up_from_nothing_to_all(chosen: str, fraction: Fraction) -> None:
    weights = {"A": "0.25", "B": "0.25", "C": "0.5", "D": "-0.5"}
    content = many("ABC", "weights")
    for option in content["options"]:
        option["weight"] = weights.get(option["id"], 0)
    if chosen == "ABCDEF":
        weights["D"] = "0"
        content["options"][3]["weight"] = 0
    assert mark(content, {}, "ABCDEF", {"choices": list(chosen)}).fraction == fraction


def test_more_than_n_sent_earns_nothing() -> None:
    content = many("ABC", "select_n", select_n=3)
    assert mark(content, {}, "ABCDEF", {"choices": list("ABCD")}).fraction == 0
    assert mark(content, {}, "ABCDEF", {"choices": list("AB")}).fraction == F(2, 3)


@pytest.mark.parametrize(("wrong", "fraction"), [(0, F(1)), (1, F(1, 2)), (2, F(1, 4)), (3, F(0))])
def test_halves_halve_with_each_slip_up_to_two(wrong: int, fraction: Fraction) -> None:
    assert mark(many("ABC", "halves"), {}, "ABCDEF", {"choices": list("ABCDEF"[: 3 + wrong])}).fraction == fraction


def test_the_published_example_of_achieve_earns_two_of_four() -> None:
    """Four right and two wrong of four keys: 2 points of 4 (3.4)."""
    content = many("ABCD", "plus_minus")
    assert mark(content, {}, "ABCDEF", {"choices": list("ABCDEF")}).fraction * 4 == 2


def test_the_published_matrix_of_learnosity_earns_five_of_eight() -> None:
    """Columns with (3 of 4, 0 wrong), (2 of 2), (1 right, 1 wrong of 2): 3 + 2 + 0 of 8."""
    keys = {"r1": ["x", "y"], "r2": ["x", "y"], "r3": ["x", "z"], "r4": ["x", "z"], "r5": []}
    content = {
        "type": "matrix_mr",
        "columns": [{"id": column, "text": {"en": column}} for column in "xyz"],
        "rows": [{"id": row, "text": {"en": row}, "keys": columns} for row, columns in keys.items()],
    }
    said = {"r1": ["x", "y"], "r2": ["x", "y"], "r3": ["x", "z"], "r5": ["z"]}
    result = mark(content, {}, "xyz", {"rows": said})
    assert result.fraction == F(5, 8)
    assert result.parts == {"x": F(3, 4), "y": 1, "z": 0}


SCHEMES = {
    "exact": F(0),
    "absolute": F(3, 5),
    "next_excl_last": F(1, 2),
    "next_incl_last": F(3, 5),
    "one_prev_next": F(1, 2),
    "all_prev_next": F(9, 10),
    "longest_ordered": F(4, 5),
    "longest_contiguous": F(3, 5),
    "relative_to_correct": F(9, 10),
}


def steps(scoring: str) -> dict[str, Any]:
    return {"type": "ordering", "scoring": scoring, "items": [{"id": one, "text": {"en": one}} for one in "ABCDE"]}


@pytest.mark.parametrize(("scoring", "fraction"), SCHEMES.items())
def test_abcde_given_as_bacde(scoring: str, fraction: Fraction) -> None:
    assert mark(steps(scoring), {}, "ABCDE", {"order": list("BACDE")}).fraction == fraction
    assert mark(steps(scoring), {}, "ABCDE", {"order": list("ABCDE")}).fraction == 1


@pytest.mark.parametrize("scoring", ["longest_ordered", "longest_contiguous", "absolute", "next_excl_last", "exact"])
def test_one_step_alone_is_no_chain(scoring: str) -> None:
    assert mark(steps(scoring), {}, "ABCDE", {"order": list("EDCBA")}).fraction == (
        F(1, 5) if scoring == "absolute" else 0
    )


PUMP = {
    "type": "ordering",
    "mode": "dag",
    "items": [{"id": one, "text": {"en": one}} for one in ("wash", "fill", "prime", "connect", "note", "shake")],
    "edges": [["wash", "fill"], ["fill", "prime"], ["prime", "connect"], ["fill", "note"]],
    "critical": [["prime", "connect"]],
    "distractors": ["shake"],
}


@pytest.mark.parametrize(
    ("given", "fraction"),
    [
        ("wash fill note prime connect", F(1)),
        ("wash fill connect prime note", F(0)),  # connected before it is primed
        ("fill wash prime connect note", F(3, 4)),  # one harmless swap
        ("wash fill prime connect note shake", F(0)),  # a step that does not belong
        ("wash fill prime", F(0)),  # the critical step is missing
    ],
)
def test_priming_a_pump_is_a_partial_order(given: str, fraction: Fraction) -> None:
    assert mark(PUMP, {}, [], {"order": given.split()}).fraction == fraction


def glucose(**changes: Any) -> dict[str, Any]:
    return example("numeric", answers=[{"value": "252", "unit": "mg/dL", "atol": "1"}]) | changes


@pytest.mark.parametrize(
    ("value", "unit", "fraction", "feedback"),
    [
        ("252", "mg/dL", 1, ()),
        ("251", "mg/dL", 1, ()),  # the border counts
        ("250.9", "mg/dL", 0, ()),
        ("14.0", "mmol/L", 1, ()),
        ("14.0", "mg/dL", 0, ("unit",)),
        ("252", "mmol/L", 0, ("unit",)),
        ("252", "units", 0, ("wrong_dimension",)),
        ("13.9", "mmol/L", 0, ()),
    ],
)
def test_252_mgdl_is_14_mmol(value: str, unit: str, fraction: int, feedback: tuple[str, ...]) -> None:
    result = mark(glucose(), {}, [], {"value": value, "unit": unit})
    assert (result.fraction, result.feedback) == (F(fraction), feedback)


def test_units_for_units_per_hour_are_another_dimension() -> None:
    rate = {"type": "numeric", "answers": [{"value": "0.8", "unit": "units/h", "atol": 0}]}
    assert mark(rate, {}, [], {"value": "0.8", "unit": "units"}).feedback == ("wrong_dimension",)
    assert mark(rate, {}, [], {"value": "0.8", "unit": "units/h"}).right


def test_an_exact_unit_is_not_converted_and_a_fixed_one_is_not_asked() -> None:
    exact = glucose(unit_policy="exact")
    assert mark(exact, {}, [], {"value": "14.0", "unit": "mmol/L"}).fraction == 0
    assert mark(glucose(unit_policy="fixed"), {}, [], {"value": "252", "unit": None}).right


def test_the_unit_costs_its_share_only_where_the_author_says_so() -> None:
    result = mark(glucose(unit_credit="0.2"), {}, [], {"value": "14.0", "unit": "mg/dL"})
    assert (result.fraction, result.feedback) == (F(4, 5), ("unit",))


def test_a_range_and_partial_credit_count_with_their_borders() -> None:
    wide = {"low": "240", "high": "260", "unit": "mg/dL", "credit": "0.5"}
    content = glucose(answers=[{"value": "252", "unit": "mg/dL", "rtol": "0.01"}, wide])
    marks = [mark(content, {}, [], {"value": value, "unit": "mg/dL"}).fraction for value in ("254.52", "240", "239.9")]
    assert marks == [1, F(1, 2), 0]


@pytest.mark.parametrize(("mgdl", "mmol"), [("252", "14.0"), ("70", "3.9"), ("180", "10.0")])
def test_glucose_converts_to_one_decimal_half_up(mgdl: str, mmol: str) -> None:
    assert units.written(units.convert(F(mgdl), "mg/dL", "mmol/L"), 1) == mmol


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0.25", 1, "0.3"),
        ("0.35", 1, "0.4"),
        ("2.5", 0, "3"),
        ("9", 2, "9.00"),
        ("-0.04", 1, "0.0"),
        ("1/3", None, "0.333333"),
    ],
)
def test_a_half_goes_up(value: str, places: int | None, text: str) -> None:
    assert units.written(F(value), places) == text


@pytest.mark.parametrize(
    ("grams", "fraction"), [("62", F(1)), ("68", F(1)), ("55", F(1, 2)), ("74", F(1, 2)), ("75", F(0)), ("49", F(0))]
)
def test_62_grams_are_counted_within_their_tolerance(grams: str, fraction: Fraction) -> None:
    assert mark(example("carb_meal"), {}, [], {"total": grams}).fraction == fraction


def test_a_wrong_total_shows_which_food_it_came_from() -> None:
    result = mark(example("carb_meal"), {}, [], {"total": "75", "per_food": {"rice": "58", "beans": "17"}})
    assert result.parts == {"rice": 0, "beans": 1, "total": 0}


def test_rows_earn_their_share_and_open_ones_nothing() -> None:
    content = example("matching")
    result = mark(content, {}, ["w1", "w2", "w3"], {"pairs": {"l1": "w1"}})
    assert result.fraction == F(1, 2)
    assert result.parts == {"l1": 1, "l2": 0}
    assert mark(content | {"scoring": "all_or_nothing"}, {}, ["w1", "w2"], {"pairs": {"l1": "w1"}}).fraction == 0


def test_a_pass_is_compared_exactly() -> None:
    assert passes(F(2, 3) * 3, F(3), F(2, 3))
    assert not passes(F(79_999_999, 10_000_000), F(10), F(8, 10))


def test_the_two_glucose_factors_are_one() -> None:
    assert float(units.MGDL_PER_MMOL) == lint.MGDL_PER_MMOL == MGDL_PER_MMOL
    assert F("18.016") == units.MGDL_PER_MMOL


# --- 3.11 --------------------------------------------------------------------------------------------------------


def test_the_published_vectors_of_the_generator() -> None:
    rng = Rng(0)
    assert [f"{rng.next():016X}" for _one in range(2)] == ["E220A8397B1DCDAF", "6E789E6AA1B965F4"]
    letters = list("ABCDE")
    Rng(42).shuffle(letters)
    assert "".join(letters) == "BCAED"


def test_below_is_fair_and_in_range() -> None:
    rng, seen = Rng(7), [0] * 6
    for _one in range(6000):
        seen[rng.below(6)] += 1
    assert min(seen) > 900
    assert rng.below(1) == 0
    with pytest.raises(ValueError, match="0"):
        rng.below(0)


def test_what_would_favour_low_numbers_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([(1 << 64) - 1, 5])
    rng = Rng(0)
    monkeypatch.setattr(rng, "next", lambda: next(drawn))
    assert rng.below(3) == 2  # 2**64 - 1 lies in the odd rest and does not count


def test_the_seed_depends_on_attempt_slot_and_version() -> None:
    """First 8 bytes of HMAC-SHA256(b"key", "attempt|slot|version"), big-endian; computed with openssl."""
    seeds = {seed_of(b"key", *parts) for parts in [("a", 1, 2), ("b", 1, 2), ("a", 2, 2), ("a", 1, 3)]}
    assert len(seeds) == 4
    assert seed_of(b"key", "a", 1, 2) == seed_of(b"key", "a", "1", "2") == int("0f74789578095a04", 16)


def test_anchored_options_stay_last_and_a_fixed_order_stays() -> None:
    content = many("ABC", "plus_minus", anchor_last=["A"])
    assert all(marking.order(content, Rng(seed))[-1] == "A" for seed in range(20))
    assert marking.order(content | {"shuffle": False}, Rng(1)) == list("ABCDEF")
    assert len({tuple(marking.order(content, Rng(seed))) for seed in range(20)}) > 10


def test_steps_are_never_shown_in_the_right_order() -> None:
    content = steps("exact") | {"items": steps("exact")["items"][:3], "shuffle": False}
    orders = [marking.order(content, Rng(seed)) for seed in range(200)]
    assert list("ABC") not in orders
    assert len({tuple(one) for one in orders}) == 5

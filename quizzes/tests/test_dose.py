"""Dose calculation: the grammar is safe and exact, and the proof finds what one learner in thousands would meet."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.marking import MarkingError, Rng, draw, formula, mark, present, rationals
from quizzes.marking.dose import solve
from quizzes.marking.formula import FormulaError
from quizzes.marking.proof import prove, variants
from quizzes.marking.rationals import Rationals
from quizzes.tests.items import DRAWN, example

F = Fraction


def value(written: str, **names: str) -> Fraction:
    env = {name: Rationals.of([F(one)]) for name, one in names.items()}
    return formula.evaluate(formula.parse(written), env).at(0)


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("1 + 2 * 3", F(7)),
        ("(1 + 2) * 3", F(9)),
        ("2 ** 3 ** 2", F(512)),
        ("-2 ** 2", F(-4)),
        ("2 ** -1", F(1, 2)),
        ("0.1 + 0.2", F(3, 10)),
        ("10 - 4 - 3", F(3)),
        ("12 / 4 / 3", F(1)),
        ("max(0, -1, 2)", F(2)),
        ("min(1, 2)", F(1)),
        ("abs(-3.5)", F(7, 2)),
        ("round(2.5)", F(3)),
        ("round(2.45, 1)", F(5, 2)),
        ("floor_step(7.7499, 0.05)", F("7.7")),
        ("floor_step(9.0, 0.05)", F(9)),
        ("ceil_step(7.71, 0.05)", F("7.75")),
        ("if(2 > 1, 5, 1 / 0)", F(5)),
        ("if(1 >= 2, 1, 3)", F(3)),
        ("(1 < 2) + (2 <= 2) + (1 == 1) + (1 != 1)", F(3)),
    ],
)
def test_a_formula_has_the_value_of_arithmetic(written: str, result: Fraction) -> None:
    assert value(written) == result


@pytest.mark.parametrize(
    "written",
    [
        "", "1 +", "1 2", "(1", "1)", "a.b", "a[0]", "'a'", "a = 1", "a; b", "a // b", "a % b", "lambda: 1", "eval(1)",
        "__import__(1)", "min(1)", "if(1, 2)", "round(1, 2, 3)", "min", "1 < 2 < 3", "a and b", "1e5", "é", "a()",
        "(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "+".join(["1"] * 60), "1" * 501,
    ],
)  # fmt: skip
def test_what_is_outside_the_grammar_is_refused_with_its_place(written: str) -> None:
    with pytest.raises(FormulaError) as refused:
        formula.parse(written)
    assert refused.value.at >= 1


@given(st.text(alphabet="0123456789.+-*/()<>=!,abif minmxroundfloor_step", max_size=60))
def test_any_text_is_a_formula_or_refused(written: str) -> None:
    try:
        tree = formula.parse(written)
    except FormulaError:
        return
    env = {name: Rationals.of([F(3, 7)]) for name in formula.names(tree)}
    formula.evaluate(tree, env)


@pytest.mark.parametrize("written", ["1 / 0", "10 ** 12", "10 ** 11 * 10", "2 ** 13", "2 ** 0.5", "floor_step(1, 0)"])
def test_what_has_no_value_is_a_fault_of_its_point(written: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        value(written)


def test_a_tower_of_powers_does_not_exhaust_the_machine() -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match=str(rationals.TOO_LARGE)):
        value("(" * 8 + "1.0000001" + " ** 12)" * 8)
    assert time.process_time() - began < 1


numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


@given(a=numbers, b=numbers, c=numbers)
def test_many_points_at_once_have_the_values_of_fractions(a: Fraction, b: Fraction, c: Fraction) -> None:
    env = {"a": Rationals.of([a, b, c]), "b": Rationals.of([b, c, a])}
    found = formula.evaluate(formula.parse("max(a * b - 3, a + b) - abs(b) * if(a < b, a, 2)"), env)
    for index, (x, y) in enumerate([(a, b), (b, c), (c, a)]):
        assert found.at(index) == max(x * y - 3, x + y) - abs(y) * (x if x < y else 2)


@given(a=numbers, step=st.fractions(min_value=F(1, 100), max_value=10, max_denominator=100))
def test_steps_round_down_and_up_to_their_multiple(a: Fraction, step: Fraction) -> None:
    env = {"a": Rationals.of([a]), "s": Rationals.of([step])}
    down = formula.evaluate(formula.parse("floor_step(a, s)"), env).at(0)
    up = formula.evaluate(formula.parse("ceil_step(a, s)"), env).at(0)
    assert down == a // step * step
    assert down <= a <= up < a + step


def test_numbers_beyond_64_bits_stay_exact() -> None:
    big = F(10**11 + 1, 10**9 + 7)
    env = {"a": Rationals.of([big]), "b": Rationals.of([F(10**9 + 9, 10**11 + 3)])}
    assert formula.evaluate(formula.parse("a * b + a / b"), env).at(0) == big * F(10**9 + 9, 10**11 + 3) + big / F(
        10**9 + 9, 10**11 + 3
    )


# --- the worked boluses of 3.5 -----------------------------------------------------------------------------------


def drawn(bg: int, target: int, isf: int, carbs: int, icr: int, iob: str) -> dict[str, str]:
    return {name: str(one) for name, one in locals().items()}


@pytest.mark.parametrize(
    ("params", "dose"),
    [
        (drawn(252, 100, 38, 60, 12, "0"), "9.00"),
        (drawn(252, 100, 38, 60, 12, "1.3"), "7.70"),
        (drawn(187, 110, 45, 47, 11, "0.6"), "5.35"),
    ],
)
def test_the_worked_boluses(params: dict[str, str], dose: str) -> None:
    content = example("dose_calc")
    assert solve(content, params).answer == F(dose)
    assert mark(content, params, [], {"value": dose, "unit": "units"}).right
    assert mark(content, params, [], {"value": str(F(dose) + F("0.05")), "unit": "units"}).fraction == 0


def test_a_slip_is_named() -> None:
    content, params = example("dose_calc"), {**DRAWN, "iob": "1.3"}
    assert mark(content, params, [], {"value": "9", "unit": "units"}).misconception == "forgot_iob"
    assert mark(content, params, [], {"value": "7.7", "unit": "units/h"}).feedback == ("wrong_dimension",)
    assert mark(content, params, [], {"value": "7.7", "unit": "units"}).misconception is None


def test_as_a_choice_the_slips_are_the_options() -> None:
    content, params = example("dose_calc", ask="choice"), {**DRAWN, "iob": "1.3"}
    order = ["forgot_iob", "answer", "forgot_correction"]
    texts = [option["text"] for option in present(content, params, order, "es")["options"]]
    assert texts == ["9 unidades", "7.7 unidades", "3.7 unidades"]
    hit = mark(content, params, order, {"choice": "forgot_iob"})
    assert (float(hit.fraction), hit.misconception) == (0.0, "forgot_iob")
    assert mark(content, params, order, {"choice": "answer"}).right


def test_a_draft_whose_slip_has_no_value_is_told_so() -> None:
    content = example("dose_calc", ask="choice")
    content["params"]["distractors"] = {"broken": "1 / (iob - iob)"}
    with pytest.raises(MarkingError, match="bad_params"):
        present(content, DRAWN, ["answer", "broken"], "en")


def test_the_stem_shows_what_was_drawn_in_both_units() -> None:
    stem = present(example("dose_calc"), DRAWN, [], "en")["stem"]
    assert stem.startswith("Glucose 252 mg/dL (14.0 mmol/L), target 100 mg/dL (5.6 mmol/L).")
    assert "{" not in stem


def test_a_draw_keeps_the_constraints_and_is_the_same_for_the_same_seed() -> None:
    content = example("dose_calc")
    content["params"]["constraints"] = ["dose >= 4", "bg > 200"]
    for seed in range(50):
        params = draw(content, Rng(seed))
        assert params == draw(content, Rng(seed))
        assert solve(content, params).answer >= 4
        assert F(params["bg"]) > 200


def test_a_rare_variant_is_found_and_none_is_said() -> None:
    content = grid("a", a={"min": 0, "max": 4000}, constraints=["a == 1234"])
    assert draw(content, Rng(1)) == {"a": "1234"}
    content["params"]["constraints"] = ["a == 4001"]
    with pytest.raises(MarkingError, match="no_variant"):
        draw(content, Rng(1))


# --- the proof ---------------------------------------------------------------------------------------------------


def grid(dose: str, constraints: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """An item with this formula; variables by name, other keys of params under `params`."""
    params, top = more.pop("params", {}), more.pop("top", {})
    standard = {
        "vars": more,
        "constraints": constraints or [],
        "derived": {"dose": dose},
        "answer": "dose",
        "unit": "units",
        "safe_range": [-100000000, 100000000],
    }
    stem = {"en": "Round down to steps of 1 unit.", "es": "Redondee hacia abajo."}
    return {"type": "dose_calc", "stem": stem, "params": {**standard, **params}, **top}


def codes(content: dict[str, Any]) -> list[str]:
    return [finding.code for finding in prove(content).findings]


TENS = {"min": 10, "max": 19}


def test_a_clean_item_is_proved_whole() -> None:
    proof = prove(example("dose_calc"))
    assert (proof.findings, proof.whole) == ((), True)
    assert proof.count == 31 * 9 * 3 * 2 * 3
    assert (proof.low, proof.high, len(proof.sample)) == ("3.1", "13.25", 10)


def test_a_division_by_zero_at_one_corner_of_200000_variants_is_found_in_time() -> None:
    content = grid(
        "floor_step(max(0, (a - 100) / 38 + b / 12 - c / 10), 0.05) + 1 / (a - 60 + b + c)",
        a={"min": 60, "max": 159},
        b={"min": 0, "max": 99},
        c={"min": 0, "max": 19},
        params={"distractors": {"x": "a / 38 + b / 12", "y": "floor_step((a - 100) / 38 + b / 12, 0.05)"}},
        top={"ask": "choice"},
    )
    began = time.process_time()
    proof = prove(content)
    took = time.process_time() - began
    found = {finding.code: finding.values for finding in proof.findings}
    assert found["E142"] == {"formula": "dose", "count": "1", "of": "200000", "first": "a 60, b 0, c 0"}
    assert (proof.count, proof.whole) == (200_000, True)
    assert took < 10, took


def test_a_corner_of_a_larger_grid_is_found_too() -> None:
    wide = {"min": 0, "max": 999}
    proof = prove(grid("1 / (2997 - a - b - c)", a=wide, b=wide, c=wide, params={"safe_range": [0, 1]}))
    assert not proof.whole
    assert 20_000 <= proof.count <= 20_008
    found = {finding.code: finding.values for finding in proof.findings}
    assert found["E142"]["first"] == "a 999, b 999, c 999"


def test_an_excluded_division_by_zero_is_none() -> None:
    assert "E142" in codes(grid("12 / a", a={"min": 0, "max": 30}))
    assert "E142" not in codes(grid("12 / a", a={"min": 0, "max": 30}, constraints=["a > 0"]))
    assert "E142" in codes(grid("12", a={"min": 0, "max": 30}, constraints=["1 / a > 0"]))


def test_two_equal_options_are_found() -> None:
    content = grid("a + b", a=TENS, b=TENS, params={"distractors": {"doubled": "2 * a"}}, top={"ask": "choice"})
    (finding,) = [finding for finding in prove(content).findings if finding.code == "E143"]
    assert (finding.values["count"], finding.values["first"]) == ("10", "a 10, b 10")
    assert "E143" not in codes(content | {"ask": "number"})
    content["params"]["distractors"] = {"doubled": "a + b + 0.04"}
    assert "E143" not in codes(content)
    assert "E143" in codes(content | {"decimals": 1})


def test_an_answer_outside_the_safe_range_is_counted_and_shown() -> None:
    content = grid("a + b", a=TENS, b=TENS, params={"safe_range": [20, 37]})
    (finding,) = prove(content).findings
    assert finding.code == "E144"
    assert finding.values == {"formula": "dose", "count": "1", "of": "100", "first": "a 19, b 19", "answer": "38"}
    content["params"]["safe_range"] = [20, 38]
    assert codes(content) == []
    content["params"]["safe_range"] = [20]
    assert codes(content) == ["E149"]


def test_fewer_than_twenty_variants_are_too_few() -> None:
    assert codes(grid("a", a={"min": 1, "max": 19}, params={"safe_range": [0, 99]})) == ["E145", "W147"]
    assert codes(grid("a", a={"min": 10, "max": 29})) == []


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        ({"en": "What is the dose?", "es": "¿Cuál es la dosis?"}, ["E146", "E146"]),
        ({"en": "Round down to 1 unit.", "es": "¿Cuál es la dosis?"}, ["E146"]),
        ({"en": "Give the nearest whole unit.", "es": "Redondee."}, []),
    ],
)
def test_rounding_that_changes_the_answer_has_to_be_stated(stem: dict[str, str], found: list[str]) -> None:
    assert codes(grid("floor_step(a / 3, 1)", a={"min": 30, "max": 60}, top={"stem": stem})) == found
    assert codes(grid("floor_step(a, 1)", a={"min": 30, "max": 60}, top={"stem": stem})) == []


def test_answers_more_than_tenfold_apart_are_a_warning() -> None:
    assert codes(grid("a", a={"min": 10, "max": 101})) == ["W147"]
    assert codes(grid("a", a={"min": 10, "max": 100})) == []


@pytest.mark.parametrize(
    "params",
    [
        {"derived": {"dose": "a ^ 2"}},
        {"derived": {"dose": "a + nowhere"}},
        {"derived": {"a": "1", "dose": "a"}},
        {"answer": "nothing"},
        {"vars": {"a": {"min": 1, "max": 0}}},
        {"vars": {"a": {"min": 1, "max": 10, "step": 0}}},
        {"vars": {"a": {"choice": ["x"]}}},
        {"vars": {"if": {"choice": [1]}}},
        {"vars": {"a": 5}},
        {"constraints": ["a >"]},
        {"distractors": {"x": {"why": {}}}},
        {"distractors": {"x": "import os"}},
    ],
)
def test_params_that_make_no_model_are_told_by_place(params: dict[str, Any]) -> None:
    (finding,) = prove(grid("a", a=TENS, params=params)).findings
    assert finding.code == "E141"
    assert finding.place[:2] == ("params", next(iter(params)) if "a" not in params.get("derived", {}) else "derived")


def test_a_value_too_large_is_found() -> None:
    assert "E148" in codes(grid("a ** 12", a={"min": 2, "max": 30}))


def test_ten_variants_for_the_preview_are_the_same_each_time() -> None:
    content = example("dose_calc")
    assert variants(content, 10, seed=3) == variants(content, 10, seed=3)
    assert len({tuple(one.params.items()) for one in variants(content, 10, seed=3)}) > 5
    assert variants(content, 1, seed=3)[0].distractors.keys() == {"forgot_iob", "forgot_correction"}


@settings(max_examples=50)
@given(st.integers(0, 2**64 - 1))
def test_whatever_is_drawn_the_proof_has_allowed(seed: int) -> None:
    content = example("dose_calc")
    proof = prove(content)
    assert F(proof.low) <= solve(content, draw(content, Rng(seed))).answer <= F(proof.high)

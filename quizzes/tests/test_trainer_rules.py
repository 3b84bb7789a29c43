"""The trainer's rules as properties: how close is close, when the level moves, which foods come back, what is laid."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from itertools import pairwise

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core import plates as pictures
from quizzes.trainer import closeness, levels, plates, reasons
from quizzes.trainer.closeness import Verdict
from quizzes.trainer.foods import COLUMNS, SPANISH, Food, read

GRAMS = st.decimals(0, 999, places=0)
CLOSE = st.lists(st.booleans(), max_size=40)
ENGLISH, IN_SPANISH = ((settings.CURRICULUM_DIR / name).read_text("utf-8") for name in ("foods.csv", "foods.es.csv"))
FOODS, FAULTS = read(ENGLISH, IN_SPANISH)


def food(ident: str) -> Food:
    return next(one for one in FOODS if one.id == ident)


# --- close ------------------------------------------------------------------------------------------------------------


@given(counted=GRAMS, guess=GRAMS)
def test_ten_grams_off_is_never_far_and_twenty_never_close_whatever_the_plate(counted: Decimal, guess: Decimal) -> None:
    found, error = closeness.verdict(counted, guess), abs(counted - guess)
    if error <= 5:
        assert found == Verdict.CLOSE
    if error > 10:
        assert found != Verdict.CLOSE
    if error >= 20:
        assert found == Verdict.FAR


@given(counted=GRAMS, nearer=GRAMS, further=GRAMS)
def test_a_guess_further_off_is_never_judged_closer(counted: Decimal, nearer: Decimal, further: Decimal) -> None:
    order = list(Verdict)
    near, far = sorted((nearer, further), key=lambda guess: abs(guess - counted))
    assert order.index(closeness.verdict(counted, near)) <= order.index(closeness.verdict(counted, far))


@pytest.mark.parametrize(
    ("counted", "guess", "said"),
    [
        *((14, 19, "close"), (14, 20, "off"), (14, 24, "far"), (40, 48, "close"), (40, 49, "off"), (40, 56, "far")),
        *((120, 130, "close"), (120, 131, "off"), (120, 139, "off"), (120, 140, "far"), (0, 5, "close"), (0, 6, "off")),
    ],
)
def test_the_borders_are_five_grams_a_fifth_and_ten_grams(counted: int, guess: int, said: str) -> None:
    assert closeness.verdict(Decimal(counted), Decimal(guess)) == said


# --- levels -----------------------------------------------------------------------------------------------------------


def played(outcomes: list[bool]) -> list[int]:
    """The level of each plate for someone whose guesses are close or not in this order, and of the one after them."""
    rounds: list[tuple[int, bool]] = []
    for close in outcomes:
        rounds.append((levels.next_level(rounds), close))
    return [level for level, _close in rounds] + [levels.next_level(rounds)]


@given(outcomes=CLOSE)
def test_the_level_moves_one_step_at_a_time_and_stays_within_its_ends(outcomes: list[bool]) -> None:
    found = played(outcomes)
    assert found[0] == 1
    assert all(abs(after - before) <= 1 and 1 <= after <= len(levels.LEVELS) for before, after in pairwise(found))


@given(outcomes=CLOSE)
def test_it_rises_only_after_three_close_in_a_row_and_falls_only_after_two_that_were_not(outcomes: list[bool]) -> None:
    found = played(outcomes)
    for at, (before, after) in enumerate(pairwise(found), start=1):
        if after > before:
            assert outcomes[at - 3 : at] == [True] * 3
            assert found[at - 3 : at] == [before] * 3
        if after < before:
            assert outcomes[at - 2 : at] == [False] * 2


@given(outcomes=CLOSE)
def test_the_last_three_rounds_are_all_it_needs(outcomes: list[bool]) -> None:
    rounds = list(zip(played(outcomes), outcomes, strict=False))
    assert levels.next_level(rounds) == levels.next_level(rounds[-3:])


def test_who_is_always_close_reaches_the_top_and_who_never_is_comes_down_again() -> None:
    assert played([True] * 12)[-1] == 5
    assert played([True] * 30)[-1] == 5
    assert played([True] * 12 + [False] * 8)[-1] == 1


# --- foods that come back ---------------------------------------------------------------------------------------------


def rounds_until_due(first: list[bool]) -> int | None:
    """How many other plates lie between the last time a food was seen and its return, after these outcomes."""
    history = [{"rice": close} for close in first]
    for between in range(40):
        if "rice" in levels.due(history):
            return between
        history.append({"bread": True})
    return None


def test_a_missed_food_comes_back_after_one_other_plate_then_later_and_later_then_no_more() -> None:
    assert rounds_until_due([False]) == 1
    assert rounds_until_due([False, True]) == 4
    assert rounds_until_due([False, True, True]) == 12
    assert rounds_until_due([False, True, True, True]) is None
    assert rounds_until_due([False, True, True, False]) == 1
    assert rounds_until_due([True, True]) is None


@given(first=st.lists(st.booleans(), min_size=1, max_size=8))
def test_a_miss_never_makes_a_food_wait_longer_than_a_close_guess(first: list[bool]) -> None:
    missed, close = rounds_until_due([*first, False]), rounds_until_due([*first, True])
    assert missed == 1
    assert close is None or close >= missed


# --- plates -----------------------------------------------------------------------------------------------------------

KINDS = sorted({kind for kinds in plates.ROLES.values() for kind in kinds} - {"vegetables", "protein"})
SEEDS, LEVEL = st.text("0123456789abcdef", min_size=4, max_size=16), st.integers(1, 5)


@given(seed=SEEDS, level=LEVEL)
def test_a_plate_is_what_its_level_says_and_the_same_again_for_its_seed(seed: str, level: int) -> None:
    plate, spec = plates.lay(FOODS, level, [], seed), levels.LEVELS[level - 1]
    assert plate == plates.lay(FOODS, level, [], seed)
    assert len(plate) == len(spec.roles)
    assert len({one.food for one in plate}) == len(plate)
    assert all(one.category in plates.ROLES[role] for one, role in zip(plate, spec.roles, strict=True))
    assert sum(one.times != 1 for one in plate) <= spec.odd
    assert not any(food(one.food).alcohol for one in plate)
    assert plate[0].portion_carb_g >= plates.COUNTS_G
    assert not any(one.estimate for one in plate if level < 4)
    assert plates.from_json(plates.as_json(plate)) == plate


@given(seed=SEEDS, level=LEVEL)
def test_a_food_that_is_due_lies_on_the_plate_wherever_it_fits(seed: str, level: int) -> None:
    history = [{"pasta-spaghetti-cooked": False, "cheese-pizza-regular-crust": False}, {"banana": True}]
    there = {one.food for one in plates.lay(FOODS, level, history, seed)}
    fits = {"cheese-pizza-regular-crust"} if level >= 4 else {"pasta-spaghetti-cooked"}
    assert fits <= there


@given(seed=SEEDS, level=LEVEL)
def test_what_lay_on_the_last_two_plates_is_not_laid_again_unless_it_is_due(seed: str, level: int) -> None:
    before = plates.lay(FOODS, level, [], seed)
    history = [{one.food: True for one in before}]
    after = plates.lay(FOODS, level, history, seed, {one.food for one in before})
    assert not {one.food for one in before} & {one.food for one in after}


@given(seed=SEEDS, level=LEVEL)
def test_at_most_half_of_a_plate_comes_back(seed: str, level: int) -> None:
    missed = {next(one.id for one in FOODS if one.category == kind and one.carb_g >= 10): False for kind in KINDS}
    history = [missed, {}]
    back = [one.food for one in plates.lay(FOODS, level, history, seed) if one.food in levels.due(history)]
    assert len(back) == (len(levels.LEVELS[level - 1].roles) + 1) // 2


@given(seed=SEEDS, level=LEVEL)
def test_the_foods_of_a_plate_add_up_to_its_total_in_whole_grams(seed: str, level: int) -> None:
    plate = plates.lay(FOODS, level, [], seed)
    assert plates.total_g(plate) == sum(one.carb_g for one in plate)
    assert all(one.carb_g == one.carb_g.to_integral_value() for one in plate)


@given(seed=SEEDS, level=LEVEL, guessed=st.lists(st.integers(0, 200), min_size=4, max_size=4))
def test_every_plate_can_be_drawn_before_and_after_the_guess(seed: str, level: int, guessed: list[int]) -> None:
    plate = plates.lay(FOODS, level, [], seed)
    shown = [
        pictures.Serving(
            n, pictures.look(one.category, one.name["en"], one.portion["en"]), float(one.weight_g), n, guess // 5
        )
        for n, (one, guess) in enumerate(zip(plate, guessed, strict=False), start=1)
    ]
    assert pictures.plate(shown, "before").count("f-badge") == len(plate)
    assert not any(dot in pictures.plate(shown, "before") for dot in ("d-got", "d-missed", "d-extra"))
    assert "d-ground" in pictures.plate(shown, "after", pictures.Key("a", "b", "c"))


# --- why --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ident", "times", "guess", "code"),
    [
        ("rice-white-long-grain-cooked", "1", 45, "none"),
        ("rice-white-long-grain-cooked", "1.5", 45, "portion"),
        ("orange-juice", "2", 0, "forgotten"),
        ("egg-hard-boiled", "1", 15, "few"),
        ("egg-hard-boiled", "1", None, "few"),
        ("rice-white-long-grain-cooked", "1", None, "size"),
        ("plantain-ripe-fried-maduros", "1", 15, "dense"),
        ("watermelon", "1", 30, "light"),
        ("lentils-cooked", "1", 5, "fiber"),
        ("chicken-biryani", "1", 20, "estimate"),
        ("rice-white-long-grain-cooked", "1", 20, "size"),
    ],
)
def test_a_guess_that_is_off_has_its_reason(ident: str, times: str, guess: int | None, code: str) -> None:
    grams = Decimal(guess) if guess is not None else None
    assert reasons.reason(plates.helping(food(ident), Decimal(times)), grams) == code


# --- the table of foods -----------------------------------------------------------------------------------------------


def test_the_table_has_its_231_foods_each_with_spanish_and_34_estimates() -> None:
    assert (len(FOODS), FAULTS) == (231, ())
    assert sum(one.estimate for one in FOODS) == 34
    assert all(one.name["es"] and one.portion["es"] for one in FOODS)
    assert len({one.name["es"] for one in FOODS}) == 231


def changed(text: str, row_of: str, **values: str) -> str:
    """The file with other values in the row of this name."""
    reader = csv.DictReader(io.StringIO(text))
    out = io.StringIO()
    writer = csv.DictWriter(out, reader.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, **(values if row["name"] == row_of else {})} for row in reader)
    return out.getvalue()


@pytest.mark.parametrize(
    ("values", "key", "says"),
    [
        ({"carb_g": "a lot"}, "carb_g", "“a lot” is no number of 0 or more"),
        ({"carb_g": "-1"}, "carb_g", "no number of 0 or more"),
        ({"kcal": "NaN"}, "kcal", "no number of 0 or more"),
        ({"carb_g": "182.1"}, "carb_g", "more than the portion of 182 g weighs"),
        ({"fiber_g": "26"}, "fiber_g", "more than the carbohydrate"),
        ({"category": "Fruits"}, "category", "“Fruits” is none of"),
        ({"portion": ""}, "portion", "is empty"),
        ({"source": " "}, "source", "is empty"),
    ],
)
def test_a_wrong_line_of_the_table_is_named_with_what_is_wrong(values: dict[str, str], key: str, says: str) -> None:
    found, faults = read(changed(ENGLISH, "Apple, raw with skin", **values), IN_SPANISH)
    assert not found
    (fault,) = faults
    assert (fault.spanish, fault.line, fault.key) == (False, ENGLISH[: ENGLISH.index("\nBanana")].count("\n") + 1, key)
    assert says in fault.message


def test_a_missing_translation_and_one_of_no_food_are_named() -> None:
    _found, faults = read(ENGLISH, changed(IN_SPANISH, "Banana", portion_es=""))
    assert [(fault.key, fault.message) for fault in faults] == [("portion_es", "“Banana” has none in foods.es.csv")]
    _found, faults = read(ENGLISH, changed(IN_SPANISH, "Banana", name="Bananas"))
    assert [(fault.spanish, fault.key) for fault in faults] == [
        (False, "name_es"),
        (False, "portion_es"),
        (True, "name"),
    ]


def test_a_missing_column_and_a_name_that_is_there_twice_are_named() -> None:
    assert {fault.key for fault in read("name,category\n", IN_SPANISH)[1]} >= set(COLUMNS) - {"name", "category"}
    assert {fault.key for fault in read(ENGLISH, "name\n")[1]} >= set(SPANISH) - {"name"}
    twice = f"{ENGLISH}{ENGLISH.splitlines()[-1]}\n"
    assert [fault.message.endswith("is there twice") for fault in read(twice, IN_SPANISH)[1]] == [True]

"""What a person types is read once, echoed, and asked about where it could mean two things; 40 pairs never mix."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.marking import mark, read
from quizzes.marking.typed import parse
from quizzes.tests.items import example


@pytest.mark.parametrize(
    ("raw", "readings"),
    [
        ("14.0", ("14.0",)),
        ("14,0", ("14.0",)),
        ("-3,1", ("-3.1",)),
        ("\u22123.1", ("-3.1",)),
        ("+5", ("5",)),
        ("1,234", ("1.234", "1234")),
        ("1.234", ("1.234", "1234")),
        ("-12.345", ("-12.345", "-12345")),
        ("0,125", ("0.125",)),
        ("1234,567", ("1234.567",)),
        ("1,234.5", ("1234.5",)),
        ("1.234,5", ("1234.5",)),
        ("1,234,567", ("1234567",)),
        ("1 234", ("1234",)),
        ("1\u202f234,5", ("1234.5",)),
        ("1 234,567", ("1234.567",)),
        ("007", ("7",)),
        ("00,5", ("0.5",)),
    ],
)
def test_a_number_is_read_as_it_was_typed(raw: str, readings: tuple[str, ...]) -> None:
    assert parse(raw).readings == readings


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ten",
        "1,23.5",
        "1.23,4",
        "1,23,4",
        "1 23",
        "12 34",
        "1..5",
        "5.",
        "5,",
        "1e5",
        "1/2",
        "٣",
        "1" * 41,
        "-",
        "1,2,3.4",
    ],
)
def test_what_is_no_number_is_not_guessed(raw: str) -> None:
    assert parse(raw).readings == ()


@pytest.mark.parametrize(
    ("raw", "unit"),
    [("4.5 U", "units"), ("4.5 units", "units"), ("4,5u", "units"), ("4.5 UI", "units"), ("0.8 U/h", "units/h"),
     ("0.8 unidades/h", "units/h"), ("14 mmol/l", "mmol/L"), ("62 g", "g"), ("70%", "%")],
)  # fmt: skip
def test_a_unit_behind_the_number_is_known(raw: str, unit: str) -> None:
    typed = parse(raw)
    assert (typed.unit, typed.strange, len(typed.readings)) == (unit, "", 1)


def form(raw: str, unit: str = "", **more: str) -> dict[str, list[str]]:
    return {"number": [raw], "unit": [unit], **{name.replace("_", "-"): [value] for name, value in more.items()}}


def reading(content: dict[str, Any], fields: dict[str, list[str]], language: str = "en") -> Any:
    return read(content, {}, [], fields, language)


def test_a_number_is_echoed_as_it_was_understood() -> None:
    got = reading(example("numeric"), form("14,0", "mmol/L"), "es")
    assert got.response == {"raw": "14,0", "value": "14.0", "unit": "mmol/L", "locale": "es"}
    assert got.echo == {"number": {"value": "14.0", "unit": "mmol/L"}}


def test_an_ambiguous_number_is_asked_about_until_one_is_chosen() -> None:
    asked = reading(example("numeric"), form("1,234", "mg/dL"))
    assert asked.response is None
    assert (asked.problem.code, asked.problem.field) == ("ambiguous_number", "number")
    assert asked.problem.values["readings"] == ["1.234", "1234"]
    chosen = reading(example("numeric"), form("1,234", "mg/dL", number_reading="1234"))
    assert chosen.response["value"] == "1234"
    assert reading(example("numeric"), form("1,234", "mg/dL", number_reading="12")).problem.code == "ambiguous_number"


@pytest.mark.parametrize(
    ("raw", "unit", "code"),
    [
        ("ten", "mg/dL", "not_a_number"),
        (".5", "mg/dL", "naked_point"),
        ("252 apples", "", "unknown_unit"),
        ("252", "", "unknown_unit"),
        ("252", "furlong", "unknown_unit"),
        ("252 units", "", "unknown_unit"),
        ("252 mg/dL", "mmol/L", "two_units"),
    ],
)
def test_what_cannot_be_stored_is_asked_back(raw: str, unit: str, code: str) -> None:
    got = reading(example("numeric"), form(raw, unit))
    assert (got.response, got.problem.code) == (None, code)


def test_a_typed_u_is_units() -> None:
    content = {"type": "numeric", "stem": {}, "answers": [{"value": "4.5", "unit": "units", "atol": 0}]}
    got = reading(content, form("4.5 U"))
    assert got.echo == {"number": {"value": "4.5", "unit": "units"}}
    assert mark(content, {}, [], got.response).right


def test_too_many_ticks_and_two_radio_buttons_are_asked_back() -> None:
    content, order = example("mr", select_n=3, scoring="select_n"), ["a", "b", "c", "d"]
    got = read(content, {}, order, {"choices": ["1", "2", "3", "4"]}, "en")
    assert got.problem is not None
    assert (got.problem.code, got.problem.values) == ("too_many_chosen", {"most": 3, "chosen": 4})
    two = read(example("sba"), {}, ["a", "b", "c"], {"choice": ["1", "2"]}, "en")
    assert two.problem is not None
    assert two.problem.code == "choose_one"
    none = read(example("sba"), {}, ["a", "b", "c"], {"choice": ["4"]}, "en")
    assert none.problem is not None


def test_two_steps_in_one_position_are_asked_back_and_gaps_are_kept() -> None:
    content = example("ordering")
    order = [item["id"] for item in content["items"]]
    twice = read(content, {}, order, {"item-1": ["2"], "item-2": ["2"]}, "en")
    assert twice.problem is not None
    assert twice.problem.code == "position_twice"
    gap = read(content, {}, order, {"item-1": ["1"], "item-2": ["3"]}, "en")
    assert gap.response == {"order": ["wash", None, "fill"]}


def test_a_row_that_is_missing_is_no_problem() -> None:
    got = read(example("matrix_mc"), {}, ["exp", "urg"], {"row-2": ["2"]}, "en")
    assert (got.problem, got.response) == (None, {"rows": {"r2": "urg"}})


# key with its unit; what is typed; the unit chosen. None of these is right, and none becomes right by being close.
CONFUSED = [
    ("10", "units", "100", "units"), ("100", "units", "10", "units"), ("1.5", "units", "15", "units"),
    ("15", "units", "1.5", "units"), ("15", "units", "1,5", "units"), ("1.5", "units", "15,0", "units"),
    ("15", "g", "150", "g"), ("150", "g", "15", "g"), ("0.5", "units", "5", "units"), ("5", "units", "0.5", "units"),
    ("5", "units", ".5", "units"), ("0.5", "units", ".05", "units"), ("5", "units", "5.5", "units"),
    ("0.8", "units/h", "0.8", "units"), ("0.8", "units", "0.8", "units/h"), ("0.8", "units/h", "8", "units/h"),
    ("252", "mg/dL", "252", "mmol/L"), ("14.0", "mmol/L", "14.0", "mg/dL"), ("7.0", "mmol/L", "70", "mmol/L"),
    ("70", "mg/dL", "7.0", "mg/dL"), ("70", "mg/dL", "70", "mmol/L"), ("3.9", "mmol/L", "39", "mmol/L"),
    ("180", "mg/dL", "18", "mg/dL"), ("54", "mg/dL", "45", "mg/dL"), ("1234", "mg/dL", "1,234", "mg/dL"),
    ("1.234", "units", "1,234", "units"), ("6", "units", "9", "units"), ("0.05", "units", "0.5", "units"),
    ("0.25", "units/h", "2.5", "units/h"), ("12", "g/unit", "12", "g"), ("12", "g", "12", "g/unit"),
    ("50", "mg/dL/unit", "50", "mg/dL"), ("2.8", "mmol/L/unit", "2.8", "mmol/L"), ("4", "h", "4", "min"),
    ("30", "min", "30", "h"), ("1", "g", "1", "mg"), ("10", "units", "10 U/h", ""), ("0.8", "units/h", "0.8 U", ""),
    ("10", "units", "1O", "units"), ("10", "units", "-10", "units"),
]  # fmt: skip
OFFERED = ["units", "units/h", "g", "mg", "mg/dL", "mmol/L", "g/unit", "mg/dL/unit", "mmol/L/unit", "min", "h"]


def test_there_are_forty_pairs() -> None:
    assert len(set(CONFUSED)) == 40


@pytest.mark.parametrize(("key", "unit", "typed", "chosen"), CONFUSED)
def test_a_tenfold_or_a_wrong_unit_is_never_accepted(key: str, unit: str, typed: str, chosen: str) -> None:
    content = {
        "type": "numeric",
        "stem": {},
        "answers": [{"value": key, "unit": unit, "rtol": "0.05"}],
        "input_units": OFFERED,
    }
    got = reading(content, form(typed, chosen))
    assert mark(content, {}, [], got.response).fraction == 0
    # The key itself is accepted, so that the rule above is not one that refuses everything.
    right = reading(content, form(key, unit, number_reading=key))
    assert mark(content, {}, [], right.response).fraction == 1

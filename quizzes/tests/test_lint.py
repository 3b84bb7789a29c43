"""The rules before publishing: each has what it must find and what it must leave alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from core import units
from quizzes.marking import findings, lint, writing
from quizzes.marking.lint import Bounds, examine, wordings
from quizzes.models import ItemVersion
from quizzes.selectors import bank
from quizzes.services import checks

BOUNDS = Bounds(
    objectives={"LO-1"}, facts={"RO-1", "RO-2"}, weak_facts={"RO-2"}, anchors={"intro#start"}, languages=["en"]
)


def option(ident: str, text: str, *, key: bool = False) -> dict[str, Any]:
    return {"id": ident, "text": {"en": text}, "key": key, "why": {"en": f"Because of {ident}."}}


def item(**changes: Any) -> dict[str, Any]:
    clean = {
        "type": "sba",
        "objective": "LO-1",
        "level": "apply",
        "facts": ["RO-1"],
        "see": "intro#start",
        "stem": {"en": "Ana reads 290 mg/dL (16.1 mmol/L). What comes first?"},
        "options": [
            option("a", "Check ketones", key=True),
            option("b", "Wait an hour"),
            option("c", "Drink some water"),
        ],
    }
    return copy.deepcopy(clean) | changes


def codes(content: dict[str, Any], bounds: Bounds = BOUNDS) -> list[str]:
    return [finding.code for finding in examine(content, bounds)]


def said(text: str) -> list[str]:
    return codes(item(stem={"en": text}))


def test_a_clean_item_has_no_finding() -> None:
    assert codes(item()) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("E001", {"stem": {"en": "  "}}),
        ("E002", {"objective": "LO-2"}),
        ("E002", {"objective": ""}),
        ("E007", {"see": "intro#nowhere"}),
        ("E011", {"level": "guess"}),
        ("E012", {"facts": ["RO-9"]}),
        ("E013", {"facts": ["RO-2"]}),
        ("W003", {"facts": []}),
        ("E101", {"options": [option("a", "Check ketones", key=True)]}),
        ("E101", {"options": []}),
        ("E102", {"options": [option("a", "One"), option("b", "Two"), option("c", "Three")]}),
        ("E102", {"options": [option("a", "1", key=True), option("b", "2", key=True), option("c", "3")]}),
        ("IWF09", {"options": [option("a", "Wait  an hour", key=True), option("b", "wait an Hour"), option("c", "x")]}),
        ("IWF09", {"options": [option("a", "0.50 units", key=True), option("b", "0.5 units"), option("c", "1")]}),
        ("E104", {"options": [option("a", "", key=True), option("b", "Two"), option("c", "Three")]}),
        ("E105", {"options": [option("a", "One", key=True), option("a", "Two"), option("c", "Three")]}),
        ("IWF10", {"options": [option("a", "One", key=True), option("b", "Two")]}),
        ("IWF10b", {"options": [option(str(n), f"Option {n}", key=n == 1) for n in range(6)]}),
    ],
)
def test_each_rule_finds_what_it_is_for(code: str, changes: dict[str, Any]) -> None:
    assert code in codes(item(**changes))


def test_an_option_without_a_reason_is_found_and_named() -> None:
    content = item()
    content["options"][1]["why"] = {}
    (found,) = examine(content, BOUNDS)
    assert (found.code, found.place) == ("E010", ("options", 1, "why", "en"))


def test_every_language_of_the_course_has_to_be_complete() -> None:
    both = Bounds(BOUNDS.objectives, BOUNDS.facts, BOUNDS.weak_facts, BOUNDS.anchors, ["en", "es"])
    found = examine(item(), both)
    assert {finding.place[-1] for finding in found} == {"es"}
    assert len(found) == 7  # the stem, three options, three reasons


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Deliver 5.0 units now.", "SAFE01a"),
        ("Deliver 0.50 units now.", "SAFE01a"),
        ("Inyecte 5.0 unidades.", "SAFE01a"),
        ("Deliver .5 units now.", "SAFE01b"),
        ("Deliver .5 U now.", "SAFE01b"),
        ("Deliver .5U now.", "SAFE01b"),
        ("Ana takes 0,5 units.", "SAFE01d"),
        ("Inyecte 0,5 unidades.", "SAFE01d"),
        ("Deliver (.5 unit) now.", "SAFE01b"),
        ("Deliver 10U now.", "SAFE01c"),
        ("Deliver 10 U now.", "SAFE01c"),
        ("Deliver 4 IU now.", "SAFE01c"),
        ("Basal 0.8 U/h overnight.", "SAFE01c"),
        ("Deliver 6u now.", "SAFE01c"),
    ],
)
def test_a_dose_that_is_easily_misread_is_found(text: str, code: str) -> None:
    found = [one for one in said(text) if one.startswith("SAFE")]
    assert code in found
    assert len(found) <= 2  # ".5 U" is a naked point and a letter


@pytest.mark.parametrize(
    "text",
    [
        "Deliver 5 units, not 0.5 units.",
        "Deliver 10 units, then 100 units over a week.",
        "U-100 insulin holds 100 units in a mL.",
        "Potassium 4.0 mmol/L, A1C 7.0 %.",
        "In 3 U.S. trials and 4 UK trials.",
        "Version 2.10 of the pump.",
        "Glucose 180 mg/dL (10.0 mmol/L).",
    ],
)
def test_what_only_looks_like_a_dangerous_dose_is_left_alone(text: str) -> None:
    assert [one for one in said(text) if one.startswith("SAFE")] == []


def test_the_spanish_u_is_a_word() -> None:
    assert "SAFE01c" not in codes(item(stem={"en": "How many grams are it?", "es": "¿Elige 7 u 8 gramos?"}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Glucose is 180 mg/dL.", ["SAFE03a"]),
        ("Glucose is 180 mg/dl (10.0 mmol/L).", ["SAFE03a", "SAFE03b"]),
        ("Glucose is 10.0 mmol/L.", ["SAFE03b"]),
        ("Glucose is 126 mg/dL (6.0 mmol/L).", ["SAFE03c"]),
        ("Glucose is 70 to 180 mg/dL (3.9 mmol/L).", ["SAFE03c"]),
        ("Glucose is 140 to 280 mg/dL (7.8 to 51.5 mmol/L).", ["SAFE03c"]),
        ("Glucose is 126 mg/dL (about seven mmol/L).", ["SAFE03a"]),
    ],
)
def test_glucose_in_one_unit_or_in_two_that_disagree_is_found(text: str, found: list[str]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Glucose is 126 mg/dL (7.0 mmol/L).",
        "From 140 to 280 mg/dL (7.8 to 15.5 mmol/L) in four hours.",
        "At 9 it is 290 mg/dL (16.1 mmol/L).",
        "Below 70 mg/dL (3.9 mmol/L), 54 mg/dL (3.0 mmol/L), 250\u00a0mg/dL (13.9\u00a0mmol/L).",
        "Target 180 mg/dL (10 mmol/L).",
        "Blood ketones 0.6 mmol/L or more.",
        "Cetonas en sangre de 1.5 mmol/L.",
        "A1C 8.6 % (70 mmol/mol).",
        "Most meters show mg/dL.",
    ],
)
def test_glucose_in_two_units_that_agree_and_other_substances_are_left_alone(text: str) -> None:
    assert said(text) == []


def test_ketones_in_an_option_are_known_from_the_stem() -> None:
    options = [option("a", "0.6 mmol/L", key=True), option("b", "1.5 mmol/L"), option("c", "3 mmol/L")]
    assert codes(item(stem={"en": "From which blood ketones on?"}, options=options)) == []
    assert "SAFE03b" in codes(item(stem={"en": "From which value on?"}, options=options))


def test_the_finding_says_what_to_write_instead() -> None:
    (found,) = examine(item(stem={"en": "Glucose is 126 mg/dL (6.0 mmol/L)."}), BOUNDS)
    assert checks.words(found) == (
        "The two units do not agree in “126 mg/dL (6.0 mmol/L)”. It would be 126 mg/dL (7.0 mmol/L)."
    )
    dose = next(one for one in examine(item(stem={"en": "Deliver .5 units."}), BOUNDS) if one.code == "SAFE01b")
    assert "Write “0.5”." in checks.words(dose)
    assert checks.said(dose).better == "0.5"


def test_a_key_much_longer_than_the_others_is_a_warning_and_does_not_block() -> None:
    long_key = "Check ketones, give the correction by pen and change the set and the site"
    content = item(options=[option("a", long_key, key=True), option("b", "Wait an hour"), option("c", "Drink water")])
    (found,) = examine(content, BOUNDS)
    assert (found.code, found.blocks) == ("IWF07", False)
    assert checks.words(found).startswith("The key stands out by its length: 14 words; the others have 2 to 3.")


@pytest.mark.parametrize(
    ("key", "other"), [("Check ketones now", "Wait an hour"), ("a" * 30, "b" * 20), ("a" * 24, "b" * 10)]
)
def test_a_key_a_little_longer_is_left_alone(key: str, other: str) -> None:
    content = item(options=[option("a", key, key=True), option("b", other), option("c", other + " more")])
    assert codes(content) == []


def test_every_question_of_the_courses_passes_the_rules(db: None) -> None:
    for version in ItemVersion.objects.newest().select_related("objective__course"):
        found = examine(version.content, bank.bounds(version.objective.course))
        assert [finding for finding in found if finding.blocks] == [], version.item_id


def test_every_finding_has_its_words_and_stands_in_one_line_of_the_list() -> None:
    listed = [code for _title, group in checks.GROUPS for code in group]
    assert sorted(listed) == sorted([*checks.WORDS, *writing.CODES])
    assert set(checks.WORDS) >= lint.WARNINGS


def test_warnings_of_wording_are_those_the_rules_call_so() -> None:
    assert {code for code, level in writing.CODES.items() if level == "warn"} == findings.WORDING
    assert {code for code, level in writing.CODES.items() if level == "info"} == findings.INFOS


def test_the_pure_copy_of_what_glucose_is_equals_the_house_s() -> None:
    assert lint.MGDL_PER_MMOL == units.MGDL_PER_MMOL
    assert wordings.PAIR.pattern == units._PAIR.pattern

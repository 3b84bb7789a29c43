"""The item-writing check: each rule finds its five examples, leaves five alone, and its fix removes what it found."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from quizzes.marking.findings import Finding
from quizzes.marking.writing import CODES, examine_form, examine_writing, level, mend
from quizzes.marking.writing.forms import chi_square_tail
from quizzes.services import writing_words

EXAMPLES = Path(__file__).with_name("writing.yaml")
STEMS = {
    "en": "Ana reads 290 mg/dL (16.1 mmol/L). What comes first?",
    "es": "Ana mide 290 mg/dL (16.1 mmol/L). ¿Qué va primero?",
}
OPTIONS = {
    "en": ["*Check ketones", "Wait an hour", "Drink some water"],
    "es": ["*Medir cetonas", "Esperar una hora", "Beber agua"],
}
OF_FORMS = {"IWF20", "IWF21"}
OF_CASES = {"IWF22", "IWF22b"}


def item(language: str, stem: str, options: list[str], why: str = "Because.", kind: str = "sba") -> dict[str, Any]:
    """An item of one language; the key's text begins with a star."""
    rows = [
        {"id": str(n), "text": {language: text.lstrip("*")}, "key": text.startswith("*"), "why": {language: why}}
        for n, text in enumerate(options)
    ]
    return {"type": kind, "stem": {language: stem}, "options": rows}


def written(example: Any) -> dict[str, Any]:
    """An example of writing.yaml as an item."""
    language = "en"
    if isinstance(example, dict) and "es" in example:
        language, example = "es", example["es"]
    if isinstance(example, str):
        example = {"stem": example}
    elif isinstance(example, list):
        example = {"options": example}
    return item(language, example.get("stem", STEMS[language]), example.get("options", OPTIONS[language]))


def examples(kind: str) -> list[Any]:
    return [
        pytest.param(code, written(example), id=f"{code}-{number}")
        for code, said in yaml.safe_load(EXAMPLES.read_text()).items()
        for number, example in enumerate(said[kind], 1)
    ]


def codes(content: dict[str, Any]) -> list[str]:
    return [finding.code for finding in examine_writing(content)]


def told(content: dict[str, Any]) -> list[tuple[str, Any, str | None]]:
    return [told_of(finding) for finding in examine_writing(content)]


def told_of(finding: Finding) -> tuple[str, Any, str | None]:
    return finding.code, finding.place, finding.values.get("found")


@pytest.mark.parametrize(("code", "content"), examples("hit"))
def test_a_rule_finds_what_it_is_for(code: str, content: dict[str, Any]) -> None:
    assert code in codes(content)


@pytest.mark.parametrize(("code", "content"), examples("clean"))
def test_a_rule_leaves_alone_what_only_looks_like_it(code: str, content: dict[str, Any]) -> None:
    assert code not in codes(content)


@pytest.mark.parametrize(("code", "content"), [*examples("hit"), *examples("clean")])
def test_the_fix_of_a_finding_removes_it_and_leaves_the_content_given_as_it_is(
    code: str, content: dict[str, Any]
) -> None:
    before = copy.deepcopy(content)
    for finding in examine_writing(content):
        mended = mend(content, finding)
        assert content == before
        assert (mended is None) == ("mend" not in finding.values)
        if mended is not None:
            assert told(mended).count(told_of(finding)) < told(content).count(told_of(finding))


def test_every_rule_has_five_examples_of_both_kinds_in_both_languages() -> None:
    listed = yaml.safe_load(EXAMPLES.read_text())
    assert set(listed) == set(CODES) - OF_FORMS - OF_CASES
    for code, said in listed.items():
        for kind in ("hit", "clean"):
            assert len(said[kind]) >= 5, (code, kind)
            assert {next(iter(written(example)["stem"])) for example in said[kind]} == {"en", "es"}, (code, kind)


def test_a_clean_item_has_no_finding() -> None:
    for language, stem in STEMS.items():
        assert codes(item(language, stem, OPTIONS[language])) == []


CASE = "Ana swims each week and sings in a choir on Sundays, and her brother builds boats by the lake. "


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("count", "found"), [(151, True), (152, True), (200, True), (150, False), (149, False), (4, False)]
)
def test_a_stem_over_150_words_is_long(language: str, count: int, found: bool) -> None:
    stem = " ".join(["rope"] * (count - 1)) + " what?"
    assert ("IWF22" in codes(item(language, stem, OPTIONS[language]))) == found


MOSTLY = [(4, 0), (5, 0), (6, 0), (6, 1), (5, 1)]
NEEDED = [(1, 0), (2, 0), (0, 4), (2, 4), (1, 6)]


@pytest.mark.parametrize(("idle", "useful"), MOSTLY + NEEDED)
def test_a_case_that_is_mostly_not_needed_is_told(idle: int, useful: int) -> None:
    needed = "Ketones climbed after her cannula slipped out during the evening. "
    content = item(
        "en", CASE * idle + needed * useful + "What comes first?", OPTIONS["en"], "Ketones climb when a cannula slips."
    )
    assert ("IWF22b" in codes(content)) == ((idle, useful) in MOSTLY)


def test_a_case_without_reasons_is_not_judged_by_them() -> None:
    assert "IWF22b" not in codes(item("en", CASE * 5 + "What comes first?", OPTIONS["en"], why=""))


def form(*items: tuple[str, list[str]], language: str = "en") -> list[dict[str, Any]]:
    return [item(language, stem, options) for stem, options in items]


@pytest.mark.parametrize(
    ("language", "key", "stem", "found"),
    [
        ("en", "Hybrid closed loop", "Marek starts a hybrid closed loop. What comes first?", True),
        ("en", "Check ketones now", "Ana is told to check ketones now. Why?", True),
        ("en", "A connected pen", "Nadia has a connected pen, and likes it. Why?", True),
        ("es", "Cambiar el equipo", "Ana va a cambiar el equipo. ¿Por qué?", True),
        ("es", "Medir las cetonas", "Le piden medir las cetonas. ¿Por qué?", True),
        ("en", "Hybrid closed loop", "Marek starts with pens. What comes first?", False),
        ("en", "Ketones", "Ana checks her ketones. Why?", False),
        ("en", "A connected pen", "Nadia has a connected pencil case. Why?", False),
        ("es", "Cambiar el equipo", "Ana va a cambiar la pila. ¿Por qué?", False),
        ("es", "Cetonas", "Ana mide las cetonas. ¿Por qué?", False),
    ],
)
def test_a_key_that_another_stem_tells_is_found(language: str, key: str, stem: str, found: bool) -> None:
    contents = form(("What is it?", [f"*{key}", "Rest", "Sleep"]), (stem, OPTIONS[language]), language=language)
    findings = examine_form(contents, shuffled=True)
    assert [(finding.code, finding.place) for finding in findings] == [("IWF20", (1, "stem", language))] * found


def test_an_item_may_repeat_its_key_in_its_own_stem_without_cueing_another() -> None:
    assert (
        examine_form(form(("Is check ketones now right?", ["*Check ketones now", "Rest", "Sleep"])), shuffled=True)
        == []
    )


@pytest.mark.parametrize(
    ("places", "shuffled", "found"),
    [
        ("aaaaaaaaaa", False, True),
        ("bbbbbbbbbb", False, True),
        ("cccccccca", False, True),
        ("aaaaaaaaaabbccdd", False, True),
        ("ddddddd", False, True),
        ("abcdabcdabcd", False, False),
        ("aabbccddab", False, False),
        ("aaab", False, False),
        ("aaabbbcccd", False, False),
        ("aaaaaaaaaa", True, False),
    ],
)
def test_a_key_too_often_in_one_place_is_found_unless_options_are_shuffled(
    places: str, shuffled: bool, found: bool
) -> None:
    contents = []
    for number, place in enumerate(places):
        texts = [f"Choice {number} {letter}" for letter in "abcd"]
        texts["abcd".index(place)] = "*" + texts["abcd".index(place)]
        contents.append(item("en", f"What is number {number}?", texts))
    assert ("IWF21" in [finding.code for finding in examine_form(contents, shuffled)]) == found


@pytest.mark.parametrize(
    ("value", "freedom", "p"),
    [(6.635, 1, 0.01), (9.210, 2, 0.01), (11.345, 3, 0.01), (9.488, 4, 0.05), (15.086, 5, 0.01)],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(value: float, freedom: int, p: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(p, rel=2e-3)


def test_both_languages_of_an_item_are_examined_and_what_is_the_same_in_both_is_told_once() -> None:
    content = item("en", STEMS["en"], ["*8 units", "2 units", "5 units"])
    content["stem"]["es"] = "¿Cuál no sirve?"
    for row in content["options"]:
        row["text"]["es"] = row["text"]["en"].replace("units", "unidades")
    assert codes(content) == ["IWF14", "IWF04"]


def test_a_shortened_negative_is_written_out_in_the_fix() -> None:
    content = item("en", "Which of these isn’t a sign?", OPTIONS["en"])
    (found,) = examine_writing(content)
    mended = mend(content, found)
    assert mended is not None
    assert mended["stem"]["en"] == "Which of these is NOT a sign?"
    assert codes(mended) == ["IWF04b"]


def test_the_key_is_never_taken_away_nor_are_fewer_than_three_options_left() -> None:
    key = item("en", STEMS["en"], ["Check ketones", "Wait", "Drink", "*All of the above"])
    few = item("en", STEMS["en"], ["*Check ketones", "Wait", "All of the above"])
    for content in (key, few):
        (found,) = [finding for finding in examine_writing(content) if finding.code == "IWF01"]
        assert mend(content, found) is None
    four = item("en", STEMS["en"], ["*Check ketones", "Wait", "Drink", "All of the above"])
    mended = mend(four, examine_writing(four)[0])
    assert mended is not None
    assert [row["text"]["en"] for row in mended["options"]] == ["Check ketones", "Wait", "Drink"]


def test_of_two_equal_options_the_wrong_one_goes() -> None:
    content = item("en", STEMS["en"], ["60 minutes", "Wait", "*1 hour", "2 days"])
    mended = mend(content, examine_writing(content)[0])
    assert mended is not None
    assert [row["text"]["en"] for row in mended["options"]] == ["Wait", "1 hour", "2 days"]


def test_a_fix_is_not_done_to_content_that_has_changed_since() -> None:
    found = examine_writing(item("en", "Ana takes 5.0 units. Why?", OPTIONS["en"]))[0]
    assert mend(item("en", "Ana takes 12 units. Why?", OPTIONS["en"]), found) is None
    assert mend({}, found) is None
    for how in ("remove", "sort"):
        assert mend({"options": 3}, Finding("IWF14", ("options", 9), {"mend": how, "better": "1, 9"})) is None


def test_reasons_are_read_for_doses_and_for_words_about_people() -> None:
    content = item("en", STEMS["en"], OPTIONS["en"], why="Diabetics took 5.0 units.")
    assert set(codes(content)) == {"SAFE01a", "LANG01"}


def test_texts_of_other_types_are_read_too() -> None:
    content = {"type": "mtf", "stem": {"en": "Judge each."}, "rows": [{"text": {"en": "Ana takes 10U."}, "key": True}]}
    assert [(finding.code, finding.place) for finding in examine_writing(content)] == [
        ("SAFE01c", ("rows", 0, "text", "en"))
    ]


PIECES = """all of the above not
¿ Cuál no 5.0 .5 U 1,000 units a and — “ ____ 70-100 mg/dL 1/0 % is es diabetics : ? ² ½ ٣
1/٠"""
SCRAPS = st.sampled_from([*PIECES.split(), "\n"])
TEXTS = st.one_of(st.text(max_size=30), st.lists(SCRAPS, max_size=12).map(" ".join))
SAID = st.dictionaries(st.sampled_from(["en", "es", "fr"]), st.one_of(TEXTS, st.none(), st.integers()), max_size=3)
ROWS = st.fixed_dictionaries({}, optional={"id": st.text(max_size=3), "text": SAID, "key": st.booleans(), "why": SAID})
ODD = st.one_of(st.none(), st.integers(), TEXTS, SAID, st.lists(TEXTS, max_size=2))
CONTENTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["sba", "mr", "numeric", None]),
        "stem": st.one_of(SAID, ODD),
        "options": st.one_of(st.lists(st.one_of(ROWS, ODD), max_size=6), ODD),
        "rows": ODD,
    },
)


@given(CONTENTS)
def test_no_content_breaks_the_rules_and_every_fix_removes_its_finding(content: dict[str, Any]) -> None:
    for finding in examine_writing(content):
        assert finding.code in CODES
        mended = mend(content, finding)
        if mended is not None:
            assert told(mended).count(told_of(finding)) < told(content).count(told_of(finding))


@given(st.lists(CONTENTS, max_size=6), st.booleans())
def test_no_form_breaks_the_rules(contents: list[dict[str, Any]], shuffled: bool) -> None:
    assert {finding.code for finding in examine_form(contents, shuffled)} <= OF_FORMS


def test_an_error_blocks_a_warning_may_be_waived_and_an_info_is_told() -> None:
    assert {CODES[code] for code in CODES if code.startswith("SAFE")} == {"error"}
    assert [level(Finding(code, ())) for code in ("IWF04", "IWF04b", "IWF14")] == ["error", "warn", "info"]


def test_every_code_has_its_sentences_in_both_languages() -> None:
    assert set(writing_words.WORDS) == set(CODES)
    names = (
        "found",
        "better",
        "option",
        "other",
        "count",
        "most",
        "words",
        "least",
        "percent",
        "stem",
        "item",
        "items",
        "p",
    )
    values = dict.fromkeys(names, "7")
    for code in CODES:
        told = {}
        for language in ("en", "es"):
            with override(language):
                told[language] = writing_words.explain(Finding(code, (), values))
        for part in ("what", "why", "how"):
            one, two = (getattr(told[language], part) for language in ("en", "es"))
            assert one != two, (code, part)
            assert all([one, two]), (code, part)


def test_the_sentences_have_every_value_they_need() -> None:
    for code, said in yaml.safe_load(EXAMPLES.read_text()).items():
        for finding in [one for example in said["hit"] for one in examine_writing(written(example))]:
            explained = writing_words.explain(finding)
            assert "%(" not in explained.what + explained.why + explained.how, code

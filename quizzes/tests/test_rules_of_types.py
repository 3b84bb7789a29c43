"""Authoring rules of the types beyond single best answer: each finds what it is for, and leaves a clean item alone."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from quizzes import marking
from quizzes.marking import KINDS
from quizzes.marking.findings import INFOS, WARNINGS, WORDING
from quizzes.marking.lint import examine, steps
from quizzes.services import checks
from quizzes.tests.items import BOUNDS, example

Change = Callable[[dict[str, Any]], None]


def put(*way: Any, value: Any = None) -> Change:
    """Set one key of the content, however deep; without a value, take it away."""

    def change(content: dict[str, Any]) -> None:
        inner: Any = content
        for key in way[:-1]:
            inner = inner[key]
        if value is None:
            del inner[way[-1]]
        else:
            inner[way[-1]] = value

    return change


def more(key: str, row: dict[str, Any]) -> Change:
    return lambda content: content[key].append(row)


def text(words: str) -> dict[str, str]:
    return {"en": words, "es": f"{words} es"}


def opt(ident: str, **keys: Any) -> dict[str, Any]:
    return {"id": ident, "text": text(f"Option {ident}"), "why": text("Because"), **keys}


def answers(*rows: dict[str, Any]) -> Change:
    return put("answers", value=list(rows))


def mgdl(value: Any = "252", **keys: Any) -> dict[str, Any]:
    return {"value": value, "unit": "mg/dL", **keys}


def fewer(key: str, count: int) -> Change:
    return lambda content: content.update({key: content[key][:count]})


def six_all_or_nothing(content: dict[str, Any]) -> None:
    content.update(scoring="all_or_nothing", options=[opt(str(n), key=n < 3) for n in range(6)])


def five_all_or_nothing(content: dict[str, Any]) -> None:
    content.update(scoring="all_or_nothing", options=[opt(str(n), key=n < 3) for n in range(5)])


def weighted(*weights: Any) -> Change:
    def change(content: dict[str, Any]) -> None:
        content["scoring"] = "weights"
        for option, weight in zip(content["options"], weights, strict=False):
            option["weight"] = weight

    return change


def keys(*flags: bool) -> Change:
    def change(content: dict[str, Any]) -> None:
        for option, flag in zip(content["options"], flags, strict=True):
            option["key"] = flag

    return change


def sequence(content: dict[str, Any]) -> None:
    for key in ("mode", "edges", "critical", "distractors"):
        del content[key]


def sequence_with(**more_keys: Any) -> Change:
    def change(content: dict[str, Any]) -> None:
        sequence(content)
        content.update(more_keys)

    return change


def short_sequence(count: int) -> Change:
    def change(content: dict[str, Any]) -> None:
        sequence(content)
        content["items"] = content["items"][:count]

    return change


def twins(content: dict[str, Any]) -> None:
    sequence(content)
    content["items"][1]["text"] = content["items"][0]["text"]


CHAIN = [["wash", "fill"], ["fill", "prime"], ["prime", "connect"], ["connect", "note"], ["note", "shake"]]
# code, type, what makes it appear, and a near miss that stays clean
CASES: list[tuple[str, str, Change, Change]] = [
    ("E001", "mr", put("stem", "es", value=" "), put("stem", "es", value="¿Cuáles?")),
    ("E002", "mtf", put("objective", value="LO-9"), put("objective", value="LO-1")),
    ("E010", "mr", put("options", 1, "why"), put("options", 1, "why", value=text("Since"))),
    ("E104", "cloze_dropdown", put("blanks", 0, "options", 1, "text", "en", value=""),
     put("blanks", 0, "options", 1, "text", "en", value="wait")),
    ("E105", "mtf", put("rows", 1, "id", value="r1"), put("rows", 1, "id", value="r9")),
    ("E016", "matching", put("right", 0, "text", "es", value=""), put("right", 0, "text", "es", value="Algo")),
    ("E017", "matrix_mc", put("rows", 0, "why"), put("rows", 0, "why", value=text("Since"))),
    ("E018", "numeric", put("why"), put("why", value=text("Since"))),
    ("E020", "matching", put("left", 0, "key"), put("left", 0, "key", value="w1")),
    ("E021", "mr", put("type", value="essay"), put("type", value="mr")),
    ("E005", "dose_calc", put("stem", "en", value="Round {dose} units."),
     put("stem", "en", value="Round {iob} units.")),
    ("E005", "cloze_dropdown", put("passage", "en", value="{1} {2} {3}"), put("passage", "en", value="{2} {1}")),
    ("E106", "matrix_mc", fewer("columns", 1), fewer("columns", 2)),
    ("E101", "mr", fewer("options", 1), fewer("options", 4)),
    ("E103", "mtf", put("rows", 1, "text", value=text("a pump holds no  long-acting insulin")),
     put("rows", 1, "text", value=text("A pump holds a long-acting insulin"))),
    ("IWF09", "mr", put("options", 1, "text", value=text("glucose rises  without food")),
     put("options", 1, "text", value=text("Another"))),
    ("E111", "mr", keys(False, False, False, False), keys(True, False, False, False)),
    ("E112", "mr", keys(True, True, True, True), keys(True, True, True, False)),
    ("E113", "mr", weighted("0.5", "0.3", "0.1", "-1"), weighted("0.5", "0.3", "0.2", "-1")),
    ("E113", "mr", weighted("0.5", "x", "0.5"), weighted("0.33333", "0.33333", "0.33333", 0)),
    ("E114", "mr", put("select_n", value=2), put("select_n", value=3)),
    ("E114", "mr", put("scoring", value="select_n"), put("select_n", value=3)),
    ("E117", "mr", put("scoring", value="fuzzy"), put("scoring", value="coverage")),
    ("E117", "ordering", sequence_with(scoring="kendall"), sequence_with(scoring="all_prev_next")),
    ("E117", "mtf", put("scoring", value="halves"), put("scoring", value="all_or_nothing")),
    ("W115", "mr", put("scoring", value="each_decision"), put("scoring", value="halves")),
    ("W116", "mr", six_all_or_nothing, five_all_or_nothing),
    ("E131", "numeric", answers(mgdl()), answers(mgdl(atol="1"))),
    ("E131", "dose_calc", put("params", "derived", "dose", value="1 + carbs / icr"),
     put("params", "unit", value="units")),
    ("E132", "numeric", answers(mgdl(unit="mg/dl", atol="1")), answers(mgdl(atol="1"))),
    ("E132", "numeric", put("input_units", value=["units"]), put("input_units", value=["mmol/L", "units"])),
    ("E132", "numeric", put("unit_policy", value="guess"), put("unit_policy", value="exact")),
    ("E133", "numeric", answers(mgdl(atol="5"), mgdl("260", atol="5", credit="0.5")),
     answers(mgdl(atol="5"), mgdl("263", atol="5", credit="0.5"))),
    ("E134", "numeric", answers(mgdl(atol="0.9")), answers(mgdl(atol="0.91"))),
    ("E135", "numeric", answers(mgdl("ten", atol="1")), answers(mgdl("10", atol="1"))),
    ("E135", "numeric", answers({"low": "5", "high": "3", "unit": "mg/dL"}),
     answers({"low": "3", "high": "5", "unit": "mg/dL"})),
    ("E137", "numeric", answers(mgdl(atol="1", credit="0.5")), answers(mgdl(atol="1", credit=1))),
    ("W136", "numeric", answers(mgdl("0", rtol="0.1", atol="1")), answers(mgdl("1", rtol="1"))),
    ("E141", "dose_calc", put("params", "derived", "dose", value="bg ^ 2"),
     put("params", "derived", "dose", value="iob + 5")),
    ("E142", "dose_calc", put("params", "derived", "dose", value="5 + 0 / (iob - 0.6)"),
     put("params", "derived", "dose", value="5 + 0 / (iob - 0.5)")),
    ("E143", "dose_calc", put("ask", value="choice"), put("ask", value="number")),
    ("E144", "dose_calc", put("params", "safe_range", value=[0, 13]), put("params", "safe_range", value=[0, 14])),
    ("E145", "dose_calc", put("params", "constraints", value=["bg == 180", "carbs == 40"]),
     put("params", "constraints", value=["bg == 180"])),
    ("E146", "dose_calc", put("stem", "es", value="¿Cuál es el bolo?"), put("stem", "es", value="Redondee.")),
    ("E148", "dose_calc", put("params", "derived", "dose", value="5 + 0 * bg ** 13"),
     put("params", "derived", "dose", value="5 + 0 * bg ** 2")),
    ("E149", "dose_calc", put("params", "safe_range"), put("params", "safe_range", value=["0", "15"])),
    ("W147", "dose_calc", put("params", "derived", "dose", value="1 + iob * 10"),
     put("params", "derived", "dose", value="2 + iob * 10")),
    ("E151", "matching", lambda content: content.update(left=content["left"][:1], distractors=["w2", "w3"]),
     fewer("left", 2)),
    ("E152", "matching", put("distractors"), put("distractors", value=["w3"])),
    ("E153", "matching", put("right", 2, "text", value=text("Covers food")),
     put("right", 2, "text", value=text("Else"))),
    ("E154", "matching", put("left", 0, "key", value="w9"), put("left", 0, "key", value="w1")),
    ("E155", "matching", lambda content: content.update(distractors=["w2", "w3"], left=[
        {**row, "key": "w1"} for row in content["left"]]),
     lambda content: content.update(allow_reuse=True, distractors=["w2", "w3"], left=[
         {**row, "key": "w1"} for row in content["left"]])),
    ("E161", "ordering", short_sequence(2), short_sequence(3)),
    ("E162", "ordering", put("edges", value=[["wash", "fill"], ["fill", "prime"], ["prime", "wash"],
                                             ["prime", "connect"], ["fill", "note"]]),
     put("edges", value=[["wash", "fill"], ["fill", "prime"], ["prime", "connect"], ["fill", "note"]])),
    ("E163", "ordering", put("critical", value=[["wash", "connect"]]), put("critical", value=[["wash", "fill"]])),
    ("E164", "ordering", put("edges", value=[["wash", "fill"], ["prime", "connect"]]),
     put("edges", value=[["wash", "fill"], ["prime", "connect"], ["wash", "note"]])),
    ("E166", "ordering", put("distractors", value=["shake", "drop"]), put("distractors", value=["shake"])),
    ("W165", "ordering", twins, sequence),
    ("W165", "ordering", sequence_with(edges=CHAIN[:-1]), sequence_with(edges=CHAIN)),
    ("E193", "matrix_mc", put("rows", 0, "key", value="nowhere"), put("rows", 0, "key", value="urg")),
    ("E193", "matrix_mr", put("rows", 0, "keys", value=["nowhere"]), put("rows", 0, "keys", value=["high"])),
    ("E195", "matrix_mr", more("columns", {"id": "x", "text": text("Neither")}), put("rows", 1, "keys", value=["low"])),
    ("E198", "cloze_dropdown", put("passage", "es", value="Solo {1}."), put("passage", "es", value="{2}, {1}.")),
    ("E102", "cloze_dropdown", put("blanks", 0, "options", 1, "key", value=True),
     put("blanks", 0, "options", 1, "key", value=False)),
    ("E231", "carb_meal", put("total", value=63), put("total", value="62.0")),
    ("E231", "carb_meal", put("total"), put("total", value=62)),
    ("E232", "carb_meal", put("tolerance", value={"grams": 4}), put("tolerance", value={"grams": 5, "percent": 15})),
    ("E232", "carb_meal", put("tolerance", value={"percent": 9}), put("tolerance", value={"percent": 10})),
    ("E233", "carb_meal", put("foods", 0, "source"), put("foods", 0, "source", value="label")),
    ("E135", "carb_meal", put("foods", 0, "grams_carb", value="many"), put("foods", 0, "grams_carb", value="45.0")),
    ("E251", "graph_read", put("stated", "tir", value=71), put("stated", "tir", value="70.5")),
    ("E251", "graph_read", put("stated", value={"gmi": "6.6"}), put("stated", value={"gmi": "6.5"})),
    ("E252", "graph_read", put("description", "es", value=""), put("description", "es", value="Cada hora.")),
    ("E253", "graph_read", put("bands", 0, "text"), put("bands", 0, "text", value=text("Target"))),
    ("E254", "graph_read", put("data", "mgdl", value=[[5.5, 90]]), put("bands", value=[])),
    ("E135", "graph_read", put("answers", 0, "from", value="sd"), put("answers", 0, "from", value="mean")),
    ("SAFE01c", "mtf", put("rows", 0, "text", "en", value="Give 10 U now"), put("rows", 0, "text", "en", value="Wait")),
    ("SAFE01b", "cloze_dropdown", put("passage", "en", value="{1} {2} .5 units"),
     put("passage", "en", value="{1} {2} 0.5 units")),
    ("SAFE03a", "dose_calc", put("stem", "en", value="Round. Glucose is {bg} mg/dL."),
     put("stem", "en", value="Round. Glucose is {bg} mg/dL ({bg.mmol} mmol/L).")),
]  # fmt: skip


def codes(kind: str, change: Change) -> list[str]:
    content = example(kind)
    change(content)
    return [finding.code for finding in examine(content, BOUNDS)]


@pytest.mark.parametrize(("code", "kind", "hit", "clean"), CASES, ids=[f"{one[0]}-{one[1]}" for one in CASES])
def test_a_rule_hits_what_it_is_for_and_leaves_the_near_miss(code: str, kind: str, hit: Change, clean: Change) -> None:
    assert code in codes(kind, hit)
    assert code not in codes(kind, clean)


def test_every_code_with_words_has_a_case_here_or_among_the_single_best_answers() -> None:
    elsewhere = {"E002", "E007", "E011", "E012", "E013", "W003", "W104", "IWF07", "SAFE01a", "SAFE01d"}
    elsewhere |= {"SAFE03b", "SAFE03c"}
    elsewhere |= {"A11Y01", "A11Y01b", "E022"}  # of pictures: test_pictures
    assert set(checks.WORDS) - {case[0] for case in CASES} - elsewhere == set()


def test_every_code_in_the_rules_has_its_sentence() -> None:
    pure = Path(marking.__file__).parent
    written = "".join(path.read_text() for path in [*pure.glob("lint/*.py"), pure / "proof.py"])
    said = set(re.findall(r'"((?:E|W|SAFE|IWF|A11Y)\d{2,3}[a-d]?)"', written))
    assert said == set(checks.WORDS)


def test_a_circle_is_named_step_by_step() -> None:
    assert steps.cycle([["a", "b"], ["b", "c"], ["c", "b"]]) == ["b", "c", "b"]
    assert steps.cycle([["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]]) == []
    content = example("ordering", edges=[["wash", "fill"], ["fill", "wash"], ["prime", "connect"], ["wash", "note"]])
    (finding,) = [finding for finding in examine(content, BOUNDS) if finding.code == "E162"]
    assert finding.values["steps"] == "1 → 2 → 1"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("code", "kind", "hit", "clean"), CASES, ids=[f"{one[0]}-{one[1]}" for one in CASES])
def test_every_finding_becomes_a_sentence(code: str, kind: str, hit: Change, clean: Change, language: str) -> None:
    content = example(kind)
    hit(content)
    with override(language):
        for finding in examine(content, BOUNDS):
            said = checks.words(finding)
            assert said
            assert "%(" not in said
            assert finding.blocks == (finding.code not in WARNINGS | WORDING | INFOS)


def _ways(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every key and row of a content."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in pairs for found in [(*way, key), *_ways(inner, (*way, key))]]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sba"])
def test_content_of_any_wrong_shape_is_told_and_never_raises(kind: str) -> None:
    """Each key in turn is taken away, or holds something of another kind."""
    junk: Any
    for way in _ways(example(kind)):
        for junk in (None, 7, "x", [], {}, [[]], True, {"en": 1}):
            content = copy.deepcopy(example(kind))
            put(*way, value=junk)(content)
            examine(content, BOUNDS)


def test_the_list_beside_the_editor_speaks_of_this_type_only() -> None:
    for_choice = [check.title for check in checks.listed([])]
    for_steps = [check.title for check in checks.listed([], "ordering")]
    assert "The steps have an order" in for_steps
    assert "The steps have an order" not in for_choice
    assert "Doses are written safely" in for_steps

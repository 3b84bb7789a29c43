"""docs/items.md is true: its examples are clean and earn 1; every type has one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quizzes import marking
from quizzes.marking.lint import examine
from quizzes.tests.items import BOUNDS, answer, example, kinds, params, shown


def test_every_type_has_its_example() -> None:
    assert sorted(kinds()) == sorted(marking.KINDS)


@pytest.mark.parametrize("kind", marking.KINDS)
def test_the_example_has_no_finding(kind: str) -> None:
    assert examine(example(kind), BOUNDS) == []


@pytest.mark.parametrize("kind", marking.KINDS)
def test_the_answer_beside_it_and_the_key_earn_one(kind: str) -> None:
    content, order = example(kind), shown(example(kind))
    for response in (answer(kind), marking.key_response(content, params(kind), order)):
        mark = marking.mark(content, params(kind), order, response)
        assert mark == marking.Mark(mark.fraction, answered=True, parts=mark.parts), response
        assert mark.right


@pytest.mark.parametrize("kind", marking.KINDS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_form_filled_with_the_key_reads_as_the_key(kind: str, language: str) -> None:
    content, order = example(kind), shown(example(kind))
    key = marking.key_response(content, params(kind), order)
    fields = marking.filled(content, params(kind), order, key)
    reading = marking.read(content, params(kind), order, fields, language)
    assert reading.problem is None
    assert marking.mark(content, params(kind), order, reading.response).fraction == 1
    assert marking.filled(content, params(kind), order, reading.response) == fields
    assert set(fields) <= set(marking.fields_of(content, order))


@pytest.mark.parametrize("kind", marking.KINDS)
def test_nothing_typed_is_a_blank(kind: str) -> None:
    content, order = example(kind), shown(example(kind))
    empty: dict[str, list[str]] = {name: [""] for name in marking.fields_of(content, order)}
    assert marking.read(content, params(kind), order, empty, "en") == marking.read(content, {}, order, {}, "en")
    assert marking.read(content, params(kind), order, empty, "en").response is None
    assert marking.mark(content, params(kind), order, None) == marking.BLANK


@pytest.mark.parametrize("kind", marking.KINDS)
def test_the_solution_says_the_right_answer_in_both_languages(kind: str) -> None:
    english, spanish = (marking.solution(example(kind), params(kind), language) for language in ("en", "es"))
    assert any(line.right for line in english.lines)
    assert english != spanish
    assert [line.right for line in english.lines] == [line.right for line in spanish.lines]


@pytest.mark.parametrize("kind", marking.KINDS)
def test_a_response_survives_json(kind: str) -> None:
    content, order = example(kind), shown(example(kind))
    key = marking.key_response(content, params(kind), order)
    back: Any = json.loads(json.dumps(key))
    assert marking.mark(content, params(kind), order, back) == marking.mark(content, params(kind), order, key)


def test_a_reader_without_a_translation_gets_english() -> None:
    content = example("sba", stem={"en": "What comes first?"})
    document = marking.present(content, {}, ["c", "a", "b"], "es")
    assert (document["language"], document["stem"]) == ("en", "What comes first?")
    assert document["options"] == [
        {"n": 1, "text": "Beber agua"},
        {"n": 2, "text": "Medir cetonas"},
        {"n": 3, "text": "Esperar una hora"},
    ]


@pytest.mark.parametrize("kind", marking.KINDS)
def test_ids_can_be_renamed_and_nothing_else_changes(kind: str) -> None:
    content = example(kind)
    again = marking.renamed(content, lambda ident: f"uuid:{ident}")
    order = shown(again)
    assert examine(again, BOUNDS) == []
    assert marking.present(again, params(kind), order, "es") == marking.present(
        content, params(kind), [one.removeprefix("uuid:").split("/")[-1] for one in order], "es"
    )
    assert marking.mark(again, params(kind), order, marking.key_response(again, params(kind), order)).right
    if kind not in ("numeric", "dose_calc", "graph_read"):  # they have no ids of their own
        assert marking.mark(again, params(kind), order, answer(kind)).fraction == 0


def test_the_author_speaks_to_a_wrong_unit() -> None:
    said = marking.advice(example("numeric"), {"value": "14.0", "unit": "mmol/L"}, "es")
    assert said == "¿Quiso decir mg/dL?"
    assert marking.advice(example("numeric"), {"value": "14.0", "unit": "mg/dL"}, "es") == ""


def test_a_draft_without_an_answer_can_be_looked_at() -> None:
    assert marking.present(example("numeric", answers=[], input_units=None), {}, [], "en")["units"] == [""]

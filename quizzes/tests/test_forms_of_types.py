"""The form of every type: it shows what was answered, sends what is read, and holds nothing that tells the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from edu.browser import Form, read_page
from quizzes import marking
from quizzes.marking import KINDS
from quizzes.selectors.answering import Answering, answering
from quizzes.selectors.solved import Solved, solved
from quizzes.tests.items import example, params, shown
from quizzes.tests.test_key_leak import CANARY, item

LANGUAGES = ("en", "es")


def page(question: Answering) -> str:
    return render_to_string(question.template, {"question": question})


def form(question: Answering) -> Form:
    html = f'<form id="f" action="/x/">{page(question)}</form>'
    return read_page("/", 200, html.encode(), "text/html").form("f")


def sent(found: Form) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in found.data({}):
        fields.setdefault(name, []).append(value)
    return fields


def asked(kind: str, response: Mapping[str, Any] | None = None, **more: Any) -> Answering:
    return answering(example(kind), params(kind), shown(example(kind)), response, **more)


def key(kind: str) -> dict[str, Any]:
    return marking.key_response(example(kind), params(kind), shown(example(kind)))


def read(kind: str, fields: Mapping[str, Sequence[str]], language: str = "en") -> marking.Reading:
    return marking.read(example(kind), params(kind), shown(example(kind)), fields, language)


def explained(kind: str, response: Mapping[str, Any] | None, **more: Any) -> Solved:
    return solved(example(kind), params(kind), shown(example(kind)), response, **more)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_answered_stands_in_the_form_and_sent_again_untouched_is_the_same_answer(
    kind: str, language: str
) -> None:
    with override(language):
        reading = read(kind, sent(form(asked(kind, key(kind)))), language)
    assert reading.problem is None
    mark = marking.mark(example(kind), params(kind), shown(example(kind)), reading.response)
    assert mark.fraction == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_open_form_offers_every_field_that_is_read_and_every_value_of_the_right_answer(kind: str) -> None:
    found = form(asked(kind))
    assert set(marking.fields_of(example(kind), shown(example(kind)))) - {"unit"} <= {
        one.name for one in found.controls
    }
    right = marking.filled(example(kind), params(kind), shown(example(kind)), key(kind))
    for name, values in right.items():
        offered = [one for one in found.controls if one.name == name]
        free = any(one.kind == "text" for one in offered)
        assert free or set(values) <= {one.value for one in offered} or name == "unit", name
    assert read(kind, sent(found)).response is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_no_byte_of_an_open_form_tells_the_answer(kind: str, seed: int) -> None:
    content, rng = item(kind, seed), marking.Rng(seed)
    drawn, order = marking.draw(content, rng), marking.order(content, rng)
    for language in LANGUAGES:
        with override(language):
            question = answering(content, drawn, order, None)
            assert CANARY not in page(question) + json.dumps(question.plain)


@pytest.mark.parametrize("kind", KINDS)
def test_after_release_every_reason_and_the_right_answer_can_be_read(kind: str) -> None:
    told = marking.solution(example(kind), params(kind), "en")
    html = render_to_string("quizzes/types/solved.html", {"solved": explained(kind, None)})
    plain = " ".join(read_page("/", 200, f"<form>{html}</form>".encode(), "text/html").forms[0].text.split())
    choices = "options" in explained(kind, None).shown.parts
    reasons = [line.why for line in told.lines if line.right or choices] + [told.why]
    assert [why for why in reasons if why and why not in plain] == []


def test_a_step_that_does_not_belong_and_a_slip_in_a_dose_have_their_own_reasons() -> None:
    content = example("ordering")
    stray = content["distractors"][0]
    reason = next(item["why"]["en"] for item in content["items"] if item["id"] == stray)
    assert reason in [row.why for row in explained("ordering", {"order": [stray]}).rows]
    slip = example("dose_calc")["params"]["distractors"]["forgot_iob"]
    drawn = params("dose_calc") | {"iob": "1.3"}
    typed = {"value": "9", "raw": "9", "unit": "units", "locale": "en"}  # (252 - 100) / 38 + 60 / 12
    told = solved(example("dose_calc"), drawn, shown(example("dose_calc")), typed)
    assert told.grade == "wrong"
    assert slip["why"]["en"] in told.why


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_graded_in_words_and_a_right_one_is_right_throughout(kind: str) -> None:
    best, blank = explained(kind, key(kind)), explained(kind, None)
    assert (best.grade, best.answered, blank.grade, blank.answered) == ("right", True, "wrong", False)
    assert all(row.good and not row.right for row in best.rows)
    assert all(option["key"] for option in best.shown.parts.get("options", ()) if option["chosen"])
    assert not any(row.good for row in blank.rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hint_after_a_blank_tells_no_reason_and_no_right_answer(kind: str) -> None:
    told = explained(kind, None, hint=True)
    html = render_to_string("quizzes/types/solved.html", {"solved": told})
    told_all = marking.solution(example(kind), params(kind), "en")
    reasons = [line.why for line in told_all.lines if line.why] + [told_all.why]
    assert [why for why in reasons if why and why in html] == []
    assert not any(row.right or row.good for row in told.rows)
    assert not any("key" in option for option in told.shown.parts.get("options", ()))


def test_a_number_that_can_be_read_in_two_ways_is_asked_about_and_stays_as_it_was_typed() -> None:
    fields = {"number": ["1,234"], "unit": ["mg/dL"]}
    reading = read("numeric", fields)
    assert reading.problem
    question = asked("numeric", typed=fields, problem=reading.problem)
    assert sent(form(question)) == fields
    offered = [one.value for one in form(question).controls if one.name == "number-reading"]
    assert offered == list(reading.problem.values["readings"])
    assert "can be read in two ways" in page(question)
    again = read("numeric", fields | {"number-reading": [offered[1]]})
    assert again.response is not None


def test_steps_stand_in_the_order_they_were_given() -> None:
    order = shown(example("ordering"))
    given = list(reversed(order))
    items = asked("ordering", {"order": given}).parts["items"]
    assert [item["n"] for item in items] == [order.index(one) + 1 for one in given]


def test_a_graph_is_drawn_with_its_table_in_the_readers_unit() -> None:
    from core import units

    units.activate("mmol")
    try:
        graph = asked("graph_read").parts["graph"]
    finally:
        units.activate("mgdl")
    assert "mmol/L" in graph.head[1] or any("mmol" in name for name in graph.head)
    assert 'class="chart-wide"' in graph.wide
    assert 'class="chart-narrow"' in graph.narrow
    assert len(graph.rows) > 3

"""The editor knows every type of question: drawn from its description, saved as it was, added to, moved, mended."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.forms import MultipleChoiceField
from django.utils import timezone

from accounts.models import Role, User
from courses.models import Course
from edu.browser import Page
from quizzes import marking
from quizzes.forms.item import ItemForm
from quizzes.forms.parts import Drawn, Row, new_id
from quizzes.forms.rows import pasted
from quizzes.forms.shapes import SHAPES, TYPES, blank
from quizzes.marking.lint import examine
from quizzes.models import Item, ItemDraft
from quizzes.selectors import bank
from quizzes.services import authoring
from quizzes.tests.items import example
from quizzes.tests.pages import edit, fields
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]


def begun(author: User, kind: str, **changes: Any) -> str:
    """The example of a type as a draft, and its id."""
    ids: dict[str, str] = {}
    content = marking.renamed(example(kind), lambda one: ids.setdefault(one, new_id()))
    content |= {"schema": "basal.item/1", "objective": "LO-RO1", "facts": ["RO-01"], "see": "side-by-side#one-need"}
    item_id = "zz-" + kind.replace("_", "-")
    course = Course.objects.get(slug=COURSE)
    authoring.create_item(
        item_id=item_id, use="test", course=course, actor=author, now=timezone.now(), content=content | changes
    )
    return item_id


def draft(item_id: str) -> dict[str, Any]:
    content: dict[str, Any] = ItemDraft.objects.get(pk=item_id).content
    return content


def test_every_type_has_its_description_and_a_line_on_when_to_use_it(desk: Inside) -> None:
    assert list(SHAPES) == list(TYPES) == list(marking.KINDS)
    page = desk.get("/bank/new/")
    for name, when in TYPES.values():
        assert str(name) in page.text
        assert str(when) in page.text


@pytest.mark.parametrize("kind", marking.KINDS)
def test_an_untouched_page_changes_nothing(desk: Inside, author: User, kind: str) -> None:
    item_id = begun(author, kind)
    before = draft(item_id)
    assert edit(desk, item_id).status == 200
    saved = ItemDraft.objects.get(pk=item_id)
    assert saved.content == before
    assert saved.seq == 1


@pytest.mark.usefixtures("bilingual")
@pytest.mark.parametrize("kind", marking.KINDS)
def test_every_text_of_a_type_can_be_written_in_both_languages(desk: Inside, author: User, kind: str) -> None:
    item_id = begun(author, kind)
    page = desk.get(f"/bank/{item_id}/")
    written = {name: f"Text {n}" for n, name in enumerate(sorted(fields(page))) if name.endswith(("-en", "-es"))}
    if kind == "cloze_dropdown":
        written |= {"passage-en": "First {1}, then {2}.", "passage-es": "Primero {1}, después {2}."}
    assert desk.send(page.form("item-form"), fields(page) | written | {"act": "save"}).status == 200
    said = fields(desk.get(f"/bank/{item_id}/"))
    assert {name: said[name] for name in written} == written
    assert all(f"{part}-es" in written for part in ("stem",))


@pytest.mark.parametrize("kind", marking.KINDS)
def test_a_new_question_of_every_type_can_be_looked_at_and_says_what_is_missing(desk: Inside, kind: str) -> None:
    page = desk.get("/bank/new/")
    sent = {"course": COURSE, "use": "test", "item_id": "zz-new", "type": kind}
    page = desk.send(page.form("new-item"), sent)
    assert page.url.endswith("/bank/zz-new/")
    assert str(TYPES[kind][0]) in page.text
    assert draft("zz-new") == draft("zz-new") | {"type": kind}
    assert desk.get("/bank/zz-new/preview/").status == 200
    assert desk.get("/bank/zz-new/preview/?chosen=1").status == 200
    asked = edit(desk, "zz-new", "ask")
    assert asked.status == 422
    assert "The question is not written in English yet." in asked.text or "is missing" in asked.text


@pytest.mark.parametrize("kind", marking.KINDS)
def test_every_type_is_shown_to_learners_before_and_after(desk: Inside, author: User, kind: str) -> None:
    item_id = begun(author, kind)
    for query in ("", "?chosen=1", "?lang=es", "?chosen=1&dark=1&lang=es"):
        page = desk.get(f"/bank/{item_id}/preview/{query}")
        assert page.status == 200
        assert "once what is missing is filled in" not in page.text


@pytest.mark.parametrize("kind", marking.KINDS)
def test_a_question_of_every_type_goes_through_review(
    desk: Inside, author: User, make_person: MakePerson, kind: str
) -> None:
    item_id = begun(author, kind)
    asked = draft(item_id)
    assert "A reviewer is asked." in edit(desk, item_id, "ask").text
    chair = Inside.of(make_person(Role.REVIEWER, name="Rita Reviewer"))
    page = chair.get(f"/review/{item_id}/")
    for text in words_of(example(kind)):
        assert text in page.text, text
    page = chair.send(page.form("approve"), {"act": "approve"})
    assert "Version 1 is published." in page.text
    assert Item.objects.get(pk=item_id).versions.get().content == asked


def words_of(content: dict[str, Any]) -> list[str]:
    """The English texts of its rows, which a reviewer has to see."""
    found = [content["stem"]["en"]]
    for key in ("rows", "left", "right", "items", "foods", "columns"):
        found += [row["text"]["en"] for row in content.get(key, [])]
    return [text for text in found if not set(text) & set("<>&'\"{}")]


LISTS = [
    ("sba", "options"),
    ("mr", "options"),
    ("mtf", "rows"),
    ("numeric", "answers"),
    ("matching", "left"),
    ("matching", "right"),
    ("ordering", "items"),
    ("carb_meal", "foods"),
    ("matrix_mc", "columns"),
    ("matrix_mr", "rows"),
    ("cloze_dropdown", "blanks"),
    ("graph_read", "bands"),
]


@pytest.mark.parametrize(("kind", "key"), LISTS)
def test_rows_are_added_moved_and_removed_without_a_script(desk: Inside, author: User, kind: str, key: str) -> None:
    item_id = begun(author, kind)
    first = draft(item_id)[key]
    edit(desk, item_id, f"add:{key}")
    more = draft(item_id)[key]
    assert more[: len(first)] == first
    assert len(more) == len(first) + 1
    edit(desk, item_id, f"up:{key}-{len(first)}")
    assert draft(item_id)[key] == [*first[:-1], more[-1], first[-1]]
    edit(desk, item_id, f"remove:{key}-{len(first) - 1}")
    assert draft(item_id)[key] == first


def test_options_of_a_blank_are_rows_within_a_row(desk: Inside, author: User) -> None:
    item_id = begun(author, "cloze_dropdown")
    edit(desk, item_id, "add:blanks-1-options", blanks__1__options__0__text__en="Put in first?")
    options = draft(item_id)["blanks"][1]["options"]
    assert len(options) == 3
    assert options[0]["text"]["en"] == "Put in first?"
    key = next(option["id"] for option in options if option.get("key"))
    edit(desk, item_id, blanks__1__options__key=options[2]["id"])
    assert [o["id"] for o in draft(item_id)["blanks"][1]["options"] if o.get("key")] == [options[2]["id"]] != [key]


def test_the_right_side_of_a_pair_is_chosen_and_may_fit_none(desk: Inside, author: User) -> None:
    item_id = begun(author, "matching")
    right = [row["id"] for row in draft(item_id)["right"]]
    assert draft(item_id)["distractors"] == [right[2]]
    edit(desk, item_id, left__0__key=right[2])
    page = desk.get(f"/bank/{item_id}/")
    assert draft(item_id)["left"][0]["key"] == right[2]
    assert "fits nothing and is not marked as a distractor" in page.text
    edit(desk, item_id, "remove:right-2")
    assert "distractors" not in draft(item_id)
    assert "has no right side as its key" in desk.get(f"/bank/{item_id}/").text


def test_steps_have_rules_of_order_and_critical_ones(desk: Inside, author: User) -> None:
    item_id = begun(author, "ordering")
    before = draft(item_id)
    edit(desk, item_id, "add:edges")
    assert draft(item_id)["edges"][-1] == ["", ""]
    steps = [row["id"] for row in before["items"]]
    edit(desk, item_id, edges__4__before=steps[0], edges__4__after=steps[4], edges__4__critical="on")
    assert draft(item_id)["edges"][-1] == [steps[0], steps[4]]
    assert draft(item_id)["critical"] == [*before["critical"], [steps[0], steps[4]]]
    edit(desk, item_id, "remove:items-4")
    assert all(steps[4] not in pair for pair in draft(item_id)["edges"])
    edit(desk, item_id, mode="sequence")
    assert not {"edges", "critical"} & set(draft(item_id))


def test_variables_and_formulas_of_a_dose_are_named_rows(desk: Inside, author: User) -> None:
    item_id = begun(author, "dose_calc")
    edit(desk, item_id, "add:params-vars")
    assert "x" in draft(item_id)["params"]["vars"]
    names = set(draft(item_id)["params"]["vars"]) - {"x"}

    def at(name: str) -> str:
        """Where it stands: PostgreSQL keeps names in an order of its own."""
        return f"params__vars__{list(draft(item_id)['params']['vars']).index(name)}"

    here = at("x")
    edit(desk, item_id, **{f"{here}__name": "weight", f"{here}__choice": "60, 70.5"})
    assert draft(item_id)["params"]["vars"]["weight"] == {"choice": ["60", "70.5"]}
    page = edit(desk, item_id, **{f"{at('weight')}__name": "two words"})
    assert page.status == 422
    assert "A name is a letter, then letters" in page.text
    page = edit(desk, item_id, **{f"{at('weight')}__name": "bg"})
    assert page.status == 422
    assert "This name stands twice." in page.text
    edit(desk, item_id, f"remove:{at('weight').replace('__', '-')}")
    assert set(draft(item_id)["params"]["vars"]) == names


def test_a_value_renamed_on_a_page_that_stays_open_keeps_what_is_stored_of_it(desk: Inside, author: User) -> None:
    """The page goes on sending the name it began with."""
    item_id = begun(author, "dose_calc")
    name, stored = next(iter(draft(item_id)["params"]["vars"].items()))
    page = desk.get(f"/bank/{item_id}/")
    form, typed = page.form("item-form"), fields(page) | {"params-vars-0-name": "renamed", "act": "save"}
    for stem in ("Renamed?", "Renamed, and written on?"):
        stamp = desk.get(f"/bank/{item_id}/").form("item-form").data({})
        desk.send(form, typed | {"stem-en": stem, "stamp": dict(stamp)["stamp"]})
        assert draft(item_id)["stem"]["en"] == stem
        assert draft(item_id)["params"]["vars"]["renamed"] == stored
        assert name not in draft(item_id)["params"]["vars"]


def test_a_formula_that_cannot_be_read_is_told_beside_its_field(desk: Inside, author: User) -> None:
    item_id = begun(author, "dose_calc")
    names = list(draft(item_id)["params"]["derived"])
    at = names.index("dose")
    page = edit(desk, item_id, **{f"params__derived__{at}__formula": "import os"})
    note = page.text.split(f'data-notes="params-derived-{at}"', 1)[1].split("</div>", 1)[0]
    assert "cannot be read at" in note
    assert desk.get(f"/bank/{item_id}/preview/").status == 200


def test_ten_variants_stand_beside_a_dose_with_the_counts_of_the_proof(desk: Inside, author: User) -> None:
    page = desk.get(f"/bank/{begun(author, 'dose_calc')}/")
    table = page.text.split('class="variants"', 1)[1].split("</section>", 1)[0]
    assert "variants were tried: all there are." in table
    assert "Answers from" in table
    assert table.count("<tr>") == 11


def test_readings_are_pasted_as_numbers_or_with_their_times(desk: Inside, author: User) -> None:
    item_id = begun(author, "graph_read")
    edit(desk, item_id, data__mgdl="06:00;65\n06:05;-\n06:10;120")
    assert draft(item_id)["data"] == {"start": "06:00", "step_min": 5, "mgdl": [[65, None, 120]]}
    edit(desk, item_id, data__mgdl="65, 90\n100 -")
    assert draft(item_id)["data"]["mgdl"] == [[65, 90], [100, None]]
    page = edit(desk, item_id, data__mgdl="65, ninety")
    assert draft(item_id)["data"]["mgdl"] == [[65, "ninety"]]
    assert "1 readings are not glucose" in page.text


@pytest.mark.parametrize(
    ("text", "days", "times"),
    [
        ("", [], []),
        ("100\n110\n120", [[100, 110, 120]], []),
        ("2026-01-01 06:00, 100\n2026-01-01 06:15, 110.5", [[100, 110.5]], [360, 375]),
        ("time,mg/dL\n23:55,100\n00:00,90", [[100, 90]], [1435, 0]),
    ],
)
def test_pasted_readings_are_understood(text: str, days: list[list[Any]], times: list[int]) -> None:
    assert pasted(text) == (days, times)


def test_a_graph_asks_for_a_number_or_a_choice(desk: Inside, author: User) -> None:
    item_id = begun(author, "graph_read")
    edit(desk, item_id, ask="choice")
    assert "answers" not in draft(item_id)
    edit(desk, item_id, "add:options")
    assert len(draft(item_id)["options"]) == 1


def test_numbers_stay_as_they_are_spelt(desk: Inside, author: User) -> None:
    item_id = begun(author, "numeric", answers=[{"value": "14.0", "unit": "mmol/L", "atol": 0.5}])
    edit(desk, item_id, stem__en="Another wording?")
    assert draft(item_id)["answers"] == [{"value": "14.0", "unit": "mmol/L", "atol": 0.5}]
    edit(desk, item_id, answers__0__value="7,5")
    assert draft(item_id)["answers"][0]["value"] == "7,5"
    assert "The value of answer 1 is not a number." in desk.get(f"/bank/{item_id}/").text


@pytest.mark.parametrize("kind", marking.KINDS)
def test_nonsense_in_every_field_breaks_nothing(desk: Inside, author: User, kind: str) -> None:
    item_id = begun(author, kind)
    page = desk.get(f"/bank/{item_id}/")
    form = page.form("item-form")
    junk = {
        control.name: "’;--\x7f{x}<b>"
        for control in form.controls
        if control.name and control.kind not in ("submit", "hidden") and "csrf" not in control.name
    }
    assert desk.send(form, junk | {"act": "save"}).status in (200, 422)
    ids = {control.name: "x" * 300 for control in form.controls if control.name.endswith("-id")}
    assert desk.send(form, fields(page) | ids | {"act": "save"}).status in (200, 409, 422)
    assert desk.get(f"/bank/{item_id}/").status == 200
    assert desk.get(f"/bank/{item_id}/preview/?chosen=1").status == 200


@pytest.mark.usefixtures("bilingual")
@pytest.mark.parametrize("kind", marking.KINDS)
def test_a_question_as_large_as_it_may_be_is_still_taken(desk: Inside, author: User, kind: str) -> None:
    """Django refuses a form of more than DATA_UPLOAD_MAX_NUMBER_FIELDS."""
    item_id = begun(author, kind)
    bench = bank.bench(Item.objects.get(pk=item_id))
    content, full = dict(bench.content), False
    while not full:
        form = ItemForm(None, stored=content, version=bench.course)
        bigger = content
        for name in form.lists:
            bigger = form.after(copy.deepcopy(bigger), f"add:{name}")
        full, content = bigger == content or len(form.fields) > 400, bigger
    form = ItemForm(None, stored=content, version=bench.course)
    ids = sum(len(drawn_rows(drawn)) for drawn in form.drawn)
    several = sum(
        len(list(form[name])) - 1 for name in form.fields if isinstance(form.fields[name], MultipleChoiceField)
    )
    sent = len(form.fields) + ids + several + len(("csrfmiddlewaretoken", "stamp", "act"))
    assert sent <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, sent


def drawn_rows(drawn: Drawn) -> list[Row]:
    inner = [part for row in drawn.rows for part in row.parts] + drawn.parts
    return [*drawn.rows, *(row for part in inner for row in drawn_rows(part))]


@pytest.mark.parametrize("kind", marking.KINDS)
def test_a_blank_question_has_the_shape_of_its_type(kind: str) -> None:
    content = blank(kind, ["en"])
    bounds = bank.bounds(Course.objects.get(slug=COURSE))
    assert not [one for one in examine(content, bounds) if one.code == "E021"]


def notes(page: Page, name: str) -> str:
    return page.text.split(f'data-notes="{name}"', 1)[1].split("</div>", 1)[0]


def test_what_is_found_stands_beside_its_field(desk: Inside, author: User) -> None:
    page = edit(desk, begun(author, "carb_meal"), total="60", foods__1__source="")
    assert "The total is given as 60 g" in notes(page, "total")
    assert "Food 2 has no source" in notes(page, "foods-1-source")
    edges = [["a", "b"]]
    page = desk.get(f"/bank/{begun(author, 'ordering', edges=edges, critical=edges)}/")
    assert "names a step there is not" in page.text

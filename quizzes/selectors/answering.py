"""A question as a learner meets it, whatever its type: marking's delivery document, which is an allow-list and holds no
key, with what is filled in so far and the names of the form's fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from core import units
from quizzes import marking
from quizzes.marking.typed import parse
from quizzes.marking.units import convert, exact, written
from quizzes.selectors import graphs
from quizzes.selectors.saying import said_in
from quizzes.selectors.words import problem_words, unit_words

Filled = Mapping[str, Sequence[str]]

LONG = 150  # characters
GLUCOSE = frozenset(("mg/dL", "mmol/L"))
# Types that look alike share a form, which is a template and the parts it draws.
FORMS = {
    "sba": "options",
    "mr": "options",
    "mtf": "statements",
    "numeric": "number",
    "dose_calc": "number",
    "matching": "pairs",
    "ordering": "order",
    "carb_meal": "meal",
    "matrix_mc": "matrix",
    "matrix_mr": "matrix",
    "cloze_dropdown": "cloze",
    "graph_read": "graph",
}


@dataclass(frozen=True)
class Answering:
    """A question that can be answered. `parts` is what the template of its `form` draws; `echo` says how a number was
    read; `sorry` why it could not be, `at` the field that is about."""

    type: str
    form: str
    language: str
    stem: str
    parts: Mapping[str, Any]
    position: int = 0
    echo: str = ""
    sorry: str = ""
    picture: Mapping[str, Any] | None = None  # sha256, width, height, alt, caption
    at: str = ""
    key: str = "answer"  # before the ids of its fields: a lesson may hold several

    @property
    def template(self) -> str:
        return f"quizzes/types/{self.form}.html"

    @property
    def long(self) -> bool:
        """Whether the stem is a text to read rather than a line to look at."""
        return len(self.stem) > LONG

    @property
    def plain(self) -> dict[str, Any]:
        """The parts for programs: without drawings."""
        graph = self.parts.get("graph")
        rest = {name: part for name, part in self.parts.items() if name != "graph"}
        return rest | ({"graph": graph.table} if graph else {})

    @property
    def error_id(self) -> str:
        return f"{self.key}-error" if self.sorry else ""

    @property
    def total_error_id(self) -> str:
        """Of a meal: the error of its total; one of a food's own box is none of the total's."""
        return self.error_id if self.at == "total" else ""

    @property
    def said(self) -> list[str]:
        """What is filled in, a line a part."""
        return [f"{about}: {answer}" if about else answer for _part, about, answer in said_in(self) if answer]


def answering(
    content: Mapping[str, Any],
    params: Mapping[str, str],
    order: Sequence[str],
    response: Mapping[str, Any] | None,
    *,
    position: int = 0,
    key: str = "answer",
    typed: Filled | None = None,
    problem: marking.Problem | None = None,
) -> Answering:
    """The question in the reader's language and glucose unit. The form shows `typed`, what was posted and could not be
    stored, else the stored response."""
    document = _for_reader(marking.present(content, params, order, get_language() or "en"))
    filled: Filled = typed or (marking.filled(content, params, order, response) if response else {})
    kind, language, stem = (str(document.pop(name)) for name in ("type", "language", "stem"))
    picture = document.pop("picture", None)
    form = "options" if kind == "dose_calc" and "options" in document else FORMS[kind]
    parts = _PARTS[form](document, filled)
    shown = Answering(kind, form, language, stem, parts, position, picture=picture, key=key)
    if problem:
        return replace(shown, sorry=problem_words(problem), at=problem.field)
    return replace(shown, echo=echo_words(content, response)) if response else shown


def asked_back(question: Answering) -> str:
    """What stands under a number that cannot be kept as it was typed, for a page that is open already."""
    return render_to_string("quizzes/types/_readings.html", {"question": question, "typing": True})


def _for_reader(value: Any) -> Any:
    """The document with every text in the reader's glucose unit first."""
    if isinstance(value, str):
        return units.for_reader(value)
    if isinstance(value, dict):
        return {name: _for_reader(part) for name, part in value.items()}
    return [_for_reader(part) for part in value] if isinstance(value, list) else value


def echo_words(content: Mapping[str, Any], response: Mapping[str, Any]) -> str:
    """How the number that is stored was read, with its unit; grams for a meal."""
    if response.get("value") is not None:
        unit = response.get("unit") or ""
        return f"{response['value']}\u00a0{unit_words(unit)}".strip() + _other_unit(content, response["value"], unit)
    return f"{response['total']}\u00a0g" if response.get("total") is not None else ""


def _other_unit(content: Mapping[str, Any], value: str, unit: str) -> str:
    """A glucose in the other unit too, where an answer may be given in either: a slip of the unit shows. Elsewhere the
    conversion may be what is asked."""
    either = content.get("unit_policy", "convert") == "convert" and set(content.get("input_units") or ()) >= GLUCOSE
    if unit not in GLUCOSE or not either:
        return ""
    (other,) = GLUCOSE - {unit}
    return f" ({written(convert(exact(value), unit, other), 1 if other == 'mmol/L' else 0)}\u00a0{other})"


def _one(filled: Filled, name: str) -> str:
    values = filled.get(name) or [""]
    return values[0]


def _choices(options: Sequence[Mapping[str, Any]], chosen: Sequence[str]) -> list[dict[str, Any]]:
    return [{**option, "chosen": str(option["n"]) in chosen} for option in options]


def _options(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    many = "max_select" in document
    name = "choices" if many else "choice"
    return {**document, "name": name, "many": many, "options": _choices(document["options"], filled.get(name, ()))}


def _rows(rows: Sequence[Mapping[str, Any]], filled: Filled, options: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Rows of a form, each with its field's name and the options with the chosen ones marked."""
    named = ((row, f"row-{row['n']}") for row in rows)
    return [{**row, "name": name, "options": _choices(options, filled.get(name, ()))} for row, name in named]


def _statements(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    rows = [{**row, "name": f"row-{row['n']}", "said": _one(filled, f"row-{row['n']}")} for row in document["rows"]]
    return {"rows": rows}


def _pairs(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    return {**document, "rows": _rows(document["left"], filled, document["right"])}


def _matrix(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    return {**document, "rows": _rows(document["rows"], filled, document["columns"])}


def _cloze(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    return {"passage": [_segment(segment, filled) for segment in document["passage"]]}


def _segment(segment: Mapping[str, Any], filled: Filled) -> dict[str, Any]:
    if "blank" not in segment:
        return dict(segment)
    name = f"blank-{segment['blank']}"
    return {**segment, "name": name, "options": _choices(segment["options"], filled.get(name, ()))}


def _order(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    """Items with their positions; once they have some, in that order, those without one last."""
    items = [
        {**item, "name": f"item-{item['n']}", "at": _one(filled, f"item-{item['n']}")} for item in document["items"]
    ]
    last = str(document["positions"] + 1)
    items.sort(key=lambda item: int(item["at"] if str(item["at"]).isdigit() else last))
    places = [str(place) for place in range(1, document["positions"] + 1)]
    return {"items": items, "places": places, "may_leave_out": document["may_leave_out"]}


def _number(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    offered = document["units"]
    chosen = _one(filled, "unit") or (_preferred(offered) if len(offered) > 1 else "")
    return {
        **document,
        "value": _one(filled, "number"),
        "readings": _readings(filled, ["number"]),
        "unit_word": unit_words(offered[0]) if len(offered) == 1 else "",
        "units": [(unit, unit_words(unit)) for unit in offered] if len(offered) > 1 else [],
        "unit": chosen,
    }


def _readings(filled: Filled, names: Sequence[str]) -> list[dict[str, Any]]:
    """Of these number boxes the ones that can be read in two ways, with the reading that was chosen."""
    found = []
    for name in names:
        typed, chosen = _one(filled, name), _one(filled, f"{name}-reading")
        readings = parse(typed).readings
        if len(readings) > 1:
            options = [{"value": value, "chosen": value == chosen} for value in readings]
            found.append({"name": f"{name}-reading", "typed": typed, "options": options})
    return found


def _preferred(offered: Sequence[str]) -> str:
    """The reader's own glucose unit where it is offered; of other units none is chosen for anybody."""
    own = units.LABELS[units.active()]
    return own if own in offered else ""


def _meal(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    foods = [
        {**food, "name": f"food-{food['n']}", "value": _one(filled, f"food-{food['n']}")} for food in document["foods"]
    ]
    names = [*(food["name"] for food in foods), "total"]
    return {**document, "foods": foods, "total": _one(filled, "total"), "readings": _readings(filled, names)}


def _graph(document: dict[str, Any], filled: Filled) -> dict[str, Any]:
    inner = (_number if document["ask"] == "number" else _options)(document, filled)
    return {**inner, "graph": graphs.graph(document["chart"])}


_PARTS = {
    "options": _options,
    "statements": _statements,
    "number": _number,
    "pairs": _pairs,
    "order": _order,
    "meal": _meal,
    "matrix": _matrix,
    "cloze": _cloze,
    "graph": _graph,
}

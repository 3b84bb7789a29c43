"""What a question of any type says, part by part and in words: for those who answer for it, and for comparing two
states of it. Ids become the texts they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.texts import pick

Content = Mapping[str, Any]
LANGUAGES = {"en", "es"}
COMMON = ("schema", "type", "objective", "level", "facts", "see", "stem")
# What the lists of a question are called, row by row.
PARTS: dict[str, Promise] = {
    "options": gettext_lazy("Option"),
    "rows": gettext_lazy("Row"),
    "columns": gettext_lazy("Column"),
    "left": gettext_lazy("Left side"),
    "right": gettext_lazy("Right side"),
    "items": gettext_lazy("Step"),
    "foods": gettext_lazy("Food"),
    "blanks": gettext_lazy("Blank"),
    "answers": gettext_lazy("Accepted answer"),
    "bands": gettext_lazy("Band"),
}
NAMES: dict[str, Promise] = {
    "stem": gettext_lazy("Question"),
    "picture": pgettext_lazy("question", "Picture"),
    "alt": gettext_lazy("Alternative text"),
    "caption": gettext_lazy("Caption"),
    "passage": gettext_lazy("The text with the blanks"),
    "why": gettext_lazy("Reason"),
    "key": gettext_lazy("Key"),
    "keys": gettext_lazy("Keys"),
    "scoring": gettext_lazy("Scoring"),
    "ask": gettext_lazy("Learners answer by"),
    "mode": gettext_lazy("The order is"),
    "edges": gettext_lazy("What comes before what"),
    "critical": gettext_lazy("Critical"),
    "distractors": gettext_lazy("Distractors"),
    "anchor_last": gettext_lazy("Stays last"),
    "shuffle": gettext_lazy("Shuffled"),
    "allow_reuse": gettext_lazy("One may fit two"),
    "value": gettext_lazy("Value"),
    "unit": gettext_lazy("Unit"),
    "atol": gettext_lazy("Tolerance"),
    "rtol": gettext_lazy("Tolerance, as a share"),
    "low": gettext_lazy("From"),
    "high": gettext_lazy("To"),
    "credit": gettext_lazy("Credit"),
    "weight": gettext_lazy("Weight"),
    "input_units": gettext_lazy("Units on offer"),
    "unit_policy": gettext_lazy("Other units"),
    "unit_credit": gettext_lazy("Share lost for the unit"),
    "decimals": gettext_lazy("Decimals"),
    "feedback": gettext_lazy("What is said to a unit"),
    "vars": gettext_lazy("Drawn value"),
    "derived": gettext_lazy("Formula"),
    "constraints": gettext_lazy("Only variants in which"),
    "answer": gettext_lazy("The answer"),
    "safe_range": gettext_lazy("Safe range"),
    "formula": gettext_lazy("Formula"),
    "min": gettext_lazy("From"),
    "max": gettext_lazy("To"),
    "step": gettext_lazy("Step"),
    "choice": gettext_lazy("One of"),
    "portion": gettext_lazy("Portion"),
    "grams_carb": gettext_lazy("Carbohydrate, g"),
    "source": gettext_lazy("Source"),
    "label": gettext_lazy("Label"),
    "total": gettext_lazy("Total, g"),
    "show": gettext_lazy("Shown as"),
    "tolerance": gettext_lazy("Tolerance"),
    "chart": gettext_lazy("Drawn as"),
    "data": gettext_lazy("Readings"),
    "mgdl": gettext_lazy("Glucose, mg/dL"),
    "start": gettext_lazy("First at"),
    "step_min": gettext_lazy("Minutes between two"),
    "description": gettext_lazy("Description"),
    "stated": gettext_lazy("Stated"),
    "from": gettext_lazy("From the data"),
    "select_n": gettext_lazy("How many to choose"),
    "min_select": gettext_lazy("At least"),
    "max_select": gettext_lazy("At most"),
}
SILENT = ("params", "id")  # they only hold others
# A change of these is one of wording; of all others it decides what is right or what it earns.
WORDING = (
    "why",
    "text",
    "passage",
    "alt",
    "caption",
    "portion",
    "source",
    "label",
    "description",
    "feedback",
    "show",
    "shuffle",
)
WORDING_TOO = ("anchor_last", "bands", "stem", "chart")


@dataclass(frozen=True)
class Line:
    """One thing a question says: `key` names it whatever moves, `label` says it to people, `language` of a text,
    `picture` the hash of one."""

    key: tuple[str, ...]
    label: str
    text: str
    language: str = ""
    scoring: bool = False
    picture: str = ""


@dataclass(frozen=True)
class SaidRow:
    """One row as a reviewer reads it. `right` marks a key, `more` what else belongs to it."""

    text: str
    right: bool
    why: str
    more: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[SaidRow, ...]


def named(key: str) -> str:
    return str(NAMES.get(key, key))


def row_name(part: str, number: int) -> str:
    """Option 2, Row 1."""
    return f"{PARTS.get(part, named(part))} {number}"


def is_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= LANGUAGES


def is_rows(key: str, value: Any) -> bool:
    return key in PARTS and isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def ids(content: Content) -> dict[str, str]:
    """What each id stands for, in the reader's language."""
    found: dict[str, str] = {}
    for key, rows in content.items():
        for row in rows if is_rows(key, rows) else ():
            if "id" in row:
                found[str(row["id"])] = pick(row.get("text") or {}) or "–"
    return found


def flat(content: Content) -> dict[tuple[str, ...], Line]:
    """Everything but the stem, what all types have, and lists of rows: by its name."""
    words, found = ids(content), {}
    for key, value in content.items():
        if key in COMMON or is_rows(key, value):
            continue
        for line in _picture(value) if key == "picture" else _lines(value, (key,), words, ()):
            found[line.key] = line
    return found


def _picture(picture: Content) -> Iterator[Line]:
    """Which picture, by its size and the beginning of its hash, and what is said of it."""
    if picture.get("sha256"):
        size = {"width": picture["width"], "height": picture["height"], "name": picture["sha256"][:8]}
        told = _("%(width)s by %(height)s pixels, %(name)s") % size
        yield Line(("picture",), named("picture"), told, "", True, picture["sha256"])
    for part in ("alt", "caption"):
        yield from _lines(picture.get(part) or {}, ("picture", part), {}, (named("picture"),))


def in_row(row: Content, words: Mapping[str, str]) -> Iterator[Line]:
    """What a row says besides its text, its reason, and whether it is the key."""
    for key, value in row.items():
        if key in ("id", "text", "why") or (key == "key" and isinstance(value, bool)) or is_rows(key, value):
            continue
        yield from _lines(value, (key,), words, ())


def _lines(value: Any, way: tuple[str, ...], words: Mapping[str, str], titles: tuple[str, ...]) -> Iterator[Line]:
    name = way[-1]
    here = titles if name in SILENT else (*titles, named(name))
    if is_texts(value):
        for language, text in value.items():
            yield Line((*way, language), ": ".join(here), str(text), language, _scores(way))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _lines(inner, (*way, str(key)), words, here)
    elif value is not None:
        yield Line(way, ": ".join(here), plain(value, words), "", _scores(way))


def _scores(way: tuple[str, ...]) -> bool:
    return not set(way) & {*WORDING, *WORDING_TOO}


def plain(value: Any, words: Mapping[str, str]) -> str:
    """A value in words: yes and no, ids as their texts, pairs with an arrow, several parted by commas."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        if value and all(isinstance(one, list) and len(one) == 2 and set(map(str, one)) <= set(words) for one in value):
            return "; ".join(f"{words[one]} → {words[other]}" for one, other in value)
        if value and all(isinstance(one, list) for one in value):
            return "\n".join(", ".join("-" if cell is None else str(cell) for cell in one) for one in value)
        return ", ".join(plain(one, words) for one in value)
    return words.get(str(value), str(value))


def sections(content: Content, language: str) -> list[Section]:
    """The lists of a question with key and reasons, in one of its languages."""
    words, found = ids(content), []
    for key, rows in content.items():
        if not is_rows(key, rows):
            continue
        title = str(PARTS[key])
        if key == "blanks":
            for number, blank in enumerate(rows, 1):
                inner = blank.get("options") or []
                found.append(Section(row_name(key, number), tuple(_said(row, language, {}) for row in inner)))
            continue
        found.append(Section(title, tuple(_said(row, language, words) for row in rows)))
    return found


def _said(row: Content, language: str, words: Mapping[str, str]) -> SaidRow:
    def text(key: str) -> str:
        texts = row.get(key)
        return str(texts.get(language, "")) if isinstance(texts, Mapping) else ""

    lines = [line for line in in_row(row, words) if line.language in ("", language)]
    more = [(line.label, line.text) for line in lines if line.text]
    if isinstance(row.get("key"), bool) and "answers" not in row:
        return SaidRow(text("text"), bool(row["key"]), text("why"), tuple(more))
    return SaidRow(text("text"), False, text("why"), tuple(more))


def rest(content: Content, language: str) -> list[Line]:
    """What stands in no list: scoring, formulas, data, the reason of the whole."""
    return [line for line in flat(content).values() if line.text and line.language in ("", language)]

"""Questions of rows: true or false, matching, matrices, drop-down blanks. 0 or 1 a row, or right less wrong a column.

reference/quizzes.md 2.3, 2.7, 2.11, 3.4 and 3.9.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from quizzes.marking.base import (
    BLANK,
    EMPTY,
    NOTHING,
    Content,
    Document,
    Fields,
    Kind,
    Line,
    Malformed,
    Mark,
    Order,
    Params,
    Reading,
    Response,
    Solution,
    by_id,
    head,
    ids,
    in_order,
    known,
    mapping,
    named,
    number_of,
    numbered,
    picked,
    posted,
    several,
    share,
    shuffled,
    text,
)

VALUES = ("true", "false")
WORDS = {"en": {True: "True", False: "False"}, "es": {True: "Verdadero", False: "Falso"}}


def _answers(response: Response, key: str, rows: Sequence[Content]) -> dict[str, Any]:
    """What the response says about each row; rows it leaves out stay open. Malformed for a row there is not."""
    if response.get(key) is None:
        return {}
    said = mapping(response[key])
    known_rows = ids(rows)
    for row in said:
        known(row, known_rows)
    return {row: value for row, value in said.items() if value is not None}


def _marked(rows: Sequence[Content], said: dict[str, Any], right: Callable[[Content, Any], bool], scoring: Any) -> Mark:
    if not said:
        return BLANK
    parts = {row["id"]: Fraction(int(row["id"] in said and right(row, said[row["id"]]))) for row in rows}
    return Mark(share(parts, scoring), answered=True, parts=parts)


def _collect(
    prefix: str, rows: Sequence[Content], fields: Fields, shown: Callable[[Content], Sequence[Any]]
) -> dict[str, Any]:
    """What was chosen for each row of a form; an unknown number is as good as none."""
    names = named(prefix, len(rows))
    found = {row["id"]: picked(fields, name, shown(row)) for row, name in zip(rows, names, strict=True)}
    return {row: one for row, one in found.items() if one is not None}


def _spread(
    prefix: str, rows: Sequence[Content], said: Any, shown: Callable[[Content], Sequence[Any]]
) -> dict[str, list[str]]:
    """The inverse of `_collect`."""
    pairs = zip(rows, named(prefix, len(rows)), strict=True)
    return {name: number_of(shown(row), said[row["id"]]) for row, name in pairs if row["id"] in said}


# --- true or false -----------------------------------------------------------------------------------------------


def _statements(content: Content, rng: Any) -> list[str]:
    """Rows keep the author's order unless `shuffle: true` is written."""
    return shuffled({"shuffle": False, **content}, content["rows"], rng)


def _mark_statements(content: Content, _params: Params, _order: Order, response: Response) -> Mark:
    said = _answers(response, "rows", content["rows"])
    if not all(isinstance(value, bool) for value in said.values()):
        raise Malformed
    return _marked(content["rows"], said, lambda row, value: value == bool(row["key"]), content.get("scoring"))


def _present_statements(content: Content, _params: Params, order: Order, language: str) -> Document:
    return head(content, language) | {"rows": numbered(in_order(content["rows"], order), language)}


def _read_statements(content: Content, _params: Params, order: Order, fields: Fields, _language: str) -> Reading:
    rows = in_order(content["rows"], order)
    said = {}
    for row, name in zip(rows, named("row", len(rows)), strict=True):
        values = posted(fields, name)
        if len(values) == 1 and values[0] in VALUES:
            said[row["id"]] = values[0] == "true"
    return Reading({"rows": said}) if said else EMPTY


def _fill_statements(content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    rows = in_order(content["rows"], order)
    said = response["rows"]
    pairs = zip(rows, named("row", len(rows)), strict=True)
    return {name: ["true" if said[row["id"]] else "false"] for row, name in pairs if row["id"] in said}


def _key_statements(content: Content, _params: Params, _order: Order) -> Document:
    return {"rows": {row["id"]: bool(row["key"]) for row in content["rows"]}}


def _solve_statements(content: Content, _params: Params, language: str) -> Solution:
    words = WORDS.get(language.split("-")[0], WORDS["en"])
    return _lines(content, content["rows"], language, lambda row: words[bool(row["key"])])


def _lines(content: Content, rows: Sequence[Content], language: str, answer: Callable[[Content], str]) -> Solution:
    lines = (Line(text(row["text"], language), answer(row), True, text(row.get("why"), language)) for row in rows)
    return Solution(tuple(lines), text(content.get("why"), language))


def _row_names(key: str) -> Callable[[Content, Order], list[str]]:
    return lambda content, _order: list(named("row", len(content[key])))


MTF = Kind(
    _mark_statements,
    _statements,
    _present_statements,
    _read_statements,
    _fill_statements,
    _key_statements,
    _solve_statements,
    _row_names("rows"),
)


# --- one answer a row: matching, and a matrix of one column a row ------------------------------------------------


def _one_a_row(said_under: str, rows: str, columns: str, order_of: Any, present: Any) -> Kind:
    """Every row of `content[rows]` takes one of `content[columns]`; a response says which under `said_under`."""

    def mark(content: Content, _params: Params, order: Order, response: Response) -> Mark:
        said = _answers(response, said_under, content[rows])
        for value in said.values():
            known(value, order)
        return _marked(content[rows], said, lambda row, value: value == row["key"], content.get("scoring"))

    def read(content: Content, _params: Params, order: Order, fields: Fields, _language: str) -> Reading:
        said = _collect("row", content[rows], fields, lambda _row: order)
        return Reading({said_under: said}) if said else EMPTY

    def fill(content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
        return _spread("row", content[rows], response[said_under], lambda _row: order)

    def key(content: Content, _params: Params, _order: Order) -> Document:
        return {said_under: {row["id"]: row["key"] for row in content[rows]}}

    def solve(content: Content, _params: Params, language: str) -> Solution:
        column = by_id(content[columns])
        return _lines(content, content[rows], language, lambda row: text(column[row["key"]]["text"], language))

    return Kind(mark, order_of, present, read, fill, key, solve, _row_names(rows))


def _present_pairs(content: Content, _params: Params, order: Order, language: str) -> Document:
    return head(content, language) | {
        "left": numbered(content["left"], language),
        "right": numbered(in_order(content["right"], order), language),
        "allow_reuse": bool(content.get("allow_reuse")),
    }


def _columns(content: Content, _rng: Any) -> list[str]:
    """Rows and columns of a matrix keep the author's order; the columns are what is numbered."""
    return ids(content["columns"])


def _present_matrix(content: Content, _params: Params, order: Order, language: str) -> Document:
    return head(content, language) | {
        "rows": numbered(content["rows"], language),
        "columns": numbered(in_order(content["columns"], order), language),
    }


MATCHING = _one_a_row(
    "pairs", "left", "right", lambda content, rng: shuffled(content, content["right"], rng), _present_pairs
)
MATRIX_MC = _one_a_row("rows", "rows", "columns", _columns, _present_matrix)


# --- a matrix of any number of columns a row ---------------------------------------------------------------------


def _mark_many_a_row(content: Content, _params: Params, order: Order, response: Response) -> Mark:
    """NGN multiple response grid: right less wrong in each column, never below 0, summed over the keys of all (3.4)."""
    said = {row: several(value, order) for row, value in _answers(response, "rows", content["rows"]).items()}
    if not any(said.values()):
        return BLANK
    points, parts, most = 0, {}, 0
    for column in ids(content["columns"]):
        keys = {row["id"] for row in content["rows"] if column in row["keys"]}
        ticked = {row for row, columns in said.items() if column in columns}
        earned = max(0, len(ticked & keys) - len(ticked - keys))
        parts[column] = Fraction(earned, len(keys)) if keys else Fraction(int(not ticked))
        points, most = points + earned, most + len(keys)
    fraction = Fraction(points, most) if most else NOTHING
    return Mark(fraction, answered=True, parts=parts)


def _read_many_a_row(content: Content, _params: Params, order: Order, fields: Fields, _language: str) -> Reading:
    said = {}
    for row, name in zip(content["rows"], named("row", len(content["rows"])), strict=True):
        chosen = [picked({"one": [value]}, "one", order) for value in dict.fromkeys(posted(fields, name))]
        if found := [one for one in order if one in chosen]:
            said[row["id"]] = found
    return Reading({"rows": said}) if said else EMPTY


def _fill_many_a_row(content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    said = response["rows"]
    pairs = zip(content["rows"], named("row", len(content["rows"])), strict=True)
    return {
        name: [str(number) for number, one in enumerate(order, 1) if one in said[row["id"]]]
        for row, name in pairs
        if said.get(row["id"])
    }


def _key_many_a_row(content: Content, _params: Params, _order: Order) -> Document:
    return {"rows": {row["id"]: list(row["keys"]) for row in content["rows"] if row["keys"]}}


def _solve_many_a_row(content: Content, _params: Params, language: str) -> Solution:
    columns = by_id(content["columns"])

    def answer(row: Content) -> str:
        return "; ".join(text(columns[key]["text"], language) for key in row["keys"]) or "–"

    return _lines(content, content["rows"], language, answer)


MATRIX_MR = Kind(
    _mark_many_a_row,
    _columns,
    _present_matrix,
    _read_many_a_row,
    _fill_many_a_row,
    _key_many_a_row,
    _solve_many_a_row,
    _row_names("rows"),
)


# --- drop-down blanks --------------------------------------------------------------------------------------------

BLANK_AT = re.compile(r"\{(\d{1,2})\}")


def _drops(content: Content, rng: Any) -> list[str]:
    """Every blank's options, one blank after the other, shuffled within each."""
    return [one for blank in content["blanks"] for one in shuffled({**blank, **_kept(content)}, blank["options"], rng)]


def _kept(content: Content) -> dict[str, Any]:
    return {"shuffle": False} if content.get("shuffle", True) is False else {}


def _shown(order: Order) -> Callable[[Content], list[str]]:
    def of(blank: Content) -> list[str]:
        return ids(in_order(blank["options"], order))

    return of


def _mark_drops(content: Content, _params: Params, order: Order, response: Response) -> Mark:
    said = _answers(response, "blanks", content["blanks"])
    keys = {}
    for blank in content["blanks"]:
        keys[blank["id"]] = {option["id"] for option in blank["options"] if option.get("key")}
        if blank["id"] in said:
            known(said[blank["id"]], [one for one in ids(blank["options"]) if one in order])
    return _marked(content["blanks"], said, lambda blank, value: value in keys[blank["id"]], content.get("scoring"))


def pieces(passage: str) -> list[str | int]:
    """The passage as text and blank numbers in turn; "{2}" is the second of `blanks`."""
    parts = BLANK_AT.split(passage)
    return [int(part) if index % 2 else part for index, part in enumerate(parts) if index % 2 or part]


def _present_drops(content: Content, _params: Params, order: Order, language: str) -> Document:
    blanks = content["blanks"]
    segments: list[Document] = []
    for piece in pieces(text(content["passage"], language)):
        if isinstance(piece, str):
            segments.append({"text": piece})
        elif 1 <= piece <= len(blanks):
            options = numbered(in_order(blanks[piece - 1]["options"], order), language)
            segments.append({"blank": piece, "options": options})
    return head(content, language) | {"passage": segments}


def _read_drops(content: Content, _params: Params, order: Order, fields: Fields, _language: str) -> Reading:
    said = _collect("blank", content["blanks"], fields, _shown(order))
    return Reading({"blanks": said}) if said else EMPTY


def _fill_drops(content: Content, _params: Params, order: Order, response: Response) -> dict[str, list[str]]:
    return _spread("blank", content["blanks"], response["blanks"], _shown(order))


def _right_option(blank: Content) -> Content:
    found: Content = next(option for option in blank["options"] if option.get("key"))
    return found


def _key_drops(content: Content, _params: Params, _order: Order) -> Document:
    return {"blanks": {blank["id"]: _right_option(blank)["id"] for blank in content["blanks"]}}


def _solve_drops(content: Content, _params: Params, language: str) -> Solution:
    lines = []
    for number, blank in enumerate(content["blanks"], 1):
        option = _right_option(blank)
        why = text(option.get("why"), language)
        lines.append(Line(str(number), text(option["text"], language), True, why))
    return Solution(tuple(lines), text(content.get("why"), language))


CLOZE = Kind(
    _mark_drops,
    _drops,
    _present_drops,
    _read_drops,
    _fill_drops,
    _key_drops,
    _solve_drops,
    lambda content, _order: list(named("blank", len(content["blanks"]))),
)

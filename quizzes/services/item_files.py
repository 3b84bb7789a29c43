"""An item's file as content: every type of docs/items.md, with mistakes told by line and key."""

from __future__ import annotations

import uuid
from typing import Any

from courses.services.files import Sheet, plain
from quizzes import marking
from quizzes.marking.lint import Bounds, Finding, examine, shapes
from quizzes.services import checks

NAMESPACE = uuid.UUID("6f0d2c5e-6f8e-5a0b-9a51-5f4b9a1e7c11")
# Keys of the top level, over all types (docs/items.md).
COMMON = ("type", "use", "objective", "level", "facts", "see", "stem", "why")
KEYS = (
    *("options", "shuffle", "anchor_last", "scoring", "select_n", "min_select", "max_select", "rows", "columns"),
    *("answers", "input_units", "unit_policy", "unit_credit", "feedback", "ask", "params", "atol", "rtol", "decimals"),
    *("left", "right", "allow_reuse", "distractors", "items", "mode", "edges", "critical", "foods", "total"),
    *("tolerance", "show", "passage", "blanks", "data", "chart", "bands", "description", "stated"),
)


def content(sheet: Sheet, item_id: str, bounds: Bounds) -> dict[str, Any]:
    """What the file says, as ItemVersion.content has it. Mistakes go to the sheet's desk."""
    kinds = ", ".join(marking.KINDS)
    kind = sheet.need("type", f"one of {kinds}", lambda value: value in marking.KINDS, "sba")
    found = _one_best(sheet, item_id, bounds) if kind == "sba" else _any(sheet, item_id, bounds)
    told = {(problem.file, problem.line, problem.key) for problem in sheet.desk.problems}
    for finding in examine(found, bounds) if found else ():
        at, key = _place(sheet, finding)
        name = str(sheet.path.relative_to(sheet.desk.root))
        if finding.blocks and (name, at.line(key), key) not in told:  # what is missing is said once
            at.wrong(key, checks.words(finding))
    return found


def _one_best(sheet: Sheet, item_id: str, bounds: Bounds) -> dict[str, Any]:
    sheet.only("type", "use", "objective", "level", "facts", "see", "stem", "options")
    languages = list(bounds.languages)
    options = [_option(row, item_id, languages) for row in sheet.sheets("options")]
    return _head(sheet, "sba") | {"stem": sheet.texts("stem", languages), "options": options}


def _head(sheet: Sheet, kind: str) -> dict[str, Any]:
    return {
        "schema": "basal.item/1",
        "type": kind,
        "objective": sheet.text("objective"),
        "level": sheet.text("level"),
        "facts": sheet.strings("facts"),
        "see": sheet.text("see"),
    }


def _option(row: Sheet, item_id: str, languages: list[str]) -> dict[str, Any]:
    """An option with an id that stays over versions: uuid5 of item and option (FORMATS.md)."""
    row.only("id", "text", "key", "why")
    return {
        "id": _uuid(item_id, row.text("id")),
        "text": row.texts("text", languages),
        "key": bool(row.data.get("key", False)),
        "why": row.texts("why", languages),
    }


def _uuid(item_id: str, name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{item_id}/{name}"))


def _any(sheet: Sheet, item_id: str, bounds: Bounds) -> dict[str, Any]:
    """Any other type: its keys as they stand, with ids as above. Empty when its shape is wrong, which is told."""
    sheet.only(*COMMON, *KEYS)
    own = {name: value for name, value in plain(sheet.data).items() if name not in ("use", "type")}
    found = {**own, **_head(sheet, str(sheet.data["type"])), "stem": sheet.texts("stem", list(bounds.languages))}
    wrong = shapes.wrong(found)
    for finding in wrong:
        at, key = _place(sheet, finding)
        at.wrong(key, checks.words(finding))
    return {} if wrong else marking.renamed(found, lambda name: _uuid(item_id, name))


def _place(sheet: Sheet, finding: Finding) -> tuple[Sheet, str]:
    """Where in the file a finding is: at a key of the item, or of a row of one of its lists."""
    at, way = sheet, list(finding.place)
    while len(way) > 2 and isinstance(way[1], int) and isinstance(at.data.get(way[0]), list):
        rows = at.sheets(str(way[0]))
        if way[1] >= len(rows):
            break
        at, way = rows[way[1]], way[2:]
    return at, str(way[0])

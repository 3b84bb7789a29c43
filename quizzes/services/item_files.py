"""An item's file as content: every type of docs/items.md, with mistakes told by line and key."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from core.errors import DomainError
from courses.services.files import Sheet, plain
from quizzes import marking
from quizzes.marking.lint import Bounds, Finding, examine, shapes
from quizzes.services import checks, pictures

SCHEMA = "basal.item/1"
LANGUAGES = ("en", "es")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMESPACE = uuid.UUID("6f0d2c5e-6f8e-5a0b-9a51-5f4b9a1e7c11")


def content(sheet: Sheet, item_id: str, bounds: Bounds) -> dict[str, Any]:
    """The item as the file has it (docs/items.md), with ids that stay. Every mistake is told with its line."""
    kind = sheet.need("type", "one of " + ", ".join(marking.KINDS), lambda value: value in marking.KINDS, "")
    if not kind:
        return {}
    pictured = _picture(sheet, list(bounds.languages)) if "picture" in sheet.data else None
    # The options of a single best answer need not say every key, and were always stored with all.
    found = _single(sheet, item_id, bounds) if kind == "sba" else _any(sheet, item_id, kind)
    if found and pictured is not None:
        found["picture"] = pictured
    told = {(problem.file, problem.line, problem.key) for problem in sheet.desk.problems}
    for finding in examine(found, bounds) if found else ():
        at, key = _place(sheet, finding)
        name = str(sheet.path.relative_to(sheet.desk.root))
        if finding.blocks and (name, at.line(key), key) not in told:  # what is missing is said once
            at.wrong(key, checks.words(finding))
    return found


def _single(sheet: Sheet, item_id: str, bounds: Bounds) -> dict[str, Any]:
    sheet.only(
        *("type", "use", "objective", "level", "facts", "see", "stem", "picture", "options", "shuffle", "anchor_last")
    )
    found = {
        "schema": SCHEMA,
        "type": "sba",
        "objective": sheet.text("objective"),
        "level": sheet.text("level"),
        "facts": sheet.strings("facts"),
        "see": sheet.text("see"),
        "stem": sheet.texts("stem", list(bounds.languages)),
        "options": [_option(row, item_id, list(bounds.languages)) for row in sheet.sheets("options")],
    }
    if "shuffle" in sheet.data:
        found["shuffle"] = sheet.need("shuffle", "true or false", lambda value: isinstance(value, bool), True)
    if "anchor_last" in sheet.data:
        found["anchor_last"] = [part_id(item_id, one) for one in sheet.strings("anchor_last")]
    return found


def _picture(sheet: Sheet, languages: list[str]) -> dict[str, Any] | None:
    """The picture that lies beside the item's file, and what is said of it; None once that is told to be wrong."""
    if not isinstance(sheet.data["picture"], Mapping):
        sheet.wrong("picture", "must be a map of file, alt and caption")
        return None
    row = Sheet(sheet.desk, sheet.path, sheet.data["picture"], sheet.first_line)
    row.only("file", "alt", "caption")
    said = {"alt": row.texts("alt", languages)}
    if row.data.get("caption") is not None:
        said["caption"] = row.texts("caption", languages)
    name = row.text("file")
    path = sheet.path.parent / name
    if not name or "/" in name or "\\" in name or not path.is_file():
        row.wrong("file", f"there is no such file beside this one: {name}")
        return None
    try:
        found = pictures.keep(path.read_bytes())
    except DomainError as error:
        row.wrong("file", error.message)
        return None
    return {"sha256": found.pk, "width": found.width, "height": found.height, **said}


def _option(row: Sheet, item_id: str, languages: list[str]) -> dict[str, Any]:
    row.only("id", "text", "key", "why")
    return {
        "id": part_id(item_id, row.text("id")),
        "text": row.texts("text", languages),
        "key": bool(row.data.get("key", False)),
        "why": row.texts("why", languages),
    }


def _any(sheet: Sheet, item_id: str, kind: str) -> dict[str, Any]:
    """Whatever the shape of its type asks for; empty once the shape is wrong, which is told."""
    sheet.only("use", *shapes.keys_of(kind))
    found = {
        "schema": SCHEMA,
        **{key: value for key, value in plain(sheet.data).items() if key not in ("use", "picture")},
    }
    wrong = shapes.wrong(found)
    for finding in wrong:
        at, key = _place(sheet, finding)
        at.wrong(key, checks.words(finding))
    try:
        return {} if wrong else dict(marking.renamed(found, lambda one: part_id(item_id, one)))
    except (KeyError, TypeError) as error:  # an id where there has to be one
        sheet.wrong("type", f"a part of it has no id, or names one that is none: {error}")
        return {}


def part_id(item_id: str, part: str) -> str:
    """An id that stays over versions: uuid5 of item and part (FORMATS.md); a UUID, as in exported files, is one."""
    own = part.rpartition("/")[2]
    return own if UUID.fullmatch(own) else str(uuid.uuid5(NAMESPACE, f"{item_id}/{part}"))


def _place(sheet: Sheet, finding: Finding) -> tuple[Sheet, str]:
    """Where in the file a finding is: the innermost map on the way to it that stands in the file, and the key there."""
    at, key, data = sheet, str(finding.place[0]), sheet.data
    for step in finding.place:
        if isinstance(data, Mapping):
            if getattr(data, "lc", None) is not None:  # a map of the file, not one made from it
                at, key = Sheet(sheet.desk, sheet.path, data, sheet.first_line), str(step)
            data = data.get(step) if step in data else None
        elif isinstance(data, list):
            data = data[int(step)] if str(step).isdigit() and int(step) < len(data) else None
        if data is None:
            break
    return (at, key) if key not in LANGUAGES else (_above(sheet, finding), _key_above(finding))


def _above(sheet: Sheet, finding: Finding) -> Sheet:
    """The map that holds a text: a text's own languages are no lines of their own."""
    found, data = sheet, sheet.data
    for step in finding.place[:-2]:
        data = data[int(step)] if isinstance(data, list) else data[step] if isinstance(data, Mapping) else data
        if isinstance(data, Mapping):
            found = Sheet(sheet.desk, sheet.path, data, sheet.first_line)
    return found


def _key_above(finding: Finding) -> str:
    return str(finding.place[-2])

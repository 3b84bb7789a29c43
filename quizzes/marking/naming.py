"""Ids of an item's parts, renamed everywhere they are named: what a file calls "a" gets an id that stays for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quizzes.marking.base import Content, Document

Name = Callable[[str], str]
_LISTS = ("options", "rows", "columns", "left", "right", "items", "foods")
_NAMING = ("anchor_last", "distractors")  # lists of ids
_PAIRS = ("edges", "critical")  # lists of pairs of ids


def renamed(content: Content, name: Name) -> Document:
    """A copy in which every id is `name(id)`, also where another part refers to it. An option of a blank is known as
    "blank/option", so that two blanks may both have an option a. Names of dose distractors stay: they are no ids."""
    found: Document = dict(content)
    for key in _LISTS:
        if key in content:
            found[key] = [_row(row, name) for row in content[key]]
    if "blanks" in content:
        found["blanks"] = [_blank(blank, name) for blank in content["blanks"]]
    for key in _NAMING:
        if content.get(key) is not None:
            found[key] = [name(one) for one in content[key]]
    for key in _PAIRS:
        if content.get(key) is not None:
            found[key] = [[name(one) for one in pair] for pair in content[key]]
    return found


def _row(row: Content, name: Name) -> Document:
    """`key` is a flag on options and statements, an id on rows that are matched."""
    found: Document = {**row, "id": name(row["id"])}
    if isinstance(row.get("key"), str):
        found["key"] = name(row["key"])
    if "keys" in row:
        found["keys"] = [name(one) for one in row["keys"]]
    return found


def _blank(blank: Content, name: Name) -> Document:
    def within(one: Any) -> str:
        return name(f"{blank['id']}/{one}")

    found = {**blank, "id": name(blank["id"]), "options": [_row(option, within) for option in blank["options"]]}
    if blank.get("anchor_last") is not None:
        found["anchor_last"] = [within(one) for one in blank["anchor_last"]]
    return found

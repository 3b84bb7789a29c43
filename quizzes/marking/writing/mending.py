"""The fix of a finding, done: what can be mended without thinking about the content."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from quizzes.marking.findings import Finding


def mend(content: Mapping[str, Any], finding: Finding) -> dict[str, Any] | None:
    """The content with the offered fix, or None where there is none or the content has changed since. `content` stays.

    values["mend"] names it: `replace` puts values["better"] for values["found"] (at values["at"]); `remove` takes the
    option away; `sort` puts the options in the order of values["better"] (numbers from 1, as they stand).
    """
    how = _WAYS.get(finding.values.get("mend", ""))
    mended = copy.deepcopy(dict(content))
    try:
        return mended if how and how(mended, finding) else None
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None  # the finding is of another content


def _replace(content: dict[str, Any], finding: Finding) -> bool:
    *way, last = finding.place
    holder: Any = content
    for step in way:
        holder = holder[step]
    text, found = holder[last], finding.values["found"]
    at = int(finding.values.get("at", text.find(found)))
    if at < 0 or text[at : at + len(found)] != found:
        return False
    holder[last] = text[:at] + finding.values["better"] + text[at + len(found) :]
    return True


def _remove(content: dict[str, Any], finding: Finding) -> bool:
    index = int(finding.values.get("remove", finding.place[1]))
    if content["options"][index].get("key"):
        return False
    del content["options"][index]
    return True


def _sort(content: dict[str, Any], finding: Finding) -> bool:
    order = [int(number) - 1 for number in finding.values["better"].split(",")]
    if sorted(order) != list(range(len(content["options"]))):
        return False
    content["options"] = [content["options"][index] for index in order]
    return True


_WAYS = {"replace": _replace, "remove": _remove, "sort": _sort}

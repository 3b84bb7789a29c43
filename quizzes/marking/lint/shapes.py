"""The shape of an item's content, type by type: what must be there, and of which kind (E020).

Rules read content that came from files and forms; with the shape checked first they need not fear a missing key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quizzes.marking.findings import Content, Finding, Place

TEXTS, TEXT, FLAG, ANY, WHOLE = "texts", "text", "flag", "any", "whole"
_OPTION = {"id": TEXT, "text": TEXTS, "key?": FLAG, "why?": TEXTS}
_ROW = {"id": TEXT, "text": TEXTS, "why?": TEXTS}
_ANSWER = {"value?": ANY, "unit?": TEXT, "why?": TEXTS, "from?": TEXT}
_PICTURE = {"sha256?": TEXT, "width?": WHOLE, "height?": WHOLE, "alt?": TEXTS, "caption?": TEXTS}
_COMMON = {
    "type": TEXT,
    "objective": TEXT,
    "level": TEXT,
    "facts": [TEXT],
    "see": TEXT,
    "stem": TEXTS,
    "picture?": _PICTURE,
    "why?": TEXTS,
}
_EDGES = [[TEXT]]
_NUMBER = {"input_units?": [TEXT], "unit_policy?": TEXT, "decimals?": WHOLE, "feedback?": {"*": TEXTS}}
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "mr": {"options": [_OPTION], "scoring?": TEXT, "select_n?": WHOLE, "min_select?": WHOLE, "max_select?": WHOLE},
    "mtf": {"rows": [{**_ROW, "key": FLAG}], "scoring?": TEXT},
    "numeric": {"answers": [_ANSWER], **_NUMBER},
    "dose_calc": {
        "params": {
            "vars": {"*": ANY},
            "derived": {"*": TEXT},
            "answer": TEXT,
            "unit": TEXT,
            "constraints?": [TEXT],
            "distractors?": {"*": ANY},
            "safe_range?": [ANY],
        },
        "ask?": TEXT,
        **_NUMBER,
    },
    "matching": {"left": [{**_ROW, "key": TEXT}], "right": [_ROW], "distractors?": [TEXT], "scoring?": TEXT},
    "ordering": {
        "items": [_ROW],
        "mode?": TEXT,
        "scoring?": TEXT,
        "edges?": _EDGES,
        "critical?": _EDGES,
        "distractors?": [TEXT],
    },
    "carb_meal": {"foods": [{**_ROW, "grams_carb": ANY, "source?": TEXT}], "tolerance?": {"*": ANY}},
    "matrix_mc": {"rows": [{**_ROW, "key": TEXT}], "columns": [_ROW], "scoring?": TEXT},
    "matrix_mr": {"rows": [{**_ROW, "keys": [TEXT]}], "columns": [_ROW]},
    "cloze_dropdown": {"passage": TEXTS, "blanks": [{"id": TEXT, "options": [_OPTION]}], "scoring?": TEXT},
    "graph_read": {
        "data": {"mgdl": [[ANY]], "start?": TEXT, "step_min?": WHOLE},
        "ask?": TEXT,
        "answers?": [_ANSWER],
        "options?": [_OPTION],
        "bands?": [{"low": ANY, "high": ANY, "text?": TEXTS}],
        "description?": TEXTS,
        "stated?": {"*": ANY},
        **_NUMBER,
    },
}


# What a type may say besides: read by marking, and free of rules of their own.
_MORE: Mapping[str, tuple[str, ...]] = {
    "sba": ("options", "shuffle", "anchor_last"),
    "mr": ("shuffle", "anchor_last"),
    "mtf": ("shuffle",),
    "numeric": ("unit_credit",),
    "dose_calc": ("unit_credit", "atol", "rtol"),
    "matching": ("allow_reuse", "shuffle"),
    "carb_meal": ("total", "show"),
    "cloze_dropdown": ("shuffle",),
    "graph_read": ("unit_credit", "chart"),
}


def keys_of(kind: str) -> tuple[str, ...]:
    """Every key an item of this type may have."""
    shape = {**_COMMON, **_SHAPES.get(kind, {})}
    return (*(key.removesuffix("?") for key in shape), *_MORE.get(kind, ()))


def wrong(content: Content) -> list[Finding]:
    """E020 for each key that is missing or of another kind; E021 for a type there is not."""
    shape = _SHAPES.get(str(content.get("type")))
    if shape is None:
        return [Finding("E021", ("type",), {"type": str(content.get("type"))})]
    found = list(_wrong({**_COMMON, **shape}, content, ()))
    if not found and content["type"] == "graph_read":
        needed = "options" if content.get("ask", "number") == "choice" else "answers"
        if not content.get(needed):
            found.append(_finding((needed,)))
    return found


def _finding(place: Place) -> Finding:
    return Finding("E020", place, {"key": ".".join(map(str, place))})


def _wrong(shape: Any, value: Any, place: Place) -> Iterator[Finding]:
    if isinstance(shape, str):
        if not _is(shape, value):
            yield _finding(place)
    elif isinstance(shape, list):
        if not isinstance(value, Sequence) or isinstance(value, str):
            yield _finding(place)
            return
        for index, one in enumerate(value):
            yield from _wrong(shape[0], one, (*place, index))
    elif not isinstance(value, Mapping):
        yield _finding(place)
    else:
        yield from _keys(shape, value, place)


def _keys(shape: Mapping[str, Any], value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """A key that ends in "?" may be missing or null; "*" stands for every key."""
    for key, inner in shape.items():
        if key == "*":
            for name, one in value.items():
                yield from _wrong(inner, one, (*place, str(name)))
        elif key.endswith("?"):
            if value.get(key[:-1]) is not None:
                yield from _wrong(inner, value[key[:-1]], (*place, key[:-1]))
        elif key not in value:
            yield _finding((*place, key))
        else:
            yield from _wrong(inner, value[key], (*place, key))


def _is(kind: str, value: Any) -> bool:
    if kind == TEXTS:
        return isinstance(value, Mapping) and all(isinstance(one, str) for pair in value.items() for one in pair)
    if kind == TEXT:
        return isinstance(value, str)
    if kind == FLAG:
        return isinstance(value, bool)
    return kind == ANY or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)

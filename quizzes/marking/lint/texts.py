"""Nothing is empty, in any of the course's languages; and every text a reader may meet, for the rules of wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quizzes.marking import dose
from quizzes.marking.base import MarkingError
from quizzes.marking.findings import Content, Finding, Place
from quizzes.marking.rng import Rng

# type: the lists of its content whose rows are read, and whether each row needs its reason
LISTS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "mtf": (("rows", True),),
    "matching": (("left", True), ("right", False)),
    "ordering": (("items", True),),
    "matrix_mc": (("rows", True), ("columns", False)),
    "matrix_mr": (("rows", True), ("columns", False)),
    "carb_meal": (("foods", False),),
}
_LANGUAGES = {"en", "es"}


def missing(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E001 stem, E104 and E010 options, E016 and E017 rows, E018 the reason of a typed answer."""
    kind = content["type"]
    for language in languages:
        if not content["stem"].get(language, "").strip():
            yield Finding("E001", ("stem", language), {"language": language})
        yield from options(content.get("options") or [], language, ("options",))
        for name, reasoned in LISTS.get(kind, ()):
            yield from _rows(name, content[name], reasoned, language)
        if kind == "cloze_dropdown":
            for index, blank in enumerate(content["blanks"]):
                yield from options(blank["options"], language, ("blanks", index, "options"))
            if not content["passage"].get(language, "").strip():
                yield Finding("E016", ("passage", language), {"part": "passage", "number": "", "language": language})
        if typed(content) and not (content.get("why") or {}).get(language, "").strip():
            yield Finding("E018", ("why", language), {"language": language})


def typed(content: Content) -> bool:
    """Whether the learner types a number: then one reason stands for the whole."""
    kind = content["type"]
    number = content.get("ask", "number") == "number"
    return kind in ("numeric", "carb_meal") or (kind in ("dose_calc", "graph_read") and number)


def options(rows: Sequence[Content], language: str, place: Place) -> Iterator[Finding]:
    for index, option in enumerate(rows):
        values = {"language": language, "option": str(index + 1)}
        if not option["text"].get(language, "").strip():
            yield Finding("E104", (*place, index, "text", language), values)
        if not (option.get("why") or {}).get(language, "").strip():
            yield Finding("E010", (*place, index, "why", language), values)


def _rows(name: str, rows: Sequence[Content], reasoned: bool, language: str) -> Iterator[Finding]:
    for index, row in enumerate(rows):
        values = {"part": name, "number": str(index + 1), "language": language}
        if not row["text"].get(language, "").strip():
            yield Finding("E016", (name, index, "text", language), values)
        if reasoned and not (row.get("why") or {}).get(language, "").strip():
            yield Finding("E017", (name, index, "why", language), values)


def all_of(content: Content) -> Iterator[tuple[Place, str, str]]:
    """Every text a learner may read: its place, itself, and the stem it belongs to in that language."""
    stems = _stems(content)
    for language, text in stems.items():
        yield ("stem", language), text, text
    for place, language, text in _found(content, ()):
        if place[0] != "stem":
            yield place, text, stems.get(language, "")


def _stems(content: Content) -> dict[str, str]:
    """The stem; of a drawn question with one variant's values in it, for a placeholder hides what is read."""
    stems = dict(content["stem"])
    if content["type"] != "dose_calc":
        return stems
    try:
        params = dose.draw(content, Rng(1))
    except MarkingError:  # E141 or E145 tell why
        return stems
    return {language: dose.filled_stem(text, params) for language, text in stems.items()}


def _found(value: Any, place: Place) -> Iterator[tuple[Place, str, str]]:
    """Every {en, es} of the content, however deep, with its place."""
    if isinstance(value, Mapping):
        if value and set(value) <= _LANGUAGES:
            for language, text in value.items():
                if isinstance(text, str):
                    yield (*place, language), language, text
            return
        for key, inner in value.items():
            yield from _found(inner, (*place, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _found(inner, (*place, index))

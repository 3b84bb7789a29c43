"""The rules of questions in rows: statements, matching, matrices, drop-down blanks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from quizzes.marking.findings import Content, Finding
from quizzes.marking.lint.choices import same, unknown_scoring
from quizzes.marking.rows import pieces

SCORING = ("rows", "all_or_nothing")


def too_few(content: Content, part: str, least: int) -> Iterator[Finding]:
    """E106: a list with too little in it to be a question."""
    if len(content[part]) < least:
        yield Finding("E106", (part,), {"part": part, "least": str(least)})


def distinct(content: Content, part: str) -> Iterator[Finding]:
    """E105: two of a list have one id."""
    if len({row["id"] for row in content[part]}) != len(content[part]):
        yield Finding("E105", (part,))


def _scoring(content: Content) -> Iterator[Finding]:
    if content.get("scoring", "rows") not in SCORING:
        yield unknown_scoring(content["scoring"], SCORING)


def _same_texts(content: Content, part: str, languages: Sequence[str], code: str = "E103") -> Iterator[Finding]:
    for language in languages:
        yield from same([row["text"].get(language, "") for row in content[part]], (part,), code)


def statements(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    yield from too_few(content, "rows", 1)
    yield from distinct(content, "rows")
    yield from _scoring(content)
    yield from _same_texts(content, "rows", languages)


def pairs(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E151 fewer than two rows, E152 a right side that fits none and is not marked as a distractor, E153 two right
    sides with the same text, E154 a row whose key is no right side, E155 one right side for two rows without
    `allow_reuse`."""
    if len(content["left"]) < 2:
        yield Finding("E151", ("left",))
    for part in ("left", "right"):
        yield from distinct(content, part)
    right = {row["id"] for row in content["right"]}
    keys = Counter(row["key"] for row in content["left"])
    for index, row in enumerate(content["left"]):
        if row["key"] not in right:
            yield Finding("E154", ("left", index, "key"), {"row": str(index + 1)})
    for index, row in enumerate(content["right"]):
        if row["id"] not in keys and row["id"] not in (content.get("distractors") or []):
            yield Finding("E152", ("right", index), {"row": str(index + 1)})
        if keys[row["id"]] > 1 and not content.get("allow_reuse"):
            yield Finding("E155", ("right", index), {"row": str(index + 1)})
    yield from _scoring(content)
    yield from _same_texts(content, "right", languages, "E153")


def _matrix(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    for part, least in (("rows", 1), ("columns", 2)):
        yield from too_few(content, part, least)
        yield from distinct(content, part)
        yield from _same_texts(content, part, languages)


def one_a_row(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E193 a row whose key is none of the columns."""
    yield from _matrix(content, languages)
    columns = {column["id"] for column in content["columns"]}
    for index, row in enumerate(content["rows"]):
        if row["key"] not in columns:
            yield Finding("E193", ("rows", index, "key"), {"row": str(index + 1)})
    yield from _scoring(content)


def many_a_row(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E193 a row names a column there is not; E195 a column without a key, where a tick would cost nothing."""
    yield from _matrix(content, languages)
    columns = [column["id"] for column in content["columns"]]
    for index, row in enumerate(content["rows"]):
        if not set(row["keys"]) <= set(columns):
            yield Finding("E193", ("rows", index, "keys"), {"row": str(index + 1)})
    for index, column in enumerate(columns):
        if not any(column in row["keys"] for row in content["rows"]):
            yield Finding("E195", ("columns", index), {"column": str(index + 1)})


def drops(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E005 the passage names a blank there is not, E198 a blank does not stand in it exactly once; each blank obeys
    E101, E102 and E103; E105 also between blanks."""
    blanks = content["blanks"]
    yield from too_few(content, "blanks", 1)
    yield from distinct(content, "blanks")
    for index, blank in enumerate(blanks):
        yield from _blank(blank["options"], index, languages)
    known = [option["id"] for blank in blanks for option in blank["options"]]
    if len(set(known)) != len(known):
        yield Finding("E105", ("blanks",))
    yield from _scoring(content)
    for language in languages:
        stands = Counter(piece for piece in pieces(content["passage"].get(language, "")) if isinstance(piece, int))
        for number in sorted(set(stands) - set(range(1, len(blanks) + 1))):
            yield Finding("E005", ("passage", language), {"name": str(number)})
        for number in range(1, len(blanks) + 1):
            if stands[number] != 1:
                yield Finding("E198", ("passage", language), {"number": str(number), "language": language})


def _blank(options: Sequence[Content], index: int, languages: Sequence[str]) -> Iterator[Finding]:
    place = ("blanks", index, "options")
    if len(options) < 2:
        yield Finding("E101", place)
    if sum(bool(option.get("key")) for option in options) != 1:
        yield Finding("E102", place)
    for language in languages:
        yield from same([option["text"].get(language, "") for option in options], place)

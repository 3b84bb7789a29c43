"""What differs between two states of an item: field by field, and word by word within a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from quizzes.selectors import telling

Content = Mapping[str, Any]
Ids = tuple[Mapping[str, str], Mapping[str, str]]
Lines = Mapping[tuple[str, ...], telling.Line]
Numbered = Mapping[str, tuple[int, Content]]
WORDS = re.compile(r"\S+\s*")
ALIKE = 0.4  # below this share of common words a text counts as rewritten: confetti of single words helps nobody


@dataclass(frozen=True)
class Piece:
    """A run of words: kept, gone or new. `picture` is the hash of one that the words stand for."""

    kind: str
    text: str
    picture: str = ""


@dataclass(frozen=True)
class Change:
    """A field that differs. `scoring`: the change decides which answer is right; `language`: of its pieces."""

    field: str
    pieces: tuple[Piece, ...]
    scoring: bool = False
    language: str = "en"

    @property
    def rewritten(self) -> bool:
        """Whether nothing of it stayed."""
        return all(piece.kind != "kept" for piece in self.pieces)


def changes(before: Content | None, after: Content) -> list[Change]:
    """All that differs; everything is new when there is no `before`. Rows are told apart by their ids, so one that
    moved is not a rewritten one."""
    old: Content = before or {"stem": {}, "facts": []}
    return [
        *_type(old, after),
        *_texts(_("Question"), old["stem"], after["stem"]),
        *_lists(old, after),
        *_rest(old, after),
        *_plain(old, after),
    ]


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of which both texts are made, in reading order; all of both where they have little in common."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    # Compared without the space behind a word. autojunk would take frequent words of a long text for noise.
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    if matcher.ratio() < ALIKE:
        return tuple(Piece(kind, text) for kind, text in (("gone", before), ("new", after)) if text)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("kept", "".join(new[j1:j2])))
            continue
        pieces += [*_run("gone", old[i1:i2]), *_run("new", new[j1:j2])]
    return tuple(pieces)


def _run(kind: str, tokens: list[str]) -> Iterator[Piece]:
    """The words without the space behind the last one: a struck or underlined blank looks like a slip."""
    text = "".join(tokens)
    if text:
        yield Piece(kind, text.rstrip())
        yield from [Piece("kept", " ")] if text != text.rstrip() else []


def _texts(name: str, before: Content, after: Content) -> Iterator[Change]:
    """A text in each language it has on either side; the language is named where there are several."""
    languages = list(dict.fromkeys([*after, *before]))
    for language in languages:
        old, new = before.get(language, ""), after.get(language, "")
        if old != new:
            values = {"field": name, "language": get_language_info(language)["name_translated"]}
            title = _("%(field)s, %(language)s") % values if len(languages) > 1 else name
            yield Change(title, words(old, new), language=language)


def _type(before: Content, after: Content) -> Iterator[Change]:
    old, new = str(before.get("type", after["type"])), str(after["type"])
    if old != new:
        yield Change(_("Type"), (Piece("gone", old), Piece("new", new)), scoring=True)


def _lists(before: Content, after: Content) -> Iterator[Change]:
    """Every list of rows that either has, in the order of the newer one."""
    keys = [key for content in (after, before) for key, rows in content.items() if telling.is_rows(key, rows)]
    ids = (telling.ids(before), telling.ids(after))
    for key in dict.fromkeys(keys):
        yield from _rows(key, before.get(key) or [], after.get(key) or [], ids)


def _rows(key: str, before: Sequence[Content], after: Sequence[Content], ids: Ids, where: str = "") -> Iterator[Change]:
    old, new = _by_id(before), _by_id(after)
    for ident, (number, row) in new.items():
        was, was_row = old.get(ident, (0, {}))
        name = where + telling.row_name(key, number)
        title = name if was or not before else _("%(row)s, added") % {"row": name}
        yield from _texts(title, was_row.get("text") or {}, row.get("text") or {})
        yield from _texts(_("Reason: %(row)s") % {"row": name}, was_row.get("why") or {}, row.get("why") or {})
        yield from _in_row(name, was_row, row, ids)
        for inner in (part for part, value in row.items() if telling.is_rows(part, value)):
            yield from _rows(inner, was_row.get(inner) or [], row[inner], ids, f"{name}, ")
    for ident, (number, row) in old.items():
        if ident not in new:
            gone = _("%(row)s, removed") % {"row": where + telling.row_name(key, number)}
            yield from _texts(gone, row.get("text") or {}, {}) if row.get("text") else _gone(gone, row, ids)
    yield from _order(key, old, new)
    yield from _key(before, after, where)


def _gone(name: str, row: Content, ids: Ids) -> Iterator[Change]:
    text = ", ".join(line.text for line in telling.in_row(row, ids[0]) if line.text)
    yield Change(name, (Piece("gone", text or _("(no text)")),), scoring=True)


def _by_id(rows: Sequence[Content]) -> dict[str, tuple[int, Content]]:
    return {str(row.get("id", number)): (number, row) for number, row in enumerate(rows, 1)}


def _in_row(name: str, before: Content, after: Content, ids: Ids) -> Iterator[Change]:
    old = {line.key: line for line in telling.in_row(before, ids[0])}
    new = {line.key: line for line in telling.in_row(after, ids[1])}
    yield from _compared(old, new, f"{name}: ")


def _rest(before: Content, after: Content) -> Iterator[Change]:
    yield from _compared(telling.flat(before), telling.flat(after), "")


def _compared(old: Lines, new: Lines, where: str) -> Iterator[Change]:
    for key in dict.fromkeys([*new, *old]):
        one, other = old.get(key), new.get(key)
        was, now = one.text if one else "", other.text if other else ""
        line = other or one
        if line is not None and was != now:
            pieces = words(was, now) if line.language else _values(one, other)
            yield Change(where + line.label, pieces, scoring=line.scoring, language=line.language or "en")


def _values(was: telling.Line | None, now: telling.Line | None) -> tuple[Piece, ...]:
    """A value is replaced as a whole: half a formula struck through helps nobody."""
    return tuple(
        Piece(kind, line.text, line.picture) for kind, line in (("gone", was), ("new", now)) if line and line.text
    )


def _order(key: str, old: Numbered, new: Numbered) -> Iterator[Change]:
    both = [ident for ident in new if ident in old]
    if both != [ident for ident in old if ident in new]:
        was = ", ".join(str(old[ident][0]) for ident in sorted(both, key=lambda ident: old[ident][0]))
        now = ", ".join(str(old[ident][0]) for ident in both)
        title = _("Order of the options") if key == "options" else _("Order: %(list)s") % {"list": telling.PARTS[key]}
        # The order of an ordering's steps is its key.
        yield Change(title, (Piece("gone", was), Piece("new", now)), scoring=key == "items")


def _key(before: Sequence[Content], after: Sequence[Content], where: str) -> Iterator[Change]:
    """The key, by its row's id: a reworded key is the same key."""
    old, new = ([row for row in rows if row.get("key") is True] for rows in (before, after))
    if [row.get("id") for row in old] != [row.get("id") for row in new]:
        pieces = [Piece("gone", _words_of(row)) for row in old] + [Piece("new", _words_of(row)) for row in new]
        yield Change(where + _("The key"), tuple(pieces), scoring=True)


def _words_of(row: Content) -> str:
    return str(next(iter(row.get("text", {}).values()), "")) or _("(no text)")


def _plain(before: Content, after: Content) -> Iterator[Change]:
    named = {
        "objective": _("Objective"),
        "level": _("Level"),
        "facts": _("Facts"),
        "see": _("Where to read again"),
    }
    for key, name in named.items():
        old, new = (_plain_text(content.get(key, "")) for content in (before, after))
        if old != new:
            yield Change(name, words(old, new))


def _plain_text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

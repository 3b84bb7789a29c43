"""What differs between two states of an item: field by field, and word by word within a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

Content = Mapping[str, Any]
WORDS = re.compile(r"\S+\s*")
ALIKE = 0.4  # below this share of common words a text counts as rewritten: confetti of single words helps nobody


@dataclass(frozen=True)
class Piece:
    """A run of words: kept, gone or new."""

    kind: str
    text: str


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
    """All that differs; everything is new when there is no `before`. Options are told apart by their ids, so one
    that moved is not a rewritten one."""
    old: Content = before or {"stem": {}, "options": [], "facts": []}
    return [
        *_texts(_("Question"), old["stem"], after["stem"]),
        *_options(old, after),
        *_other(old, after),
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


# What has a form of its own in the list of changes; anything else of a type is compared as it is written.
NAMED = ("schema", "type", "stem", "options", "objective", "level", "facts", "see")


def _other(before: Content, after: Content) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if name not in NAMED and old != new:
            written = ("" if one is None else json.dumps(one, ensure_ascii=False, indent=1) for one in (old, new))
            yield Change(name, words(*written), scoring=name not in ("why", "description"))


def _options(before: Content, after: Content) -> Iterator[Change]:
    old = {option["id"]: (number, option) for number, option in enumerate(before.get("options", ()), 1)}
    new = {option["id"]: (number, option) for number, option in enumerate(after.get("options", ()), 1)}
    for ident, (number, option) in new.items():
        was, was_option = old.get(ident, (0, {"text": {}, "why": {}}))
        name = _("Option %(number)s") % {"number": number}
        if not was:
            name = _("Option %(number)s, added") % {"number": number}
        yield from _texts(name, was_option["text"], option["text"])
        yield from _texts(_("Reason for option %(number)s") % {"number": number}, was_option["why"], option["why"])
    for ident, (number, option) in old.items():
        if ident not in new:
            yield from _texts(_("Option %(number)s, removed") % {"number": number}, option["text"], {})
    yield from _order(old, new)
    yield from _key(before, after)


def _order(old: Mapping[str, tuple[int, Content]], new: Mapping[str, tuple[int, Content]]) -> Iterator[Change]:
    both = [ident for ident in new if ident in old]
    if both != [ident for ident in old if ident in new]:
        was = ", ".join(str(old[ident][0]) for ident in sorted(both, key=lambda ident: old[ident][0]))
        now = ", ".join(str(old[ident][0]) for ident in both)
        yield Change(_("Order of the options"), (Piece("gone", was), Piece("new", now)))


def _key(before: Content, after: Content) -> Iterator[Change]:
    """The key, by its option's id: a reworded key is the same key."""
    old, new = ([option for option in content.get("options", ()) if option.get("key")] for content in (before, after))
    if [option["id"] for option in old] != [option["id"] for option in new]:
        pieces = [Piece("gone", _words_of(option)) for option in old] + [Piece("new", _words_of(o)) for o in new]
        yield Change(_("The key"), tuple(pieces), scoring=True)


def _words_of(option: Content) -> str:
    return str(next(iter(option["text"].values()), "")) or _("(no text)")


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

"""An item's content as the item-writing rules read it: one language at a time, whatever is missing left empty."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.marking.findings import Place

LANGUAGES = ("en", "es")
QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|(?<!\w)‘[^’]*’(?!\w)")
BLANK = re.compile(r"_{2,}|\[\s*\]|\.{4,}")
_SENTENCE = re.compile(r"(?<=[.!?:])[\"”»')\]]*\s+(?=[\"“«'(\[¿¡A-ZÁÉÍÓÚÑ_*])|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|vs|Dr|Dra|Mr|Mrs|Ms|Sr|Sra|approx|no|p\. ?ej|aprox)\.)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,:]\d+)*%?")
_SOLICITS = re.compile(
    r"^\W*(?:please )?(?:select|choose|pick|mark|tick|check|seleccione|elija|marque|escoja|señale)\b"
    r".{0,45}?\b(?:apply|answers?|one|two|three|options?|correspondan?|respuestas?|una|dos|tres"
    r"|opci[oó]n(?:es)?)\W*$",
    re.IGNORECASE,
)
NEGATED = re.compile(
    r"n['’]t\b|\b(?:not|no|except|least|false|incorrect\w*|cannot|falsa|excepto|menos)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Written:
    """An item in one language. `options` are the texts in the author's order, `keys` the places of the right ones."""

    language: str
    kind: str
    stem: str
    options: tuple[str, ...]
    keys: frozenset[int]
    reasons: tuple[str, ...]

    @property
    def key(self) -> int | None:
        """The one key of a single best answer, or None where there is not exactly one."""
        return next(iter(self.keys)) if len(self.keys) == 1 and self.kind == "sba" else None

    @property
    def distractors(self) -> list[int]:
        return [index for index in range(len(self.options)) if index not in self.keys]


def rows(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The options, as far as they are any."""
    found = content.get("options")
    if not isinstance(found, Sequence) or isinstance(found, str):
        return []
    return [row if isinstance(row, Mapping) else {} for row in found]


def said_in(value: Any, language: str) -> str:
    """A text of {en, es} in one language; empty where it is none."""
    text = value.get(language) if isinstance(value, Mapping) else None
    return text if isinstance(text, str) else ""


def read(content: Mapping[str, Any]) -> Iterator[Written]:
    """The item in each language that it says something in."""
    options = rows(content)
    keys = frozenset(index for index, row in enumerate(options) if row.get("key"))
    for language in LANGUAGES:
        texts = tuple(said_in(row.get("text"), language) for row in options)
        reasons = tuple(said_in(row.get("why"), language) for row in options)
        stem = said_in(content.get("stem"), language)
        if stem.strip() or any(text.strip() for text in texts):
            yield Written(language, str(content.get("type")), stem, texts, keys, reasons)


def every_text(value: Any, place: Place = ()) -> Iterator[tuple[Place, str, str]]:
    """Every {en, es} however deep: its place, its language and itself."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in LANGUAGES and isinstance(inner, str):
                yield (*place, key), str(key), inner
            elif isinstance(key, str):
                yield from every_text(inner, (*place, key))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, inner in enumerate(value):
            yield from every_text(inner, (*place, index))


def listed(text: str) -> tuple[str, ...]:
    """Words written one after the other, for tables of them."""
    return tuple(text.split())


def fold(text: str) -> str:
    """Small letters without accents, single spaces, straight apostrophes. The ñ goes too: nothing here hangs on it."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def bare(text: str) -> str:
    """Folded, and without the marks around and between words; an apostrophe, a point in a number and + & / stay."""
    return " ".join(re.sub(r"[^\w\s'.+&/%-]|\.(?!\d)|(?<!\w)'|'(?!\w)|[*_]", " ", fold(text)).split())


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The text's sentences; a colon before a capital ends one too."""
    parts: list[str] = []
    start = 0
    for gap in _SENTENCE.finditer(text):
        if _ABBREVIATION.search(text[start : gap.start()]):
            continue
        parts.append(text[start : gap.end()])
        start = gap.end()
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def lead_in(stem: str) -> tuple[int, str]:
    """What is asked: the last sentence and where it begins. "Select all that apply." after it is no question."""
    parts = sentences(stem)
    if len(parts) > 1 and _SOLICITS.match(parts[-1].strip()) and not NEGATED.search(parts[-1]):
        parts.pop()
        stem = stem[: sum(map(len, parts))] if "".join(parts) == stem[: sum(map(len, parts))] else stem
    last = parts[-1] if parts else ""
    if len(parts) > 1 and len(words(last)) <= 2:  # "All are signs except one. Which?"
        last = parts[-2] + last
    return max(stem.rfind(last), 0), last


def unquoted(text: str) -> str:
    """The text with what somebody says blotted out, at the same length: it is not the author's own wording."""
    return QUOTED.sub(lambda quoted: "“" + "·" * (len(quoted[0]) - 2) + "”", text)


_ENDINGS = {
    "en": listed("ations ation ments ment ings ing ions ion ies ied ers er ed es ly s e"),
    "es": listed(
        "aciones acion amente mente amientos amiento iones ion ando iendo adas ados ada ado idas idos ida ido es as "
        "os "
        "ar er ir a o e s"
    ),
}


def root(word: str, language: str) -> str:
    """What a word shares with its other forms, roughly: at least four letters are left."""
    plain = fold(word)
    for ending in _ENDINGS[language]:
        if plain.endswith(ending) and len(plain) - len(ending) >= 4:
            return plain[: -len(ending)]
    return plain

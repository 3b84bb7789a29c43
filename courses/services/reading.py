"""How easy a patients' text is to read: published formulas on plain text. Pure functions; no database, no clock.

Both formulas are validated on running text of a hundred words or more; a single question is too short for either.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import pyphen

HARDEST_GRADE = 6.0  # English: school grade a reader needs (AHRQ and AMA ask for grade 5 to 6)
LOWEST_EASE = 70.0  # Spanish: 70 to 80 is "fairly easy", school grade 6
LONGEST_MEAN = 15.0  # words a sentence, on average

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…:]+(?=\s|$|[”\"»)])")
# A value with its units is one thing to a reader, whatever the units spelt out would count as.
_VALUE = re.compile(r"\d+(?:[.,]\d+)?(?:\s(?:mg/dL|mmol/L|g|%))?(?:\s\([^()]*mmol/L\))?")
_LEFT_OUT = re.compile(r"<sup class=\"cite\">.*?</sup>|<svg.*?</svg>", re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|li|h2|h3|td|th|tr)>|<br>|<ul>|<ol>|</strong>\s*(?=[A-ZÁÉÍÓÚÑ¿¡])")
_TAG = re.compile(r"<[^>]+>")

_ES_GROUP = re.compile(r"[aeoáéóíúiuü]+")
_ES_STRONG = re.compile(r"[aeoáéóíú]")
_EN_NUCLEUS = re.compile(r"[aeiouy]+", re.IGNORECASE)


@dataclass(frozen=True)
class Counts:
    """Sentences, words and syllables of a text."""

    sentences: int
    words: int
    syllables: int

    @property
    def words_a_sentence(self) -> float:
        return self.words / self.sentences

    @property
    def syllables_a_word(self) -> float:
        return self.syllables / self.words


def count(text: str, language: str) -> Counts | None:
    """The counts of a plain text in en or es, or None where there are no words. Values with units count as no word."""
    words = sentences = syllables = 0
    for sentence in _SENTENCE_END.split(_VALUE.sub(" ", text).replace("\n", ". ")):
        found = _WORD.findall(sentence)
        sentences += bool(found)
        words += len(found)
        syllables += sum(SYLLABLES[language](word) for word in found)
    return Counts(sentences, words, syllables) if words else None


def grade(counts: Counts) -> float:
    """Flesch-Kincaid grade level of an English text.

    0.39 (words / sentences) + 11.8 (syllables / words) - 15.59: Kincaid, Fishburne, Rogers, Chissom, Derivation of
    new readability formulas, Naval Technical Training Command, Research Branch Report 8-75, 1975.
    """
    return 0.39 * counts.words_a_sentence + 11.8 * counts.syllables_a_word - 15.59


def ease(counts: Counts) -> float:
    """Fernández-Huerta reading ease of a Spanish text, 0 to 100, higher is easier.

    206.84 - 60 (syllables / words) - 1.02 (words / sentences): Fernández Huerta, Medidas sencillas de lecturabilidad,
    Consigna 1959;214:29-32. Trap: often reprinted with sentences per 100 words in the last term, which would reward
    long sentences; words a sentence is what its author measured (Law, LINGUIST List 22.2332, 2011).
    """
    return 206.84 - 60 * counts.syllables_a_word - 1.02 * counts.words_a_sentence


def too_hard(text: str, language: str) -> list[str]:
    """What to say to the author of a patients' text: an empty list when it reads easily enough."""
    counts = count(text, language)
    if counts is None:
        return []
    said = []
    if counts.words_a_sentence > LONGEST_MEAN:
        said.append(f"has {counts.words_a_sentence:.1f} words a sentence on average; at most {LONGEST_MEAN:g}")
    if language == "es" and ease(counts) < LOWEST_EASE:
        said.append(f"reads at {ease(counts):.0f} of 100 (Fernández-Huerta); at least {LOWEST_EASE:g}")
    if language == "en" and grade(counts) > HARDEST_GRADE:
        said.append(f"reads at grade {grade(counts):.1f} (Flesch-Kincaid); at most {HARDEST_GRADE:g}")
    return said


def plain_text(parts: Iterable[str]) -> str:
    """The words of a lesson's HTML, a line for each paragraph, heading and list item; pictures and citations left
    out."""
    joined = "\n".join(_BLOCK_END.sub("\n", _LEFT_OUT.sub("", part)) for part in parts)
    lines = (" ".join(html.unescape(_TAG.sub("", line)).split()) for line in joined.split("\n"))
    return "\n".join(filter(None, lines))


@lru_cache(maxsize=4)
def _dictionary(name: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=name, left=2, right=2)


def _english(word: str) -> int:
    """Hyphenation leaves syllables out ("over"), counting vowels puts some in ("sometimes"): the larger one is on the
    safe side. Silent are a final e ("use", not "little"), es ("makes", not "changes") and ed ("used", not "needed").
    """
    bare = word.lower()
    if not re.search(r"[^aeiouy]le$", bare):
        bare = re.sub(r"(?:e|(?<=[^aeiousxzcgh])es|(?<=[^aeioutd])ed)$", "", bare)
    return max(1, len(_EN_NUCLEUS.findall(bare)), len(_dictionary("en_US").positions(word)) + 1)


def _spanish(word: str) -> int:
    """a, e, o and stressed vowels are a syllable each; i and u join them, or are one syllable among themselves."""
    bare = re.sub(r"(?<=[qg])u(?=[eéií])", "", word.lower())
    by_vowels = sum(max(1, len(_ES_STRONG.findall(group))) for group in _ES_GROUP.findall(bare))
    return max(1, by_vowels, len(_dictionary("es").positions(word)) + 1)


SYLLABLES: dict[str, Callable[[str], int]] = {"en": _english, "es": _spanish}

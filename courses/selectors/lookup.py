"""Finding a word again: terms of the glossary, and sections of the lessons that are open to the reader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.models import User
from core import units
from core.texts import chosen, pick
from courses.models import Enrolment, LessonText, Term
from courses.selectors import journey, lesson_text, published_version

SHORTEST, AROUND = 2, 90
_HEADING = re.compile(r'<h[23] id="([a-z0-9-]+)">(.*?)</h[23]>', re.DOTALL)
_LEFT_OUT = re.compile(r"<svg.*?</svg>|<sup class=\"cite\">.*?</sup>", re.DOTALL)


@dataclass(frozen=True)
class Hit:
    """One place: its title, a piece of its text with the words marked, where it leads, and its language."""

    title: str
    where: str
    excerpt: SafeString
    href: tuple[str, str, str]  # course, lesson, anchor; empty for a term
    language: str
    weight: int


@dataclass(frozen=True)
class Entry:
    """A term in the reader's language, else in English."""

    slug: str
    term: str
    text: str
    language: str


def glossary() -> list[Entry]:
    """Every term in alphabetical order of the reader's language."""
    entries = [_entry(term) for term in Term.objects.all()]
    return sorted(entries, key=lambda entry: fold(entry.term))


def _entry(term: Term) -> Entry:
    language = chosen(term.texts, get_language())
    return Entry(term.slug, term.texts[language]["term"], term.texts[language]["text"], language)


def find(user: User | None, query: str) -> list[Hit]:
    """Terms and sections that hold every word of the query, those with the words in their title first."""
    words = wanted(query)
    if not words:
        return []
    hits = [hit for entry in glossary() if (hit := _hit(words, entry.term, entry.text, "", ("", "", ""), entry))]
    for course, lesson, text in _open_texts(user):
        for anchor, heading, body in sections(text.pk):
            where, language = pick(lesson[1]), text.language
            hit = _hit(words, heading or where, body, where, (course, lesson[0], anchor or "main"), language)
            hits += [hit] if hit else []
    return sorted(hits, key=lambda hit: -hit.weight)


def wanted(query: str) -> list[str]:
    return [word for word in fold(query).split() if len(word) >= SHORTEST]


def _open_texts(user: User | None) -> Iterator[tuple[str, tuple[str, dict[str, str]], LessonText]]:
    """The lessons this person may open, of every course they take, in their language."""
    enrolments = Enrolment.objects.visible_to(user).filter(user=user).select_related("course") if user else []
    for enrolment in enrolments:
        enrolment.version = published_version(enrolment.version_id)
        for step in journey(enrolment).steps:
            if not step.locked:
                lesson = step.lesson
                yield enrolment.course.slug, (lesson.slug, lesson.title), lesson_text(lesson)


@lru_cache(maxsize=512)
def sections(text_id: int) -> tuple[tuple[str, str, str], ...]:
    """(anchor, heading, words) of a published lesson's sections; it never changes, so each process reads it once."""
    blocks = LessonText.objects.values_list("blocks", flat=True).get(pk=text_id)
    html = _LEFT_OUT.sub("", "".join(block.get("html", "") for block in blocks))
    parts = _HEADING.split(html)
    found = [("", "", _plain(parts[0]))]
    found += [(parts[at], _plain(parts[at + 1]), _plain(parts[at + 2])) for at in range(1, len(parts), 3)]
    return tuple(one for one in found if one[2])


def _plain(html: str) -> str:
    spaced = re.sub(r"</(?:p|li|td|th|h[23]|figcaption)>", " ", html)
    return " ".join(strip_tags(spaced).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").split())


def _hit(
    words: Sequence[str], title: str, body: str, where: str, href: tuple[str, str, str], of: Entry | str
) -> Hit | None:
    head, rest = fold(title), fold(body)
    if not all(word in head or word in rest for word in words):
        return None
    weight = 100 * sum(word in head for word in words) + min(sum(rest.count(word) for word in words), 50)
    language = of if isinstance(of, str) else of.language
    return Hit(title, where, _excerpt(units.for_reader(body), words), href, language, weight + 50 * (not href[0]))


def _excerpt(body: str, words: Sequence[str]) -> SafeString:
    """The text around the first of the words, with each of them marked."""
    spots = _spots(body, words)
    first = spots[0][0] if spots else 0
    begin = max(body.rfind(" ", 0, max(first - AROUND, 0)) + 1, 0) if first > AROUND else 0
    end = len(body) if len(body) < first + 2 * AROUND else body.rfind(" ", first, first + 2 * AROUND)
    end = end if end > first else len(body)
    out, at = ["… " if begin else ""], begin
    for start, stop in spots:
        if start >= at and stop <= end:
            out += [escape(body[at:start]), "<mark>", escape(body[start:stop]), "</mark>"]
            at = stop
    out += [escape(body[at:end]), " …" if end < len(body) else ""]
    return mark_safe("".join(out))  # noqa: S308 - every piece is escaped


def _spots(body: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand. Folding keeps a letter a letter, so that places agree."""
    folded = "".join(fold(letter)[:1] or letter for letter in body)
    spots = [(at.start(), at.end()) for word in words for at in re.finditer(re.escape(word), folded)]
    return sorted(spots)


def fold(text: str) -> str:
    """Small letters without accents: who searches "glucemico" finds "glucémico"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))

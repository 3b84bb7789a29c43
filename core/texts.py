"""Content texts are maps of language to text; a reader gets theirs, else English."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core import units


def chosen(texts: Mapping[str, str], language: str | None = None) -> str:
    """Which of the texts' languages to show: `language` (the reader's when None), else English, else any."""
    wanted = (language or get_language() or "en").split("-")[0]
    return wanted if wanted in texts or not texts else "en" if "en" in texts else next(iter(texts))


def pick(texts: Mapping[str, str] | None, language: str | None = None) -> str:
    """The text in `language` (the reader's when None), else English, else any, else nothing; as it was written."""
    return texts[chosen(texts, language)] if texts else ""


def told(texts: Mapping[str, str] | None) -> str:
    """The text for this reader: their language where it exists, glucose in their unit first."""
    return units.for_reader(pick(texts))


def spoken(texts: Mapping[str, str] | None) -> SafeString:
    """As `told`, as HTML: a text in another language than the page's says so, for screen readers and hyphenation."""
    if not texts:
        return SafeString()
    language, words = chosen(texts), escape(told(texts))
    if language == (get_language() or "en").split("-")[0]:
        return words
    return mark_safe(f'<span lang="{escape(language)}">{words}</span>')  # noqa: S308 - escaped

"""A picture is told to those who do not see it, and what is told of it does not tell the key (reference 7.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quizzes.marking.findings import Content, Finding

SHORT = 4  # letters: "no" or "5 g" stands in many a sentence without telling anything


def pictured(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E022 words without a picture; A11Y01 no alternative text; A11Y01b it, or the caption, holds the text of a key.
    One that names every option, such as the labels in a drawing, gives none away."""
    picture = content.get("picture")
    if not picture:
        return
    if not picture.get("sha256"):
        yield Finding("E022", ("picture",))
    for language in languages:
        if not (picture.get("alt") or {}).get(language, "").strip():
            yield Finding("A11Y01", ("picture", "alt", language), {"language": language})
        for part in ("alt", "caption"):
            told = _plain((picture.get(part) or {}).get(language, ""))
            for options in _choices(content):
                texts = [(_plain(option["text"].get(language, "")), option.get("key")) for option in options]
                held = [key for text, key in texts if text and f" {text} " in f" {told} "]
                keys = [
                    text for text, key in texts if key is True and len(text) >= SHORT and f" {text} " in f" {told} "
                ]
                if keys and len(held) < len(texts):
                    yield Finding("A11Y01b", ("picture", part, language), {"language": language, "found": keys[0]})


def _choices(content: Content) -> list[Sequence[Content]]:
    """The lists of options of which one or some are right."""
    blanks = [blank["options"] for blank in content.get("blanks") or []]
    return [content["options"], *blanks] if content.get("options") else blanks


def _plain(text: str) -> str:
    """As a reader hears it: words alone, whatever their case."""
    return " ".join(re.findall(r"\w+", text.casefold()))

"""Content texts are maps of language to text; a reader gets theirs, else English."""

from collections.abc import Mapping

from django.utils.translation import get_language


def pick(texts: Mapping[str, str] | None, language: str | None = None) -> str:
    """The text in `language` (the reader's when None), else English, else any, else nothing."""
    if not texts:
        return ""
    wanted = (language or get_language() or "en").split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()))

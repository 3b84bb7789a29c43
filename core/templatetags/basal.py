"""Built into every template: the reader's text out of a language map, and small numbers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core import drawings, texts, units
from core.icons import ICONS

register = template.Library()
ALERTS = {"info": "info", "ok": "check", "warn": "warning", "error": "warning"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """{% icon "check" %}: decoration, so the words stand beside it."""
    return ICONS[name]


@register.simple_tag
def band(width: int, height: int) -> SafeString:
    """The certificate's ornament, with fewer lines than in print."""
    return drawings.certificate_band(width, height, lines=26)


@register.filter
def pick(value: Mapping[str, str] | None) -> str:
    """{{ course.title|pick }}: words alone, for titles of pages and other attributes."""
    return texts.told(value)


@register.filter
def spoken(value: Mapping[str, str] | None) -> SafeString:
    """{{ course.title|spoken }}: the words, marked with their language where it is not the page's."""
    return texts.spoken(value)


@register.filter
def in_english(value: str) -> SafeString:
    """{{ award.activity_title|in_english }}: words that exist in English only, marked so on a page that is not."""
    return texts.spoken({"en": value})


@register.filter
def glucose(value: str) -> str:
    """{{ term.text|glucose }}: glucose values in the reader's unit first."""
    return units.for_reader(value)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """{{ answers|get:code }}: a map's value, or nothing."""
    return mapping.get(key)


@register.filter
def plain(value: Decimal | float) -> str:
    """A number without trailing zeros: 5 not 5.0, 0.5 not .5."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


@register.simple_block_tag
def alert(content: str, kind: str = "info", *, role: str = "", focus: bool = False) -> SafeString:
    """{% alert "warn" %}<p><strong>What happened.</strong> What to do.</p>{% endalert %}; kinds: info, ok, warn, error.

    `focus`: it is the answer to what was just sent, so it is read first (errors.js).
    """
    context = {"content": content, "kind": kind, "shape": ALERTS[kind], "role": role, "focus": focus}
    return render_to_string("components/alert.html", context)

"""The legal pages. Each is one template a language, written in both and translated in neither."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import VERSIONS, Document

LANGUAGES = ("en", "es")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, why, how long, and who sees it."""
    return _page(request, "privacy", _("Privacy"), VERSIONS[Document.PRIVACY])


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """What someone who uses Basal agrees to."""
    return _page(request, "terms", _("Terms of use"), VERSIONS[Document.TERMS])


def text_of(name: str) -> dict[str, Any]:
    """What every page needs that shows pages/NAME.LANGUAGE.html: the reader's language, English where it is missing."""
    reader = (get_language() or "en").split("-")[0]
    language = reader if reader in LANGUAGES else "en"
    return {
        "text": f"pages/{name}.{language}.html",
        "text_language": language,
        "operator": settings.OPERATOR,
        "operator_address": settings.OPERATOR_ADDRESS,
        "office_email": settings.OFFICE_EMAIL,
    }


def _page(request: HttpRequest, name: str, title: str, version: date) -> HttpResponse:
    return render(request, "pages/legal.html", {**text_of(name), "title": title, "version": version})

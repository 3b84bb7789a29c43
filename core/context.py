"""What every template may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from core import units


def house(request: HttpRequest) -> dict[str, Any]:
    """`demo` marks the demo; `mail_dir` is where its mail lies (None in production); `unit` is the reader's glucose
    unit; `this_page` is where the language switch leads back to; LANGUAGE_CODE is the language of the page."""
    return {
        "demo": settings.DEMO,
        "mail_dir": settings.MAIL_DIR,
        "unit": units.active(),
        "this_page": request.get_full_path(),
        "LANGUAGE_CODE": get_language(),
    }

"""What every template may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """`demo` marks the demo; `mail_dir` is where its mail lies (None in production)."""
    return {"demo": settings.DEMO, "mail_dir": settings.MAIL_DIR}

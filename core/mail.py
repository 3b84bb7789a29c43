"""Plain-text mail that the outbox owes: in its reader's language and time zone, always under the same Message-ID."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override


def domain() -> str:
    """The domain we send from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def send(
    *,
    to: str,
    ident: str,
    language: str,
    zone: str,
    subject: Callable[[], str],
    template: str,
    context: dict[str, Any],
) -> None:
    """Send `emails/{template}.txt`. `ident` names this one message for ever: sent twice, it is the same mail."""
    with override(language or settings.LANGUAGE_CODE), timezone.override(zone or settings.TIME_ZONE):
        words = {"operator": settings.OPERATOR, **context}
        message = EmailMessage(subject(), render_to_string(f"emails/{template}.txt", words), to=[to])
    message.reply_to = [settings.OFFICE_EMAIL]
    message.extra_headers["Message-ID"] = f"<{ident}@{domain()}>"
    message.send()

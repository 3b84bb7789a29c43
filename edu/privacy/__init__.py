"""A person's copy of their data, and the deletion of their account: each app's part, put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import privacy as accounts
from certificates.services import privacy as certificates
from core import audit
from core.errors import DomainError
from core.export import Files, Row
from courses.services import privacy as courses
from quizzes.services import privacy as quizzes

APPS = (accounts, courses, quizzes, certificates)
IN_MEMORY = 1_000_000  # bytes of a copy; what is more lies in a temporary file
log = structlog.get_logger("basal.privacy")


def files_of(user: User) -> Files:
    """Every JSON file of a person's copy with its rows, which are read from the database while they are written."""
    files = {name: rows for app in APPS for name, rows in app.export_of(user).items()}
    targets = [target for app in APPS for target in app.targets_of(user)]
    return {**files, accounts.AUDIT: accounts.audit_of(user, targets)}


def export(user: User) -> IO[bytes]:
    """The copy as a ZIP, ready to be read from its start: README.txt in the reader's language, JSON files, PDFs."""
    archive: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    with ZipFile(archive, "w", ZIP_DEFLATED) as copy:
        copy.writestr("README.txt", render_to_string("accounts/export_readme.txt", {"operator": settings.OPERATOR}))
        for name, rows in files_of(user).items():
            with copy.open(name, "w") as file:
                for line in _lines(rows):
                    file.write(line.encode())
        for name, pdf in certificates.files_of(user):
            copy.writestr(name, pdf)
    archive.seek(0)
    return archive


def erase(*, user: User, now: datetime) -> None:
    """Delete an account: all of it, or nothing when it fails. What backs a certificate stays, without a name.

    Raises DomainError for the last admin, and when something was written in the same moment (try again). A word to
    the old address follows the commit, best effort: an outbox row would have to keep the address that goes.
    """
    address, language = user.email, user.language or get_language() or "en"
    try:
        with transaction.atomic():
            accounts.begin(user)
            kept = certificates.erase(user=user, now=now)
            quizzes.erase(user=user)
            courses.erase(user=user, keep=kept)
            accounts.erase(user=user, now=now)
            audit.record(actor=user.pk, action="account.erase", target=f"user:{user.pk}")
    except (IntegrityError, ProtectedError) as error:
        message = _("Something was being saved in this account just now. Nothing was deleted. Try again.")
        raise DomainError("busy", message) from error
    log.info("account_erased", user=str(user.pk))  # so that it can be done again after a restore: docs/privacy.md
    _say_goodbye(address, language)


def _say_goodbye(address: str, language: str) -> None:
    with override(language):
        body = render_to_string("emails/account_erased.txt", {"operator": settings.OPERATOR})
        subject = _("Basal: your account is deleted")
    try:
        send_mail(subject, body, None, [address])
    except Exception as error:  # noqa: BLE001 - the account is deleted, whatever the mail server says
        log.warning("goodbye_not_sent", error=type(error).__name__)


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON list, one row a line."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        before = ",\n"
    yield ("[]\n" if before == "[\n" else "\n]\n")

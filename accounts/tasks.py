"""The outbox's handlers for letters and mails, and what is forgotten by itself."""

from importlib import import_module

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone

from accounts.services import letters, mails
from core import outbox

outbox.handler(letters.KIND)(letters.send)
outbox.handler(mails.TAKEN)(mails.send_taken)
outbox.handler(mails.GRANTED)(mails.send_granted)


@outbox.every(24 * 3600)
def forget_letters() -> None:
    letters.forget(now=timezone.now())


@outbox.every(3600)
def forget_sign_ins() -> None:
    """Sessions that ended, and sign-in's counters: both hold addresses, and nobody asks for them again."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    cache = caches["default"]
    if isinstance(cache, DatabaseCache):
        table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined] # its stubs leave it out
        with connection.cursor() as cursor:
            now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 - a table's name of ours

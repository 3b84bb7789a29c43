"""What holds an address and nobody asks for again is gone by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.tasks import forget_sign_ins

pytestmark = pytest.mark.django_db


def test_sessions_that_ended_are_gone_and_those_that_run_stay() -> None:
    for key, days in (("ended", -1), ("running", 1)):
        data = SessionStore().encode({"who": key})
        Session.objects.create(session_key=key, session_data=data, expire_date=timezone.now() + timedelta(days=days))
    forget_sign_ins()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]


def test_counters_of_sign_in_are_gone_once_they_count_no_more(settings: Any) -> None:
    backend = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}
    settings.CACHES = django_settings.CACHES | {"default": backend}
    call_command("createcachetable", verbosity=0)
    caches["default"].set("ip:192.0.2.1", 1, timeout=-60)
    caches["default"].set("ip:192.0.2.2", 1, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_cache")
        assert cursor.fetchone() == (2,)
        forget_sign_ins()
        cursor.execute("SELECT cache_key FROM django_cache")
        assert ["192.0.2.2" in key for (key,) in cursor.fetchall()] == [True]

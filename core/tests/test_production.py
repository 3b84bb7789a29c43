"""Production settings refuse to start where something is missing or belongs to a test."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

GOOD = {
    "DJANGO_SETTINGS_MODULE": "edu.settings.production",
    "BASAL_SECRET_KEY": "k" * 60,
    "BASAL_HOSTS": "basal.example",
    "BASAL_SITE_URL": "https://basal.example",
    "DATABASE_URL": "postgres://basal@127.0.0.1/basal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


READ = "import edu.settings.production"
CHECK = "import django; django.setup()"


def start(code: str = READ, **changes: str | None) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = {name: value for name, value in (kept | GOOD | changes).items() if value is not None}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=settings.ROOT, env=env, capture_output=True, text=True, check=False)


def test_it_starts_when_everything_is_given() -> None:
    assert start(CHECK).returncode == 0


@pytest.mark.parametrize("value", [None, " "], ids=["missing", "blank"])
@pytest.mark.parametrize("name", ["BASAL_SECRET_KEY", "BASAL_HOSTS", "BASAL_SITE_URL", "DATABASE_URL", "REDIS_URL"])
def test_it_does_not_start_without(name: str, value: str | None) -> None:
    ended = start(READ, **{name: value})
    assert ended.returncode != 0
    assert f"ImproperlyConfigured: {name}" in ended.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASAL_SECRET_KEY", "short"),
        ("BASAL_SECRET_KEY", "demo-only-" + "x" * 60),
        ("BASAL_SECRET_KEY_FALLBACKS", "short"),
        ("BASAL_SECRET_KEY_FALLBACKS", "k" * 60 + ",demo-only-" + "x" * 60),
        ("BASAL_CRASH_AT", "after_nudge"),
        ("BASAL_DEBUG", "1"),
        ("BASAL_HOSTS", "*"),
        ("BASAL_SITE_URL", "http://basal.example"),
        ("BASAL_FILES", "/srv/certificates"),
        ("BASAL_FILES", "s3://"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "filemail:///tmp/mail"),
    ],
)
def test_it_does_not_start_with_what_belongs_elsewhere(name: str, value: str) -> None:
    ended = start(**{name: value})
    assert ended.returncode != 0
    assert f"ImproperlyConfigured: {name}" in ended.stderr


def test_no_variable_makes_a_demo_of_it() -> None:
    shown = start(f"{CHECK}; from django.conf import settings as s; print(s.DEMO, s.DEBUG)", DEMO="1", BASAL_DEMO="1")
    assert shown.stdout.split() == ["False", "False"]


def test_the_code_of_demo_staff_cannot_be_computed_there() -> None:
    for name in ("demo_code", "demo_secret"):
        ended = start(f"{CHECK}; from accounts import services; print(services.{name}('admin@demo.example'))")
        assert ended.returncode != 0
        assert ended.stdout == ""
        assert "DomainError: demo_only" in ended.stderr


def test_demo_people_cannot_be_made_there() -> None:
    ended = start(f"{CHECK}; from django.core.management import call_command as call; call('load_demo_people')",
                  DATABASE_URL="sqlite://:memory:")  # fmt: skip
    assert ended.returncode != 0
    assert "Demo people exist in demo settings only." in ended.stderr


def test_nobody_waits_for_ever_on_postgresql() -> None:
    code = f"{CHECK}; from django.conf import settings as s; print(s.DATABASES['default'])"
    usual, behind_pgbouncer = start(code).stdout, start(code, BASAL_PGBOUNCER="1").stdout
    for limit in ("statement_timeout=15s", "lock_timeout=5s", "idle_in_transaction_session_timeout=30s"):
        assert limit in usual
        assert limit not in behind_pgbouncer
    assert "statement_timeout=0s" in start(code, BASAL_STATEMENT_TIMEOUT_S="0").stdout
    assert "'DISABLE_SERVER_SIDE_CURSORS': True" in behind_pgbouncer


def test_boto_is_not_imported_where_certificates_lie_in_a_folder() -> None:
    code = (
        f"{CHECK}; import sys; from django.core.files.storage import storages; storages['certificates']; "
        "print('boto3' in sys.modules)"
    )
    assert start(code).stdout.strip() == "False"
    assert start(code, BASAL_FILES="s3://basal/prints").stdout.strip() == "True"

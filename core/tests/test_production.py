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


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = {name: value for name, value in (kept | GOOD | changes).items() if value is not None}
    command = [sys.executable, "-c", "import django; django.setup()"]
    return subprocess.run(command, cwd=settings.ROOT, env=env, capture_output=True, text=True, check=False)


def test_it_starts_when_everything_is_given() -> None:
    assert start().returncode == 0


@pytest.mark.parametrize("missing", ["BASAL_SECRET_KEY", "BASAL_HOSTS", "BASAL_SITE_URL", "DATABASE_URL", "REDIS_URL"])
def test_it_does_not_start_without(missing: str) -> None:
    ended = start(**{missing: None})
    assert ended.returncode != 0
    assert missing in ended.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("BASAL_SECRET_KEY", "short"), ("BASAL_SECRET_KEY", "demo-only-" + "x" * 60), ("BASAL_CRASH_AT", "after_nudge")],
)
def test_it_does_not_start_with_what_belongs_elsewhere(name: str, value: str) -> None:
    ended = start(**{name: value})
    assert ended.returncode != 0
    assert name in ended.stderr

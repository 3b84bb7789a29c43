"""The two passes of ./dev test: on SQLite everything, on PostgreSQL everything a database can matter to.

Not run again on PostgreSQL: tests that use no database, and those marked `once` (in a browser: shape and contrast
of pages; ./dev and the image, which bring a database of their own).
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from xdist.scheduler import LoadScopeScheduling

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "stand", "any_database"}
# Each has one costly fixture for all its tests: on one process, and first, so that the short ones fill the end.
TOGETHER = ("tests/faults/test_certificates.py", "tests/test_image.py", "tests/test_restore.py")
RECORD = Path(settings.ROOT) / "var" / "passes.json"
BEGAN = time.monotonic()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: the database cannot matter here; not run again on PostgreSQL")


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist carries no types
    """Tests go to whichever process is free, one by one, but for files that stay together. (xdist's own groups do
    not reach its processes under pytest 9.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def on_postgresql() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {_name()}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not on_postgresql():
        return
    kept = [item for item in items if _database_matters(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A line for each pass of this ./dev test; pytest's own closing line follows."""
    passes = json.loads(RECORD.read_text()) if RECORD.exists() and os.environ.get("BASAL_PASSES") else {}
    counts = {key: len(terminalreporter.stats.get(key, [])) for key in ("passed", "failed", "error", "deselected")}
    passes[_name()] = {**counts, "seconds": round(time.monotonic() - BEGAN)}
    if os.environ.get("BASAL_PASSES"):
        RECORD.write_text(json.dumps(passes))
    terminalreporter.section("passes")
    for name, told in passes.items():
        words = ", ".join(f"{told[key]} {key}" for key in counts if told[key] or key == "passed")
        terminalreporter.write_line(f"{name}: {words} in {told['seconds']} s")


def _name() -> str:
    return "PostgreSQL" if on_postgresql() else "SQLite"


def _database_matters(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    uses = set(getattr(item, "fixturenames", ())) & DATABASE_FIXTURES
    return bool(uses) or item.get_closest_marker("django_db") is not None

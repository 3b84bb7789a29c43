"""The engine is compiled before a server takes requests: no step of a run in a web worker waits for it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from django.conf import settings

from simulator.engine import version as of_engine
from simulator.engine.version import version

# A web application that only says how many signatures of the run's loop are compiled in the worker that answers.
APP = """
def app(environ, start_response):
    from simulator.engine.kernel.loop import advance
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(len(advance.signatures)).encode()]
"""


def test_the_first_request_of_a_worker_finds_the_engine_compiled(tmp_path: Path) -> None:
    (tmp_path / "asks.py").write_text(APP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"BASAL_BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1"}
    words = [sys.executable, "-m", "gunicorn", "asks:app", "-c", "edu/gunicorn.conf.py", "--pythonpath", str(tmp_path)]
    server = subprocess.Popen(words, cwd=settings.ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert _answer(port, server) == "1"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _answer(port: int, server: subprocess.Popen[bytes]) -> str:
    """What it says, once it listens: two minutes are enough for a compilation on a loaded machine."""
    for _try in range(600):
        assert server.poll() is None, "the server has gone"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError("nobody listens")


def test_the_version_of_the_engine_is_made_of_all_that_decides_what_a_run_comes_to() -> None:
    """A stored run is replayed to the same bytes on the same version only."""
    assert re.fullmatch(r"[0-9a-f]{16}", version())
    here = of_engine.HERE
    files = {path.suffix for path in here.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert files == {".py", ".toml"}

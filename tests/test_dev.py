"""./dev run itself: the main job through the real platform, and a stop that leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings

pytestmark = pytest.mark.once  # ./dev run brings a database of its own
DEV = [str(settings.ROOT / "dev"), "run"]
PATIENCE_S = 120


def environment(var: Path) -> dict[str, str]:
    """A data folder of its own, the demo's settings and no broker of anyone's."""
    dropped = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORT"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | {"BASAL_VAR": str(var)}


def left_behind(var: Path) -> list[str]:
    """Command lines of processes that were started with this data folder and still live."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"BASAL_VAR={var}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # gone meanwhile, or not ours to read
            continue
    return found


@contextlib.contextmanager
def running(var: Path) -> Iterator[tuple[subprocess.Popen[str], IO[str], str]]:
    """The platform once it says how to stop it: its process, what it still prints, what it has printed."""
    with subprocess.Popen(
        DEV, env=environment(var), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout is not None
        printed = ""
        while "to stop" not in printed:
            line = run.stdout.readline()
            assert line, printed
            printed += line
        yield run, run.stdout, printed
        run.kill()


def test_once_walks_the_main_job_and_names_the_certificate_last(tmp_path: Path) -> None:
    done = subprocess.run(
        [*DEV, "--once"], env=environment(tmp_path), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout
    match = re.fullmatch(r"certificate: (\S+)", done.stdout.splitlines()[-1])
    assert match, done.stdout
    assert Path(match[1]).read_bytes().startswith(b"%PDF-")
    assert left_behind(tmp_path) == []


def test_a_stop_ends_web_reconciler_worker_and_broker_in_this_order(tmp_path: Path) -> None:
    with running(tmp_path) as (run, output, printed):
        for words in (
            "Basal runs at  http://127.0.0.1:",
            "patient@demo.example",
            "admin@demo.example",
            "a code",
            "/mail",
        ):
            assert words in printed, printed
        assert len(left_behind(tmp_path)) >= 5
        run.send_signal(signal.SIGINT)
        rest = output.read()
        assert run.wait(PATIENCE_S) == 0, printed + rest
        assert "(web, reconciler, worker, broker)" in rest
        assert left_behind(tmp_path) == []


def test_killed_without_a_word_it_takes_its_parts_along(tmp_path: Path) -> None:
    with running(tmp_path) as (run, _output, _printed):
        run.kill()
        until = time.monotonic() + 20
        while left_behind(tmp_path) and time.monotonic() < until:
            time.sleep(0.2)
        assert left_behind(tmp_path) == []

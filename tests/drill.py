"""The restore drill: certificates issued by real processes, a backup while people go on claiming, an empty database
filled from it, and every certificate of it verified through a web server. `./dev soak restore` does it with more."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests import databases
from tests.faults.stand import ROOT, Stand, _free_port, _wait, running

SETTLE_S = 600


@dataclass
class Drill:
    """What came of it. `env` reaches the restored database, `backup` is the file it was made from."""

    env: dict[str, str]
    backup: Path
    manifest: dict[str, Any]
    claimed_before: int
    claimed_meanwhile: int
    verified: int
    printed_afterwards: int
    backup_s: float
    restore_s: float
    said: str

    @property
    def awards(self) -> int:
        return int(self.manifest["rows"]["certificates.award"])

    def figures(self) -> str:
        rows, tables = sum(self.manifest["rows"].values()), len(self.manifest["rows"])
        return (
            f"restore drill: {rows} rows of {tables} tables, {self.awards} certificates verified by HTTP "
            f"({self.claimed_meanwhile} claimed while it was written), {len(self.manifest['files'])} PDFs came along, "
            f"{self.printed_afterwards} were printed afterwards; "
            f"backup {self.backup_s:.1f} s, restore {self.restore_s:.1f} s"
        )


@contextlib.contextmanager
def drilled(folder: Path, count: int) -> Iterator[Drill]:
    """Do the whole drill with `count` certificates; the restored database stays until the block ends."""
    file = folder / "basal.zip"
    folder.mkdir(parents=True, exist_ok=True)
    with running(folder / "before") as stand:
        _fill(stand, count)
        with _claiming(stand) as meanwhile:
            backup_s = _timed(stand.env(), "backup", file)[0]
    with ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    with databases.fresh(folder / "after") as url:
        env = stand.env() | {"DATABASE_URL": url, "BASAL_VAR": str(folder / "after"), "BASAL_TRUSTED_PROXIES": "1"}
        restore_s, said = _timed(env, "restore", file)
        printed = _print_what_is_owed(env)
        verified = _verify(env)
        yield Drill(
            env, file, manifest, count, len(meanwhile), verified, printed, backup_s, restore_s, said
        )  # fmt: skip


def manage(env: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def _timed(env: dict[str, str], *words: str | Path) -> tuple[float, str]:
    began = time.monotonic()
    done = manage(env, *words)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - began, done.stdout


def _fill(stand: Stand, count: int) -> None:
    """The curriculum, the demo's people, `count` printed certificates; one of the PDFs is damaged afterwards."""
    for words in (("load_curriculum", "--publish"), ("load_demo_people",)):
        _timed(stand.env(), *words)
    for completion in stand.prepare(count):
        stand.claim(completion)
    if missing := stand.tally("fill", 0, wait_s=SETTLE_S).missing:
        raise RuntimeError(f"{missing} certificates were not printed")
    damaged = next((stand.folder / "certificates").rglob("*.pdf"))
    damaged.write_bytes(damaged.read_bytes()[:-1])


@contextlib.contextmanager
def _claiming(stand: Stand) -> Iterator[list[str]]:
    """Someone claims without a pause until the block ends, and has begun to when it is entered."""
    claimed: list[str] = []
    over = threading.Event()

    def go_on() -> None:
        while not over.is_set():
            if award := stand.claim(stand.prepare(1)[0]):
                claimed.append(award)
            over.wait(0.05)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        _wait(lambda: claimed, 30, "nobody claims")
        yield claimed
    finally:
        over.set()
        thread.join()


def _print_what_is_owed(env: dict[str, str]) -> int:
    """One round of the reconciler once all leases have run out; returns how many PDFs there are more."""
    before = len(list(Path(env["BASAL_VAR"]).rglob("*.pdf")))
    time.sleep(float(env["OUTBOX_LEASE_S"]) + 0.5)
    while '"owed"' in _outbox(env):
        _timed(env, "run_outbox", "--once")
    return len(list(Path(env["BASAL_VAR"]).rglob("*.pdf"))) - before


def _outbox(env: dict[str, str]) -> str:
    code = "from core.models import OutboxRow as R; print('\"owed\"' if R.objects.open().exists() else 'none')"
    return _timed(env, "shell", "-v0", "-c", code)[1]


def _codes(env: dict[str, str]) -> list[str]:
    code = "from certificates.models import Award; print(*[a.code_display for a in Award.objects.all()])"
    return _timed(env, "shell", "-v0", "-c", code)[1].split()


def _verify(env: dict[str, str]) -> int:
    """How many certificates the restored platform says stand, asked one by one as strangers would."""
    codes = _codes(env)
    with serving(env) as base:
        return sum(b"This certificate stands." in _get(f"{base}/verify/{code}/", number) for number, code in
                   enumerate(codes))  # fmt: skip


@contextlib.contextmanager
def serving(env: dict[str, str]) -> Iterator[str]:
    """A web server on the database of `env`; gives its address."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "edu.wsgi", "-c", "edu/gunicorn.conf.py"]
    with (
        (Path(env["BASAL_VAR"]) / "web.log").open("wb") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=env | {"PORT": str(port), "WEB_CONCURRENCY": "1"}, stdout=log, stderr=log
        ) as web,
    ):
        try:
            _wait(lambda: _ready(port), 60, "the web server does not get ready")
            yield f"http://127.0.0.1:{port}"
        finally:
            web.terminate()


def _ready(port: int) -> bool:
    with contextlib.suppress(OSError):
        return b'"ready": true' in _get(f"http://127.0.0.1:{port}/readyz", 0)
    return False


def _get(url: str, stranger: int) -> bytes:
    """Each stranger has an address of their own, as one may check thirty codes a minute."""
    address = f"10.0.{stranger // 250}.{stranger % 250}"
    request = urllib.request.Request(url, headers={"X-Forwarded-For": address})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body: bytes = answer.read()
        return body

"""A stand for answers: PostgreSQL, gunicorn with two processes, many learners, and a client with a ledger.

The client writes down and fsyncs each answer the server acknowledged before it counts it; afterwards the ledger is held
against the rows. Nothing is mocked; processes are killed by their ids.
"""

from __future__ import annotations

import contextlib
import heapq
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from tests import databases
from tests.faults.stand import ROOT
from tests.learners import TOKEN, Learner

HANDS = 24  # connections of the client
QUESTIONS, CHOICES = 10, 4
READY_S = 60
WARM_S, APART_S = 2.0, 0.9  # until the first kill, and between two
TAKE_OFF = (
    "DROP INDEX attempt_one_live",
    "ALTER TABLE quizzes_attempt DROP CONSTRAINT attempt_number",
    "DROP TRIGGER quizzes_attempt_append_only ON quizzes_attempt",
    "DROP TRIGGER quizzes_slot_append_only ON quizzes_slot",
    "ALTER TABLE courses_activityresult DROP CONSTRAINT courses_activityresult_evidence_key",
    "DROP TRIGGER courses_activityresult_append_only ON courses_activityresult",
)


@dataclass
class Load:
    """What a run of saves left behind. `lost`: acknowledged, and not what stands."""

    acknowledged: int = 0
    errors: int = 0
    lost: int = 0
    kills: int = 0
    times_s: list[float] = field(default_factory=list)

    def ms(self, share: float) -> float:
        """The time below which this share of the saves were acknowledged."""
        ordered = sorted(self.times_s) or [0.0]
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)

    def figures(self) -> dict[str, Any]:
        named = {f"p{round(share * 100)}_ms": self.ms(share) for share in (0.5, 0.95, 0.99)}
        counts = {name: getattr(self, name) for name in ("acknowledged", "errors", "lost", "kills")}
        return counts | named | {"load": [round(one, 2) for one in os.getloadavg()]}


class Stand:
    """Start with `standing(folder)`. `without`: the protection that is off (tests.faults.unprotected)."""

    def __init__(self, folder: Path, database: str, without: str) -> None:
        self.folder, self.database, self.without = folder, database, without
        self.numbered = 0  # answers that were numbered so far: a later client goes on from there
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def env(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "edu.settings.demo",
            "BASAL_VAR": str(self.folder),
            "DATABASE_URL": self.database,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "BASAL_LOG_LEVEL": "ERROR",
            "BASAL_BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "2",
            "WITHOUT": self.without,
            "PYTHONPATH": str(ROOT),
        }

    def learners(self, started: int, ready: int) -> tuple[list[Learner], list[Learner]]:
        """Those in the middle of a test, and those who may start one."""
        command = [sys.executable, "-m", "tests.learners", str(started), str(ready)]
        made = subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE)
        found = [Learner(*one) for one in json.loads(made.stdout.splitlines()[-1])]
        return found[:started], found[started:]

    def serve(self) -> None:
        app = "tests.faults.unprotected" if self.without else "edu.wsgi"
        command = [sys.executable, "-m", "gunicorn", "-c", "edu/gunicorn.conf.py", app]
        with (self.folder / "web.log").open("a") as log:
            self.web = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + READY_S
        while len(self.workers()) < 2 or not self._listens():
            if time.monotonic() > until or self.web.poll() is not None:
                raise RuntimeError((self.folder / "web.log").read_text()[-2000:])
            time.sleep(0.1)

    def stop(self) -> None:
        if hasattr(self, "web"):
            self.web.send_signal(signal.SIGTERM)
            self.web.wait(30)

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children")
        return [int(pid) for pid in found.read_text().split()] if found.exists() else []

    def kill_one(self) -> bool:
        """SIGKILL a web process, as the machine would when memory is short; False when none is there yet."""
        workers = self.workers()
        if len(workers) < 2:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(random.choice(workers), signal.SIGKILL)
        return True

    def sql(self, statement: str) -> list[Any]:
        with contextlib.closing(databases.connect(self.database)) as connection:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def take_off(self) -> None:
        """The database's own guards too."""
        for statement in TAKE_OFF:
            self.sql(statement)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=0.5):
            return True
        return False


@contextlib.contextmanager
def standing(folder: Path, *, without: str = "") -> Iterator[Stand]:
    """A stand on a PostgreSQL server of its own, which waits for the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    with databases.postgresql(hasty=False) as server:
        name = "stand"
        databases._run(server, f"CREATE DATABASE {name}")
        stand = Stand(folder, f"{server.rpartition('/')[0]}/{name}", without)
        try:
            yield stand
        finally:
            stand.stop()


class Hand:
    """One connection of the client. It comes again when the server went."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=15)

    def post(self, learner: Learner, path: str, fields: dict[str, Any]) -> tuple[int, bytes]:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields})
        headers = {
            "Cookie": learner.cookie,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            self.line.request("POST", path, body, headers)
            answer = self.line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
            return 0, b""


class Client:
    """Learners who save every `every_s` seconds, each at a moment of their own, until they are told to stop."""

    def __init__(self, stand: Stand, learners: list[Learner], ledger: Path, *, every_s: float) -> None:
        self.stand, self.learners, self.every_s = stand, learners, every_s
        self.ledger: IO[str] = ledger.open("w")
        self.load, self.lock, self.over = Load(), threading.Lock(), threading.Event()
        now = time.monotonic()
        self.due = [(now + random.random() * every_s, number) for number in range(len(learners))]
        heapq.heapify(self.due)
        self.seq = [stand.numbered] * len(learners)
        self.kept: dict[tuple[str, int], tuple[int, int]] = {}

    def run(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> Load:
        hands = [threading.Thread(target=self._work) for _hand in range(HANDS)]
        for hand in hands:
            hand.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.over.is_set():
            meanwhile()
            time.sleep(0.05)
        self.over.set()
        for hand in hands:
            hand.join()
        self.ledger.close()
        self.stand.numbered = max(self.seq)
        self.load.lost = self._lost()
        return self.load

    def _work(self) -> None:
        hand = Hand(self.stand.port)
        while not self.over.is_set():
            seq = 0
            with self.lock:
                due, number = self.due[0]
                wait = due - time.monotonic()
                if wait <= 0:
                    heapq.heapreplace(self.due, (due + self.every_s, number))
                    self.seq[number] += 1
                    seq = self.seq[number]
            if wait > 0:
                time.sleep(min(wait, 0.05))
            else:
                self._save(hand, number, seq, due)

    def _save(self, hand: Hand, number: int, seq: int, due: float) -> None:
        learner, position = self.learners[number], seq % QUESTIONS + 1
        choice = random.randint(1, CHOICES)
        path = f"/quizzes/attempts/{learner.attempt}/{position}/"
        began = max(due, time.monotonic() - self.every_s)
        status, body = hand.post(learner, path, {"seq": seq, "epoch": 1, "choice": choice})
        taken = time.monotonic() - began
        accepted = status == 200 and json.loads(body)["accepted"]
        with self.lock:
            self.load.times_s.append(taken)
            if not accepted:
                self.load.errors += 1
                return
            self.ledger.write(f"{learner.attempt} {position} {seq} {choice}\n")
            self.ledger.flush()
            os.fsync(self.ledger.fileno())
            self.load.acknowledged += 1
            old = self.kept.get((learner.attempt, position), (0, 0))
            self.kept[learner.attempt, position] = max(old, (seq, choice))

    def _lost(self) -> int:
        """Acknowledged answers that are not what stands. What was not acknowledged may stand too, if it is newer."""
        rows = self.stand.sql("SELECT attempt_id, position, seq, response, option_order FROM quizzes_slot")
        stands = {(str(attempt), position): (seq, response, order) for attempt, position, seq, response, order in rows}
        lost = 0
        for place, (seq, choice) in self.kept.items():
            there, response, order = stands[place]
            lost += there < seq or (there == seq and response != {"choice": order[choice - 1]})
        return lost


def save(stand: Stand, learners: list[Learner], *, seconds: float, every_s: float) -> Load:
    """Load alone."""
    return Client(stand, learners, stand.folder / "ledger", every_s=every_s).run(seconds)


def save_under_kills(
    stand: Stand, learners: list[Learner], *, kills: int, every_s: float, apart_s: float = 0.5
) -> Load:
    """Load, while web processes are killed one after the other, each as soon as both are there again."""
    client = Client(stand, learners, stand.folder / "ledger", every_s=every_s)
    last = time.monotonic() + WARM_S

    def kill() -> None:
        nonlocal last
        if client.load.kills >= kills:
            client.over.set()
        elif time.monotonic() - last > APART_S and stand.kill_one():
            client.load.kills += 1
            last = time.monotonic()

    load = client.run(WARM_S + kills * 3.0, kill)
    time.sleep(2)  # what was on its way to the database when its process died
    load.lost = client._lost()
    return load


def at_once(stand: Stand, learner: Learner, path: str, count: int) -> list[int]:
    """That many requests of one learner's, begun together; their statuses."""
    statuses = [0] * count
    barrier = threading.Barrier(count)

    def ask(number: int) -> None:
        hand = Hand(stand.port)
        barrier.wait()
        statuses[number] = hand.post(learner, path, {})[0]
        hand.line.close()

    asking = [threading.Thread(target=ask, args=[number]) for number in range(count)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    return statuses


def start_at_once(stand: Stand, learner: Learner, count: int) -> int:
    """How many attempts `count` starts at once made."""
    at_once(stand, learner, f"/quizzes/{learner.enrolment}/post-test/", count)
    return int(stand.sql(f"SELECT count(*) FROM quizzes_attempt WHERE enrolment_id = '{learner.enrolment}'")[0][0])


def submit_at_once(stand: Stand, learner: Learner, count: int) -> int:
    """How often `count` hand-ins at once of the newest attempt were marked: each marking notes one event."""
    found = stand.sql(f"SELECT id FROM quizzes_attempt WHERE enrolment_id = '{learner.enrolment}' ORDER BY number DESC")
    attempt = found[0][0]
    at_once(stand, learner, f"/quizzes/attempts/{attempt}/submit/", count)
    results = stand.sql(f"SELECT count(*) FROM courses_activityresult WHERE evidence = 'attempt:{attempt}'")
    marked = f"SELECT count(*) FROM courses_engagementevent WHERE enrolment_id = '{learner.enrolment}'"
    return max(int(results[0][0]), int(stand.sql(marked)[0][0]))

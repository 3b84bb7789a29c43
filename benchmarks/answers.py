"""What saving an answer costs: CPU of the web process and of PostgreSQL together, against a bare DRF view.

    python -m benchmarks.answers [--json] [--rounds 12]

Ours is the page's POST through the whole middleware of the production settings, by an autosave's headers. The peer is
Django with its Session, CSRF and Auth middleware and one view of REST framework (session authentication, CSRF, a
serializer) that upserts one row (attempt, position, JSON) in one transaction. Same process, same PostgreSQL server,
same sessions; the two take turns. Each learner saves six times a block, of which one notes engagement, as when they
save every ten seconds. Every answer has to be 200, and the rows are counted at the end. Prints `answer_save_ratio`
(limit 1.8).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

LIMITS = {"answer_save_ratio": 1.8}
LEARNERS, SAVES = 25, 6
HOST = "bench.example"
PEER_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TOKEN = "a" * 32
Save = Callable[[int, int], None]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="print one object of figures")
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    if "BASAL_BENCH_SERVER" not in os.environ:
        return _with_server()
    figures = measure(options.rounds)
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    return int(any(figures[name] > limit for name, limit in LIMITS.items()))


def _with_server() -> int:
    """This program once more, with production's settings and a PostgreSQL server of its own."""
    from tests.databases import connect, fresh, postgresql

    with postgresql() as server, tempfile.TemporaryDirectory(prefix="basal-bench-") as folder:
        os.environ["DATABASE_URL"] = server
        with fresh(Path(folder)) as url, connect(server) as connection:
            (row,) = connection.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'").fetchall()
            postmaster = Path(str(row[0]), "postmaster.pid").read_text().split()[0]
            env = os.environ | {
                "DJANGO_SETTINGS_MODULE": "edu.settings.production",
                "BASAL_VAR": folder,
                "BASAL_SECRET_KEY": "bench" * 12,
                "BASAL_HOSTS": HOST,
                "BASAL_SITE_URL": f"https://{HOST}",
                "REDIS_URL": "redis://127.0.0.1:1/0",
                "DATABASE_URL": url,
                "BASAL_LOG_LEVEL": "INFO",
                "BASAL_BENCH_SERVER": postmaster,
            }
            return subprocess.run([sys.executable, "-m", "benchmarks.answers", *sys.argv[1:]], env=env).returncode


def measure(rounds: int) -> dict[str, Any]:
    """All figures; a block is `LEARNERS` x `SAVES` saves, and its CPU that of both processes."""
    import django

    django.setup()
    from tests.learners import make

    _quiet_log()
    learners = [(one.cookie, one.attempt) for one in make(LEARNERS)]
    ours, peer = _ours(learners), _peer(learners)
    for warm in (ours, peer):
        _block(warm, 0)
    pairs = [(_block(ours, number), _block(peer, number)) for number in range(1, rounds + 1)]
    _count_rows(rounds)
    mean = [[statistics.median(one[part] for one in side) for part in (0, 1)] for side in zip(*pairs, strict=True)]
    return {
        "answer_save_ratio": round(statistics.median(sum(a) / sum(b) for a, b in pairs), 2),
        "answer_save_ms": round(sum(mean[0]) * 1000, 2),
        "answer_save_web_ms": round(mean[0][0] * 1000, 2),
        "answer_save_database_ms": round(mean[0][1] * 1000, 2),
        "peer_ms": round(sum(mean[1]) * 1000, 2),
        "peer_web_ms": round(mean[1][0] * 1000, 2),
        "peer_database_ms": round(mean[1][1] * 1000, 2),
        "saves": rounds * LEARNERS * SAVES,
        "rounds": rounds,
        "load": os.getloadavg()[0],
    }


def _quiet_log() -> None:
    """The log is written as in production, to a file nobody reads."""
    import logging

    nowhere = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(nowhere)


def _ours(learners: list[tuple[str, str]]) -> Save:
    from django.core.handlers.wsgi import WSGIHandler

    handler = WSGIHandler()

    def save(learner: int, number: int) -> None:
        cookie, attempt = learners[learner]
        position, choice = number % 10 + 1, number % 4 + 1
        body = f"csrfmiddlewaretoken={TOKEN}&seq={number}&epoch=1&choice={choice}".encode()
        kind = "application/x-www-form-urlencoded"
        _ask(handler, f"/quizzes/attempts/{attempt}/{position}/", "POST", body, kind, cookie)

    return save


def _peer(learners: list[tuple[str, str]]) -> Save:
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.test.utils import override_settings

    from benchmarks import answers_peer

    answers_peer.make_table()
    with override_settings(MIDDLEWARE=PEER_MIDDLEWARE):
        handler = WSGIHandler()
    own = settings.ROOT_URLCONF

    def save(learner: int, number: int) -> None:
        cookie, attempt = learners[learner]
        body = json.dumps(
            {"attempt": attempt, "position": number % 10 + 1, "response": {"choice": str(uuid.UUID(int=number))}}
        )
        settings.ROOT_URLCONF = "benchmarks.answers_peer"  # without a signal: the resolvers stay built
        try:
            _ask(handler, "/peer/", "PUT", body.encode(), "application/json", cookie)
        finally:
            settings.ROOT_URLCONF = own

    return save


def _ask(handler: Any, address: str, method: str, body: bytes, kind: str, cookie: str) -> None:
    """Ask a WSGI application as gunicorn would, behind a proxy that ends TLS. Whatever is not 200 stops the run."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": address,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": "application/json",
        "HTTP_COOKIE": cookie,
        "HTTP_HOST": HOST,
        "HTTP_REFERER": f"https://{HOST}/",
        "HTTP_X_CSRFTOKEN": TOKEN,
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.input": io.BytesIO(body),
    }
    setup_testing_defaults(environ)
    status: list[str] = []

    def start(line: str, _headers: Any, _info: Any = None, /) -> Callable[[bytes], object]:
        status.append(line)
        return lambda _body: None

    response = handler(environ, start)
    told = b"".join(response)
    response.close()
    if not status[0].startswith("200"):
        raise SystemExit(f"{address} answered {status[0]}: {told[:200]!r}")


def _block(save: Save, block: int) -> tuple[float, float]:
    """CPU seconds of one save, of this process and of the database's, over a block."""
    from courses.models import EngagementEvent

    EngagementEvent.objects.all().delete()  # a minute went by: the first save of each notes that they are at work
    web, database = time.process_time(), _database_s()
    for turn in range(SAVES):
        for learner in range(LEARNERS):
            save(learner, block * SAVES + turn + 1)
    count = LEARNERS * SAVES
    return (time.process_time() - web) / count, (_database_s() - database) / count


def _database_s() -> float:
    """CPU seconds of all processes of the server, to the nanosecond."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in _processes()) / 1e9


def _processes() -> Iterator[str]:
    postmaster = os.environ["BASAL_BENCH_SERVER"]
    yield postmaster
    yield from Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()


def _count_rows(rounds: int) -> None:
    """What was acknowledged is there, for both."""
    from benchmarks.answers_peer import Row
    from quizzes.models import Slot

    last = (rounds + 1) * SAVES
    newest = Slot.objects.filter(seq=last, response__isnull=False).count()
    if newest != LEARNERS or Row.objects.count() < LEARNERS:
        raise SystemExit(f"{newest} of {LEARNERS} last answers are saved: the figures count for nothing")


if __name__ == "__main__":
    sys.exit(main())

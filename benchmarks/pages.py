"""What a lesson page costs: CPU time against a bare Django page of the same bytes, and its queries.

    python -m benchmarks.pages [--json] [--rounds 30]

The peer is Django with its Session, CSRF and Auth middleware, one view that touches request.user, and one
template that holds the same bytes as a constant. Same process, same database, same session; the two take turns.
Prints `lesson_page_ratio` (limit 3.0), `lesson_page_queries` (limit 8) and `first_visit_kb` (limit 120: the
page, the style sheet and the script as they go over the wire).
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

os.environ["DJANGO_SETTINGS_MODULE"] = "edu.settings.test"
os.environ["BASAL_VAR"] = tempfile.mkdtemp(prefix="basal-bench-")
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.conf import settings

settings.WHITENOISE_AUTOREFRESH = False  # as it runs; the tests look for new assets at every request

from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path, reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant
from courses import services
from courses.models import CourseVersion, Lesson
from edu.curriculum import load

LIMITS = {"lesson_page_ratio": 3.0, "lesson_page_queries": 8, "first_visit_kb": 120}
PEER_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
COURSE, BLOCK = "insulin-pump-therapy", 10
_constant: list[Any] = []


def peer_view(request: HttpRequest) -> HttpResponse:
    """The peer's one view."""
    return HttpResponse(_constant[0].render({"user": request.user.is_authenticated}, request))


urlpatterns = [path("peer/", peer_view)]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="print one object of figures")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    figures = measure(options.rounds)
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    return int(any(figures[name] > limit for name, limit in LIMITS.items()))


def measure(rounds: int) -> dict[str, Any]:
    """All figures; CPU time is the median over rounds of interleaved blocks."""
    cookie, address = _reader()
    page = _page(WSGIHandler(), settings.ROOT_URLCONF, address, cookie)
    body = page()
    with CaptureQueriesContext(connection) as queries:
        page()
        count = len(queries)
    _constant.append(engines["django"].from_string("{% verbatim %}" + body.decode() + "{% endverbatim %}{{ user }}"))
    with override_settings(MIDDLEWARE=PEER_MIDDLEWARE):
        peer = _page(WSGIHandler(), __name__, "/peer/", cookie)
    ours, theirs = _interleaved(page, peer, rounds)
    return {
        "lesson_page_ratio": round(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), 2),
        "lesson_page_queries": count,
        "first_visit_kb": _first_visit_kb(body),
        "lesson_page_ms": round(statistics.median(ours) * 1000, 2),
        "peer_page_ms": round(statistics.median(theirs) * 1000, 2),
        "html_kb": round(len(body) / 1000, 1),
        "rounds": rounds,
        "load": os.getloadavg()[0],
    }


def _reader() -> tuple[str, str]:
    """A learner who is reading the last lesson, signed in; the session cookie and the lesson's address."""
    call_command("migrate", verbosity=0)
    load(settings.CURRICULUM_DIR, publish=True)
    user = User.objects.create_user("reader@bench.example", name="Wren Walker")
    grant(user=user, role=Role.EDUCATOR, granted_by=None, now=timezone.now())
    version = CourseVersion.objects.published().get(course__slug=COURSE)
    enrolment = services.enrol(user=user, version=version, now=timezone.now())
    first = Lesson.objects.filter(module__version=enrolment.version).earliest("module__position", "position")
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}", reverse("lesson", args=[COURSE, first.slug])


def _page(handler: WSGIHandler, urlconf: str, address: str, cookie: str) -> Callable[[], bytes]:
    """Ask a WSGI application for a page, as gunicorn would. Middleware is fixed in it, addresses are not."""

    def ask() -> bytes:
        settings.ROOT_URLCONF = urlconf  # without a signal: the resolvers stay built
        environ: dict[str, Any] = {"PATH_INFO": address, "HTTP_COOKIE": cookie, "wsgi.input": io.BytesIO()}
        setup_testing_defaults(environ)
        status: list[str] = []

        def start(line: str, _headers: Any, _info: Any = None, /) -> Callable[[bytes], object]:
            status.append(line)
            return lambda _body: None

        response = handler(environ, start)
        body = b"".join(response)
        response.close()
        if not status[0].startswith("200"):
            raise SystemExit(f"{address} answered {status[0]}")
        return body

    return ask


def _interleaved(one: Callable[[], bytes], other: Callable[[], bytes], rounds: int) -> tuple[list[float], list[float]]:
    for warm in (one, other):
        _cpu(warm)
    pairs = [(_cpu(one), _cpu(other)) for _ in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _cpu(ask: Callable[[], bytes]) -> float:
    """CPU seconds of one page, over a block."""
    started = time.process_time()
    for _ in range(BLOCK):
        ask()
    return (time.process_time() - started) / BLOCK


def _first_visit_kb(body: bytes) -> float:
    """Page, style sheet and script, gzipped as the server sends them. The assets must be built (./dev run)."""
    files = [Path(settings.ASSETS) / name for name in ("basal.css", "basal.js")]
    return round((len(body) + sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)) / 1000, 1)


if __name__ == "__main__":
    sys.exit(main())

"""Health pages, and what is answered when something is wrong: in plain words on a page, as JSON under /api/."""

import sys

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.errors import DomainError, as_json
from core.models import OutboxRow

_migrated = False
# Whoever asks here is a program.
PROGRAMS = ("/api/", "/readyz")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers and is migrated. Redis is not asked: without it work is late, not lost."""
    global _migrated
    try:
        if not _migrated:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        waiting = OutboxRow.objects.open().count()
    except Exception as error:  # noqa: BLE001 - whatever it is, this machine is not ready
        return JsonResponse({"ready": False, "why": type(error).__name__}, status=503)
    if not _migrated:
        return JsonResponse({"ready": False, "why": "migrations"}, status=503)
    return JsonResponse({"ready": True, "outbox_open": waiting})


def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A rule said no: its page in the reader's language, or for a program the one shape of errors."""
    if _by_program(request):
        return as_json(error)
    return render(request, "refused.html", {"error": error}, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 in plain words: nothing was changed, reload and send again."""
    message = _("This form was open for too long or in another sign-in. Go back, reload the page and send it again.")
    return refuse(request, DomainError("csrf", message, status=403))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 from a template that is not shown the request: what is wrong with it may break the page as well."""
    message = _("The browser sent something we could not read. Go back, reload the page and try again.")
    error = DomainError("bad_request", message, status=400)
    if _by_program(request):
        return as_json(error)
    return HttpResponse(render_to_string("refused.html", {"error": error}), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: it is there, and this account may not have it."""
    message = _("Your account may not open this page. If your work needs it, ask an admin of this site.")
    return refuse(request, DomainError("forbidden", message, status=403))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: invisible and missing look the same."""
    message = _("There is nothing here, or it is not yours to see.")
    return refuse(request, DomainError("not_found", message, status=404))


def too_many(request: HttpRequest) -> HttpResponse:
    """429: allauth counted too many tries."""
    message = _("That was too many tries in a short time. Wait five minutes, then try again.")
    return refuse(request, DomainError("too_many", message, status=429))


def broken(request: HttpRequest) -> HttpResponse:
    """500 with the request's id, by which the log line is found; 503 where the database was away or too busy."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable(request)
    if _by_program(request):
        return as_json(DomainError("broken", "Something broke here.", status=500))
    return _bare("500.html", 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503, and when to come back: an upgrade is under way, or the database is away."""
    if _by_program(request):
        answer: HttpResponse = as_json(DomainError("unavailable", "Come back in a few minutes.", status=503))
    else:
        answer = _bare("503.html", 503)
    answer["Retry-After"] = str(settings.RETRY_AFTER_S)
    return answer


def _by_program(request: HttpRequest) -> bool:
    return request.path.startswith(PROGRAMS)


def _bare(name: str, status: int) -> HttpResponse:
    """A page that needs neither database nor session nor template engine: its file, with two words put in."""
    page = (settings.ROOT / "templates" / name).read_text()
    page = page.replace("REQUEST-ID", structlog.contextvars.get_contextvars().get("request_id", "–"))
    answer = HttpResponse(page.replace("/static/", settings.STATIC_URL), status=status)
    answer["Cache-Control"] = "no-store"
    return answer

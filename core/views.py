"""Health pages, and the page for a form whose token has gone stale."""

from django.db import connection
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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 in plain words: nothing was changed, reload and send again."""
    message = _("This form was open for too long or in another sign-in. Go back, reload the page and send it again.")
    return render(request, "refused.html", {"error": DomainError("csrf", message)}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 from a template that is not shown the request: what is wrong with it may break the page as well."""
    message = _("The browser sent something we could not read. Go back, reload the page and try again.")
    error = DomainError("bad_request", message, status=400)
    if _by_program(request):
        return as_json(error)
    return HttpResponse(render_to_string("refused.html", {"error": error}), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: invisible and missing look the same."""
    error = DomainError("not_found", _("There is nothing here, or it is not yours to see."), status=404)
    if _by_program(request):
        return as_json(error)
    return render(request, "refused.html", {"error": error}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500 in plain words, from a template that needs nothing."""
    if _by_program(request):
        message = _("Something broke here. What you saved before is saved. Try again in a moment.")
        return as_json(DomainError("broken", message, status=500))
    return render(request, "500.html", status=500)


def _by_program(request: HttpRequest) -> bool:
    """Whether the API was asked: it answers JSON, also where no view of it was reached."""
    return request.path.startswith("/api/")

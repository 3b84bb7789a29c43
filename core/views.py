"""Health pages, and the page for a form whose token has gone stale."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.errors import DomainError
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
    page = render_to_string("refused.html", {"error": DomainError("bad_request", message)})
    return HttpResponse(page, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: invisible and missing look the same."""
    message = _("There is nothing here, or it is not yours to see.")
    return render(request, "refused.html", {"error": DomainError("not_found", message)}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500 in plain words, from a template that needs nothing."""
    return render(request, "500.html", status=500)

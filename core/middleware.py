"""Around every request: an id and one log line; a DomainError becomes a page a person can read."""

import time
import traceback
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError

log = structlog.get_logger("basal.request")
FRAMES = 12
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """Binds `request_id`, answers it as X-Request-ID, and logs method, route name, status and milliseconds.

    The route's name, never the path: a path may hold a certificate's code. No address and no user.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.view_name if match else None,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000),
            )
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response["X-Request-ID"] = request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What broke and where, by type and place: an exception's text may hold what a person typed."""
        if isinstance(exception, DomainError | Http404 | PermissionDenied):
            return
        frames = traceback.extract_tb(exception.__traceback__)[-FRAMES:]
        place = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        text = {"text": str(exception)} if settings.DEMO else {}
        log.error("broken", error=type(exception).__name__, place=place, **text)


class DomainErrorMiddleware:
    """Turns a DomainError that a view let through into its page, with its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return render(request, "refused.html", {"error": exception}, status=exception.status)

"""Around every request: an id and one log line; a DomainError becomes a page a person can read."""

import sys
import time
import traceback
import uuid
import zoneinfo
from collections.abc import Callable
from functools import lru_cache

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from core import units, views
from core.errors import DomainError

log = structlog.get_logger("basal.request")
FRAMES = 12
CONTINENTS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
UNIT_COOKIE, ZONE_COOKIE = "basal_unit", "basal_zone"
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


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every time zone we know, by its name in the IANA list."""
    return frozenset(zoneinfo.available_timezones())


def named_zones() -> list[str]:
    """The zones a person would choose from: those named after a place."""
    return sorted(name for name in zones() if name.partition("/")[0] in CONTINENTS)


def is_zone(name: str) -> bool:
    return name in zones()


def log_broken(sender: object, **kwargs: object) -> None:
    """What broke and where, by type and place: an exception's text may hold what a person typed.

    Hears got_request_exception, so it also hears what breaks in a middleware and never reaches a view.
    """
    exception = sys.exc_info()[1]
    if exception is None:
        return
    frames = traceback.extract_tb(exception.__traceback__)[-FRAMES:]
    place = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    text = {"text": str(exception)} if settings.DEMO else {}
    log.error("broken", error=type(exception).__name__, place=place, **text)


class PrivateMiddleware:
    """What a signed-in person sees stays in no cache: on a shared computer Back would show it to the next one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and request.session.accessed and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response


class ReaderMiddleware:
    """Write for this reader: language, time zone and glucose unit, as the account says, else the cookies, else English,
    UTC and mg/dL. (Language of strangers: LocaleMiddleware before us, by cookie or by what the browser asks for.)"""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if language := getattr(user, "language", ""):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        zone = getattr(user, "time_zone", "") or request.COOKIES.get(ZONE_COOKIE, "")
        timezone.activate(zone if is_zone(zone) else "UTC")
        unit = getattr(user, "unit", "") or request.COOKIES.get(UNIT_COOKIE, "")
        units.activate(unit if unit in units.LABELS else "mgdl")
        return self.get_response(request)


class MaintenanceMiddleware:
    """While an upgrade runs, every page but /healthz answers 503. Before sessions, so that no database is needed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz" and (settings.MAINTENANCE or settings.MAINTENANCE_FILE.exists()):
            return views.unavailable(request)
        return self.get_response(request)


class DomainErrorMiddleware:
    """Turns a DomainError that a view let through into its page, with its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return views.refuse(request, exception)

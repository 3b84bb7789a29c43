"""Who asks, how often they may, and what is read of the body they send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http import QueryDict
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core import ratelimit

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports the classes below, as the settings name them


class Session(SessionAuthentication):
    """The session of the pages, and their protection against foreign sites: for strangers too.

    REST framework takes its views out of Django's CSRF check and asks again for people who are signed in only. A
    stranger's unsafe request without a token is refused here as everywhere else.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        self.enforce_csrf(request)
        user = request._request.user
        return (user, None) if user.is_active else None

    def enforce_csrf(self, request: Request) -> None:
        plain = request._request
        plain.POST = QueryDict()  # by the header only: no body is read before the token is
        try:
            super().enforce_csrf(plain)  # type: ignore[arg-type] # what Django's own check wants
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(code="csrf") from error


class Throttle(BaseThrottle):
    """Counted in the database: two requests at once cannot both have the last place, in one process or in ten.

    By person, for strangers by address; a view may name a scope of its own (`throttle_scope`), counted by address,
    as the pages count it. settings.RATES_A_MINUTE holds the limits. (REST framework's own throttles read a cache,
    then write it: two at once both pass.)
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        scope = getattr(view, "throttle_scope", None)
        if scope is None and request.user.is_authenticated:
            scope, who = "api", f"user:{request.user.pk}"
        else:
            scope, who = scope or "api_stranger", ratelimit.address(request._request)
        limit = settings.RATES_A_MINUTE[scope]
        return ratelimit.allow(scope, who, limit=limit, seconds=ratelimit.MINUTE)

    def wait(self) -> float:
        return ratelimit.seconds_left(ratelimit.MINUTE)


class Json(JSONParser):
    """JSON that breaks nothing. (Its size is limited by Django, as that of every body: DATA_UPLOAD_MAX_MEMORY_SIZE.)"""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        context = {**(parser_context or {}), "encoding": "utf-8"}  # as JSON is, whatever charset the header names
        try:
            return super().parse(stream, media_type, context)
        except RecursionError as error:  # brackets in brackets, ten thousand deep
            raise exceptions.ParseError from error

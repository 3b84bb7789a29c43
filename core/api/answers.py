"""Every refusal of the API in one shape, {code, message, fields}, whoever said no: a rule, the framework, or Django."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions

from core import ratelimit
from core.errors import DomainError, as_json

Refusal = DomainError | exceptions.APIException | Http404 | DjangoPermissionDenied | RequestDataTooBig


def refuse(error: Exception, _context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's EXCEPTION_HANDLER. A fault is left to Django, which logs it and asks handler500 (or handler400,
    where the request itself cannot be read): those answer JSON too."""
    if not isinstance(error, Refusal):
        return None
    told = _told(error)
    response = as_json(told, _fields(error))
    if told.status == 429:
        wait_s = getattr(error, "wait", None) or ratelimit.seconds_left(ratelimit.MINUTE)
        response["Retry-After"] = str(int(wait_s))
    return response


def not_found() -> DomainError:
    """Missing and foreign are told in the same words."""
    return DomainError("not_found", _("There is nothing here, or it is not yours to see."), status=404)


def _told(error: Refusal) -> DomainError:
    """The refusal as one of ours."""
    if isinstance(error, DomainError):
        return not_found() if error.status == 404 else error
    if isinstance(error, exceptions.PermissionDenied) and error.get_codes() == "csrf":
        message = _("Send the value of the cookie “csrftoken” in the header X-CSRFToken.")
        return DomainError("csrf", message, status=403)
    for kind, code, message, status in _framework():
        if isinstance(error, kind):
            return DomainError(code, message, status=status)
    return DomainError("refused", _("That did not work."), status=getattr(error, "status_code", 400))


def _framework() -> Iterator[tuple[type[Exception], str, str, int]]:
    """What REST framework and Django refuse by themselves."""
    nothing = not_found()
    yield Http404, nothing.code, nothing.message, 404
    yield exceptions.NotFound, nothing.code, nothing.message, 404
    yield exceptions.NotAuthenticated, "not_signed_in", _("Sign in first."), 403
    yield exceptions.ValidationError, "invalid", _("Please look at these fields again."), 422
    yield exceptions.ParseError, "unreadable", _("The body is not JSON that can be read."), 400
    yield exceptions.MethodNotAllowed, "method_not_allowed", _("This address does not take this method."), 405
    yield exceptions.NotAcceptable, "not_acceptable", _("The answer is JSON; ask for application/json."), 406
    yield exceptions.UnsupportedMediaType, "unsupported_media_type", _("Send the body as application/json."), 415
    yield exceptions.Throttled, "too_many", _("Too many requests in a minute. Wait, then go on."), 429
    yield RequestDataTooBig, "too_large", _("The body is too large."), 413
    yield exceptions.PermissionDenied, "not_allowed", _("This is not open to you."), 403
    yield DjangoPermissionDenied, "not_allowed", _("This is not open to you."), 403


def _fields(error: Exception) -> dict[str, list[str]]:
    """What is wrong with each field that was sent: {"name": [...], "objectives.LO-1": [...]}."""
    return dict(_flat(error.detail)) if isinstance(error, exceptions.ValidationError) else {}


def _flat(detail: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        for number, inner in enumerate(detail):
            yield from _flat(inner, f"{name}.{number}")
    else:
        yield name or "body", [str(words) for words in detail] if isinstance(detail, list) else [str(detail)]

"""How an operation describes itself in the OpenAPI document: one line, its answers, and every way it may refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from core.api.shapes import ErrorShape

F = TypeVar("F", bound=Callable[..., Any])
RETRY_AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, description="Seconds to wait.", required=True, response=[429]
)
REASONS = {
    400: "The body is not JSON that can be read (unreadable).",
    403: "Not signed in (not_signed_in), no token with an unsafe request (csrf), not open yet, or no role (role_gone).",
    404: "It is not there, or it belongs to someone else: the two are told alike (not_found).",
    406: "Something else than JSON was asked for (not_acceptable).",
    409: "The state forbids it; `code` says why.",
    413: "The body is too large (too_large).",
    415: "The body is not declared as application/json (unsupported_media_type).",
    422: "A field is missing, wrong, or unknown here (invalid); `fields` names each.",
    429: "Too many requests in a minute (too_many). Retry-After says for how many seconds to wait.",
}


def operation(
    ident: str,
    summary: str,
    *,
    answers: Mapping[Any, Any],
    tag: str,
    request: Any = None,
    refuses: Iterable[int] = (),
    unsafe: bool = False,
    description: str = "",
    examples: Sequence[OpenApiExample] = (),
) -> Callable[[F], F]:
    """Describe a view's method. What every operation may refuse is added: too often, not JSON, and for `unsafe` ones
    a missing token and whatever a body can get wrong."""
    statuses = {406, 429, *refuses} | ({400, 403, 413, 415, 422} if unsafe else set())
    errors = {status: OpenApiResponse(ErrorShape, description=REASONS[status]) for status in sorted(statuses)}
    return extend_schema(
        operation_id=ident,
        summary=summary,
        description=description or None,
        tags=[tag],
        request=request,
        parameters=[RETRY_AFTER],
        responses={**answers, **errors},
        examples=list(examples),
    )


class InputShape(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # its base registers it
    """Inputs say that they take nothing else."""

    target_class = "core.api.shapes.Input"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**described, "additionalProperties": False}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # the same
    """The session cookie, and with unsafe methods the token beside it."""

    target_class = "core.api.doors.Session"
    name = ["session", "csrf"]

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[Any]]:
        return {"session": []} if auto_schema.method == "GET" else {"session": [], "csrf": []}

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        cookie = "The cookie that signing in sets."
        token = "The value of the cookie csrftoken; needed with POST, PUT and PATCH."  # noqa: S105 - a description
        return [
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": cookie},
            {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": token},
        ]

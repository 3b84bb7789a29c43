"""The one error every service raises and every door understands."""

from collections.abc import Mapping

from django.http import JsonResponse


class DomainError(Exception):
    """A rule said no. `code` is for programs, `message` is for the person, `status` is the HTTP answer."""

    def __init__(self, code: str, message: str, *, status: int = 409) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status


def as_json(error: DomainError, fields: Mapping[str, list[str]] | None = None) -> JsonResponse:
    """The error as every program gets it: {code, message, fields}; `fields` says what is wrong with what was sent."""
    return JsonResponse(
        {"code": error.code, "message": error.message, "fields": dict(fields or {})}, status=error.status
    )

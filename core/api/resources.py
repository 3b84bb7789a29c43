"""What a resource of the API is made of: one class an address, its rows in pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rest_framework import exceptions, serializers
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

PAGE_SIZE, MOST = 20, 100


class Pages(PageNumberPagination):
    """?page=2&page_size=50, counted from 1. A page that is not there, and a size that is none, is 404."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = MOST
    last_page_strings = ()

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size", str(PAGE_SIZE))
        if not (asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= MOST):
            raise exceptions.NotFound
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def number(name: str, words: str, **limits: int) -> dict[str, Any]:
            schema = {"type": "integer", "minimum": 1, **limits}
            return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}

        return [
            number("page", "Which page, counted from 1. A page that is not there is 404.", default=1),
            number("page_size", "How many on a page.", maximum=MOST, default=PAGE_SIZE),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "How many there are on all pages."},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }


class Resource(GenericAPIView[Any]):
    # One class an address, one method an act; rows come from selectors and visible_to, never from here. (A comment:
    # a docstring would stand in the OpenAPI document as the description of every operation.)
    http_method_names = ["get", "head", "post", "put", "patch"]
    pagination_class = Pages

    def one(self, shape: type[serializers.BaseSerializer[Any]], row: Any, *, status: int = 200) -> Response:
        return Response(shape(row, context=self.get_serializer_context()).data, status=status)

    def listed(self, shape: type[serializers.BaseSerializer[Any]], rows: Any) -> Response:
        """One page of the rows."""
        page: Iterable[Any] = self.paginate_queryset(rows) or []
        shown = shape(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)


def created(at: datetime, now: datetime) -> int:
    """201 when the row was made by this very request (it carries the request's moment), 200 when it was there."""
    return 201 if at == now else 200

"""The API put together: its addresses, its OpenAPI document, and the two pages that show it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

METHODS = ("get", "post", "put", "patch")


@lru_cache(maxsize=1)
def document() -> Mapping[str, Any]:
    """The OpenAPI document: the same for everyone, so each process writes it once. In English, as documents for
    programmers are."""
    with translation.override("en"):
        described: Mapping[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        return described


def operations() -> dict[str, list[dict[str, str]]]:
    """Every operation as a line, under its tag: for readers without a script."""
    lines: dict[str, list[dict[str, str]]] = {}
    for address, methods in document()["paths"].items():
        for method in METHODS:
            if found := methods.get(method):
                line = {"method": method.upper(), "address": address, "summary": found["summary"]}
                lines.setdefault(found["tags"][0], []).append(line)
    return lines


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the API is, in one page: signing in, errors, pages, limits, every operation."""
    context = {"operations": operations(), "rates": settings.RATES_A_MINUTE}
    return render(request, "api/index.html", context)


class Document(SpectacularAPIView):
    """/schema/ answers JSON, or YAML to who asks for it."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer2]
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(document())


class DocumentAsYaml(Document):
    renderer_classes = [OpenApiYamlRenderer2, OpenApiYamlRenderer]


class Explorer(SpectacularSwaggerSplitView):
    """Swagger UI, from our own server, its start script in a file of its own."""

    url_name = "api:schema"
    template_name = "api/explorer.html"


app_name = "api"
urlpatterns = [
    path("", index, name="index"),
    path("docs/", Explorer.as_view(), name="docs"),
    path("schema/", Document.as_view(), name="schema"),
    path("schema.yaml", DocumentAsYaml.as_view(), name="schema_yaml"),
    path("", include("accounts.api.urls")),
    path("", include("courses.api.urls")),
    path("", include("quizzes.api.urls")),
    path("", include("certificates.api.urls")),
]

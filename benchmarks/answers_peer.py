"""The peer of benchmarks.answers: one view of REST framework that upserts one row."""

from __future__ import annotations

from typing import Any

from django.db import connection, models, transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Row(models.Model):
    """An answer, as the least one can keep."""

    attempt = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    response = models.JSONField()

    objects: models.Manager[Row] = models.Manager()

    class Meta:
        app_label = "benchmarks"
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="bench_row_once")]

    def __str__(self) -> str:
        return f"{self.attempt} {self.position}"


class RowIn(serializers.Serializer[Any]):
    attempt = serializers.UUIDField()
    position = serializers.IntegerField(min_value=1, max_value=1000)
    response = serializers.JSONField()


class Peer(APIView):
    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_classes: list[Any] = []
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def put(self, request: Request) -> Response:
        form = RowIn(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            Row.objects.bulk_create(
                [Row(**form.validated_data)],
                update_conflicts=True,
                unique_fields=["attempt", "position"],
                update_fields=["response"],
            )
        return Response({"saved": True})


urlpatterns = [path("peer/", Peer.as_view())]


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Row)

"""Shapes that every room of the API uses: input that refuses what it does not know, texts, errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from core.texts import told


class Input(serializers.Serializer[Any]):
    # What a client may send. A field that is not written down is refused, not dropped: mass assignment is impossible,
    # and a misspelt name is noticed. (No docstring: every input in the OpenAPI document would inherit it.)
    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError({str(name): [_("There is no such field.")] for name in unknown[:20]})
        return super().to_internal_value(data)

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The checked fields of the body; raises ValidationError (422)."""
        form = cls(data=request.data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)


class Nothing(Input):
    """An act that needs no words: an empty body or {}."""


def complaints(form: forms.BaseForm) -> dict[str, list[str]]:
    """What a page's form says of what was sent, field by field, for a ValidationError."""
    found = form.errors.get_json_data()
    return {
        "body" if name == NON_FIELD_ERRORS else name: [one["message"] for one in said] for name, said in found.items()
    }


class Told(serializers.CharField):
    """A content text ({language: text}) in the reader's language and glucose unit."""

    def to_representation(self, value: Any) -> str:
        return told(value)


class ErrorShape(serializers.Serializer[Any]):
    """What every refusal looks like."""

    code = serializers.CharField(help_text="For programs; stable.")
    message = serializers.CharField(help_text="For the person, in their language.")
    fields = serializers.DictField(  # type: ignore[assignment] # the name is the format's, and is also the class's
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What is wrong with each field sent; empty unless the status is 422.",
    )

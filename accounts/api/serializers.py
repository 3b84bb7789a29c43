"""The shape of the signed-in person in the API."""

from __future__ import annotations

from django.conf import settings
from rest_framework import serializers

from accounts.models import Role, Unit, User
from core.api.shapes import Input


class MeOut(serializers.Serializer[User]):
    """Who you are here, and how you read."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    credentials = serializers.CharField(allow_blank=True)
    profession = serializers.CharField(allow_blank=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES, allow_blank=True, help_text="Empty: as the request's Accept-Language asks."
    )
    unit = serializers.ChoiceField(choices=Unit.choices, help_text="Which unit glucose is written in first.")
    time_zone = serializers.CharField(allow_blank=True, help_text="An IANA name. Empty: as the browser says, else UTC.")


class MeIn(Input):
    """What may be changed here: how you read. (Name and letters are changed on the page.)"""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, allow_blank=True, required=False)
    unit = serializers.ChoiceField(choices=Unit.choices, required=False)
    time_zone = serializers.CharField(allow_blank=True, max_length=40, required=False)

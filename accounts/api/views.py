"""The signed-in person, for programs: who they are here, and how they read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api.serializers import MeIn, MeOut
from accounts.forms import ReaderForm
from accounts.models import User
from core.api.openapi import operation
from core.api.resources import Resource
from core.api.shapes import complaints

TAG = "You"


class Me(Resource):
    @operation("me_retrieve", "Who you are here", tag=TAG, answers={200: MeOut}, refuses=[403])
    def get(self, request: Request) -> Response:
        return self.one(MeOut, _shown(services.signed_in(request)))

    @operation(
        "me_update",
        "Change how you read: language, glucose unit, time zone",
        description="What is left out stays as it is.",
        tag=TAG,
        request=MeIn,
        answers={200: MeOut},
        unsafe=True,
    )
    def patch(self, request: Request) -> Response:
        user = services.signed_in(request)
        now = {"language": user.language, "unit": user.unit, "time_zone": user.time_zone}
        form = ReaderForm({**now, **MeIn.read(request)})
        if not form.is_valid():
            raise serializers.ValidationError(complaints(form))
        services.update_profile(user=user, **form.cleaned_data)
        return self.one(MeOut, _shown(user))


def _shown(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "credentials": user.credentials,
        "profession": user.profession,
        "roles": sorted(user.roles),
        "language": user.language,
        "unit": user.unit,
        "time_zone": user.time_zone,
    }

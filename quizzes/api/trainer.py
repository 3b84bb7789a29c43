"""Plates of the carbohydrate trainer for programs, by the pages' services. What a plate holds comes with its guess."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import signed_in
from core.api.openapi import operation
from core.api.resources import Resource, created
from core.api.shapes import Input
from courses.models import Enrolment
from quizzes.api.serializers import FieldsIn
from quizzes.models import TrainerRound
from quizzes.selectors import trainer as selectors
from quizzes.services import trainer as services

TAG = "Carb trainer"


class HelpingOut(serializers.Serializer[Any]):
    """A food on a plate."""

    n = serializers.IntegerField(help_text="Its place, counted from 1.")
    field = serializers.CharField(help_text="What sends its guess. A plate of one food is guessed as `total`.")
    name = serializers.CharField()
    portion = serializers.CharField()
    weight = serializers.CharField(help_text="In words; empty on plates that are guessed by eye.")
    estimate = serializers.BooleanField(help_text="Whether its figures were added up from ingredients.")
    guess_g = serializers.FloatField(source="guess", allow_null=True)
    counted_g = serializers.FloatField(source="counted", allow_null=True, help_text="Null until the plate is guessed.")
    reason = serializers.CharField(
        source="why", help_text="Why the guess was off; empty until then, and where it was close."
    )


class PlateOut(serializers.Serializer[Any]):
    """A plate: what lies on it, and once it is guessed what it holds. Grams of carbohydrate, and nothing else."""

    id = serializers.UUIDField()
    enrolment = serializers.UUIDField(source="enrolment_id", allow_null=True, help_text="Whose lesson it was for.")
    kind = serializers.ChoiceField(choices=TrainerRound.Kind.choices)
    level = serializers.IntegerField(allow_null=True, help_text="1 to 5; null for a plate of one's own.")
    laid_at = serializers.DateTimeField()
    guessed_at = serializers.DateTimeField(allow_null=True)
    mark = serializers.CharField(help_text="Tells this plate from what it may be later, while it is being built.")
    foods = HelpingOut(many=True)
    guess_g = serializers.FloatField(allow_null=True)
    counted_g = serializers.FloatField(allow_null=True, help_text="Null until the plate is guessed.")
    verdict = serializers.ChoiceField(choices=["close", "off", "far"], allow_null=True)


class PlateIn(Input):
    """For whose lesson the plate is, if for any."""

    enrolment = serializers.UUIDField(required=False, allow_null=True)


class GuessIn(FieldsIn):
    """A guess, and which plate it is of."""

    mark = serializers.CharField(
        required=False, max_length=64, help_text="The plate's, as you saw it; then one changed since is refused."
    )


class Plates(Resource):
    @operation(
        "trainer_plates_list",
        "Your plates, newest first",
        tag=TAG,
        answers={200: PlateOut(many=True)},
        refuses=[403, 404],
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(_plates(request).order_by("-laid_at", "pk")) or []
        shown = PlateOut([_shown(row) for row in page], many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)

    @operation(
        "trainer_plates_create",
        "The plate to guess now",
        description="While one is open it is returned with 200; else one is laid at your level. With `enrolment` its "
        "result counts in the lesson of that course where the trainer stands.",
        tag=TAG,
        request=PlateIn,
        answers={201: PlateOut, 200: PlateOut},
        refuses=[404],
        unsafe=True,
    )
    def post(self, request: Request) -> Response:
        asked, user, now, enrolment = PlateIn.read(request).get("enrolment"), signed_in(request), timezone.now(), None
        if asked:
            found = Enrolment.objects.visible_to(user).select_related("version__course")
            enrolment = get_object_or_404(found, pk=asked)
        row = services.lay(user=user, now=now, enrolment=enrolment)
        return self.one(PlateOut, _shown(row), status=created(row.laid_at, now))


class PlateDetail(Resource):
    @operation(
        "trainer_plates_retrieve",
        "A plate; what it holds once it is guessed",
        tag=TAG,
        answers={200: PlateOut},
        refuses=[403, 404],
    )
    def get(self, request: Request, round_id: UUID) -> Response:
        return self.one(PlateOut, _shown(_plate(request, round_id)))


class PlateGuess(Resource):
    @operation(
        "trainer_plates_guess",
        "Guess a plate",
        description="Taken once: guessed again, the first result is returned. The fields are those of its foods, "
        '`total`, or both: {"food-1": ["30"], "food-2": ["0"], "total": ["30"]}. Refused with 422 when a number cannot '
        "be read (not_read), with 409 when nothing lies on it (plate_empty) or its `mark` is given "
        "and it was changed since (plate_changed).",
        tag=TAG,
        request=GuessIn,
        answers={200: PlateOut},
        refuses=[404, 409],
        unsafe=True,
    )
    def post(self, request: Request, round_id: UUID) -> Response:
        row, sent = _plate(request, round_id), GuessIn.read(request)
        seen = sent.get("mark") or selectors.mark(row)
        guessed = services.guess(round_=row, fields=sent["fields"], seen=seen, now=timezone.now())
        return self.one(PlateOut, _shown(guessed))


def _plates(request: Request) -> Any:
    return TrainerRound.objects.visible_to(signed_in(request))


def _plate(request: Request, round_id: UUID) -> TrainerRound:
    found: TrainerRound = get_object_or_404(_plates(request), pk=round_id)
    return found


def _shown(row: TrainerRound) -> dict[str, Any]:
    names = ("id", "enrolment_id", "kind", "level", "laid_at", "guessed_at", "guess_g", "counted_g", "verdict")
    foods = selectors.laid_rows(row) if row.is_open else selectors.counted_rows(row)
    return {name: getattr(row, name) for name in names} | {"mark": selectors.mark(row), "foods": foods}

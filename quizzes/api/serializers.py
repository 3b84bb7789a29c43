"""Shapes of checks, quizzes and attempts in the API. Keys stand in Explained alone, which only release hands out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.shapes import Input, Told
from quizzes.models import Attempt


class OptionOut(serializers.Serializer[Any]):
    """An option as this learner sees it."""

    value = serializers.CharField(help_text="Its number in this learner's order: what `choice` sends.")
    text = serializers.CharField()
    chosen = serializers.BooleanField()


class ExplainedOptionOut(OptionOut):
    """An option after release."""

    key = serializers.BooleanField(help_text="Whether it is the right one.")
    why = serializers.CharField()


class QuestionOut(serializers.Serializer[Any]):
    """A question before release."""

    language = serializers.CharField()
    stem = serializers.CharField()
    options = OptionOut(many=True)


class ExplainedCheckOut(serializers.Serializer[Any]):
    """A question after release, with key and reasons."""

    language = serializers.CharField()
    stem = serializers.CharField()
    right = serializers.BooleanField()
    see = serializers.CharField(help_text="Where to read again, as lesson#heading.")
    options = ExplainedOptionOut(many=True)


class ExplainedOut(ExplainedCheckOut):
    """A question of an attempt after release, with key and reasons."""

    position = serializers.IntegerField()


class CheckOut(serializers.Serializer[Any]):
    """A check in a lesson. Its explanation comes with an answer."""

    item = serializers.CharField()
    lesson = serializers.SlugField()
    question = QuestionOut()
    explained = ExplainedCheckOut(allow_null=True, help_text="Null until there is an answer.")


class ChoiceIn(Input):
    """An answer."""

    choice = serializers.CharField(max_length=3, help_text="The `value` of an option.")


class SectionOut(serializers.Serializer[Any]):
    """A place to read again."""

    lesson = serializers.SlugField()
    anchor = serializers.CharField()
    title = serializers.CharField()


class RefusedOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class QuizOut(serializers.Serializer[Any]):
    """A quiz before it is started: what to expect, and whether it may start now."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    minutes = serializers.IntegerField(help_text="About how long it takes.")
    questions = serializers.IntegerField()
    needed = serializers.IntegerField(help_text="How many right answers pass.")
    attempts_allowed = serializers.IntegerField(allow_null=True, help_text="Null: as many as needed.")
    last_attempt = serializers.UUIDField(allow_null=True)
    refused = RefusedOut(allow_null=True, help_text="Why no attempt may start now; null when one may.")
    reread = SectionOut(many=True, help_text="What to read again before a retake.")


class AttemptLine(serializers.Serializer[Attempt]):
    """One go at a quiz."""

    id = serializers.UUIDField()
    enrolment = serializers.UUIDField(source="enrolment_id")
    course = serializers.SlugField(source="enrolment.course.slug")
    quiz = serializers.SlugField(source="quiz.slug")
    number = serializers.IntegerField(help_text="Which attempt at this quiz, counted from 1.")
    state = serializers.ChoiceField(choices=Attempt.State.choices)
    started_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    points = serializers.FloatField(allow_null=True)
    max_points = serializers.FloatField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)


class SlotOut(QuestionOut):
    """A question of a live attempt, with the answer so far."""

    position = serializers.IntegerField()
    seq = serializers.IntegerField(help_text="The number of the answer that stands; send a higher one to change it.")
    saved_at = serializers.DateTimeField(allow_null=True)


class ScoreOut(serializers.Serializer[Any]):
    """How many questions of one objective were right."""

    objective = serializers.CharField(source="objective.code")
    text = Told(source="objective.text")
    right = serializers.IntegerField()
    total = serializers.IntegerField()


class AttemptOut(AttemptLine):
    """An attempt: its questions while it is live, its scores once handed in, its explanations once released."""

    needed = serializers.IntegerField(help_text="How many right answers pass.")
    questions = SlotOut(many=True, help_text="Empty once handed in.")
    scores = ScoreOut(many=True, help_text="Empty until handed in.")
    reread = SectionOut(many=True, help_text="What was missed and is not read again yet.")
    explained = ExplainedOut(many=True, help_text="Every question with key and reasons, once released.")


class AnswerIn(ChoiceIn):
    """An answer, numbered."""

    seq = serializers.IntegerField(
        min_value=1,
        max_value=999_999_999,
        help_text="Counts up with every answer to this question, so that a late delivery overwrites nothing newer.",
    )


class AnswerOut(serializers.Serializer[Any]):
    """The answer that stands now."""

    position = serializers.IntegerField()
    choice = serializers.CharField()
    seq = serializers.IntegerField()
    saved_at = serializers.DateTimeField()

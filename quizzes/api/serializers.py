"""Shapes of checks, quizzes and attempts in the API. Keys stand in Explained alone, which only release hands out."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from core.api.shapes import Input, Told
from quizzes.models import Attempt
from quizzes.selectors import release


class PictureOut(serializers.Serializer[Any]):
    """The picture of a question."""

    url = serializers.SerializerMethodField(help_text="Its address here, for the same session. It never changes.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField(help_text="What it shows, for those who do not see it.")
    caption = serializers.CharField(help_text="Empty: none.")

    def get_url(self, picture: Any) -> str:
        return reverse("picture", args=[picture["sha256"]])


class QuestionOut(serializers.Serializer[Any]):
    """A question before release."""

    type = serializers.CharField(help_text="As docs/items.md names it: sba, mr, numeric, ordering ...")
    language = serializers.CharField()
    stem = serializers.CharField()
    picture = PictureOut(allow_null=True)
    parts = serializers.JSONField(
        source="plain",
        help_text="What its form holds: `options`, `rows`, `items`, `units` and the like, each with its number `n` in "
        "this learner's order, its text, whether it is `chosen`, and the `name` of the field that sends it.",
    )


class RowOut(serializers.Serializer[Any]):
    """One part of a question without options, after release."""

    about = serializers.CharField()
    said = serializers.CharField(help_text="What was answered; empty if nothing.")
    right = serializers.CharField(help_text="What is right, where that is something else.")
    good = serializers.BooleanField()
    why = serializers.CharField()


class ExplainedCheckOut(serializers.Serializer[Any]):
    """A question after release: its options, if it has some, say by `key` and `why` what is right; else its rows do."""

    type = serializers.CharField(source="shown.type")
    language = serializers.CharField(source="shown.language")
    stem = serializers.CharField(source="shown.stem")
    picture = PictureOut(source="shown.picture", allow_null=True)
    parts = serializers.JSONField(source="shown.plain")
    grade = serializers.ChoiceField(choices=["right", "partly", "wrong"])
    right = serializers.BooleanField()
    rows = RowOut(many=True)
    why = serializers.CharField()
    see = serializers.CharField(help_text="Where to read again, as lesson#heading.")


class ExplainedOut(ExplainedCheckOut):
    """A question of an attempt after release, with key and reasons."""

    position = serializers.IntegerField(source="shown.position")


class CheckOut(serializers.Serializer[Any]):
    """A check in a lesson. Its explanation comes with an answer."""

    item = serializers.CharField()
    lesson = serializers.SlugField()
    question = QuestionOut()
    explained = ExplainedCheckOut(allow_null=True, help_text="Null until there is an answer.")


class FieldsIn(Input):
    """An answer: what the form of the question would send, by field."""

    fields = serializers.DictField(  # type: ignore[assignment] # the page's word for it, and also the class's
        child=serializers.ListField(child=serializers.CharField(max_length=100, allow_blank=True), max_length=20),
        help_text='As {"choice": ["3"]}, {"number": ["14.0"], "unit": ["mmol/L"]} or {"row-1": ["2"]}.',
    )


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
    kind = serializers.CharField(help_text="posttest; or pretest, which counts for nothing; or module, patient.")
    title = serializers.CharField()
    minutes = serializers.IntegerField(help_text="About how long it takes.")
    questions = serializers.IntegerField()
    needed = serializers.IntegerField(help_text="How many right answers pass; 0 for a pre-test.")
    attempts_allowed = serializers.IntegerField(allow_null=True, help_text="Null: as many as needed.")
    limit_minutes = serializers.IntegerField(allow_null=True, help_text="Your time limit; null: none.")
    last_attempt = serializers.UUIDField(allow_null=True)
    refused = RefusedOut(allow_null=True, help_text="Why no attempt may start now; null when one may.")
    reread = SectionOut(many=True, help_text="What to read again before a retake.")


class AttemptLine(serializers.Serializer[Attempt]):
    """One go at a quiz."""

    id = serializers.UUIDField()
    enrolment = serializers.UUIDField(source="enrolment_id")
    course = serializers.SlugField(source="enrolment.course.slug")
    quiz = serializers.SlugField(source="quiz.slug")
    kind = serializers.CharField(source="quiz.kind", help_text="As the quiz's.")
    number = serializers.IntegerField(help_text="Which attempt at this quiz, counted from 1.")
    state = serializers.ChoiceField(choices=Attempt.State.choices)
    started_at = serializers.DateTimeField()
    deadline_at = serializers.DateTimeField(allow_null=True, help_text="Null: no time limit.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    submit_reason = serializers.ChoiceField(
        choices=["", *Attempt.Reason.values], help_text="Who handed it in: user or timeout; empty while live."
    )
    points = serializers.FloatField(allow_null=True, help_text="Null until handed in, or where none are shown.")
    max_points = serializers.FloatField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True, help_text="Null while live, of a pre-test, and where void.")

    def to_representation(self, instance: Any) -> Any:
        """Points only where the quiz shows them."""
        row = super().to_representation(instance)
        if row["state"] == Attempt.State.VOIDED:
            row["passed"] = None
        if isinstance(instance, Attempt) and "points" not in release.shown(instance):
            row |= {"points": None, "max_points": None}
        return row


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


class ComparedOut(serializers.Serializer[Any]):
    """Percent of the points before and after."""

    before = serializers.FloatField()
    after = serializers.FloatField()
    normalised = serializers.FloatField(
        allow_null=True, help_text="(after - before) / (100 - before), in percent; null when before is 100."
    )


class ComparedByObjective(ComparedOut):
    objective = serializers.CharField(source="objective.code")
    text = Told(source="objective.text")


class GainOut(ComparedOut):
    """A post-test beside the pre-test that was drawn by the same cells."""

    pretest_at = serializers.DateTimeField(help_text="When the pre-test was handed in.")
    objectives = ComparedByObjective(many=True)


class VoidedOut(serializers.Serializer[Any]):
    """That the CE office voided an attempt, when and why."""

    at = serializers.DateTimeField(source="decided_at")
    reason = serializers.CharField()


class AttemptOut(AttemptLine):
    """An attempt: its questions while it is live, its scores once handed in, its explanations once released."""

    epoch = serializers.IntegerField(help_text="Counts the devices it was opened on; send it with each answer.")
    needed = serializers.IntegerField(help_text="How many right answers pass; 0 for a pre-test.")
    questions = SlotOut(many=True, help_text="Empty once handed in.")
    scores = ScoreOut(many=True, help_text="Empty until handed in.")
    gain = GainOut(allow_null=True, help_text="Null unless a pre-test was handed in before this was begun.")
    reread = SectionOut(many=True, help_text="What was missed and is not read again yet.")
    voided = VoidedOut(allow_null=True, help_text="Null unless it was voided; then it counts neither way.")
    explained = ExplainedOut(many=True, help_text="Every question with key and reasons, once released.")


class AnswerIn(FieldsIn):
    """An answer, numbered."""

    seq = serializers.IntegerField(
        min_value=1,
        max_value=999_999_999,
        help_text="Counts up with every answer to this question, so that a late delivery overwrites nothing newer.",
    )
    epoch = serializers.IntegerField(
        min_value=1,
        max_value=999_999_999,
        required=False,
        help_text="The attempt's, as you know it: refused with 409 once another device took it over.",
    )


class AnswerOut(serializers.Serializer[Any]):
    """The answer that stands now."""

    accepted = serializers.BooleanField(help_text="Whether what was sent is what stands.")
    reason = serializers.ChoiceField(choices=["", "stale"], help_text="Why not: a newer answer stands.")
    position = serializers.IntegerField()
    fields = serializers.DictField(  # type: ignore[assignment] # as above
        child=serializers.ListField(child=serializers.CharField())
    )
    seq = serializers.IntegerField()
    saved_at = serializers.DateTimeField(allow_null=True)
    server_time = serializers.DateTimeField()
    deadline_at = serializers.DateTimeField(allow_null=True)

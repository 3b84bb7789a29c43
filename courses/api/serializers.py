"""Shapes of courses, enrolments and lessons in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.shapes import Input, Told
from courses.models import Course, Enrolment


class ObjectiveOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = Told()


class LessonLine(serializers.Serializer[Any]):
    """A lesson as the course's front matter lists it."""

    slug = serializers.SlugField()
    title = Told()
    module = Told(source="module.title")
    minutes = serializers.IntegerField()


class CourseLine(serializers.Serializer[Any]):
    """A course of the catalogue, in its newest published version."""

    slug = serializers.SlugField(source="course.slug")
    audience = serializers.ChoiceField(choices=Course.Audience.choices, source="course.audience")
    title = Told()
    summary = Told()
    languages = serializers.ListField(child=serializers.CharField())
    minutes = serializers.IntegerField(source="ce.minutes", allow_null=True, default=None)


class AuthorOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    credentials = serializers.CharField(allow_null=True, default=None)
    role = serializers.CharField(allow_null=True, default=None)
    disclosure = serializers.CharField(help_text="What the author has to disclose; “none” when nothing.")


class CreditOut(serializers.Serializer[Any]):
    """What an educators' course says of itself before anyone enrols."""

    provider = serializers.CharField(allow_null=True, help_text="Null: no accredited provider, so no CE credit.")
    format = serializers.CharField()
    audience = serializers.ListField(child=serializers.CharField())
    minutes = serializers.IntegerField()
    released = serializers.DateField()
    expires = serializers.DateField()
    commercial_support = serializers.CharField(allow_null=True)
    contact = serializers.CharField()
    authors = AuthorOut(many=True)


class ReferenceOut(serializers.Serializer[Any]):
    cite = serializers.CharField()
    doi = serializers.CharField(allow_blank=True, help_text="Empty where there is none.")


class PretestOut(serializers.Serializer[Any]):
    """What may be taken before the first lesson is done, and counts for nothing."""

    quiz = serializers.SlugField(help_text="For /enrolments/{id}/quizzes/{slug}/.")
    title = serializers.CharField()
    questions = serializers.IntegerField()
    minutes = serializers.IntegerField(help_text="About how long it takes.")


class FinalOut(PretestOut):
    """The quiz that ends the course."""

    needed = serializers.IntegerField(help_text="How many right answers pass.")


class ModuleCheckOut(FinalOut):
    """The check that goes with a module, for practice: completion does not ask for it."""

    lesson = serializers.SlugField(help_text="The lesson it stands after, the module's last.")
    open = serializers.BooleanField(help_text="The module's lessons are done.")


class CourseOut(CourseLine):
    """A course's front matter. Someone enrolled sees the version they are enrolled in."""

    version = serializers.IntegerField(help_text="The version's number.")
    published_at = serializers.DateTimeField()
    objectives = ObjectiveOut(many=True)
    credit = CreditOut(allow_null=True, help_text="Null for patients' courses.")
    references = ReferenceOut(many=True)
    lessons = LessonLine(many=True)
    final = FinalOut(allow_null=True)
    replaced_by = serializers.SlugField(
        allow_null=True, help_text="The course that took this one's place; then it takes no new learners."
    )
    enrolment = serializers.UUIDField(allow_null=True, help_text="Your enrolment, if you are enrolled.")


class EnrolmentIn(Input):
    """Which course to take."""

    course = serializers.SlugField(max_length=50, help_text="The course's slug.")


class EnrolmentOut(serializers.Serializer[Enrolment]):
    """Someone takes a course, in the version that was published when they began."""

    id = serializers.UUIDField()
    course = serializers.SlugField(source="course.slug")
    title = Told(source="version.title")
    version = serializers.IntegerField(source="version.number")
    enrolled_at = serializers.DateTimeField()
    completion = serializers.UUIDField(source="completion.pk", allow_null=True, help_text="For /completions/{id}/.")
    completed_at = serializers.DateTimeField(source="completion.at", allow_null=True)


class StepOut(serializers.Serializer[Any]):
    """A lesson on the learner's way."""

    slug = serializers.SlugField(source="lesson.slug")
    title = Told(source="lesson.title")
    minutes = serializers.IntegerField(source="lesson.minutes")
    state = serializers.ChoiceField(choices=["done", "here", "locked"])
    heading = serializers.CharField(allow_blank=True, help_text="The heading the learner stopped at.")
    open_activities = serializers.ListField(
        child=serializers.CharField(), help_text="What wants an answer before Done, as kind:id, such as check:ro-iob."
    )


class ProgressOut(serializers.Serializer[Any]):
    enrolment = serializers.UUIDField()
    lessons_done = serializers.IntegerField()
    lessons_total = serializers.IntegerField()
    minutes_left = serializers.IntegerField(help_text="Minutes of reading left.")
    all_read = serializers.BooleanField(help_text="All lessons are done, and the final quiz is open.")
    here = serializers.SlugField(allow_null=True, help_text="The lesson to go on with; null when all are done.")
    lessons = StepOut(many=True)
    checks = ModuleCheckOut(many=True)
    pretest = PretestOut(allow_null=True)
    final = FinalOut(allow_null=True)
    completion = serializers.UUIDField(allow_null=True)


class BlockOut(serializers.Serializer[Any]):
    """A piece of a lesson, in order: HTML (sanitised, no script), a figure (SVG and its table), or an activity."""

    kind = serializers.ChoiceField(choices=["html", "figure", "activity"])
    html = serializers.CharField(allow_blank=True, help_text="Empty for an activity.")
    ref = serializers.CharField(
        allow_null=True, help_text="An activity, as kind:id: check:ro-iob is at …/checks/ro-iob/."
    )
    title = serializers.CharField(allow_null=True, help_text="What an activity asks, or is called.")


class HeadingOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField()


class TermOut(serializers.Serializer[Any]):
    slug = serializers.CharField()
    term = serializers.CharField()
    text = serializers.CharField()


class SourceOut(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="The number the text cites it by.")
    cite = serializers.CharField()
    doi = serializers.CharField(allow_blank=True)


class LessonOut(serializers.Serializer[Any]):
    """A lesson as this learner reads it: in their language where it exists, glucose in their unit first."""

    slug = serializers.SlugField()
    title = Told()
    module = Told(source="module.title")
    number = serializers.IntegerField(help_text="Which lesson of the course, counted from 1.")
    minutes = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["done", "here"])
    heading = serializers.CharField(allow_blank=True, help_text="The heading the learner stopped at.")
    language = serializers.CharField(help_text="The language of the text.")
    reviewer = serializers.CharField(allow_blank=True, help_text="Empty: not yet clinically reviewed.")
    reviewed_on = serializers.DateField(allow_null=True)
    objectives = ObjectiveOut(many=True)
    headings = HeadingOut(many=True)
    blocks = BlockOut(many=True)
    terms = TermOut(many=True)
    sources = SourceOut(many=True)
    open_activities = serializers.ListField(child=serializers.CharField())


class SeenIn(Input):
    """What was on screen."""

    headings = serializers.ListField(
        child=serializers.CharField(max_length=80),
        min_length=1,
        max_length=50,
        help_text="Ids of the headings on screen since the last report, in order.",
    )

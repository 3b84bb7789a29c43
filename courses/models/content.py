"""What is taught. The files win: these rows are written by the loader and never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

CERTIFICATE_REF = "certificate:course"  # the last step of every educators' course, as an activity


class Fact(models.Model):
    """A clinical statement that courses rest on, with its source and how far it was checked."""

    id = models.CharField(primary_key=True, max_length=12)
    confidence = models.CharField(max_length=6, help_text="V, V2, K or U, or two of them.")
    text = models.TextField(blank=True)
    cite = models.CharField(max_length=300)
    doi = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.id


class Term(models.Model):
    """A glossary entry: {en: {term, text}, es: ...}."""

    slug = models.SlugField(primary_key=True)
    texts = models.JSONField()

    def __str__(self) -> str:
        return self.slug


class Course(models.Model):
    """A course under one slug for ever; what it says is in its versions."""

    class Audience(models.TextChoices):
        EDUCATOR = "educator"
        PATIENT = "patient"

    slug = models.SlugField(unique=True)
    audience = models.CharField(max_length=10, choices=Audience)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=["educator", "patient"]), name="course_audience_known")
        ]

    def __str__(self) -> str:
        return self.slug


class Objective(models.Model):
    """What a learner can do afterwards. The only objective there is: items and cases refer to its code."""

    code = models.CharField(primary_key=True, max_length=12)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="objectives")
    position = models.PositiveSmallIntegerField()
    text = models.JSONField()
    adces7 = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.code


class CourseVersionQuerySet(models.QuerySet["CourseVersion"]):
    def published(self) -> CourseVersionQuerySet:
        return self.filter(state=CourseVersion.State.PUBLISHED)

    def newest_first(self) -> CourseVersionQuerySet:
        return self.order_by("-number")


class CourseVersion(models.Model):
    """One state of a course's files. A draft may be replaced; a published version never changes."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    change = models.CharField(max_length=10, default="edition")
    title = models.JSONField()
    summary = models.JSONField(default=dict)
    objectives = models.JSONField(default=list, help_text='[{"code", "text", "adces7"}], as this version words them')
    languages = models.JSONField(default=list)
    ce = models.JSONField(default=dict)
    references = models.JSONField(default=list)
    pathway = models.JSONField(
        default=list,
        help_text='A patients\' course: all its steps from 0 on, [{"title": {en, es}, "lesson": "slug or empty"}]',
    )
    final_quiz = models.SlugField(blank=True)
    replaces = models.SlugField(blank=True, help_text="The course this one takes the place of, which is closed by it.")
    source_sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = CourseVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number"),
            models.UniqueConstraint(fields=["course"], condition=Q(state="draft"), name="course_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="course_version_published_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} v{self.number}"

    @property
    def final_ref(self) -> str:
        """The final quiz as an activity, or "" where the course has none. Fetch with select_related("course")."""
        return quiz_ref(self.course.slug, self.final_quiz) if self.final_quiz else ""

    @property
    def last_refs(self) -> list[str]:
        """What is left after the lessons, as activities: the final quiz, if any, and an educator's certificate."""
        certificate = CERTIFICATE_REF if self.course.audience == Course.Audience.EDUCATOR else ""
        return [ref for ref in (self.final_ref, certificate) if ref]

    @property
    def whole(self) -> bool:
        """Whether every step of the pathway is written. Until then nobody has completed it."""
        return all(step["lesson"] for step in self.pathway)


def pretest_ref(course_slug: str) -> str:
    """The pre-test a course may begin with, as an activity: which quiz it is, quizzes know."""
    return f"pretest:{course_slug}"


def quiz_ref(course_slug: str, quiz_slug: str) -> str:
    """A quiz as an activity: its slug is unique within its course only."""
    return f"quiz:{course_slug}/{quiz_slug}"


class Module(models.Model):
    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="modules")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField()
    title = models.JSONField()
    quiz = models.SlugField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="module_position")]

    def __str__(self) -> str:
        return self.slug


class Lesson(models.Model):
    """One lesson of a version. `activities` is what must be answered before it is done."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="lessons")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField(help_text="Within the whole course.")
    slug = models.SlugField()
    title = models.JSONField()
    minutes = models.PositiveSmallIntegerField()
    objectives = models.JSONField(default=list)
    activities = models.JSONField(default=list)
    author = models.CharField(max_length=120)
    reviewer = models.CharField(max_length=120, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "slug"], name="lesson_slug"),
            models.UniqueConstraint(fields=["version", "position"], name="lesson_position"),
        ]

    def __str__(self) -> str:
        return self.slug


class LessonText(models.Model):
    """A lesson in one language, ready to be shown: a request parses no Markdown.

    `blocks`: {"kind": "html"|"figure"|"help", "html": ...} or {"kind": "activity", "ref": "check:ro-depot"}.
    `headings`: [{"id", "text"}]. `terms`: [{"slug", "term", "text"}]. `sources`: [{"n", "cite", "doi", "facts"}].
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=5)
    blocks = models.JSONField()
    headings = models.JSONField(default=list)
    terms = models.JSONField(default=list)
    sources = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lesson", "language"], name="lesson_text_language")]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.language}"

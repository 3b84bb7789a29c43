"""Courses: what is taught (content), and what someone has done of it (progress)."""

from courses.models.content import (
    CERTIFICATE_REF,
    Course,
    CourseVersion,
    Fact,
    Lesson,
    LessonText,
    Module,
    Objective,
    Term,
    pretest_ref,
    quiz_ref,
)
from courses.models.progress import (
    TAKEN_BACK,
    ActivityResult,
    Completion,
    CompletionQuerySet,
    EngagementEvent,
    Enrolment,
    LessonProgress,
)

__all__ = [
    "CERTIFICATE_REF",
    "TAKEN_BACK",
    "ActivityResult",
    "Completion",
    "CompletionQuerySet",
    "Course",
    "CourseVersion",
    "EngagementEvent",
    "Enrolment",
    "Fact",
    "Lesson",
    "LessonProgress",
    "LessonText",
    "Module",
    "Objective",
    "Term",
    "pretest_ref",
    "quiz_ref",
]

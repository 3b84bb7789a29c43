"""Who writes and reviews questions in these tests, each at a desk of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Role, User
from courses.models import CourseVersion
from tests.curriculum import COURSE
from tests.inside import Inside


@pytest.fixture
def author(make_person: Callable[..., User]) -> User:
    return make_person(Role.AUTHOR, name="Ida Author")


@pytest.fixture
def desk(author: User) -> Inside:
    return Inside.of(author)


@pytest.fixture
def reviewer(make_person: Callable[..., User]) -> User:
    return make_person(Role.REVIEWER, name="Rita Reviewer", credentials="MD, CDCES")


@pytest.fixture
def chair(reviewer: User) -> Inside:
    return Inside.of(reviewer)


@pytest.fixture
def bilingual() -> None:
    """The course as if it were a patients' one, in English and Spanish: a newer version, not published."""
    version = CourseVersion.objects.get(course__slug=COURSE)
    CourseVersion.objects.create(
        course=version.course,
        number=2,
        title=version.title,
        objectives=version.objectives,
        languages=["en", "es"],
        source_sha256="1" * 64,
    )

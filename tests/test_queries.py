"""The same number of queries for few rows as for many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from courses import selectors
from courses.tests.test_progress import make_course
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db


def queries(browser: Inside, path: str) -> int:
    """Counted in a process that has served nothing yet: what it remembers is forgotten first."""
    for remembered in (selectors.published_version, selectors.published_lessons, selectors.published_texts):
        remembered.cache_clear()
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status == 200
    return len(captured)


@pytest.mark.parametrize("path", ["/courses/{slug}/lesson-1/", "/courses/{slug}/", "/home/", "/transcript/"])
def test_fifty_lessons_cost_as_many_queries_as_five(make_educator: Callable[..., User], path: str) -> None:
    readers = {f"with-{lessons}": (make_educator(), lessons) for lessons in (5, 50)}
    for slug, (user, lessons) in readers.items():
        make_course(user, lessons=lessons, activities=[], slug=slug)
    counts = [queries(Inside.of(user), path.format(slug=slug)) for slug, (user, _lessons) in readers.items()]
    assert counts[0] == counts[1]


def test_a_lesson_page_takes_at_most_eight_queries(browser: Inside) -> None:
    page = browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    browser.get(page.url)
    with CaptureQueriesContext(connection) as captured:
        browser.get(page.url)
    assert len(captured) <= 8


def test_twenty_enrolments_cost_the_transcript_as_many_queries_as_two(make_educator: Callable[..., User]) -> None:
    counts = []
    for number in (2, 19):
        user = make_educator()
        for course in range(number):
            make_course(user, lessons=1, activities=[], slug=f"of-{number}-{course}")
        counts.append(queries(Inside.of(user), "/transcript/"))
    assert counts[0] == counts[1]


def test_the_transcript_has_pages(make_educator: Callable[..., User]) -> None:
    user = make_educator()
    for course in range(21):
        make_course(user, lessons=1, activities=[], slug=f"course-{course}")
    browser = Inside.of(user)
    first, second = browser.get("/transcript/"), browser.get("/transcript/?page=2")
    assert first.text.count('<td data-label="Course">') == 20
    assert second.text.count('<td data-label="Course">') == 1
    assert "Page 1 of 2" in first.text
    assert browser.get("/transcript/?page=nonsense").status == 200

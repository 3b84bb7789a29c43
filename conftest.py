"""What every test may lean on: the real curriculum in the database, people, and a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from accounts.models import Profession, Role, User
from accounts.services import grant
from core import outbox, units
from core.models import OutboxRow
from courses import selectors
from courses.models import CourseVersion
from courses.selectors import lookup
from edu.curriculum import load
from edu.walk import Walk
from quizzes.activities import unanswered
from quizzes.selectors import item_versions
from quizzes.services.answering import item_content
from tests.curriculum import COURSE
from tests.inside import Inside

pytest_plugins = ["tests.passes"]
# A busy machine is no fault: no test of ours fails for how long it took.
hypothesis.register_profile("basal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("basal")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The curriculum is loaded and published once for all tests that roll back."""
    with django_db_blocker.unblock():
        load(settings.CURRICULUM_DIR, publish=True)


@pytest.fixture(autouse=True)
def _curriculum(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit empty the database behind them: load it again for the next one. What processes remember
    (lessons of a version that is gone, counted attempts) is forgotten too."""
    if {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("db" if "db" in request.fixturenames else "transactional_db")
        if not CourseVersion.objects.exists():
            load(settings.CURRICULUM_DIR, publish=True)
    yield
    # A request leaves its reader's language, zone and unit behind, for the next request to set anew.
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()
    units.activate("mgdl")
    for alias in settings.CACHES:
        caches[alias].clear()
    selectors.published_version.cache_clear()
    selectors.published_lessons.cache_clear()
    selectors.published_texts.cache_clear()
    lookup.sections.cache_clear()
    item_versions.cache_clear()
    item_content.cache_clear()
    unanswered.cache_clear()


@pytest.fixture
def make_educator(db: None) -> Callable[..., User]:
    """Make as many educators as a test needs: make_educator(name="…")."""
    made = 0

    def make(**values: Any) -> User:
        nonlocal made
        made += 1
        values = {"name": "Wren Walker", "credentials": "RN", "profession": Profession.NURSE} | values
        user = User.objects.create_user(email=f"learner-{made}@example.org", **values)
        grant(user=user, role=Role.EDUCATOR, granted_by=None, now=timezone.now())
        return user

    return make


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    """Someone with these roles: make_person(Role.AUTHOR, Role.REVIEWER, name="…"); `Inside.of(them)` signs in."""
    made = 0

    def make(*roles: Role, **values: Any) -> User:
        nonlocal made
        made += 1
        first = roles[0].value if roles else "nobody"
        user = User.objects.create_user(email=f"{first}-{made}@example.org", **({"name": f"{first} {made}"} | values))
        for role in roles:
            grant(user=user, role=role, granted_by=None, now=timezone.now())
        return user

    return make


@pytest.fixture
def educator(make_educator: Callable[..., User]) -> User:
    return make_educator()


@pytest.fixture
def browser(educator: User) -> Inside:
    """A browser the educator is signed in with."""
    return Inside.of(educator)


@pytest.fixture
def work_off() -> Callable[[], int]:
    """Do all owed work now, as the worker would; returns how many rows were done."""
    return lambda: sum(outbox.run(pk) for pk in OutboxRow.objects.open().values_list("pk", flat=True))


@pytest.fixture
def walk(browser: Inside) -> Walk[Inside]:
    """The learner's way, step by step: walk.read(), walk.take_test(wrong=3), walk.evaluate_and_claim() …"""
    return Walk(browser, mail=settings.VAR, say=lambda _line: None, course=COURSE)

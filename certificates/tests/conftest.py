"""Someone of the CE office, signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Role, User
from tests.inside import Inside


@pytest.fixture
def clerk(make_person: Callable[..., User]) -> User:
    return make_person(Role.CE_OFFICE, name="Oda Office")


@pytest.fixture
def office(clerk: User) -> Inside:
    return Inside.of(clerk)

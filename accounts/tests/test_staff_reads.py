"""What staff read of others is noted, and no question an admin can put to a list tells what the list does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import Role, User
from accounts.tests.test_second_factor import with_password
from core.models import AuditEntry
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


@pytest.fixture
def admin(make_person: Make) -> User:
    return make_person(Role.ADMIN, name="Ines Admin")


@pytest.fixture
def desk(admin: User) -> Inside:
    return Inside.of(admin)


def noted() -> list[tuple[Any, ...]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor", "action", "target", "detail"))


def test_the_list_of_people_is_noted_without_the_words(desk: Inside, admin: User) -> None:
    desk.get("/people/")
    desk.get("/people/?q=quintana&role=patient")
    assert noted() == [
        (admin.pk, "user.list", "user:all", {"searched": False, "role": ""}),
        (admin.pk, "user.list", "user:all", {"searched": True, "role": "patient"}),
    ]


def test_someones_page_is_noted_also_when_it_comes_back_with_a_complaint(
    desk: Inside, admin: User, make_person: Make
) -> None:
    person = make_person(Role.PATIENT)
    assert desk.submit(desk.get(f"/people/{person.pk}/").form("grant"), role="emperor").status == 422
    assert noted() == [(admin.pk, "user.read", f"user:{person.pk}", {})] * 2


def test_people_and_their_roles_in_djangos_admin_are_noted_too(desk: Inside, admin: User) -> None:
    grant = admin.grants.get()
    for path in (
        "user/",
        f"user/{admin.pk}/change/",
        f"user/{admin.pk}/history/",
        "rolegrant/",
        f"rolegrant/{grant.pk}/change/",
    ):
        assert desk.get(f"/admin/accounts/{path}").status == 200
    assert noted() == [
        (admin.pk, action, target, {"door": "admin"})
        for action, target in (
            ("user.list", "user:all"),
            ("user.read", f"user:{admin.pk}"),
            ("user.read", f"user:{admin.pk}"),
            ("rolegrant.list", "rolegrant:all"),
            ("rolegrant.read", f"rolegrant:{grant.pk}"),
        )
    ]


@pytest.mark.parametrize(
    "question",
    [
        "user/?password__startswith=md5",
        "user/?password__gt=a",
        "user/?password=x",
        "user/?authenticator__data__contains=secret",
        "rolegrant/?user__password__startswith=md5",
        "rolegrant/?granted_by__password__startswith=md5",
    ],
)
def test_the_admin_answers_no_question_about_a_secret(desk: Inside, question: str) -> None:
    assert desk.get(f"/admin/accounts/{question}").status == 400


def test_the_admin_has_no_menu_of_peoples_names(desk: Inside) -> None:
    asked = "app_label=accounts&model_name=rolegrant&field_name=user&term="
    assert desk.get(f"/admin/autocomplete/?{asked}").status == 404


def test_a_password_is_changed_on_the_accounts_own_page_only(admin: User) -> None:
    assert Inside.of(with_password(admin)).get("/admin/password_change/").url.endswith("/accounts/password/change/")


@pytest.mark.parametrize(
    "path", ["accounts/user/?email=%00", "certificates/award/%00/change/", "core/outboxrow/?kind=a%00", "a%00/"]
)
def test_a_nul_is_refused_by_the_admin_before_it_is_noted(desk: Inside, path: str) -> None:
    assert desk.get(f"/admin/{path}").status in (400, 404)
    assert noted() == []


@pytest.mark.parametrize("path", ["/people/?q=%00", "/people/?role=%00", "/people/audit/?who=%00&about=%00"])
def test_a_nul_in_a_search_never_reaches_the_database(desk: Inside, path: str) -> None:
    """PostgreSQL takes it in no text; here every parameter is looked at, whatever the database."""
    asked: list[Any] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.extend(params or ())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert desk.get(path).status in (200, 422)  # the log says that its filter is no text; lists find nobody
    assert asked
    assert not [value for value in asked if isinstance(value, str) and "\0" in value]

"""Who is let into which room: roles granted and taken away by an admin, a second factor for staff, all of it noted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import STAFF, Role, User
from accounts.services import NOTED, demo_code
from core.models import AuditEntry
from edu.rooms import all_rooms
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


@pytest.fixture
def admin(make_person: Make) -> Inside:
    make_person(Role.ADMIN, name="Second Admin")
    return Inside.of(make_person(Role.ADMIN, name="Ines Admin"))


def grant_form(admin: Inside, user: User) -> str:
    return admin.submit(admin.get(f"/people/{user.pk}/").form("grant"), role="author").text


def test_an_admin_grants_a_role_and_it_is_noted(admin: Inside, make_person: Make) -> None:
    person = make_person(Role.EDUCATOR)
    assert "Granted: Author." in grant_form(admin, person)
    assert User.objects.get(pk=person.pk).holds(Role.AUTHOR)
    entry = AuditEntry.objects.get(action="role.grant", target=f"user:{person.pk}")
    assert entry.detail == {"role": "author"}
    assert entry.actor == User.objects.get(name="Ines Admin").pk
    assert "gave" in admin.get(f"/people/audit/?target=user:{person.pk}").text


def test_a_role_taken_away_closes_the_room_in_a_session_that_is_open(admin: Inside, make_person: Make) -> None:
    person = make_person(Role.ADMIN, name="Leaving Admin")
    open_session = Inside.of(person)
    assert open_session.get("/people/").status == 200
    page = admin.get(f"/people/{person.pk}/")
    assert "Taken away: Admin." in admin.submit(page.form("/revoke/")).text
    assert open_session.get("/people/").status == 404
    assert open_session.get("/admin/").status == 404
    assert AuditEntry.objects.filter(action="role.revoke", target=f"user:{person.pk}").exists()


def test_the_last_admin_stays(make_person: Make) -> None:
    person = make_person(Role.ADMIN)
    browser = Inside.of(person)
    refused = browser.submit(browser.get(f"/people/{person.pk}/").form("/revoke/"))
    assert refused.status == 422
    assert "There has to be one admin." in refused.text
    assert User.objects.get(pk=person.pk).holds(Role.ADMIN)


@pytest.mark.parametrize("role", ["", "emperor"])
def test_a_role_there_is_not_is_refused_in_words(admin: Inside, make_person: Make, role: str) -> None:
    person = make_person(Role.EDUCATOR)
    refused = admin.submit(admin.get(f"/people/{person.pk}/").form("grant"), role=role)
    assert refused.status == 422
    assert 'class="error"' in refused.text
    assert User.objects.get(pk=person.pk).roles == {Role.EDUCATOR}


def test_an_admin_takes_off_a_second_factor_that_was_lost_and_it_is_noted(admin: Inside, make_person: Make) -> None:
    person = make_person(Role.AUTHOR)
    working = Inside.of(person)
    page = admin.submit(admin.get(f"/people/{person.pk}/").form("/second-factor/"))
    assert "Their second factor is gone." in page.text
    assert not Authenticator.objects.filter(user=person).exists()
    assert "/accounts/login/" in working.get("/bank/").url
    assert AuditEntry.objects.filter(action="second_factor.reset", target=f"user:{person.pk}").exists()


def test_opening_someones_page_is_noted(admin: Inside, make_person: Make) -> None:
    person = make_person(Role.PATIENT)
    admin.get(f"/people/{person.pk}/")
    assert AuditEntry.objects.filter(action="user.read", target=f"user:{person.pk}").count() == 1


def test_people_are_found_by_name_address_and_role(admin: Inside, make_person: Make) -> None:
    make_person(Role.PATIENT, name="Teodora Quintana")
    make_person(Role.EDUCATOR, name="Quentin Field")
    found = admin.get("/people/?q=quinTANA").text
    assert "Teodora Quintana" in found
    assert "Quentin Field" not in found
    patients = admin.get("/people/?role=patient").text
    assert "Teodora Quintana" in patients
    assert "Quentin Field" not in patients
    assert "Nobody here fits that." in admin.get("/people/?q=zzz").text


def test_the_list_of_people_has_pages_that_keep_the_search(admin: Inside, make_person: Make) -> None:
    for number in range(30):
        make_person(Role.EDUCATOR, name=f"Many {number}")
    first = admin.get("/people/?q=Many")
    assert "Page 1 of 2" in first.text
    assert "Page 2 of 2" in admin.get(first.link("page=2")).text


def test_staff_without_a_second_factor_are_led_to_set_one_up(make_person: Make) -> None:
    person = make_person(Role.ADMIN)
    browser = Inside()
    browser.client.force_login(person)
    for path in ("/people/", "/people/audit/", "/admin/", "/admin/core/outboxrow/"):
        assert browser.get(path).url.endswith("/second-factor/"), path
    assert "First, a second factor." in browser.page.text


def test_a_second_factor_from_another_session_does_not_lift_this_one(make_person: Make) -> None:
    person = make_person(Role.ADMIN)
    stolen = Inside()
    stolen.client.force_login(person)
    Inside.of(person)  # the real person sets one up elsewhere
    assert stolen.get("/people/").url.endswith("/second-factor/")
    assert "Sign in once more" in stolen.page.text


def test_a_second_factor_that_is_gone_closes_the_rooms_again(make_person: Make) -> None:
    person = make_person(Role.ADMIN)
    browser = Inside.of(person)
    Authenticator.objects.all().delete()
    assert browser.client.session[NOTED]
    assert browser.get("/people/").url.endswith("/second-factor/")


def test_an_educator_needs_no_second_factor(make_person: Make) -> None:
    browser = Inside()
    browser.client.force_login(make_person(Role.EDUCATOR))
    assert browser.get("/home/").status == 200


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_led_to_its_own_start_page_and_into_no_other_room(make_person: Make, role: Role) -> None:
    browser = Inside.of(make_person(role))
    own = next(room for room in all_rooms() if room.role == role)
    assert browser.get("/home/").url.endswith(own.url)
    for room in all_rooms():
        looks = room.name == "bank" and role in (Role.REVIEWER, Role.ADMIN)  # they may look at questions
        if room.role not in (role, Role.EDUCATOR) and not looks:
            assert browser.get(room.url).status == 404, room.name


def test_someone_with_several_roles_finds_all_their_rooms_in_the_page_head(make_person: Make) -> None:
    browser = Inside.of(make_person(*Role))
    page = browser.get("/home/")
    for room in all_rooms():
        assert page.link(room.url)


def test_the_demo_code_is_refused_outside_the_demo(settings: object) -> None:
    assert len(demo_code("admin@demo.example")) == 6
    settings.DEMO = False  # type: ignore[attr-defined] # the fixture has no type
    with pytest.raises(Exception, match="demo_only"):
        demo_code("admin@demo.example")


def test_staff_are_the_four_roles_that_see_or_change_what_is_not_theirs() -> None:
    assert set(Role) - STAFF == {Role.EDUCATOR, Role.PATIENT}


def test_self_sign_up_can_grant_no_staff_role() -> None:
    client = Client()
    client.post(
        "/accounts/signup/",
        {
            "as": "admin", "role": "admin", "roles": "admin", "is_staff": "1", "profession": "nurse",
            "name": "Mallory", "email": "m@example.org", "password1": "a-long-and-quiet-word",
            "password2": "a-long-and-quiet-word",
        },
    )  # fmt: skip
    assert not any(user.roles & STAFF for user in User.objects.filter(email="m@example.org"))

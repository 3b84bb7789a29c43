"""Making an account: two doors, a form for each, and nobody under 13 but through a parent or guardian."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts import services
from accounts.models import Role, User
from core.errors import DomainError
from edu.browser import Page
from tests.inside import Inside

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-and-quiet-word"
PATIENT = {"name": "Ximena", "holder": "self", "email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
TEACHER = ("profession", "credentials")
HOLDER = ("holder", "child_name")


def door(which: str) -> Page:
    return Inside().get(f"/accounts/signup/?as={which}")


def asked(page: Page) -> set[str]:
    return {control.name for control in page.form("signup").controls}


def sign_up(**values: str) -> Page:
    browser = Inside()
    return browser.submit(browser.get("/accounts/signup/?as=patient").form("signup"), **(PATIENT | values))


def test_the_landing_page_has_a_door_for_each_and_each_leads_to_its_own_questions() -> None:
    page = Inside().get("/")
    assert [link for link in page.links if "signup" in link] == [
        "/accounts/signup/?as=educator",
        "/accounts/signup/?as=patient",
    ]
    assert set(TEACHER) <= asked(door("educator"))
    assert not set(HOLDER) & asked(door("educator"))
    assert set(HOLDER) <= asked(door("patient"))
    assert not set(TEACHER) & asked(door("patient"))


@pytest.mark.parametrize("which", ["", "?as=", "?as=admin", "?as=patient&as=reviewer", "?next=/courses/"])
def test_without_a_door_the_page_asks_which_and_keeps_where_someone_wanted_to_go(which: str) -> None:
    page = Inside().get(f"/accounts/signup/{which}")
    assert page.status == 200
    assert not [form for form in page.forms if "signup" in form.action]
    doors = [link for link in page.links if "as=educator" in link or "as=patient" in link]
    assert len(doors) == 2
    assert all("next=/courses/" in link for link in doors) is ("next" in which)


def test_the_other_choice_on_the_form_shows_its_questions_and_keeps_what_was_typed() -> None:
    browser = Inside()
    page = browser.submit(browser.get("/accounts/signup/?as=patient").form("signup"), **PATIENT, role="educator")
    assert set(TEACHER) <= asked(page)
    assert "error-summary" not in page.text
    assert 'value="x@example.org"' in page.text
    assert 'value="Ximena"' in page.text
    assert PASSWORD not in page.text
    assert not User.objects.exists()
    page = browser.submit(page.form("signup"), role="patient")
    assert set(HOLDER) <= asked(page)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"holder": ""}, "Choose one."),
        ({"holder": "a child of eleven"}, "Choose one of those listed."),
        ({"holder": "guardian"}, "you hold the account for a child"),
        ({"name": ""}, "Fill this in."),
        ({"name": "x" * 121}, "120 characters at most"),
        ({"holder": "guardian", "child_name": "x" * 61}, "60 characters at most"),
        ({"role": "reviewer"}, "Choose one of those listed."),
        ({"role": "admin", "shown": "admin"}, "Choose one of those listed."),
    ],
)
def test_a_patient_is_not_taken_without_saying_who_the_account_is_for(values: dict[str, str], says: str) -> None:
    page = sign_up(**values)
    assert says in page.text
    assert not User.objects.exists()


def test_a_name_may_be_in_any_letters_and_pictures() -> None:
    sign_up(name="سام \U0001f642")
    assert User.objects.get().name == "سام \U0001f642"


def test_a_guardian_holds_the_account_for_a_child_and_no_date_of_birth_is_kept() -> None:
    sign_up(holder="guardian", child_name="Sam", name="Noor")
    user = User.objects.get()
    assert (user.guardian, user.child_name, user.name) == (True, "Sam", "Noor")
    assert user.roles == {Role.PATIENT}
    assert not [field.name for field in User._meta.get_fields() if "birth" in field.name or field.name == "age"]


def test_a_childs_name_is_not_kept_where_the_account_is_ones_own() -> None:
    sign_up(holder="self", child_name="Sam")
    assert User.objects.get().child_name == ""


def test_a_patient_with_a_mistyped_address_starts_again_at_the_patients_questions() -> None:
    browser = Inside()
    page = browser.submit(browser.get("/accounts/signup/?as=patient").form("signup"), **PATIENT)
    assert set(HOLDER) <= asked(browser.submit(page.form("start-again")))


def test_the_account_speaks_the_language_of_the_page() -> None:
    browser = Inside()
    browser.client.cookies["django_language"] = "es"
    browser.submit(browser.get("/accounts/signup/?as=patient").form("signup"), **PATIENT)
    assert User.objects.get().language == "es"


@pytest.mark.parametrize(("holder", "child_name"), [("", ""), ("nobody", "Sam"), ("guardian", "")])
def test_the_service_refuses_a_patient_without_the_declaration(
    make_person: Callable[..., User], holder: str, child_name: str
) -> None:
    user = make_person()
    with pytest.raises(DomainError) as refused, override("en"):
        services.sign_up_patient(user=user, name="Sam", holder=holder, child_name=child_name, now=timezone.now())
    assert (refused.value.code, refused.value.status) == ("who_holds_it", 422)
    assert not user.grants.exists()


def test_a_hand_made_post_takes_no_role_but_the_two_doors() -> None:
    for role in ("admin", "author", "reviewer", "ce_office"):
        values = PATIENT | {"role": role, "shown": role, "profession": "nurse", "credentials": ""}
        Client(enforce_csrf_checks=False).post("/accounts/signup/", values)
        assert not User.objects.exists()


def test_someone_who_holds_two_roles_is_asked_for_the_profile_of_certificates(make_person: Callable[..., User]) -> None:
    both = Inside.of(make_person(Role.PATIENT, Role.EDUCATOR)).get("/me/")
    assert "profession" in {control.name for control in both.form("profile-form").controls}

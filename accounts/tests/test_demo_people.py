"""Demo people outside a demo: a database that was once a demo's lets none of them in, by no door."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.management.commands.load_demo_people import PASSWORD, PEOPLE
from accounts.models import User
from accounts.services import demo_code, demo_secret
from core.errors import DomainError
from tests.inside import Inside

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo_people() -> None:
    call_command("load_demo_people", verbosity=0)


def sign_in(email: str, password: str = PASSWORD) -> Inside:
    browser = Inside()
    browser.submit(browser.get("/accounts/login/").form("/login/"), login=email, password=password)
    return browser


@pytest.mark.parametrize("email", [person[0] for person in PEOPLE] + ["ADMIN@demo.example"])
def test_the_well_known_password_opens_nothing_outside_a_demo(email: str, settings: Any) -> None:
    settings.DEMO = False
    browser = sign_in(email)
    assert browser.page.url.endswith("/accounts/inactive/")
    assert "_auth_user_id" not in browser.client.session
    assert "/accounts/login/" in browser.get("/accounts/2fa/authenticate/").url  # no half-open door is left
    assert "/accounts/login/" in browser.get("/home/").url


def test_in_the_demo_it_does() -> None:
    assert "/home/" in sign_in("educator@demo.example").page.url
    assert "/2fa/authenticate/" in sign_in("admin@demo.example").page.url


def test_others_come_in_outside_a_demo(settings: Any) -> None:
    user = User.objects.get(email="educator@demo.example")
    user.email = "someone@example.org"
    user.save()
    user.emailaddress_set.update(email="someone@example.org")  # type: ignore[attr-defined] # allauth's, untyped
    settings.DEMO = False
    assert "/home/" in sign_in("someone@example.org").page.url


def test_the_door_that_passkeys_and_mailed_links_use_is_shut_as_well(settings: Any) -> None:
    """allauth's perform_login is what a passkey ends in (mfa.webauthn.internal.flows.perform_passwordless_login)."""
    settings.DEMO = False
    request = passkey_request()
    answer = perform_login(request, Login(user=User.objects.get(email="admin@demo.example")))
    assert answer["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in request.session


def passkey_request() -> HttpRequest:
    request = RequestFactory().post("/accounts/2fa/webauthn/login/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    return request


def test_outside_a_demo_the_current_code_is_neither_shown_nor_computed(settings: Any) -> None:
    settings.DEMO = False
    for compute in (demo_code, demo_secret):
        with pytest.raises(DomainError) as refused:
            compute("admin@demo.example")
        assert refused.value.code == "demo_only"
    page = Inside().get("/accounts/login/")
    assert page.status == 200
    assert PASSWORD not in page.text
    assert "demo.example" not in page.text

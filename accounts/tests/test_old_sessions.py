"""What a session may that knew the password alone, or was left open: nothing of staff's, nothing of the sign-in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.db import transaction
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import Role, User
from accounts.services import sessions
from accounts.tests.test_second_factor import PASSWORD, SECRET, add_app, code_of, sign_in, with_password
from edu.second_factor import WAYS_IN
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


@pytest.fixture(autouse=True)
def _commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests roll back, so nothing commits; what allauth leaves for after the commit is done at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_options: act())


@pytest.fixture
def admin(make_person: Make) -> User:
    return with_password(make_person(Role.ADMIN))


def signed_in(user: User) -> Inside:
    browser = Inside()
    sign_in(user, browser)
    return browser


def second_factor_pages() -> list[str]:
    """Every address of allauth's that shows or changes a second factor, but those where it is proved."""
    names = {str(name) for name in get_resolver().reverse_dict if str(name).startswith("mfa_")} - WAYS_IN
    assert {"mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_remove_webauthn"} <= names
    return sorted(map(_address, names))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, kwargs={"pk": 1})


def test_with_the_first_factor_every_other_session_of_the_account_ends(admin: User) -> None:
    old, good = signed_in(admin), signed_in(admin)
    assert "First, a second factor." in old.get("/people/").text
    add_app(good)
    assert good.get("/people/").status == 200
    assert "/login/" in old.get("/people/").url
    assert "/login/" in old.get("/accounts/2fa/recovery-codes/").url


def test_a_session_that_proved_no_factor_reads_no_staff_page(admin: User) -> None:
    old = signed_in(admin)
    TOTP.activate(admin, SECRET)
    for path in ("/people/", f"/people/{admin.pk}/", "/people/audit/", "/admin/", "/admin/accounts/user/"):
        assert old.get(path).url.endswith("/second-factor/"), path
        assert admin.email not in old.page.text.replace(f"mailto:{admin.email}", ""), path


def test_a_session_that_proved_no_factor_neither_sees_nor_changes_the_factor(admin: User) -> None:
    old = signed_in(admin)
    TOTP.activate(admin, SECRET)
    RecoveryCodes.activate(admin)
    before = list(Authenticator.objects.order_by("pk").values("pk", "type", "data"))
    old.client.handler.enforce_csrf_checks = False
    for path in [*second_factor_pages(), "/accounts/reauthenticate/"]:
        assert old.client.get(path).headers.get("Location") == "/second-factor/", path
        assert old.client.post(path, {"password": PASSWORD}).headers.get("Location") == "/second-factor/", path
    assert list(Authenticator.objects.order_by("pk").values("pk", "type", "data")) == before


def test_it_proves_the_factor_and_then_may(admin: User) -> None:
    old = signed_in(admin)
    TOTP.activate(admin, SECRET)
    page = old.get("/accounts/2fa/reauthenticate/")
    old.submit(page.form("/2fa/reauthenticate/"), code=code_of(SECRET))
    assert old.get("/people/").status == 200
    assert old.get("/accounts/2fa/").url.endswith("/accounts/2fa/")


def test_a_factor_that_is_gone_proves_nothing_for_the_next_one(admin: User) -> None:
    """Staff whose factor was reset set up another; the session that knew the first has to prove that one."""
    browser = signed_in(admin)
    add_app(browser)
    assert browser.get("/people/").status == 200
    Authenticator.objects.filter(user=admin).delete()
    TOTP.activate(admin, SECRET)
    assert browser.get("/people/").url.endswith("/second-factor/")


def test_moving_the_account_to_another_address_asks_for_the_password_again(make_educator: Make) -> None:
    person = with_password(make_educator())
    browser = signed_in(person)
    page = browser.get("/accounts/email/")
    page = browser.submit(page.form("/email/"), email="wren.new@example.org", action_add="")
    assert "/reauthenticate/" in page.url
    page = browser.submit(page.form("/reauthenticate/"), password="not the password")
    assert mail.outbox == []
    page = browser.submit(page.form("/reauthenticate/"), password=PASSWORD)
    assert "/confirm-email/" in page.url
    assert mail.outbox[-1].to == ["wren.new@example.org"]


def test_ending_someones_sessions_ends_nobody_elses(make_educator: Make) -> None:
    """Sessions name the address somebody signed in with, and the shorter one here is the end of the longer."""
    smith, anna = (renamed(make_educator(), name) for name in ("smith@example.org", "annasmith@example.org"))
    theirs, others = signed_in(smith), signed_in(anna)
    assert sessions.end(smith, addresses=["SMITH@example.org"]) == 1
    for browser, ended in ((theirs, True), (others, False)):
        assert ("/login/" in browser.get("/home/").url) is ended


def renamed(user: User, email: str) -> User:
    user.email = email
    return with_password(user)

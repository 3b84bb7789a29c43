"""The second factor without JavaScript: an app's codes, recovery codes, the gate of staff, the demo, a reset."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import STAFF, Role, User
from accounts.services import demo_code, demo_people, demo_secret, reset_second_factor
from core.errors import DomainError
from core.models import AuditEntry
from edu.browser import Page
from tests.inside import Inside

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-and-quiet-word"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests roll back, so nothing commits; what allauth leaves for after the commit is done at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_options: act())


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


@pytest.fixture
def person(make_person: Callable[..., User]) -> User:
    return with_password(make_person(Role.EDUCATOR, name="Wren Walker"))


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(user: User, browser: Inside | None = None) -> Page:
    browser = browser or Inside()
    return browser.submit(browser.get("/accounts/login/").form("/login/"), login=user.email, password=PASSWORD)


def secret_on(page: Page) -> str:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert found
    return found[1].replace(" ", "")


def add_app(browser: Inside) -> tuple[str, Page]:
    """Add an app; returns its secret and the page that follows."""
    page = browser.get("/accounts/2fa/totp/activate/")
    if "/reauthenticate/" in page.url:
        page = browser.submit(page.form("/reauthenticate/"), password=PASSWORD)
    secret = secret_on(page)
    return secret, browser.submit(page.form("/totp/activate/"), code=code_of(secret))


def test_an_app_is_added_and_from_then_on_asked_for(person: User) -> None:
    browser = Inside()
    sign_in(person, browser)
    secret, page = add_app(browser)
    assert "Recovery codes" in page.text
    assert "10 of 10 are left" in page.text
    assert "An app was added" in mail.outbox[-1].subject
    assert "From now on you are asked for a code" in str(mail.outbox[-1].body)
    cache.clear()  # else the code just shown counts as used
    other = Inside()
    page = sign_in(person, other)
    assert "/2fa/authenticate/" in page.url
    assert "/home/" not in other.get("/home/").url
    page = other.get("/accounts/2fa/authenticate/")
    wrong = other.submit(page.form("/2fa/authenticate/"), code="000000")
    assert "This code does not fit." in wrong.text
    assert 'class="error-summary"' in wrong.text
    page = other.submit(wrong.form("/2fa/authenticate/"), code=code_of(secret))
    assert page.url.endswith("/home/")


def test_a_code_works_once(person: User) -> None:
    TOTP.activate(person, SECRET)
    code = code_of(SECRET)
    for answer in ("/home/", "/2fa/authenticate/"):
        browser = Inside()
        page = browser.submit(sign_in(person, browser).form("/2fa/authenticate/"), code=code)
        assert answer in page.url


def test_a_recovery_code_goes_into_the_same_field_and_works_once(person: User) -> None:
    TOTP.activate(person, SECRET)
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    for answer in ("/home/", "/2fa/authenticate/"):
        browser = Inside()
        page = sign_in(person, browser)
        assert "recovery codes into the same field" in page.text
        assert answer in browser.submit(page.form("/2fa/authenticate/"), code=code).url


def test_after_five_wrong_codes_the_page_says_how_long_to_wait(person: User) -> None:
    TOTP.activate(person, SECRET)
    browser = Inside()
    page = sign_in(person, browser)
    for _time in range(6):
        page = browser.submit(page.form("/2fa/authenticate/"), code="000000")
    assert "Wait five minutes, then try again." in page.text
    right = browser.submit(page.form("/2fa/authenticate/"), code=code_of(SECRET))
    assert "/2fa/authenticate/" in right.url


def test_too_many_tries_of_the_password_again_end_on_a_page_in_plain_words(person: User) -> None:
    browser = Inside()
    sign_in(person, browser)
    page = browser.get("/accounts/reauthenticate/")
    for _time in range(11):
        page = browser.submit(page.form("/reauthenticate/"), password="wrong") if page.forms[1:] else page
    assert page.status == 429
    assert "Wait five minutes" in page.text
    assert "429" not in page.text


def test_recovery_codes_can_be_seen_kept_and_made_anew(person: User) -> None:
    browser = Inside()
    sign_in(person, browser)
    _secret, page = add_app(browser)
    codes = re.findall(r"<li><code>(\d+)</code>", page.text)
    assert len(codes) == 10
    kept = browser.get("/accounts/2fa/recovery-codes/download/").text
    assert all(code in kept for code in codes)
    assert "Each works once" in kept
    page = browser.get("/accounts/2fa/recovery-codes/generate/")
    assert "stop working" in page.text
    page = browser.submit(page.form("/generate/"))
    assert not set(codes) & set(re.findall(r"<li><code>(\d+)</code>", page.text))


def test_the_app_is_removed_after_a_question_and_a_mail_says_so(person: User) -> None:
    browser = Inside()
    sign_in(person, browser)
    add_app(browser)
    page = browser.get("/accounts/2fa/totp/deactivate/")
    assert "the password alone signs you in" in page.text
    page = browser.submit(page.form("/deactivate/"))
    assert "The app is removed." in page.text
    assert "The app was removed" in mail.outbox[-1].subject
    assert not Authenticator.objects.exists()
    assert sign_in(person).url.endswith("/home/")


def test_a_change_stands_while_the_mail_server_is_away(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Inside()
    sign_in(person, browser)

    def away(*_args: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    _secret, page = add_app(browser)
    assert page.status == 200
    assert Authenticator.objects.filter(type="totp").exists()


def test_staff_without_a_second_factor_are_led_to_set_one_up_and_then_in(make_person: Callable[..., User]) -> None:
    admin = with_password(make_person(Role.ADMIN))
    browser = Inside()
    sign_in(admin, browser)
    gate = browser.get("/admin/")
    assert "First, a second factor." in gate.text
    assert gate.link("/totp/activate/")
    assert gate.link("/webauthn/add/")
    add_app(browser)
    assert "Your second factor is in place." in browser.get("/second-factor/").text
    assert browser.get("/admin/").url.endswith("/admin/")


def test_the_demos_sign_in_page_shows_the_code_of_now_and_it_opens_the_door() -> None:
    call_command("load_demo_people", verbosity=0)
    browser = Inside()
    page = browser.get("/accounts/login/")
    assert "no-store" in browser.answer["Cache-Control"]
    for who in demo_people():
        assert who.email in page.text
        assert who.code in page.text
        assert bool(who.code) is (who.role in STAFF)
        assert 1 <= who.seconds <= 30
    page = browser.submit(page.form("/login/"), login="author@demo.example", password="basal-demo-2026")
    assert demo_code("author@demo.example") in page.text
    assert "Reload the page for the next one" in page.text
    assert "no-store" in browser.answer["Cache-Control"]


def test_outside_the_demo_nothing_of_it_is_on_any_page(settings: Any, make_person: Callable[..., User]) -> None:
    call_command("load_demo_people", verbosity=0)
    settings.DEMO = False
    browser, author = Inside(), with_password(make_person(Role.AUTHOR))
    TOTP.activate(author, SECRET)
    page = browser.get("/accounts/login/")
    assert "demo" not in page.text.lower()
    page = browser.submit(page.form("/login/"), login=author.email, password=PASSWORD)
    assert "/2fa/authenticate/" in page.url
    assert "Demo" not in page.text
    assert "demo-code" not in page.text
    assert demo_people() == []
    for secret in (demo_secret, demo_code):
        with pytest.raises(DomainError):
            secret("author@demo.example")


def test_someone_who_is_no_demo_person_is_shown_no_code(person: User) -> None:
    TOTP.activate(person, SECRET)
    assert "demo-code" not in sign_in(person).text


def test_a_reset_takes_every_factor_ends_every_session_and_is_noted(
    make_person: Callable[..., User], person: User
) -> None:
    admin, lost = make_person(Role.ADMIN), with_password(make_person(Role.AUTHOR))
    TOTP.activate(lost, SECRET)
    RecoveryCodes.activate(lost)
    inside, other = Inside.of(lost), Inside.of(person)
    assert "/login/" not in inside.get("/me/").url
    reset_second_factor(user=lost, reset_by=admin, now=timezone.now())
    assert not Authenticator.objects.filter(user=lost).exists()
    assert "/login/" in inside.get("/me/").url
    assert "/login/" not in other.get("/me/").url
    entry = AuditEntry.objects.get(action="second_factor.reset")
    assert (entry.actor, entry.target) == (admin.pk, f"user:{lost.pk}")
    assert entry.detail == {"removed": ["recovery_codes", "totp"], "sessions": 1}
    assert lost.email not in str(entry.detail)
    assert "/2fa/" not in sign_in(lost).url


def test_nobody_resets_their_own(make_person: Callable[..., User]) -> None:
    admin = make_person(Role.ADMIN)
    with pytest.raises(DomainError):
        reset_second_factor(user=admin, reset_by=admin, now=timezone.now())


def test_the_code_of_the_demo_changes_with_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    first = demo_code("author@demo.example")
    monkeypatch.setattr(time, "time", lambda: now + 60)
    assert demo_code("author@demo.example") != first


PAGES = ["email/", "password/change/", "logout/", "2fa/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/totp/activate/"]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_around_the_account_speak_as_the_house_does(person: User, path: str) -> None:
    page = Inside.of(person).get(f"/accounts/{path}")
    assert page.status == 200
    for theirs in ("Two-Factor", "Are you sure", "Authenticator App", "Security Key", "sign out?", "Email Address"):
        assert theirs not in page.text


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_mail(person: User) -> None:
    browser = Inside()
    page = browser.submit(browser.get("/accounts/password/reset/").form("/reset/"), email=person.email)
    assert "Look into your mail" in page.text
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert found
    page = browser.get(found[1])
    page = browser.submit(page.form("/password/reset/key/"), password1=PASSWORD * 2, password2=PASSWORD * 2)
    assert "The new password is set" in page.text
    assert "This link is used up" in browser.get(found[1]).text
    assert "by the link we had sent you" in str(mail.outbox[-1].body)

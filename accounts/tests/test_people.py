"""People: sign-up, sign-in, profile, licences, roles, the demo people, and an admin who only looks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import STAFF, Licence, Profession, Role, User
from accounts.services import demo_code, grant, revoke
from edu.browser import Form, Page
from edu.settings import base
from tests.inside import Inside

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-and-quiet-word"
NEW = {
    "name": "Wren Walker",
    "profession": "nurse",
    "credentials": "RN",
    "email": "wren@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def sign_up(browser: Inside, **values: str) -> Page:
    return browser.submit(browser.get("/accounts/signup/?as=educator").form("signup"), **(NEW | values))


def code() -> str:
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def test_an_educator_signs_up_confirms_the_address_and_is_at_home() -> None:
    browser = Inside()
    page = sign_up(browser)
    assert "newest holds your code" in page.text  # the page says where the demo's mail lies
    home = browser.submit(page.form("confirm-email"), code=code())
    assert home.url.endswith("/home/")
    user = User.objects.get(email="wren@example.org")
    assert (user.name, user.profession, user.credentials) == ("Wren Walker", Profession.NURSE, "RN")
    assert user.roles == {Role.EDUCATOR}


def test_the_mail_speaks_of_basal_and_not_of_an_address() -> None:
    sign_up(Inside())
    message = mail.outbox[-1]
    assert message.subject == "Basal: Your code"
    assert "Basal" in str(message.body)
    assert "testserver" not in str(message.body)


def test_passwords_are_kept_with_argon2() -> None:
    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_nobody_is_in_before_the_address_is_confirmed() -> None:
    browser = Inside()
    page = sign_up(browser)
    assert "/home/" not in browser.get("/home/").url
    wrong = browser.submit(page.form("confirm-email"), code="AAAA-BBBB")
    assert "error" in wrong.text
    assert "/home/" not in browser.get("/home/").url


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Fill this in."),
        ("name", "Wren \U0001f642", "We cannot print"),
        ("credentials", "RN \U0001f642", "We cannot print"),
        ("profession", "", "Choose one."),
        ("email", "no-address", "Write the whole address"),
        ("password2", "another word", "The two passwords differ"),
        ("password1", "short", "at least 8"),
    ],
)
def test_a_sign_up_that_cannot_be_taken_says_why_and_keeps_what_was_typed(field: str, value: str, says: str) -> None:
    browser = Inside()
    page = sign_up(browser, **{field: value})
    assert says in page.text
    assert 'class="error-summary"' in page.text
    assert "wren@example.org" in page.text or field == "email"
    assert not User.objects.filter(email="wren@example.org").exists()


def test_one_address_is_one_account_in_any_case(make_educator: Callable[..., User]) -> None:
    user = make_educator()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(user.email.upper())


def test_signing_up_with_a_known_address_does_not_tell_that_it_is_known(educator: User) -> None:
    page = sign_up(Inside(), email=educator.email)
    fresh = sign_up(Inside(), email="unknown@example.org")
    assert User.objects.filter(email=educator.email).count() == 1
    said, said_to_fresh = (re.sub(r'value="\w{64}"', "", one.text) for one in (page, fresh))
    assert said.replace(educator.email, "…") == said_to_fresh.replace("unknown@example.org", "…")


def test_a_known_address_costs_a_password_hash_too(educator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("accounts.forms.make_password", hashed.append)
    sign_up(Inside(), email=educator.email)
    assert len(hashed) == 1


def test_a_mistyped_address_is_mended_by_signing_up_again() -> None:
    browser = Inside()
    page = sign_up(browser, email="wrne@example.org")
    page = browser.submit(browser.submit(page.form("start-again")).form("signup"), **NEW)
    home = browser.submit(page.form("confirm-email"), code=code())
    assert home.url.endswith("/home/")
    assert User.objects.get(email=NEW["email"]).last_login


def test_signing_in_wrongly_says_so_without_saying_which_part(educator: User) -> None:
    browser = Inside()
    page = browser.submit(browser.get("/accounts/login/").form("/login/"), login=educator.email, password="wrong")
    unknown = browser.submit(browser.get("/accounts/login/").form("/login/"), login="no@example.org", password="wrong")
    wrong = "This address and this password do not belong together."
    assert wrong in page.text
    assert wrong in unknown.text


def test_sign_in_leads_back_to_where_someone_wanted_to_go(educator: User) -> None:
    educator.set_password(PASSWORD)
    educator.save()
    educator.emailaddress_set.create(email=educator.email, verified=True, primary=True)  # type: ignore[attr-defined] # allauth's
    browser = Inside()
    page = browser.get("/transcript/")
    back = browser.submit(page.form("/login/"), login=educator.email, password=PASSWORD)
    assert back.url.endswith("/transcript/")


def test_the_profile_changes_what_later_certificates_say(browser: Inside, educator: User) -> None:
    page = browser.submit(browser.get("/me/").form("/me/"), name="  Wren   Q. Walker ", credentials="MSN")
    assert "Saved." in page.text
    educator.refresh_from_db()
    assert (educator.name, educator.credentials) == ("Wren Q. Walker", "MSN")
    refused = browser.submit(page.form("/me/"), name="Wren \U0001f642")
    assert refused.status == 422
    assert "\U0001f642" in refused.text


def licence_form(page: Page) -> Form:
    return next(form for form in page.forms if form.action == "/me/licences/")


def test_licences_are_listed_once_and_removed_by_their_owner_only(
    browser: Inside, educator: User, make_educator: Callable[..., User]
) -> None:
    form = licence_form(browser.get("/me/"))
    values = {"kind": "RN", "jurisdiction": "Oregon", "number": "12345", "expires_on": "2028-01-31"}
    assert "Licence listed." in browser.submit(form, **values).text
    again = browser.submit(licence_form(browser.page), **values)
    assert again.status == 422
    assert "already in your list" in again.text
    assert Licence.objects.count() == 1
    licence = Licence.objects.get()
    other = Inside.of(make_educator())
    theft = licence_form(other.get("/me/"))
    theft.action = f"/me/licences/{licence.pk}/remove/"
    assert other.submit(theft).status == 404
    browser.submit(browser.get("/me/").form("/remove/"))
    assert not Licence.objects.exists()


def test_the_twenty_first_licence_is_refused_in_words(browser: Inside, educator: User) -> None:
    for number in range(20):
        Licence.objects.create(user=educator, kind="RN", jurisdiction="Oregon", number=str(number))
    page = browser.submit(licence_form(browser.get("/me/")), kind="RN", jurisdiction="Oregon", number="21")
    assert page.status == 422
    assert "You can list 20 licences." in page.text


def test_a_role_is_granted_once_revoked_and_granted_again_as_a_new_row(educator: User) -> None:
    now = timezone.now()
    first = grant(user=educator, role=Role.AUTHOR, granted_by=None, now=now)
    assert grant(user=educator, role=Role.AUTHOR, granted_by=None, now=now) == first
    revoke(user=educator, role=Role.AUTHOR, revoked_by=educator, now=now)
    assert not educator.holds(Role.AUTHOR)
    assert grant(user=educator, role=Role.AUTHOR, granted_by=None, now=now) != first
    assert educator.holds(Role.AUTHOR)


def test_the_demo_people_can_sign_in_are_visibly_demo_and_are_made_once() -> None:
    for _time in range(2):
        call_command("load_demo_people", verbosity=0)
    people = {user.email: set(user.roles) for user in User.objects.filter(email__endswith="@demo.example")}
    assert people == {f"{role.value.replace('_', '')}@demo.example": {role} for role in Role}
    assert all("(demo)" in user.name for user in User.objects.filter(email__endswith="@demo.example"))
    for email, (role,) in people.items():
        browser = Inside()
        form = browser.get("/accounts/login/").form("/login/")
        page = browser.submit(form, login=email, password="basal-demo-2026")
        if role in STAFF:
            assert "/2fa/" in page.url
            page = browser.submit(page.form("/2fa/authenticate/"), code=demo_code(email))
        assert "/accounts/" not in page.url, email


def test_demo_people_are_refused_in_production(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined] # the fixture has no type
    with pytest.raises(CommandError):
        call_command("load_demo_people", verbosity=0)


ADMIN_PAGES = ["/admin/", "/admin/accounts/user/", "/admin/accounts/rolegrant/", "/admin/core/outboxrow/"]


@pytest.mark.parametrize("path", ADMIN_PAGES)
@pytest.mark.parametrize("role", [None, *[role for role in Role if role != Role.ADMIN]])
def test_the_admin_site_opens_to_the_admin_role_only(educator: User, path: str, role: Role | None) -> None:
    if role:
        grant(user=educator, role=role, granted_by=None, now=timezone.now())
    assert Inside.of(educator).get(path).status == 404


def test_the_admin_site_has_no_sign_in_of_its_own(educator: User) -> None:
    answer = Inside().client.get("/admin/core/outboxrow/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")
    posted = Client(enforce_csrf_checks=False).post(
        "/admin/login/", {"username": educator.email, "password": "whatever"}
    )
    assert (posted.status_code, posted["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_the_admin_looks_and_changes_nothing(educator: User) -> None:
    grant(user=educator, role=Role.ADMIN, granted_by=None, now=timezone.now())
    browser = Inside.of(educator)
    for secret in ("/admin/mfa/authenticator/", "/admin/account/emailaddress/", "/admin/auth/group/"):
        assert browser.get(secret).status == 404
    for path in ADMIN_PAGES:
        assert browser.get(path).status == 200
    assert browser.get("/admin/accounts/user/add/").status == 403
    page = browser.get(f"/admin/accounts/user/{educator.pk}/change/")
    assert page.status == 200
    assert "argon2" not in page.text
    assert educator.password not in page.text
    assert not [control for form in page.forms for control in form.controls if control.name == "_save"]


def test_sign_up_follows_the_reader_through_to_the_course(educator: User) -> None:
    page = Inside().get("/courses/pump-rationale/")
    assert [link for link in page.links if link.startswith("/accounts/signup/?as=educator&next=/courses/")]

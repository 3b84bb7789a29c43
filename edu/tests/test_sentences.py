"""Every form speaks the house's words: what to do, in the reader's language; none of Django's or allauth's own."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.core import mail
from django.forms import fields, models
from django.utils.translation import gettext, override

from accounts.models import Role, User
from edu.browser import Page
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
PASSWORD = "a-long-and-quiet-word"
# The beginnings of what the libraries would say.
THEIRS = (
    "This field is required.",
    "Enter a valid email address.",
    "Enter a valid date.",
    "Enter a whole number.",
    "This password is too common.",
    "You must type the same password each time.",
    "The email address and/or password you specified are not correct.",
    "Please type your current password.",
    "Null characters are not allowed.",
)
HOUSE = {"en": ("Fill this in.", "Choose one."), "es": ("Complete este campo.", "Elija una opción.")}


def spoken_by_others(page: Page, language: str) -> list[str]:
    with override(language):
        return [words for words in map(gettext, THEIRS) if words in unescape(page.text)]


def sent_empty(browser: Inside, path: str, form: str) -> Page:
    """The form with nothing in it, whatever stood in it before."""
    found = browser.get(path).form(form)
    return browser.send(
        found, {control.name: "" for control in found.controls if control.name != "csrfmiddlewaretoken"}
    )


FORMS = {
    "/accounts/login/": ("/login/", None),
    "/accounts/signup/?as=educator": ("signup", None),
    "/accounts/signup/?as=patient": ("signup", None),
    "/accounts/password/reset/": ("/password/reset/", None),
    "/contact/": ("letter-form", None),
    "/complaints/": ("letter-form", None),
    "/verify/": ("/verify/", None),
    "/me/": ("profile-form", Role.EDUCATOR),
    "/me/licences/": ("/me/licences/", Role.EDUCATOR),
    "/me/delete/": ("/me/delete/", Role.EDUCATOR),
    "/bank/new/": ("new-item", Role.AUTHOR),
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", FORMS)
def test_a_form_sent_empty_says_what_to_do(make_person: Make, path: str, language: str) -> None:
    form, role = FORMS[path]
    browser = Inside.of(make_person(role)) if role else Inside()
    browser.client.cookies["django_language"] = language
    shown = path.replace("licences/", "")
    page = sent_empty(browser, shown, form)
    assert spoken_by_others(page, language) == []
    assert any(words in unescape(page.text) for words in (*HOUSE[language], "Type the word", "Escriba solo la palabra"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"email": "no address"}, ["Write the whole address, as in name@example.org."]),
        ({"name": "x" * 121}, ["Make it shorter: 120 characters at most, it has 121."]),
        ({"profession": "wizard"}, ["Choose one of those listed."]),
        ({"password1": "short", "password2": "short"}, ["Make it longer: at least 8 characters."]),
        ({"password1": "password1", "password2": "password1"}, ["Many people use this one"]),
        ({"password1": "wren@example.org", "password2": "wren@example.org"}, ["too much like your e-mail address"]),
        ({"password1": "a-long-and-quiet-word", "password2": "another"}, ["The two passwords differ."]),
        ({"password1": "password1", "password2": "other"}, ["Many people use this one", "The two passwords differ."]),
    ],
)
def test_what_does_not_fit_is_said_in_the_houses_words(values: dict[str, str], says: list[str]) -> None:
    new = {"name": "Wren", "profession": "nurse", "email": "wren@example.org"}
    new |= {"password1": PASSWORD, "password2": PASSWORD} | values
    browser = Inside()
    page = browser.submit(browser.get("/accounts/signup/?as=educator").form("signup"), **new)
    assert page.status != 302
    for words in says:
        assert words in unescape(page.text)
    assert spoken_by_others(page, "en") == []
    assert not User.objects.exists()


def test_a_changed_password_that_is_weak_and_differs_is_told_both(make_person: Make) -> None:
    user = make_person(Role.EDUCATOR)
    user.set_password(PASSWORD)
    user.save()
    browser = Inside.of_password(user)
    page = browser.get("/accounts/password/change/")
    page = browser.submit(page.form("/password/change/"), oldpassword=PASSWORD, password1="password1", password2="x")
    assert "Many people use this one" in page.text
    assert "The two passwords differ." in page.text
    page = browser.submit(page.form("/password/change/"), oldpassword="no", password1=PASSWORD, password2=PASSWORD)
    assert "This is not your password of today." in page.text


def test_a_forgotten_password_is_replaced_in_the_same_words(make_person: Make) -> None:
    user = make_person(Role.EDUCATOR)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)  # type: ignore[attr-defined] # allauth's
    browser = Inside()
    browser.submit(browser.get("/accounts/password/reset/").form("/password/reset/"), email=user.email)
    link = next(word for word in str(mail.outbox[-1].body).split() if "/password/reset/key/" in word)
    page = browser.get(link.replace("http://127.0.0.1:8000", "").replace("http://testserver", ""))
    page = browser.submit(page.form("/password/reset/key/"), password1="password1", password2="x")
    assert "Many people use this one" in page.text
    assert "The two passwords differ." in page.text


def test_every_kind_of_field_that_says_it_is_required_says_so_in_the_houses_words() -> None:
    for module in (fields, models):
        for name in module.__all__:
            kind = getattr(module, name)
            said = vars(kind).get("default_error_messages", {}) if isinstance(kind, type) else {}
            assert "This field is required." not in map(str, said.values()), name

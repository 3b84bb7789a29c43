"""On paper, in forced colours, with motion, as whoever reads otherwise meets it; and passkeys, which need a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role, User
from courses.selectors import published
from courses.services import enrol
from tests.browser.conftest import Looker
from tests.browser.gallery import View
from tests.browser.gallery_house import PASSWORD
from tests.browser.test_pages import MOVING
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db(transaction=True)

SPELLED = """() => [...document.querySelectorAll("main a[href^=http]")]
    .map(each => getComputedStyle(each, "::after").content)"""
GUIDE = View("styleguide", "/styleguide/")


def test_a_printed_lesson_spells_its_links_and_opens_what_is_folded(looker: Looker, educator: User) -> None:
    version = published(COURSE)
    assert version is not None
    enrol(user=educator, version=version, now=timezone.now())
    view = View("printed", f"/courses/{COURSE}/side-by-side/", Inside.of(educator))
    page = looker.open(looker.context(view), view)
    page.emulate_media(media="print")
    spelled = page.evaluate(SPELLED)
    assert spelled
    assert all("https://" in each for each in spelled)
    assert page.locator(".figure table").first.is_visible()
    assert "p-lines" in page.evaluate("getComputedStyle(document.querySelector('.tint-insulin')).fill")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_the_wish_for_less_motion_the_alarm_does_move(looker: Looker) -> None:
    """Else that no page moves would say nothing."""
    assert looker.open(looker.context(), GUIDE).evaluate(MOVING)


def test_in_forced_colours_a_choice_made_and_a_button_still_have_an_edge(looker: Looker) -> None:
    page = looker.open(looker.context(forced_colors="active"), GUIDE)
    edges = """what => [...document.querySelectorAll(what)].map(each => getComputedStyle(each))
        .filter(style => style.borderStyle == "none" && style.outlineStyle == "none").length"""
    for what in (".button:not(.quiet)", ".choice", ".card", ".alert", ".pump-alarm", ".badge", ".door", ".toast"):
        assert page.locator(what).count(), what
        assert page.evaluate(edges, what) == 0, what
    assert page.evaluate("getComputedStyle(document.querySelector('.choice.chosen')).outlineStyle") == "solid"


@pytest.fixture
def keyed(chromium: Browser, live_server: Any, make_person: Callable[..., User]) -> Page:
    """A page with a virtual key that answers for its owner, at the sign-in, and someone of the staff to use it."""
    user = make_person(Role.EDUCATOR, name="Kim Keyed")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    # A passkey belongs to a name: 127.0.0.1 has none.
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    _plug_in(page)
    page.goto("/accounts/login/")
    _sign_in(page, user)
    return page


def _plug_in(page: Page) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})


def _sign_in(page: Page, user: User) -> None:
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _add_passkey(page: Page, *, alone: bool) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.fill("[name=name]", "The grey phone")
    if alone:
        page.get_by_label("Sign in with it alone, without the password").check()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added.")


def test_a_passkey_is_added_and_is_the_second_step_of_the_next_sign_in(keyed: Page) -> None:
    _add_passkey(keyed, alone=False)
    user = Authenticator.objects.get(type="webauthn").user
    keyed.get_by_role("button", name="Sign out").click()
    keyed.goto("/accounts/login/")
    _sign_in(keyed, user)
    expect(keyed.get_by_role("heading", level=1)).to_contain_text("second factor")
    keyed.get_by_role("button", name="Use a passkey").click()
    keyed.wait_for_url("**/home/")
    keyed.goto("/accounts/2fa/webauthn/")
    expect(keyed.locator(".rows")).to_contain_text("The grey phone")
    expect(keyed.locator(".rows")).to_contain_text("Last used")


def test_a_passkey_alone_signs_in_without_the_password(keyed: Page) -> None:
    _add_passkey(keyed, alone=True)
    keyed.get_by_role("button", name="Sign out").click()
    keyed.goto("/accounts/login/")
    keyed.get_by_role("button", name="Sign in with a passkey").click()
    keyed.wait_for_url("**/home/")


def test_a_passkey_that_is_not_there_is_told_on_the_page(chromium: Browser, live_server: Any) -> None:
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    _plug_in(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used.")
    assert said == []


def test_passkey_buttons_are_there_with_javascript_only(looker: Looker) -> None:
    view = View("sign-in", "/accounts/login/")
    for enabled in (True, False):
        context = looker.context(view, java_script_enabled=enabled)
        page = looker.open(context, view)
        assert page.locator("#passkey_login").is_visible() is enabled
        context.close()

"""Views for the gallery: the style guide, what goes wrong, the second factor in every state, very long names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import demo_secret, grant
from certificates.models import Award
from core import glyphs
from tests.inside import Inside

if TYPE_CHECKING:
    from tests.browser.gallery import Act, Gallery

PASSWORD = "a-long-and-quiet-word"
LONG_NAMES = {
    "unbroken": "Wolfeschlegelsteinhausenbergerdorff" * 3 + "Wolfeschlegelst",
    "arabic": "عبد الرحمن بن محمد بن عبد الله الأنصاري القرطبي " * 2 + "المعروف بالحكيم",
    "cjk": "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処",
}


class HouseViews:
    """Adds them to a gallery under construction."""

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self.add_view = gallery._add

    def add(self) -> None:
        """The style guide, what goes wrong, the second factor in every state, and very long names."""
        self.add_view("styleguide", "/styleguide/")
        self.add_view("error-500", "/courses/", act=_broken)
        self.add_view("error-503", "/courses/", act=_upgrading)
        self.add_view("catalogue-empty", "/courses/", act=_nothing_published)
        self.add_view("error-stale-form", "/accounts/login/", act=_stale)
        for name, path in {"password-reset-sent": "done", "password-reset-used-up": "key/1-no-such-key"}.items():
            self.add_view(name, f"/accounts/password/reset/{path}/")
        new = self._with_password(Role.AUTHOR, name="Nadia New")
        self.add_view("gate-first", "/second-factor/", Inside.of_password(new))
        self.add_view("security-none", "/accounts/2fa/", Inside.of_password(new))
        self.add_view("security-is-it-you", "/accounts/2fa/totp/activate/", Inside.of_password(new))
        self.add_view("security-app", "/accounts/2fa/totp/activate/", Inside.of_password(new), _again)
        self.add_view("security-app-wrong", "/accounts/2fa/totp/activate/", Inside.of_password(new), _wrong_app)
        self.add_view("security-passkeys-empty", "/accounts/2fa/webauthn/", Inside.of_password(new))
        self.add_view("security-passkey-add", "/accounts/2fa/webauthn/add/", Inside.of_password(new), _again)
        self.add_view("security-password", "/accounts/password/change/", Inside.of_password(new), _refused)
        moving = self._with_password(name="Mo Moving")
        EmailAddress.objects.create(user=moving, email=f"new-{moving.email}", verified=False)
        EmailAddress.objects.create(user=moving, email=f"{'long-' * 12}{moving.email}", verified=True)
        self.add_view("security-addresses", "/accounts/email/", Inside.of(moving))
        self.add_view("security-app-unconfirmed", "/accounts/2fa/totp/activate/", Inside.of(moving))
        self._with_factors()
        self._long_names()

    def _with_password(self, *roles: Role, name: str) -> User:
        user = self.gallery.make(name=name)
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for role in roles:
            grant(user=user, role=role, granted_by=None, now=timezone.now())
        return user

    def _with_factors(self) -> None:
        user = self._with_password(Role.CE_OFFICE, name="Sefa Secured")
        user.email = "ceoffice@demo.example"
        user.save()
        EmailAddress.objects.filter(user=user).update(email=user.email)
        TOTP.activate(user, demo_secret(user.email))
        RecoveryCodes.activate(user)
        # A registration as Chromium's virtual key answers it.
        credential = json.loads(Path(__file__).with_name("passkey.json").read_text())
        _long, key = (
            Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": credential})
            for name in ("K" * 60, "The grey phone")
        )
        who = Inside.of(user)
        self.add_view("gate-proved", "/second-factor/", who)
        self.add_view("gate-once-more", "/second-factor/", Inside.of_password(user))
        self.add_view("security-all", "/accounts/2fa/", who)
        self.add_view("security-codes", "/accounts/2fa/recovery-codes/", who, _again)
        self.add_view("security-codes-new", "/accounts/2fa/recovery-codes/generate/", who, _again)
        self.add_view("security-is-it-you-code", "/accounts/2fa/reauthenticate/", who)
        self.add_view("security-is-it-you-passkey", "/accounts/2fa/webauthn/reauthenticate/", who)
        self.add_view("security-app-remove", "/accounts/2fa/totp/deactivate/", who, _again)
        self.add_view("security-passkeys", "/accounts/2fa/webauthn/", who, _again)
        self.add_view("security-passkey-rename", f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", who, _again)
        self.add_view("security-passkey-remove", f"/accounts/2fa/webauthn/keys/{key.pk}/remove/", who, _again)
        self.add_view("error-403", "/courses/", Inside.of(user), _forbidden)
        self.add_view("sign-in-second-step", "/accounts/login/", act=_first_step(user.email))
        self.add_view("sign-in-wrong-code", "/accounts/login/", act=_first_step(user.email, code="000000"))

    def _long_names(self) -> None:
        """120 letters without a space, and names that run the other way or have no spaces at all."""
        for kind, name in LONG_NAMES.items():
            walk = self.gallery._walk(name)
            walk.read()
            page = walk.take_test(wrong=1)
            self.add_view(f"long-{kind}-result", page.url.removeprefix("http://testserver"), walk.browser)
            if not glyphs.unprintable(name):  # a machine without the fonts of a script refuses its names at the claim
                walk.evaluate_and_claim()
                self.gallery.work_off()
                award = Award.objects.latest("issued_at")
                self.add_view(f"long-{kind}-certificate", f"/certificates/{award.pk}/", walk.browser)
                self.add_view(f"long-{kind}-verify", f"/verify/{award.code_display}/")
            for page_name, path in {"home": "/home/", "profile": "/me/", "transcript": "/transcript/"}.items():
                self.add_view(f"long-{kind}-{page_name}", path, walk.browser)


def _again(page: Any) -> None:
    """Type the password once more where the page asks for it before it shows what was wanted."""
    if page.locator("form[action*='/accounts/reauthenticate/']").count():
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/reauthenticate/" not in url)


def _wrong_app(page: Any) -> None:
    _again(page)
    page.fill("[name=code]", "000000")
    page.locator("main form button[type=submit]").click()
    page.locator(".error-summary").wait_for()


def _first_step(email: str, code: str = "") -> Act:
    """Sign in with the password; then, if there is one, type this code."""

    def act(page: Any) -> None:
        page.fill("[name=login]", email)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form[action*='/login/'] button[type=submit]").first.click()
        page.locator("[name=code]").wait_for()
        if code:
            page.fill("[name=code]", code)
            page.locator("main form[action*='/authenticate/'] button[type=submit]").first.click()
            page.locator(".error-summary").wait_for()

    return act


def _broken(page: Any) -> None:
    with mock.patch("courses.selectors.catalogue", side_effect=ValueError):
        page.reload()


def _forbidden(page: Any) -> None:
    with mock.patch("courses.selectors.catalogue", side_effect=PermissionDenied):
        page.reload()


def _nothing_published(page: Any) -> None:
    with mock.patch("courses.selectors.catalogue", return_value=[]):
        page.reload()


def _upgrading(page: Any) -> None:
    settings.MAINTENANCE_FILE.touch()
    try:
        page.reload()
    finally:
        settings.MAINTENANCE_FILE.unlink()


def _stale(page: Any) -> None:
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    with page.expect_response(lambda response: response.status == 403):
        page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def _refused(page: Any) -> None:
    page.locator("main form button[type=submit]").last.click()
    page.locator(".error-summary").wait_for()

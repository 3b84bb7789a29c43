"""Legal pages, letters and one's own data in every state, for the gallery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import Letter, Role, User
from accounts.services import grant, letters
from certificates.models import Award
from edu import privacy
from edu.privacy.forms import ERASE_WORD
from edu.walk import Walk
from tests.curriculum import COURSE
from tests.inside import Inside

Add = Callable[..., None]
Make = Callable[..., User]
LONG_TEXT = "The second question of the test has two right answers.\n\nPlease look at it: " + "very " * 60 + "kindly."
LONG_SUBJECT = "A code that does not come, however often one asks for it, and what to do about it then"
LONG_ADDRESS = f"{'a-very-long-address.' * 3}wilhelmina@example.org"
PASSWORD = "a-long-and-quiet-word"


def add_privacy(add: Add, make: Make, claimed: Callable[[str], Walk[Inside]]) -> None:
    for name, path in LEGAL.items():
        add(name, path)
    add("contact-errors", "/contact/", act=_send_empty)
    add("complaint-errors", "/complaints/", act=_send_empty)
    add("letter-sent", "/contact/", act=_write_letter)
    _patient(add, make)
    _own_data(add, make, claimed)
    _letters(add, make)


LEGAL = {"privacy": "/privacy/", "terms": "/terms/", "contact": "/contact/", "complaint": "/complaints/"}


def _patient(add: Add, make: Make) -> None:
    """A guardian meets the same pages without a word of certificates."""
    user = make(name="Pat Patient (demo)", guardian=True, child_name="Robin")
    user.grants.live().update(revoked_at=timezone.now())
    grant(user=user, role=Role.PATIENT, granted_by=None, now=timezone.now())
    who = Inside.of(User.objects.get(pk=user.pk))
    for name, path in LEGAL.items():
        add(f"{name}-patient", path, who)
    add("own-letters-empty", "/me/letters/", who)
    add("copy-patient", "/me/copy/", who)
    add("delete-patient", "/me/delete/", who)


def _own_data(add: Add, make: Make, claimed: Callable[[str], Walk[Inside]]) -> None:
    holder = claimed("Adaeze Okonkwo-Lindqvist")
    add("copy", "/me/copy/", holder.browser)
    add("delete", "/me/delete/", holder.browser)
    add("delete-errors", "/me/delete/", holder.browser, _send_empty)
    locked = make(name="Someone With A Password")
    locked.set_password(PASSWORD)
    locked.save()
    add("copy-asks-for-the-password", "/me/copy/", Inside.of(locked))
    add("deleted", "/privacy/", act=_leaving(make))
    claimed("Someone Who Left")
    award = Award.objects.latest("issued_at")
    privacy.erase(user=award.user, now=timezone.now())
    add("verify-name-removed", f"/verify/{award.code_display}/")


def _letters(add: Add, make: Make) -> None:
    writer, office = make(name="Wilhelmina " * 10 + "Ogg"), make(name="Noor Haddad (demo)")
    grant(user=office, role=Role.CE_OFFICE, granted_by=None, now=timezone.now())
    office, now = User.objects.get(pk=office.pk), timezone.now()
    desk = Inside.of(office)
    written = [_letter(writer, number, now - timedelta(days=40 - 8 * number)) for number in range(4)]
    letters.answer(letter=written[2], text=LONG_TEXT, by=office, now=now)
    letters.erase(Letter.objects.filter(pk=written[3].pk), now=now)
    add("letters", "/office/letters/", desk)
    add("letters-answered", "/office/letters/?show=answered", desk)
    for name, letter in (("open", written[0]), ("answered", written[2]), ("removed", written[3])):
        add(f"letter-{name}", f"/office/letters/{letter.pk}/", desk)
    add("letter-errors", f"/office/letters/{written[0].pk}/", desk, _send_empty)
    add("own-letters", "/me/letters/", Inside.of(writer))


def _letter(writer: User, number: int, at: datetime) -> Letter:
    complaint = bool(number % 2)
    return letters.write(
        kind=Letter.Kind.COMPLAINT if complaint else Letter.Kind.CONTACT,
        user=writer if number else None,
        name=writer.name,
        email=LONG_ADDRESS,
        subject="" if complaint else LONG_SUBJECT,
        course_slug=COURSE if complaint else "",
        text=LONG_TEXT,
        now=at,
    )


def _send_empty(page: Any) -> None:
    page.locator("main form button[type=submit]").last.click()
    page.locator(".error-summary").wait_for()


def _write_letter(page: Any) -> None:
    page.fill("[name=name]", "Robin Reader")
    page.fill("[name=email]", "robin@example.org")
    page.fill("[name=subject]", "A code that does not come")
    page.fill("[name=text]", "I wait since yesterday.")
    page.locator("#letter-form button[type=submit]").click()
    page.locator(".big-number").wait_for()


def _leaving(make: Make) -> Callable[[Any], None]:
    """To the last page of an account. Whoever looks at it has deleted one: a new one each time."""

    def act(page: Any) -> None:
        home = page.url.removesuffix("privacy/")
        cookie = Inside.of(make(name="Someone Leaving")).client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])
        page.goto(f"{home}me/delete/")
        with translation.override(page.locator("html").get_attribute("lang")):
            page.fill("[name=word]", str(ERASE_WORD))
        with page.expect_navigation():
            page.locator("#erase-form button[type=submit]").click()
        assert page.locator("#erase-form").count() == 0

    return act

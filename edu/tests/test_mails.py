"""What people hear by mail of what was done for them: in their language, plain, and with nothing that is not theirs to
read in a mailbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant, mails, revoke
from certificates.models import Award
from certificates.services import mails as certificate_mails
from certificates.services import office as acts
from certificates.tests import ledger
from core.models import OutboxRow
from edu import privacy
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
WorkOff = Callable[[], int]
TYPED = {"name": "Robin Reader", "email": "typed@example.org", "subject": "A private matter", "text": "My own words."}


@pytest.fixture
def clerk(make_person: Make) -> User:
    return make_person(Role.CE_OFFICE, name="Otis Office")


def write(browser: Inside, **values: str) -> None:
    page = browser.submit(browser.get("/contact/").form("letter-form"), **(TYPED | values))
    assert page.url.endswith("/letters/sent/")


def to(user: User | str) -> list[EmailMessage]:
    address = user if isinstance(user, str) else user.email
    return [message for message in mail.outbox if message.to == [address]]


def said(message: EmailMessage) -> str:
    return f"{message.subject}\n{message.body}"


def confirm(user: User) -> None:
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)  # type: ignore[attr-defined] # allauth's


def test_who_writes_signed_in_hears_at_the_accounts_address_that_the_letter_is_here(
    browser: Inside, educator: User, work_off: WorkOff
) -> None:
    write(browser)
    work_off()
    (message,) = to(educator)
    letter = educator.letters.get()
    assert letter.reference in said(message)
    assert "/me/letters/" in said(message)
    assert message.reply_to == ["office@basal.example"]
    assert message.extra_headers["Message-ID"] == f"<letter-{letter.pk}-taken@basal.example>"
    for own in (*TYPED.values(), educator.name):
        assert own not in said(message)
    assert to("typed@example.org") == []  # an address that nobody confirmed


def test_a_stranger_hears_only_at_an_address_that_an_account_has_confirmed(educator: User, work_off: WorkOff) -> None:
    write(Inside(), email=educator.email)
    work_off()
    assert to(educator) == []
    confirm(educator)
    write(Inside(), email=educator.email.upper())
    work_off()
    (message,) = [message for message in mail.outbox if "office" not in message.to[0]]
    assert message.to[0].lower() == educator.email
    assert "/me/letters/" not in said(message)
    assert "My own words" not in said(message)


def test_nobodys_mailbox_is_filled_through_us(browser: Inside, educator: User, work_off: WorkOff) -> None:
    for _one in range(mails.TAKEN_A_DAY + 2):
        write(browser)
    work_off()
    assert len(to(educator)) == mails.TAKEN_A_DAY


def test_it_is_in_the_readers_language_whatever_the_page_was(
    browser: Inside, educator: User, work_off: WorkOff
) -> None:
    educator.language = "es"
    educator.save()
    write(browser)
    work_off()
    assert "Recibimos su mensaje" in said(to(educator)[0])


def test_of_a_letter_or_an_account_that_is_erased_nothing_is_sent(
    browser: Inside, educator: User, work_off: WorkOff
) -> None:
    address = educator.email
    write(browser)
    grant(user=educator, role=Role.AUTHOR, granted_by=educator, now=timezone.now())
    award = ledger.award(educator)
    certificate_mails.owe(award, certificate_mails.REVOKED)
    privacy.erase(user=educator, now=timezone.now())
    before = len(mail.outbox)
    work_off()
    assert [message.to for message in mail.outbox[before:] if message.to != ["office@basal.example"]] == []
    assert OutboxRow.objects.open().count() == 0
    assert len(to(address)) <= 1  # the goodbye


def test_a_role_that_an_admin_gives_is_told_and_how_its_rooms_open(make_person: Make, work_off: WorkOff) -> None:
    admin, person = make_person(Role.ADMIN, name="Ines Admin"), make_person(Role.EDUCATOR, language="es")
    browser = Inside.of(admin)
    browser.submit(browser.get(f"/people/{person.pk}/").form("grant"), role="reviewer")
    work_off()
    (message,) = to(person)
    assert "Revisor/a" in said(message)
    assert "segundo factor" in said(message)
    assert "Ines" not in said(message)
    assert person.name not in said(message)


def test_a_role_of_ones_own_making_or_taken_away_meanwhile_is_no_news(make_person: Make, work_off: WorkOff) -> None:
    admin, person = make_person(Role.ADMIN), make_person(Role.EDUCATOR)  # signed up: nobody gave it
    grant(user=person, role=Role.AUTHOR, granted_by=admin, now=timezone.now())
    revoke(user=person, role=Role.AUTHOR, revoked_by=admin, now=timezone.now())
    work_off()
    assert to(person) == []


def test_the_holder_hears_of_a_correction_with_both_codes_and_nothing_of_the_result(
    educator: User, clerk: User, work_off: WorkOff
) -> None:
    old = ledger.award(educator)
    new = acts.supersede(
        award=old, name="Wren Nueva", credentials="RN", reason="Papers shown", by=clerk, now=timezone.now()
    )
    work_off()
    (message,) = to(educator)
    for code in (old.code_display, new.code_display, f"/certificates/{new.pk}/"):
        assert code in said(message)
    _says_nothing_private(message, old, "Papers shown", "Wren")
    assert OutboxRow.objects.filter(kind="certificate_mail").count() == 1


def test_the_holder_hears_of_a_revocation_and_where_to_complain(educator: User, clerk: User, work_off: WorkOff) -> None:
    educator.language = "es"
    educator.save()
    award = ledger.award(educator)
    acts.revoke(award=award, reason="conditions", words="They told me so", by=clerk, now=timezone.now())
    acts.revoke(award=award, reason="conditions", words="They told me so", by=clerk, now=timezone.now())
    work_off()
    (message,) = to(educator)
    assert "anuló su certificado" in said(message)
    assert f"/certificates/{award.pk}/" in said(message)
    assert "/complaints/" in said(message)
    _says_nothing_private(message, award, "They told me so", "conditions")


def _says_nothing_private(message: EmailMessage, award: Award, *more: str) -> None:
    for words in (award.activity_title, "of 10", award.name, "Otis", *more):
        assert words not in said(message)

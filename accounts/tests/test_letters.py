"""Letters to the office: anyone writes, only the CE office reads them all, and each is answered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Letter, Role, User
from accounts.services import letters
from accounts.tasks import forget_letters
from core.errors import DomainError
from core.models import AuditEntry, OutboxRow
from edu.browser import Page
from tests.inside import Inside

pytestmark = pytest.mark.django_db
People = Callable[..., User]
WRITTEN = {
    "name": "Robin Reader",
    "email": "robin@example.org",
    "subject": "A code that does not come",
    "text": "I wait for my code since yesterday.",
}
COMPLAINT = {
    "name": "Robin Reader",
    "email": "robin@example.org",
    "course_slug": "pump-rationale",
    "text": "The second question of the test has two right answers.",
}


def write(browser: Inside, address: str = "/contact/", **values: str) -> Page:
    typed = (WRITTEN if address == "/contact/" else COMPLAINT) | values
    return browser.submit(browser.get(address).form("letter-form"), **typed)


@pytest.fixture
def office(make_person: People) -> Inside:
    return Inside.of(make_person(Role.CE_OFFICE, name="Noor Haddad"))


def test_a_stranger_writes_and_is_given_a_reference(work_off: Callable[[], int]) -> None:
    page = write(Inside())
    letter = Letter.objects.get()
    assert page.url.endswith("/letters/sent/")
    assert letter.reference in page.text
    assert (letter.kind, letter.user, letter.email) == ("contact", None, "robin@example.org")
    assert work_off() == 1
    message = mail.outbox[-1]
    assert message.to == ["office@basal.example"]
    assert f"/office/letters/{letter.pk}/" in str(message.body)
    for personal in ("Robin", "robin@example.org", "code that", "yesterday"):
        assert personal not in f"{message.subject} {message.body}"


def test_a_complaint_names_its_course_and_says_by_when_it_is_answered() -> None:
    page = write(Inside(), "/complaints/")
    letter = Letter.objects.get()
    assert "within 30 days" in page.text
    assert (letter.kind, letter.course_slug) == ("complaint", "pump-rationale")
    assert letter.due_on - letter.at == timedelta(days=30)


def test_the_page_of_the_reference_belongs_to_the_browser_that_wrote() -> None:
    write(Inside())
    assert Inside().get("/letters/sent/").url.endswith("/contact/")


def test_someone_signed_in_finds_name_and_address_filled_in_and_the_letter_among_their_own(
    browser: Inside, educator: User, make_educator: People
) -> None:
    form = browser.get("/contact/").form("letter-form")
    known = {control.name: control.value for control in form.controls}
    assert (known["name"], known["email"]) == (educator.name, educator.email)
    write(browser, name=educator.name, email=educator.email)
    assert WRITTEN["text"] in browser.get("/me/letters/").text
    assert WRITTEN["text"] not in Inside.of(make_educator()).get("/me/letters/").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Fill this in."),
        ("email", "no-address", "Write the whole address"),
        ("subject", "", "Fill this in."),
        ("text", "", "Fill this in."),
        ("text", "x" * 4001, "4000 characters at most"),
        ("website", "https://spam.example", "has to stay empty"),
    ],
)
def test_a_letter_that_cannot_be_taken_says_why_and_keeps_what_was_typed(field: str, value: str, says: str) -> None:
    page = write(Inside(), **{field: value})
    assert page.status == 422
    assert says in page.text
    assert "robin@example.org" in page.text or field == "email"
    assert not Letter.objects.exists()


def test_a_complaint_about_a_course_that_is_none_is_refused() -> None:
    assert write(Inside(), "/complaints/", course_slug="no-such-course").status == 422


def test_the_sixth_letter_of_an_hour_waits_and_keeps_what_was_typed() -> None:
    for _number in range(5):
        assert write(Inside()).status == 200
    page = write(Inside(), text="The sixth one.")
    assert page.status == 429
    assert "five letters within an hour" in page.text
    assert "The sixth one." in page.text
    assert Letter.objects.count() == 5


def test_a_letter_that_is_refused_is_not_counted() -> None:
    for _number in range(6):
        write(Inside(), text="")
    assert write(Inside()).status == 200


def test_the_office_lists_what_is_open_oldest_first_and_what_is_answered_apart(office: Inside) -> None:
    write(Inside(), subject="First of all")
    write(Inside(), subject="Second of all")
    page = office.get("/office/letters/")
    assert page.text.index("First of all") < page.text.index("Second of all")
    assert "2 letters wait" in page.text
    assert "First of all" not in office.get("/office/letters/?show=answered").text
    assert AuditEntry.objects.filter(action="letters.read").count() == 2


def test_the_list_comes_in_pages(office: Inside) -> None:
    now = timezone.now()
    for number in range(26):
        letters.write(
            kind=Letter.Kind.CONTACT,
            user=None,
            name="N",
            email="n@example.org",
            subject=f"Nr {number}.",
            text="T",
            now=now + timedelta(minutes=number),
        )
    first = office.get("/office/letters/")
    assert "Nr 24." in first.text
    assert "Nr 25." not in first.text
    assert "Nr 25." in office.get(first.link("page=2")).text


def test_an_answer_is_stored_noted_and_mailed_once_in_the_writers_language(
    office: Inside, work_off: Callable[[], int]
) -> None:
    spanish = Inside()
    spanish.client.cookies["django_language"] = "es"
    write(spanish)
    letter = Letter.objects.get()
    work_off()
    page = office.submit(
        office.get(f"/office/letters/{letter.pk}/").form("answer-form"), text="El código va en camino."
    )
    assert "Answered." in page.text
    letter.refresh_from_db()
    assert (letter.answer, letter.answered_by and letter.answered_by.name) == ("El código va en camino.", "Noor Haddad")
    assert work_off() == 1
    message = mail.outbox[-1]
    assert message.to == ["robin@example.org"]
    assert letter.reference in message.subject
    assert "El código va en camino." in str(message.body)
    assert message.extra_headers["Message-ID"] == f"<letter-{letter.pk}-answered@basal.example>"
    actions = set(AuditEntry.objects.filter(target=f"letter:{letter.pk}").values_list("action", flat=True))
    assert actions == {"letter.read", "letter.answer"}


def test_the_writer_reads_the_answer_among_their_letters(browser: Inside, educator: User, office: Inside) -> None:
    write(browser)
    office.submit(office.get(f"/office/letters/{Letter.objects.get().pk}/").form("answer-form"), text="It is sent.")
    assert "It is sent." in browser.get("/me/letters/").text


def test_a_letter_answered_meanwhile_is_not_answered_twice(office: Inside) -> None:
    write(Inside())
    letter = Letter.objects.get()
    form = office.get(f"/office/letters/{letter.pk}/").form("answer-form")
    office.submit(form, text="The first answer.")
    again = office.submit(form, text="The second answer.")
    assert again.status == 422
    assert "answered meanwhile" in again.text
    assert Letter.objects.get().answer == "The first answer."


def test_an_empty_answer_is_refused(office: Inside) -> None:
    write(Inside())
    page = office.submit(office.get(f"/office/letters/{Letter.objects.get().pk}/").form("answer-form"), text=" ")
    assert page.status == 422
    assert Letter.objects.open().exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CE_OFFICE])
def test_nobody_else_finds_the_offices_desk(make_person: People, role: Role) -> None:
    write(Inside())
    browser = Inside.of(make_person(role))
    assert browser.get("/office/letters/").status == 404
    assert browser.get(f"/office/letters/{Letter.objects.get().pk}/").status == 404


def test_three_years_after_the_answer_what_is_personal_is_gone(office: Inside, make_person: People) -> None:
    write(Inside())
    write(Inside(), subject="Answered lately")
    old, late = Letter.objects.order_by("at")
    someone = make_person(Role.CE_OFFICE)
    letters.answer(letter=old, text="Yes, Robin.", by=someone, now=timezone.now() - letters.KEPT - timedelta(days=1))
    letters.answer(letter=late, text="Yes.", by=someone, now=timezone.now())
    forget_letters()
    old.refresh_from_db()
    late.refresh_from_db()
    assert (old.name, old.email, old.subject, old.text, old.answer) == ("", "", "", "", "")
    assert late.name == "Robin Reader"
    assert "Removed on" in office.get(f"/office/letters/{old.pk}/").text


def test_of_a_letter_that_was_erased_nothing_is_mailed(work_off: Callable[[], int]) -> None:
    write(Inside())
    letters.erase(Letter.objects.all(), now=timezone.now())
    assert work_off() == 1
    assert mail.outbox == []
    with pytest.raises(DomainError):
        letters.answer(letter=Letter.objects.get(), text="Late.", by=User(), now=timezone.now())


def test_the_work_an_outbox_row_names_holds_no_address() -> None:
    write(Inside())
    assert "@" not in OutboxRow.objects.get(kind="letter").key


def test_a_patient_is_offered_no_course_for_educators(make_person: People) -> None:
    page = Inside.of(make_person(Role.PATIENT)).get("/complaints/")
    assert "pump-rationale" not in page.text
    assert "credit" not in page.text

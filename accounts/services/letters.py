"""Letters to the office: written by anyone, answered by the CE office, forgotten after a while."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import Letter, LetterQuerySet, User
from accounts.services import mails
from core import audit, mail, outbox
from core.errors import DomainError

KIND = "letter"
RECEIVED, ANSWERED = "received", "answered"
KEPT = timedelta(days=3 * 365)  # after the answer


@transaction.atomic
def write(
    *,
    kind: Letter.Kind,
    user: User | None,
    name: str,
    email: str,
    subject: str = "",
    course_slug: str = "",
    text: str,
    now: datetime,
) -> Letter:
    """Take a letter. Without a word of what it says the office is told by mail that there is one, and so is its
    writer where the address is known to be theirs."""
    letter = Letter.objects.create(
        kind=kind,
        user=user,
        name=name,
        email=email,
        subject=subject,
        course_slug=course_slug,
        text=text,
        language=(get_language() or "en").split("-")[0],
        at=now,
    )
    outbox.add(KIND, f"{letter.pk}:{RECEIVED}")
    mails.owe_taken(letter)
    return letter


@transaction.atomic
def answer(*, letter: Letter, text: str, by: User, now: datetime) -> Letter:
    """Answer a letter, once: the answer is stored and owed as a mail. Raises DomainError when it was answered
    meanwhile, or its writer's account is gone."""
    changed = Letter.objects.open().filter(pk=letter.pk).update(answer=text, answered_at=now, answered_by=by)
    if not changed:
        message = _("This letter was answered meanwhile, or its writer deleted the account. Nothing was sent.")
        raise DomainError("not_open", message)
    audit.record(actor=by.pk, action="letter.answer", target=f"letter:{letter.pk}")
    outbox.add(KIND, f"{letter.pk}:{ANSWERED}")
    letter.refresh_from_db()
    return letter


def send(key: str) -> None:
    """Mail what a letter owes (the outbox handler of "letter"): word to the office, or the answer to its writer.

    At least once, always under the same Message-ID. Of a letter whose writer is gone nothing is sent.
    """
    ident, _colon, what = key.partition(":")
    letter = Letter.objects.filter(pk=ident, erased_at__isnull=True).first()
    if letter is None:
        return
    message = _word_to_office(letter) if what == RECEIVED else _answer_to_writer(letter)
    message.extra_headers["Message-ID"] = f"<letter-{letter.pk}-{what}@{mail.domain()}>"
    message.send()


def erase(letters: LetterQuerySet, *, now: datetime) -> int:
    """Take out of letters what is personal: name, address, what was written and answered. Returns how many.

    That there was one, of which kind, when, and whether it was answered, stays.
    """
    return letters.filter(erased_at__isnull=True).update(
        name="", email="", subject="", text="", answer="", erased_at=now
    )


def forget(*, now: datetime) -> int:
    """Take what is personal out of letters answered three years ago. Returns how many."""
    return erase(Letter.objects.filter(answered_at__lt=now - KEPT), now=now)


def _word_to_office(letter: Letter) -> EmailMessage:
    with override("en"):
        link = settings.SITE_URL + reverse("letter", args=[letter.pk])
        body = render_to_string("emails/letter_received.txt", {"letter": letter, "link": link})
        subject = f"Basal: {letter.get_kind_display()} {letter.reference}"
    return EmailMessage(subject, body, to=[settings.OFFICE_EMAIL])


def _answer_to_writer(letter: Letter) -> EmailMessage:
    with override(letter.language):
        body = render_to_string("emails/letter_answered.txt", {"letter": letter, "operator": settings.OPERATOR})
        subject = _("Basal: our answer to your letter %(reference)s") % {"reference": letter.reference}
    return EmailMessage(subject, body, to=[letter.email], reply_to=[settings.OFFICE_EMAIL])

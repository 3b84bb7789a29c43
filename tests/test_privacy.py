"""A person's copy of their data and the deletion of their account, over all apps: nothing forgotten, nothing left."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import VERSIONS, Consent, Letter, Licence, Role, User
from accounts.services import grant
from accounts.services import letters as letter_services
from certificates import services as certificates
from certificates.models import ERASED_NAME, Award, BiasReview, Evaluation, Print, Revocation
from core import audit
from core.errors import DomainError
from core.models import AuditEntry, OutboxRow
from courses import selectors as course_selectors
from courses import services as courses
from courses.models import ActivityResult, Completion, Enrolment
from edu import privacy
from edu.browser import Page
from edu.walk import Walk
from quizzes.models import Attempt, CheckAnswer, Item, Slot
from quizzes.services import closing, deadlines, inline
from quizzes.services.answering import answer_save
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
People = Callable[..., User]
WorkOff = Callable[[], int]
NAME, EMAIL, PASSWORD = "Quillon Featherstone", "quillon@feather.example", "a-long-and-quiet-word"
LETTERS_AFTER = "XQZ-RN"
WROTE = (
    "Bias in the marmalade lesson",
    "Less marmalade, more rounds",
    "Where is my marmalade?",
    "In the marmalade jar.",
)
CHILD = "Zephyrine"
CERTIFICATES = Path(settings.VAR) / "certificates"
# Tables that lead to a person and are not in the copy, and why.
NOT_IN_COPY = {
    "admin.LogEntry": "Django's admin only looks here: nothing writes it",
    "account.EmailConfirmation": "keys of links we do not send: addresses are confirmed by a code",
    "quizzes.ItemDraft": "teaching content under work: it holds keys of tests and belongs to the bank",
    "quizzes.QuizDraft": "the same, of a quiz",
    "quizzes.ItemComment": "the same: what was said of its parts",
    "quizzes.ItemDraft_writers": "the same: who may not approve it",
}
# Tables in which something of a deleted account stays, and what.
STAYS = {
    "accounts.User": "a row without name, address or password",
    "accounts.RoleGrant": "which roles it had, all revoked",
    "accounts.Letter": "that there was one, and when it was answered",
    "courses.Enrolment": "behind a certificate only",
    "courses.ActivityResult": "behind a certificate only",
    "courses.Completion": "behind a certificate only",
    "certificates.Evaluation": "behind a certificate only, without free text",
    "certificates.Award": "without a name",
}


def led_to_a_person() -> dict[type[Any], set[str]]:
    """Every model with a way of foreign keys to the user, and those ways as lookups. Found in the models
    themselves, so that a new one is met here first."""
    ways: dict[type[Any], set[str]] = {User: {"pk"}}
    while True:
        found: dict[type[Any], set[str]] = {}
        for model in set(apps.get_models(include_auto_created=True)) - set(ways):
            steps: list[Any] = [field for field in model._meta.concrete_fields if field.related_model in ways]
            further = {f"{field.name}__{way}" for field in steps for way in ways[field.related_model]}
            if further:
                found[model] = further
        if not found:
            return ways
        ways |= found


def rows_of(model: type[Any], person: User) -> Any:
    """The rows of a model that lead to this person, by whichever way."""
    conditions = [Q(**{way: person.pk}) for way in led_to_a_person()[model]]
    return model.objects.filter(reduce(or_, conditions))


def sign_up(browser: Inside, **values: str) -> Page:
    typed = {"name": NAME, "profession": "nurse", "credentials": LETTERS_AFTER, "email": EMAIL}
    form = browser.get("/accounts/signup/?as=educator").form("signup")
    page = browser.submit(form, **(typed | {"password1": PASSWORD, "password2": PASSWORD} | values))
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    return browser.submit(page.form("confirm-email"), code=code[1])


def prove(browser: Inside, address: str) -> Page:
    """To a page that asks for the password first."""
    page = browser.get(address)
    if "/reauthenticate/" in page.url:
        page = browser.submit(page.form("/reauthenticate/"), password=PASSWORD)
    return page


def prove_by_hand(browser: Inside, user: User) -> None:
    """As `prove` does for someone whose second factor the test does not hold."""
    session = browser.client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def copy(browser: Inside) -> dict[str, Any]:
    """Make the copy through the pages: {name: what is in it}."""
    page = browser.submit(prove(browser, "/me/copy/").form("/me/copy/"))
    assert page.status == 200, page.text[:300]
    with ZipFile(io.BytesIO(page.body)) as archive:
        read = {name: archive.read(name) for name in archive.namelist()}
    return {name: json.loads(data) if name.endswith(".json") else data for name, data in read.items()}


def delete(browser: Inside, word: str = "DELETE") -> Page:
    return browser.submit(prove(browser, "/me/delete/").form("erase-form"), word=word)


def traces(*words: str) -> list[str]:
    """Where in the whole database one of the words still stands: every column of every table, sessions opened."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    said = str(value).casefold()
                    found += [f"{table}.{column}: {word}" for word in words if word.casefold() in said]
    for session in Session.objects.all():
        said = str(session.get_decoded()).casefold()
        found += [f"session: {word}" for word in words if word.casefold() in said]
    return found


def pdfs() -> list[Path]:
    """What lies on disk of certificates that are known here (others' tests leave theirs behind)."""
    names = {str(pk) for pk in Award.objects.values_list("pk", flat=True)}
    return [path for path in CERTIFICATES.rglob("*") if path.is_file() and path.stem in names]


@pytest.fixture(autouse=True)
def _printing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quick certificates that carry the name where a search finds it."""
    monkeypatch.setattr("certificates.services.printing.render", lambda award: f"%PDF- {award.name}".encode())


@pytest.fixture
def browser() -> Inside:
    browser = Inside()
    sign_up(browser)
    return browser


@pytest.fixture
def person(browser: Inside) -> User:
    return User.objects.get(email=EMAIL)


@pytest.fixture
def office(make_person: People) -> User:
    return make_person(Role.CE_OFFICE, name="Office Person")


@pytest.fixture
def full(browser: Inside, person: User, office: User, work_off: WorkOff) -> Inside:
    """Everything an educator can have: a failed and a passed test, a printed certificate, free texts, letters, more."""
    walk = Walk(browser, mail=settings.VAR, say=lambda _line: None, course=COURSE)
    walk.read()
    walk.take_test(wrong=4)
    reread(person)
    page = walk.take_test()
    evaluate(browser, browser.get(page.link("/certificates/")))
    claim = next(form for form in browser.page.forms if any(control.name == "attest" for control in form.controls))
    browser.submit(claim, attest="on")
    work_off()
    Licence.objects.create(user=person, kind="RN", jurisdiction="Oregon", number="987654")
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "s3cret-seed"})
    write_letters(browser, office)
    award, now = Award.objects.get(user=person), timezone.now()
    Revocation.objects.create(award=award, reason="request", words=f"{NAME} called.", by=office, at=now)
    BiasReview.objects.create(evaluation=award.completion.evaluation, words=f"{NAME} is right.", by=office, at=now)
    audit.record(actor=office.pk, action="award.read", target=f"award:{award.pk}")
    late_and_longer(person, office)
    guess_a_plate(browser)
    return browser


def guess_a_plate(browser: Inside) -> None:
    """A round of the carb trainer, and the next plate laid."""
    result = browser.submit(browser.submit(browser.get("/carbs/").form("/carbs/")).form("/carbs/plates/"), total="30")
    browser.submit(result.form("/carbs/"))


def late_and_longer(person: User, office: User) -> None:
    """More time, and an answer that came after the test was handed in."""
    now = timezone.now()
    deadlines.grant(user=person, multiplier=Decimal(2), extra_min=5, reason="request", granted_by=office, now=now)
    attempt = Attempt.objects.filter(enrolment__user=person).earliest("number")
    late: dict[str, Any] = {"fields": {"choice": ["1"]}, "epoch": 1, "seq": 99}
    with pytest.raises(DomainError):
        answer_save(user=person, attempt_id=attempt.pk, position=1, now=now, **late)


@pytest.fixture
def holder(browser: Inside, person: User, work_off: WorkOff) -> Inside:
    """Someone with a printed certificate, made by the shortest way."""
    version = course_selectors.published(COURSE)
    assert version
    enrolment, now = courses.enrol(user=person, version=version, now=timezone.now()), timezone.now()
    made = Completion.objects.create(
        enrolment=enrolment, version=version, at=now, points=9, max_points=10, engaged_s=600
    )
    said = {"objectives": {}, "bias_seen": True, "bias_text": WROTE[0], "change": "yes", "change_text": WROTE[1]}
    certificates.evaluate(completion=made, now=now, **said)  # type: ignore[arg-type] # the texts are texts
    certificates.claim(completion=made, name=NAME, credentials=LETTERS_AFTER, attestation="I took part.", now=now)
    work_off()
    return browser


def reread(person: User) -> None:
    enrolment = Enrolment.objects.get(user=person)
    for lesson in course_selectors.published_lessons(enrolment.version_id):
        courses.note(enrolment=enrolment, kind="done", slug=lesson.slug, now=timezone.now())  # type: ignore[arg-type]


def evaluate(browser: Inside, page: Page) -> None:
    form = next(form for form in page.forms if any(control.name == "bias" for control in form.controls))
    met = {control.name: "yes" for control in form.controls if control.name.startswith("objective_")}
    browser.send(form, {**met, "bias": "yes", "bias_text": WROTE[0], "change": "yes", "change_text": WROTE[1]})


def write_letters(browser: Inside, office: User) -> None:
    """One signed in, which is answered, and one from the same address without."""
    for who in (browser, Inside()):
        who.submit(
            who.get("/contact/").form("letter-form"), name=NAME, email=EMAIL.upper(), subject="Jam", text=WROTE[2]
        )
    letter = Letter.objects.filter(user__isnull=False).get()
    letter_services.answer(letter=letter, text=WROTE[3], by=office, now=timezone.now())


# --- the copy ---------------------------------------------------------------------------------------------------------


def test_every_table_that_leads_to_a_person_is_in_the_copy_or_has_a_reason_not_to_be() -> None:
    exported = {model for app in privacy.APPS for model in app.TABLES}
    known = {model._meta.label for model in exported} | set(NOT_IN_COPY)
    assert {model._meta.label for model in led_to_a_person()} == known


def test_the_copy_holds_every_table_and_the_printed_certificate(full: Inside, person: User) -> None:
    files = copy(full)
    empty = [name for app in privacy.APPS for name in app.TABLES.values() if not files[name]]
    assert empty == []
    award = Award.objects.get(user=person)
    assert files[f"certificates/basal-{award.code_display}.pdf"].startswith(b"%PDF-")
    assert files["account.json"][0]["email"] == EMAIL
    assert files["certificates.json"][0]["name"] == NAME
    assert files["evaluations.json"][0]["change_text"] == WROTE[1]
    assert {letter["text"] for letter in files["letters.json"]} == {WROTE[2]}
    assert len(files["letters.json"]) == 2
    assert {row["document"] for row in files["consents.json"]} == {"terms", "privacy"}


def test_the_readme_names_every_file_in_the_readers_language(full: Inside, person: User) -> None:
    files = copy(full)
    readme = files["README.txt"].decode()
    unnamed = [name for name in files if name != "README.txt" and name.partition("/")[0] not in readme]
    assert unnamed == []
    assert "&" not in readme


def test_the_copy_says_who_looked_without_saying_their_name(full: Inside, office: User) -> None:
    files = copy(full)
    looks = {(row["action"], row["by"]) for row in files["seen_by_staff.json"]}
    assert {("award.read", "a member of staff"), ("letter.answer", "a member of staff")} <= looks
    everything = json.dumps({name: data for name, data in files.items() if name.endswith(".json")})
    assert office.name not in everything
    assert str(office.pk) not in everything
    assert files["letters.json"][0]["answered_by_id"] in (None, "a member of staff")


def test_the_copy_holds_no_secret(holder: Inside, person: User) -> None:
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "s3cret-seed"})
    everything = str(copy(holder))
    assert "s3cret-seed" not in everything
    assert person.password not in everything


def test_nothing_of_anyone_else_is_in_the_copy(holder: Inside, make_educator: People) -> None:
    other = make_educator(name="Someone Else")
    Licence.objects.create(user=other, kind="MD", jurisdiction="Utah", number="111222")
    audit.record(actor=None, action="user.read", target=f"user:{other.pk}")
    everything = str(copy(holder))
    for word in (other.name, other.email, str(other.pk), "111222"):
        assert word not in everything


def test_keys_and_reasons_of_a_test_come_with_the_pass_and_not_before(browser: Inside, person: User) -> None:
    walk = Walk(browser, mail=settings.VAR, say=lambda _line: None, course=COURSE)
    walk.read()
    walk.take_test(wrong=4)
    reread(person)
    browser.submit(browser.get(browser.get(f"/courses/{COURSE}/").link("/quizzes/")).form("quiz-start"))
    files = copy(browser)
    failed, live = files["attempts.json"]
    assert (failed["passed"], live["state"]) == (False, "live")
    for attempt in (failed, live):
        for row in attempt["questions"]:
            shown = {"position", "question", "options", "answer", "answered_at", "flagged"}
            assert set(row) == shown
    said = json.dumps(files["attempts.json"])
    for slot in Slot.objects.select_related("item_version"):
        for option in slot.item_version.content["options"]:
            assert json.dumps(option["why"]["en"])[1:-1] not in said
    attempt = Attempt.objects.get(state="live")
    for slot in attempt.slots.all():
        key = next(option["id"] for option in slot.item_version.content["options"] if option["key"])
        number = str(slot.option_order.index(key) + 1)
        answer_save(
            user=person,
            attempt_id=attempt.pk,
            position=slot.position,
            fields={"choice": [number]},
            epoch=1,
            seq=1,
            now=timezone.now(),
        )
    closing.submit(attempt=attempt, now=timezone.now())
    failed, passed = copy(browser)["attempts.json"]
    assert "right_answer" not in failed["questions"][0]
    assert passed["questions"][0]["right_answer"] == [passed["questions"][0]["answer"]]
    assert passed["questions"][0]["reasons"]


@pytest.mark.parametrize("address", ["/me/copy/", "/me/delete/"])
def test_both_ask_for_the_password_once_more(browser: Inside, person: User, address: str) -> None:
    assert "/accounts/reauthenticate/" in browser.get(address).url
    token = {"csrfmiddlewaretoken": browser.client.cookies["csrftoken"].value, "word": "DELETE"}
    assert browser.client.post(address, token)["Location"].startswith("/accounts/reauthenticate/")
    wrong = browser.submit(browser.get(address).form("/reauthenticate/"), password="not my word")
    assert "/reauthenticate/" in wrong.url
    person.refresh_from_db()
    assert person.erased_at is None


def test_the_fourth_copy_of_an_hour_waits(browser: Inside) -> None:
    for _number in range(3):
        copy(browser)
    refused = browser.submit(prove(browser, "/me/copy/").form("/me/copy/"))
    assert refused.status == 429
    assert "three copies within an hour" in refused.text


def test_signing_up_notes_which_version_of_the_terms_stood_there(browser: Inside, person: User) -> None:
    accepted = {consent.document: consent.version for consent in Consent.objects.visible_to(person)}
    assert accepted == VERSIONS
    page = Inside().get("/accounts/signup/?as=educator")
    assert {"/terms/", "/privacy/"} <= set(page.links)


# --- the deletion -----------------------------------------------------------------------------------------------------


def test_after_the_deletion_of_an_educator_no_trace_of_the_person_is_left(
    full: Inside, person: User, work_off: WorkOff
) -> None:
    words = (NAME, EMAIL, LETTERS_AFTER, "987654", *WROTE)
    assert {trace.partition(": ")[2] for trace in traces(*words)} == set(words)
    assert pdfs()
    page = delete(full)
    assert "Your account is deleted." in page.text
    work_off()
    assert traces(*words) == []
    assert pdfs() == []
    assert not OutboxRow.objects.open().exists()


def test_what_stays_is_what_a_certificate_rests_on_and_nothing_of_it_names_anyone(full: Inside, person: User) -> None:
    before = [model for model in led_to_a_person() if rows_of(model, person).exists()]
    award, completion = Award.objects.get(), Completion.objects.get()
    results = set(ActivityResult.objects.values_list("pk", flat=True))
    delete(full)
    left = {model._meta.label for model in led_to_a_person() if rows_of(model, person).exists()}
    assert len(before) > len(left)
    assert left == set(STAYS)
    erased = Award.objects.get()
    assert (erased.name, erased.credentials, erased.code) == (ERASED_NAME, "", award.code)
    assert erased.payload_sha256 == award.payload_sha256
    assert Completion.objects.get() == completion
    assert set(ActivityResult.objects.values_list("pk", flat=True)) == results
    evaluation = Evaluation.objects.get()
    assert (evaluation.bias_seen, evaluation.bias_text, evaluation.change_text) == (True, "", "")
    assert not Print.objects.exists()


def test_the_row_that_stays_is_a_pseudonym_nobody_can_sign_in_with(holder: Inside, person: User) -> None:
    person.language, person.unit, person.time_zone = "es", "mmol", "America/Bogota"
    person.save()
    delete(holder, "ELIMINAR" if "ELIMINAR" in prove(holder, "/me/delete/").text else "DELETE")
    person.refresh_from_db()
    assert re.fullmatch(r"deleted-[0-9a-f-]{36}@deleted\.invalid", person.email)
    assert (person.name, person.language, person.unit, person.time_zone) == ("", "", "mgdl", "")
    assert (person.is_active, person.has_usable_password(), person.last_login) == (False, False, None)
    assert person.erased_at
    assert not User.objects.get(pk=person.pk).roles
    assert not EmailAddress.objects.filter(user=person).exists()
    stranger = Inside()
    form = stranger.get("/accounts/login/").form("/login/")
    assert "/login/" in stranger.submit(form, login=EMAIL, password=PASSWORD).url
    assert "/login/" in stranger.submit(form, login=person.email, password=PASSWORD).url


def test_every_sign_in_ends_with_the_account(holder: Inside, person: User) -> None:
    elsewhere = Inside()
    elsewhere.client.force_login(person)
    assert elsewhere.get("/me/").status == 200
    delete(holder)
    for browser in (holder, elsewhere):
        assert "/login/" in browser.get("/me/").url


def test_the_same_address_can_make_a_new_account_that_knows_nothing_of_the_old(holder: Inside, person: User) -> None:
    delete(holder)
    fresh = Inside()
    assert sign_up(fresh, name="New Name").url.endswith("/home/")
    again = User.objects.get(email=EMAIL)
    assert again.pk != person.pk
    assert not Enrolment.objects.filter(user=again).exists()
    assert "You have written none" in fresh.get("/me/letters/").text


def test_the_code_of_a_certificate_still_answers_and_says_that_the_name_was_removed(holder: Inside) -> None:
    award = Award.objects.get()
    delete(holder)
    page = Inside().get(f"/verify/{award.code_display}/")
    assert page.status == 200
    assert award.activity_title in page.text
    assert "Removed at the holder’s request" in page.text
    assert "Compare the name" not in page.text
    assert Award.objects.count() == 1


def test_a_patients_account_held_by_a_guardian_goes_whole(make_person: People, office: User) -> None:
    user = make_person(Role.PATIENT, name=NAME, guardian=True, child_name=CHILD)
    user.email = EMAIL
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    browser = Inside()
    page = browser.submit(browser.get("/accounts/login/").form("/login/"), login=EMAIL, password=PASSWORD)
    assert "/login/" not in page.url
    version = course_selectors.published("starting-your-pump")
    assert version
    enrolment = courses.enrol(user=user, version=version, now=timezone.now())
    ref = course_selectors.published_lessons(version.pk)[0].activities[0]["ref"]
    item = Item.objects.get(pk=ref.partition(":")[2])
    inline.answer_check(enrolment=enrolment, item=item, fields={"choice": ["1"]}, now=timezone.now())
    write_letters(browser, office)
    assert copy(browser)["account.json"][0]["child_name"] == CHILD
    shown = prove(browser, "/me/delete/").text
    assert not re.search(r"certificate|credit|\bCE\b|evaluation|licen[cs]e", main_of(shown))
    assert "first name of the child" in shown
    delete(browser)
    assert traces(NAME, EMAIL, CHILD, *WROTE) == []
    assert not Enrolment.objects.filter(user=user).exists()
    assert not CheckAnswer.objects.exists()


def test_a_completion_without_a_certificate_goes_with_all_that_led_to_it(holder: Inside, person: User) -> None:
    Print.objects.all().delete()
    Award.objects.all().delete()
    delete(holder)
    for model in (Completion, Evaluation, Enrolment, ActivityResult):
        assert not model.objects.exists()


def test_the_word_has_to_be_typed(holder: Inside, person: User) -> None:
    page = delete(holder, "yes")
    assert page.status == 422
    assert "Type the word DELETE" in page.text
    person.refresh_from_db()
    assert person.erased_at is None
    assert "Your account is deleted." in delete(holder, " delete ").text


def test_the_page_shows_the_certificates_that_would_lose_their_name(holder: Inside) -> None:
    assert Award.objects.get().code_display in prove(holder, "/me/delete/").text


def test_it_is_noted_and_the_old_address_gets_a_last_word(holder: Inside, person: User) -> None:
    mail.outbox.clear()
    delete(holder)
    entry = AuditEntry.objects.get(action="account.erase")
    assert (entry.actor, entry.target, entry.detail) == (person.pk, f"user:{person.pk}", {})
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    assert "deleted" in message.subject


def test_a_mail_server_that_is_away_undoes_no_deletion(
    holder: Inside, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> int:
        raise OSError

    monkeypatch.setattr("edu.privacy.send_mail", away)
    assert "Your account is deleted." in delete(holder).text
    person.refresh_from_db()
    assert person.erased_at


def test_it_happens_whole_or_not_at_all(holder: Inside, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("edu.privacy.accounts.erase", broken)
    page = delete(holder)
    assert page.status == 409
    assert "Nothing was deleted." in page.text
    assert Award.objects.get().name == NAME
    assert Enrolment.objects.filter(user=person).exists()
    assert holder.get("/me/").status == 200


def test_the_only_admin_cannot_go_and_one_of_two_can(make_person: People) -> None:
    only = make_person(Role.ADMIN)
    browser = Inside.of(only)
    prove_by_hand(browser, only)
    page = browser.get("/me/delete/")
    assert "You are the only admin." in page.text
    assert not [form for form in page.forms if form.ident == "erase-form"]
    with pytest.raises(DomainError):
        privacy.erase(user=only, now=timezone.now())
    second = make_person(Role.ADMIN)
    assert "Your account is deleted." in delete(browser).text
    assert not User.objects.get(pk=only.pk).roles
    assert second.holds(Role.ADMIN)


def test_what_staff_granted_and_answered_stays_when_they_go(make_person: People, educator: User) -> None:
    make_person(Role.ADMIN)
    admin = make_person(Role.ADMIN, Role.CE_OFFICE)
    given = grant(user=educator, role=Role.AUTHOR, granted_by=admin, now=timezone.now())
    privacy.erase(user=admin, now=timezone.now())
    given.refresh_from_db()
    assert (given.granted_by_id, given.revoked_at) == (admin.pk, None)


def test_an_account_is_deleted_once(educator: User) -> None:
    privacy.erase(user=educator, now=timezone.now())
    with pytest.raises(DomainError, match="deleted"):
        privacy.erase(user=educator, now=timezone.now())


def test_a_certificate_being_printed_at_that_moment_leaves_no_file(
    browser: Inside, person: User, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Walk(browser, mail=settings.VAR, say=lambda _line: None, course=COURSE)
    walk.read()
    walk.take_test()
    walk.evaluate_and_claim()
    award = Award.objects.get()

    def render(award: Award) -> bytes:
        privacy.erase(user=User.objects.get(pk=person.pk), now=timezone.now())
        OutboxRow.objects.filter(kind="certificate_erase").update(done_at=timezone.now())  # its file is not there yet
        return b"%PDF- with a name"

    monkeypatch.setattr("certificates.services.printing.render", render)
    certificates.print_award(str(award.pk))
    assert pdfs() == []
    assert not Print.objects.exists()


def test_a_printing_that_was_set_aside_is_settled_and_never_prints(holder: Inside, work_off: WorkOff) -> None:
    rows = OutboxRow.objects.filter(kind="certificate")
    rows.update(done_at=None, quarantined_at=timezone.now())
    delete(holder)
    assert rows.get().quarantined_at is None
    work_off()
    certificates.print_award(str(Award.objects.get().pk))
    assert pdfs() == []


def test_an_account_can_be_deleted_again_from_the_command_line_after_a_restore(holder: Inside, person: User) -> None:
    call_command("erase_account", str(person.pk), verbosity=0)
    assert traces(NAME, EMAIL) == []
    with pytest.raises(CommandError):
        call_command("erase_account", str(person.pk), verbosity=0)


# --- the pages --------------------------------------------------------------------------------------------------------

PAGES = ["privacy", "terms", "contact", "complaint"]
ADDRESSES = ["/privacy/", "/terms/", "/contact/", "/complaints/"]


def main_of(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_written_in_both_languages_with_the_same_parts(name: str) -> None:
    folder = Path(settings.ROOT) / "templates" / "pages"
    english, spanish = ((folder / f"{name}.{language}.html").read_text() for language in ("en", "es"))
    for tag in ("h1", "h2", "li", "p", "tr", "a"):
        pattern = rf"<{tag}[ >]"
        assert len(re.findall(pattern, english)) == len(re.findall(pattern, spanish)), tag
    for pattern in (r"{% url \"(\w+)\" %}", r"{% (?:if|elif) ([^%]+) %}"):
        assert re.findall(pattern, english) == re.findall(pattern, spanish)


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_is_shown_in_the_readers_language(address: str) -> None:
    heads = set()
    for language in ("en", "es"):
        browser = Inside()
        browser.client.cookies["django_language"] = language
        page = browser.get(address)
        assert page.status == 200
        assert f'<html lang="{language}">' in page.text
        heads.add(main_of(page.text).partition("<h1")[2].partition("</h1>")[0])
    assert len(heads) == 2


@pytest.mark.parametrize("address", [*ADDRESSES, "/me/", "/me/letters/", "/me/copy/", "/me/delete/"])
def test_a_patient_meets_no_word_of_certificates_and_credit(make_person: People, address: str) -> None:
    page = Inside.of(make_person(Role.PATIENT)).get(address)
    assert page.status == 200
    found = re.search(r"certificat|credit(?!s? card)|\bCE\b|accredit|evaluation", main_of(page.text), re.IGNORECASE)
    assert found is None, found


def test_the_cookies_named_are_the_cookies_set(browser: Inside) -> None:
    browser.submit(browser.get("/me/").form("/me/"))
    for chosen in ({"language": "en"}, {"unit": "mmol"}):
        token = browser.client.cookies["csrftoken"].value
        browser.client.post("/preferences/", {**chosen, "csrfmiddlewaretoken": token, "next": "/me/"})
    page = Inside().get("/privacy/").text
    unnamed = [name for name in browser.client.cookies if f">{name}<" not in page]
    assert unnamed == []

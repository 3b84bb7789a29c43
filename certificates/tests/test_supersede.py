"""A name is corrected by a new certificate; the old one stays as it is and says what replaced it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Role, User
from certificates import selectors, services
from certificates.models import Award
from certificates.services import office as acts
from certificates.services import privacy
from certificates.tests import ledger
from core.errors import DomainError
from core.models import AuditEntry, OutboxRow
from edu.browser import Form, Page
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
RIGHT = {"name": "Wren Waller", "credentials": "RN, CDCES", "reason": "Marriage; licence seen on 3 May."}


@pytest.fixture
def old(make_educator: Make) -> Award:
    return ledger.award(make_educator(name="Wren Walker"))


def supersede(award: Award, by: User, **changes: str) -> Award:
    return acts.supersede(award=award, by=by, now=timezone.now(), **(RIGHT | changes))


def look(office: Inside, award: Award, **changes: str) -> Page:
    """Fill in the form; the page that compares comes back."""
    page = office.get(f"/office/certificates/{award.pk}/correct/")
    return office.submit(correction(page), **(RIGHT | changes))


def correction(page: Page) -> Form:
    return next(form for form in page.forms if any(control.name == "reason" for control in form.controls))


def do(office: Inside, page: Page) -> Page:
    return office.submit(correction(page), step="do", **RIGHT)


def test_a_correction_is_looked_at_before_it_is_done(office: Inside, old: Award) -> None:
    page = look(office, old)
    assert page.text.index("Wren Walker") < page.text.index("Wren Waller")
    assert old.code_display in page.text
    assert Award.objects.count() == 1
    done = office.submit(correction(page), step="do")
    new = Award.objects.get(supersedes=old)
    assert done.url.endswith(f"/office/certificates/{new.pk}/")
    assert (new.name, new.credentials) == ("Wren Waller", "RN, CDCES")


def test_what_was_typed_can_be_changed_after_the_look(office: Inside, old: Award) -> None:
    page = office.submit(correction(look(office, old)), step="edit")
    assert 'value="Wren Waller"' in page.text
    assert "Marriage; licence seen on 3 May." in page.text
    assert Award.objects.count() == 1


def test_the_new_certificate_says_all_the_old_one_said_but_name_and_letters(old: Award, clerk: User) -> None:
    new = supersede(old, clerk)
    same = [*acts.COPIED]
    assert [getattr(new, field) for field in same] == [getattr(old, field) for field in same]
    assert new.code != old.code
    assert new.issued_by == clerk
    assert new.correction == "Marriage; licence seen on 3 May."
    assert new.payload_sha256 != old.payload_sha256


def test_every_field_of_an_award_is_either_copied_or_new() -> None:
    new = {"id", "supersedes_id", "code", "name", "credentials", "issued_at", "issued_by_id", "correction"}
    columns = {field.attname for field in Award._meta.concrete_fields}
    assert columns == set(acts.COPIED) | new | {"payload_sha256", "erased_at"}


def test_the_old_row_is_not_touched(old: Award, clerk: User) -> None:
    before = Award.objects.filter(pk=old.pk).values().get()
    supersede(old, clerk)
    assert Award.objects.filter(pk=old.pk).values().get() == before


def test_the_new_one_is_owed_to_the_printer_in_the_same_transaction(
    old: Award, clerk: User, work_off: Callable[[], int]
) -> None:
    work_off()
    with transaction.atomic():
        new = supersede(old, clerk)
        assert {row.key for row in OutboxRow.objects.open()} == {str(new.pk), f"{new.pk}:corrected"}
        transaction.set_rollback(True)
    assert not Award.objects.filter(pk=new.pk).exists()
    assert not OutboxRow.objects.open().exists()
    new = supersede(old, clerk)
    work_off()
    assert selectors.printed_file(new) is not None


def test_sent_twice_it_is_done_once(office: Inside, old: Award) -> None:
    page = look(office, old)
    first, second = do(office, page), do(office, page)
    assert (first.url, first.status) == (second.url, second.status) == (first.url, 200)
    assert Award.objects.count() == 2
    assert AuditEntry.objects.filter(action="award.supersede").count() == 1


def test_a_colleague_who_comes_second_is_told_and_led_to_the_current_one(
    office: Inside, old: Award, make_person: Make
) -> None:
    page = look(office, old, name="Wren Weller")
    new = supersede(old, make_person(Role.CE_OFFICE))
    refused = do(office, page)
    assert refused.status == 409
    assert "Nothing was changed." in refused.text
    assert f"/office/certificates/{new.pk}/" in refused.text
    assert Award.objects.count() == 2


def test_the_database_takes_one_successor_only(old: Award, clerk: User) -> None:
    new = supersede(old, clerk)
    new.pk, new.code = None, "0" * 16
    with pytest.raises(IntegrityError), transaction.atomic():
        new.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_make_one_correction(old: Award, make_person: Make) -> None:
    clerks = [make_person(Role.CE_OFFICE) for _number in range(4)]
    made, refused = at_once([partial(supersede, old, clerk) for clerk in clerks])
    assert (len(made), refused) == (1, ["superseded"] * 3)
    assert Award.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_correction_and_a_revocation_at_once_do_not_both_happen(make_educator: Make, make_person: Make) -> None:
    one, two = make_person(Role.CE_OFFICE), make_person(Role.CE_OFFICE)
    for _round in range(5):
        old = ledger.award(make_educator(name="Wren Walker"))
        revoke = partial(acts.revoke, award=old, reason="mistake", words="x", by=two, now=timezone.now())
        made, refused = at_once([partial(supersede, old, one), revoke])
        assert (len(made), len(refused)) == (1, 1)


def at_once(deeds: list[Callable[[], object]]) -> tuple[list[object], list[str]]:
    """Do all in threads of their own; what came back, and the codes of what was refused."""
    made: list[object] = []
    refused: list[str] = []
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            made.append(deed())
        except DomainError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made, refused


def test_only_the_current_one_can_be_corrected(office: Inside, old: Award, clerk: User) -> None:
    new = supersede(old, clerk)
    with pytest.raises(DomainError) as refused:
        supersede(old, clerk, name="Wren Weller")
    assert refused.value.code == "superseded"
    page = office.get(f"/office/certificates/{old.pk}/correct/")
    assert page.url.endswith(f"/office/certificates/{old.pk}/")
    assert f"/office/certificates/{new.pk}/" in page.text
    assert "To the current one" in page.text
    newest = supersede(new, clerk, name="Wren Weller")
    assert f"/office/certificates/{newest.pk}/" in office.get(f"/office/certificates/{old.pk}/").text


def test_a_revoked_one_cannot_be_corrected(office: Inside, old: Award, clerk: User) -> None:
    acts.revoke(award=old, reason="mistake", words="x", by=clerk, now=timezone.now())
    with pytest.raises(DomainError) as refused:
        supersede(old, clerk)
    assert refused.value.code == "revoked"
    assert "It is revoked and stays as it is." in office.get(f"/office/certificates/{old.pk}/correct/").text


def test_nobody_corrects_their_own(make_person: Make) -> None:
    both = make_person(Role.CE_OFFICE, Role.EDUCATOR, name="Wren Walker")
    own = ledger.award(both)
    with pytest.raises(DomainError) as refused:
        supersede(own, both)
    assert (refused.value.code, refused.value.status) == ("own_certificate", 403)
    page = Inside.of(both).get(f"/office/certificates/{own.pk}/correct/")
    assert "This certificate is your own." in page.text
    assert "Correct the name" not in page.text


def test_a_name_removed_with_the_account_is_not_brought_back(office: Inside, old: Award, clerk: User) -> None:
    privacy.erase(user=old.user, now=timezone.now())
    with pytest.raises(DomainError) as refused:
        supersede(old, clerk)
    assert refused.value.code == "erased"
    page = office.get(f"/office/certificates/{old.pk}/correct/")
    assert page.url.endswith(f"/office/certificates/{old.pk}/")
    assert "The holder deleted the account." in page.text
    assert "Correct the name" not in page.text
    assert not any("/print/" in form.action for form in page.forms)


def test_a_correction_that_changes_nothing_is_refused(office: Inside, old: Award, clerk: User) -> None:
    page = look(office, old, name=old.name, credentials=old.credentials)
    assert page.status == 422
    assert "Write them as they should be." in page.text
    with pytest.raises(DomainError) as refused:
        supersede(old, clerk, name=old.name, credentials=old.credentials)
    assert refused.value.code == "nothing_new"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "Wren \U0001f642", "We cannot print"),
        ("name", "", "Fill this in."),
        ("name", "x" * 121, "120"),
        ("credentials", "\ue000", "We cannot print"),
        ("reason", "", "Fill this in."),
        ("reason", "x" * 301, "300"),
    ],
)
def test_what_cannot_be_printed_or_is_missing_is_said_at_the_field(
    office: Inside, old: Award, field: str, typed: str, said: str
) -> None:
    page = look(office, old, **{field: typed})
    assert page.status == 422
    assert said in page.text
    assert 'class="error"' in page.text
    assert Award.objects.count() == 1


def test_the_last_step_is_checked_like_the_first(office: Inside, old: Award) -> None:
    page = look(office, old)
    refused = office.submit(correction(page), step="do", name="\U0001f642")
    assert refused.status == 422
    assert Award.objects.count() == 1


def test_the_learner_is_led_from_the_old_to_the_current_one(
    old: Award, clerk: User, work_off: Callable[[], int]
) -> None:
    new = supersede(supersede(old, clerk), clerk, name="Wren Weller")
    work_off()
    learner = Inside.of(old.user)
    page = learner.get(f"/certificates/{old.pk}/")
    assert "This certificate was replaced." in page.text
    assert f"/certificates/{new.pk}/" in page.text
    assert learner.get(f"/certificates/{new.pk}/pdf/").body.startswith(b"%PDF-")
    assert learner.get(f"/certificates/{old.pk}/pdf/").url.endswith(f"/certificates/{old.pk}/")
    listed = learner.get("/transcript/").text
    assert listed.index(new.code_display) < listed.index(old.code_display)
    assert listed.count("replaced") == 2
    assert "PDF</a>" in listed
    assert f"/certificates/{new.pk}/" in ledger.card(new)
    assert learner.get(f"/certificates/{old.completion.pk}/claim/").url.endswith(f"/certificates/{new.pk}/")


def test_claiming_again_returns_the_corrected_one(old: Award, clerk: User) -> None:
    new = supersede(old, clerk)
    claimed = services.claim(
        completion=old.completion, name="Someone Else", credentials="", attestation="yes", now=timezone.now()
    )
    assert claimed == new
    assert selectors.acts(old.completion).award == new


def test_a_page_that_waits_for_the_pdf_reloads_when_the_certificate_is_replaced(old: Award, clerk: User) -> None:
    supersede(old, clerk)
    learner = Inside.of(old.user)
    learner.get(f"/certificates/{old.pk}/status/")
    assert (learner.answer.status_code, learner.answer["HX-Refresh"]) == (204, "true")


def test_who_did_it_is_noted_without_a_name(old: Award, clerk: User) -> None:
    new = supersede(old, clerk)
    entry = AuditEntry.objects.get(action="award.supersede")
    assert (entry.actor, entry.target, entry.detail) == (clerk.pk, f"award:{old.pk}", {"new": str(new.pk)})

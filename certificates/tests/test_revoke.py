"""A certificate is withdrawn, with a public reason, for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role, User
from certificates import selectors, services
from certificates.models import Award, Revocation
from certificates.services import office as acts
from certificates.tests import ledger
from core.errors import DomainError
from core.models import AuditEntry
from edu.browser import Form, Page
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
WHY = {"reason": "conditions", "words": "The post-test was taken by a colleague; both said so."}


@pytest.fixture
def award(make_educator: Make) -> Award:
    return ledger.award(make_educator(name="Wren Walker"))


def revoke(award: Award, by: User, **changes: str) -> Revocation:
    return acts.revoke(award=award, by=by, now=timezone.now(), **(WHY | changes))


def form_of(page: Page) -> Form:
    return next(form for form in page.forms if any(control.name == "words" for control in form.controls))


def look(office: Inside, award: Award, **changes: str) -> Page:
    return office.submit(form_of(office.get(f"/office/certificates/{award.pk}/revoke/")), **(WHY | changes))


def test_what_will_be_said_is_shown_before_it_is_done(office: Inside, award: Award) -> None:
    page = look(office, award)
    assert "The conditions for it were not met." in page.text
    assert "This cannot be undone." in page.text
    assert not Revocation.objects.exists()
    done = office.submit(form_of(page), step="do", **WHY)
    assert done.url.endswith(f"/office/certificates/{award.pk}/")
    assert "Revoked. Its code says so from now on." in done.text
    assert Revocation.objects.get().words == WHY["words"]


@pytest.mark.parametrize("changes", [{"reason": ""}, {"reason": "dislike"}, {"words": ""}, {"words": "x" * 501}])
def test_a_reason_from_the_list_and_words_of_ones_own_are_asked(
    office: Inside, award: Award, changes: dict[str, str]
) -> None:
    page = look(office, award, **changes)
    assert page.status == 422
    assert 'class="error"' in page.text


def test_the_database_knows_the_reasons(award: Award, clerk: User) -> None:
    assert len(Revocation.Reason.values) == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.create(award=award, reason="dislike", words="x", by=clerk, at=timezone.now())


def test_sent_twice_it_is_done_once_and_a_colleague_is_told(office: Inside, award: Award, make_person: Make) -> None:
    page = look(office, award)
    first, second = (office.submit(form_of(page), step="do", **WHY) for _time in range(2))
    assert first.url == second.url
    assert second.status == 200
    assert AuditEntry.objects.filter(action="award.revoke").count() == 1
    with pytest.raises(DomainError) as refused:
        revoke(award, make_person(Role.CE_OFFICE))
    assert refused.value.code == "revoked"
    other = office.submit(form_of(page), step="do", **(WHY | {"reason": "mistake"}))
    assert other.status == 409
    assert Revocation.objects.get().reason == "conditions"


def test_a_superseded_one_cannot_be_revoked_and_the_current_one_is_named(
    office: Inside, award: Award, clerk: User
) -> None:
    new = acts.supersede(award=award, name="Wren W", credentials="", reason="x", by=clerk, now=timezone.now())
    with pytest.raises(DomainError) as refused:
        revoke(award, clerk)
    assert refused.value.code == "superseded"
    page = office.get(f"/office/certificates/{award.pk}/revoke/")
    assert f"/office/certificates/{new.pk}/" in page.text
    revoke(new, clerk)
    assert selectors.verification(award.code, reader=award.user).new_code == new.code
    assert selectors.verification(new.code).state == "revoked"


def test_nobody_revokes_their_own(make_person: Make) -> None:
    both = make_person(Role.CE_OFFICE, Role.EDUCATOR, name="Wren Walker")
    own = ledger.award(both)
    with pytest.raises(DomainError) as refused:
        revoke(own, both)
    assert refused.value.status == 403


def test_the_holder_reads_why_and_whom_to_write_to_and_gets_no_pdf(
    award: Award, clerk: User, work_off: Callable[[], int]
) -> None:
    work_off()
    learner = Inside.of(award.user)
    assert learner.get(f"/certificates/{award.pk}/pdf/").body.startswith(b"%PDF-")
    revoke(award, clerk)
    assert learner.get(f"/certificates/{award.pk}/pdf/").url.endswith(f"/certificates/{award.pk}/")
    page = learner.page
    assert "This certificate was revoked." in page.text
    assert "The conditions for it were not met." in page.text
    assert "mailto:office@basal.example" in page.text
    assert award.code_display in page.text
    assert not any("/pdf/" in link for link in page.links)
    for seen in learner.seen:
        assert "colleague" not in seen.text
    listed = learner.get("/transcript/")
    assert "revoked" in listed.text
    assert not any("/pdf/" in link for link in listed.links)


def test_the_holder_can_claim_nothing_anew(award: Award, clerk: User) -> None:
    revoke(award, clerk)
    learner = Inside.of(award.user)
    assert learner.get(f"/certificates/{award.completion.pk}/claim/").url.endswith(f"/certificates/{award.pk}/")
    assert learner.get(f"/certificates/{award.completion.pk}/evaluation/").url.endswith(f"/certificates/{award.pk}/")
    again = services.claim(
        completion=award.completion, name="Wren Walker", credentials="", attestation="yes", now=timezone.now()
    )
    assert again == award
    assert Award.objects.count() == 1
    assert "The certificate was revoked." in ledger.card(award)


def test_nothing_is_printed_again_for_the_holder_of_a_revoked_one(award: Award, clerk: User) -> None:
    revoke(award, clerk)
    learner = Inside.of(award.user)
    learner.client.handler.enforce_csrf_checks = False
    learner.client.post(f"/certificates/{award.pk}/print-again/")
    assert not AuditEntry.objects.filter(action="award.print").exists()
    assert selectors.learners_file(Award.objects.with_state().get()) is None


def test_the_office_still_has_the_file_and_that_is_noted(
    office: Inside, award: Award, clerk: User, work_off: Callable[[], int]
) -> None:
    work_off()
    revoke(award, clerk)
    assert office.get(f"/office/certificates/{award.pk}/pdf/").body.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="award.download", target=f"award:{award.pk}").count() == 1


def test_who_did_it_is_noted_without_the_words(award: Award, clerk: User) -> None:
    revoke(award, clerk)
    entry = AuditEntry.objects.get(action="award.revoke")
    assert (entry.actor, entry.target) == (clerk.pk, f"award:{award.pk}")
    assert entry.detail == {"reason": "conditions"}

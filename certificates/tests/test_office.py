"""The CE office sees completions, evaluations and certificates, finds one, and everything it reads is noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from certificates import selectors
from certificates.models import Award, BiasReview, Evaluation
from certificates.selectors import office as reads
from certificates.services import office as acts
from certificates.tests import ledger
from certificates.tests.ledger import PLACES, entries
from core.models import AuditEntry, OutboxRow
from courses.models import Completion, Course
from edu import privacy
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


@pytest.fixture
def award(make_educator: Make) -> Award:
    return ledger.award(make_educator(name="Adaeze Okonkwo"))


# --- who comes in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PLACES)
def test_the_office_is_for_its_role_only(make_person: Make, path: str) -> None:
    assert Inside.of(make_person(Role.CE_OFFICE)).get(path).status == 200
    for role in set(Role) - {Role.CE_OFFICE}:
        assert Inside.of(make_person(role)).get(path).status == 404, role
    assert Inside().get(path).url.startswith("http://testserver/accounts/login/")


@pytest.mark.parametrize("path", ["", "pdf/", "correct/", "revoke/"])
def test_a_certificate_of_the_office_is_for_its_role_only(make_person: Make, award: Award, path: str) -> None:
    address = f"/office/certificates/{award.pk}/{path}"
    assert Inside.of(make_person(Role.CE_OFFICE)).get(address).status == 200
    assert Inside.of(make_person(Role.ADMIN)).get(address).status == 404
    assert Inside.of(award.user).get(address).status == 404


@pytest.mark.parametrize("path", ["print/", "correct/", "revoke/"])
def test_nobody_else_changes_anything_there(make_person: Make, award: Award, path: str) -> None:
    outsider = Inside.of(make_person(Role.ADMIN))
    outsider.client.handler.enforce_csrf_checks = False
    assert outsider.client.post(f"/office/certificates/{award.pk}/{path}", {"step": "do"}).status_code == 404


def test_the_office_door_opens_to_the_role_and_the_learners_door_only_to_oneself(
    make_person: Make, award: Award, work_off: Callable[[], int]
) -> None:
    """Someone of the office who is an educator too reads no other's certificate on the learners' pages."""
    work_off()
    both = make_person(Role.CE_OFFICE, Role.EDUCATOR)
    stranger = make_person(Role.ADMIN)
    for model in (Award, Evaluation, Completion):
        assert model.objects.in_office_of(both).count() == 1
        assert model.objects.in_office_of(stranger).count() == 0
        assert model.objects.in_office_of(award.user).count() == 0
        assert model.objects.visible_to(both).count() == 0
    browser = Inside.of(both)
    for path in ("", "pdf/", "status/"):
        assert browser.get(f"/certificates/{award.pk}/{path}").status == 404
    assert browser.get(f"/office/certificates/{award.pk}/pdf/").body.startswith(b"%PDF-")


def test_what_a_patient_completes_is_no_matter_of_the_office(office: Inside, make_person: Make, clerk: User) -> None:
    row = ledger.completion(make_person(Role.PATIENT, name="Pia Patient"))
    assert Completion.objects.in_office_of(clerk).count() == 1
    Course.objects.filter(pk=row.enrolment.course_id).update(audience="patient")
    assert Completion.objects.in_office_of(clerk).count() == 0
    assert "Pia Patient" not in office.get("/office/completions/").text + office.get("/office/").text


def test_a_revoked_role_closes_the_office_at_once(office: Inside, clerk: User) -> None:
    assert office.get("/office/").status == 200
    clerk.grants.update(revoked_at=timezone.now())
    assert office.get("/office/").status == 404


# --- what is noted --------------------------------------------------------------------------------------------


def test_every_list_and_record_opened_is_noted_without_the_words(office: Inside, clerk: User, award: Award) -> None:
    office.get("/office/completions/?q=Adaeze")
    office.get(f"/office/evaluations/?course={COURSE}")
    office.get("/office/certificates/csv/?q=Adaeze&show=valid")
    office.get(f"/office/certificates/{award.pk}/")
    noted = list(AuditEntry.objects.order_by("pk").values_list("action", "target", "detail"))
    plain = {"count": 1, "searched": False, "course": "", "show": "", "dates": False}
    assert noted == [
        ("completion.list", "completion:all", plain | {"searched": True}),
        ("evaluation.list", "evaluation:all", plain | {"course": COURSE}),
        ("award.export", "award:all", plain | {"searched": True, "show": "valid"}),
        ("award.read", f"award:{award.pk}", {}),
    ]
    assert set(AuditEntry.objects.values_list("actor", flat=True)) == {clerk.pk}


def test_opening_a_correction_or_a_revocation_is_noted_as_reading(office: Inside, clerk: User, award: Award) -> None:
    for act in ("correct", "revoke"):
        assert office.get(f"/office/certificates/{award.pk}/{act}/").status == 200
    noted = list(AuditEntry.objects.order_by("pk").values_list("actor", "action", "target", "detail"))
    assert noted == [(clerk.pk, "award.read", f"award:{award.pk}", {"act": act}) for act in ("correct", "revoke")]


def test_looking_writes_nothing_but_the_audit_log(office: Inside, award: Award) -> None:
    for path in [*PLACES, f"/office/certificates/{award.pk}/", f"/office/certificates/{award.pk}/correct/"]:
        office.get(path)
        with CaptureQueriesContext(connection) as captured:
            office.get(path)
        written = [each["sql"] for each in captured if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert all("core_auditentry" in sql for sql in written), path


def test_what_an_admin_looks_at_in_the_ledger_is_noted_too(make_person: Make, award: Award) -> None:
    admin = Inside.of(make_person(Role.ADMIN))
    for kind in ("award", "evaluation", "revocation", "biasreview"):
        assert admin.get(f"/admin/certificates/{kind}/").status == 200
    assert admin.get(f"/admin/certificates/award/{award.pk}/change/").status == 200
    assert AuditEntry.objects.get(action="award.read").target == f"award:{award.pk}"
    assert AuditEntry.objects.filter(action__endswith=".list", detail={"door": "admin"}).count() == 4
    assert admin.get("/admin/certificates/award/add/").status == 403


# --- evaluations ----------------------------------------------------------------------------------------------


def test_evaluations_are_summed_up_by_objective_and_every_comment_is_read(office: Inside, make_educator: Make) -> None:
    for answer, count in {"yes": 5, "partly": 2, "no": 1}.items():
        for number in range(count):
            ledger.evaluation(make_educator(), answer=answer, change_text=f"Words of {answer} {number}")
    page = office.get("/office/evaluations/")
    objectives = len(Evaluation.objects.first().objectives)  # type: ignore[union-attr] # made above
    assert objectives >= 4
    for words in ('62 % <span class="muted">(5)', '25 % <span class="muted">(2)', '12 % <span class="muted">(1)'):
        assert page.text.count(words) == objectives
    assert page.text.count("Words of ") == 8
    narrowed = office.get("/office/evaluations/?q=learner-1@")
    assert narrowed.text.count('100 % <span class="muted">(1)') == objectives


def test_reported_bias_is_marked_as_seen_once(office: Inside, clerk: User, make_educator: Make) -> None:
    ledger.evaluation(make_educator(), bias_seen=True, bias_text="Lesson 2 praises one brand.")
    start = office.get("/office/")
    assert "Lesson 2 praises one brand." in start.text
    done = office.submit(start.form("/seen/"), words="Reworded on 3 May.")
    assert done.url.endswith("/office/")
    assert "Lesson 2 praises one brand." not in done.text
    office.page = start
    office.submit(start.form("/seen/"), words="Again")
    review = BiasReview.objects.get()
    assert (review.by, review.words) == (clerk, "Reworded on 3 May.")
    assert AuditEntry.objects.filter(action="evaluation.review").count() == 1
    listed = office.get("/office/evaluations/?show=bias").text
    assert "Looked at by Oda Office" in listed
    assert entries(office.get("/office/evaluations/?show=unseen")) == 0


def test_nobody_settles_the_bias_they_reported_themselves(make_person: Make, office: Inside) -> None:
    both = make_person(Role.CE_OFFICE, Role.EDUCATOR)
    own = ledger.evaluation(both, bias_seen=True, bias_text="Lesson 2 praises one brand.")
    desk = Inside.of(both)
    page = desk.submit(desk.get("/office/").form("/seen/"), words="Nothing to see.")
    assert page.status == 403
    assert "Someone else of the CE office looks at your own report." in page.text
    assert not BiasReview.objects.exists()
    office.submit(office.get("/office/").form("/seen/"), words="Reworded.")
    assert BiasReview.objects.get().evaluation == own


def test_what_was_typed_about_bias_is_kept_when_it_is_too_long(office: Inside, make_educator: Make) -> None:
    row = ledger.evaluation(make_educator(), bias_seen=True, bias_text="Lesson 2")
    page = office.submit(office.get("/office/").form("/seen/"), words="y" * 501)
    assert page.status == 422
    assert "y" * 501 in page.text
    assert not BiasReview.objects.filter(evaluation=row).exists()


def test_an_evaluation_without_bias_has_nothing_to_be_marked(office: Inside, make_educator: Make) -> None:
    row = ledger.evaluation(make_educator())
    office.client.handler.enforce_csrf_checks = False
    assert office.client.post(f"/office/evaluations/{row.pk}/seen/").status_code == 404
    assert office.client.post("/office/evaluations/99999999999999999999999/seen/").status_code == 404


# --- start page -----------------------------------------------------------------------------------------------


def test_the_start_page_says_what_to_do_next_or_that_nothing_waits(
    office: Inside, make_educator: Make, work_off: Callable[[], int]
) -> None:
    assert "Nothing is waiting for the CE office." in office.get("/office/").text
    ledger.completion(make_educator(name="Una Unclaimed"))
    ledger.completion(make_educator(name="Long Ago"), at=timezone.now() - dt.timedelta(days=15))
    page = office.get("/office/")
    assert "Una Unclaimed" in page.text
    assert "Long Ago" not in page.text
    assert "What to do next" in page.text
    assert entries(office.get("/office/completions/?show=unclaimed")) == 2


def test_nobody_is_asked_to_write_to_a_deleted_account_or_shown_its_made_up_address(
    office: Inside, award: Award, make_educator: Make
) -> None:
    gone = make_educator(name="Una Unclaimed")
    ledger.completion(gone)
    for user in (gone, award.user):
        privacy.erase(user=user, now=timezone.now())
    assert "Nothing is waiting for the CE office." in office.get("/office/").text
    for place in ("completions", f"certificates/{award.pk}"):
        page = office.get(f"/office/{place}/").text
        assert "a deleted account" in page
        assert "deleted.invalid" not in page
        assert "no name yet" not in page


def test_a_removed_name_is_told_in_the_readers_language(office: Inside, award: Award) -> None:
    privacy.erase(user=award.user, now=timezone.now())
    office.client.cookies["django_language"] = "es"
    for place in ("certificates", f"certificates/{award.pk}"):
        assert "Eliminado a petición de su titular" in office.get(f"/office/{place}/").text


def test_printing_set_aside_is_ordered_again_from_the_start_page(
    office: Inside, award: Award, work_off: Callable[[], int]
) -> None:
    OutboxRow.objects.update(quarantined_at=timezone.now(), attempts=3)
    page = office.get("/office/")
    assert "Printing was set aside: 1 certificate" in page.text
    done = office.submit(page.form("/print/"))
    assert "It will be printed in a few seconds." in done.text
    work_off()
    assert selectors.printed_file(award) is not None
    assert "Printing was set aside" not in office.get("/office/").text
    assert AuditEntry.objects.filter(action="award.print", target=f"award:{award.pk}").count() == 1


def test_what_is_printed_is_not_printed_again(office: Inside, award: Award, work_off: Callable[[], int]) -> None:
    work_off()
    page = office.get(f"/office/certificates/{award.pk}/")
    assert not any("/print/" in form.action for form in page.forms)
    office.client.handler.enforce_csrf_checks = False
    office.client.post(f"/office/certificates/{award.pk}/print/")
    assert not OutboxRow.objects.open().exists()
    assert not AuditEntry.objects.filter(action="award.print").exists()


# --- one certificate ------------------------------------------------------------------------------------------


def test_a_certificate_shows_its_history_and_what_lies_behind_it(
    office: Inside, clerk: User, make_educator: Make, work_off: Callable[[], int]
) -> None:
    award = ledger.award(make_educator(name="Adaeze Okonkwo"), change_text="Teach ketones before menus.")
    work_off()
    new = acts.supersede(
        award=award, name="Adaeze Waller", credentials="", reason="Licence seen", by=clerk, now=timezone.now()
    )
    acts.revoke(award=new, reason="request", words="She wrote to us", by=clerk, now=timezone.now())
    kinds = [event.kind for event in reads.history(Award.objects.get(pk=award.pk))]
    assert kinds == ["completed", "evaluated", "issued", "printed", "corrected", "revoked"]
    for each in (award, new):
        text = office.get(f"/office/certificates/{each.pk}/").text
        for words in ("Corrected by Oda Office", "Licence seen", "Revoked by Oda Office", "She wrote to us"):
            assert words in text
        assert "Teach ketones before menus." in text
        assert award.user.email in text
        assert award.code_display in text
        assert new.code_display in text


def test_a_missing_certificate_is_not_there(office: Inside) -> None:
    assert office.get("/office/certificates/00000000-0000-0000-0000-000000000000/").status == 404

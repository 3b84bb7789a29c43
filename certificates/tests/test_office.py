"""The CE office sees completions, evaluations and certificates, finds one, and everything it reads is noted."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

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
from certificates.views import exports
from core.models import AuditEntry, OutboxRow
from courses.models import Completion, Course
from edu.browser import Page
from edu.walk import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
LISTS = ["/office/completions/", "/office/evaluations/", "/office/certificates/"]
PLACES = ["/office/", *LISTS, *(f"{path}csv/" for path in LISTS)]


@pytest.fixture
def award(make_educator: Make) -> Award:
    return ledger.award(make_educator(name="Adaeze Okonkwo"))


def rows(office: Inside, path: str) -> list[list[str]]:
    """A CSV as a spreadsheet reads it, without its head."""
    return list(csv.reader(io.StringIO(office.get(path).body.decode("utf-8-sig"))))[1:]


def entries(page: Page) -> int:
    """How many rows or cards a list shows."""
    return sum(page.text.count(one) for one in ('data-label="Person"', 'data-label="Code"', "office-evaluation"))


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


# --- lists ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_says_what_will_be_there_and_a_search_without_a_find_offers_all(
    office: Inside, path: str, make_educator: Make
) -> None:
    assert "will be listed here" in office.get(path).text
    ledger.award(make_educator())
    page = office.get(f"{path}?q=nobody-is-called-so")
    assert "Nothing fits that." in page.text
    assert "Show all" in page.text


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "words",
    ["adaeze", "OKONKWO Adaeze", "learner-1@", "why a pump", "pump adaeze", " Adaeze  "],
    ids=["name", "name in any order", "e-mail", "course", "course and name", "spaces"],
)
def test_one_is_found_by_name_address_and_course(office: Inside, make_educator: Make, path: str, words: str) -> None:
    award = ledger.award(make_educator(name="Adaeze Okonkwo"))
    title = award.completion.version.title["en"]
    assert "pump" in title.lower()
    words = title[:12] if words == "why a pump" else words
    ledger.award(make_educator(name="Bo Lindqvist"))
    page = office.get(f"{path}?{urlencode({'q': words})}")
    assert "Adaeze Okonkwo" in page.text
    if words != title[:12]:
        assert "Bo Lindqvist" not in page.text


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("spell", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_one_is_found_by_its_code_in_any_writing(
    office: Inside, make_educator: Make, award: Award, path: str, spell: Callable[[str], str]
) -> None:
    ledger.award(make_educator(name="Bo Lindqvist"))
    page = office.get(f"{path}?{urlencode({'q': spell(award.code_display)})}")
    assert "Adaeze Okonkwo" in page.text
    assert "Bo Lindqvist" not in page.text


def test_a_code_typed_on_the_start_page_leads_to_its_certificate_and_words_to_the_list(
    office: Inside, award: Award
) -> None:
    form = next(form for form in office.get("/office/").forms if any(c.name == "q" for c in form.controls))
    assert office.submit(form, q=award.code_display.lower()).url.endswith(f"/office/certificates/{award.pk}/")
    page = office.submit(form, q="adaeze")
    assert page.url.endswith("/office/completions/?q=adaeze")
    assert "Adaeze Okonkwo" in page.text


def test_a_name_is_found_under_the_old_and_the_new_writing(office: Inside, award: Award, clerk: User) -> None:
    new = acts.supersede(award=award, name="Adaeze Waller", credentials="", reason="x", by=clerk, now=timezone.now())
    for words in ("Okonkwo", "Waller", award.code, new.code):
        page = office.get(f"/office/completions/?q={words}")
        assert new.code_display in page.text, words
        assert entries(page) == 1


def test_letters_typed_with_loose_marks_are_found(office: Inside, make_educator: Make) -> None:
    ledger.award(make_educator(name="Zoë Nuñez"))
    loose = unicodedata.normalize("NFD", "Nuñez")
    assert "Zoë Nuñez" in office.get(f"/office/certificates/?q={quote(loose)}").text


@pytest.mark.parametrize("path", LISTS)
def test_a_range_of_dates_holds_both_its_days_in_the_readers_zone(
    office: Inside, clerk: User, make_educator: Make, path: str
) -> None:
    clerk.time_zone = "America/Los_Angeles"
    clerk.save()
    # 5 June, 00:10 and 23:50, in Los Angeles
    for number, at in enumerate(["2026-06-05T07:10:00+00:00", "2026-06-06T06:50:00+00:00"]):
        ledger.award(make_educator(name=f"Number {number}"), at=dt.datetime.fromisoformat(at))
    assert entries(office.get(f"{path}?since=2026-06-05&until=2026-06-05")) == 2
    assert entries(office.get(f"{path}?until=2026-06-04")) == 0
    assert entries(office.get(f"{path}?since=2026-06-06")) == 0


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "wrong",
    [
        "since=yesterday",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=2026-06-05&until=2026-06-04",
        "course=no-such-course",
        "show=everything",
        f"q={'x' * 121}",
        "q=%00",
    ],
)
def test_a_filter_that_makes_no_sense_is_said_at_its_field_and_lists_nothing(
    office: Inside, award: Award, path: str, wrong: str
) -> None:
    page = office.get(f"{path}?{wrong}&q=kept" if not wrong.startswith("q=") else f"{path}?{wrong}")
    assert page.status == 422
    assert 'class="error"' in page.text
    assert "Adaeze Okonkwo" not in page.text
    if not wrong.startswith("q="):
        assert 'value="kept"' in page.text
    # the download leads back to the page that says what is wrong
    assert office.get(f"{path}csv/?{wrong}").status == 422


def test_lists_have_pages_and_no_row_is_on_two_of_them(office: Inside, make_educator: Make) -> None:
    at = timezone.now()
    for number in range(25):
        ledger.award(make_educator(name=f"Number {number:02}"), at=at)  # all at the same moment
    for path in LISTS:
        pages = [office.get(f"{path}?q=Number&page={number}") for number in (1, 2)]
        assert [entries(page) for page in pages] == [20, 5]
        found = [f"Number {number:02}" for number in range(25) if f"Number {number:02}" in pages[0].text]
        assert len(found) == 20
        assert not any(name in pages[1].text for name in found)
        assert "q=Number&amp;page=2" in pages[0].text
        assert office.get(f"{path}?page=nonsense").status == 200


@pytest.mark.parametrize("path", [*PLACES])
def test_many_rows_cost_as_many_queries_as_few(office: Inside, make_educator: Make, clerk: User, path: str) -> None:
    def some(count: int) -> None:
        for number in range(count):
            award = ledger.award(make_educator(), bias_seen=number % 2 == 0, bias_text="Lesson 2")
            ledger.completion(make_educator())
            if number % 3 == 0:
                acts.supersede(award=award, name="N", credentials="", reason="x", by=clerk, now=timezone.now())
            if number % 3 == 1:
                acts.revoke(award=award, reason="mistake", words="x", by=clerk, now=timezone.now())
        OutboxRow.objects.update(quarantined_at=timezone.now())

    counts = []
    for more in (3, 12):
        some(more)
        with CaptureQueriesContext(connection) as captured:
            assert office.get(path).status == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_certificates_are_narrowed_to_a_state(office: Inside, make_educator: Make, clerk: User) -> None:
    kept, gone, old = (ledger.award(make_educator(name=name)) for name in ("Kay Kept", "Gus Gone", "Ola Old"))
    acts.revoke(award=gone, reason="mistake", words="x", by=clerk, now=timezone.now())
    new = acts.supersede(award=old, name="Ola New", credentials="", reason="x", by=clerk, now=timezone.now())
    codes = {"valid": {kept, new}, "revoked": {gone}, "superseded": {old}, "set_aside": set()}
    for show, wanted in codes.items():
        text = office.get(f"/office/certificates/?show={show}").text
        assert {each for each in (kept, gone, old, new) if each.code_display in text} == wanted, show
    numbers = reads.numbers(clerk, timezone.now())
    assert {name: numbers[name] for name in ("valid", "superseded", "revoked")} == {
        "valid": 2, "superseded": 1, "revoked": 1,
    }  # fmt: skip
    assert numbers["completions"] == numbers["recent_completions"] == numbers["evaluations"] == 3


# --- evaluations ----------------------------------------------------------------------------------------------


def test_evaluations_are_summed_up_by_objective_and_every_comment_is_read(office: Inside, make_educator: Make) -> None:
    for answer, count in {"yes": 5, "partly": 2, "no": 1}.items():
        for number in range(count):
            ledger.evaluation(make_educator(), answer=answer, change_text=f"Words of {answer} {number}")
    page = office.get("/office/evaluations/")
    objectives = len(Evaluation.objects.first().objectives)  # type: ignore[union-attr]
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


# --- downloads ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_the_download_holds_what_the_list_is_narrowed_to(office: Inside, make_educator: Make, path: str) -> None:
    for name in ("Adaeze Okonkwo", "Bo Lindqvist"):
        ledger.award(make_educator(name=name))
    assert len(rows(office, f"{path}csv/")) == 2
    (row,) = rows(office, f"{path}csv/?q=lindq")
    assert "Bo Lindqvist" in row
    assert office.answer["Content-Type"] == "text/csv; charset=utf-8"
    assert office.answer["Content-Disposition"].startswith("attachment;")
    assert office.answer.streaming


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(begin: str) -> None:
    assert exports.safe(f"{begin}HYPERLINK(1)") == f"'{begin}HYPERLINK(1)"
    assert exports.safe("RN, CDCES") == "RN, CDCES"
    assert exports.safe(5) == 5


def test_a_formula_in_a_name_or_a_comment_is_disarmed_in_the_download(office: Inside, make_educator: Make) -> None:
    said: dict[str, Any] = {"bias_seen": True, "bias_text": "@SUM(1)", "change_text": '=cmd|" /C calc"!A0'}
    ledger.award(make_educator(name="=HYPERLINK(1)"), **said)
    for path in LISTS:
        for row in rows(office, f"{path}csv/"):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)
    assert "'=HYPERLINK(1)" in rows(office, "/office/certificates/csv/")[0]


def test_a_download_is_written_in_the_readers_zone(office: Inside, clerk: User, make_educator: Make) -> None:
    clerk.time_zone = "America/Los_Angeles"
    clerk.save()
    ledger.completion(make_educator(), at=dt.datetime(2026, 6, 6, 6, 30, tzinfo=dt.UTC))
    assert rows(office, "/office/completions/csv/")[0][0] == "2026-06-05T23:30:00-07:00"


def test_a_long_download_leaves_no_row_out_where_its_chunks_meet(
    office: Inside, make_educator: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "CHUNK", 2)
    made = {ledger.award(make_educator()).code_display for _number in range(5)}
    assert {row[0] for row in rows(office, "/office/certificates/csv/")} == made
    assert {row[8] for row in rows(office, "/office/completions/csv/")} == made

"""The CE office's lists: search, filters, pages, and the same as a download."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from certificates.models import Award
from certificates.selectors import office as reads
from certificates.services import office as acts
from certificates.tests import ledger
from certificates.tests.ledger import LISTS, PLACES, entries
from certificates.views import exports
from core.models import OutboxRow
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


@pytest.fixture
def award(make_educator: Make) -> Award:
    return ledger.award(make_educator(name="Adaeze Okonkwo"))


def rows(office: Inside, path: str) -> list[list[str]]:
    """A CSV as a spreadsheet reads it, without its head."""
    return list(csv.reader(io.StringIO(office.get(path).body.decode("utf-8-sig"))))[1:]


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


HIDDEN = ["x;=1+1", "x;  @SUM(1)", "x\n=1+1", "x\r\n+1", "x\t-1", "x,=1", " =1+1", 'x;"=1+1"', "\uff1d1+1", "x;\uff201"]


@pytest.mark.parametrize("cell", HIDDEN)
def test_nothing_in_a_download_is_a_formula_however_the_spreadsheet_parts_it(
    office: Inside, make_educator: Make, cell: str
) -> None:
    """Spanish Excel parts at semicolons, others at tabs; some part at a line's end inside a cell."""
    ledger.award(make_educator(name=cell.replace("\n", " ")), bias_seen=True, bias_text=cell, change_text=cell)
    for path in LISTS:
        text = office.get(f"{path}csv/").body.decode("utf-8-sig")
        for part in re.split(r"[;,\t\r\n]", text):
            bare = part.lstrip(' "')
            assert not bare.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")), (path, part)


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

"""The day of completion is the learner's own, on every surface; so is the language of what is printed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable

import pytest
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from certificates import services
from certificates.models import Award
from certificates.services import office as acts
from certificates.services import printing
from certificates.tests import ledger
from certificates.tests.test_printing import award as unsaved
from certificates.tests.test_printing import elements, opened, text_of
from core.models import OutboxRow
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
# 23:30 on 5 June in Los Angeles; UTC has 6 June.
LATE = dt.datetime(2026, 6, 6, 6, 30, tzinfo=dt.UTC)


@pytest.fixture
def angeleno(make_educator: Make) -> User:
    return make_educator(name="Wren Walker", time_zone="America/Los_Angeles")


@pytest.fixture
def award(angeleno: User) -> Award:
    with timezone.override("America/Los_Angeles"):
        return ledger.award(angeleno, at=LATE)


def test_half_past_eleven_at_night_in_los_angeles_is_that_day_everywhere(award: Award, angeleno: User) -> None:
    assert award.completed_on == dt.date(2026, 6, 5)
    assert "5 June 2026" in text_of(printing.render(award))
    learner = Inside.of(angeleno)
    assert "5 June 2026" in learner.get(f"/certificates/{award.pk}/").text
    assert "5 Jun 2026" in learner.get("/transcript/").text
    assert "5 June 2026" in Inside().get(f"/verify/{award.code_display}/").text


def test_the_claim_copies_the_readers_zone(angeleno: User) -> None:
    ledger.evaluation(angeleno, at=LATE)
    learner = Inside.of(angeleno)
    page = learner.get(learner.get("/transcript/").link("/claim/"))
    form = next(form for form in page.forms if any(control.name == "attest" for control in form.controls))
    learner.submit(form, attest="on")
    award = Award.objects.get()
    assert award.time_zone == "America/Los_Angeles"
    angeleno.time_zone = "Asia/Tokyo"
    angeleno.save()
    assert "5 Jun 2026" in learner.get("/transcript/").text


@pytest.mark.parametrize("zone", ["Etc/GMT+5", "Asia/Kathmandu", "America/Argentina/Buenos_Aires", "UTC"])
def test_the_zone_is_kept_by_the_name_it_can_be_found_by_again(make_educator: Make, zone: str) -> None:
    with timezone.override(zone):
        award = ledger.award(make_educator())
    assert award.time_zone == zone
    assert isinstance(award.completed_on, dt.date)


def test_what_is_signed_states_the_zone(award: Award) -> None:
    assert json.loads(services.payload(award))["time_zone"] == "America/Los_Angeles"
    assert hashlib.sha256(services.payload(award)).hexdigest() == award.payload_sha256


def test_a_certificate_from_before_zones_were_recorded_keeps_its_hash_and_its_day_in_utc() -> None:
    old = unsaved(completed_at=LATE)
    assert "time_zone" not in json.loads(services.payload(old))
    assert old.completed_on == dt.date(2026, 6, 6)


def test_a_correction_keeps_the_zone(award: Award, clerk: User) -> None:
    new = acts.supersede(award=award, name="W", credentials="", reason="x", by=clerk, now=timezone.now())
    assert new.completed_on == dt.date(2026, 6, 5)


def test_a_spanish_certificate_is_spanish_and_says_what_of_it_is_english() -> None:
    with override("es"):
        data = printing.render(unsaved(language="es"))
    root = opened(data).Root
    assert str(root.Lang) == "es"
    marked = [element for element in elements(root.StructTreeRoot.K) if "/Lang" in element]
    assert [(str(each.S), str(each.Lang)) for each in marked] == [("/H2", "en"), ("/TD", "en"), ("/P", "en")]
    html = printing.html(unsaved(language="es"))
    for english in ("Module 1, why a pump?", "Enduring, online", "Course director"):
        before = html[: html.index(english, html.index("<body>"))]
        assert before[before.rindex("<") :].count('lang="en"') == 1
    assert "22 de noviembre de 2026" in text_of(data)
    assert 'lang="en"' not in printing.html(unsaved()).split("<body>")[1]


def test_a_printed_award_is_still_one_owed_piece_of_work(award: Award) -> None:
    assert OutboxRow.objects.get().key == str(award.pk)


def test_no_page_of_certificates_speaks_of_utc(award: Award, angeleno: User) -> None:
    learner = Inside.of(angeleno)
    for address in (f"/certificates/{award.pk}/", "/transcript/", f"/verify/{award.code_display}/"):
        assert "UTC" not in learner.get(address).text

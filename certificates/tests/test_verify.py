"""What a code says to anyone: valid, superseded, revoked, unknown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from certificates import selectors
from certificates.models import Award
from certificates.services import office as acts
from certificates.tests import ledger
from tests.inside import Inside

pytestmark = pytest.mark.django_db
Make = Callable[..., User]


@pytest.fixture
def award(make_educator: Make) -> Award:
    return ledger.award(make_educator(name="Wren Walker"))


@pytest.fixture
def corrected(award: Award, clerk: User) -> Award:
    return acts.supersede(
        award=award, name="Robin Waller", credentials="", reason="Secret reason", by=clerk, now=timezone.now()
    )


def test_a_valid_code_tells_name_activity_day_and_provider(award: Award) -> None:
    found = selectors.verification(f" {award.code_display.lower()} ")
    assert (found.state, found.name, found.code) == ("valid", "Wren Walker", award.code)
    assert found.completed_on == award.completed_on
    assert found.provider == award.provider
    assert (found.changed_at, found.new_code, found.reason) == (None, "", "")


def test_a_superseded_code_tells_anyone_the_day_and_neither_a_name_nor_the_new_code(
    award: Award, corrected: Award, make_educator: Make, clerk: User
) -> None:
    """Whoever holds the old paper of someone who changed their name does not learn the new one."""
    found = selectors.verification(award.code)
    assert (found.state, found.new_code, found.name) == ("superseded", "", "")
    assert found.changed_at == corrected.issued_at
    for anyone in (Inside(), Inside.of(make_educator()), Inside.of(clerk)):
        page = anyone.get(f"/verify/{award.code_display}/")
        assert page.status == 200
        assert "Superseded by" in page.text
        assert "Ask the holder for it" in page.text
        assert date_format(corrected.issued_at, "DATE_FORMAT") in page.text
        told = anyone.get(f"/api/v1/verification/{award.code}/").text
        for secret in ("Robin Waller", "Wren Walker", "Secret reason", corrected.code_display, corrected.code):
            assert secret not in page.text + told, secret
    assert "Robin Waller" in Inside().get(f"/verify/{corrected.code_display}/").text


def test_its_holder_is_led_from_a_superseded_code_to_the_new_one(award: Award, corrected: Award) -> None:
    holder = Inside.of(award.user)
    page = holder.get(f"/verify/{award.code_display}/")
    assert "Superseded by" in page.text
    assert f"/verify/{corrected.code_display}/" in page.links
    assert corrected.code_display in holder.get(f"/api/v1/verification/{award.code}/").text


def test_of_a_long_chain_every_old_code_leads_the_holder_straight_to_the_last(
    award: Award, corrected: Award, clerk: User
) -> None:
    last = acts.supersede(award=corrected, name="R. Waller", credentials="", reason="x", by=clerk, now=timezone.now())
    led = [selectors.verification(each.code, reader=award.user).new_code for each in (award, corrected)]
    assert led == [last.code] * 2
    assert [selectors.verification(each.code).new_code for each in (award, corrected)] == ["", ""]


def test_a_revoked_code_tells_day_and_public_reason_only(award: Award, clerk: User) -> None:
    acts.revoke(award=award, reason="person", words="Secret words", by=clerk, now=timezone.now())
    found = selectors.verification(award.code)
    assert (found.state, found.reason, found.name) == ("revoked", "It was issued to the wrong person.", "")
    page = Inside().get(f"/verify/{award.code_display}/")
    assert page.status == 200
    assert "Revoked on" in page.text
    assert "It was issued to the wrong person." in page.text
    for secret in ("Secret words", "Wren Walker", clerk.name):
        assert secret not in page.text


@pytest.mark.parametrize("code", ["", "nonsense", "7Q4M-2XKD-9HTR-C5WB", "U" * 16, "\x00" * 16])
def test_an_unknown_code_tells_nothing(code: str) -> None:
    found = selectors.verification(code)
    assert (found.state, found.name, found.activity_title) == ("unknown", "", "")


def test_each_answer_has_a_word_and_a_shape_of_its_own(award: Award, make_educator: Make, clerk: User) -> None:
    revoked = ledger.award(make_educator())
    acts.revoke(award=revoked, reason="mistake", words="x", by=clerk, now=timezone.now())
    other = ledger.award(make_educator())
    acts.supersede(award=other, name="Robin", credentials="", reason="x", by=clerk, now=timezone.now())
    marks = []
    for each in (award, other, revoked):
        text = Inside().get(f"/verify/{each.code_display}/").text
        start = text.index("verify-mark")
        marks.append(text[start : text.index("</strong>", start)])
    assert len(set(marks)) == 3
    assert ["Issued here" in marks[0], "Superseded" in marks[1], "Revoked" in marks[2]] == [True] * 3
    assert len({mark[mark.index("<svg") : mark.index("</svg>")] for mark in marks}) == 3

"""Looking a word up: the glossary for everyone, and the lessons that are open to whoever asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Role, User
from courses.models import Term
from edu.walk import Walk
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db


def test_without_a_word_the_glossary_stands_there_in_order_a_page_at_a_time() -> None:
    for number in range(45):
        Term.objects.create(slug=f"zz-{number:02}", texts={"en": {"term": f"Zz {number:02}", "text": "Made up."}})
    page = Inside().get("/look-up/")
    assert page.text.index("Basal insulin") < page.text.index("Bolus") < page.text.index("Depot")
    assert "Zz 44" not in page.text
    assert "Zz 44" in Inside().get("/look-up/?page=99").text  # the last


def test_a_stranger_finds_terms_and_no_lesson() -> None:
    page = Inside().get("/look-up/?q=depot")
    assert "Insulin waiting under the skin" in page.text
    assert "/courses/pump-rationale/" not in page.text.split("<main", 1)[1]


def test_a_learner_finds_a_section_of_an_open_lesson_and_is_led_to_it(walk: Walk[Inside], browser: Inside) -> None:
    walk.read()
    page = browser.get("/look-up/?q=41.4")
    assert "<mark>41.4</mark>" in page.text
    section = browser.get(page.link(f"/courses/{COURSE}/burdens/"))
    assert 'id="silent-sites"' in section.text


def test_a_lesson_that_is_not_open_yet_is_not_found(browser: Inside) -> None:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("enrol"))
    assert "/burdens/" not in browser.get("/look-up/?q=41.4").text


def test_every_word_has_to_stand_there_and_accents_do_not_matter() -> None:
    Term.objects.create(slug="glucemia", texts={"en": {"term": "Glycaemia", "text": "Glucose in the blood."}})
    assert "Glucose in the blood." not in Inside().get("/look-up/?q=glucose+zebra").text
    assert "Nothing holds all of these words." in Inside().get("/look-up/?q=glucose+zebra").text
    assert "Glycaemia" in Inside().get("/look-up/?q=glycæmia".replace("æ", "ae")).text
    assert "Glycaemia" in Inside().get("/look-up/?q=GLYCAÉMIA").text


def test_one_letter_is_too_short_and_markup_is_only_text() -> None:
    assert "Write two letters at least." in Inside().get("/look-up/?q=a").text
    page = Inside().get('/look-up/?q="><script>alert(1)</script>')
    assert "<script>alert" not in page.text


def test_a_patient_finds_their_terms_in_spanish(make_person: Callable[..., User]) -> None:
    page = Inside.of(make_person(Role.PATIENT, language="es")).get("/look-up/?q=insulina")
    assert "<mark>" in page.text
    assert 'lang="en"' not in page.text.split('class="card hits"')[1].split("</ul>")[0]

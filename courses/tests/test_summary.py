"""All eighteen steps done: a summary to print for the visit, and a statement that they were completed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils.formats import date_format

from accounts.models import Role, User
from courses.models import Completion
from tests.inside import Inside
from tests.patients import STEPS, Steps

pytestmark = pytest.mark.django_db
SUMMARY = "/start/summary/"


@pytest.fixture
def steps(make_person: Callable[..., User]) -> Steps:
    return Steps(Inside.of(make_person(Role.PATIENT, name="Ximena")))


def main(text: str) -> str:
    return text.split("<main", 1)[1].split("</main", 1)[0]


def test_until_the_last_step_is_done_there_is_no_summary(steps: Steps) -> None:
    assert steps.browser.get(SUMMARY).url.endswith("/start/")
    steps.finish(len(STEPS) - 1)
    assert SUMMARY not in steps.browser.get("/start/").links
    assert steps.browser.get(SUMMARY).url.endswith("/start/")
    assert not Completion.objects.exists()


def test_the_start_page_leads_to_a_summary_with_every_step_and_its_day(steps: Steps) -> None:
    page = steps.finish()
    assert "You have done every step." in page.text
    page = steps.browser.get(page.link(SUMMARY))
    text = main(page.text)
    assert '<bdi dir="auto">Ximena</bdi> completed all steps of' in text
    day = re.escape(date_format(Completion.objects.get().at, "DATE_FORMAT"))
    assert len(re.findall(rf'<li value="\d+">.*?{day}', text)) == len(STEPS)
    assert "High glucose and ketones" in text
    assert text.count("write-line") > 10  # room for three hopes, acts and questions
    assert "For every number and every dose, your clinic’s plan decides." in text


def test_it_holds_no_dose_no_personal_number_and_no_word_of_credit(steps: Steps) -> None:
    steps.finish()
    words = re.sub(r"<[^>]+>", " ", main(steps.browser.get(SUMMARY).text))
    assert not re.search(r"\d+\s*(units?|mg/dL|mmol|g)\b", words)
    assert not re.search(r"credit|certificat|approved|ready to start", words, re.IGNORECASE)
    assert "It does not say that you may start on your own" in words


def test_it_is_spanish_for_who_reads_spanish(make_person: Callable[..., User]) -> None:
    steps = Steps(Inside.of(make_person(Role.PATIENT, name="Ximena", language="es")))
    steps.finish()
    text = main(steps.browser.get(SUMMARY).text)
    assert "Para su cita" in text
    assert "Glucosa alta y cetonas" in text
    assert "your" not in text


def test_a_guardians_summary_names_the_child(make_person: Callable[..., User]) -> None:
    steps = Steps(Inside.of(make_person(Role.PATIENT, name="Noor", guardian=True, child_name="Sam")))
    steps.finish()
    text = main(steps.browser.get(SUMMARY).text)
    assert 'for <bdi dir="auto">Sam</bdi> on' in text
    assert "“You” here means Sam, who will wear the pump." in text


def test_one_persons_summary_is_nobody_elses(steps: Steps, make_person: Callable[..., User]) -> None:
    steps.finish()
    other = Inside.of(make_person(Role.PATIENT, name="Leo"))
    assert other.get(SUMMARY).url.endswith("/start/")
    assert Inside.of(make_person(Role.EDUCATOR)).get(SUMMARY).status == 404

"""Both ways through the whole curriculum, each at one width, as `./dev pictures walks` takes pictures of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.walking import Camera, Person
from tests.browser.walks import Educator, Patient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once, pytest.mark.usefixtures("whole")]


def test_an_educator_walks_from_the_landing_page_to_a_certificate_that_a_stranger_checks(
    chromium: Browser, live_server: Any, work_off: Callable[[], int]
) -> None:
    person = Person(chromium, live_server.url, Camera(None), width=1280)
    Educator(person, work_off).walk()
    person.close()
    assert person.wrong == []


def test_a_patient_walks_in_spanish_from_the_landing_page_to_the_summary_on_a_phone(
    chromium: Browser, live_server: Any
) -> None:
    person = Person(chromium, live_server.url, Camera(None), width=360, locale="es-US")
    Patient(person).walk()
    person.close()
    assert person.wrong == []

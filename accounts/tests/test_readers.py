"""How someone reads: language, glucose unit, time zone; chosen on any page and remembered."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import User
from core import units
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db
LESSON = f"/courses/{COURSE}/side-by-side/"


def choose(browser: Inside, path: str, **choice: str) -> str:
    """Press one of the switches on the page at `path`; returns where that leads."""
    page = browser.get(path)
    form = next(
        form for form in page.forms if form.action == "/preferences/" and any(c.name in choice for c in form.controls)
    )
    return browser.submit(form, **choice).url


def enrolled(browser: Inside) -> None:
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))


def test_a_stranger_switches_the_language_and_stays_on_the_page() -> None:
    browser = Inside()
    assert choose(browser, "/verify/?code=", language="es").endswith("/verify/?code=")
    assert '<html lang="es"' in browser.page.text
    assert '<html lang="es"' in browser.get("/accounts/login/").text
    choose(browser, "/verify/", language="en")
    assert '<html lang="en"' in browser.get("/").text


def test_a_browser_that_asks_for_spanish_gets_it_until_someone_chooses() -> None:
    browser = Inside()
    asked = browser.client.get("/verify/", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert '<html lang="es"' in asked.text
    choose(browser, "/verify/", language="en")
    asked = browser.client.get("/verify/", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert '<html lang="en"' in asked.text


def test_the_language_of_an_account_goes_before_the_cookie_of_the_machine(browser: Inside, educator: User) -> None:
    choose(browser, "/home/", language="es")
    educator.refresh_from_db()
    assert educator.language == "es"
    elsewhere = Inside.of(educator)
    elsewhere.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="es"' in elsewhere.get("/home/").text


@pytest.mark.parametrize("value", ["fr", "", "es; drop", "en" * 40])
def test_a_language_we_do_not_speak_changes_nothing(browser: Inside, educator: User, value: str) -> None:
    form = next(form for form in browser.get("/home/").forms if form.action == "/preferences/")
    assert browser.submit(form, language=value).status == 200
    educator.refresh_from_db()
    assert educator.language == ""


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_switch_never_leads_away_from_here(browser: Inside, elsewhere: str) -> None:
    token = browser.get("/home/").form("/preferences/").controls[0].value
    answer = browser.client.post(
        "/preferences/", {"csrfmiddlewaretoken": token, "language": "es", "next": elsewhere}, follow=False
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_glucose_stands_in_the_unit_of_choice_first_wherever_it_is_shown(browser: Inside, educator: User) -> None:
    enrolled(browser)
    assert "130 to 190\u00a0mg/dL (7.2 to 10.5\u00a0mmol/L)" in browser.get(LESSON).text
    choose(browser, LESSON, unit="mmol")
    assert browser.page.url.endswith(LESSON)
    assert "7.2 to 10.5\u00a0mmol/L (130 to 190\u00a0mg/dL)" in browser.page.text
    assert "mg/dL (" not in browser.page.text
    educator.refresh_from_db()
    assert educator.unit == "mmol"
    other = Inside()
    assert "mmol/L (" not in other.get(f"/courses/{COURSE}/").text


def test_one_readers_unit_is_not_the_next_ones(browser: Inside, make_educator: object) -> None:
    enrolled(browser)
    choose(browser, LESSON, unit="mmol")
    second = Inside.of(make_educator())  # type: ignore[operator] # a fixture that makes people
    enrolled(second)
    assert "130 to 190\u00a0mg/dL (7.2 to 10.5\u00a0mmol/L)" in second.get(LESSON).text


def test_the_profile_says_how_someone_reads_and_refuses_a_zone_there_is_not(browser: Inside, educator: User) -> None:
    page = browser.submit(
        browser.get("/me/").form("reader-form"), language="es", unit="mmol", time_zone="America/Bogota"
    )
    assert '<html lang="es"' in page.text
    educator.refresh_from_db()
    assert (educator.language, educator.unit, educator.time_zone) == ("es", "mmol", "America/Bogota")
    refused = browser.submit(page.form("reader-form"), time_zone="Mars/Olympus", unit="mgdl")
    assert refused.status == 422
    educator.refresh_from_db()
    assert educator.time_zone == "America/Bogota"


def test_times_are_the_readers_own_by_account_then_by_browser_then_utc(
    browser: Inside, educator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def note(*_: object) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    monkeypatch.setattr("edu.views.render", note)
    browser.client.get("/home/")
    browser.client.cookies["basal_zone"] = "Europe/Madrid"
    browser.client.get("/home/")
    browser.client.cookies["basal_zone"] = "No/Where"
    browser.client.get("/home/")
    educator.time_zone = "America/Bogota"
    educator.save()
    browser.client.get("/home/")
    assert seen == ["UTC", "Europe/Madrid", "UTC", "America/Bogota"]


def test_an_unknown_unit_raises() -> None:
    with pytest.raises(ValueError, match="stone"):
        units.activate("stone")

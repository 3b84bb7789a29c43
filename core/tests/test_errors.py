"""What is answered when something is wrong: who asks, in which words, with which status, and what it leans on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.test import Client

from core.errors import DomainError

BARE = ("500.html", "503.html")


@pytest.fixture
def quiet(db: None) -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Any:
    """breaks(error): the catalogue raises it."""

    def arm(error: Exception) -> None:
        def view(*_args: object, **_kwargs: object) -> None:
            raise error

        monkeypatch.setattr("courses.selectors.catalogue", view)

    return arm


@pytest.fixture
def upgrade() -> Iterator[None]:
    settings.MAINTENANCE_FILE.touch()
    yield
    settings.MAINTENANCE_FILE.unlink()


def test_a_broken_page_says_what_is_safe_and_gives_the_number_of_its_log_line(quiet: Client, breaks: Any) -> None:
    breaks(ValueError("x"))
    answer = quiet.get("/courses/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Your answers are saved" in text
    assert 'lang="es"' in text
    assert answer["X-Request-ID"] in text
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", BARE)
def test_the_pages_for_500_and_503_need_nothing_that_may_be_broken(name: str) -> None:
    text = (settings.ROOT / "templates" / name).read_text()
    assert "{%" not in text
    assert "{{" not in text
    assert 'lang="en"' in text
    assert 'lang="es"' in text
    assert re.findall(r'(?:src|href)="(?!/"|mailto:)([^"]+)"', text) == ["/static/basal.css"]


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_while_the_database_is_away_a_page_says_come_back_and_not_that_it_broke(
    quiet: Client, breaks: Any, error: Exception
) -> None:
    breaks(error)
    answer = quiet.get("/courses/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert "Back in a few minutes" in answer.content.decode()
    assert b"gone" not in answer.content


def test_a_database_that_is_away_from_the_session_on_is_told_the_same_way(
    quiet: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    quiet.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert quiet.get("/home/").status_code == 503


def test_during_an_upgrade_every_page_answers_503_and_healthz_lives(upgrade: None) -> None:
    client = Client()  # no database: this test has none
    for path in ("/", "/courses/", "/accounts/login/", "/admin/", "/no/such/page"):
        answer = client.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "120"), path
        assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert client.post("/accounts/login/").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/api/v1/courses/").json()["code"] == "unavailable"


def test_the_setting_does_the_same_as_the_file(settings: Any) -> None:
    settings.MAINTENANCE = True
    assert Client().get("/").status_code == 503


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (PermissionDenied(), 403, "Not yours to open"),
        (DomainError("locked", "Read lesson 1 first.", status=403), 403, "Not open yet"),
        (DomainError("elsewhere", "It was handed in elsewhere.", status=409), 409, "That did not work"),
        (DomainError("too_many", "Wait a minute.", status=429), 429, "One moment"),
    ],
)
def test_a_refusal_says_what_happened_what_is_safe_and_what_to_do(
    quiet: Client, breaks: Any, error: Exception, status: int, says: str
) -> None:
    breaks(error)
    answer = quiet.get("/courses/")
    text = answer.content.decode()
    assert answer.status_code == status
    assert says in text
    assert "Nothing was changed" in text
    assert "Start page" in text


def test_a_page_that_is_not_there_is_told_in_the_readers_language(quiet: Client) -> None:
    answer = quiet.get("/no/such/page", headers={"Accept-Language": "es"})
    assert answer.status_code == 404
    assert '<html lang="es">' in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (PermissionDenied(), 403, "forbidden"),
        (DomainError("locked", "Read lesson 1 first.", status=403), 403, "locked"),
        (OperationalError("gone"), 503, "unavailable"),
        (ValueError("x"), 500, "broken"),
    ],
)
def test_programs_are_answered_with_code_message_and_fields(
    quiet: Client, breaks: Any, settings: Any, error: Exception, status: int, code: str
) -> None:
    settings.ROOT_URLCONF = "core.tests.api_urls"
    breaks(error)
    answer = quiet.get("/api/courses/")
    assert answer.status_code == status
    assert answer.json().keys() == {"code", "message", "fields"}
    assert answer.json()["code"] == code
    assert quiet.get("/api/none/").json()["code"] == "not_found"

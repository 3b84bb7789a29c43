"""What holds on every page: health, headers, logs, and words for everything that goes wrong."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings

from accounts.models import User
from core import views
from core.logs import configure
from edu.settings import demo
from edu.walk import Walk
from tests.inside import Inside

# Legal pages are written in each language as a whole (tests/test_privacy.py), the style guide is for developers.
IN_ONE_LANGUAGE = ("pages", "styleguide")
TEMPLATES = sorted(
    path for path in (settings.ROOT / "templates").rglob("*.html") if path.parent.name not in IN_ONE_LANGUAGE
)
# A script is a file of ours, or a block of data, which is not run.
SCRIPT = r"""<script(?![^>]*\s(?:src=|type="application/json"))"""
INLINE = re.compile(rf"<style|\sstyle=|{SCRIPT}|\son[a-z]+=|javascript:", re.IGNORECASE)


def test_healthz_answers_without_touching_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_is_ready_with_redis_down(client: Client) -> None:
    assert settings.REDIS_URL == "redis://127.0.0.1:1/0"  # nobody listens there
    assert client.get("/readyz").json() == {"ready": True, "outbox_open": 0}


@pytest.mark.django_db
def test_readyz_says_503_when_the_database_is_away_or_behind(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_migrated", False)
    monkeypatch.setattr("core.views.MigrationExecutor.migration_plan", lambda *_args: ["one"])
    assert (client.get("/readyz").status_code, client.get("/readyz").json()["why"]) == (503, "migrations")

    def away(*_args: object) -> None:
        raise OperationalError("host db.internal is away")

    monkeypatch.setattr("core.views.MigrationExecutor.migration_plan", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"db.internal" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/courses/", "/courses/pump-rationale/", "/accounts/login/", "/verify/"])
def test_every_answer_carries_a_strict_policy_and_an_id(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy.replace("https:", "")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_inline_code_or_style(path: Path) -> None:
    if "pdf" not in str(path):  # the certificate is printed by WeasyPrint, not sent to a browser
        assert not INLINE.search(path.read_text())


@pytest.mark.django_db
def test_no_page_of_a_walk_holds_inline_code_or_style(walk: Walk[Inside]) -> None:
    walk.read()
    walk.browser.get(walk.take_test().link("/certificates/"))
    for page in walk.browser.seen:
        found = INLINE.search(page.text)
        assert not found, (page.url, found)


@pytest.mark.django_db
def test_a_log_line_names_the_route_and_nothing_about_the_person(
    educator: User, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Inside.of(educator)
    with caplog.at_level(logging.INFO):
        browser.get("/verify/7Q4M-2XKD-9HTR-C5WB/")
        browser.get("/me/?q=someone@example.org")
        browser.submit(browser.page.form("/me/"), name="Wren Secret")
    lines = [record for record in caplog.records if record.name == "basal.request"]
    assert [record.msg["route"] for record in lines] == ["verify_code", "profile", "profile", "profile"]  # type: ignore[index] # structlog puts a dict
    text = " ".join(str(record.msg) for record in caplog.records)
    for private in ("7Q4M", "someone", "Secret", "127.0.0.1", educator.email, str(educator.pk), educator.name):
        assert private not in text


def test_logs_are_one_json_object_a_line_with_the_request_id(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    try:
        configure({"level": "INFO"})
        with structlog.contextvars.bound_contextvars(request_id="abc"):
            logging.getLogger("somewhere").warning("a word")
        line = json.loads(capsys.readouterr().err.splitlines()[-1])
        assert (line["event"], line["request_id"], line["level"]) == ("a word", "abc", "warning")
    finally:
        root.handlers, root.level = before


@pytest.mark.django_db
def test_what_breaks_is_logged_by_type_and_place_and_its_text_only_in_the_demo(
    settings: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise ValueError("typed by a person")

    client = Client(raise_request_exception=False)
    for broken in ("courses.selectors.catalogue", "core.middleware.PrivateMiddleware.__call__"):
        for is_demo in (True, False):
            settings.DEMO = is_demo
            caplog.clear()
            with monkeypatch.context() as patched:
                patched.setattr(broken, breaks)
                answer = client.get("/courses/")
            assert answer.status_code == 500
            assert b"typed by a person" not in answer.content
            assert "ValueError" in caplog.text
            assert ("typed by a person" in caplog.text) is is_demo


@pytest.mark.django_db
def test_a_body_nobody_can_read_is_refused_in_plain_words() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post("/courses/", b"x=1", content_type="application/x-www-form-urlencoded; charset=utf-7")
    assert answer.status_code == 400
    assert "could not read" in answer.content.decode()


def test_no_line_of_djangos_own_names_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    try:
        configure({"level": "INFO"})
        for name in ("django.request", "django.server", "django.security.csrf", "django.security.DisallowedHost"):
            logging.getLogger(name).error("Forbidden: /verify/7Q4M-2XKD-9HTR-C5WB/")
        assert capsys.readouterr().err == ""
    finally:
        root.handlers, root.level = before


@pytest.mark.django_db
def test_what_a_signed_in_person_sees_stays_in_no_cache(browser: Inside) -> None:
    for path in ("/home/", "/me/", "/transcript/", "/courses/pump-rationale/", "/accounts/email/"):
        assert "no-store" in browser.client.get(path)["Cache-Control"], path
    assert "Cache-Control" not in Client().get("/courses/")


@pytest.mark.django_db
def test_another_host_is_not_believed() -> None:
    with override_settings(ALLOWED_HOSTS=demo.ALLOWED_HOSTS):
        assert Client(headers={"Host": "evil.example"}).get("/courses/").status_code == 400


@pytest.mark.django_db
def test_a_stale_form_is_refused_in_plain_words() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "a@example.org"})
    assert answer.status_code == 403
    assert "reload the page and send it again" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/no/such/page", "/courses/none/", "/verify/x/y/z"])
def test_a_page_that_is_not_there_says_so_and_leads_on(client: Client, path: str) -> None:
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "Nothing here" in text
    assert "/courses/" in text


WORDS = re.compile(r">\s*([A-Za-z][a-z]+(?: [a-z]+)+[.?!]?)\s*<")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_sentence_of_a_template_can_be_translated(path: Path) -> None:
    if path.name in ("500.html", "503.html") or "styleguide" in path.parts:
        return  # both languages on one page; and a page for developers
    text = path.read_text()
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text, flags=re.DOTALL)
    assert WORDS.findall(text) == []

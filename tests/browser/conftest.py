"""Debian's Chromium, driven by Playwright, before a server in this process."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from edu.curriculum import load
from tests.browser.gallery import Gallery, View
from tests.curriculum import WHOLE

# Playwright's synchronous calls run inside an event loop, where Django would refuse the tests' own queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


class Kept:
    """The gallery of this process: its views, and the database as it was when they were built."""

    views: list[View] | None = None

    def __init__(self, folder: Path) -> None:
        self.file = folder / "gallery.sqlite3"

    def save(self, views: list[View]) -> None:
        self.views = views
        if connection.vendor == "sqlite":
            self._copy(out=True)

    def load(self) -> list[View] | None:
        """The views again, with every row behind them; None when there is nothing to load."""
        if self.views is not None and self.file.exists():
            self._copy(out=False)
            return self.views
        return None

    def _copy(self, *, out: bool) -> None:
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(self.file)) as file:
            source, target = (connection.connection, file) if out else (file, connection.connection)
            source.backup(target)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("gallery"))


@pytest.fixture
def views(
    transactional_db: None, kept: Kept, make_educator: Callable[..., User], work_off: Callable[[], int]
) -> list[View]:
    """The gallery, built once: walking a dozen people through the course takes longer than looking at their pages."""
    views = kept.load()
    if views is None:
        kept.save(views := Gallery(make_educator, work_off).build())
    return views


class Looker:
    """Opens views of the gallery as the person who looks at them; `wrong` collects what the browser complained of."""

    def __init__(self, chromium: Browser, base: str) -> None:
        self.chromium, self.base = chromium, base
        self.wrong: list[str] = []

    def context(self, view: View | None = None, *, language: str = "en", **options: Any) -> BrowserContext:
        """A browser that was told to read in this language (an account that chose one itself keeps it)."""
        context = self.chromium.new_context(base_url=self.base, **options)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.base}])
        cookie = view and view.who and view.who.client.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": self.base}])
        return context

    def open(self, context: BrowserContext, view: View) -> Page:
        page = context.new_page()
        page.on("console", lambda message: self._note(view, message.type, message.text))
        page.on("pageerror", lambda error: self.wrong.append(f"{view.name}: {error}"))
        page.goto(view.path)
        if view.act:
            view.act(page)
        return page

    def _note(self, view: View, kind: str, text: str) -> None:
        # A refused form and a locked lesson answer 4xx, and the browser says so; that is no fault of the page.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.wrong.append(f"{view.name}: {text}")


@pytest.fixture
def looker(chromium: Browser, live_server: Any) -> Looker:
    return Looker(chromium, live_server.url)


@pytest.fixture
def whole(transactional_db: None, settings: Any) -> None:
    """The whole curriculum is there, and a busy machine may take its time to print."""
    settings.OUTBOX_LEASE_S, settings.OUTBOX_LATE_S = 60, 60
    load(WHOLE, publish=True)

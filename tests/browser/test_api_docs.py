"""Swagger UI in a real browser, under the Content-Security-Policy of every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.conftest import Looker
from tests.browser.gallery import View
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db(transaction=True)


def policy(browser: Inside, path: str) -> set[str]:
    return set(browser.client.get(path)["Content-Security-Policy"].split("; "))


def test_every_operation_is_listed_and_can_be_tried_and_the_browser_complains_of_nothing(
    looker: Looker, make_educator: Callable[..., User]
) -> None:
    user = make_educator()
    browser = Inside.of(user)
    docs, page_of_ours = (policy(browser, path) for path in ("/api/v1/docs/", "/courses/"))
    assert docs == page_of_ours
    view = View("api-docs", "/api/v1/docs/", browser)
    page = looker.open(looker.context(view), view)
    page.locator(".opblock").first.wait_for()
    assert page.locator(".opblock").count() == 31
    enrol = page.locator(".opblock-post").first
    enrol.locator(".opblock-summary-control").click()
    enrol.locator(".try-out__btn").click()
    assert COURSE in enrol.locator("textarea").input_value()
    enrol.locator(".execute").click()
    enrol.locator(".live-responses-table .response td.response-col_status").first.wait_for()
    assert "201" in enrol.locator(".live-responses-table").inner_text()
    assert user.enrolments.count() == 1
    assert looker.wrong == []


def test_without_javascript_it_leads_to_the_list_of_operations(looker: Looker) -> None:
    view = View("api-docs", "/api/v1/docs/")
    page = looker.open(looker.context(view, java_script_enabled=False), view)
    assert "All of them are listed" in page.locator("main").inner_text()
    page.locator(".breadcrumbs a").click()
    expect(page.locator(".operations li")).to_have_count(31)

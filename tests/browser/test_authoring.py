"""The editor in a real window: checks in sight, nothing scrolls within the page, every target can be hit."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.conftest import Looker
from tests.browser.gallery import View

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}
# Links in running text are excepted (WCAG 2.5.8), a radio button counts with the label around it, and beside the
# editor a whole entry of the list is the link.
SMALL = """() => [...document.querySelectorAll("main a[href], main button, main input:not([type=hidden]), main select")]
    .filter(e => e.offsetParent && !e.closest(".alert p:not(.row), .editor-peers li"))
    .map(e => [(e.closest("label") || e).getBoundingClientRect(), e.innerText || e.name])
    .filter(([box]) => box.width < 24 || box.height < 24)
    .map(([box, text]) => `${text} ${box.width}x${box.height}`)"""
SCROLLERS = """() => [...document.querySelectorAll("main *")].filter(e =>
    ["auto", "scroll"].includes(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1
    && !e.matches("textarea")).map(e => e.className)"""


def named(views: list[View], *beginnings: str) -> list[View]:
    return [view for view in views if view.name.startswith(beginnings)]


def look(looker: Looker, view: View, size: ViewportSize) -> Any:
    return looker.open(looker.context(view, viewport=size), view)


def test_the_checks_are_in_sight_at_once_and_nothing_scrolls_within_the_page(looker: Looker, views: list[View]) -> None:
    for view in named(views, "editor-draft", "editor-published", "editor-long", "editor-history", "editor-two"):
        page = look(looker, view, DESK)
        box = page.locator(".checks").bounding_box()
        assert box, view.name
        assert box["y"] + box["height"] <= DESK["height"], view.name
        assert page.evaluate(SCROLLERS) == [], view.name
        page.context.close()


def test_checks_and_preview_stay_in_sight_at_the_end_of_a_long_question(looker: Looker, views: list[View]) -> None:
    (view,) = named(views, "editor-draft")
    page = look(looker, view, DESK)
    page.locator(".versions").scroll_into_view_if_needed()
    box = page.locator(".preview-frame").bounding_box()
    assert box
    assert 0 < box["y"] + box["height"] <= DESK["height"]
    page.context.close()


def test_every_target_of_the_authors_and_reviewers_is_24_px_or_more(looker: Looker, views: list[View]) -> None:
    small = []
    for view in named(views, "bank", "editor", "publish", "version", "compare", "review-"):
        page = look(looker, view, DESK)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            small += [f"{view.name} {size['width']}: {found}" for found in page.evaluate(SMALL)]
        page.context.close()
    assert not small, "\n".join(small)


def test_the_search_field_beside_the_editor_is_as_high_as_other_controls(looker: Looker, views: list[View]) -> None:
    (view,) = named(views, "editor-draft")
    page = look(looker, view, DESK)
    box = page.locator("#find").bounding_box()
    assert box
    assert box["height"] >= 44
    page.context.close()

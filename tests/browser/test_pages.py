"""Every page as a person meets it: in both widths and themes, by keyboard, enlarged, and without JavaScript."""

from __future__ import annotations

import itertools
import os
import re
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize

from tests.browser.conftest import Looker
from tests.browser.gallery import View

# Shape and contrast of a page do not ask which database it came from.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

# What the whole of WCAG 2.2 AA can be checked for by a machine, and axe's own good practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NOT_OURS = {"admin"}  # Django's own pages
SHARES = 2  # so that two processes can look at half of the pages each
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 360, "height": 800}
MOVING = """() => document.getAnimations().filter(each => each.playState == "running" &&
    (each.effect.getComputedTiming().activeDuration > 0)).map(each => each.effect.target.outerHTML.slice(0, 80))"""
# What moved by itself after it was first painted, by more than a line's height of a phone: each page is seen once more
# a moment after it is loaded. Chromium counts what moved within half a second of a touch as wanted.
JUMPED = """() => new Promise(done => {
    const found = []
    new PerformanceObserver(list => found.push(...list.getEntries().filter(each => !each.hadRecentInput)))
        .observe({type: "layout-shift", buffered: true})
    setTimeout(() => done(found.filter(each => each.value > 0.005).map(each => each.value.toFixed(3) + " "
        + [...each.sources].map(source => source.node?.outerHTML?.slice(0, 60) ?? "?").join(" | "))), 30)
})"""
SHOWN = """what => [...document.querySelectorAll(what)].filter(each => each.getClientRects().length)
    .map(each => each.outerHTML.slice(0, 80))"""
PAINTED = """() => [...new Set([...document.querySelectorAll("main *")].filter(each => each.getClientRects().length)
    .map(each => getComputedStyle(each).color).filter(each => each != "rgb(0, 0, 0)"))]"""
FURNITURE = "header, footer, nav, .button, button:not(.term), .skip-link"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def _jumps(page: Any) -> list[str]:
    """What moves by itself. Looked at again when something did, up to three times: on a busy machine a font comes
    late now and then; what the page itself moves, it moves each time."""
    found: list[str] = page.evaluate(JUMPED)
    for _again in range(3):
        if not found:
            break
        again = page.context.new_page()
        again.goto(page.url)
        found = again.evaluate(JUMPED)
        again.close()
    return found


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_axe_clean_fits_its_window_prints_well_and_complains_of_nothing(
    looker: Looker, views: list[View], share: int
) -> None:
    """Of the four combinations each view gets two, its neighbour the other two: wide and narrow, light and dark; all
    four are `BASAL_AXE=all`, which takes twice as long. Then the same page is enlarged and printed."""
    found: list[str] = []
    for number, view in enumerate(_ours(views)[share::SHARES]):
        context = looker.context(view, viewport=WIDE, reduced_motion="reduce")
        page = looker.open(context, view)
        found += [f"{view.name}: jumps: {each}" for each in _jumps(page)]
        every = list(itertools.product((WIDE, NARROW), THEMES))
        turn = [(WIDE, THEMES[number % 2]), (NARROW, THEMES[1 - number % 2])]
        for size, theme in every if os.environ.get("BASAL_AXE") == "all" else turn:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            problems = _axe(page) + _shape(page) + (_small_targets(page) if size == NARROW else [])
            problems += _low_links(page, 43.5 if size == NARROW else 24)
            found += [f"{view.name} {size['width']} {theme}: {problem}" for problem in problems]
        problems = [f"moves: {each}" for each in page.evaluate(MOVING)] + _enlarged(page) + _printed(page, view)
        found += [f"{view.name}: {problem}" for problem in problems]
        context.close()
    _none(found + looker.wrong)


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_in_spanish_fits_a_phone(looker: Looker, views: list[View], share: int) -> None:
    """Spanish runs a quarter longer. The same page as in English, so one width and theme are enough."""
    found: list[str] = []
    for view in [view for view in _ours(views) if not view.act][share::SHARES]:
        context = looker.context(view, language="es", viewport=NARROW, color_scheme="dark", reduced_motion="reduce")
        page = looker.open(context, view)
        jumps = [f"jumps: {each}" for each in _jumps(page)]
        found += [f"{view.name} es: {problem}" for problem in jumps + _shape(page) + _small_targets(page)]
        context.close()
    _none(found + looker.wrong)


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_without_javascript_at_320_px_shows_the_same_headings_and_buttons(
    looker: Looker, views: list[View], share: int
) -> None:
    """320 px is also a window of 640 px with letters at 200 %: one column, and it scrolls one way only."""
    found: list[str] = []
    for view in _ours(views)[share::SHARES]:
        seen = []
        for enabled in (True,) if view.act else (True, False):
            context = looker.context(view, java_script_enabled=enabled, viewport={"width": 320, "height": 640})
            page = looker.open(context, view)
            seen.append([page.locator(what).all_inner_texts() for what in ("h1, h2", "button[type=submit]")])
            if enabled:
                found += [f"{view.name}: {problem}" for problem in _shape(page)]
            context.close()
        if seen[0] != seen[-1]:
            found.append(f"{view.name}: {seen}")
    _none(found)


def test_the_first_tab_reaches_the_skip_link_and_it_leads_to_the_content(looker: Looker, views: list[View]) -> None:
    for view in [view for view in views if view.name in ("landing", "lesson-1", "sign-in")]:
        context = looker.context(view)
        page = looker.open(context, view)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link", view.name
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main", view.name
        context.close()


def _ours(views: list[View]) -> list[View]:
    """BASAL_VIEWS narrows them to the names it fits, while a page is being made."""
    wanted = re.compile(os.environ.get("BASAL_VIEWS", ""))
    return [view for view in views if view.name not in NOT_OURS and wanted.search(view.name)]


def _none(problems: list[str]) -> None:
    """All problems at once: pytest would shorten a comparison."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def _axe(page: Any) -> list[str]:
    results = Axe().run(page, options=RULES).response
    return [
        f"{violation['id']}: {node['html'][:120]} ({node.get('failureSummary', '')[:160]})"
        for violation in results["violations"]
        for node in violation["nodes"]
    ] + [
        # Text in the very colour behind it may be hidden on purpose, so axe only asks for a look. Here nothing is.
        f"invisible: {node['html'][:120]}"
        for rule in results["incomplete"]
        for node in rule["nodes"]
        if any("equalRatio" in str(check.get("data")) for check in node["any"])
    ]


def _shape(page: Any) -> list[str]:
    wide = page.evaluate(SIDEWAYS)
    problems = [f"{wide} px wider than the window"] if wide > 0 else []
    headings = page.locator("h1").count()
    return problems + ([f"{headings} h1"] if headings != 1 else [])


def _low_links(page: Any, least: float) -> list[str]:
    """Links that stand alone, in a row that leads elsewhere; where a finger may be the pointer, as high as a button."""
    low: list[str] = page.evaluate(
        """least => [...document.querySelectorAll("nav a, .breadcrumbs a")].filter(e => e.offsetParent)
        .map(e => [e.getBoundingClientRect().height, e.innerText])
        .filter(([height]) => height < least).map(([height, text]) => `low link: ${text} ${height} px`)""",
        least,
    )
    return low


def _small_targets(page: Any) -> list[str]:
    """Controls under 44 px; links in running text are excepted, as in WCAG 2.5.8."""
    small: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(
            "button:not(.term, [aria-hidden]), .button, input:not([type=hidden]), select")]
        .map(e => e.closest("label.choice, label.tick") || e).filter(e => e.offsetParent)
        .map(e => [e.getBoundingClientRect(), e.innerText || e.name])
        .filter(([box]) => box.height < 43.5).map(([box, text]) => `small: ${text} ${box.height} px`)"""
    )
    return small


def _enlarged(page: Any) -> list[str]:
    """A window of 1280 by 800 at 200 % is one of 640 by 400; on top of it the letters alone at 200 %."""
    page.set_viewport_size({"width": 640, "height": 400})
    problems = []
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        if (wide := page.evaluate(SIDEWAYS)) > 0:
            problems.append(f"letters at {size}: {wide} px wider than the window")
        columns = page.evaluate("getComputedStyle(document.querySelector('main')).gridTemplateColumns")
        if len(columns.split()) > 1:
            problems.append(f"letters at {size}: columns {columns}")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return problems


def _printed(page: Any, view: View) -> list[str]:
    """The content in black and none of the furniture, from a dark screen too."""
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print", color_scheme="dark")
    problems = [f"prints {each}" for each in page.evaluate(SHOWN, FURNITURE)]
    if "certificate" not in view.name and view.name != "styleguide":  # a picture of a paper; a picture of a pump
        problems += [f"prints text in {colour}" for colour in page.evaluate(PAINTED)]
    if page.evaluate(SIDEWAYS) > 0:
        problems.append("wider than the paper")
    if not page.locator("h1").first.is_visible():
        problems.append("prints no heading")
    return problems

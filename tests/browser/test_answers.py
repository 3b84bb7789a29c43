"""A test taken over a bad line, on two devices and against the clock, in Chromium: what the page says is so."""

from __future__ import annotations

import contextlib
import os
import random
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import APIResponse, Error, Page, Route, expect

from accounts.models import User
from edu.walk import Walk
from quizzes.models import Attempt, Slot
from quizzes.services import answering
from tests.browser.conftest import Looker
from tests.browser.gallery import View
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db(transaction=True)
STATE = "#saved-state"
SEEDS = int(os.environ.get("BASAL_SEEDS", "5"))
STEPS, QUESTIONS = 8, 10


@pytest.fixture
def taker(educator: User) -> Inside:
    """Someone with a test under way."""
    browser = Inside.of(educator)
    Walk(browser, mail=settings.VAR, say=lambda _line: None, course=COURSE).read()
    intro = browser.get(browser.get(f"/courses/{COURSE}/").link("/quizzes/"))
    browser.submit(intro.form("quiz-start"))
    return browser


@pytest.fixture
def show(looker: Looker, taker: Inside) -> Callable[[int], Page]:
    """Open a question of it."""

    def opened(position: int) -> Page:
        view = View("answers", f"/quizzes/attempts/{Attempt.objects.get().pk}/{position}/", taker)
        page: Page = looker.open(looker.context(view), view)
        return page

    return opened


class BadLine:
    """Between page and server: drops a save or its reply, sends it twice, holds it back, or sends it again much later,
    each as the seed has it."""

    def __init__(self, page: Page, seed: int) -> None:
        self.page, self.chance = page, random.Random(seed)
        self.mended = False
        self.held: list[Route] = []
        self.old: list[tuple[str, dict[str, str], bytes]] = []

    def __call__(self, route: Route) -> None:
        if self.mended or route.request.method != "POST":
            route.continue_()
            return
        getattr(self, self.chance.choice(["well", "drop", "deaf", "twice", "hold", "again"]))(route)

    def well(self, route: Route) -> None:
        route.continue_()

    def drop(self, route: Route) -> None:
        route.abort()

    def deaf(self, route: Route) -> None:
        route.fetch()
        route.abort()

    def twice(self, route: Route) -> None:
        route.fetch()
        route.fulfill(response=route.fetch())

    def hold(self, route: Route) -> None:
        self.held.append(route)

    def again(self, route: Route) -> None:
        request = route.request
        self.old.append((request.url, request.headers, request.post_data_buffer or b""))
        route.continue_()

    def let_go(self) -> None:
        """What was held arrives; what was delivered long ago arrives once more."""
        while self.held:
            with contextlib.suppress(Error):  # the page gave it up meanwhile
                self.held.pop(0).continue_()
        for url, headers, body in self.old:
            answer: APIResponse = self.page.request.post(url, headers=headers, data=body)
            assert answer.status == 200
        self.old.clear()


def stands(position: int) -> str:
    """The number of the option that stands on the server, in this learner's order; empty for none."""
    slot = Slot.objects.get(position=position)
    return str(slot.option_order.index(slot.response["choice"]) + 1) if slot.response else ""


def told_wrong(show: Callable[[int], Page], seed: int) -> list[str]:
    """Answer one question over a bad line: where the page says Saved and it is not so, and where it ends wrongly."""
    position, wrong, chosen = seed % QUESTIONS + 1, [], ""
    page = show(position)
    line = BadLine(page, seed)
    page.route(re.compile(rf"/quizzes/attempts/[^/]+/{position}/$"), line)
    for _step in range(STEPS):
        chosen = _choose(page, line.chance)
        page.wait_for_timeout(line.chance.choice([0, 10, 40]))
        if line.chance.random() < 0.3:
            line.let_go()
        if _says_saved(page) and stands(position) != chosen:
            wrong.append(f"seed {seed}: it says Saved")
    line.mended = True
    for _try in range(30):
        line.let_go()
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(100)
        if _says_saved(page):
            break
    expect(page.locator(STATE)).to_have_attribute("data-state", "saved", timeout=15_000)
    if stands(position) != chosen:
        wrong.append(f"seed {seed}: ends with {stands(position)}, not {chosen}")
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()
    return wrong


def _says_saved(page: Page) -> bool:
    return page.locator(STATE).get_attribute("data-state") == "saved"


def test_over_a_bad_line_the_server_ends_with_what_was_last_chosen_and_saved_is_never_a_lie(
    show: Callable[[int], Page],
) -> None:
    """BASAL_SEEDS=100 for the long run."""
    assert [wrong for seed in range(SEEDS) for wrong in told_wrong(show, seed)] == []


@pytest.mark.parametrize(("asked", "stands_then"), [(True, "2"), (False, "1")])
def test_an_old_save_that_comes_late_changes_nothing_and_would_where_its_number_is_not_asked(
    show: Callable[[int], Page], monkeypatch: pytest.MonkeyPatch, asked: bool, stands_then: str
) -> None:
    """The second is the run that shows that the test above would see it."""
    if not asked:
        monkeypatch.setattr(answering, "WRITE", answering.WRITE.replace("seq < %s", "seq <> %s + 1000000"))
    page, sent = show(1), []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    for option in (0, 1):
        page.locator(".choice").nth(option).click()
        expect(page.locator(".choice.chosen input")).to_have_value(str(option + 1))
        expect(page.locator(STATE)).to_have_attribute("data-state", "saved")
    assert stands(1) == "2"
    first = sent[0]
    assert page.request.post(first.url, headers=first.headers, data=first.post_data_buffer or b"").status == 200
    assert stands(1) == stands_then


def _choose(page: Page, chance: random.Random) -> str:
    """Another answer than the one that is chosen."""
    others = page.locator("[name=choice]:not(:checked)")
    one = others.nth(chance.randrange(others.count()))
    value = str(one.get_attribute("value"))
    page.locator(f".choice:has([name=choice][value='{value}'])").click()
    return value


def test_a_page_that_was_taken_over_can_only_be_looked_at_and_says_why(
    show: Callable[[int], Page], looker: Looker, educator: User
) -> None:
    old = show(1)
    view = View("other", old.url.removeprefix(looker.base), Inside.of(educator))
    new = looker.open(looker.context(view), view)
    expect(new.locator("h1")).to_have_text("This test is open on another device")
    new.get_by_role("button", name="Go on here").click()
    new.locator(".choice").nth(1).click()
    expect(new.locator(STATE)).to_have_attribute("data-state", "saved")
    expect(old.locator("#taken-over")).to_be_hidden()
    old.locator(".choice").nth(0).click()
    expect(old.locator("#taken-over")).to_be_visible()
    expect(old.locator("#taken-over")).to_contain_text("opened on another device")
    expect(old.locator(STATE)).to_have_attribute("data-state", "unsaved")
    assert old.locator("[name=choice]:enabled").count() == 0
    assert stands(1) == "2"
    old.get_by_role("link", name="Take it back here").click()
    expect(old.locator("h1")).to_have_text("This test is open on another device")


def timed(left: timedelta, whole: timedelta) -> None:
    now = timezone.now()
    rows = Attempt.objects.filter(state="live")
    rows.update(started_at=now + left - whole, deadline_at=now + left, closes_at=now + left + timedelta(minutes=2))


def test_the_time_that_is_left_is_shown_said_at_its_marks_and_can_be_hidden(show: Callable[[int], Page]) -> None:
    timed(timedelta(seconds=62), timedelta(minutes=30))
    page = show(1)
    timer: Any = page.locator("exam-timer")
    expect(timer.locator("[data-left]")).to_have_text(re.compile(r"^(1:0\d|0:5\d)$"))
    expect(timer.locator("[role=status]")).to_have_text("One minute left", timeout=8_000)
    timer.get_by_role("button", name="Hide the time").click()
    expect(timer.locator("[data-left]")).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 800})
    page.reload()
    expect(page.locator("exam-timer [data-left]")).to_be_hidden()
    page.get_by_role("button", name="Show the time").click()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_when_the_time_is_over_what_was_chosen_is_saved_and_the_page_goes_to_the_end(
    show: Callable[[int], Page],
) -> None:
    timed(timedelta(seconds=4), timedelta(minutes=30))
    page = show(1)
    page.locator(".choice").nth(2).click()
    page.wait_for_url("**/review/", timeout=15_000)
    expect(page.locator("main")).to_contain_text("The time is over.")
    assert stands(1) == "3"

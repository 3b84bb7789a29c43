"""What the pages do by themselves while someone sits before them: save, explain, remember, arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Dialog, Page, expect

from accounts.models import User
from certificates.models import Award
from courses.models import EngagementEvent
from courses.selectors import published
from courses.services import enrol
from edu.walk import Walk
from quizzes.models import Attempt, Slot
from tests.browser.conftest import Looker
from tests.browser.gallery import View
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = pytest.mark.django_db(transaction=True)
STATE = "#saved-state"


@pytest.fixture
def quiet_walk(educator: User) -> Walk[Inside]:
    return Walk(Inside.of(educator), mail=settings.VAR, say=lambda _line: None, course=COURSE)


@pytest.fixture
def question(looker: Looker, quiet_walk: Walk[Inside]) -> Page:
    """The first question of a post-test just started."""
    quiet_walk.read()
    browser = quiet_walk.browser
    intro = browser.get(browser.get(f"/courses/{COURSE}/").link("/quizzes/"))
    browser.submit(intro.form("quiz-start"))
    return _open(looker, browser, f"/quizzes/attempts/{Attempt.objects.get().pk}/1/")


def _open(looker: Looker, who: Inside, path: str) -> Page:
    view = View("living", path, who)
    page: Page = looker.open(looker.context(view), view)
    page.evaluate("window.stays = true")
    return page


def _reloaded(page: Page) -> bool:
    return not page.evaluate("window.stays")


def _saved(position: int) -> Any:
    return Slot.objects.get(position=position).response


def test_an_answer_chosen_by_key_is_saved_at_once_and_the_page_says_so(question: Page) -> None:
    question.locator("[name=choice]").first.focus()
    question.keyboard.press("ArrowDown")
    expect(question.locator(STATE)).to_have_attribute("data-state", "saved")
    expect(question.locator(STATE)).to_contain_text("Saved")
    slot = Slot.objects.get(position=1)
    assert slot.response == {"choice": slot.option_order[1]}
    expect(question.locator(".qmap .here")).to_have_text("1, answered")
    expect(question.locator(".qmap-legend")).to_contain_text("9 open: 2, 3, 4, 5, 6, 7, 8, 9, 10")
    assert not _reloaded(question)
    question.locator(".dock button[value=next]").focus()
    question.keyboard.press("Enter")
    expect(question.locator(".question .muted").first).to_contain_text("Question 2 of 10")


def test_enter_on_an_answer_goes_on_and_does_not_leave_the_test(question: Page) -> None:
    question.locator("[name=choice]").nth(1).click()
    expect(question.locator(STATE)).to_have_attribute("data-state", "saved")
    question.keyboard.press("Enter")
    expect(question.locator(".question .muted").first).to_contain_text("Question 2 of 10")


def test_signed_out_meanwhile_the_page_never_says_saved_and_leads_to_the_sign_in(question: Page) -> None:
    said: list[str] = []
    question.expose_function("said", lambda state: said.append(state))
    question.evaluate(
        """new MutationObserver(() => said(document.querySelector("#saved-state").dataset.state))
        .observe(document.querySelector("#saved-state"), {attributes: true})"""
    )
    question.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    question.locator(".choice").nth(1).click()
    question.wait_for_url("**/accounts/login/**")
    assert "saved" not in said
    assert _saved(1) is None


def test_offline_the_answer_waits_on_the_page_and_arrives_when_the_line_is_back(question: Page) -> None:
    question.context.set_offline(True)
    question.locator(".choice").nth(2).click()
    expect(question.locator(STATE)).to_have_attribute("data-state", "offline")
    expect(question.locator(STATE)).to_contain_text("Your answer waits on this page")
    question.locator(".dock button[value=next]").click()
    question.wait_for_timeout(300)
    assert not _reloaded(question)
    assert _saved(1) is None
    question.context.set_offline(False)
    expect(question.locator(".question .muted").first).to_contain_text("Question 2 of 10", timeout=10_000)
    assert _saved(1) is not None


def test_a_server_that_fails_is_told_as_not_saved_and_asked_again(question: Page) -> None:
    question.route("**/quizzes/attempts/**", lambda route: route.fulfill(status=500))
    question.locator(".choice").nth(0).click()
    expect(question.locator(STATE)).to_have_attribute("data-state", "unsaved")
    expect(question.locator(STATE)).to_contain_text("Not saved")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    question.on("dialog", stay)
    question.evaluate("setTimeout(() => location.assign('/home/'))")
    question.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert not _reloaded(question)
    question.unroute("**/quizzes/attempts/**")
    expect(question.locator(STATE)).to_have_attribute("data-state", "saved", timeout=10_000)
    assert _saved(1) is not None


def test_a_check_explains_itself_in_place(looker: Looker, educator: User, quiet_walk: Walk[Inside]) -> None:
    version = published(COURSE)
    assert version is not None
    enrol(user=educator, version=version, now=timezone.now())
    page = _open(looker, quiet_walk.browser, f"/courses/{COURSE}/side-by-side/")
    check = page.locator(".check-card").first
    check.locator("button[type=submit]").click()  # nothing chosen: the page asks for a choice, and reads it out
    expect(page.locator(".check-card").first.locator(".check-error")).to_be_focused()
    check.locator(".choice").first.click()
    check.locator("button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".check-card").first.locator(".choice-why").first).to_be_visible()
    again = page.locator(".check-card").first.get_by_role("button", name="Answer again")
    expect(again).to_be_focused()
    reason = page.locator(f"#{again.get_attribute('aria-describedby')}")
    expect(reason).to_contain_text("Your answer.")
    assert not _reloaded(page)


def test_headings_on_screen_are_told_once_a_minute_and_the_way_back_leads_there(
    looker: Looker, educator: User, quiet_walk: Walk[Inside]
) -> None:
    version = published(COURSE)
    assert version is not None
    enrol(user=educator, version=version, now=timezone.now())
    view = View("living", f"/courses/{COURSE}/side-by-side/", quiet_walk.browser)
    context = looker.context(view)
    context.clock.install()
    page = looker.open(context, view)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("/seen/") else None)
    heading = page.locator(".prose h2").nth(1)
    with page.expect_response("**/seen/"):
        heading.scroll_into_view_if_needed()
        context.clock.run_for(5_000)
    page.locator(".prose h2").nth(3).scroll_into_view_if_needed()
    context.clock.run_for(20_000)
    assert len(told) == 1
    assert EngagementEvent.objects.filter(kind="seen").count() == 1
    home = quiet_walk.browser.get("/home/").link(f"/courses/{COURSE}/side-by-side/")
    assert home.endswith(f"#{heading.get_attribute('id')}")


def test_the_certificate_arrives_in_its_frame_without_a_reload_or_a_jump(
    looker: Looker, quiet_walk: Walk[Inside], work_off: Callable[[], int]
) -> None:
    quiet_walk.read()
    quiet_walk.take_test()
    quiet_walk.evaluate_and_claim()
    page = _open(looker, quiet_walk.browser, f"/certificates/{Award.objects.get().pk}/")
    expect(page.get_by_text("Being printed").first).to_be_visible()
    before = page.locator(".paper").bounding_box()
    assert work_off() == 1
    expect(page.locator("strong", has_text="Your certificate is ready.")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("status")).to_have_text("Your certificate is ready.")
    assert page.locator(".paper").bounding_box() == before
    assert not _reloaded(page)

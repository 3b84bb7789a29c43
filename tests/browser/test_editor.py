"""The editor in a real window with its script: saved while somebody writes, told truthfully, worked by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, expect

from accounts.models import Role, User
from courses.models import Course
from quizzes.forms.parts import new_id
from quizzes.marking import renamed
from quizzes.models import ItemDraft
from quizzes.services import authoring
from quizzes.tests.items import drawn, example
from tests.curriculum import COURSE
from tests.inside import Inside

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
ITEM = "zz-editor"
Open = Callable[..., Page]


@pytest.fixture
def author(make_person: Callable[..., User]) -> User:
    return make_person(Role.AUTHOR, name="Ida Author")


@pytest.fixture
def editor(chromium: Browser, live_server: Any, author: User) -> Iterator[Open]:
    """Opens the editor of an example of a type."""
    cookie = Inside.of(author).client.cookies[settings.SESSION_COOKIE_NAME]
    contexts = []

    def opened(kind: str, **options: Any) -> Page:
        ids: dict[str, str] = {}
        content = renamed(example(kind), lambda one: ids.setdefault(one, new_id()))
        content |= {"objective": "LO-RO1", "facts": ["RO-01"], "see": "side-by-side#one-need"}
        course = Course.objects.get(slug=COURSE)
        authoring.create_item(
            item_id=ITEM, use="test", course=course, actor=author, now=timezone.now(), content=content
        )
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"/bank/{ITEM}/")
        return page

    yield opened
    for context in contexts:
        context.close()


def draft() -> dict[str, Any]:
    content: dict[str, Any] = ItemDraft.objects.get(pk=ITEM).content
    return content


def test_what_is_written_is_saved_and_shown_to_the_learner_without_a_press(editor: Open) -> None:
    page = editor("sba")
    page.locator("#id_stem-en").fill("Written just now, she gave .5 units?")
    expect(page.locator("#editor-saved")).to_have_text("Not saved yet")
    expect(page.locator("#editor-saved")).to_contain_text("Saved at")
    assert draft()["stem"]["en"] == "Written just now, she gave .5 units?"
    expect(page.locator('[data-notes="stem-en"]')).to_contain_text("0.5")
    expect(page.frame_locator("#preview-frame").locator("body")).to_contain_text("Written just now")
    page.locator("#id_stem-en").fill("Written again?")
    expect(page.locator('[data-notes="stem-en"]')).not_to_contain_text("0.5")
    page.wait_for_function("document.getElementById('editor-saved').textContent.startsWith('Saved at')")
    assert draft()["stem"]["en"] == "Written again?"


def test_a_line_that_is_down_is_told_and_what_was_written_arrives_later(editor: Open) -> None:
    page = editor("sba")
    page.route("**/bank/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("#id_stem-en").fill("Written offline?")
    expect(page.locator("#editor-saved")).to_contain_text("Not saved: no connection.")
    page.unroute("**/bank/**")
    expect(page.locator("#editor-saved")).to_contain_text("Saved at", timeout=15_000)
    assert draft()["stem"]["en"] == "Written offline?"


def test_a_press_on_a_line_that_is_down_stays_on_the_page_with_what_was_written(editor: Open) -> None:
    page = editor("sba")
    page.route("**/bank/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("#id_stem-en").fill("Written offline?")
    expect(page.locator("#editor-saved")).to_contain_text("Not saved: no connection.")
    page.get_by_role("button", name="Save draft").first.click()
    page.keyboard.press("Control+s")
    page.wait_for_timeout(300)
    expect(page.locator("#id_stem-en")).to_have_value("Written offline?")
    expect(page.locator("#editor-saved")).to_contain_text("Not saved: no connection.")
    page.unroute("**/bank/**")
    page.get_by_role("button", name="Save draft").first.click()
    expect(page.locator("#editor-saved")).to_contain_text("Saved")
    assert draft()["stem"]["en"] == "Written offline?"


def test_what_somebody_else_saved_is_not_overwritten_by_itself(editor: Open, author: User) -> None:
    page = editor("sba")
    ItemDraft.objects.filter(pk=ITEM).update(seq=9)
    page.locator("#id_stem-en").fill("Mine?")
    expect(page.locator("#editor-saved")).to_contain_text("Not saved. Press Save to see why.")
    assert draft()["stem"]["en"] != "Mine?"
    page.get_by_role("button", name="Save draft").first.click()
    expect(page.locator(".editor-form")).to_contain_text("after you opened it")
    expect(page.locator("#id_stem-en")).to_have_value("Mine?")


def test_a_press_while_a_save_is_on_its_way_waits_for_its_answer(editor: Open) -> None:
    page = editor("sba")

    def slowly(route: Any) -> None:
        answer = route.fetch()  # it is saved, and the answer takes its time
        page.wait_for_timeout(1_500)
        route.fulfill(response=answer)

    page.route("**/bank/**", lambda route: slowly(route) if autosave(route) else route.continue_())
    page.locator("#id_stem-en").fill("Pressed too soon?")
    expect(page.locator("#editor-saved")).to_have_text("Saving…")
    page.locator("#add-options").click()
    page.wait_for_url("**#add-options")
    assert len(draft()["options"]) == 4
    assert draft()["stem"]["en"] == "Pressed too soon?"


def autosave(route: Any) -> bool:
    return bool(route.request.method == "POST" and route.request.headers.get("accept") == "application/json")


def test_a_chosen_picture_is_kept_shown_and_sent_once(editor: Open) -> None:
    page = editor("sba")
    page.locator("#id_picture summary").click()
    file = FilePayload(name="pump.png", mimeType="image/png", buffer=drawn())
    page.locator("#id_picture-file").set_input_files(file)
    expect(page.locator("#picture-shown img")).to_be_visible()
    expect(page.locator("#picture-shown img")).to_have_js_property("naturalWidth", 40)
    expect(page.locator("#id_picture-file")).to_have_value("")
    expect(page.locator('[data-notes="picture-alt-en"]')).to_contain_text("no alternative text")
    page.locator("#id_picture-alt-en").fill("A pump with its tube")
    expect(page.locator('[data-notes="picture-alt-en"]')).not_to_contain_text("no alternative text")
    expect(page.frame_locator("#preview-frame").get_by_alt_text("A pump with its tube")).to_be_visible()
    svg = FilePayload(name="pump.png", mimeType="image/png", buffer=b"<svg/>")
    page.locator("#id_picture-file").set_input_files(svg)
    expect(page.locator('[data-notes="picture-file"]')).to_contain_text("An SVG may hold programs")
    assert draft()["picture"]["alt"]["en"] == "A pump with its tube"


def test_a_field_that_is_refused_is_marked_and_nothing_is_called_saved(editor: Open) -> None:
    page = editor("dose_calc")
    page.locator("#id_params-vars-0-name").fill("two words")
    expect(page.locator("#editor-saved")).to_have_text("Not saved: see the marked fields.")
    expect(page.locator('[data-notes="params-vars-0-name"]')).to_contain_text("A name is a letter")


def test_rows_are_added_moved_and_marked_by_keys(editor: Open) -> None:
    page = editor("sba")
    first = [option["text"]["en"] for option in draft()["options"]]
    page.locator("#id_options-0-text-en").press("Alt+ArrowDown")
    page.wait_for_url("**#id_options-1")
    assert [option["text"]["en"] for option in draft()["options"]] == [first[1], first[0], first[2]]
    page.locator("#id_options-2-why-en").press("Control+k")
    expect(page.locator("#id_options-2 input[type=radio]")).to_be_checked()
    page.locator("#id_options-2-why-en").press("Control+Enter")
    page.wait_for_url("**#add-options")
    assert len(draft()["options"]) == 4
    assert [option.get("key", False) for option in draft()["options"]] == [False, False, True, False]


def test_enter_in_a_line_saves_and_removes_nothing(editor: Open) -> None:
    page = editor("carb_meal")
    page.locator("#id_foods-0-source").fill("label")
    with page.expect_navigation():
        page.locator("#id_foods-0-source").press("Enter")
    assert [food["source"] for food in draft()["foods"]] == ["label", "foods.csv"]


def test_a_question_mark_is_a_letter_while_typing_and_help_otherwise(editor: Open) -> None:
    page = editor("sba")
    page.locator("#id_stem-en").fill("")
    page.locator("#id_stem-en").press("?")
    expect(page.locator("#id_stem-en")).to_have_value("?")
    expect(page.locator("#keys-help")).not_to_be_visible()
    page.locator("#id_options-0 input[type=radio]").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).not_to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_preview_is_dark_where_it_is_asked_to_be(editor: Open, scheme: Any) -> None:
    page = editor("matrix_mc", color_scheme=scheme)
    page.goto(f"/bank/{ITEM}/?dark=1&width=1280")
    frame = page.frame_locator("#preview-frame").locator("body")
    assert frame.evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(13, 24, 27)"
    assert frame.evaluate("() => innerWidth") == 1280


def test_the_choice_of_how_learners_answer_shows_its_parts_without_a_script(editor: Open) -> None:
    page = editor("graph_read", java_script_enabled=False)
    expect(page.locator("#id_answers")).to_be_visible()
    expect(page.locator("#id_options")).not_to_be_visible()
    page.locator("#id_ask input[value=choice]").check()
    expect(page.locator("#id_answers")).not_to_be_visible()
    expect(page.locator("#id_options")).to_be_visible()

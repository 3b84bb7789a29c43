"""A person who has a keyboard and nothing else: each stop of the focus is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

# What has the focus, whether one sees that it has (a ring on it, on its label or on what is drawn in its place), and
# whether anything lies over it, such as a bar that sticks to the window's edge.
STOP = """() => {
    const at = document.activeElement
    if (!at || at === document.body) return null
    const drawn = [at, at.closest("label"), at.type === "radio" && at.nextElementSibling].filter(Boolean)
    const ringed = each => getComputedStyle(each).outlineStyle !== "none" &&
        parseFloat(getComputedStyle(each).outlineWidth) >= 2
    const box = (at.closest("label") ?? at).getClientRects()[0] // the first line of a link that runs over two
    const [x, y] = [box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height, innerHeight) / 2]
    const hit = document.elementFromPoint(x, y)
    return {tag: at.tagName, kind: at.type ?? "", name: at.name ?? "", value: at.value ?? "", id: at.id,
        on: Boolean(at.checked), ring: drawn.some(ringed), text: at.outerHTML.slice(0, 100),
        clear: Boolean(hit && (at.contains(hit) || at.closest("label")?.contains(hit))),
        top: box.y + scrollY, left: box.x, form: at.form?.id ?? ""}
}"""


@dataclass(frozen=True)
class Stop:
    tag: str
    kind: str
    name: str
    value: str
    id: str
    on: bool
    ring: bool
    text: str
    clear: bool
    top: float
    left: float
    form: str

    def is_button(self, name: str, value: str) -> bool:
        return (self.tag, self.name, self.value) == ("BUTTON", name, value)


class Keyboard:
    """Goes through a page by its keys. `wrong` collects each stop that is not seen, is covered, or is lost."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def stop(self) -> Stop:
        found = self.page.evaluate(STOP)
        assert found, "the focus is lost"
        return Stop(**found)

    def tab(self, key: str = "Tab") -> Stop:
        self.press(key)
        at = self.stop()
        if not at.ring:
            self.wrong.append(f"no ring: {at.text}")
        if not at.clear:
            self.wrong.append(f"covered: {at.text}")
        return at

    def to_content(self) -> None:
        """Past the header, by the first link of every page."""
        self.tab()
        self.press("Enter")
        assert self.stop().id == "main"

    def to_button(self, name: str = "", value: str = "", *, within: str = "") -> Stop:
        for _stop in range(200):
            at = self.tab()
            if at.tag == "BUTTON" and (at.is_button(name, value) if name else within == at.form):
                return at
        raise AssertionError(f"no way to {name}={value} {within}")

    def fill(self, form: str, fields: Mapping[str, Sequence[str]], *, until: str) -> list[Stop]:
        """Tab through a form and answer what it asks; stops on the button `until` (NAME=VALUE, or an id)."""
        stops: list[Stop] = []
        open_fields = {name: list(values) for name, values in fields.items()}
        for _stop in range(80):
            at = self.tab()
            if at.form == form:
                stops.append(at)
                if until in (f"{at.name}={at.value}", at.id):
                    left = {name: values for name, values in open_fields.items() if values}
                    assert not left, left
                    return stops
                self._answer(at, open_fields.get(at.name, []))
        raise AssertionError(f"no way to {until} of {form}")

    def _answer(self, at: Stop, wanted: list[str]) -> None:
        if not wanted:
            return
        getattr(self, f"_{at.kind.replace('-', '_')}")(at, wanted)
        assert self.stop().name == at.name

    def _text(self, _at: Stop, wanted: list[str]) -> None:
        self.page.keyboard.type(wanted.pop())

    def _checkbox(self, at: Stop, wanted: list[str]) -> None:
        if at.value in wanted:
            wanted.remove(at.value)
            if not at.on:
                self.press("Space")
            assert self.stop().on

    def _radio(self, at: Stop, wanted: list[str]) -> None:
        if at.value == wanted[0]:
            self.press("Space")
        else:
            self._arrow(wanted[0])
        wanted.pop()
        assert self.stop().on

    def _select_one(self, _at: Stop, wanted: list[str]) -> None:
        self._arrow(wanted.pop())

    def _arrow(self, value: str) -> None:
        for _step in range(20):
            self.press("ArrowDown")
            if self.stop().value == value:
                return
        raise AssertionError(f"the arrows do not reach {value}")


def in_reading_order(stops: Sequence[Stop]) -> list[Any]:
    """Stops that lie above the one before them."""
    return [(one.text, other.text) for one, other in pairwise(stops) if other.top < one.top - 40]

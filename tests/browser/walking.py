"""A person before a browser window of one width, who reads what stands there, clicks and types; with a camera."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from edu.walk import Fields
from tests.browser.test_spanish import ENGLISH, NAMES, unmarked

HEIGHTS = {1280: 900, 360: 780}
# What stays at the foot of a window would stand in the middle of a picture of the whole page. (No style sheet of
# Playwright's: the page's own policy refuses it, and says so.)
DOCKS = """where => {
  for (const dock of document.querySelectorAll(".dock, .step-dock")) dock.style.position = where;
  scrollTo(0, 0);
}"""
PATIENCE_MS = 30_000  # a busy machine is no fault
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)
# What is wider than the window, text that its own box cuts off, and text beside its figure.
ASIDE = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const hides = (e) => getComputedStyle(e).overflowX === "hidden" && getComputedStyle(e).clipPath === "none";
  const cut = [...document.querySelectorAll("h1, h2, h3, p, li, label, legend, th, td, a, button, summary")]
    .filter((e) => e.checkVisibility() && hides(e) && e.scrollWidth > e.clientWidth + 1)
    .map((e) => `cut off: ${e.textContent.trim().slice(0, 60)}`);
  const drawn = [...document.querySelectorAll(":is(.figure, .figure-body) svg")].filter((svg) => svg.checkVisibility());
  for (const svg of drawn) {
    const box = svg.closest(".figure, .figure-body").getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const at = text.getBoundingClientRect();
      if (at.right > box.right + 2 || at.left < box.left - 2) cut.push(`beside its figure: ${text.textContent}`);
    }
  }
  return wide > 0 ? [`${wide} px wider than the window`, ...cut] : cut;
}"""


class Camera:
    """Pictures of a walk, numbered in its order, in a folder of their own; without a folder it takes none."""

    def __init__(self, folder: Path | None) -> None:
        self.folder, self.taken = folder, 0
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("*.png"):
                old.unlink()

    def take(self, name: str, what: Page | Locator, **options: Any) -> None:
        if path := self._next(name):
            what.screenshot(path=path, caret="initial", **options)  # hiding it writes into the page

    def take_pdf(self, name: str, pdf: Path) -> None:
        """The first page of it."""
        if path := self._next(name):
            command = ["pdftoppm", "-r", "90", "-f", "1", "-singlefile", "-png", str(pdf), str(path.with_suffix(""))]
            subprocess.run(command, check=True)

    def _next(self, name: str) -> Path | None:
        self.taken += 1
        return self.folder / f"{self.taken:03}-{name}.png" if self.folder else None


class Person:
    """Someone with a browser of their own; `wrong` collects what is wrong with the pages they saw."""

    def __init__(
        self, chromium: Browser, base: str, camera: Camera, *, width: int, locale: str = "en-US", theme: Any = "light"
    ) -> None:
        self.base, self.camera, self.locale = base, camera, locale
        self.wrong: list[str] = []
        self.context: BrowserContext = chromium.new_context(
            base_url=base,
            locale=locale,
            color_scheme=theme,
            reduced_motion="reduce",
            viewport={"width": width, "height": HEIGHTS[width]},
        )
        expect.set_options(timeout=PATIENCE_MS)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))

    def stranger(self) -> Person:
        """Another person with the same window, whom the site does not know; same camera, same list of wrongs."""
        browser, size = self.context.browser, self.page.viewport_size
        assert browser
        assert size
        other = Person(browser, self.base, self.camera, width=size["width"], locale=self.locale)
        other.wrong = self.wrong
        return other

    def press(self, name: str, *, within: str = "main", exact: bool = True) -> None:
        """Click the button or link of this name that can be seen."""
        place = self.page.locator(within)
        control = place.get_by_role("button", name=name, exact=exact).or_(
            place.get_by_role("link", name=name, exact=exact)
        )
        control.locator("visible=true").first.click()

    def sees(self, heading: str | re.Pattern[str]) -> None:
        """The title of the page they are on, and that the page is sound."""
        expect(self.page.locator("h1")).to_have_text(heading)
        self.look()

    def look(self) -> None:
        """Nothing is cut off or beside the window; a Spanish page holds no English that does not say so."""
        self.page.wait_for_load_state()
        self.wrong += [f"{self.page.url}: {what}" for what in self.page.evaluate(ASIDE)]
        if self.locale.startswith("es"):
            page = BeautifulSoup(self.page.content(), "html.parser")
            assert page.html
            found = [words for words in unmarked(page) if ENGLISH.search(NAMES.sub("", words))]
            self.wrong += [f"{self.page.url}: in English: {words}" for words in dict.fromkeys(found)]
            if page.html["lang"] != "es":
                self.wrong.append(f"{self.page.url}: its language is {page.html['lang']}")

    def whole(self, name: str) -> None:
        """A picture of the page from top to foot."""
        self.page.evaluate(DOCKS, "static")
        self.camera.take(name, self.page, full_page=True)
        self.page.evaluate(DOCKS, "")

    def top(self, name: str) -> None:
        """A picture of what the window shows."""
        self.camera.take(name, self.page)

    def part(self, name: str, what: Locator) -> None:
        self.camera.take(name, what)

    def give(self, form: Locator, fields: Fields) -> None:
        """Answer a question: click, choose and type what the fields are to hold."""
        fields = {name: values for name, values in fields.items() if form.locator(f"[name='{name}']").count()}
        assert fields, "nothing to answer with"  # a unit that stands beside the box has no control
        for name, values in sorted(fields.items(), key=lambda field: field[1]):
            for value in values:
                self._give(form, name, value)
        for name, values in fields.items():  # no step pushed another out of its place
            for value in values:
                control = form.locator(f"[name='{name}']")
                if control.first.get_attribute("type") in ("radio", "checkbox"):
                    expect(form.locator(f"[name='{name}'][value='{value}']")).to_be_checked()
                else:
                    expect(control.first).to_have_value(value)

    def _give(self, form: Locator, name: str, value: str) -> None:
        control = form.locator(f"[name='{name}']").first
        if control.evaluate("control => control.tagName") == "SELECT":
            control.focus()  # as a person does, and Playwright does not
            control.select_option(value)
        elif control.get_attribute("type") in ("radio", "checkbox"):
            form.locator(f"label:has([name='{name}'][value='{value}'])").click()
        elif control.get_attribute("type") != "hidden":
            control.fill("")
            control.press_sequentially(value)

    def mailed_code(self) -> str:
        """The code in the newest letter."""
        found = CODE.search(str(mail.outbox[-1].body))
        assert found, "no letter with a code"
        return found[1]

    def close(self) -> None:
        self.context.close()

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.wrong.append(f"{self.page.url}: {text}")

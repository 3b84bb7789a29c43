"""A browser without JavaScript in the standard library: pages, forms, cookies. The walk and the journeys use it."""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError

Typed = Mapping[str, str | Sequence[str]]


@dataclass
class Control:
    """One control of a form. For radios and checkboxes `label` is the text a person reads beside it."""

    name: str
    kind: str
    value: str
    on: bool = True
    label: str = ""


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    method: str
    ident: str
    controls: list[Control] = field(default_factory=list)
    text: str = ""

    def choices(self, name: str) -> list[Control]:
        return [control for control in self.controls if control.name == name and control.kind in ("radio", "option")]

    def data(self, values: Typed) -> list[tuple[str, str]]:
        """What a browser would send: the values typed (a list: of several boxes of one name), else what stands there;
        a button only when it is pressed."""
        sent = [
            (c.name, c.value)
            for c in self.controls
            if c.name and c.on and c.name not in values and c.kind not in ("submit", "button")
        ]
        typed = [(name, value) for name, value in values.items() if isinstance(value, str)]
        several = [(name, one) for name, value in values.items() if not isinstance(value, str) for one in value]
        return sent + typed + several


@dataclass
class Page:
    """An answer: where it came from, its status, its bytes, and what stands on it."""

    url: str
    status: int
    body: bytes
    forms: list[Form]
    links: list[str]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def form(self, fragment: str) -> Form:
        """The form whose address or id contains `fragment`."""
        for form in self.forms:
            if fragment in form.action or fragment == form.ident:
                return form
        raise LookupError(f"no form “{fragment}” on {self.url}")

    def link(self, fragment: str) -> str:
        """The first link whose address contains `fragment`."""
        for link in self.links:
            if fragment in link:
                return link
        raise LookupError(f"no link “{fragment}” on {self.url}")


class Browser:
    """Keeps cookies, follows redirects, resolves addresses against the page it is on."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.page = Page(self.base + "/", 0, b"", [], [])
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def stranger(self) -> Browser:
        """Another browser on the same site, that knows nothing of this one."""
        return Browser(self.base)

    def get(self, address: str) -> Page:
        return self._open(urllib.request.Request(self._url(address), headers={"Referer": self.page.url}))  # noqa: S310 - _open

    def submit(self, form: Form, **values: str) -> Page:
        """Send a form with these values typed; underscores in names stand as they are."""
        return self.send(form, values)

    def send(self, form: Form, values: Typed) -> Page:
        data = urllib.parse.urlencode(form.data(values))
        url = self._url(form.action or self.page.url)
        if form.method == "get":
            return self.get(f"{url}?{data}")
        headers = {"Referer": self.page.url, "Content-Type": "application/x-www-form-urlencoded"}
        return self._open(urllib.request.Request(url, data.encode(), headers))  # noqa: S310 - _open checks

    def _url(self, address: str) -> str:
        return urllib.parse.urljoin(self.page.url, address)

    def _open(self, request: urllib.request.Request) -> Page:
        if not request.full_url.startswith(self.base):
            raise ValueError(f"this browser stays on {self.base}")
        try:
            with self._opener.open(request, timeout=30) as answer:
                self.page = read_page(answer.url, answer.status, answer.read(), answer.headers.get_content_type())
        except HTTPError as error:
            self.page = read_page(error.url or "", error.code, error.read(), error.headers.get_content_type())
        return self.page


def read_page(url: str, status: int, body: bytes, kind: str) -> Page:
    """What stands on an answer of this content type."""
    reader = _Reader()
    if kind == "text/html":
        reader.feed(body.decode("utf-8", "replace"))
    return Page(url, status, body, reader.forms, reader.links)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._label: Control | None = None
        self._in_label = False
        self._select: tuple[Form | None, str] = (None, "")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in at:
            self.links.append(at["href"])
        elif tag == "form":
            self._form = Form(at.get("action", ""), at.get("method", "get").lower(), at.get("id", ""))
            self.forms.append(self._form)
        elif tag == "label":
            self._in_label = True
        elif form := self._owner(at):
            self._control(form, tag, at)

    def _owner(self, at: dict[str, str]) -> Form | None:
        """The form a control belongs to: the one it stands in, or the one it names."""
        if "form" not in at:
            return self._form or self._select[0]
        return next((form for form in self.forms if form.ident == at["form"]), None)

    def _control(self, form: Form, tag: str, at: dict[str, str]) -> None:
        kind, name = at.get("type", "text" if tag == "input" else tag), at.get("name", "")
        if tag == "select":
            self._select = form, name
        elif tag == "option":
            owner, name = self._select
            self._add(owner or form, Control(name, "option", at.get("value", ""), "selected" in at))
        elif tag == "input":
            on = "checked" in at if kind in ("radio", "checkbox") else True
            self._add(form, Control(name, kind, at.get("value", "on" if kind == "checkbox" else ""), on))
        elif tag == "textarea":
            self._add(form, Control(name, kind, ""))
        elif tag == "button":
            form.controls.append(Control(name, "submit", at.get("value", "")))

    def _add(self, form: Form, control: Control) -> None:
        form.controls.append(control)
        if self._in_label or control.kind == "option":
            self._label = control

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None, ""
        elif tag in ("label", "option"):
            self._in_label, self._label = False, None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if self._form is not None and words:
            self._form.text = f"{self._form.text} {words}".strip()
            if self._label is not None:
                self._label.label = f"{self._label.label} {words}".strip()

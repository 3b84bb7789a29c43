"""The whole main job through a running server, as a browser would do it: sign up to verified certificate."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from edu.browser import Browser, Form, Page
from quizzes import marking, selectors
from quizzes.models import ItemVersion, Slot

COURSE = "insulin-pump-therapy"
WAIT_S = 60
B = TypeVar("B", bound=Browser)
Fields = dict[str, list[str]]


class WalkError(Exception):
    """A step of the walk did not lead where it should."""


class Walk(Generic[B]):
    """One educator, from no account to a certificate, step by step. `say` gets a line for each step done.

    Everything goes through pages; what is right is looked up in the server's database, which no page would tell.
    """

    def __init__(self, browser: B, *, mail: Path, say: Callable[[str], None], course: str = COURSE) -> None:
        self.browser, self.mail, self.say, self.course = browser, mail, say, course
        self.email = f"walk-{secrets.token_hex(4)}@demo.example"

    def run(self, folder: Path) -> Path:
        """Do it all; returns the path of the downloaded PDF. Raises WalkError where it stops."""
        self.sign_up()
        self.read()
        self.pass_test()
        self.evaluate_and_claim()
        path = self.download(folder)
        self.verify()
        return path

    def sign_up(self) -> None:
        """Make an account and confirm the address with the code from the mail file."""
        password = secrets.token_urlsafe(12)
        form = self._get("/accounts/signup/?as=educator").form("signup")
        page = self.browser.submit(
            form,
            email=self.email,
            password1=password,
            password2=password,
            name="Wren Walker",
            profession="nurse",
            credentials="RN",
        )
        page = self.browser.submit(page.form("confirm-email"), code=self._mailed_code())
        self._expect(page, 200, "/home/")
        self.say("signed up, address confirmed")
        self.browser.submit(page.form("/logout/"))
        form = self._get("/accounts/login/").form("/login/")
        page = self.browser.submit(form, login=self.email, password=password)
        self._expect(page, 200, "/home/")
        self.say("signed out and in again")

    def read(self) -> None:
        """Enrol, answer every check, guess a plate where one is asked, press Done in every lesson. A pre-test that is
        offered first is passed by."""
        page = self._get(f"/courses/{self.course}/")
        if any("/enrol/" in form.action for form in page.forms):
            page = self.browser.submit(page.form("/enrol/"))
        if page.url.endswith(f"/courses/{self.course}/"):
            page = self._get(next(link for link in page.links if re.search(rf"/courses/{self.course}/[a-z]", link)))
        lessons = 0
        while f"/courses/{self.course}/" in page.url and any("/done/" in form.action for form in page.forms):
            for form in [form for form in page.forms if "/quizzes/check/" in form.action]:
                self._expect(self.browser.send(form, self.right(form)), 200, "/courses/")
            for form in [form for form in page.forms if "/carbs/in/" in form.action]:
                plate = self.browser.submit(form)
                self._expect(self.browser.submit(plate.form("/carbs/plates/"), total="30"), 200, "/carbs/plates/")
            page = self.browser.submit(page.form("/done/"))
            lessons += 1
            self._expect(page, 200, f"/courses/{self.course}/")
        self.say(f"read {lessons} lessons, answered their checks")

    def take_test(self, *, wrong: int = 0) -> Page:
        """Start, answer all questions (the first `wrong` of them wrongly), look over, hand in."""
        quizzes = [link for link in self._get(f"/courses/{self.course}/").links if "/quizzes/" in link]
        page = self._get(quizzes[-1])  # the checks of modules stand before it
        page = self.browser.submit(page.form("quiz-start"))
        questions = 0
        while any(form.ident == "question-form" for form in page.forms):
            form = page.form("question-form")
            answer = self.right(form) if questions >= wrong else self.wrong(form)
            page = self.browser.send(form, {**answer, "go": "next"})
            questions += 1
        page = self.browser.submit(page.form("/submit/"))
        self._expect(page, 200, "/result/")
        return page

    def pass_test(self) -> None:
        page = self.take_test()
        if not any("/evaluation/" in link or "/claim/" in link for link in page.links):
            raise WalkError("the post-test was not passed")
        self.say("passed the post-test")

    def evaluate_and_claim(self, **said: str) -> None:
        """Send the evaluation (`said`: what differs from a content learner's, such as bias="yes") and claim."""
        page = self._get(self.browser.page.link("/certificates/"))
        form = next(form for form in page.forms if any(control.name == "bias" for control in form.controls))
        answers = {control.name: "yes" for control in form.controls if control.name.startswith("objective_")}
        page = self.browser.send(form, {**answers, "bias": "no", "change": "yes", **said})
        self._expect(page, 200, "/claim/")
        form = next(form for form in page.forms if any(control.name == "attest" for control in form.controls))
        page = self.browser.submit(form, attest="on")
        self._expect(page, 200, "/certificates/")
        self.say("evaluated and claimed")

    def download(self, folder: Path) -> Path:
        """Wait until the worker has printed it, then fetch the PDF."""
        page, until = self.browser.page, time.monotonic() + WAIT_S
        certificate = page.url
        while not any("/pdf/" in link for link in page.links):
            if time.monotonic() > until:
                raise WalkError(f"the certificate was not printed within {WAIT_S} s")
            time.sleep(0.3)
            page = self._get(certificate)
        code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.text)
        pdf = self._get(page.link("/pdf/"))
        if code is None or not pdf.body.startswith(b"%PDF-"):
            raise WalkError("the download is no PDF")
        self.code = code[0]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.code}.pdf"
        path.write_bytes(pdf.body)
        self.say(f"downloaded, {len(pdf.body) // 1024} kB")
        return path

    def verify(self) -> None:
        """Check the code as a stranger, from a browser that never signed in."""
        stranger = self.browser.stranger()
        page = stranger.submit(stranger.get("/verify/").form("/verify/"), code=self.code)
        if page.status != 200 or "Wren Walker" not in page.text:
            raise WalkError("the code does not verify")
        self.say(f"verified {self.code}")

    def _get(self, address: str) -> Page:
        page = self.browser.get(address)
        self._expect(page, 200, "")
        return page

    def _expect(self, page: Page, status: int, fragment: str) -> None:
        if page.status != status or fragment not in page.url:
            raise WalkError(f"expected {status} at …{fragment}, got {page.status} at {page.url}")

    def right(self, form: Form) -> Fields:
        """What the form of a question holds when it is answered rightly."""
        return right(form.action or self.browser.page.url)

    def wrong(self, form: Form) -> Fields:
        """A wrong answer, to a question with one right option."""
        return wrong(form.action or self.browser.page.url)

    def _mailed_code(self) -> str:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for path in sorted(self.mail.glob("*.log"), reverse=True):
                text = path.read_text(encoding="utf-8", errors="replace")
                if self.email in text and (code := re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", text, re.MULTILINE)):
                    return code[1]
            time.sleep(0.2)
        raise WalkError(f"no mail with a code for {self.email} in {self.mail}")


def right(address: str) -> Fields:
    """What the form of a question holds when it is answered rightly; `address` takes its answers."""
    content, params, order = _asked(address)
    return marking.filled(content, params, order, marking.key_response(content, params, order))


def wrong(address: str) -> Fields:
    """A wrong answer, to a question with one right option."""
    content, params, order = _asked(address)
    other = next(option["id"] for option in content["options"] if not option.get("key"))
    return marking.filled(content, params, order, {"choice": other})


def _asked(address: str) -> tuple[Any, Any, Any]:
    """The content, drawn values and order of the question that an address takes answers to."""
    if match := re.search(r"/quizzes/check/[^/]+/([^/]+)/", address):
        check = selectors.drawn(ItemVersion.objects.newest().get(item=match[1]))
        return check.version.content, check.params, check.order
    if match := re.search(r"/quizzes/attempts/([^/]+)/(\d+)/", address):
        slot = Slot.objects.select_related("item_version").get(attempt=uuid.UUID(match[1]), position=int(match[2]))
        return slot.item_version.content, slot.params, slot.option_order
    raise WalkError(f"{address} takes no answer")

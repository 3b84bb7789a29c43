"""The two ways through the whole curriculum, each step a click or a key: an educator's and a patient's in Spanish."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Locator, expect

from courses.models import CourseVersion
from courses.selectors import published_lessons
from edu.walk import right, wrong
from quizzes.models import Slot
from tests.browser.walking import Person
from tests.curriculum import LATER

PASSWORD = "a-long-and-quiet-word"
COURSE_TITLE = "Insulin pump therapy: selecting, starting and supporting"
NAME = "Adaeze Okonkwo-Lindqvist"


def guess_a_plate(person: Person) -> None:
    """Where a lesson asks for a plate of the carbohydrate trainer: guess one, and come back."""
    page = person.page
    card = page.locator(".trainer-card")
    if card.count():
        card.locator("form button").click()
        page.locator("[name=total]").fill("30")
        person.whole("plate")
        page.locator("form[action*='/carbs/plates/'] button[type=submit], main form button[type=submit]").last.click()
        person.whole("plate-counted")
        page.locator("a[href*='#trainer-carbs']").first.click()


class Educator:
    """From the landing page to a certificate that a stranger checks; `print_out` does what the worker would."""

    def __init__(self, person: Person, print_out: Callable[[], int]) -> None:
        self.person, self.page, self.print_out = person, person.page, print_out
        version = CourseVersion.objects.published().get(course__slug=LATER)
        self.lessons = published_lessons(version.pk)
        self.types: set[str] = set()  # of questions, that were pictured
        self.erred = False

    def walk(self) -> None:
        self.sign_up()
        self.enrol()
        for number, lesson in enumerate(self.lessons, 1):
            self.read(number)
            last = number == len(self.lessons)
            onward = COURSE_TITLE if last else self.title(number + 1)
            self.person.sees(onward)
            if last or self.lessons[number].module != lesson.module:
                self.check_module(lesson.module.quiz)
        self.take_post_test()
        self.evaluate_and_claim()
        self.fetch_and_verify()

    def sign_up(self) -> None:
        person, page = self.person, self.page
        page.goto("/")
        person.sees("Learn insulin pump therapy by living a day with it.")
        person.whole("landing")
        page.locator(".d-choices summary").first.click()
        expect(page.locator(".d-choices p").first).to_be_visible()
        person.part("landing-day-answered", page.locator(".day"))
        page.get_by_role("link", name="I teach").click()
        person.sees("Make an account")
        person.whole("sign-up")
        page.get_by_label("Name as printed on certificates").fill(NAME)
        page.get_by_label("Profession").select_option("nurse")
        page.get_by_label("Letters after your name").fill("RN, CDCES")
        _fill_account(person, "adaeze@example.org")
        person.press("Make the account")
        person.sees("Enter the code we sent you")
        person.whole("confirm")
        page.get_by_role("textbox").first.press_sequentially(person.mailed_code())
        page.keyboard.press("Enter")
        person.sees("Welcome. Begin with a course.")
        person.whole("home-new")

    def enrol(self) -> None:
        person, page = self.person, self.page
        page.locator(".card", has_text="Insulin pump therapy").get_by_role("link", name="Start").first.click()
        person.sees(COURSE_TITLE)
        person.whole("course-before")
        person.press("Start the course")
        person.sees(self.title(1))

    def title(self, number: int) -> str:
        return str(self.lessons[number - 1].title["en"])

    def read(self, number: int) -> None:
        """The lesson that is shown: its figures, its checks, its end."""
        person, page = self.person, self.page
        person.sees(self.title(number))
        name = f"lesson-{number:02}"
        person.top(f"{name}-top")
        figures = page.locator(".prose .figure:visible")
        for index in range(figures.count()):
            person.part(f"{name}-figure-{index + 1}", figures.nth(index))
        if number == 1:
            self.look_up_a_term()
        checks = page.locator(".check-card:not(.trainer-card)")
        for index in range(checks.count()):
            self.answer(checks.nth(index))
        guess_a_plate(person)
        person.look()
        person.whole(f"{name}-answered")
        person.press("Done, go on")

    def look_up_a_term(self) -> None:
        page = self.page
        page.locator(".prose [popovertarget]").first.click()
        expect(page.locator(".term-pop:popover-open")).to_be_visible()
        self.person.top("term-open")
        page.keyboard.press("Escape")

    def answer(self, check: Locator) -> None:
        """A check in a lesson; the first with one best answer wrongly at first."""
        address = str(check.get_attribute("action"))
        if not self.erred and check.locator("[type=radio][name=choice]").count():
            self.erred = True
            self.person.give(check, wrong(address))
            check.get_by_role("button", name="Answer", exact=True).click()
            expect(check.locator(".choice-why", has_text="Not this time.")).to_be_visible()
            self.person.part("check-not-this-time", check)
        self.person.give(check, right(address))
        check.get_by_role("button", name=re.compile("^Answer")).click()
        expect(check.get_by_role("button", name="Answer again")).to_be_visible()
        expect(check).not_to_contain_text("Not this time.")

    def check_module(self, quiz: str) -> None:
        """The check of a module, from the course's page."""
        person, page = self.person, self.page
        if page.locator(".outline").count():
            self.to_the_course()
        person.sees(COURSE_TITLE)
        person.whole(f"course-before-{quiz}")
        page.locator(f"#{quiz}").get_by_role("link", name="To the check").click()
        expect(page.get_by_role("button", name="Start the check")).to_be_visible()
        person.look()
        person.top(f"{quiz}-intro")
        person.press("Start the check")
        total = self.take(quiz)
        expect(page.locator("h1")).to_have_text(f"{total} of {total} right.")
        person.look()
        person.whole(f"{quiz}-result")
        person.press("Back to the course")
        expect(page.locator(f"#{quiz}")).to_contain_text(f"{total} of {total} right.")
        page.locator(".journey-step.here").get_by_role("link", name=re.compile("Go on|To the post-test")).click()

    def to_the_course(self) -> None:
        """By the check that has opened in the outline, which on a phone is folded."""
        bar = self.page.locator(".outline-bar summary")
        if bar.is_visible():
            bar.click()
            self.person.top("outline-open")
        self.page.get_by_role("link", name="Check, for practice").locator("visible=true").last.click()

    def take(self, quiz: str, *, wrong_ones: int = 0) -> int:
        """Answer all questions, look over, hand in; returns how many there were."""
        person, page = self.person, self.page
        total = int(str(page.locator(".question .muted").first.text_content()).split()[-1])
        for position in range(1, total + 1):
            expect(page.locator(".question .muted").first).to_have_text(f"Question {position} of {total}")
            person.look()
            slot = Slot.objects.select_related("item_version").get(
                attempt=re.findall(r"attempts/([^/]+)/", page.url)[0], position=position
            )
            kind = slot.item_version.content["type"]
            fails = wrong_ones > 0 and kind == "sba"
            wrong_ones -= fails
            form = page.locator("#question-form")
            person.give(form, (wrong if fails else right)(page.url))
            expect(page.locator("#saved-state")).to_have_attribute("data-state", "saved")
            if kind not in self.types or (quiz != "post-test" and kind != "sba"):
                self.types.add(kind)
                person.whole(f"{quiz}-{position:02}-{kind}")
            page.locator(".dock").get_by_role("button", name=re.compile("Next question|Look over")).click()
        person.sees("Look over your answers")
        person.whole(f"{quiz}-look-over")
        person.press(f"Hand in {total} answers")
        return total

    def take_post_test(self) -> None:
        """One answer is not right; flagged and changed back and forth it is what they chose last."""
        person, page = self.person, self.page
        person.sees("Post-test")
        person.whole("post-test-intro")
        person.press("Start the post-test")
        page.get_by_role("button", name="Look at it again later").click()
        expect(page.get_by_role("button", name="No need to look again")).to_be_visible()
        total = self.take("post-test", wrong_ones=1)
        person.sees(f"Passed, with {total - 1} of {total}.")
        person.whole("post-test-result")

    def evaluate_and_claim(self) -> None:
        person, page = self.person, self.page
        person.press("Go on to the evaluation")
        person.sees("How was it?")
        person.whole("evaluation")
        for group in page.locator(".evaluation-form fieldset").all():
            wanted = re.compile(r"^\s*(Yes, I plan a change|No, I saw none|Met)\s*$")
            group.locator("label", has_text=wanted).click()
        page.get_by_label(re.compile("What will you do differently")).fill("Teach ketones before menus.")
        person.press("Send the evaluation")
        person.sees("Claim your certificate")
        person.whole("claim")
        page.locator("[name=attest]").check()
        person.press("Claim the certificate")
        person.sees(COURSE_TITLE)
        expect(page.get_by_text("Being printed").first).to_be_visible()
        person.whole("certificate-arriving")
        assert self.print_out() == 1
        expect(page.locator("strong", has_text="Your certificate is ready.")).to_be_visible()
        person.look()
        person.whole("certificate")

    def fetch_and_verify(self) -> None:
        """The PDF; what others see; the code typed by someone without an account."""
        person, page = self.person, self.page
        with page.expect_download() as begun:
            person.press("Download the PDF")
        with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
            pdf = Path(folder) / "certificate.pdf"
            begun.value.save_as(pdf)
            assert pdf.read_bytes().startswith(b"%PDF-")
            person.camera.take_pdf("certificate-pdf", pdf)
        person.press("See what others see when they check it")
        person.sees("This certificate stands.")
        code = str(page.locator(".verify-answer dd.num").text_content())
        other = person.stranger()
        other.page.goto("/")
        other.page.locator(".code-form").get_by_role("textbox").fill(code)
        other.page.keyboard.press("Enter")
        other.sees("This certificate stands.")
        expect(other.page.locator(".verify-answer")).to_contain_text(NAME)
        other.whole("verified-by-a-stranger")
        other.close()
        page.get_by_role("link", name="Basal").first.click()
        expect(page.locator("h1")).not_to_have_text("This certificate stands.")
        person.look()
        person.whole("home-done")


class Patient:
    """From the landing page, in Spanish because the browser asks for it, to the summary for the visit."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        version = CourseVersion.objects.published().get(course__slug="starting-your-pump")
        self.lessons = published_lessons(version.pk)

    def walk(self) -> None:
        self.sign_up()
        for number in range(len(self.lessons)):
            self.take_step(number)
            if number == 2:
                self.rest(number + 1)
        self.finish()

    def sign_up(self) -> None:
        person, page = self.person, self.page
        page.goto("/")
        person.sees(re.compile("^Aprenda la terapia con bomba de insulina"))
        person.whole("landing")
        page.get_by_role("link", name="Empiezo con la bomba").click()
        person.sees("Crear una cuenta")
        person.whole("sign-up")
        page.get_by_label("Para mí. Tengo 13 años o más.").check()
        page.locator("[name=name]").fill("Rosario")
        _fill_account(person, "rosario@example.org")
        page.locator("main form.sign-up button[type=submit]").last.click()
        person.sees("Escriba el código que le enviamos")
        person.whole("confirm")
        page.locator("[name=code]").press_sequentially(person.mailed_code())
        page.keyboard.press("Enter")
        person.sees(re.compile("Rosario"))
        person.whole("start")
        person.press("Comenzar")

    def take_step(self, number: int) -> None:
        """Read it, answer its questions, go on. In the first step the answer is a wrong one at first."""
        person, page, lesson = self.person, self.page, self.lessons[number]
        person.sees(str(lesson.title["es"]))
        expect(page.locator(".step-count:visible").first).to_have_text(f"Paso {number} de {len(self.lessons) - 1}")
        person.top(f"step-{number:02}-top")
        guess_a_plate(person)
        jump = page.locator(".step-dock .to-turn")
        if jump.is_visible():  # on a phone the question is far below
            jump.click()
            expect(page.locator(".step.at-turn")).to_be_visible()
        turn = page.locator(".turn")
        address = str(turn.get_attribute("action"))
        if number in (0, 9):
            person.give(turn, wrong(address))
            person.press("Comprobar mi respuesta")
            expect(turn.locator(".notyet")).to_be_visible()
            expect(page.get_by_role("button", name="Continuar")).to_have_count(0)
            person.look()
            person.top(f"step-{number:02}-not-yet")
        person.give(turn, right(address))
        person.press("Comprobar mi respuesta")
        expect(page.locator(".turn.is-right")).to_be_visible()
        person.look()
        person.whole(f"step-{number:02}")
        turn.get_by_role("button", name="Continuar").click()

    def rest(self, number: int) -> None:
        """Close, and go on another time."""
        person, page = self.person, self.page
        person.sees(str(self.lessons[number].title["es"]))
        page.get_by_role("link", name="Guardar y cerrar").locator("visible=true").first.click()
        person.sees(f"Continúe con el paso {number}.")
        person.whole("start-under-way")
        page.locator(".step-row.here").get_by_role("link").click()

    def finish(self) -> None:
        person, page = self.person, self.page
        person.sees("Ya terminó todos los pasos.")
        person.whole("start-done")
        person.press("Ver su resumen")
        person.sees("Para su cita")
        expect(page.locator("main")).to_contain_text("Rosario")
        expect(page.locator(".visit-steps li")).to_have_count(len(self.lessons))
        person.whole("summary")
        page.emulate_media(media="print")
        person.whole("summary-in-print")
        with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
            pdf = Path(folder) / "summary.pdf"
            page.pdf(path=pdf, format="Letter", prefer_css_page_size=True)
            person.camera.take_pdf("summary-on-paper", pdf)


def _fill_account(person: Person, email: str) -> None:
    page = person.page
    page.locator("[name=email]").fill(email)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)

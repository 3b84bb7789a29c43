"""Every page of the product in the state worth seeing, for the browser tests and for `./dev pictures`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Letter, Role, User
from accounts.services import grant, letters
from certificates.models import Award
from core.models import OutboxRow
from courses.models import Completion
from edu import privacy
from edu.walk import COURSE, Walk
from quizzes.models import Attempt
from tests.inside import Inside

Act = Callable[[Any], None]
LONG_TEXT = "The second question of the test has two right answers.\n\nPlease look at it: " + "very " * 60 + "kindly."
LESSONS = ["side-by-side", "burdens", "evidence"]


@dataclass(frozen=True)
class View:
    """A page: its name, its address, who looks (None: a stranger), and what is done there before looking."""

    name: str
    path: str
    who: Inside | None = None
    act: Act | None = None


class Gallery:
    """Builds people at every stage of the way, through the pages as they would."""

    def __init__(self, make_educator: Callable[..., User], work_off: Callable[[], int]) -> None:
        self.make, self.work_off = make_educator, work_off
        self.views: list[View] = []

    def build(self) -> list[View]:
        self._strangers()
        self._newcomer()
        self._reader()
        self._in_the_test()
        self._not_passed()
        self._passed()
        self._certificates()
        self._admin()
        self._people()
        self._privacy()
        return self.views

    def _add(self, name: str, path: str, who: Inside | None = None, act: Act | None = None) -> None:
        self.views.append(View(name, path, who, act))

    def _walk(self, name: str = "Wren Walker") -> Walk[Inside]:
        user = self.make(name=name)
        return Walk(Inside.of(user), mail=settings.VAR, curriculum=settings.CURRICULUM_DIR, say=lambda _line: None)

    def _strangers(self) -> None:
        for name, path in {
            "landing": "/",
            "catalogue": "/courses/",
            "course-stranger": f"/courses/{COURSE}/",
            "sign-in": "/accounts/login/",
            "sign-up": "/accounts/signup/",
            "password-reset": "/accounts/password/reset/",
            "verify": "/verify/",
            "verify-unknown": "/verify/7Q4M-2XKD-9HTR-C5WB/",
            "not-found": "/courses/no-such-course/",
        }.items():
            self._add(name, path)
        self._add("sign-up-errors", "/accounts/signup/", act=_send_empty("/accounts/signup/"))
        self._add("confirm-email", "/accounts/signup/", act=_sign_up)

    def _newcomer(self) -> None:
        walk = self._walk("Ada Newcomer")
        self._add("home-new", "/home/", walk.browser)
        self._add("course-new", f"/courses/{COURSE}/", walk.browser)
        self._add("transcript-empty", "/transcript/", walk.browser)
        self._add("profile", "/me/", walk.browser)
        self._add("sign-out", "/accounts/logout/", walk.browser)

    def _reader(self) -> None:
        walk = self._walk()
        page = walk.browser.submit(walk.browser.get(f"/courses/{COURSE}/").form("/enrol/"))
        self._add("lesson-1", f"/courses/{COURSE}/{LESSONS[0]}/", walk.browser)
        self._add("lesson-open-checks", f"/courses/{COURSE}/{LESSONS[0]}/", walk.browser, _press_done)
        self._add("lesson-locked", f"/courses/{COURSE}/{LESSONS[2]}/", walk.browser)
        further = self._walk()
        page = further.browser.submit(further.browser.get(f"/courses/{COURSE}/").form("/enrol/"))
        page = self._lesson(further, page)
        first, second = [form for form in page.forms if "/quizzes/check/" in form.action][:2]
        further.browser.submit(first, choice=further._wrong(first))
        further.browser.submit(second, choice=further._right(second))
        self._add("lesson-2-answered", f"/courses/{COURSE}/{LESSONS[1]}/", further.browser)
        self._add("course-under-way", f"/courses/{COURSE}/", further.browser)
        self._add("home-under-way", "/home/", further.browser)
        last = self._walk()
        page = last.browser.submit(last.browser.get(f"/courses/{COURSE}/").form("/enrol/"))
        self._lesson(last, self._lesson(last, page))
        self._add("lesson-3", f"/courses/{COURSE}/{LESSONS[2]}/", last.browser)

    def _lesson(self, walk: Walk[Inside], page: Any) -> Any:
        for form in [form for form in page.forms if "/quizzes/check/" in form.action]:
            walk.browser.submit(form, choice=walk._right(form))
        return walk.browser.submit(page.form("/done/"))

    def _in_the_test(self) -> None:
        walk = self._walk()
        walk.read()
        self._add("course-read", f"/courses/{COURSE}/", walk.browser)
        intro = walk.browser.get(walk.browser.get(f"/courses/{COURSE}/").link("/quizzes/"))
        other = self._walk()
        other.read()
        self._add("post-test-intro", other.browser.get(f"/courses/{COURSE}/").link("/quizzes/"), other.browser)
        page = walk.browser.submit(intro.form("quiz-start"))
        for number in range(3):
            form = page.form("question-form")
            if number == 1:
                walk.browser.send(form, {"flag": "on"})
            page = walk.browser.send(page.form("question-form"), {"choice": walk._right(form), "go": "next"})
        attempt = Attempt.objects.filter(submitted_at__isnull=True).latest("started_at")
        self._add("question", f"/quizzes/attempts/{attempt.pk}/4/", walk.browser)
        self._add("look-over", f"/quizzes/attempts/{attempt.pk}/review/", walk.browser)

    def _not_passed(self) -> None:
        walk = self._walk()
        walk.read()
        page = walk.take_test(wrong=4)
        self._add("result-not-passed", _path(page.url), walk.browser)
        self._add("retake-refused", walk.browser.get(f"/courses/{COURSE}/").link("/quizzes/"), walk.browser)

    def _passed(self) -> None:
        walk = self._walk()
        walk.read()
        page = walk.take_test(wrong=1)
        self._add("result-passed", _path(page.url), walk.browser)
        completion = Completion.objects.latest("at")
        self._add("evaluation", f"/certificates/{completion.pk}/evaluation/", walk.browser)
        self._add("evaluation-errors", f"/certificates/{completion.pk}/evaluation/", walk.browser, _send_empty(""))
        claimer = self._walk("Adaeze Okonkwo-Lindqvist")
        self._to_claim(claimer)
        completion = Completion.objects.latest("at")
        self._add("claim", f"/certificates/{completion.pk}/claim/", claimer.browser)
        self._add("claim-refused-name", f"/certificates/{completion.pk}/claim/", claimer.browser, _claim_with_emoji)

    def _to_claim(self, walk: Walk[Inside]) -> None:
        walk.read()
        page = walk.take_test()
        page = walk.browser.get(page.link("/certificates/"))
        form = next(form for form in page.forms if any(control.name == "bias" for control in form.controls))
        answers = {control.name: "yes" for control in form.controls if control.name.startswith("objective_")}
        walk.browser.send(form, {**answers, "bias": "no", "change": "yes"})

    def _certificates(self) -> None:
        printed = self._walk("Adaeze Okonkwo-Lindqvist")
        printed.read()
        printed.take_test(wrong=1)
        printed.evaluate_and_claim()
        self.work_off()
        award = Award.objects.latest("issued_at")
        self._add("certificate", f"/certificates/{award.pk}/", printed.browser)
        self._add("transcript", "/transcript/", printed.browser)
        self._add("home-done", "/home/", printed.browser)
        self._add("verify-stands", f"/verify/{award.code_display}/")
        arriving = self._walk("Łucja Brzęczyszczykiewicz")
        arriving.read()
        arriving.take_test()
        arriving.evaluate_and_claim()
        self._add("certificate-arriving", f"/certificates/{Award.objects.latest('issued_at').pk}/", arriving.browser)
        stuck = self._walk("שרה כהן")
        stuck.read()
        stuck.take_test()
        stuck.evaluate_and_claim()
        award = Award.objects.latest("issued_at")
        OutboxRow.objects.filter(key=str(award.pk)).update(quarantined_at=timezone.now())
        self._add("certificate-stuck", f"/certificates/{award.pk}/", stuck.browser)

    def _admin(self) -> None:
        admin = self.make(name="Amal Admin (demo)")
        grant(user=admin, role=Role.ADMIN, granted_by=None, now=timezone.now())
        self._add("admin", "/admin/", Inside.of(User.objects.get(pk=admin.pk)))

    def _people(self) -> None:
        """The admin's rooms, with someone whose name is as long as a name may be."""
        admin, long = self.make(name="Ingrid Admin (demo)"), self.make(name="Wilhelmina " * 10 + "Ogg")
        for role in (Role.ADMIN, Role.AUTHOR):
            grant(user=admin, role=role, granted_by=None, now=timezone.now())
        who = Inside.of(User.objects.get(pk=admin.pk))
        for role in (Role.REVIEWER, Role.CE_OFFICE, Role.PATIENT):
            grant(user=long, role=role, granted_by=admin, now=timezone.now())
        self._add("people", "/people/", who)
        self._add("people-none", "/people/?q=nobody-is-called-so", who)
        self._add("person", f"/people/{long.pk}/", who)
        self._add("person-last-admin", f"/people/{admin.pk}/", who)
        self._add("audit-log", "/people/audit/", who)
        self._add("audit-log-empty", "/people/audit/?q=nothing-of-the-kind", who)
        self._add("second-factor-proved", "/second-factor/", who)
        newcomer = self.make(name="Newly Appointed")
        grant(user=newcomer, role=Role.CE_OFFICE, granted_by=admin, now=timezone.now())
        fresh = Inside()
        fresh.client.force_login(newcomer)
        self._add("second-factor-first", "/second-factor/", fresh)

    def _privacy(self) -> None:
        """Legal pages, letters, one's own data; a certificate whose holder is gone."""
        for name, path in (
            ("privacy", "/privacy/"),
            ("terms", "/terms/"),
            ("contact", "/contact/"),
            ("complaint", "/complaints/"),
        ):
            self._add(name, path)
        self._add("contact-errors", "/contact/", act=_send_empty(""))
        self._add("complaint-errors", "/complaints/", act=_send_empty(""))
        self._add("letter-sent", "/contact/", act=_write_letter)
        patient = self.make(name="Pat Patient (demo)", guardian=True, child_name="Robin")
        revoke_all(patient)
        grant(user=patient, role=Role.PATIENT, granted_by=None, now=timezone.now())
        who = Inside.of(User.objects.get(pk=patient.pk))
        self._add("privacy-patient", "/privacy/", who)
        self._add("own-letters-empty", "/me/letters/", who)
        self._add("copy-patient", "/me/copy/", who)
        self._add("delete-patient", "/me/delete/", who)
        self._add("deleted", "/privacy/", act=self._delete_someone)
        self._own_data()
        self._letters()

    def _own_data(self) -> None:
        holder = self._walk("Adaeze Okonkwo-Lindqvist")
        self._to_claim(holder)
        form = next(form for form in holder.browser.page.forms if any(c.name == "attest" for c in form.controls))
        holder.browser.submit(form, attest="on")
        self._add("copy", "/me/copy/", holder.browser)
        self._add("delete", "/me/delete/", holder.browser)
        self._add("delete-errors", "/me/delete/", holder.browser, _send_empty("/me/delete/"))
        locked = self.make(name="Someone With A Password")
        locked.set_password("a-long-and-quiet-word")
        locked.save()
        self._add("copy-asks-for-the-password", "/me/copy/", Inside.of(locked))
        gone = self._walk("Someone Who Left")
        self._to_claim(gone)
        form = next(form for form in gone.browser.page.forms if any(c.name == "attest" for c in form.controls))
        gone.browser.submit(form, attest="on")
        award = Award.objects.latest("issued_at")
        privacy.erase(user=award.user, now=timezone.now())
        self._add("verify-name-removed", f"/verify/{award.code_display}/")

    def _letters(self) -> None:
        office, writer = self.make(name="Noor Haddad (demo)"), self.make(name="Wilhelmina " * 10 + "Ogg")
        grant(user=office, role=Role.CE_OFFICE, granted_by=None, now=timezone.now())
        office = User.objects.get(pk=office.pk)
        desk, now = Inside.of(office), timezone.now()
        written = [self._letter(writer, number, now - timedelta(days=40 - 8 * number)) for number in range(4)]
        letters.answer(letter=written[2], text=LONG_TEXT, by=office, now=now)
        letters.erase(Letter.objects.filter(pk=written[3].pk), now=now)
        self._add("letters", "/office/letters/", desk)
        self._add("letters-answered", "/office/letters/?show=answered", desk)
        for name, letter in (("open", written[0]), ("answered", written[2]), ("removed", written[3])):
            self._add(f"letter-{name}", f"/office/letters/{letter.pk}/", desk)
        self._add("letter-errors", f"/office/letters/{written[0].pk}/", desk, _send_empty(""))
        self._add("own-letters", "/me/letters/", Inside.of(writer))

    def _letter(self, writer: User, number: int, at: datetime) -> Letter:
        complaint = number % 2
        return letters.write(
            kind=Letter.Kind.COMPLAINT if complaint else Letter.Kind.CONTACT,
            user=writer if number else None,
            name=writer.name,
            email=f"{'a-very-long-address.' * 3}wilhelmina@example.org",
            subject=""
            if complaint
            else "A code that does not come, however often one asks for it, and what to do then",
            course_slug=COURSE if complaint else "",
            text=LONG_TEXT,
            now=at,
        )

    def _delete_someone(self, page: Any) -> None:
        """Whoever looks at the last page has deleted an account: a new one each time."""
        cookie = Inside.of(self.make(name="Someone Leaving")).client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.url.replace("privacy/", "")}])
        page.goto(page.url.replace("/privacy/", "/me/delete/"))
        page.fill("[name=word]", "DELETE")
        page.locator("#erase-form button[type=submit]").click()
        page.get_by_role("heading", name="Your account is deleted.").wait_for()


def revoke_all(user: User) -> None:
    user.grants.live().update(revoked_at=timezone.now())


def _path(url: str) -> str:
    return url.removeprefix("http://testserver")


def _press_done(page: Any) -> None:
    page.locator(".lesson-end button").click()
    page.locator(".error-focus").wait_for()


def _send_empty(action: str) -> Act:
    def act(page: Any) -> None:
        page.locator(
            f"main form[action*='{action}'] button[type=submit]" if action else "main form button"
        ).last.click()
        page.locator(".error-summary").wait_for()

    return act


def _sign_up(page: Any) -> None:
    page.fill("[name=name]", "Wren Walker")
    page.fill("[name=email]", f"gallery-{timezone.now().timestamp():.6f}@demo.example")
    page.fill("[name=password1]", "a-long-and-quiet-word")
    page.fill("[name=password2]", "a-long-and-quiet-word")
    page.select_option("[name=profession]", "nurse")
    page.locator("main form button[type=submit]").click()
    page.locator("[name=code]").wait_for()


def _write_letter(page: Any) -> None:
    page.fill("[name=name]", "Robin Reader")
    page.fill("[name=email]", "robin@example.org")
    page.fill("[name=subject]", "A code that does not come")
    page.fill("[name=text]", "I wait since yesterday.")
    page.locator("#letter-form button[type=submit]").click()
    page.locator(".big-number").wait_for()


def _claim_with_emoji(page: Any) -> None:
    page.fill("[name=name]", "Adaeze \U0001f642 Okonkwo")
    page.check("[name=attest]")
    page.locator("main form button[type=submit]").click()
    page.locator(".error-summary").wait_for()

"""Every page of the product in the state worth seeing, for the browser tests and for `./dev pictures`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant
from certificates.models import Award, Print
from certificates.services import office as acts
from certificates.tests import ledger
from core.models import OutboxRow
from courses.models import Completion
from edu.walk import Walk
from quizzes.models import Attempt
from tests.browser.gallery_authoring import AuthoringViews
from tests.browser.gallery_checks import add_checks
from tests.browser.gallery_house import HouseViews
from tests.browser.gallery_privacy import add_privacy
from tests.browser.gallery_results import ResultViews
from tests.browser.gallery_taking import TakingViews
from tests.browser.gallery_trainer import add_trainer
from tests.browser.patients_gallery import add_patients
from tests.curriculum import COURSE
from tests.inside import Inside

Act = Callable[[Any], None]
LONG_NAME = (
    "Maria Alejandra de los Ángeles Fernández-Villavicencio Quiñónez de la Torre "
    "y Montenegro Ruiz Salazar de Alba y Oña"
).ljust(120, "o")
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
        self._office()
        self._admin()
        self._people()
        add_patients(self._add, self._walk().browser)
        add_checks(self._add, self.make)
        add_trainer(self._add, self.make)
        self._house()
        self._authoring()
        ResultViews(self).add()
        add_privacy(self._add, self.make, self._claimed)
        TakingViews(self).add()
        return self.views

    def _add(self, name: str, path: str, who: Inside | None = None, act: Act | None = None) -> None:
        self.views.append(View(name, path, who, act))

    def _walk(self, name: str = "Wren Walker") -> Walk[Inside]:
        user = self.make(name=name)
        return Walk(Inside.of(user), mail=settings.VAR, say=lambda _line: None, course=COURSE)

    def _strangers(self) -> None:
        for name, path in {
            "landing": "/",
            "catalogue": "/courses/",
            "look-up": "/look-up/",
            "look-up-found": "/look-up/?q=insulin",
            "look-up-nothing": "/look-up/?q=zeppelin",
            "course-stranger": f"/courses/{COURSE}/",
            "sign-in": "/accounts/login/",
            "sign-up-doors": "/accounts/signup/",
            "sign-up": "/accounts/signup/?as=educator",
            "password-reset": "/accounts/password/reset/",
            "verify": "/verify/",
            "verify-unknown": "/verify/7Q4M-2XKD-9HTR-C5WB/",
            "not-found": "/courses/no-such-course/",
            "api": "/api/v1/",
        }.items():
            self._add(name, path)
        self._add("sign-up-errors", "/accounts/signup/?as=educator", act=_send_empty("/accounts/signup/"))
        self._add("confirm-email", "/accounts/signup/?as=educator", act=_sign_up)

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
        further.browser.send(first, further.wrong(first))
        further.browser.send(second, further.right(second))
        self._add("lesson-2-answered", f"/courses/{COURSE}/{LESSONS[1]}/", further.browser)
        self._add("course-under-way", f"/courses/{COURSE}/", further.browser)
        self._add("home-under-way", "/home/", further.browser)
        last = self._walk()
        page = last.browser.submit(last.browser.get(f"/courses/{COURSE}/").form("/enrol/"))
        self._lesson(last, self._lesson(last, page))
        self._add("lesson-3", f"/courses/{COURSE}/{LESSONS[2]}/", last.browser)

    def _lesson(self, walk: Walk[Inside], page: Any) -> Any:
        for form in [form for form in page.forms if "/quizzes/check/" in form.action]:
            walk.browser.send(form, walk.right(form))
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
            page = walk.browser.send(page.form("question-form"), {**walk.right(form), "go": "next"})
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

    def _claimed(self, name: str) -> Walk[Inside]:
        """Someone who holds a certificate that is not printed yet."""
        walk = self._walk(name)
        self._to_claim(walk)
        form = next(form for form in walk.browser.page.forms if any(c.name == "attest" for c in form.controls))
        walk.browser.submit(form, attest="on")
        return walk

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

    def _house(self) -> None:
        HouseViews(self).add()

    def _office(self) -> None:
        """The CE office, first with nothing in it, then with certificates in every state."""
        clerk = self.make(name="Oda Office (demo)")
        grant(user=clerk, role=Role.CE_OFFICE, granted_by=None, now=timezone.now())
        office = Inside.of(User.objects.get(pk=clerk.pk))
        for name in ("completions", "evaluations", "certificates"):
            self._add(f"office-{name}-nothing-fits", f"/office/{name}/?q=nobody-is-called-so", office)
            self._add(f"office-{name}", f"/office/{name}/", office)
        self._add("office-errors", "/office/completions/?since=2026-02-02&until=2026-01-01", office)
        self._add("office", "/office/", office)
        said: dict[str, Any] = {
            "bias_seen": True,
            "bias_text": "Lesson 2, “the newer pumps do it better”: which ones? " * 3,
        }
        ledger.evaluation(self.make(name=LONG_NAME), answer="partly", **said)
        award = ledger.award(self.make(name="Adaeze Okonkwo-Lindqvist"), change_text="Teach ketones before menus.")
        long, arabic = (
            ledger.award(self.make(name=LONG_NAME, credentials="RN, CDCES")),
            ledger.award(self.make(name="محمد عبد الرحمن الأنصاري")),
        )
        stuck = ledger.award(self.make(name="Stella Stuck"))
        self.work_off()
        Print.objects.filter(award=stuck).delete()
        OutboxRow.objects.filter(key=str(stuck.pk)).update(done_at=None, quarantined_at=timezone.now())
        pages = {"office-certificate": award, "office-certificate-stuck": stuck, "office-certificate-long": long}
        for name, each in pages.items():
            self._add(name, f"/office/certificates/{each.pk}/", office)
        correct, revoke = (f"/office/certificates/{award.pk}/{act}/" for act in ("correct", "revoke"))
        self._add("office-correct", correct, office)
        self._add("office-correct-errors", correct, office, _compare_unchanged)
        self._add("office-correct-look", f"/office/certificates/{long.pk}/correct/", office, _compare)
        self._add("office-revoke", revoke, office)
        self._add("office-revoke-errors", revoke, office, _send_empty(revoke))
        self._add("office-revoke-look", revoke, office, _look_at_revocation)
        self._add("office-evaluation-seen-errors", "/office/", office, _mark_with_too_much)
        self._acts_of_the_office(clerk, office, arabic)

    def _acts_of_the_office(self, clerk: User, office: Inside, old: Award) -> None:
        new = acts.supersede(
            award=old, name=LONG_NAME, credentials="RN", reason="Licence seen on 3 May.", by=clerk, now=timezone.now()
        )
        gone = ledger.award(self.make(name="שרה כהן"))
        self.work_off()
        acts.revoke(award=gone, reason="conditions", words="Two people sat one test.", by=clerk, now=timezone.now())
        for name, award in {"superseded": old, "corrected": new, "revoked": gone}.items():
            learner = Inside.of(award.user)
            self._add(f"office-certificate-{name}", f"/office/certificates/{award.pk}/", office)
            self._add(f"certificate-{name}", f"/certificates/{award.pk}/", learner)
            self._add(f"verify-{name}", f"/verify/{award.code_display}/")
            self._add(f"transcript-{name}", "/transcript/", learner)

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
        self._add("audit-log-empty", "/people/audit/?who=nobody-is-called-so", who)
        self._add("audit-log-refused", "/people/audit/?since=2026-03-04&until=2026-03-03", who)
        self._add("audit-log-of-one", f"/people/audit/?target=user:{long.pk}", who)
        self._add("second-factor-proved", "/second-factor/", who)
        newcomer = self.make(name="Newly Appointed")
        grant(user=newcomer, role=Role.CE_OFFICE, granted_by=admin, now=timezone.now())
        fresh = Inside()
        fresh.client.force_login(newcomer)
        self._add("second-factor-first", "/second-factor/", fresh)

    def _staff(self, role: Role, name: str, credentials: str = "") -> tuple[User, Inside]:
        user = self.make(name=name, credentials=credentials)
        grant(user=user, role=role, granted_by=None, now=timezone.now())
        user = User.objects.get(pk=user.pk)
        return user, Inside.of(user)

    def _authoring(self) -> None:
        AuthoringViews(self).add()


def _compare_unchanged(page: Any) -> None:
    page.fill("[name=reason]", "Licence seen.")
    page.locator("main form button[type=submit]").last.click()
    page.locator(".error-summary").wait_for()


def _compare(page: Any) -> None:
    page.fill("[name=name]", LONG_NAME[::-1].strip())
    page.fill("[name=reason]", "Marriage; the licence of 3 May shows the new name.")
    page.locator("main form button[type=submit]").last.click()
    page.locator(".side-by-side").wait_for()


def _look_at_revocation(page: Any) -> None:
    page.locator("[name=reason]").first.check()
    page.fill("[name=words]", "Issued twice by a fault of ours.")
    page.locator("main form button[type=submit]").last.click()
    page.locator("button.danger").wait_for()


def _mark_with_too_much(page: Any) -> None:
    page.locator("[name=words]").first.evaluate(
        "box => { box.removeAttribute('maxlength'); box.value = 'y'.repeat(501) }"
    )
    page.locator(".office-review button").first.click()
    page.locator(".error-summary").wait_for()


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
    page.locator("main form button[type=submit]").last.click()
    page.locator("[name=code]").wait_for()


def _claim_with_emoji(page: Any) -> None:
    page.fill("[name=name]", "Adaeze \U0001f642 Okonkwo")
    page.check("[name=attest]")
    page.locator("main form button[type=submit]").click()
    page.locator(".error-summary").wait_for()

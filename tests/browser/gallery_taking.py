"""Views for the gallery: a question of every type while a test is taken, the clock, another device, more time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import Role, User
from courses.models import Enrolment
from quizzes import marking
from quizzes.forms.parts import new_id
from quizzes.models import Accommodation, Attempt, Item, ItemVersion, Quiz, Slot
from quizzes.services import deadlines, versions
from quizzes.services.answering import answer_save
from tests.every_type import questions
from tests.inside import Inside

if TYPE_CHECKING:
    from tests.browser.gallery import Act, Gallery

SLUG = "every-type"
LIMIT_MIN = 240  # longer than anyone looks at the gallery
RULES = {"kind": "module", "title": {"en": "Every type"}, "minutes": 20, "pass": "0.8", "attempts": None}
BOXES = {"numeric": "number", "dose-calc": "number", "carb-meal": "total", "graph-read": "number"}


class TakingViews:
    """Adds them to a gallery under construction."""

    def __init__(self, gallery: Gallery) -> None:
        self.gallery, self.add_view = gallery, gallery._add

    def add(self) -> None:
        self._more_time()
        self._quiz()
        enrolment, waiting = self._reader("Ida Intro")
        self.add_view("timed-intro", f"/quizzes/{enrolment.pk}/{SLUG}/", waiting)
        self._open()
        self._answered()

    def _quiz(self) -> None:
        """A test against the clock that asks every type."""
        course = ItemVersion.objects.newest().get(item="ro-001").objective.course
        pinned = [_version(name, content).pk for name, content in questions().items()]
        quiz = Quiz.objects.create(course=course, slug=SLUG, kind="module")
        rules = {**RULES, "retake": "free", "items": [], "settings": {"limit_min": LIMIT_MIN}}
        versions.new_quiz_version(quiz=quiz, rules=rules, pinned=pinned, source="web", after=None)

    def _reader(self, name: str) -> tuple[Enrolment, Inside]:
        walk = self.gallery._walk(name)
        walk.read()
        return Enrolment.objects.latest("enrolled_at"), walk.browser

    def _begun(self, name: str) -> tuple[Attempt, Inside]:
        enrolment, browser = self._reader(name)
        browser.submit(browser.get(f"/quizzes/{enrolment.pk}/{SLUG}/").form("quiz-start"))
        return Attempt.objects.get(enrolment=enrolment), browser

    def _open(self) -> None:
        attempt, browser = self._begun("Ona Open")
        for name, _slot, address in _slots(attempt):
            self.add_view(f"asked-{name}", address, browser)
            if box := BOXES.get(name):
                self.add_view(f"typing-{name}", address, browser, _typing(box))
                self.add_view(f"refused-{name}", address, browser, _refused(box))
        other = Inside.of(User.objects.get(pk=attempt.enrolment.user_id))
        self.add_view("elsewhere", f"/quizzes/attempts/{attempt.pk}/1/", other)

    def _answered(self) -> None:
        attempt, browser = self._begun("Ansa Answered")
        for name, slot, address in _slots(attempt):
            content, params, order = slot.item_version.content, slot.params, slot.option_order
            fields = marking.filled(content, params, order, marking.key_response(content, params, order))
            answer_save(
                user=attempt.enrolment.user,
                attempt_id=attempt.pk,
                position=slot.position,
                fields=fields,
                epoch=None,
                seq=1,
                now=timezone.now(),
            )
            self.add_view(f"answered-{name}", address, browser)
        self.add_view("look-over-every-type", f"/quizzes/attempts/{attempt.pk}/review/", browser)

    def _more_time(self) -> None:
        clerk, office = self.gallery._staff(Role.CE_OFFICE, "Oda Office (demo)")
        self.add_view("more-time-refused", "/quizzes/more-time/", office, _refuse_more_time)
        long = self.gallery.make(name="Adaeze Okonkwo-Lindqvist " * 4)
        for user, times, extra, reason in (
            (long, "1.5", 0, Accommodation.Reason.REQUEST),
            (self.gallery.make(name="محمد عبد الرحمن الأنصاري"), "1", 45, Accommodation.Reason.TECHNICAL),
            (long, "1", 0, Accommodation.Reason.WITHDRAWN),
        ):
            deadlines.grant(
                user=user,
                multiplier=Decimal(times),
                extra_min=extra,
                reason=reason,
                granted_by=clerk,
                now=timezone.now(),
            )
        self.add_view("more-time", "/quizzes/more-time/", office)


def _version(name: str, content: dict[str, Any]) -> ItemVersion:
    ids: dict[str, str] = {}
    found = marking.renamed(content, lambda one: ids.setdefault(one, new_id()))
    found |= {"use": "test", "objective": "LO-RO1", "facts": ["RO-01"], "see": "side-by-side#one-need"}
    item = Item.objects.create(id=f"every-{name}", use=Item.Use.TEST)
    return versions.new_item_version(item=item, content=found, source="web", after=None)


def _slots(attempt: Attempt) -> Iterator[tuple[str, Slot, str]]:
    for slot in attempt.slots.select_related("item_version").order_by("position"):
        name = slot.item_version.item_id.removeprefix("every-")
        yield name, slot, f"/quizzes/attempts/{attempt.pk}/{slot.position}/"


def _typing(box: str) -> Act:
    """A number that is asked about while it is typed."""

    def act(page: Any) -> None:
        page.locator(f"[name={box}]").press_sequentially("1,234")
        page.locator("[data-asked] .error").wait_for()

    return act


def _refused(box: str) -> Act:
    def act(page: Any) -> None:
        page.fill(f"[name={box}]", "1,234")
        page.locator(".pager [value=next]").click()
        page.locator(".check-error").wait_for()

    return act


def _refuse_more_time(page: Any) -> None:
    page.fill("[name=email]", "nobody@example.org")
    page.fill("[name=multiplier]", "9")
    page.locator("#more-time button").click()
    page.locator(".error-summary").wait_for()

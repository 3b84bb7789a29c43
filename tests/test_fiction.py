"""Tools of fiction only: nobody's own numbers go in, and no dose comes out.

Every box of every form that one can type into is stated here, by what its page does with it. A new one fails until
someone has said what it is for; what would compute from a reader's numbers has no place on that list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import resolve
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import Role, User
from courses import selectors, services
from courses.models import LessonProgress
from edu.browser import Form, Page, read_page
from edu.curriculum import load
from quizzes.models import ItemVersion
from tests.curriculum import LATER, WHOLE
from tests.inside import Inside
from tests.matrix.routes import own_routes
from tests.matrix.world import build

pytestmark = pytest.mark.django_db
MARKED = {"number", "food-N", "total"}  # an answer about someone fictional, compared with a key
NAMES, WORDS, SEARCH = {"name", "credentials"}, {"words"}, {"q", "since", "until"}
BOXES = {
    # What a learner answers.
    "check_answer": MARKED,
    "trainer_round": MARKED,  # a guess at a plate that was laid or built to practise, compared with the table
    # Who someone is, and what they write to people.
    "profile": NAMES,
    "licence_add": {"expires_on", "jurisdiction", "kind", "number"},
    "contact": {"name", "subject", "text", "website"},
    "complaint": {"name", "text", "website"},
    "mfa_reauthenticate": {"code"},
    "erase": {"word"},
    # What is looked for.
    "look_up": SEARCH,
    "trainer_own": SEARCH,  # a food; how much of it is chosen, not typed
    "verify": {"code"},
    "people": SEARCH,
    "bank": SEARCH,
    "audit_log": {"about", "since", "until", "who"},
    "office": SEARCH,
    "office_certificates": SEARCH,
    "office_completions": SEARCH,
    "office_evaluations": SEARCH,
    "voidings": {"email"},
    # What authors and reviewers write of fictional people.
    "item": {
        *("facts", "options-N-text-en", "options-N-why-en", "stem-en"),
        *("picture-alt-en", "picture-caption-en"),
    },
    "item_new": {"item_id"},
    "item_comment": {"body"},
    "item_review": {"reason"},
    "bank_bulk": {"tag"},
    "quiz_new": {"slug"},
    "quiz_edit": {"attempts", "cooldown_h", "grace_s", "limit_min", "minutes", "must_pass", "pass", "title-en"},
    # What the CE office does with results.
    "accommodations": {"extra_min", "multiplier"},
    "letter": {"text"},
    "office_correct": {*NAMES, "reason"},
    "office_evaluation_seen": WORDS,
    "office_revoke": WORDS,
    "voiding": {"reason"},
    # Examples of boxes, which go nowhere.
    "styleguide": {
        f"{how}-{what}" for how in ("empty", "filled", "wrong") for what in ("name", "search", "starts", "text")
    }
    | {"nN"},
}
TYPED = ("text", "number", "textarea", "search", "tel", "range", "date", "datetime-local", "time")
# Words by which a form would ask a reader for the numbers of their own therapy.
OWN = re.compile(
    r"\b(?:your|my|su|sus|tu|tus|mi|mis)\s+(?:\w+\s+)?"
    r"(?:weight|dose|basal|bolus|ratio|factor|target|glucose|A1C|insulin|carbs|peso|dosis|objetivo|glucosa|insulina)\b",
    re.IGNORECASE,
)


def typed(form: Form) -> set[str]:
    """The names of the boxes, without the numbers that only count them."""
    return {re.sub(r"\d+", "N", c.name) for c in form.controls if c.kind in TYPED and c.name}


@pytest.fixture
def pages(make_person: Callable[..., User], work_off: Callable[[], int]) -> Iterator[Page]:
    """Every page there is, as someone of each role sees it; every lesson and step in its languages among them."""
    world = build(make_person, work_off)
    load(WHOLE, publish=True)

    def walk() -> Iterator[Page]:
        for role in Role:
            person = make_person(role, name="Fay Fiction", profession="nurse", credentials="RN")
            inside = Inside.of(person)
            inside.client.raise_request_exception = False
            for route in own_routes():
                values = {**world.shared, **world.others, **world.own.get(role.value, {})}
                if set(route.kwargs) <= set(values) and not route.name.startswith("api"):
                    yield inside.get(route.path(values))
        for slug, role, language in (
            (LATER, Role.EDUCATOR, "en"),
            ("starting-your-pump", Role.PATIENT, "en"),
            ("starting-your-pump", Role.PATIENT, "es"),
        ):
            reader = make_person(role, name="Fay Fiction", language=language)
            yield from lessons(reader, slug)

    return walk()


def lessons(reader: User, slug: str) -> Iterator[Page]:
    """Every lesson of a course, for someone who has done them all, and a plate of the carb trainer."""
    version, now = selectors.published(slug), timezone.now()
    assert version
    enrolment = services.enrol(user=reader, version=version, now=now)
    found = selectors.published_lessons(version.pk)
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson_slug=lesson.slug, seen_at=now, done_at=now) for lesson in found
    )
    inside = Inside.of(reader)
    for lesson in found:
        yield inside.get(f"/courses/{slug}/{lesson.slug}/")
    yield inside.submit(inside.get("/carbs/").form("/carbs/"))


def test_every_box_is_for_something_that_is_no_calculation_of_a_readers_own(pages: Iterator[Page]) -> None:
    found: dict[str, set[str]] = {}
    asked = []
    for page in pages:
        for form in page.forms:
            if names := typed(form):
                found.setdefault(_where(form, page), set()).update(names)
                asked += [words[0] for words in [OWN.search(form.text)] if words]
    assert found.keys() == BOXES.keys()
    assert asked == []
    assert {where: names - BOXES[where] for where, names in found.items() if not names <= BOXES[where]} == {}


def test_the_walk_of_pages_would_see_a_calculator() -> None:
    page = read_page(
        "http://testserver/look-up/",
        200,
        b'<form action="/look-up/"><label>Your weight <input type="number" name="kg"></label></form>',
        "text/html",
    )
    (form,) = page.forms
    assert typed(form) == {"kg"}
    assert not typed(form) <= BOXES[_where(form, page)]
    assert OWN.search(form.text)


def test_what_comes_back_does_not_hang_on_the_number_typed(educator: User) -> None:
    """Two wrong numbers to every question in the lessons that takes one: the page says the same of both."""
    load(WHOLE, publish=True)
    list(lessons(educator, LATER))
    told = {
        one.item_id: [_told(educator, one, number) for number in ("9731", "8642")]
        for one in ItemVersion.objects.newest().filter(item__use="check", objective__course__slug=LATER)
        if one.content["type"] in ("numeric", "dose_calc", "carb_meal")
    }
    assert len(told) > 5
    assert {name: both for name, both in told.items() if both[0] != both[1]} == {}


def _told(user: User, version: ItemVersion, number: str) -> list[str]:
    """The numbers that the page shows after this answer, but for the answer itself."""
    inside, enrolment = Inside.of(user), user.enrolments.get()
    lesson = version.see.partition("#")[0]
    form = inside.get(f"/courses/{LATER}/{lesson}/").form(f"/quizzes/check/{enrolment.pk}/{version.item_id}/")
    page = inside.send(form, dict.fromkeys(_names(form), number))
    assert page.status == 200
    card = page.text.partition(f'id="check-{version.item_id}"')[2].partition(">")[2].partition("</form>")[0]
    assert number in card
    echo = {number, f"{int(number) / 18.0156:.1f}"}  # the answer, and what it is in the other unit of glucose
    return [found for found in re.findall(r"\d+(?:\.\d+)?", strip_tags(card)) if found not in echo]


def _names(form: Form) -> list[str]:
    return [control.name for control in form.controls if control.kind in TYPED and control.name]


def _where(form: Form, page: Page) -> str:
    address = re.sub(r"^https?://[^/]+", "", form.action or page.url).partition("?")[0]
    return str(resolve(address).view_name)

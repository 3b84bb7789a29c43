"""The world the cast meets: people of every role, two of those who own things, and what each of them owns."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Letter, Licence, Role, User
from certificates.models import Award, Evaluation
from courses.models import Completion, Course, Enrolment
from edu.walk import Walk
from quizzes.models import Attempt, Item, ItemDraft, ItemVersion, Picture, Quiz
from quizzes.services import trainer
from tests.curriculum import COURSE
from tests.inside import Inside

Values = Mapping[str, object]
STRANGER = "stranger"
CAST = (STRANGER, *(role.value for role in Role))


@dataclass
class World:
    """`clients`: someone of each role, signed in. `own[who]`: the ids of what they own, by the name the URLs give it.
    `others`: the same of someone else. `shared`: slugs and the like, which are nobody's. `missing`: ids of nothing."""

    clients: dict[str, Client] = field(default_factory=dict)
    own: dict[str, Values] = field(default_factory=dict)
    others: Values = field(default_factory=dict)
    shared: Values = field(default_factory=dict)
    missing: Values = field(default_factory=dict)


def build(make_person: Callable[..., User], work_off: Callable[[], int]) -> World:
    world = World(clients={STRANGER: Client(enforce_csrf_checks=False)})
    for role in Role:
        person = make_person(role, **_profile(role))
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        world.clients[role.value] = _client(person)
        if role == Role.EDUCATOR:
            world.own[role.value] = educator_things(person, work_off)
    world.others = educator_things(make_person(Role.EDUCATOR, **_profile(Role.EDUCATOR)), work_off)
    quiz = Quiz.objects.get(course__slug=COURSE, slug="post-test")
    kept = Picture.objects.create(sha256="a" * 64, mime="image/png", width=1, height=1, data=b"x", made_from="b" * 64)
    bank = {"item_id": draft_in_review(make_person).item_id, "quiz_id": quiz.pk, "sha256": kept.pk}
    world.others = {**world.others, **bank}
    world.shared = {"slug": COURSE, "lesson_slug": "side-by-side", "position": 1}
    world.missing = {name: _nothing(value) for name, value in world.others.items()}
    return world


def educator_things(person: User, work_off: Callable[[], int]) -> Values:
    """Everything one educator can have: a course taken, a certificate printed, a licence listed."""
    walk = Walk(Inside.of(person), mail=settings.VAR, say=lambda _line: None, course=COURSE)
    walk.read()
    walk.pass_test()
    walk.evaluate_and_claim(bias="yes", bias_text="Lesson 2")
    work_off()
    licence = Licence.objects.create(user=person, kind="RN", jurisdiction="Oregon", number="1")
    award = Award.objects.get(user=person)
    wrote = {"name": "N", "email": "n@example.org", "text": "?", "at": timezone.now()}
    letter = Letter.objects.create(kind=Letter.Kind.CONTACT, user=person, **wrote)
    return {
        "user_id": person.pk,
        "enrolment_id": Enrolment.objects.get(user=person).pk,
        "attempt_id": Attempt.objects.get(enrolment__user=person).pk,
        "completion_id": Completion.objects.get(enrolment__user=person).pk,
        "award_id": award.pk,
        "code": award.code_display,
        "licence_id": licence.pk,
        "evaluation_id": Evaluation.objects.get(completion__enrolment__user=person).pk,
        "letter_id": letter.pk,
        "round_id": trainer.lay(user=person, now=timezone.now()).pk,
    }


def draft_in_review(make_person: Callable[..., User]) -> ItemDraft:
    """A test question whose new wording waits for a reviewer."""
    author, item, now = make_person(Role.AUTHOR), Item.objects.get(pk="ro-001"), timezone.now()
    newest = ItemVersion.objects.newest().get(item=item)
    course = Course.objects.get(slug=COURSE)
    draft = ItemDraft.objects.create(
        item=item,
        course=course,
        based_on=newest,
        content=newest.content,
        author=author,
        updated_by=author,
        state=ItemDraft.State.REVIEW,
        asked_at=now,
    )
    draft.writers.add(author)
    return draft


def _profile(role: Role) -> dict[str, str]:
    return {"name": f"{role.label} Person", "profession": "nurse", "credentials": "RN"}


def _client(person: User) -> Client:
    client = Inside.of(person).client
    client.handler.enforce_csrf_checks = False  # who, not tokens; tokens have a test of their own
    client.raise_request_exception = False  # what breaks is a cell like another
    return client


def _nothing(value: object) -> object:
    """An id of the same form that belongs to nothing."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    return 987_654_321 if isinstance(value, int) else "7Q4M-2XKD-9HTR-C5WB"  # a code, or an item's slug

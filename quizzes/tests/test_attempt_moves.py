"""Thousands of moves in any order, legal or not: an attempt goes along its graph, and the invariants of
reference/quizzes.md 4.1 hold after each."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from core.errors import DomainError
from courses.models import Enrolment
from edu.walk import Walk
from quizzes.models import Attempt, Slot, Voiding
from quizzes.services import closing, deadlines, taking, verifying, voiding
from quizzes.services.answering import answer_save
from quizzes.tests.test_delivery import republished
from tests.inside import Inside

pytestmark = pytest.mark.django_db
SEQUENCES, MOVES, ALLOWED = 24, 100, 3
GRAPH = {
    ("", "live"),
    ("live", "live"),
    ("live", "submitted"),
    ("submitted", "submitted"),
    ("submitted", "voided"),
    ("voided", "voided"),
}
# An attempt over its time is handed in by the first move that meets it, within the same step as a start.
REFUSALS = {
    *("attempts_used_up", "passed_already", "attempt_closed", "taken_over"),
    *("bad_state", "own_request", "decided", "asked_already", "completed"),
}


class Moves:
    """One learner, two people of the office, a clock, and what has to be true of them."""

    def __init__(self, enrolment: Enrolment, office: list[User], seed: int) -> None:
        self.enrolment, self.office, self.dice = enrolment, office, random.Random(seed)
        self.now = timezone.now()
        self.states: dict[Any, str] = {}
        self.accepted: dict[tuple[Any, int], tuple[int, int, str | None]] = {}  # (epoch, seq, choice)
        self.told: Counter[str] = Counter()

    def step(self) -> None:
        name = self.dice.choices(*zip(*WEIGHTS.items(), strict=True))[0]
        try:
            with transaction.atomic():
                getattr(self, name)()
            self.told[name] += 1
        except DomainError as error:
            self.told[error.code] += 1
        assert set(self.told) <= REFUSALS | set(WEIGHTS)
        self.check()

    def one(self) -> Attempt | None:
        found = list(Attempt.objects.select_related("enrolment__user").order_by("-number")[:4])
        return self.dice.choice(found) if found else None

    # --- the moves ---

    def wait(self) -> None:
        self.now += timedelta(minutes=self.dice.choice([0, 1, 5, 20]), seconds=self.dice.randrange(60))

    def start(self) -> None:
        taking.start(enrolment=self.enrolment, slug="post-test", now=self.now)

    def answer(self) -> None:
        if attempt := self.one():
            position, epoch = self.dice.randint(1, 10), self.dice.choice([attempt.epoch, attempt.epoch, 1])
            seq, choice = self.dice.randint(1, 8), str(self.dice.randint(1, 4))
            sent: dict[str, Any] = {"position": position, "fields": {"choice": [choice]}, "epoch": epoch, "seq": seq}
            saved = answer_save(user=self.enrolment.user, attempt_id=attempt.pk, now=self.now, **sent)
            if saved.accepted:
                response = Slot.objects.get(attempt=attempt, position=position).response
                last = self.accepted.get((attempt.pk, position), (0, 0, None))
                # The same delivery again changes nothing, and is told as accepted.
                assert (epoch, seq) >= last[:2]
                self.accepted[attempt.pk, position] = (epoch, seq, str(response))

    def take_over(self) -> None:
        if attempt := self.one():
            taking.take_over(attempt=attempt, holder=str(self.dice.randrange(3)))

    def hand_in(self) -> None:
        if attempt := self.one():
            closing.submit(attempt=attempt, now=self.now, epoch=self.dice.choice([None, attempt.epoch, 1]))

    def close(self) -> None:
        closing.close_over(now=self.now)

    def more_time(self) -> None:
        more: dict[str, Any] = {"multiplier": 1, "extra_min": self.dice.choice([0, 5, 30]), "reason": "request"}
        deadlines.grant(user=self.enrolment.user, granted_by=self.office[0], now=self.now, **more)

    def ask(self) -> None:
        if attempt := self.one():
            voiding.ask(attempt=attempt, reason="A fault.", by=self.dice.choice(self.office), now=self.now)

    def confirm(self) -> None:
        if asked := self.asked():
            voiding.confirm(voiding=asked, by=self.dice.choice(self.office), now=self.now)

    def decline(self) -> None:
        if asked := self.asked():
            voiding.decline(voiding=asked, by=self.dice.choice(self.office), now=self.now)

    def asked(self) -> Voiding | None:
        found = list(Voiding.objects.select_related("attempt"))
        return self.dice.choice(found) if found else None

    # --- what holds ---

    def check(self) -> None:
        attempts = list(Attempt.objects.select_related("version", "quiz"))
        assert sum(one.is_live for one in attempts) <= 1, "I1"
        assert sum(not one.is_void for one in attempts) <= ALLOWED, "I3"
        for one in attempts:
            self._answers(one)
            way = self.states.get(one.pk, ""), str(one.state)
            if way[1] != "live" and way[0] != way[1]:
                assert verifying.verify(one) == [], "I4"
            assert way in GRAPH or way == ("", "submitted"), f"I5 {way}"
            self.states[one.pk] = str(one.state)
            assert one.is_void == self._two_people(one.pk)

    def _answers(self, attempt: Attempt) -> None:
        """I2 and I4: what is stored is what was accepted last, and nothing after handing in was accepted."""
        for position, response in attempt.slots.values_list("position", "response"):
            _epoch, _seq, last = self.accepted.get((attempt.pk, position), (0, 0, None))
            assert (None if response is None else str(response)) == last, "I2"

    def _two_people(self, pk: Any) -> bool:
        found = Voiding.objects.filter(attempt=pk, confirmed=True)
        assert all(one.asked_by_id != one.decided_by_id for one in found)
        return found.count() == 1


WEIGHTS = {
    "wait": 4,
    "start": 4,
    "answer": 10,
    "take_over": 1,
    "hand_in": 3,
    "close": 1,
    "more_time": 1,
    "ask": 3,
    "confirm": 4,
    "decline": 1,
}


def test_random_moves_keep_the_invariants(walk: Walk[Inside], make_person: Any) -> None:
    walk.read()
    enrolment = Enrolment.objects.select_related("user", "version__course").get()
    rules = {"limit_min": 30, "grace_s": 120}
    republished(enrolment, settings=rules, attempts=ALLOWED, retake="free")
    office = [make_person(Role.CE_OFFICE), make_person(Role.CE_OFFICE)]
    told: Counter[str] = Counter()
    for seed in range(SEQUENCES):
        with transaction.atomic():
            moves = Moves(enrolment, office, seed)
            for _move in range(MOVES):
                moves.step()
            told += moves.told
            # Each sequence begins where the one before it began.
            transaction.set_rollback(True)
    # The sequences went everywhere: each move was made, and these refusals were met.
    assert set(WEIGHTS) <= set(told)
    assert {"attempts_used_up", "attempt_closed", "bad_state", "own_request", "decided"} <= set(told)

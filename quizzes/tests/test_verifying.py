"""manage.py verify_attempt: the stored score is what the stored answers give, or it is said where it is not."""

from __future__ import annotations

import io
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.append_only import append_only
from courses.models import Enrolment
from edu.walk import Walk
from quizzes import marking
from quizzes.models import Attempt, Slot
from quizzes.services import taking, verifying
from tests.inside import Inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(walk: Walk[Inside]) -> Attempt:
    """Handed in, seven of ten right."""
    walk.read()
    walk.take_test(wrong=3)
    return Attempt.objects.get()


def said(*args: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("verify_attempt", *args, stdout=out, **options)
    return out.getvalue()


def refused(*args: Any, **options: Any) -> tuple[str, str]:
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("verify_attempt", *args, stdout=out, **options)
    return out.getvalue(), str(error.value)


def alter(table: str, pk: Any, **values: Any) -> None:
    """What the database refuses anybody: its guard is off for this test's transaction."""
    off: Any = append_only(table).reverse_code
    with connection.cursor() as cursor:
        off(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    model: Any = {"quizzes_slot": Slot, "quizzes_attempt": Attempt}[table]
    model.objects.filter(pk=pk).update(**values)


def test_an_untouched_attempt_is_as_stored(attempt: Attempt) -> None:
    assert said(str(attempt.pk)) == f"{attempt.pk}: 7.00000000 of 10.00000000, as stored.\n"


def test_an_altered_mark_is_named_with_what_it_was_and_is(attempt: Attempt) -> None:
    slot = attempt.slots.get(position=2)
    alter("quizzes_slot", slot.pk, right=True, fraction=1)
    lines, error = refused(str(attempt.pk))
    assert lines.splitlines() == [
        f"{attempt.pk}: question 2: right is stored as True, and marked again it is False",
        f"{attempt.pk}: question 2: fraction is stored as 1.00000000, and marked again it is 0E-8",
    ]
    assert error == "The stored score is not what its answers give."


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"points": 8}, "the whole: points is stored as 8.00000000, and marked again it is 7.00000000"),
        ({"max_points": 9}, "the whole: max_points is stored as 9.00000000, and marked again it is 10.00000000"),
        ({"passed": True}, "the whole: passed is stored as True, and marked again it is False"),
    ],
)
def test_an_altered_total_or_outcome_is_named(attempt: Attempt, values: dict[str, Any], words: str) -> None:
    alter("quizzes_attempt", attempt.pk, **values)
    assert words in refused(str(attempt.pk))[0]


def test_an_altered_answer_is_found_by_its_mark(attempt: Attempt) -> None:
    slot = attempt.slots.get(position=9)
    assert slot.right
    [other, *_others] = [one for one in slot.option_order if one not in str(slot.response)]
    sent = {"choice": [str(slot.option_order.index(other) + 1)]}
    read = marking.read(slot.item_version.content, slot.params, slot.option_order, sent, "en")
    alter("quizzes_slot", slot.pk, response=read.response)
    assert "question 9: right is stored as True, and marked again it is False" in refused(str(attempt.pk))[0]


def test_all_walks_page_by_page_counts_and_fails_when_one_differs(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = Enrolment.objects.get()
    for number in range(2, 6):
        pk = uuid.uuid4()
        row = Attempt.objects.filter(pk=attempt.pk).values().get() | {"id": pk, "number": number}
        Attempt.objects.create(**row)
        Slot.objects.bulk_create(
            Slot(**(one | {"id": None, "attempt_id": pk})) for one in Slot.objects.filter(attempt=attempt).values()
        )
    assert enrolment.attempts.count() == 5
    monkeypatch.setattr(verifying, "PAGE_SIZE", 2)
    monkeypatch.setattr("quizzes.management.commands.verify_attempt.EVERY", 2)
    assert said(all=True).splitlines() == ["2 of 5", "4 of 5", "5 of 5 marked again, 0 differ."]
    alter("quizzes_attempt", attempt.pk, points=8)
    lines, error = refused(all=True)
    assert lines.splitlines()[-1] == "5 of 5 marked again, 1 differ."
    assert error == "1 stored scores are not what their answers give."


def test_a_live_one_and_one_there_is_not_are_told_apart(walk: Walk[Inside]) -> None:
    walk.read()
    live = taking.start(enrolment=Enrolment.objects.get(), slug="post-test", now=timezone.now())
    assert "is not handed in yet" in refused(str(live.pk))[1]
    assert "There is no attempt" in refused(str(uuid.uuid4()))[1]
    assert "Name one attempt, or say --all." in refused()[1]

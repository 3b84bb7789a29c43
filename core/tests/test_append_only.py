"""Every table history rests on refuses an UPDATE of every column, by the database and not by our good will."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.consents import accept
from certificates.models import ERASED_NAME, Award, BiasReview, Evaluation, Revocation
from core import audit
from edu.walk import Walk
from quizzes.models import Accommodation, Attempt, Picture, RefusedAnswer, Voiding
from quizzes.selectors.trainer import mark
from quizzes.services import trainer
from tests.inside import Inside

pytestmark = pytest.mark.django_db
GUARDED = [
    "accounts_consent",
    "accounts_rolegrant",
    "certificates_award",
    "certificates_biasreview",
    "certificates_evaluation",
    "certificates_revocation",
    "core_auditentry",
    "courses_activityresult",
    "courses_completion",
    "courses_courseversion",
    "courses_lesson",
    "courses_lessontext",
    "courses_module",
    "quizzes_accommodation",
    "quizzes_attempt",
    "quizzes_checkanswer",
    "quizzes_itemversion",
    "quizzes_picture",
    "quizzes_quizversion",
    "quizzes_refusedanswer",
    "quizzes_slot",
    "quizzes_trainerround",
    "quizzes_voiding",
]


# What the deletion of an account may write into them, once, together with erased_at: see core.append_only.
ERASED = {
    "certificates_award": {"name": ERASED_NAME, "credentials": "", "correction": ""},
    "certificates_biasreview": {"words": ""},
    "certificates_evaluation": {"bias_text": "", "change_text": ""},
    "certificates_revocation": {"words": ""},
}


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def refuses(table: str, column: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE {table} SET "{column}" = "{column}"')
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def work_of_the_office() -> None:
    award, now = Award.objects.get(), timezone.now()
    Revocation.objects.create(award=award, reason="mistake", words="", by=award.user, at=now)
    BiasReview.objects.create(evaluation=Evaluation.objects.get(), by=award.user, at=now)


def writes(table: str, values: Mapping[str, Any], *, keep: bool = False) -> bool:
    """Whether this UPDATE of every row is let through. Rolled back unless it is to be kept."""
    to = ", ".join(f'"{column}" = %s' for column in values)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {to}", list(values.values()))
            transaction.set_rollback(not keep)
    except DatabaseError as error:
        if "append-only" not in str(error):
            raise
        return False
    return True


def other(table: str, column: str) -> object:
    """A value of the column's kind that no row of this test has there."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    target = field.target_field if field.is_relation else field  # type: ignore[attr-defined] # only relations have one
    kinds: dict[str, object] = {
        "UUIDField": uuid.uuid4() if connection.vendor == "postgresql" else uuid.uuid4().hex,
        "JSONField": '{"other": "x"}',
        "BooleanField": True,
        "DecimalField": "0.25",
        "DateTimeField": connection.ops.adapt_datetimefield_value(datetime(2001, 2, 3, tzinfo=UTC)),
    }
    kind = target.get_internal_type()
    number = 987_654_321 if "Auto" in kind else 31 if "Integer" in kind else None
    return kinds.get(kind, number or "x")


@pytest.fixture
def finished(walk: Walk[Inside]) -> None:
    """An evaluation that saw no bias and a claimed certificate."""
    walk.read()
    walk.take_test(wrong=1)
    walk.evaluate_and_claim()
    work_of_the_office()


@pytest.mark.parametrize("table", ERASED)
def test_an_erasure_takes_the_person_out_of_a_row_once_and_changes_nothing_else(finished: None, table: str) -> None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    erasure = {**ERASED[table], "erased_at": now}
    let_through = [
        column
        for column in columns(table)
        if column != "erased_at" and writes(table, {**erasure, column: other(table, column)})
    ]
    assert let_through == []
    for without in ERASED[table]:
        assert not writes(table, {**erasure, without: "not this"})
    assert not writes(table, ERASED[table])
    assert not writes(table, {**erasure, "erased_at": None})
    assert writes(table, erasure, keep=True)
    assert not writes(table, erasure)
    assert not writes(table, {"erased_at": None})


def test_no_column_of_a_finished_row_can_be_changed(finished: None, educator: User) -> None:
    accept(user=educator, now=timezone.now())
    audit.record(actor=None, action="test.note", target="test:1")
    Accommodation.objects.create(user=educator, granted_by=educator, reason="request")
    Picture.objects.create(sha256="0" * 64, mime="image/png", width=1, height=1, data=b"x", made_from="1" * 64)
    late = {"position": 1, "epoch": 1, "seq": 1, "response": {}, "reason": "closed", "at": timezone.now()}
    RefusedAnswer.objects.create(attempt=Attempt.objects.get(), **late)
    plate = trainer.lay(user=educator, now=timezone.now())
    trainer.guess(round_=plate, fields={"total": ["30"]}, seen=mark(plate), now=timezone.now())
    decided = {"decided_by": educator, "decided_at": timezone.now(), "confirmed": False}
    Voiding.objects.create(attempt=Attempt.objects.get(), reason="x", asked_by=educator, **decided)
    let_through = []
    for table in GUARDED:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0], f"the walk leaves no row in {table}"
        let_through += [f"{table}.{column}" for column in columns(table) if not refuses(table, column)]
    assert let_through == []


def test_each_of_these_tables_has_its_trigger_and_no_other() -> None:
    query = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_append_only'",
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_append_only'",
    }
    with connection.cursor() as cursor:
        cursor.execute(query[connection.vendor])
        assert sorted(row[0] for row in cursor.fetchall()) == GUARDED

"""Every table history rests on refuses an UPDATE of every column, by the database and not by our good will."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from certificates.models import Award, BiasReview, Evaluation, Revocation
from core import audit
from edu.walk import Walk
from tests.inside import Inside

pytestmark = pytest.mark.django_db
GUARDED = [
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
    "quizzes_attempt",
    "quizzes_checkanswer",
    "quizzes_itemversion",
    "quizzes_quizversion",
    "quizzes_slot",
]


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


def test_no_column_of_a_finished_row_can_be_changed(walk: Walk[Inside], work_off: Callable[[], int]) -> None:
    walk.read()
    walk.take_test(wrong=1)
    walk.evaluate_and_claim()
    work_of_the_office()
    audit.record(actor=None, action="test.note", target="test:1")
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

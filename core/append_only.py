"""Rows that history rests on: the database itself refuses to change them."""

from collections.abc import Mapping
from typing import Any

from django.db import migrations

MESSAGE = "append-only: write a new row instead"


def append_only(table: str, *, when: str = "", erased: Mapping[str, str] | None = None) -> migrations.RunPython:
    """A migration operation: UPDATE of a row raises, on SQLite and on PostgreSQL.

    `when` is a condition on OLD and NEW, for rows that are written in two goes (a live attempt, a draft). `erased` is
    what the deletion of an account writes over a name or a free text, {column: value}: let through is one UPDATE of
    a row that sets `erased_at`, and these values, and nothing else. Only UPDATE is guarded: DELETE is by PROTECT on
    the foreign keys, and a trigger there would also stop the test runner from emptying its tables. Trap: SQLite makes
    a table anew to alter it, and the trigger goes with the old one; such a migration ends with append_only again,
    and core/tests/test_append_only.py fails until it does.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        backwards(apps, schema_editor)  # PostgreSQL keeps the trigger when it alters the table
        condition = when if erased is None else f"NOT ({_erasure(schema_editor.connection, table, erased)})"
        for statement in _statements(schema_editor.connection.vendor, table, condition):
            schema_editor.execute(statement)

    def backwards(apps: Any, schema_editor: Any) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only{on}")

    return migrations.RunPython(forwards, backwards)


def _erasure(connection: Any, table: str, erased: Mapping[str, str]) -> str:
    """True for the one UPDATE that takes a person out of a row. Every other column, as the table has them when the
    migration runs, stays what it was: one that is added later needs append_only again to be held too."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    written = [f"NEW.\"{column}\" = '{value.replace(chr(39), chr(39) * 2)}'" for column, value in erased.items()]
    kept = [
        f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"'
        for column in columns
        if column not in erased and column != "erased_at"
    ]
    return " AND ".join(['OLD."erased_at" IS NULL', 'NEW."erased_at" IS NOT NULL', *written, *kept])


def _statements(vendor: str, table: str, when: str) -> list[str]:
    head = (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW {f'WHEN ({when}) ' if when else ''}"
    )
    if vendor == "sqlite":
        return [f"{head}BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"]
    return [
        "CREATE OR REPLACE FUNCTION basal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"{head}EXECUTE FUNCTION basal_append_only()",
    ]

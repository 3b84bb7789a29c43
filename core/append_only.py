"""Rows that history rests on: the database itself refuses to change them."""

from typing import Any

from django.db import migrations

MESSAGE = "append-only: write a new row instead"


def append_only(table: str, *, when: str = "") -> migrations.RunPython:
    """A migration operation: UPDATE of a row raises, on SQLite and on PostgreSQL.

    `when` is a condition on OLD and NEW, for rows that are written in two goes (a live attempt, a draft). Only
    UPDATE: DELETE is guarded by PROTECT on the foreign keys, and a trigger there would also stop the test runner
    from emptying its tables. Trap: SQLite makes a table anew to alter it, and the trigger goes with the old one;
    such a migration ends with append_only again, and core/tests/test_append_only.py fails until it does.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        backwards(apps, schema_editor)  # PostgreSQL keeps the trigger when it alters the table
        for statement in _statements(schema_editor.connection.vendor, table, when):
            schema_editor.execute(statement)

    def backwards(apps: Any, schema_editor: Any) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only{on}")

    return migrations.RunPython(forwards, backwards)


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

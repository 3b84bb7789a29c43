"""Rows that history rests on: the database itself refuses to change them."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

MESSAGE = "append-only: write a new row instead"


def append_only(table: str, columns: Sequence[str], *, when: str = "") -> migrations.RunPython:
    """A migration operation: UPDATE of these columns raises, on SQLite and on PostgreSQL.

    `when` is a condition on OLD, for rows that are written in two goes (a live attempt). Only UPDATE:
    DELETE is guarded by PROTECT on the foreign keys, and a trigger there would also stop the test runner from
    emptying its tables.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        for statement in _statements(schema_editor.connection.vendor, table, columns, when):
            schema_editor.execute(statement)

    def backwards(apps: Any, schema_editor: Any) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only{on}")

    return migrations.RunPython(forwards, backwards)


def _statements(vendor: str, table: str, columns: Sequence[str], when: str) -> list[str]:
    listed = ", ".join(f'"{column}"' for column in columns)
    condition = f"WHEN ({when}) " if when else ""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {listed} ON {table} "
            f"FOR EACH ROW {condition}BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        ]
    return [
        "CREATE OR REPLACE FUNCTION basal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {listed} ON {table} "
        f"FOR EACH ROW {condition}EXECUTE FUNCTION basal_append_only()",
    ]

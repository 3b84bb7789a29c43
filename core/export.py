"""Rows as a person may take them along: every column, but nobody else's id."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

Row = dict[str, Any]
Files = Mapping[str, Iterator[Row]]
SOMEONE = "a member of staff"


def rows(queryset: QuerySet[Any], *, owner: Any, without: Collection[str] = ()) -> Iterator[Row]:
    """Each row as {column: value}, read while it is written. A column that is added later is in it without further
    ado; `without` names those that are not about the person. Whoever else a row points to is "a member of staff".
    """
    fields = [field for field in queryset.model._meta.concrete_fields if field.name not in without]
    people = [field.attname for field in fields if field.related_model is get_user_model()]
    for row in queryset.values(*(field.attname for field in fields)).iterator(chunk_size=500):
        row.update({name: SOMEONE for name in people if row[name] not in (None, owner.pk)})
        yield row

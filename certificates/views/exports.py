"""The CE office's lists as CSV, streamed row by row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certificates.models import Award, Evaluation
from certificates.selectors.office import with_awards
from core.texts import pick
from courses.models import Completion

CHUNK = 200
# A spreadsheet takes what begins so for a formula and runs it; spaces and quotation marks before it are dropped.
FORMULA = re.compile(r"((?:^|[;,|\t\r\n])[\s\"]*)([=+\-@\uff1d\uff0b\uff0d\uff20])")
BOM = "\ufeff"  # without it Excel reads names as Latin-1


class Table(Protocol):
    """A head, and the lines of some rows. Both are asked for in the reader's language and zone."""

    def head(self) -> list[str]: ...
    def lines(self, rows: list[Any], zone: dt.tzinfo) -> Iterable[list[object]]: ...


class Completions:
    def head(self) -> list[str]:
        return [
            _("Completed"), _("Name"), _("E-mail"), _("Course"), _("Points"), _("Of"), _("Minutes"),
            _("Evaluation sent"), _("Certificate"), _("State"),
        ]  # fmt: skip

    def lines(self, rows: list[Completion], zone: dt.tzinfo) -> Iterable[list[object]]:
        for row, award in with_awards(rows):
            user, evaluation = row.enrolment.user, getattr(row, "evaluation", None)
            yield [
                _moment(row.at, zone), user.name, user.email, pick(row.version.title, "en"), row.points, row.max_points,
                round(row.engaged_s / 60), _moment(evaluation.at, zone) if evaluation else "",
                award.code_display if award else "", award.state.value if award else "",
            ]  # fmt: skip


class Evaluations:
    """One column for each objective code: yes, partly, no, or empty when the course has no such objective."""

    def __init__(self, codes: list[str]) -> None:
        self.codes = codes

    def head(self) -> list[str]:
        return [
            _("Sent"), _("Name"), _("Course"), *self.codes, _("Bias reported"), _("Where"), _("Looked at"),
            _("Change planned"), _("In their words"),
        ]  # fmt: skip

    def lines(self, rows: list[Evaluation], zone: dt.tzinfo) -> Iterable[list[object]]:
        for row in rows:
            review, completion = getattr(row, "bias_review", None), row.completion
            yield [
                _moment(row.at, zone), completion.enrolment.user.name, pick(completion.version.title, "en"),
                *(row.objectives.get(code, "") for code in self.codes), "yes" if row.bias_seen else "no",
                row.bias_text, _moment(review.at, zone) if review else "", row.change, row.change_text,
            ]  # fmt: skip


class Awards:
    def head(self) -> list[str]:
        return [
            _("Code"), _("State"), _("Name"), pgettext("after a name", "Letters"), _("E-mail"), _("Activity"),
            _("Completed on"),
            _("Time zone"), _("Issued"), _("Replaced by"), _("Revoked"), _("Reason"),
        ]  # fmt: skip

    def lines(self, rows: list[Award], zone: dt.tzinfo) -> Iterable[list[object]]:
        for row in rows:
            new, revocation = getattr(row, "superseded_by", None), getattr(row, "revocation", None)
            yield [
                row.code_display, row.state.value, row.name, row.credentials, row.user.email, row.activity_title,
                row.completed_on.isoformat(), row.time_zone or "UTC", _moment(row.issued_at, zone),
                new.code_display if new else "", _moment(revocation.at, zone) if revocation else "",
                revocation.reason if revocation else "",
            ]  # fmt: skip


def stream(kind: str, table: Table, rows: QuerySet[Any]) -> StreamingHttpResponse:
    """The whole list, however long, a few hundred rows in memory at a time."""
    # Head and zone are settled now: when the lines are drawn, the middleware has left this reader.
    head, zone = table.head(), timezone.get_current_timezone()
    return StreamingHttpResponse(
        _lines(head, table, rows, zone),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="basal-{kind}s.csv"'},
    )


def _lines(head: list[str], table: Table, rows: QuerySet[Any], zone: dt.tzinfo) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([safe(cell) for cell in head])
    for chunk in _chunks(rows):
        for line in table.lines(chunk, zone):
            yield writer.writerow([safe(cell) for cell in line])


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def safe(cell: object) -> object:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula: at its beginning, and behind what
    some take for the end of a cell (Spanish Excel parts at semicolons)."""
    if not isinstance(cell, str):
        return cell
    quoted = FORMULA.sub(r"\1'\2", cell)
    return f"'{quoted}" if quoted.startswith(("\t", "\r", "\n")) else quoted


def _moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


class _Echo:
    """csv.writer writes into it and hands back what write() returns: the line itself."""

    def write(self, line: str) -> str:
        return line

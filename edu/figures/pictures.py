"""Pictures for patients that are not data: a pump and its parts, what moves glucose, steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _

from core import drawings
from core.icons import ICONS
from courses.services.files import Sheet
from edu.figures.common import Drawn, RecipeError, say, tone


def pump(sheet: Sheet) -> Drawn:
    parts = [row for key in ("pump", "tube", "set") if (row := sheet.sheet(key))]
    words = [(say(row, "label"), say(row, "note")) for row in parts]
    loose = bool(sheet.optional("loose", "true or false", lambda value: isinstance(value, bool), False))
    plot = partial(drawings.pump, tuple(label for label, _note in words), loose=loose)
    return plot, ([_("Part"), _("What it does")], words)


def moves(sheet: Sheet) -> Drawn:
    ways = {"up": drawings.Way.UP, "down": drawings.Way.DOWN}
    rows = sheet.sheets("events")
    events = [
        drawings.Event(
            say(row, "label"),
            str(row.need("icon", "one of our icons", lambda value: value in ICONS, "dot")),
            ways[row.need("way", "up or down", lambda value: value in ways, "up")],
            tone(row, "ink"),
            row.number("to_mgdl"),
        )
        for row in rows
    ]
    start = sheet.number("start_mgdl")
    _require_its_way([start, *(event.to_mgdl for event in events)], events)
    words = drawings.Words(*(say(sheet, f"{name}_label") for name in ("range", "high", "low")))
    table = [[event.label, say(row, "does")] for event, row in zip(events, rows, strict=True)]
    plot = partial(drawings.moves, events, start, words)
    return plot, ([_("What"), _("What it usually does")], table)


def steps(sheet: Sheet) -> Drawn:
    rows = [
        drawings.Step(
            say(row, "label"),
            say(row, "note") if row.data.get("note") else "",
            str(row.need("icon", f"one of {', '.join(sorted(ICONS))}", lambda value: value in ICONS, "dot")),
            tone(row, "insulin"),
        )
        for row in sheet.sheets("steps")
    ]
    if not 2 <= len(rows) <= 6:
        raise RecipeError("steps", f"a picture shows 2 to 6 of them; these are {len(rows)}")
    numbered = bool(sheet.optional("numbered", "true or false", lambda value: isinstance(value, bool), True))
    plot = partial(drawings.steps, rows, numbered=numbered)
    if numbered:
        table = [[str(number), row.label, row.note] for number, row in enumerate(rows, start=1)]
        return plot, ([_("Step"), _("What you do"), _("Good to know")], table)
    return plot, ([_("What"), _("Good to know")], [[row.label, row.note] for row in rows])


def _require_its_way(levels: Sequence[float], events: Sequence[drawings.Event]) -> None:
    """The line goes where each event's arrow points."""
    for before, event in zip(levels, events, strict=False):
        if (event.to_mgdl - before) * event.way.value <= 0 or not 40 <= event.to_mgdl <= 260:
            raise RecipeError("events", f"“{event.label}” leads to {event.to_mgdl:g} mg/dL, which is not its way")

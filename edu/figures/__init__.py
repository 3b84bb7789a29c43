"""From a figure's recipe to its picture: the engine computes, core.charts draws, the table says it in numbers."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.html import escape
from django.utils.translation import gettext as _

from courses.services.files import Sheet
from edu.figures import pictures, plain, profiles, runs
from edu.figures.common import Drawn, RecipeError, Table, say

__all__ = ["KINDS", "RecipeError", "draw"]


def draw(sheet: Sheet, name: str) -> str:
    """The figure named `name` as HTML in the active language: title, picture in two widths, caption, table.

    `[RO-13]` marks of the recipe's facts end the caption; the lesson turns them into citations. A mistake is
    reported with the line of its key, and the figure is then empty (nothing is loaded).
    """
    kind = str(sheet.need("draws", f"one of {', '.join(KINDS)}", lambda value: value in KINDS, ""))
    title, alt, caption = (say(sheet, key) for key in ("title", "alt", "caption"))
    if not kind:
        return ""
    try:
        plot, table = KINDS[kind](sheet)
    except RecipeError as error:
        sheet.wrong(error.key, str(error))
        return ""
    facts = "".join(f" [{fact}]" for fact in sheet.strings("facts", []))
    return (
        f'<figure class="figure" id="figure-{escape(name)}">'
        f'<figcaption class="figure-title">{escape(title)}</figcaption>'
        f"{plot(label=alt, wide=True)}{plot(label=alt, wide=False)}"
        f'<p class="small muted">{escape(caption)}{facts}</p>{_table(table, title)}</figure>'
    )


def _table(table: Table, title: str) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table[0])
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in table[1]
    )
    region = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(title)}">'
    label = escape(_("As a table"))
    return (
        f"<details><summary>{label}</summary>{region}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


KINDS: dict[str, Callable[[Sheet], Drawn]] = {
    "iob": plain.iob,
    "day": plain.day,
    "bars": plain.bars,
    "pairs": plain.pairs,
    "intervals": plain.intervals,
    "agp": profiles.agp_of_days,
    "zones": profiles.zones,
    "basal-test": runs.basal_test,
    "glucose-run": runs.glucose_run,
    "pump": pictures.pump,
    "moves": pictures.moves,
    "steps": pictures.steps,
}

"""The trainer's pictures of numbers: guess against count by food, and how far off the last plates were."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import plates as pictures
from core.charts import Axis, Bar, bars
from quizzes.models import TrainerRound
from quizzes.selectors import trainer as selectors
from quizzes.selectors import trainer_words as words
from quizzes.trainer.closeness import Verdict

LONGEST = 36  # letters of a food's name over its bars
TONES = {Verdict.CLOSE: "carb", Verdict.OFF: "high", Verdict.FAR: "low"}


def result(row: TrainerRound, rows: Sequence[selectors.Row]) -> SafeString:
    """The plate with a dot for each 5 g: counted and guessed, missed, or guessed too much."""
    alone = all(one.guess is None for one in rows)
    key = pictures.Key(
        got=_("5 g of carbs") if alone else _("5 g of carbs you guessed"),
        missed=_("5 g you missed"),
        extra=_("5 g too many"),
    )
    told = "; ".join(f"{one.n} {one.name}: {words.grams(one.counted or Decimal(0))}" for one in rows)
    return selectors.drawn(row, _("The plate with its carbs. %(foods)s") % {"foods": told}, key)


def guesses(row: TrainerRound, rows: Sequence[selectors.Row]) -> SafeString:
    """Two bars for each food that was guessed by itself; else two for the whole plate."""
    own, table = _("Your guess"), _("In the table")
    own_guesses = [one for one in rows if one.guess is not None]
    shown = [(f"{one.n}  {_short(one.name)}", one.guess, one.counted) for one in own_guesses]
    if not shown:
        shown = [(_("The whole plate"), row.guess_g, row.counted_g)]
    groups = [(name, _pair(own, guess, table, counted)) for name, guess, counted in shown]
    most = max(float(bar.value) for _name, pair in groups for bar in pair)
    said = "; ".join(f"{name}: {own} {pair[0].words}, {table} {pair[1].words}" for name, pair in groups)
    return _both(groups, _axis(most), said)


def _pair(own: str, guess: Decimal | None, table: str, counted: Decimal | None) -> list[Bar]:
    guess, counted = guess or Decimal(0), counted or Decimal(0)
    return [
        Bar(own, float(guess), words.grams(guess), "ink", hollow=True),
        Bar(table, float(counted), words.grams(counted), "carb"),
    ]


def misses(rows: Sequence[TrainerRound]) -> SafeString | str:
    """How many grams the last plates were off, the newest first."""
    shown = [
        (row, row.guess_g - row.counted_g) for row in rows if row.guess_g is not None and row.counted_g is not None
    ]
    if not shown:
        return ""
    members = [
        Bar(_day(row), float(abs(off)), words.difference(off), TONES[row.verdict or Verdict.CLOSE])
        for row, off in shown
    ]
    said = "; ".join(f"{bar.label}: {bar.words}" for bar in members)
    return _both([("", members)], _axis(max(bar.value for bar in members), room=1.6), said)


def _day(row: TrainerRound) -> str:
    at = timezone.localtime(row.guessed_at)
    return f"{date_format(at, 'MONTH_DAY_FORMAT')}, {at:%H:%M}"


def _axis(most: float, *, room: float = 1.0) -> Axis:
    """From 0 to a round number, with words at tens or more; `room` keeps space for words behind the longest bar."""
    step = next(step for step in (5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000) if most * room <= 4 * step)
    high = step * max(ceil(most * room / step), 2)
    return Axis(0, high, [(at, str(at)) for at in range(0, high + 1, step)], _("grams of carbs"))


def _both(groups: Sequence[tuple[str, Sequence[Bar]]], axis: Axis, said: str) -> SafeString:
    return format_html("{}{}", *(bars(groups, axis, said, wide=wide) for wide in (True, False)))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip(' ,(')}…"

"""Words around an answer: units, and why what was typed could not be kept (codes of quizzes.marking.read)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.marking import Problem

UNIT_WORDS = {
    "units": gettext_lazy("units"),
    "units/h": gettext_lazy("units/h"),
    "units/day": gettext_lazy("units a day"),
    "g/unit": gettext_lazy("g a unit"),
    "mg/dL/unit": gettext_lazy("mg/dL a unit"),
    "mmol/L/unit": gettext_lazy("mmol/L a unit"),
    "days": gettext_lazy("days"),
}
PROBLEMS: dict[str, Promise] = {
    "blank": gettext_lazy("Answer first."),
    "choose_one": gettext_lazy("Choose one of the answers."),
    "too_many_chosen": gettext_lazy("Choose %(most)s at most; %(chosen)s are chosen now."),
    "not_a_number": gettext_lazy("“%(typed)s” was not read as a number. Write digits, such as 7.5, and nothing else."),
    "naked_point": gettext_lazy("“%(typed)s” begins with a point, which is easily overlooked. Write 0 before it."),
    "unknown_unit": gettext_lazy("Choose the unit: %(offered)s."),
    "two_units": gettext_lazy("You wrote %(typed)s and chose %(chosen)s. Keep one of them."),
    "ambiguous_number": gettext_lazy("“%(typed)s” can be read in two ways. Say which one you mean."),
    "position_twice": gettext_lazy("Two steps have position %(position)s. Give each its own."),
}


def problem_words(problem: Problem) -> str:
    """The problem as a sentence that says what to do."""
    values = dict(problem.values)
    if "offered" in values:
        values["offered"] = _(" or ").join(values["offered"])
    return str(PROBLEMS[problem.code]) % values


def unit_words(unit: str) -> str:
    """A unit as it is written for people."""
    return str(UNIT_WORDS.get(unit, unit))

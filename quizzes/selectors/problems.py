"""Why what was typed could not be kept, in the reader's words (codes of quizzes.marking.read)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.marking import Problem

WORDS: dict[str, Promise] = {
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
    return str(WORDS[problem.code]) % values

"""A question after release, whatever its type: what was answered, what is right, and why, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from core import units
from core.texts import told
from quizzes import marking
from quizzes.selectors.answering import Answering, answering
from quizzes.selectors.saying import said_in


@dataclass(frozen=True)
class Row:
    """One part of a question: what it is about, what was answered, what is right (empty where that is the same)."""

    about: str
    said: str
    right: str
    good: bool
    why: str


@dataclass(frozen=True)
class Solved:
    """`grade` is right, partly or wrong; `answered` is False for a blank. `shown` is the question as it was answered;
    its options, where it has some, say by `key` and `why` what is right. Rows where there are none."""

    shown: Answering
    grade: str
    answered: bool
    rows: tuple[Row, ...]
    why: str
    unit_slip: bool
    see: str = ""

    @property
    def right(self) -> bool:
        return self.grade == "right"

    @property
    def why_ids(self) -> str:
        """The ids of what a page tells of the answer: a reason for each option that was chosen, or the rows."""
        chosen = [option["n"] for option in self.shown.parts.get("options", ()) if option["chosen"]]
        return " ".join(f"{self.shown.key}-why-{n}" for n in chosen) or f"{self.shown.key}-why"


def solved(
    content: Mapping[str, Any],
    params: Mapping[str, str],
    order: Sequence[str],
    response: Mapping[str, Any] | None,
    *,
    position: int = 0,
    key: str = "answer",
    hint: bool = False,
    see: str = "",
) -> Solved:
    """The question with its key and reasons: only for what is answered and released. With `hint` it tells of the
    answers that were given alone, and nothing of those that were not, so that a wrong one can be followed by a right
    one that is the reader's own."""
    mark = marking.mark(content, params, order, response)
    mine = answering(content, params, order, response, position=position, key=key)
    best = answering(content, params, order, marking.key_response(content, params, order))
    solution = marking.solution(content, params, get_language() or "en")
    rows: tuple[Row, ...] = ()
    if "options" in mine.parts:
        mine = replace(mine, parts=_with_reasons(mine, best, solution, hint=hint))
    else:
        rows = _rows(mine, best, solution, all_right=mark.right, hint=hint)
    general = "" if hint and not mark.right else units.for_reader(solution.why)
    why = " ".join(part for part in (_slip(content, mark.misconception), general) if part)
    unit_slip = "unit" in mark.feedback or "wrong_dimension" in mark.feedback
    grade = "right" if mark.right else "partly" if mark.fraction else "wrong"
    return Solved(mine, grade, mark.answered, rows, why, unit_slip, see)


def _with_reasons(mine: Answering, best: Answering, solution: marking.Solution, *, hint: bool) -> dict[str, Any]:
    """The parts of a question of options, each option with `key` and `why`."""
    whys = {units.for_reader(line.answer): units.for_reader(line.why) for line in solution.lines}
    options = [
        {**said, "told": True, "key": right["chosen"], "why": whys.get(said["text"], "")}
        if said["chosen"] or not hint
        else said
        for said, right in zip(mine.parts["options"], best.parts["options"], strict=True)
    ]
    return {**mine.parts, "options": options}


def _slip(content: Mapping[str, Any], name: str | None) -> str:
    """Why the named slip that a calculated dose fits is one."""
    slip = content["params"]["distractors"].get(name) if name else None
    return told(slip["why"]) if isinstance(slip, Mapping) and slip.get("why") else ""


def _rows(
    mine: Answering, best: Answering, solution: marking.Solution, *, all_right: bool, hint: bool
) -> tuple[Row, ...]:
    """A row is good when it is as in the key, or when the whole is right another way (a tolerance, another order).
    What does not belong at all has its own reason."""
    whys = {units.for_reader(line.part): units.for_reader(line.why) for line in solution.lines if line.right}
    wrong = {units.for_reader(line.answer): units.for_reader(line.why) for line in solution.lines if not line.right}
    rows = []
    for (part, about, said), (_part, _about, right) in zip(said_in(mine), said_in(best), strict=True):
        if about and not said and not right:  # a place that stays free
            continue
        good = all_right or (bool(said) and said == right)
        if hint and not good:
            rows.append(Row(about, said, "", good, wrong.get(said, "")))
        else:
            why = wrong.get(said) or whys.get(part, "")
            rows.append(Row(about, said, "" if good and said else right, good, why))
    return tuple(rows)

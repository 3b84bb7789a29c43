"""Whether a question may be published: rules over its content. Pure, as marking is; files and web obey the same ones.

A finding says what (a code of reference/quizzes.md), where, and the values its sentence needs. Words in the reader's
language come from quizzes.services.checks. Rules stand one module a family, as in marking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from quizzes.marking.findings import LEVELS, WARNINGS, Bounds, Content, Finding
from quizzes.marking.lint import choices, doses, numbers, pictures, rows, shapes, steps, texts
from quizzes.marking.lint.wordings import MGDL_PER_MMOL, said
from quizzes.marking.writing import examine_writing

__all__ = ["LEVELS", "MGDL_PER_MMOL", "WARNINGS", "Bounds", "Finding", "examine"]

_Rules = Callable[[Content, Sequence[str]], Iterator[Finding]]
_BY_TYPE: Mapping[str, _Rules] = {
    "sba": lambda content, languages: choices.one_key(content["options"], languages),
    "mr": choices.several_keys,
    "mtf": rows.statements,
    "numeric": numbers.answers,
    "dose_calc": doses.formulas,
    "matching": rows.pairs,
    "ordering": steps.steps,
    "carb_meal": numbers.meal,
    "matrix_mc": rows.one_a_row,
    "matrix_mr": rows.many_a_row,
    "cloze_dropdown": rows.drops,
    "graph_read": numbers.graph,
}


def examine(content: Content, bounds: Bounds) -> list[Finding]:
    """Everything the rules find in an item, in the order in which it is read. What each code means stands, type by
    type, in docs/items.md, and in words in quizzes.services.checks; how it is worded is looked at by marking.writing.

    Content of a wrong shape (E020) or of no known type (E021) is told as such, and nothing else.
    """
    # A single best answer is always made by a form or a loader that sees to its shape.
    wrong = [] if content.get("type") == "sba" else shapes.wrong(content)
    if wrong:
        return wrong
    return [
        *texts.missing(content, bounds.languages),
        *pictures.pictured(content, bounds.languages),
        *_BY_TYPE[content["type"]](content, bounds.languages),
        *_references(content, bounds),
        *_wordings(content),
        *examine_writing(content),
    ]


def _references(content: Content, bounds: Bounds) -> Iterator[Finding]:
    """Objective, level, facts and the section exist, and no fact is uncertain."""
    if content["objective"] not in bounds.objectives:
        yield Finding("E002", ("objective",), {"objective": content["objective"]})
    if content["level"] not in LEVELS:
        yield Finding("E011", ("level",), {"levels": ", ".join(LEVELS)})
    if not content["facts"]:
        yield Finding("W003", ("facts",))
    for fact in content["facts"]:
        if fact not in bounds.facts:
            yield Finding("E012", ("facts",), {"fact": fact})
        elif fact in bounds.weak_facts:
            yield Finding("E013", ("facts",), {"fact": fact})
    if content["see"] not in bounds.anchors:
        yield Finding("E007", ("see",), {"see": content["see"]})


def _wordings(content: Content) -> Iterator[Finding]:
    for place, text, stem in texts.all_of(content):
        for code, values in said(text, stem):
            yield Finding(code, place, values)

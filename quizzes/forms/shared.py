"""What several types of question are made of, or what would be long where a type is described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quizzes.forms.choices import Pick, Refs, Switch
from quizzes.forms.parts import Area, Group, Line, Pair, Part, Texts, Tick, several, whole
from quizzes.forms.rows import Named, Readings, Rows
from quizzes.marking.units import UNITS
from quizzes.selectors.words import unit_words

MAX_OPTIONS = 8
TEXT, WHY = _("Text"), _("Reason")
OWN_RULE = {
    "all_or_nothing": _("All or nothing"),
    "plus_minus": _("Right less wrong"),
    "select_n": _("A given number to choose"),
    "each_decision": _("Each option counts"),
    "coverage": _("Coverage"),
    "halves": _("Halves"),
    "weights": _("Weights"),
    "rexams_false2": _("Right less wrong, shared out"),
}
ORDER_RULE = {
    "exact": _("The whole order"),
    "absolute": _("Each step in its place"),
    "next_excl_last": _("Each step and its next, without the last"),
    "next_incl_last": _("Each step and its next, with the last"),
    "one_prev_next": _("Each step’s neighbours"),
    "all_prev_next": _("All before and after"),
    "longest_ordered": _("The longest ordered run"),
    "longest_contiguous": _("The longest unbroken run"),
    "relative_to_correct": _("Distance from its place"),
}
FROM_DATA = {
    "tir": _("Time in range"),
    "tbr": _("Time below range"),
    "tar": _("Time above range"),
    "very_low": _("Time below 54 mg/dL (3.0 mmol/L)"),
    "very_high": _("Time above 250 mg/dL (13.9 mmol/L)"),
    "mean": _("Mean glucose"),
    "gmi": _("Glucose management indicator"),
}


def _units() -> list[tuple[str, str]]:
    return [(unit, unit_words(unit)) for unit in UNITS if unit]


ROW_TEXT = Texts(key="text", label=TEXT, must=True)
ROW_WHY = Texts(key="why", label=WHY, longest=1500, must=True)
WHOLE_WHY = Texts(key="why", label=_("Reason for the answer"), longest=1500, must=True)
ALL_OR_NOTHING = Pick(
    key="scoring",
    label=_("Scoring"),
    choices=[("all_or_nothing", _("All or nothing"))],
    empty=_("Each row counts"),
)
SHUFFLE = Tick(key="shuffle", label=_("Shuffle for each learner"), default=True)
OPTION = _("Option")


def scoring(rules: Mapping[str, Promise], default: str, **more: Any) -> Pick:
    return Pick(key="scoring", label=_("Scoring"), choices=list(rules.items()), default=default, **more)


def options(most: int = MAX_OPTIONS, **more: Any) -> Rows:
    return Rows(
        key="options",
        label=_("Options"),
        hint=_("choose the key; every option needs its reason"),
        one=OPTION,
        mark=_("the key"),
        parts=(ROW_TEXT, ROW_WHY),
        start=3,
        most=most,
        must=True,
        **more,
    )


def rows(key: str, label: Promise, one: Promise, *parts: Part, **more: Any) -> Rows:
    return Rows(key=key, label=label, one=one, parts=(ROW_TEXT, *parts), **({"must": True, "most": 12} | more))


ANSWERS = Rows(
    key="answers",
    label=_("Accepted answers"),
    hint=_("a value with its tolerance, or the least and the greatest"),
    one=_("Answer"),
    ids=False,
    most=6,
    parts=(
        Line(key="value", label=_("Value"), numeric=True),
        Pick(key="unit", label=_("Unit"), choices=_units, empty=_("none")),
        Line(key="atol", label=_("Tolerance, more or less"), numeric=True),
        Line(key="rtol", label=_("or a share of it"), numeric=True),
        Line(key="low", label=_("or from"), numeric=True),
        Line(key="high", label=_("to"), numeric=True),
        Line(key="credit", label=_("Credit, 1 if empty"), numeric=True),
    ),
    must=True,
)
NUMBER: tuple[Part, ...] = (
    Refs(
        key="input_units",
        label=_("Units on offer"),
        hint=_("learners choose one of these; with one alone it is given"),
        choices=_units,
    ),
    Pick(
        key="unit_policy",
        label=_("Other units"),
        hint=_("an answer in another unit on offer than that of the key"),
        choices=[
            ("convert", _("converted exactly")),
            ("exact", _("count as wrong")),
            ("fixed", _("there are none: it is given")),
        ],
        default="convert",
    ),
    Line(
        key="decimals",
        label=_("Decimals shown"),
        hint=_("of drawn options; empty: as many as there are"),
        read=whole,
        numeric=True,
    ),
    Line(
        key="unit_credit",
        label=_("Share lost for the unit alone"),
        hint=_("such as 0.2: the right number in a wrong unit earns 0.8; empty: it earns nothing"),
        numeric=True,
    ),
    Named(
        key="feedback",
        label=_("What you say to a unit"),
        hint=_("shown afterwards to those who answered in it"),
        one=_("Unit"),
        parts=(Texts(key="said", label=TEXT, must=True),),
        plain="said",
        bare=True,
        names=_units,
        most=6,
    ),
)
FORMULA = Line(key="formula", label=_("Formula"), wide=True, must=True)
PARAMS = Group(
    key="params",
    must=True,
    parts=(
        Named(
            key="vars",
            label=_("Drawn values"),
            hint=_("from, to and step, or a list of values; the question fills them in as {name}"),
            one=_("Value"),
            new="x",
            parts=(
                Line(key="min", label=_("From"), numeric=True),
                Line(key="max", label=_("To"), numeric=True),
                Line(key="step", label=_("Step"), numeric=True),
                Line(key="choice", label=_("or one of"), read=several),
            ),
            most=10,
            must=True,
        ),
        Named(
            key="derived",
            label=_("Formulas"),
            hint=_("+ - * / ** ( ) min max abs round floor_step ceil_step if; each may use others"),
            one=_("Formula"),
            new="dose",
            parts=(FORMULA,),
            plain="formula",
            bare=True,
            most=12,
            must=True,
        ),
        Line(key="answer", label=_("The answer is the formula"), must=True),
        Pick(key="unit", label=_("in"), choices=_units, must=True),
        Pair(key="safe_range", label=_("Range that is safe to teach")),
        Area(key="constraints", label=_("Only variants in which"), hint=_("one condition a line, such as dose >= 1")),
        Named(
            key="distractors",
            label=_("What slips give"),
            hint=_("as a choice these are the other options; typed, they name what went wrong"),
            one=_("Slip"),
            new="slip",
            parts=(FORMULA, Texts(key="why", label=WHY, longest=1500)),
            plain="formula",
            most=8,
        ),
    ),
)
DATA = Group(
    key="data",
    label=_("Readings"),
    must=True,
    parts=(
        Readings(
            key="mgdl",
            label=_("Glucose, mg/dL"),
            hint=_("paste numbers, one line a day, or a CSV with the time before each value; - where there is none"),
            must=True,
        ),
        Line(key="start", label=_("First at"), hint=_("such as 06:00")),
        Line(key="step_min", label=_("Minutes between two"), read=whole, numeric=True),
    ),
)
STATED = Group(
    key="stated",
    label=_("What you state of them, to be checked"),
    hint=_("leave empty what the question does not mention"),
    parts=tuple(Line(key=key, label=label, numeric=True) for key, label in FROM_DATA.items()),
)
BANDS = Rows(
    key="bands",
    label=_("Bands"),
    one=_("Band"),
    ids=False,
    most=4,
    parts=(
        Line(key="low", label=_("From, mg/dL"), read=whole, numeric=True, must=True),
        Line(key="high", label=_("To, mg/dL"), read=whole, numeric=True, must=True),
        Texts(key="text", label=_("Name"), must=True),
    ),
)
ASK_NUMBER, ASK_CHOICE = ("ask", "number"), ("ask", "choice")


def ask(number: Promise, choice: Promise) -> Switch:
    return Switch(key="ask", label=_("Learners"), choices=[("number", number), ("choice", choice)], default="number")


def graph_answers() -> Rows:
    first, *rest = ANSWERS.parts
    computed = Pick(
        key="from", label=_("Value from the data"), choices=list(FROM_DATA.items()), empty=_("no, as written")
    )
    return Rows(
        key="answers",
        label=ANSWERS.label,
        hint=ANSWERS.hint,
        one=ANSWERS.one,
        ids=False,
        most=6,
        parts=(computed, first, *rest),
        when=ASK_NUMBER,
        must=True,
    )

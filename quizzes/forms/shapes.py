"""What an author edits in each type of question: one description a type, from which form, content and page follow.
The keys are those of docs/items.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quizzes.forms.parts import (
    ABSENT,
    Area,
    Group,
    Line,
    Pair,
    Part,
    Pick,
    Ref,
    Refs,
    Switch,
    Texts,
    Tick,
    YesNo,
    several,
    whole,
)
from quizzes.forms.rows import Edges, Named, Readings, Rows
from quizzes.marking.units import UNITS
from quizzes.selectors.words import unit_words

MAX_OPTIONS = 8
TYPES: Mapping[str, tuple[Promise, Promise]] = {
    "sba": (_("Single best answer"), _("One answer is best. For decisions and for facts that matter.")),
    "mr": (_("Several right answers"), _("Several are right. For signs, causes, steps that belong together.")),
    "mtf": (_("True or false"), _("Statements judged one by one. For what people often get wrong.")),
    "numeric": (_("A number"), _("A number with its unit. For reading and converting values.")),
    "dose_calc": (_("Dose calculation"), _("Values are drawn for each learner. For boluses and corrections.")),
    "matching": (_("Pairs"), _("Each on the left belongs to one on the right. For terms and settings.")),
    "ordering": (_("Steps in order"), _("A sequence, or what has to come before what. For procedures.")),
    "carb_meal": (_("Carbohydrates of a meal"), _("Count the grams of a plate. For carbohydrate counting.")),
    "matrix_mc": (_("Table, one column a row"), _("Each row belongs to one column. For expected or urgent.")),
    "matrix_mr": (_("Table, several columns a row"), _("A row may belong to several. For signs of two states.")),
    "cloze_dropdown": (_("Text with blanks"), _("A list for each blank. For advice and short reasoning.")),
    "graph_read": (_("Graph"), _("A glucose trace or profile to be read. For patterns and time in range.")),
}

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


def _scoring(rules: Mapping[str, Promise], default: str, **more: Any) -> Pick:
    return Pick(key="scoring", label=_("Scoring"), choices=list(rules.items()), default=default, **more)


def _options(most: int = MAX_OPTIONS, **more: Any) -> Rows:
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


def _rows(key: str, label: Promise, one: Promise, *parts: Part, **more: Any) -> Rows:
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
    Refs(key="input_units", label=_("Units on offer"), choices=_units),
    Pick(
        key="unit_policy",
        label=_("Other units"),
        choices=[
            ("convert", _("converted exactly")),
            ("exact", _("count as wrong")),
            ("fixed", _("there are none: it is given")),
        ],
        default="convert",
    ),
    Line(key="decimals", label=_("Decimals shown"), read=whole, numeric=True),
    Line(key="unit_credit", label=_("Share lost for the unit alone"), numeric=True),
    Named(
        key="feedback",
        label=_("What you say to a unit"),
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


def _ask(number: Promise, choice: Promise) -> Switch:
    return Switch(key="ask", label=_("Learners"), choices=[("number", number), ("choice", choice)], default="number")


def _graph_answers() -> Rows:
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


SHAPES: Mapping[str, Sequence[Part]] = {
    "sba": (_options(members=(("anchor_last", _("Stays last")),)), SHUFFLE),
    "mr": (
        Rows(
            key="options",
            label=_("Options"),
            hint=_("tick those that are right; every option needs its reason"),
            one=OPTION,
            parts=(
                Tick(key="key", label=_("Right")),
                ROW_TEXT,
                ROW_WHY,
                Line(key="weight", label=_("Weight, if scored so"), numeric=True),
            ),
            members=(("anchor_last", _("Stays last")),),
            start=4,
            most=MAX_OPTIONS,
            must=True,
        ),
        _scoring(OWN_RULE, "plus_minus"),
        Line(key="select_n", label=_("How many to choose"), read=whole, numeric=True),
        Line(key="min_select", label=_("At least"), read=whole, numeric=True),
        Line(key="max_select", label=_("At most"), read=whole, numeric=True),
        SHUFFLE,
    ),
    "mtf": (
        _rows(
            "rows",
            _("Statements"),
            _("Statement"),
            YesNo(key="key", label=_("It is"), choices=[("true", _("True")), ("false", _("False"))]),
            ROW_WHY,
            start=3,
        ),
        ALL_OR_NOTHING,
        Tick(key="shuffle", label=_("Shuffle for each learner")),
    ),
    "numeric": (ANSWERS, *NUMBER, WHOLE_WHY),
    "dose_calc": (
        _ask(_("type a number"), _("choose an option")),
        PARAMS,
        Line(key="atol", label=_("Tolerance, more or less"), numeric=True),
        *NUMBER,
        WHOLE_WHY,
    ),
    "matching": (
        _rows(
            "left",
            _("Left"),
            _("Left side"),
            Ref(key="key", label=_("belongs to"), of="right", must=True),
            ROW_WHY,
            start=3,
        ),
        Rows(
            key="right",
            label=_("Right"),
            one=_("Right side"),
            parts=(ROW_TEXT,),
            members=(("distractors", _("Fits none")),),
            start=4,
            most=12,
            must=True,
        ),
        Tick(key="allow_reuse", label=_("One may fit two")),
        ALL_OR_NOTHING,
    ),
    "ordering": (
        Switch(
            key="mode",
            label=_("The order is"),
            choices=[("sequence", _("that of the list")), ("dag", _("what comes before what"))],
            default="sequence",
        ),
        Rows(
            key="items",
            label=_("Steps"),
            one=_("Step"),
            parts=(ROW_TEXT, ROW_WHY),
            members=(("distractors", _("Does not belong")),),
            start=4,
            most=12,
            must=True,
        ),
        _scoring(ORDER_RULE, "absolute", when=("mode", "sequence")),
        Edges(
            key="edges",
            label=_("What comes before what"),
            one=_("Rule"),
            most=24,
            when=("mode", "dag"),
        ),
    ),
    "carb_meal": (
        _rows(
            "foods",
            _("Foods"),
            _("Food"),
            Texts(key="portion", label=_("Portion")),
            Line(key="grams_carb", label=_("Carbohydrate, g"), numeric=True, must=True),
            Line(key="source", label=_("Source")),
            Texts(key="label", label=_("Its label, if labels are shown")),
            start=2,
        ),
        Line(key="total", label=_("Total, g"), numeric=True),
        Pick(
            key="show",
            label=_("Shown as"),
            choices=[("list", _("a list")), ("label", _("food labels"))],
            default="list",
        ),
        Group(
            key="tolerance",
            label=_("Tolerance, if wider than 5 g and 10 %"),
            parts=(
                Line(key="grams", label="g", numeric=True),
                Line(key="percent", label="%", numeric=True),
            ),
        ),
        WHOLE_WHY,
    ),
    "matrix_mc": (
        _rows("columns", _("Columns"), _("Column"), start=2, most=6),
        _rows(
            "rows",
            _("Rows"),
            _("Row"),
            Ref(key="key", label=_("belongs to"), of="columns", must=True),
            ROW_WHY,
            start=3,
        ),
        ALL_OR_NOTHING,
    ),
    "matrix_mr": (
        _rows("columns", _("Columns"), _("Column"), start=2, most=6),
        _rows(
            "rows",
            _("Rows"),
            _("Row"),
            Refs(key="keys", label=_("belongs to"), of="columns", must=True),
            ROW_WHY,
            start=3,
            most=10,
        ),
    ),
    "cloze_dropdown": (
        Texts(
            key="passage",
            label=_("Text with the blanks"),
            hint=_("write {1} where the first blank stands, {2} for the second"),
            longest=4000,
            high=4,
            must=True,
        ),
        Rows(key="blanks", label=_("Blanks"), one=_("Blank"), parts=(_options(most=5),), start=1, most=6, must=True),
        ALL_OR_NOTHING,
        SHUFFLE,
    ),
    "graph_read": (
        Pick(
            key="chart",
            label=_("Drawn as"),
            choices=[("trace", _("a trace")), ("agp", _("a profile of several days (AGP)"))],
            default="trace",
        ),
        DATA,
        Texts(key="description", label=_("What it shows, for those who do not see it"), longest=1500, must=True),
        BANDS,
        STATED,
        _ask(_("type a number"), _("choose an option")),
        _graph_answers(),
        *(part_for_number for part_for_number in NUMBER if part_for_number.key in ("input_units", "unit_policy")),
        _options(when=ASK_CHOICE),
        Texts(key="why", label=_("Reason for the answer"), longest=1500, when=ASK_NUMBER),
    ),
}


def blank(kind: str, languages: Sequence[str]) -> dict[str, Any]:
    """A question of this type that nobody has written yet."""
    content: dict[str, Any] = {
        "schema": "basal.item/1",
        "type": kind,
        "objective": "",
        "level": "",
        "facts": [],
        "see": "",
        "stem": {},
    }
    for part in SHAPES[kind]:
        value = part.blank(languages) if not part.when or part.when in (ASK_NUMBER,) else ABSENT
        if value is not ABSENT:
            content[part.key] = value
    return content

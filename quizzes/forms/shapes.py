"""What an author edits in each type of question: one description a type, from which form, content and page follow.
The keys are those of docs/items.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quizzes.forms.choices import Pick, Ref, Refs, Switch, YesNo
from quizzes.forms.parts import ABSENT, Group, Line, Part, Texts, Tick, whole
from quizzes.forms.rows import Edges, Rows
from quizzes.forms.shared import (
    ALL_OR_NOTHING,
    ANSWERS,
    ASK_CHOICE,
    ASK_NUMBER,
    BANDS,
    DATA,
    MAX_OPTIONS,
    NUMBER,
    OPTION,
    ORDER_RULE,
    OWN_RULE,
    PARAMS,
    ROW_TEXT,
    ROW_WHY,
    SHUFFLE,
    STATED,
    WHOLE_WHY,
    ask,
    graph_answers,
    options,
    rows,
    scoring,
)

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

SHAPES: Mapping[str, Sequence[Part]] = {
    "sba": (options(members=(("anchor_last", _("Stays last")),)), SHUFFLE),
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
        scoring(OWN_RULE, "plus_minus"),
        Line(key="select_n", label=_("How many to choose"), read=whole, numeric=True),
        Line(key="min_select", label=_("At least"), read=whole, numeric=True),
        Line(key="max_select", label=_("At most"), read=whole, numeric=True),
        SHUFFLE,
    ),
    "mtf": (
        rows(
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
        ask(_("type a number"), _("choose an option")),
        PARAMS,
        Line(key="atol", label=_("Tolerance, more or less"), numeric=True),
        *NUMBER,
        WHOLE_WHY,
    ),
    "matching": (
        rows(
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
        scoring(ORDER_RULE, "absolute", when=("mode", "sequence")),
        Edges(
            key="edges",
            label=_("What comes before what"),
            one=_("Rule"),
            most=24,
            when=("mode", "dag"),
        ),
    ),
    "carb_meal": (
        rows(
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
        rows("columns", _("Columns"), _("Column"), start=2, most=6),
        rows(
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
        rows("columns", _("Columns"), _("Column"), start=2, most=6),
        rows(
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
        Rows(key="blanks", label=_("Blanks"), one=_("Blank"), parts=(options(most=5),), start=1, most=6, must=True),
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
        ask(_("type a number"), _("choose an option")),
        graph_answers(),
        *(part_for_number for part_for_number in NUMBER if part_for_number.key in ("input_units", "unit_policy")),
        options(when=ASK_CHOICE),
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

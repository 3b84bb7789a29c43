"""The rules of marking.lint in words: what has to be mended before a question can be published."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from quizzes.marking import writing
from quizzes.marking.lint import Finding
from quizzes.models import ItemDraft, ItemVersion
from quizzes.selectors import telling
from quizzes.services import waivers, writing_words

Spot = Callable[[Finding], str]
WORDS: dict[str, Promise] = {
    "E001": gettext_lazy("The question is not written in %(language)s yet."),
    "E104": gettext_lazy("Option %(option)s is not written in %(language)s yet."),
    "E010": gettext_lazy("Option %(option)s has no reason in %(language)s yet."),
    "E101": gettext_lazy("Give at least two options."),
    "E102": gettext_lazy("Mark exactly one option as the key."),
    "E103": gettext_lazy("Option %(option)s has the same text as another: “%(text)s”."),
    "E105": gettext_lazy("Two options have the same id."),
    "E002": gettext_lazy("Choose an objective of this course; “%(objective)s” is none."),
    "E011": gettext_lazy("Choose a level, one of: %(levels)s."),
    "W003": gettext_lazy("No fact is named that the key rests on."),
    "E012": gettext_lazy("There is no fact %(fact)s."),
    "E013": gettext_lazy("%(fact)s is uncertain (U) and cannot support a key."),
    "E007": gettext_lazy("No lesson has the heading “%(see)s”, where to read again."),
    "SAFE03a": gettext_lazy("Write “%(found)s” in both units: %(better)s."),
    "SAFE03b": gettext_lazy("Write “%(found)s” in both units: %(better)s."),
    "SAFE03c": gettext_lazy("The two units do not agree in “%(found)s”."),
    "E016": gettext_lazy("%(part)s is not written in %(language)s yet."),
    "E017": gettext_lazy("%(part)s has no reason in %(language)s yet."),
    "E018": gettext_lazy("The reason for the answer is not written in %(language)s yet."),
    "E020": gettext_lazy("“%(key)s” is missing, or is not of the kind it has to be."),
    "E021": gettext_lazy("There is no type of question “%(type)s”."),
    "E005": gettext_lazy("The text fills in {%(name)s}, which there is not."),
    "E106": gettext_lazy("Give at least %(least)s under “%(part)s”."),
    "E111": gettext_lazy("Mark at least one option as right."),
    "E112": gettext_lazy("Every option is marked as right; at least one has to be wrong."),
    "E113": gettext_lazy("The weights of the right options add up to %(total)s; they have to make 1."),
    "E114": gettext_lazy("Learners choose %(select)s, but %(keys)s are right; the two have to be the same."),
    "E117": gettext_lazy("There is no scoring rule “%(scoring)s”. Choose one of: %(rules)s."),
    "W115": gettext_lazy("By this rule an answer with nothing ticked earns %(percent)s %%."),
    "W116": gettext_lazy("All or nothing over %(count)s options: one slip loses everything."),
    "E131": gettext_lazy("Answer %(answer)s has no tolerance. Write 0 if only the exact number counts."),
    "E132": gettext_lazy("The unit “%(unit)s” is not known here, or does not fit the units on offer."),
    "E133": gettext_lazy("Answers %(first)s and %(second)s overlap, but earn different credit."),
    "E134": gettext_lazy(
        "The tolerance is lost when %(other)s is converted to %(unit)s: it has to be at least %(least)s %(unit)s."
    ),
    "E135": gettext_lazy("The value of answer %(answer)s is not a number."),
    "E137": gettext_lazy("No answer earns full credit, or a credit is not between 0 and 1."),
    "W136": gettext_lazy("A share of 0 is 0: the relative tolerance allows nothing here."),
    "E141": gettext_lazy("“%(formula)s” cannot be read at “%(found)s” (character %(at)s)."),
    "E142": gettext_lazy("“%(formula)s” divides by zero in %(count)s of %(of)s variants, first with %(first)s."),
    "E143": gettext_lazy("Two options are equal (%(formula)s) in %(count)s of %(of)s variants, first with %(first)s."),
    "E144": gettext_lazy(
        "The answer leaves the safe range in %(count)s of %(of)s variants, first with %(first)s: %(answer)s."
    ),
    "E145": gettext_lazy("There are only %(count)s variants; at least %(least)s are needed."),
    "E146": gettext_lazy("Rounding changes the answer (%(first)s), but the question does not say how to round."),
    "E148": gettext_lazy("“%(formula)s” has no value in %(count)s of %(of)s variants, first with %(first)s."),
    "E149": gettext_lazy("Give the range that is safe to teach: the least and the greatest answer."),
    "W147": gettext_lazy("Answers run from %(low)s to %(high)s: the variants are not equally hard."),
    "E151": gettext_lazy("Give at least two pairs."),
    "E152": gettext_lazy("Right side %(row)s fits nothing and is not marked as a distractor."),
    "E153": gettext_lazy("Right side %(option)s has the same text as another: “%(text)s”."),
    "E154": gettext_lazy("Row %(row)s has no right side as its key."),
    "E155": gettext_lazy("Right side %(row)s fits two rows; allow it to be used again."),
    "E161": gettext_lazy("Give at least three steps."),
    "E162": gettext_lazy("The steps run in a circle: %(steps)s."),
    "E163": gettext_lazy("%(edge)s is called critical, but is not one of the rules of order."),
    "E164": gettext_lazy("No rule of order names step %(step)s."),
    "E166": gettext_lazy("A rule of order names a step there is not: %(name)s."),
    "W165": gettext_lazy(
        "Step %(option)s could change places with another (%(text)s). Say which step comes before which instead."
    ),
    "E193": gettext_lazy("Row %(row)s has no column as its key."),
    "E195": gettext_lazy("Column %(column)s is right in no row."),
    "E198": gettext_lazy("Blank %(number)s has to stand in the %(language)s text exactly once, as {%(number)s}."),
    "E231": gettext_lazy("The total is given as %(total)s g, but the foods add up to %(sum)s g."),
    "E232": gettext_lazy("Allow at least 5 g and 10 %%: nobody counts more closely."),
    "E233": gettext_lazy("Food %(food)s has no source for its carbohydrate."),
    "E251": gettext_lazy("%(name)s is stated as %(stated)s, but the data give %(computed)s."),
    "E252": gettext_lazy("The graph has no data, or no description in %(language)s for those who do not see it."),
    "E253": gettext_lazy("Band %(band)s is told by its colour only; give it a name."),
    "E022": gettext_lazy("Something is said of a picture, but no picture is chosen. Choose one, or remove the words."),
    "A11Y01": gettext_lazy("The picture has no alternative text in %(language)s for those who do not see it."),
    "A11Y01b": gettext_lazy("What is said of the picture gives the key away: “%(found)s”."),
    "E254": gettext_lazy("%(count)s readings are not glucose in mg/dL."),
}
LEVEL_NAMES = {
    "remember": gettext_lazy("Remember"),
    "understand": gettext_lazy("Understand"),
    "apply": gettext_lazy("Apply"),
    "analyse": gettext_lazy("Analyse"),
    "evaluate": gettext_lazy("Evaluate"),
}
# What the lists of a question are called, by their key.
PARTS: dict[str, Promise] = telling.PARTS | {"passage": telling.NAMES["passage"]}
# What the list beside the editor names, and the codes that speak of it.
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Question and options are written out"), ("E001", "E104", "E016", "E020", "E021")),
    (gettext_lazy("The picture is told in words, and they do not tell the key"), ("A11Y01", "A11Y01b", "E022")),
    (gettext_lazy("Every option has its reason"), ("E010", "E017", "E018")),
    (gettext_lazy("One key among different options"), ("E101", "E102", "E103", "E105", "IWF09")),
    (
        gettext_lazy("Objective, level, facts and where to read again"),
        ("E002", "E011", "W003", "E012", "E013", "E007"),
    ),
    (gettext_lazy("Glucose stands in mg/dL and mmol/L, and they agree"), ("SAFE03a", "SAFE03b", "SAFE03c")),
    (gettext_lazy("Doses are written safely"), tuple(code for code in writing.CODES if code.startswith("SAFE01"))),
    (
        gettext_lazy("The wording gives nothing away and is plain"),
        tuple(code for code in writing.CODES if not code.startswith("SAFE01") and code != "IWF09"),
    ),
    (gettext_lazy("The right options fit the scoring rule"), ("E111", "E112", "E113", "E114", "E117", "W115", "W116")),
    (
        gettext_lazy("Numbers, units and tolerances hold"),
        ("E131", "E132", "E133", "E134", "E135", "E137", "W136"),
    ),
    (
        gettext_lazy("Every variant has a safe answer"),
        ("E141", "E142", "E143", "E144", "E145", "E146", "E148", "E149", "W147"),
    ),
    (
        gettext_lazy("Every row, column and blank has its key"),
        ("E005", "E106", "E151", "E152", "E153", "E154", "E155", "E193", "E195", "E198"),
    ),
    (gettext_lazy("The steps have an order"), ("E161", "E162", "E163", "E164", "E166", "W165")),
    (gettext_lazy("The meal adds up"), ("E231", "E232", "E233")),
    (gettext_lazy("The graph says what its data say"), ("E251", "E252", "E253", "E254")),
)
# The lines above that speak of some types only, by their first code. All others stand beside every question.
_ONLY: dict[str, tuple[str, ...]] = {
    "A11Y01": (),  # only where there is something to say of it
    "E101": ("sba", "mr", "cloze_dropdown", "graph_read"),
    "E111": ("mr", "mtf", "matching", "ordering", "matrix_mc", "cloze_dropdown"),
    "E131": ("numeric", "dose_calc", "carb_meal", "graph_read"),
    "E141": ("dose_calc",),
    "E005": ("mtf", "matching", "matrix_mc", "matrix_mr", "cloze_dropdown", "carb_meal", "dose_calc"),
    "E161": ("ordering",),
    "E231": ("carb_meal",),
    "E251": ("graph_read",),
}


@dataclass(frozen=True)
class Said:
    """A finding in words, and the form field it is about."""

    message: str
    field: str
    blocks: bool
    mend: str = ""  # names the fix that is offered, for the button
    better: str = ""  # what it puts in place, where that can be shown
    waive: str = ""  # names a warning that may be waived
    waived: str = ""  # why it may stay


@dataclass(frozen=True)
class Check:
    """One line of the list: `state` is ok, warning, error, or open where it is for somebody else to do."""

    title: str
    state: str
    said: tuple[Said, ...]


def cell_words(cell: Mapping[str, Any]) -> str:
    """A cell of a quiz as people name it: its objective, and its level if it has one."""
    level = cell.get("level")
    return f"{cell['objective']} / {str(LEVEL_NAMES[level]).lower()}" if level else str(cell["objective"])


def words(finding: Finding) -> str:
    """The finding as a sentence in the reader's language."""
    if finding.code in writing.CODES:
        told = writing_words.explain(finding)
        return f"{told.what} {told.why} {told.how}"
    values = dict(finding.values)
    if "language" in values:
        values["language"] = str(get_language_info(values["language"])["name_translated"])
    if finding.code == "E011":
        values["levels"] = ", ".join(str(name).lower() for name in LEVEL_NAMES.values())
    if finding.code == "E002" and not values["objective"]:
        return _("Choose the objective.")
    if finding.code == "E007" and not values["see"]:
        return _("Choose where to read again.")
    if finding.code in ("E016", "E017", "E106"):
        values["part"] = f"{PARTS[values['part']]} {values.get('number', '')}".strip()
    text = str(WORDS[finding.code]) % values
    if finding.code == "SAFE03c" and values["better"]:
        text = _("%(problem)s It would be %(better)s.") % {"problem": text, "better": values["better"]}
    return text


def field_of(finding: Finding) -> str:
    """The form field a finding is about. One on all options is at the button that adds one."""
    return "-".join(map(str, finding.place))


def said(finding: Finding, spot: Spot = field_of, kept: Sequence[waivers.Waiver] = ()) -> Said:
    """The finding in words; `spot` leads to its field, `kept` are the waivers of the draft or version."""
    better = finding.values.get("better", "") if finding.values.get("mend") == "replace" else ""
    waived = waivers.of(finding, kept) if finding.warns else None
    return Said(
        words(finding),
        spot(finding),
        finding.blocks,
        mend_name(finding),
        better,
        waiver_name(finding) if finding.warns and not waived else "",
        waived["reason"] if waived else "",
    )


def finding_name(finding: Finding) -> str:
    """Names a finding in a form: its code and its place."""
    return f"{finding.code}:{field_of(finding)}"


def waiver_name(finding: Finding) -> str:
    """Names a warning in a form: two of one code may stand in one text."""
    told = {name: str(value) for name, value in finding.values.items() if name != "at"}
    return f"{finding_name(finding)}:{crc32(json.dumps(told, sort_keys=True).encode()):08x}"


def mend_name(finding: Finding) -> str:
    """Names a finding whose fix can be done by a button; empty for others."""
    return finding_name(finding) if "mend" in finding.values else ""


def listed(
    findings: Sequence[Finding],
    kind: str = "sba",
    spot: Spot = field_of,
    kept: Sequence[waivers.Waiver] = (),
) -> list[Check]:
    """Every rule for this type of question as a line, also those that found nothing."""
    lines = []
    for title, codes in GROUPS:
        found = [finding for finding in findings if finding.code in codes]
        if found or kind in _ONLY.get(codes[0], (kind,)):
            lines.append(_check(str(title), [said(finding, spot, kept) for finding in found]))
    return lines


def second_person(draft: ItemDraft | None, newest: ItemVersion | None) -> Check:
    """Whether somebody else has looked at what this page shows: the draft, or what is published."""
    title = _("A second person’s review")
    if draft:
        told = _("It waits for a reviewer.") if draft.in_review else _("A reviewer decides once you ask.")
        return Check(title, "open", (Said(told, "", blocks=False),))
    if newest and newest.reviewed_by:
        told = _("Reviewed by %(name)s.") % {"name": newest.reviewed_by}
        return Check(title, "ok", (Said(told, "", blocks=False),))
    if newest and newest.from_web:
        told = _("Not reviewed by a second person.")
    else:
        told = _("It came from the course’s files; no second person has reviewed it on this site.")
    return Check(title, "open", (Said(told, "", blocks=False),))


def _check(title: str, told: Sequence[Said]) -> Check:
    """A warning that was waived is told, and hinders no more."""
    state = "error" if any(one.blocks for one in told) else "warning" if any(not one.waived for one in told) else "ok"
    return Check(title, state, tuple(told))

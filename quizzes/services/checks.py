"""The rules of marking.lint in words: what has to be mended before a question can be published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from quizzes.marking.lint import Finding
from quizzes.models import ItemDraft, ItemVersion

WORDS: dict[str, Promise] = {
    "E001": gettext_lazy("The question is not written in %(language)s yet."),
    "E104": gettext_lazy("Option %(option)s is not written in %(language)s yet."),
    "E010": gettext_lazy("Option %(option)s has no reason in %(language)s yet."),
    "E101": gettext_lazy("Give at least two options."),
    "E102": gettext_lazy("Mark exactly one option as the key."),
    "E103": gettext_lazy("Option %(option)s has the same text as another: “%(text)s”."),
    "E105": gettext_lazy("Two options have the same id."),
    "W104": gettext_lazy("Three to five options are usual; here it is %(count)s."),
    "E002": gettext_lazy("Choose an objective of this course; “%(objective)s” is none."),
    "E011": gettext_lazy("Choose a level, one of: %(levels)s."),
    "W003": gettext_lazy("No fact is named that the key rests on."),
    "E012": gettext_lazy("There is no fact %(fact)s."),
    "E013": gettext_lazy("%(fact)s is uncertain (U) and cannot support a key."),
    "E007": gettext_lazy("No lesson has the heading “%(see)s”, where to read again."),
    "SAFE01a": gettext_lazy("“%(found)s” is easily read tenfold. Write %(better)s."),
    "SAFE01b": gettext_lazy("“%(found)s” is easily read tenfold. Write %(better)s."),
    "SAFE01d": gettext_lazy("“%(found)s” has a decimal comma. Write %(better)s."),
    "SAFE01c": gettext_lazy("The U in “%(found)s” can be read as a zero. Write %(better)s."),
    "SAFE03a": gettext_lazy("Write “%(found)s” in both units: %(better)s."),
    "SAFE03b": gettext_lazy("Write “%(found)s” in both units: %(better)s."),
    "SAFE03c": gettext_lazy("The two units do not agree in “%(found)s”."),
    "IWF07": gettext_lazy("The key stands out by its length: %(words)s words; the others have %(least)s to %(most)s."),
}
LEVEL_NAMES = {
    "remember": gettext_lazy("Remember"),
    "understand": gettext_lazy("Understand"),
    "apply": gettext_lazy("Apply"),
    "analyse": gettext_lazy("Analyse"),
    "evaluate": gettext_lazy("Evaluate"),
}
# What the list beside the editor names, and the codes that speak of it.
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Question and options are written out"), ("E001", "E104")),
    (gettext_lazy("Every option has its reason"), ("E010",)),
    (gettext_lazy("One key among different options"), ("E101", "E102", "E103", "E105", "W104")),
    (
        gettext_lazy("Objective, level, facts and where to read again"),
        ("E002", "E011", "W003", "E012", "E013", "E007"),
    ),
    (gettext_lazy("Glucose stands in mg/dL and mmol/L, and they agree"), ("SAFE03a", "SAFE03b", "SAFE03c")),
    (gettext_lazy("Doses are written safely"), ("SAFE01a", "SAFE01b", "SAFE01c", "SAFE01d")),
    (gettext_lazy("The key does not stand out by its length"), ("IWF07",)),
)


@dataclass(frozen=True)
class Said:
    """A finding in words, and the form field it is about."""

    message: str
    field: str
    blocks: bool


@dataclass(frozen=True)
class Check:
    """One line of the list: `state` is ok, warning, error, or open where it is for somebody else to do."""

    title: str
    state: str
    said: tuple[Said, ...]


def words(finding: Finding) -> str:
    """The finding as a sentence in the reader's language."""
    values = dict(finding.values)
    if "language" in values:
        values["language"] = str(get_language_info(values["language"])["name_translated"])
    if finding.code == "E011":
        values["levels"] = ", ".join(str(name).lower() for name in LEVEL_NAMES.values())
    if finding.code == "E002" and not values["objective"]:
        return _("Choose the objective.")
    if finding.code == "E007" and not values["see"]:
        return _("Choose where to read again.")
    text = str(WORDS[finding.code]) % values
    if finding.code == "SAFE03c" and values["better"]:
        text = _("%(problem)s It would be %(better)s.") % {"problem": text, "better": values["better"]}
    return text


def field_of(finding: Finding) -> str:
    """The form field a finding is about. One on all options is at the button that adds one."""
    return "-".join(map(str, finding.place))


def said(finding: Finding) -> Said:
    return Said(words(finding), field_of(finding), finding.blocks)


def listed(findings: Sequence[Finding]) -> list[Check]:
    """Every rule as a line, also those that found nothing."""
    return [_check(str(title), [finding for finding in findings if finding.code in codes]) for title, codes in GROUPS]


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


def _check(title: str, findings: Iterable[Finding]) -> Check:
    told = tuple(said(finding) for finding in findings)
    state = "error" if any(one.blocks for one in told) else "warning" if told else "ok"
    return Check(title, state, told)

"""Reads for the CE office: what to do next, three lists, one certificate with all that lies behind it.

Every function takes the user and goes through `in_office_of`: for anyone else there is nothing. The views note the
reading in the audit log.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone

from accounts.models import Letter, User
from certificates.models import Award, AwardQuerySet, Evaluation, EvaluationQuerySet, Met, read_code
from certificates.selectors import KIND
from core.models import OutboxRow
from courses.models import Completion, Course, Objective
from courses.models.progress import CompletionQuerySet

PAGE_SIZE = 20
WORDS_MAX = 8
SHOWN = 5
UNCLAIMED_DAYS = 14
RECENT_DAYS = 30
SET_ASIDE_MAX = 500
R = TypeVar("R", bound=Model)


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to. Dates are days in the reader's time zone, both included; `show` is one of the
    list's own choices."""

    words: str = ""
    course: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    show: str = ""


class Some(NamedTuple):
    """The first few of many."""

    rows: list[Any]
    total: int


@dataclass(frozen=True)
class ToDo:
    """What the office may want to do first."""

    set_aside: Some
    bias: Some
    unclaimed: Some
    letters: Some

    @property
    def empty(self) -> bool:
        return not (self.set_aside.total or self.bias.total or self.unclaimed.total or self.letters.total)


@dataclass(frozen=True)
class Share:
    """How many evaluations gave one answer, and which part of all that is, in whole percent; `start` counts those of
    the answers before it, for a bar."""

    answer: str
    count: int
    percent: int
    start: int


@dataclass(frozen=True)
class ObjectiveShares:
    """What the evaluations said of one objective."""

    objective: Objective
    total: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Event:
    """One thing that happened to a completion and its certificates. `kind`: completed, evaluated, issued, corrected,
    printed or revoked; `award` is None before there was one."""

    kind: str
    at: dt.datetime
    award: Award | None = None
    by: User | None = None
    words: str = ""


# --- lists ----------------------------------------------------------------------------------------------------


def completions(user: User, wanted: Wanted) -> CompletionQuerySet:
    """Educators' completions, newest first, with person, course and evaluation. `show`: unclaimed."""
    rows = Completion.objects.in_office_of(user).filter(_within("at", wanted))
    rows = rows.filter(_about_completion("", wanted.words))
    if wanted.course:
        rows = rows.filter(enrolment__course__slug=wanted.course)
    if wanted.show == "unclaimed":
        rows = rows.filter(awards__isnull=True)
    return rows.select_related("enrolment__user", "version__course", "evaluation").order_by("-at", "pk")


def evaluations(user: User, wanted: Wanted) -> EvaluationQuerySet:
    """Evaluations, newest first, with person and course. `show`: bias (reported), unseen (reported and not looked
    at yet), comments (with any words of the learner's own)."""
    rows = Evaluation.objects.in_office_of(user).filter(_within("at", wanted))
    rows = rows.filter(_about_completion("completion__", wanted.words))
    if wanted.course:
        rows = rows.filter(completion__enrolment__course__slug=wanted.course)
    if wanted.show in ("bias", "unseen"):
        rows = rows.filter(bias_seen=True)
    if wanted.show == "unseen":
        rows = rows.filter(bias_review__isnull=True)
    if wanted.show == "comments":
        rows = rows.exclude(bias_text="", change_text="")
    people = ("completion__enrolment__user", "completion__version__course", "bias_review__by")
    return rows.select_related(*people).order_by("-at", "pk")


def awards(user: User, wanted: Wanted) -> AwardQuerySet:
    """Certificates as issued, newest first, with their state. `show`: a state, or set_aside (their printing)."""
    rows = Award.objects.in_office_of(user).filter(_within("issued_at", wanted), _about_award(wanted.words))
    if wanted.course:
        rows = rows.filter(completion__enrolment__course__slug=wanted.course)
    if wanted.show in Award.State.values:
        rows = rows.filter(_in_state(wanted.show))
    if wanted.show == "set_aside":
        rows = rows.filter(pk__in=_set_aside_keys())
    return rows.with_state().select_related("user").order_by("-issued_at", "pk")


def page(rows: QuerySet[R], number: str | None) -> Page[R]:
    return Paginator(rows, PAGE_SIZE).get_page(number)


def with_awards(found: Iterable[Completion]) -> list[tuple[Completion, Award | None]]:
    """Each completion with the current award of its chain, in one query."""
    rows = list(found)
    current = {award.completion_id: award for award in Award.objects.with_state().current().filter(completion__in=rows)}
    return [(row, current.get(row.pk)) for row in rows]


def courses_of(user: User) -> list[Course]:
    """The courses somebody completed, for the filter; with the title of their newest version at hand."""
    ids = Completion.objects.in_office_of(user).values("enrolment__course")
    return list(Course.objects.filter(pk__in=ids).prefetch_related("versions").order_by("slug"))


def objective_codes(wanted: Wanted) -> list[str]:
    """The codes an evaluation may hold: of the wanted course, or of all educators' courses."""
    rows = Objective.objects.filter(course__audience=Course.Audience.EDUCATOR).order_by("course", "position")
    return list((rows.filter(course__slug=wanted.course) if wanted.course else rows).values_list("code", flat=True))


def summary(rows: EvaluationQuerySet, course: str) -> list[ObjectiveShares]:
    """Of a course's objectives: how many of these evaluations found each met, partly met, not met; counted by the
    database, in two queries however many there are."""
    objectives = list(Objective.objects.filter(course__slug=course).order_by("position"))
    if not objectives:
        return []
    wanted = {
        f"{answer}_{index}": Count("pk", filter=Q(**{f"objectives__{objective.code}": answer}))
        for index, objective in enumerate(objectives)
        for answer in Met.values
    }
    counts = rows.order_by().aggregate(**wanted)
    return [_shares(objective, counts, index) for index, objective in enumerate(objectives)]


# --- start page -----------------------------------------------------------------------------------------------


def to_do(user: User, now: dt.datetime) -> ToDo:
    """Printing set aside after three tries; reported bias nobody looked at, oldest first; recent completions that
    were not claimed, newest first, of people who can still be written to; letters without an answer, complaints
    first."""
    letters = Letter.objects.in_office_of(user).open()
    since = now - dt.timedelta(days=UNCLAIMED_DAYS)
    unclaimed = completions(user, Wanted(show="unclaimed")).filter(at__gte=since, enrolment__user__erased_at=None)
    return ToDo(
        _some(awards(user, Wanted(show="set_aside"))),
        _some(evaluations(user, Wanted(show="unseen")).order_by("at", "pk")),
        _some(unclaimed),
        _some(letters.order_by("kind", "at")),
    )


def numbers(user: User, now: dt.datetime) -> dict[str, int]:
    """Counts for a glance, in three queries: completions (and of the last 30 days), evaluations, certificates by
    state."""
    recent = Q(at__gte=now - dt.timedelta(days=RECENT_DAYS))
    states = {state: Count("pk", filter=_in_state(state)) for state in Award.State.values}
    return {
        **Completion.objects.in_office_of(user).aggregate(
            completions=Count("pk"), recent_completions=Count("pk", filter=recent)
        ),
        "evaluations": Evaluation.objects.in_office_of(user).count(),
        **Award.objects.in_office_of(user).aggregate(**states),
    }


# --- one certificate ------------------------------------------------------------------------------------------


def history(award: Award) -> list[Event]:
    """All that happened to the award's completion, oldest first, in one query: every certificate of the chain, how
    each was printed, replaced, withdrawn. Fetch the award with completion and evaluation."""
    completion = award.completion
    events = [Event("completed", completion.at)]
    if hasattr(completion, "evaluation"):
        events.append(Event("evaluated", completion.evaluation.at))
    for each in Award.objects.filter(completion=completion).select_related("issued_by", "print", "revocation__by"):
        events += _of_award(each)
    return sorted(events, key=lambda event: event.at)


def answers(evaluation: Evaluation) -> list[tuple[Mapping[str, str], str]]:
    """What was said of each objective: its text as the learner read it, and the answer in words. Fetch the
    evaluation with its completion's version."""
    texts = {each["code"]: each["text"] for each in evaluation.completion.version.objectives}
    return [
        (texts.get(code, {"en": code}), str(Met(answer).label) if answer in Met.values else answer)
        for code, answer in evaluation.objectives.items()
    ]


def _of_award(award: Award) -> list[Event]:
    events = [
        Event("corrected", award.issued_at, award, award.issued_by, award.correction)
        if award.supersedes_id
        else Event("issued", award.issued_at, award)
    ]
    if hasattr(award, "print"):
        events.append(Event("printed", award.print.printed_at, award))
    if hasattr(award, "revocation"):
        events.append(Event("revoked", award.revocation.at, award, award.revocation.by, award.revocation.words))
    return events


def _some(rows: QuerySet[Any]) -> Some:
    return Some(list(rows[:SHOWN]), rows.count())


def _shares(objective: Objective, counts: Mapping[str, int], index: int) -> ObjectiveShares:
    total = sum(counts[f"{answer}_{index}"] for answer in Met.values)
    shares, start = [], 0
    for answer in Met.values:
        count = counts[f"{answer}_{index}"]
        shares.append(Share(answer, count, round(100 * count / total) if total else 0, start))
        start += count
    return ObjectiveShares(objective, total, tuple(shares))


def _in_state(state: str) -> Q:
    return {
        Award.State.VALID.value: Q(superseded_by__isnull=True, revocation__isnull=True),
        Award.State.SUPERSEDED.value: Q(superseded_by__isnull=False),
        Award.State.REVOKED.value: Q(revocation__isnull=False),
    }[state]


def _set_aside_keys() -> list[str]:
    rows = OutboxRow.objects.filter(kind=KIND, quarantined_at__isnull=False).order_by("-quarantined_at")
    return list(rows.values_list("key", flat=True)[:SET_ASIDE_MAX])


def _within(field: str, wanted: Wanted) -> Q:
    found = Q()
    if wanted.since:
        found &= Q(**{f"{field}__gte": _midnight(wanted.since)})
    if wanted.until:
        found &= Q(**{f"{field}__lt": _midnight(wanted.until + dt.timedelta(days=1))})
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_current_timezone())


def _words(text: str) -> list[str]:
    """Composed as names are stored (core.fields); a few words are enough to find anyone."""
    return unicodedata.normalize("NFC", text).split()[:WORDS_MAX]


def _about_completion(to: str, text: str) -> Q:
    """Each word is in the name, the address, a printed name or the course's title; or it is a certificate's code."""
    found = Q()
    for word in _words(text):
        printed = Award.objects.filter(name__icontains=word).values("completion")
        found &= _person_or_course(f"{to}enrolment__user", f"{to}version", word) | Q(**{f"{to}pk__in": printed})
    code = read_code(text)
    return found | Q(**{f"{to}pk__in": Award.objects.filter(code=code).values("completion")}) if code else found


def _about_award(text: str) -> Q:
    found = Q()
    for word in _words(text):
        printed = Q(name__icontains=word) | Q(activity_title__icontains=word)
        found &= printed | _person_or_course("user", "completion__version", word)
    code = read_code(text)
    return found | Q(code=code) if code else found


def _person_or_course(person: str, version: str, word: str) -> Q:
    found = Q(**{f"{person}__name__icontains": word}) | Q(**{f"{person}__email__icontains": word})
    for language, _name in settings.LANGUAGES:
        found |= Q(**{f"{version}__title__{language}__icontains": word})
    return found

"""Down into a lesson: what courses need to know of checks, quizzes, cases and trainers, without importing them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest
from django.utils.safestring import SafeString

from courses.models import Enrolment


@dataclass(frozen=True)
class Activity:
    """What a course page says of an activity. `questions` and `needed` are 0 where counting makes no sense;
    `language` is that of a title which is content, empty for our own words; `quiz` is a quiz's name in addresses."""

    title: str
    minutes: int
    questions: int = 0
    needed: int = 0
    language: str = ""
    quiz: str = ""


class Kind(Protocol):
    """One kind of activity, filled in by the app above that owns it (edu/apps.py)."""

    def describe(self, refs: Iterable[str]) -> Mapping[str, Activity]: ...

    def url(self, ref: str, enrolment: Enrolment) -> str: ...

    def embed_many(self, request: HttpRequest, enrolment: Enrolment, refs: Iterable[str]) -> Mapping[str, SafeString]:
        """The HTML of each activity where the lesson shows it, with one query for all."""
        ...


KINDS: dict[str, Kind] = {}


def kind_of(ref: str) -> Kind:
    """The kind behind "check:ro-depot"."""
    return KINDS[ref.partition(":")[0]]


def describe(ref: str) -> Activity | None:
    """What to say of one activity, or nothing when it does not exist."""
    return kind_of(ref).describe([ref]).get(ref)


def url(ref: str, enrolment: Enrolment) -> str:
    """Where one activity is done."""
    return kind_of(ref).url(ref, enrolment)


def describe_all(refs: Iterable[str]) -> dict[str, Activity]:
    """What to say of each activity that exists, kind by kind."""
    found: dict[str, Activity] = {}
    for kind, members in _by_kind(refs).items():
        found.update(KINDS[kind].describe(members))
    return found


def embed(request: HttpRequest, enrolment: Enrolment, refs: Iterable[str]) -> dict[str, SafeString]:
    """The HTML of every activity of a lesson, kind by kind."""
    html: dict[str, SafeString] = {}
    for kind, members in _by_kind(refs).items():
        html.update(KINDS[kind].embed_many(request, enrolment, members))
    return html


def _by_kind(refs: Iterable[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for ref in refs:
        kinds.setdefault(ref.partition(":")[0], []).append(ref)
    return kinds

"""Putting quizzes together: begin one, save, publish, throw away. One function each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core import audit
from core.errors import DomainError
from courses.models import Course
from quizzes.models import Item, ItemVersion, Quiz, QuizDraft, QuizVersion
from quizzes.selectors import quizmaking as reads
from quizzes.services import drawing, parallel, versions
from quizzes.services.authoring import require
from quizzes.services.checks import cell_words

EMPTY: dict[str, Any] = {
    "title": {},
    "minutes": 0,
    "pass": "0.8",
    "attempts": None,
    "retake": "reread",
    "items": [],
    "settings": {},
}
MOST_ITEMS, MOST_CELLS = 200, 40
WORDS: dict[str, Promise | str] = {
    "Q001": gettext_lazy("The quiz has no title in %(language)s yet."),
    "Q002": gettext_lazy("Name questions, or draw them by cells; so far it asks nothing."),
    "Q003": gettext_lazy(
        "%(item)s is no published test question of this course, is retired, or is kept apart: no check of a module "
        "asks what the post-test asks."
    ),
    "Q004": gettext_lazy("%(item)s stands there twice."),
    "Q005": gettext_lazy("%(item)s has to be right to pass, but the quiz may not ask it."),
    "Q006": "%(why)s",
    "E301": gettext_lazy("“%(cell)s” needs %(needs)s, and the pool has %(pool)s."),
    "E302": gettext_lazy(
        "“%(cell)s” needs %(needs)s. The pool has %(pool)s, but other cells take them: %(left)s are left."
    ),
    "W121": gettext_lazy(
        "%(share)s %% of the questions are true or false; guessing alone gets far. 20 %% is the most."
    ),
    "W301": gettext_lazy(
        "“%(cell)s” has %(pool)s to draw %(needs)s from. With three times as many, a second attempt asks others."
    ),
    "W302": gettext_lazy(
        "Pre-test and post-test together ask %(needs)s of “%(cell)s”, and the pool has %(pool)s: some questions may "
        "come in both."
    ),
    "W303": gettext_lazy("The pre-test “%(quiz)s” draws by this quiz’s cells. Without cells it is no longer offered."),
}


@dataclass(frozen=True)
class Problem:
    """What keeps a quiz from being published (`blocks`), or is worth a look."""

    code: str
    place: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return not self.code.startswith("W")

    @property
    def message(self) -> str:
        return str(WORDS[self.code]) % self.values


@transaction.atomic
def create_quiz(*, course: Course, slug: str, kind: str, actor: User, now: datetime) -> QuizDraft:
    """A new quiz of a course, as an empty draft. Raises DomainError: not an author (403), slug taken (409)."""
    require(actor, Role.AUTHOR)
    quiz, made = Quiz.objects.get_or_create(course=course, slug=slug, defaults={"kind": kind})
    if not made:
        raise DomainError("slug_taken", _("This course has a quiz with this name already. Choose another."))
    audit.record(actor=actor.pk, action="quiz.create", target=f"quiz:{quiz.pk}")
    return QuizDraft.objects.create(quiz=quiz, content=EMPTY, updated_by=actor, updated_at=now)


def stamp(draft: QuizDraft | None, newest: QuizVersion | None) -> str:
    """Names what a page shows."""
    return f"{newest.number if newest else 0}.{draft.seq if draft else 0}"


def content_of(draft: QuizDraft | None, newest: QuizVersion | None) -> dict[str, Any]:
    """What the quiz says now: its draft, else its newest version as a draft would say it, else nothing yet."""
    if draft:
        return dict(draft.content)
    rules = versions.rules_of(newest) if newest else {}
    said = {**EMPTY, **{name: value for name, value in rules.items() if name in EMPTY}}
    if newest and newest.quiz.is_pretest:
        return {**said, "items": [], "settings": parallel.own_settings(said["settings"])}
    return {**said, "items": [] if said["settings"].get("cells") else said["items"]}


@transaction.atomic
def save_quiz(*, quiz: Quiz, content: Mapping[str, Any], looked_at: str, actor: User, now: datetime) -> str:
    """Keep `content` as the quiz's draft, unless it says what there was; the stamp of what there is then.

    Raises DomainError: not an author (403), changed by someone else meanwhile (409, `changed_meanwhile`).
    """
    require(actor, Role.AUTHOR)
    draft, newest = _locked(quiz)
    if looked_at != stamp(draft, newest):
        raise DomainError("changed_meanwhile", _("This quiz was changed after you opened it."))
    if content == content_of(draft, newest):
        return looked_at
    if draft is None:
        draft = QuizDraft(quiz=quiz, based_on=newest.number if newest else 0)
    draft.content, draft.seq = dict(content), draft.seq + 1
    draft.updated_by, draft.updated_at = actor, now
    draft.save()
    return stamp(draft, newest)


@transaction.atomic
def discard_quiz(*, quiz: Quiz, actor: User) -> None:
    """Throw the draft away; a quiz never published goes with it. Raises DomainError: not an author (403)."""
    require(actor, Role.AUTHOR)
    draft, newest = _locked(quiz)
    if draft is None:
        return
    audit.record(actor=actor.pk, action="quiz.discard", target=f"quiz:{quiz.pk}")
    draft.delete()
    if newest is None:
        quiz.delete()


@transaction.atomic
def publish_quiz(*, quiz: Quiz, looked_at: str, actor: User) -> QuizVersion:
    """The draft becomes the next version: attempts begun from now on take it, those begun keep theirs.

    Raises DomainError: not an author (403); nothing to publish, changed meanwhile, something to mend (409).
    """
    require(actor, Role.AUTHOR)
    _in_order(quiz)
    draft, newest = _locked(quiz)
    if draft is None:
        raise DomainError("unchanged", _("Nothing has changed since it was published."))
    if looked_at != stamp(draft, newest):
        raise DomainError("changed_meanwhile", _("This quiz was changed after you opened it."))
    content = draft.content
    found = reads.pool(quiz)
    if any(problem.blocks for problem in problems(quiz, content, found)):
        raise DomainError("to_mend", _("It cannot be published yet. See what there is to mend."))
    rules, asked = {"kind": quiz.kind, **content}, []
    if quiz.is_pretest:
        post = parallel.blueprint(course=quiz.course, slug=content["settings"]["parallel"])
        rules, asked = parallel.taken_after(rules, post), post.item_versions
    asked = asked or pinned(content, found)
    _require_in_use(asked)
    version = versions.new_quiz_version(quiz=quiz, rules=rules, pinned=asked, source="web", after=newest)
    draft.delete()
    if quiz.kind == Quiz.POSTTEST:
        parallel.follow(version)
    audit.record(actor=actor.pk, action="quiz.publish", target=f"quiz:{quiz.pk}", version=version.number)
    return version


def _in_order(quiz: Quiz) -> None:
    """Lock every quiz of the course, in the order of versions.repin: a pre-test follows its post-test, and both follow
    their questions."""
    list(Quiz.objects.select_for_update().filter(course=quiz.course_id).order_by("pk"))


def _require_in_use(asked: Sequence[int]) -> None:
    """Raise DomainError to_mend where a question was retired while this was being published."""
    items = Item.objects.select_for_update().filter(pk__in=ItemVersion.objects.filter(pk__in=asked).values("item"))
    if any(item.retired_at for item in items.order_by("pk")):
        raise DomainError("to_mend", _("It cannot be published yet. See what there is to mend."))


def pinned(content: Mapping[str, Any], found: Sequence[reads.Question]) -> list[int]:
    """ItemVersion ids: those named, in their order; with cells everything that fits one, to be drawn from."""
    cells = content["settings"].get("cells", [])
    if cells:
        return [one.pk for one in found if any(_candidate(one).fits(cell) for cell in cells)]
    by_item = {one.item: one.pk for one in found}
    return [by_item[item] for item in content["items"]]


def problems(quiz: Quiz, content: Mapping[str, Any], found: Sequence[reads.Question]) -> list[Problem]:
    """Everything there is to mend or to look at before this may be published."""
    if quiz.is_pretest:
        return [*_titles(quiz, content), *_parallel(quiz, content)]
    return [
        *_titles(quiz, content),
        *_named(content, found),
        *_cells(content, found),
        *_true_or_false(content, found),
        *_with_pretests(quiz, content, found),
    ]


def shown_content(quiz: Quiz, content: dict[str, Any]) -> dict[str, Any]:
    """What the quiz says, a pre-test with the cells it would take from its post-test now."""
    if not quiz.is_pretest:
        return content
    try:
        post = parallel.blueprint(course=quiz.course, slug=content["settings"].get("parallel", ""))
    except DomainError:
        return content
    return {**content, "settings": {**content["settings"], "cells": post.rule("cells")}}


def _parallel(quiz: Quiz, content: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        post = parallel.blueprint(course=quiz.course, slug=content["settings"].get("parallel", ""))
    except DomainError as error:
        yield Problem("Q006", "parallel", {"why": error.message})
        return
    yield from _overlaps(post.rule("cells"), post.item_versions)


def _with_pretests(quiz: Quiz, content: Mapping[str, Any], found: Sequence[reads.Question]) -> Iterator[Problem]:
    """What publishing a post-test means for a pre-test that is parallel to it."""
    pretest = parallel.pretests_of(quiz).first() if quiz.kind == Quiz.POSTTEST else None
    cells = content["settings"].get("cells", [])
    if pretest and not cells:
        yield Problem("W303", "cells", {"quiz": pretest.slug})
    elif pretest:
        yield from _overlaps(cells, pinned(content, found))


def _overlaps(cells: Sequence[Mapping[str, Any]], asked: Sequence[int]) -> Iterator[Problem]:
    for short in parallel.overlaps(cells, asked):
        yield Problem("W302", "cells", parallel.overlap_values(short))


def _titles(quiz: Quiz, content: Mapping[str, Any]) -> Iterator[Problem]:
    for language in reads.languages(quiz):
        if not content["title"].get(language, "").strip():
            yield Problem("Q001", f"title-{language}", {"language": _language(language)})


def _language(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


def _named(content: Mapping[str, Any], found: Sequence[reads.Question]) -> Iterator[Problem]:
    cells, there = content["settings"].get("cells", []), {one.item for one in found}
    if not cells and not content["items"]:
        yield Problem("Q002", "items")
    for item in [] if cells else sorted(set(content["items"])):
        if item not in there:
            yield Problem("Q003", "items", {"item": item})
        if content["items"].count(item) > 1:
            yield Problem("Q004", "items", {"item": item})
    for item in content["settings"].get("must_pass", []):
        if cells or item not in content["items"]:
            yield Problem("Q005", "must_pass", {"item": item})


def _cells(content: Mapping[str, Any], found: Sequence[reads.Question]) -> Iterator[Problem]:
    cells = content["settings"].get("cells", [])
    if not cells:
        return
    candidates = [_candidate(one) for one in found]
    try:
        drawing.draw_items(cells, candidates, seen=(), seed=0)
    except drawing.Unsatisfiable as error:
        for short in error.shortages:
            code = "E301" if short.pool < short.needs else "E302"
            values = {"cell": cell_words(short.cell), "needs": short.needs, "pool": short.pool, "left": short.left}
            yield Problem(code, "cells", values)
        return
    for cell in cells:
        fits = sum(one.fits(cell) for one in candidates)
        if fits < 3 * cell["count"]:
            yield Problem("W301", "cells", {"cell": cell_words(cell), "pool": fits, "needs": cell["count"]})


def _true_or_false(content: Mapping[str, Any], found: Sequence[reads.Question]) -> Iterator[Problem]:
    """More than a fifth of a form (reference/quizzes.md 2.1, W121)."""
    cells = content["settings"].get("cells", [])
    kinds = [
        one.kind
        for one in found
        if (any(_candidate(one).fits(cell) for cell in cells) if cells else one.item in content["items"])
    ]
    share = 100 * kinds.count("mtf") // len(kinds) if kinds else 0
    if share > 20:
        yield Problem("W121", "items", {"share": share})


def _candidate(one: reads.Question) -> drawing.Candidate:
    return drawing.Candidate(one.pk, one.item, one.objective, one.level)


def _locked(quiz: Quiz) -> tuple[QuizDraft | None, QuizVersion | None]:
    """Draft and newest version, with the quiz's row locked: two at once take their turn."""
    Quiz.objects.select_for_update().get(pk=quiz.pk)
    draft = QuizDraft.objects.filter(quiz=quiz).select_related("updated_by").first()
    return draft, reads.newest_version(quiz)

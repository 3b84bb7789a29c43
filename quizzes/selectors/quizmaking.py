"""What those who put quizzes together read: the quizzes, what they may ask, and what of a course is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Subquery

from accounts.models import User
from core.texts import told
from courses.models import Course, Objective
from quizzes.marking.lint import LEVELS
from quizzes.models import ItemVersion, Quiz, QuizDraft, QuizVersion
from quizzes.selectors.bank import newest_course

PAGE_SIZE = 25


@dataclass(frozen=True)
class Line:
    """A quiz as the list shows it."""

    quiz: Quiz
    version: QuizVersion | None
    draft: QuizDraft | None
    title: Mapping[str, str]


def quizzes(user: User, number: str | None) -> tuple[Page[Quiz], list[Line]]:
    """One page of all quizzes, by course, in a fixed number of queries."""
    newest = QuizVersion.objects.filter(quiz=OuterRef("pk")).order_by("-number").values("pk")[:1]
    rows = Quiz.objects.visible_to(user).annotate(newest=Subquery(newest)).select_related("course", "draft")
    page = Paginator(rows.order_by("course__slug", "slug"), PAGE_SIZE).get_page(number)
    versions = QuizVersion.objects.in_bulk([pk for quiz in page if (pk := getattr(quiz, "newest", None))])
    lines = []
    for quiz in page:
        version, draft = versions.get(getattr(quiz, "newest", 0)), draft_of(quiz)
        lines.append(Line(quiz, version, draft, _title(draft, version)))
    return page, lines


def _title(draft: QuizDraft | None, version: QuizVersion | None) -> Mapping[str, str]:
    texts = draft.content["title"] if draft else version.title if version else {}
    return {language: words for language, words in texts.items() if words}


def title_of(draft: QuizDraft | None, version: QuizVersion | None) -> str:
    return told(_title(draft, version))


def draft_of(quiz: Quiz) -> QuizDraft | None:
    return getattr(quiz, "draft", None)


def newest_version(quiz: Quiz) -> QuizVersion | None:
    newest = quiz.versions.order_by("-number").first()
    if newest:
        newest.quiz = quiz
    return newest


def post_tests(quiz: Quiz) -> list[tuple[str, str]]:
    """The post-tests of its course: their slugs, and as people name them."""
    rows = Quiz.objects.filter(course=quiz.course_id, kind=Quiz.POSTTEST).select_related("draft").order_by("slug")
    return [(row.slug, title_of(draft_of(row), newest_version(row)) or row.slug) for row in rows]


@dataclass(frozen=True)
class Question:
    """A test question that a quiz of the course may ask, as it is published."""

    pk: int
    item: str
    objective: str
    level: str
    kind: str
    stem: str


def pool(quiz: Quiz) -> list[Question]:
    """Every published test question of its course that is not retired and that this quiz may ask, by id. The check of a
    module shows keys and reasons at once: what one asks is no question of a post-test, and the other way round."""
    rows = ItemVersion.objects.newest().filter(
        item__use="test", item__retired_at__isnull=True, objective__course=quiz.course_id
    )
    others = QuizVersion.objects.newest().filter(quiz__course=quiz.course_id).exclude(quiz=quiz.pk)
    apart = others.filter(quiz__kind=Quiz.MODULE) if not quiz.is_check else others.exclude(quiz__kind=Quiz.MODULE)
    asked = {pk for version in apart for pk in version.item_versions}
    rows = rows.exclude(item__in=ItemVersion.objects.filter(pk__in=asked).values("item"))
    return [
        Question(row.pk, row.item_id, row.objective_id, row.level, row.content["type"], told(row.content["stem"]))
        for row in rows.order_by("item")
    ]


@dataclass(frozen=True)
class Covered:
    """One cell of the coverage: questions there are, questions the quiz wants of them. `thin`: fewer than three to
    each that is wanted, so that a second attempt meets the same ones."""

    objective: str
    level: str
    there: int
    wanted: int

    @property
    def short(self) -> bool:
        return self.there < self.wanted

    @property
    def thin(self) -> bool:
        return not self.short and self.wanted > 0 and self.there < 3 * self.wanted


@dataclass(frozen=True)
class Coverage:
    """A course's objectives by level; `anywhere` are cells that leave the level open."""

    objective: Objective
    cells: tuple[Covered, ...]
    anywhere: Covered


def coverage(course: Course, content: Mapping[str, Any], found: Sequence[Question]) -> list[Coverage]:
    """What the pool holds and what the quiz takes from it: by its cells, else by the questions it names."""
    cells = content["settings"].get("cells", [])
    wanted: dict[tuple[str, str], int] = {}
    for cell in cells:
        place = (cell["objective"], cell.get("level", ""))
        wanted[place] = wanted.get(place, 0) + cell["count"]
    if not cells:
        for one in found:
            if one.item in content["items"]:
                wanted[one.objective, one.level] = wanted.get((one.objective, one.level), 0) + 1
    rows = []
    for objective in Objective.objects.filter(course=course).order_by("position"):
        mine = [one for one in found if one.objective == objective.code]
        of = {level: sum(one.level == level for one in mine) for level in LEVELS}
        listed = tuple(
            Covered(objective.code, level, of[level], wanted.get((objective.code, level), 0)) for level in LEVELS
        )
        rows.append(
            Coverage(objective, listed, Covered(objective.code, "", len(mine), wanted.get((objective.code, ""), 0)))
        )
    return rows


def languages(quiz: Quiz) -> list[str]:
    return list(newest_course(quiz.course).languages)

"""What authors and reviewers read: the question bank, one item with its draft and versions, what waits for whom."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.selectors import names_of
from core.models import AuditEntry
from core.texts import chosen, pick, spoken
from courses.models import Course, CourseVersion, Fact, LessonText, Objective
from quizzes.marking.lint import Bounds
from quizzes.models import Item, ItemComment, ItemDraft, ItemVersion, Tag

PAGE_SIZE = 25
LATELY_DAYS = 14
PUBLISHED = "published"


@dataclass(frozen=True)
class Row:
    """An item as the bank lists it: what its draft says, else its newest version."""

    item: Item
    version: ItemVersion | None
    draft: ItemDraft | None

    @property
    def content(self) -> Mapping[str, Any]:
        return self.draft.content if self.draft else self.version.content if self.version else empty_content()

    @property
    def stem(self) -> str:
        return spoken(self.content["stem"])

    @property
    def state(self) -> str:
        """published, draft, review or returned."""
        return self.draft.state if self.draft else PUBLISHED


def items(
    user: User,
    *,
    text: str = "",
    use: str = "",
    state: str = "",
    kind: str = "",
    objective: str = "",
    level: str = "",
    tag: str = "",
    retired: str = "",
) -> QuerySet[Item]:
    """The bank, by id: items whose id, objective or question has `text` in it, of this use, in this state, and so on.
    What is said of an item is what its draft says, else its newest version. `retired`: yes, all; else those in use."""
    newest = ItemVersion.objects.filter(item=OuterRef("pk")).order_by("-number").values("pk")[:1]
    rows = Item.objects.visible_to(user).annotate(newest=Subquery(newest)).select_related("draft__based_on")
    rows = rows.prefetch_related("tags")
    if retired != "all":
        rows = rows.filter(retired_at__isnull=retired != "yes")
    if use:
        rows = rows.filter(use=use)
    if state:
        rows = rows.filter(draft__isnull=True) if state == PUBLISHED else rows.filter(draft__state=state)
    if tag:
        rows = rows.filter(tags__name=tag)
    for key, value in (("type", kind), ("objective", objective), ("level", level)):
        if value:
            said = ItemVersion.objects.filter(**{f"content__{key}": value}).values("pk")
            rows = rows.filter(Q(**{f"draft__content__{key}": value}) | Q(draft__isnull=True, newest__in=said))
    if text:
        said = ItemVersion.objects.filter(_says("content", text) | Q(objective__code__icontains=text)).values("pk")
        drafted = _says("draft__content", text) | Q(draft__content__objective__icontains=text)
        rows = rows.filter(Q(pk__icontains=text) | Q(newest__in=said) | drafted)
    return rows.order_by("pk")


def tags() -> list[str]:
    """Every tag that some item has."""
    return list(Tag.objects.filter(items__isnull=False).distinct().values_list("name", flat=True))


def objective_codes() -> list[str]:
    return list(Objective.objects.order_by("code").values_list("code", flat=True))


def chosen_items(user: User, ids: Iterable[str]) -> list[Item]:
    """Those of these items that there are, by id: what a reader ticked."""
    return list(Item.objects.visible_to(user).filter(pk__in=list(ids)).prefetch_related("tags").order_by("pk"))


def _says(content: str, text: str) -> Q:
    either = Q()
    for language, _name in settings.LANGUAGES:
        either |= Q(**{f"{content}__stem__{language}__icontains": text})
    return either


def page(rows: QuerySet[Item], number: str | None) -> tuple[Page[Item], list[Row]]:
    """One page of the bank, with each item's newest version, in a fixed number of queries."""
    found = Paginator(rows, PAGE_SIZE).get_page(number)
    return found, _rows(list(found.object_list))


def neighbours(user: User, item: Item, objective: str) -> list[Row]:
    """Items of the same objective, for the list beside the editor: at most a page."""
    same = ItemVersion.objects.newest().filter(objective=objective).values("item")
    either = Q(pk__in=same) | Q(draft__content__objective=objective) | Q(pk=item.pk)
    return _rows(items(user, retired="all").filter(either)[:PAGE_SIZE])


def _rows(found: Iterable[Item]) -> list[Row]:
    listed = list(found)
    versions = ItemVersion.objects.in_bulk([pk for item in listed if (pk := getattr(item, "newest", None))])
    return [Row(item, versions.get(getattr(item, "newest", 0)), draft_of(item)) for item in listed]


def draft_of(item: Item) -> ItemDraft | None:
    return getattr(item, "draft", None)


def own_drafts(user: User) -> dict[str, list[ItemDraft]]:
    """What this author has under way, by state: sent back, drafts, waiting for review."""
    rows = ItemDraft.objects.visible_to(user).filter(writers=user).select_related("item", "returned_by", "based_on")
    found: dict[str, list[ItemDraft]] = {state: [] for state in ("returned", "draft", "review")}
    for draft in rows.order_by("-updated_at"):
        found[draft.state].append(draft)
    return found


@dataclass(frozen=True)
class Approval:
    """A question that a reviewer published: the answer its author was told to expect."""

    item_id: str
    number: int
    reviewer: str
    at: datetime


def approved_lately(user: User, now: datetime) -> list[Approval]:
    """What was approved of the drafts this author wrote in, newest first: of two weeks, and at most five."""
    entries = AuditEntry.objects.filter(
        action="item.approve", detail__icontains=str(user.pk), at__gte=now - timedelta(days=LATELY_DAYS)
    )
    found = list(entries[:5])
    names = names_of(entry.actor for entry in found)
    return [
        Approval(entry.target.partition(":")[2], entry.detail["version"], names.get(entry.actor, ""), entry.at)
        for entry in found
    ]


def waiting(user: User, number: str | None) -> Page[ItemDraft]:
    """What waits for review, oldest first."""
    rows = ItemDraft.objects.visible_to(user).waiting().select_related("item", "author", "based_on", "course")
    return Paginator(rows.prefetch_related("writers"), PAGE_SIZE).get_page(number)


@dataclass(frozen=True)
class Past:
    """A published version, with who published it here. Empty: it came from a file, or that account is deleted."""

    version: ItemVersion
    publisher: str


def history(item: Item) -> list[Past]:
    """All versions, newest first. Who published which stands in the audit log."""
    entries = AuditEntry.objects.filter(target=f"item:{item.pk}", action__in=["item.publish", "item.approve"])
    actors = {entry.detail["version"]: entry.actor for entry in entries}
    names = names_of(actors.values())
    return [Past(version, names.get(actors.get(version.number), "")) for version in item.versions.order_by("-number")]


def stamp(draft: ItemDraft | None, newest: ItemVersion | None) -> str:
    """Names the state a page shows: the version it began from and the draft's count of changes."""
    base = draft.based_on if draft else newest
    return f"{base.number if base else 0}.{draft.seq if draft else 0}"


def empty_content() -> dict[str, Any]:
    """A question nobody has written yet."""
    return {
        "schema": "basal.item/1",
        "type": "sba",
        "objective": "",
        "level": "",
        "facts": [],
        "see": "",
        "stem": {},
        "options": [],
    }


def blank_option(languages: Iterable[str]) -> dict[str, Any]:
    """An option nobody has written yet, with the id it keeps."""
    texts = dict.fromkeys(languages, "")
    return {"id": str(uuid.uuid4()), "text": texts, "key": False, "why": dict(texts)}


def course_of(item: Item, newest: ItemVersion | None) -> Course:
    """The course an item belongs to: that of its draft, else of its objective."""
    draft = draft_of(item)
    if draft:
        return draft.course
    if newest is None:
        raise Course.DoesNotExist
    return newest.objective.course


def newest_course(course: Course) -> CourseVersion:
    """The newest state of the course, published or not: as the loader checks items against the files as they are."""
    found = CourseVersion.objects.filter(course=course).newest_first().first()
    if found is None:
        raise CourseVersion.DoesNotExist
    return found


def bounds(course: Course) -> Bounds:
    """What the rules hold items of this course to."""
    version = newest_course(course)
    facts = dict(Fact.objects.values_list("pk", "confidence"))
    return Bounds(
        objectives={row["code"] for row in version.objectives},
        facts=facts.keys(),
        weak_facts={pk for pk, confidence in facts.items() if "U" in confidence},
        anchors={anchor for _lesson, anchors in sections(version) for anchor, _title in anchors},
        languages=tuple(version.languages),
    )


def sections(version: CourseVersion) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where items may send learners to read again: (lesson's title, [("lesson#heading", its title)]), in order."""
    texts = LessonText.objects.filter(lesson__version=version).select_related("lesson").order_by("lesson__position")
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for text in texts:
        _title, anchors = found.setdefault(text.lesson.slug, (pick(text.lesson.title), {}))
        for heading in text.headings:
            anchors.setdefault(f"{text.lesson.slug}#{heading['id']}", heading["text"])
    return [(title, list(anchors.items())) for title, anchors in found.values()]


def objectives(version: CourseVersion) -> list[tuple[str, str]]:
    """(code, "LO-RO1: Compare the outcomes …") in the course's order."""
    return [(row["code"], f"{row['code']}: {pick(row['text'])}") for row in version.objectives]


@dataclass(frozen=True)
class References:
    """What a question's codes stand for: its objective, and where learners read again; in the course's language."""

    objective: str
    see: str
    language: str


def references(content: Mapping[str, Any], version: CourseVersion) -> References:
    """Each as this course names it; what it does not know stays as it is written."""
    headings = {anchor: f"{lesson}: {title}" for lesson, rows in sections(version) for anchor, title in rows}
    named = dict(objectives(version))
    return References(
        named.get(content["objective"], content["objective"]),
        headings.get(content["see"], content["see"]),
        chosen(version.title),
    )


def cited(facts: Sequence[str]) -> list[Fact]:
    """The facts an item names, as far as they exist, in the order named."""
    found = Fact.objects.in_bulk(list(facts))
    return [found[pk] for pk in facts if pk in found]


def objective_texts(codes: Iterable[str]) -> dict[str, str]:
    """What each objective says, in the reader's language."""
    return {row.code: pick(row.text) for row in Objective.objects.filter(code__in=set(codes))}


@dataclass(frozen=True)
class Bench:
    """One item as an author works on it: its draft if there is one, its newest version, its course's newest state."""

    item: Item
    draft: ItemDraft | None
    newest: ItemVersion | None
    course: CourseVersion

    @property
    def content(self) -> Mapping[str, Any]:
        return self.draft.content if self.draft else self.newest.content if self.newest else empty_content()

    @property
    def waivers(self) -> list[dict[str, Any]]:
        """The warnings that may stay, of what this bench shows."""
        shown = self.draft or self.newest
        return list(shown.waivers) if shown else []

    @property
    def stamp(self) -> str:
        return stamp(self.draft, self.newest)

    @property
    def behind(self) -> bool:
        """Whether a version was published (by a file, say) after this draft was begun."""
        return bool(self.draft and self.draft.based_on != self.newest)

    @property
    def unchanged(self) -> bool:
        """Whether there is nothing that publishing would change."""
        return bool(self.newest and self.content == self.newest.content)

    @property
    def languages(self) -> list[str]:
        return list(self.course.languages)


def bench(item: Item) -> Bench:
    """Read afresh, whatever was read of the item before."""
    related = ("based_on", "course", "author", "updated_by", "returned_by")
    draft = ItemDraft.objects.select_related(*related).filter(pk=item.pk).first()
    newest = item.versions.select_related("objective__course").order_by("-number").first()
    course = draft.course if draft else course_of(item, newest)
    return Bench(item, draft, newest, newest_course(course))


def comments(item: Item) -> list[ItemComment]:
    """What was said of the item's parts, oldest first, the open ones before the settled."""
    rows = item.comments.select_related("author", "resolved_by")
    return sorted(rows, key=lambda one: (not one.is_open, one.pk))

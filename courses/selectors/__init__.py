"""Reads that join several rows: the learner's way through a course, the time spent, what is left to read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby, pairwise

from django.utils.translation import get_language

from accounts.models import Role, User
from core.texts import chosen, pick
from courses.models import (
    ActivityResult,
    Course,
    CourseVersion,
    EngagementEvent,
    Enrolment,
    Lesson,
    LessonProgress,
    LessonText,
    quiz_ref,
)

GAP_CAP_S = 300
AUDIENCE_ROLES = {Course.Audience.EDUCATOR.value: Role.EDUCATOR, Course.Audience.PATIENT.value: Role.PATIENT}


@dataclass(frozen=True)
class Step:
    """One lesson on someone's way. `state`: done, here (the next to do), locked. `heading`: where they stopped."""

    lesson: Lesson
    state: str
    heading: str

    @property
    def done(self) -> bool:
        return self.state == "done"

    @property
    def locked(self) -> bool:
        return self.state == "locked"


@dataclass(frozen=True)
class Journey:
    """The whole way: lessons in order, and whether the final quiz is open."""

    enrolment: Enrolment
    steps: tuple[Step, ...]

    @property
    def done_count(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def minutes(self) -> tuple[int, ...]:
        return tuple(step.lesson.minutes for step in self.steps)

    @property
    def states(self) -> str:
        return ",".join(step.state for step in self.steps)

    @property
    def minutes_left(self) -> int:
        return sum(step.lesson.minutes for step in self.steps if not step.done)

    @property
    def all_read(self) -> bool:
        return all(step.done for step in self.steps)

    @property
    def here(self) -> Step | None:
        """The lesson to go on with; None when all are done."""
        return next((step for step in self.steps if step.state == "here"), None)

    def step(self, slug: str) -> Step | None:
        return next((step for step in self.steps if step.lesson.slug == slug), None)

    def after(self, slug: str) -> Step | None:
        """The lesson that follows this one, if it is open."""
        follows = (later for earlier, later in pairwise(self.steps) if earlier.lesson.slug == slug)
        return next((step for step in follows if not step.locked), None)


@dataclass(frozen=True)
class ModuleCheck:
    """The quiz that goes with a module, for practice. It stands after `lesson`, the module's last."""

    quiz: str
    ref: str
    lesson: str
    open: bool


def module_checks(course_slug: str, steps: Sequence[Step]) -> list[ModuleCheck]:
    """The checks of the modules that have one, in order; each is open once the module's lessons are done."""
    found = []
    for _module, group in groupby(steps, key=lambda step: step.lesson.module_id):
        rows = list(group)
        last, done = rows[-1].lesson, all(step.done for step in rows)
        if quiz := last.module.quiz:
            found.append(ModuleCheck(quiz, quiz_ref(course_slug, quiz), last.slug, done))
    return found


def quiz_open(way: Journey, quiz: str) -> bool:
    """Whether the lessons before a quiz are done: those of its module, or all where it belongs to none."""
    checks = module_checks(way.enrolment.version.course.slug, way.steps)
    return next((check.open for check in checks if check.quiz == quiz), way.all_read)


def journey(enrolment: Enrolment) -> Journey:
    """Lessons of the enrolment's version with their states; two queries at most, however many lessons."""
    lessons = published_lessons(enrolment.version_id)
    rows = LessonProgress.objects.filter(enrolment=enrolment).values_list("lesson_slug", "heading", "done_at")
    known = {slug: (heading, done_at) for slug, heading, done_at in rows}
    steps, open_so_far = [], True
    for lesson in lessons:
        heading, done_at = known.get(lesson.slug, ("", None))
        done = done_at is not None
        state = "done" if done else "here" if open_so_far else "locked"
        open_so_far = open_so_far and done
        steps.append(Step(lesson, state, heading))
    return Journey(enrolment, tuple(steps))


@dataclass(frozen=True)
class PathwayStep:
    """One step of a patients' course. `state`: done, here, locked, or later (not written yet; then no lesson)."""

    number: int
    title: str
    state: str
    lesson: Lesson | None = None
    heading: str = ""


def pathway(version: CourseVersion, way: Journey | None) -> list[PathwayStep]:
    """All steps of a patients' course, numbered from 0, in the reader's language. Without a journey none is begun."""
    known = {step.lesson.slug: step for step in (way.steps if way else preview(version))}
    steps = []
    for number, row in enumerate(version.pathway):
        step = known.get(row["lesson"])
        state, lesson, heading = (step.state, step.lesson, step.heading) if step else ("later", None, "")
        steps.append(PathwayStep(number, pick(row["title"]), state, lesson, heading))
    return steps


@lru_cache(maxsize=64)
def published_version(version_id: int) -> CourseVersion:
    """A published version with its course. Such a version never changes (a trigger sees to it), so each process
    reads it once."""
    return CourseVersion.objects.select_related("course").get(pk=version_id)


@lru_cache(maxsize=64)
def published_lessons(version_id: int) -> tuple[Lesson, ...]:
    """The lessons of a published version, in order, read once for the same reason."""
    return tuple(Lesson.objects.filter(version_id=version_id).select_related("module").order_by("position"))


@lru_cache(maxsize=512)
def published_texts(lesson_id: int) -> tuple[LessonText, ...]:
    """All languages of a published lesson, read once, for the same reason."""
    return tuple(LessonText.objects.filter(lesson_id=lesson_id))


def done_on(enrolment: Enrolment) -> dict[str, datetime]:
    """When each lesson was done, by slug."""
    rows = LessonProgress.objects.filter(enrolment=enrolment, done_at__isnull=False)
    return {slug: at for slug, at in rows.values_list("lesson_slug", "done_at") if at}


def preview(version: CourseVersion) -> tuple[Step, ...]:
    """The lessons as someone sees them who has not enrolled: listed, none open."""
    lessons = Lesson.objects.filter(version=version).select_related("module").order_by("position")
    return tuple(Step(lesson, "locked", "") for lesson in lessons)


def enrolment_of(user: User, slug: str) -> Enrolment | None:
    """The user's enrolment in the course, with its version, if there is one."""
    enrolment = Enrolment.objects.visible_to(user).filter(course__slug=slug).first()
    if enrolment:
        enrolment.version = published_version(enrolment.version_id)
    return enrolment


def patient_enrolment(user: User) -> Enrolment | None:
    """The patients' course this person began first."""
    rows = Enrolment.objects.visible_to(user).filter(course__audience=Course.Audience.PATIENT)
    slug = rows.order_by("enrolled_at").values_list("course__slug", flat=True).first()
    return enrolment_of(user, slug) if slug else None


def published(slug: str) -> CourseVersion | None:
    """The newest published version of a course."""
    return CourseVersion.objects.published().filter(course__slug=slug).select_related("course").newest_first().first()


def version_for(user: User | None, slug: str) -> tuple[CourseVersion | None, Enrolment | None]:
    """What this reader is shown of a course: the version they are enrolled in, else the newest published one."""
    enrolment = enrolment_of(user, slug) if user else None
    return (enrolment.version if enrolment else published(slug)), enrolment


def audiences(user: User | None) -> list[str]:
    """Whose courses this person is shown: those of the roles they hold; strangers and staff see everyone's."""
    held = [audience for audience, role in AUDIENCE_ROLES.items() if user is not None and user.holds(role)]
    return held or list(AUDIENCE_ROLES)


def catalogue(user: User | None = None, *, audience: str = "") -> list[CourseVersion]:
    """The newest published version of every course for this person (None: a stranger), by slug; of one audience
    where it is named. One whose place another took is left to those who take it."""
    shown = [audience] if audience else audiences(user)
    versions = [version for version in _newest() if version.course.audience in shown]
    closed = {version.replaces for version in versions if version.replaces}
    if closed and user:
        taken = Enrolment.objects.visible_to(user).filter(user=user, course__slug__in=closed)
        closed -= set(taken.values_list("course__slug", flat=True))
    return [version for version in versions if version.course.slug not in closed]


def _newest() -> list[CourseVersion]:
    """The newest published version of every course, by slug."""
    rows = CourseVersion.objects.published().select_related("course").order_by("course__slug", "number")
    return list({version.course_id: version for version in rows}.values())


def successor(slug: str) -> CourseVersion | None:
    """The course that took the place of this one, in its newest published version; None while this one is open."""
    rows = CourseVersion.objects.published().filter(replaces=slug).select_related("course").newest_first()
    return next((version for version in rows if published(version.course.slug) == version), None)


def lesson_text(lesson: Lesson) -> LessonText:
    """The lesson in the reader's language where it exists, else in English, else as it is."""
    language = (get_language() or "en").split("-")[0]
    texts = sorted(published_texts(lesson.pk), key=lambda text: (text.language != language, text.language != "en"))
    return texts[0]


def figure_pictures(version: CourseVersion, name: str) -> str:
    """The pictures (wide and narrow) of a figure of a published version, without title, caption and table."""
    for lesson in published_lessons(version.pk):
        for block in lesson_text(lesson).blocks:
            if block.get("name") == name:
                html = str(block["html"])
                return html[html.index("<svg") : html.rindex("</svg>") + len("</svg>")]
    return ""


def engaged_s(enrolment: Enrolment) -> int:
    """Seconds at work: the gaps between events the server saw, each counted up to five minutes."""
    times = EngagementEvent.objects.filter(enrolment=enrolment).order_by("at").values_list("at", flat=True)
    return round(sum(min((later - earlier).total_seconds(), GAP_CAP_S) for earlier, later in pairwise(times)))


def open_activities(enrolment: Enrolment, lesson: Lesson) -> list[str]:
    """The lesson's activities that still want an answer (`required` ones: a pass), in order."""
    return open_by_lesson(enrolment, [lesson])[lesson.slug]


def open_by_lesson(enrolment: Enrolment, lessons: Iterable[Lesson]) -> dict[str, list[str]]:
    """The same for each of these lessons, by slug, in one query."""
    wanted = list(lessons)
    refs = [activity["ref"] for lesson in wanted for activity in lesson.activities]
    outcomes: dict[str, set[str]] = {}
    results = ActivityResult.objects.standing().filter(enrolment=enrolment, activity__in=refs)
    for ref, outcome in results.values_list("activity", "outcome"):
        outcomes.setdefault(ref, set()).add(outcome)
    return {
        lesson.slug: [
            activity["ref"]
            for activity in lesson.activities
            if not _settled(outcomes.get(activity["ref"], set()), required=activity.get("required", False))
        ]
        for lesson in wanted
    }


def _settled(outcomes: set[str], *, required: bool) -> bool:
    return "passed" in outcomes if required else bool(outcomes)


def unread(enrolment: Enrolment, sections: Iterable[str], since: datetime) -> list[str]:
    """Which of the sections ("lesson#heading") were not read again after `since`.

    Read again means: the heading was on screen, or Done was pressed in that lesson (the way without JavaScript).
    A section this version of the course does not have (the question is newer) is its lesson, or nothing.
    """
    seen: set[str] = set()
    done: set[str] = set()
    events = EngagementEvent.objects.filter(enrolment=enrolment, at__gt=since)
    for kind, slug, headings in events.values_list("kind", "lesson_slug", "headings"):
        if kind == EngagementEvent.Kind.DONE:
            done.add(slug)
        seen.update([slug] if headings else [], (f"{slug}#{heading}" for heading in headings))
    places = _places(enrolment.version_id, sections)
    return [section for section, place in places.items() if place not in seen and section.partition("#")[0] not in done]


def _places(version_id: int, sections: Iterable[str]) -> dict[str, str]:
    """Where each section is in this version: "lesson#heading", "lesson" where it lacks the heading; else left out."""
    headings = {
        lesson.slug: {heading["id"] for heading in lesson_text(lesson).headings}
        for lesson in published_lessons(version_id)
    }
    places = {}
    for section in sections:
        slug, _hash, anchor = section.partition("#")
        if slug in headings:
            places[section] = section if anchor in headings[slug] else slug
    return places


def section_links(version_id: int, sections: Sequence[str]) -> list[dict[str, str]]:
    """Lesson, anchor, title and its language for "lesson#heading" references, in course order."""
    wanted = set(_places(version_id, sections).values())
    links: list[dict[str, str]] = []
    for lesson in published_lessons(version_id):
        if lesson.slug in wanted:
            title, language = pick(lesson.title), chosen(lesson.title)
            links.append({"lesson": lesson.slug, "anchor": "main", "title": title, "language": language})
        text = lesson_text(lesson)
        links.extend(
            {"lesson": lesson.slug, "anchor": heading["id"], "title": heading["text"], "language": text.language}
            for heading in text.headings
            if f"{lesson.slug}#{heading['id']}" in wanted
        )
    return links

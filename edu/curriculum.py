"""One load of all curriculum files: the loaders of courses and quizzes, one transaction, then every reference."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from courses.models import Course, CourseVersion
from courses.services import publish as publish_version
from courses.services.files import CurriculumErrors, Desk, Sheet, plain
from courses.services.loading import LoadedCourse, load_course, read_library, store_library
from courses.services.markdown import Library
from edu import figures
from quizzes.marking.lint import Bounds
from quizzes.selectors.trainer import ENGLISH, SPANISH
from quizzes.services.loading import LoadedQuizzes, load_items, load_quizzes
from quizzes.services.trainer import REF as TRAINER
from quizzes.trainer.foods import read as read_foods
from quizzes.trainer.plates import lacking


@dataclass
class Report:
    """What a load did, in words for the command line."""

    drafts: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    look_again: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        said = {
            "new draft": self.drafts,
            "published": self.published,
            "items and quizzes written": self.changed,
            "kept, last edited on the web": self.kept,
            "look again": self.look_again,
        }
        lines = [f"{what}: {', '.join(names)}" for what, names in said.items() if names]
        return lines or ["nothing changed"]


def load(root: Path, *, publish: bool) -> Report:
    """Load every course under `root`. Raises CurriculumErrors with all mistakes; then nothing was loaded.

    With `publish`, a course that has no published version yet is published; others stay drafts for a person
    to look at first.
    """
    desk = Desk(root)
    library = read_library(desk)
    report = Report()
    with transaction.atomic():
        _store_library(desk, library)
        _read_foods(desk)
        for folder in sorted(path.parent for path in root.glob("*/course.yaml")):
            _load_folder(desk, folder, library, report, publish=publish)
        if desk.problems:
            raise CurriculumErrors(desk.problems)
    return report


def _store_library(desk: Desk, library: Library) -> None:
    glossary = desk.read(desk.root / "glossary.yaml")
    if glossary and not desk.problems:
        store_library(library, plain(glossary.data))


def _read_foods(desk: Desk) -> None:
    """The table of foods and its Spanish, where this curriculum has one: read by whoever needs it, checked here."""
    english, spanish = (desk.root / name for name in (ENGLISH, SPANISH))
    if not english.is_file():
        return
    if not spanish.is_file():
        desk.report(spanish, 0, "", "this file is missing: the Spanish names and portions of foods.csv")
        return
    try:
        texts = [path.read_text(encoding="utf-8") for path in (english, spanish)]
    except UnicodeDecodeError as error:
        desk.report(english, 0, "", f"foods.csv or foods.es.csv is no text in UTF-8: byte {error.start}")
        return
    foods, faults = read_foods(*texts)
    for role in lacking(foods) if foods else ():
        desk.report(english, 0, "category", f"no food can be laid as “{role}” (quizzes/trainer/plates.py)")
    for fault in faults:
        desk.report(spanish if fault.spanish else english, fault.line, fault.key, fault.message)


def _load_folder(desk: Desk, folder: Path, library: Library, report: Report, *, publish: bool) -> None:
    course = load_course(desk, folder, library, _draw)
    if course is None:
        return
    weak = {key for key, fact in library.facts.items() if "U" in fact["confidence"]}
    bounds = Bounds(course.objectives, set(library.facts), weak, course.anchors, course.languages)
    loaded = LoadedQuizzes()
    load_items(desk, folder, bounds, loaded)
    load_quizzes(desk, folder, course.version.course if course.version else None, loaded)
    _resolve(desk, folder, course, loaded)
    report.changed += loaded.changed
    report.kept += loaded.kept
    report.look_again += loaded.look_again
    if course.version and not desk.problems:
        _settle(course.version, course, report, publish=publish)


def _resolve(desk: Desk, folder: Path, course: LoadedCourse, loaded: LoadedQuizzes) -> None:
    """Every activity a lesson shows exists and may stand there; so do the quizzes and the course that are named."""
    for path, line, ref in course.activities:
        kind, _colon, name = ref.partition(":")
        if wrong := _unfit(desk, kind, name, loaded):
            desk.report(path, line, kind, wrong)
    _resolve_quizzes(desk, folder, course, loaded)
    if course.replaces:
        _resolve_replaced(desk, folder, course)


def _resolve_quizzes(desk: Desk, folder: Path, course: LoadedCourse, loaded: LoadedQuizzes) -> None:
    if course.final_quiz and course.final_quiz not in loaded.quizzes:
        desk.report(folder / "course.yaml", 0, "final", f"there is no quizzes/{course.final_quiz}.yaml")
    if course.final_quiz in loaded.pretests:
        words = f"{course.final_quiz} is a pre-test, which nobody has to pass; name the post-test"
        desk.report(folder / "course.yaml", 0, "final", words)
    for quiz in course.module_quizzes:
        if quiz not in loaded.quizzes:
            desk.report(folder / "course.yaml", 0, "modules", f"there is no quizzes/{quiz}.yaml")
        elif loaded.quizzes[quiz] != "module":
            desk.report(folder / "course.yaml", 0, "modules", f"quizzes/{quiz}.yaml is not of the kind module")


def _unfit(desk: Desk, kind: str, name: str, loaded: LoadedQuizzes) -> str:
    """Why an activity may not stand in a lesson; empty if it may."""
    if kind == "check":
        if name in loaded.tests:
            return f"{name} is a test item and must not stand in a lesson"
        return "" if name in loaded.checks else f"there is no items/{name}.yaml"
    if kind == "trainer":
        if f"{kind}:{name}" != TRAINER:
            return f"there is no trainer {name}: ::: trainer carbs"
        return "" if (desk.root / ENGLISH).is_file() else "needs the table of foods, foods.csv beside the courses"
    return "only checks and the trainer can stand in a lesson so far"


def _resolve_replaced(desk: Desk, folder: Path, course: LoadedCourse) -> None:
    """The course whose place is taken is another one for the same people, in these files or loaded before, and does not
    take this one's place in turn."""
    slug, path = course.replaces, desk.root / course.replaces / "course.yaml"
    other = desk.read(path) if path.is_file() and slug != folder.name else None
    row = Course.objects.filter(slug=slug).first()
    own = desk.read(folder / "course.yaml")
    mine = own.data.get("audience") if own else None
    audience = other.data.get("audience") if other else row.audience if row else mine
    if other and other.data.get("replaces") == folder.name:
        desk.report(folder / "course.yaml", 0, "replaces", f"{slug} takes the place of this course: one of them only")
    if audience != mine:
        desk.report(folder / "course.yaml", 0, "replaces", f"{slug} is for other people ({audience})")
    if slug == folder.name:
        desk.report(folder / "course.yaml", 0, "replaces", "a course cannot take its own place")
    elif other is None and row is None:
        desk.report(folder / "course.yaml", 0, "replaces", f"there is no course {slug}")


def _settle(version: CourseVersion, course: LoadedCourse, report: Report, *, publish: bool) -> None:
    if course.changed:
        report.drafts.append(f"{course.slug} v{version.number}")
    first = not CourseVersion.objects.published().filter(course=version.course).exists()
    if publish and first:
        publish_version(version=version, now=timezone.now())
        report.published.append(f"{course.slug} v{version.number}")


def _draw(sheet: Sheet, name: str) -> str:
    return figures.draw(sheet, name)

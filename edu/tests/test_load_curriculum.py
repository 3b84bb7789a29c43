"""Loading the curriculum: all mistakes at once with file and line, nothing half loaded, nothing changed twice."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from courses import selectors, services
from courses.models import CourseVersion, EngagementEvent, Enrolment, Fact, Lesson, LessonText, Term
from courses.services.files import CurriculumErrors
from edu.curriculum import Report, load
from quizzes.models import Item, ItemVersion, QuizVersion
from tests.inside import Inside

pytestmark = pytest.mark.django_db
COURSE = "pump-rationale"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the curriculum that a test may spoil."""
    root = tmp_path / "curriculum"
    shutil.copytree(settings.CURRICULUM_DIR, root)
    return root


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path.name} does not hold: {old}"
    path.write_text(text.replace(old, new, 1))


def problems(root: Path) -> list[str]:
    with pytest.raises(CurriculumErrors) as refused:
        load(root, publish=True)
    return [str(problem) for problem in refused.value.problems]


def line_of(path: Path, words: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if words in line)


def test_the_course_is_whole_three_lessons_seven_figures_checks_and_ten_items() -> None:
    version = CourseVersion.objects.published().get(course__slug=COURSE)
    lessons = list(Lesson.objects.filter(version=version).order_by("position"))
    assert [lesson.slug for lesson in lessons] == ["side-by-side", "burdens", "evidence"]
    for lesson in lessons:
        blocks = selectors.lesson_text(lesson).blocks
        assert lesson.objectives
        assert any(block["kind"] == "figure" for block in blocks), lesson.slug
        assert sum(block["kind"] == "activity" for block in blocks) >= 3, lesson.slug
        sources = [(source["cite"], source["doi"]) for source in selectors.lesson_text(lesson).sources]
        assert sources, lesson.slug
        assert len(sources) == len(set(sources)), lesson.slug
    assert Item.objects.filter(use="test", versions__objective__course__slug=COURSE).distinct().count() == 10
    quiz = QuizVersion.objects.get(quiz__course__slug=COURSE)
    assert (quiz.question_count, quiz.needed, quiz.attempts_allowed, float(quiz.pass_mark)) == (10, 8, None, 0.8)


def test_every_item_has_one_key_a_reason_for_every_option_and_certain_facts() -> None:
    weak = set(Fact.objects.filter(confidence="U").values_list("pk", flat=True))
    for version in ItemVersion.objects.filter(objective__course__slug=COURSE):
        options = version.content["options"]
        assert sum(option["key"] for option in options) == 1, version.item_id
        assert all(option["why"]["en"].strip() for option in options), version.item_id
        assert version.content["facts"], version.item_id
        assert not weak & set(version.content["facts"]), version.item_id
        assert version.reviewed_by == ""  # published as "from file, not yet reviewed"


def test_figures_are_pictures_in_two_widths_with_a_sentence_and_a_table_and_no_style() -> None:
    version = CourseVersion.objects.published().get(course__slug=COURSE)
    texts = LessonText.objects.filter(lesson__version=version)
    figures = [block["html"] for text in texts for block in text.blocks if block["kind"] == "figure"]
    assert len(figures) == 7
    for html in figures:
        assert html.count("<svg") == 2
        assert html.count('role="img" aria-label="') == 2
        assert "<table>" in html
        assert "style=" not in html
        assert "#source-" in html


def test_loading_twice_changes_nothing(files: Path) -> None:
    before = (CourseVersion.objects.count(), ItemVersion.objects.count(), QuizVersion.objects.count())
    assert load(files, publish=True) == Report()
    assert (CourseVersion.objects.count(), ItemVersion.objects.count(), QuizVersion.objects.count()) == before


MISTAKES: list[tuple[str, str, str, str]] = [
    ("facts.yaml", "conf: K", "conf: X", "conf"),
    ("pump-rationale/course.yaml", "audience: educator", "audience: everyone", "audience"),
    ("pump-rationale/course.yaml", "change: edition", "change: rewrite", "change"),
    ("pump-rationale/course.yaml", "final: {quiz: post-test}", "final: {quiz: no-test}", "no-test"),
    ("pump-rationale/course.yaml", "lessons: [side-by-side, burdens", "lessons: [side-by-side, nowhere", "missing"),
    ("pump-rationale/course.yaml", "quiz: null", "quiz: no-check", "there is no quizzes/no-check.yaml"),
    ("pump-rationale/course.yaml", "quiz: null", "quiz: post-test", "is not of the kind module"),
    ("pump-rationale/side-by-side.en.md", "objectives: [LO-RO3]", "objectives: [LO-XX9]", "LO-XX9"),
    ("pump-rationale/side-by-side.en.md", "[RO-28]. A rapid", "[RO-99]. A rapid", "RO-99"),
    ("pump-rationale/side-by-side.en.md", "(term:depot)", "(term:deposit)", "deposit"),
    ("pump-rationale/side-by-side.en.md", "::: figure pen-day", "::: figure pen-night", "pen-night"),
    ("pump-rationale/side-by-side.en.md", "::: check ro-iob", "::: check ro-iobs", "ro-iobs"),
    ("pump-rationale/side-by-side.en.md", "::: check ro-iob", "::: check ro-001", "test item"),
    ("pump-rationale/side-by-side.en.md", "::: check ro-iob", "::: chock ro-iob", "no block we know"),
    ("pump-rationale/side-by-side.en.md", "{#one-need}", "", "anchor"),
    ("pump-rationale/figures/no-depot.yaml", "draws: iob", "draws: pie", "draws"),
    ("pump-rationale/figures/no-depot.yaml", "tp_min: 75", "tp_min: 300", "peak"),
    ("pump-rationale/figures/pen-day.yaml", '"07:30"', '"7 o\'clock"', "time of day"),
    ("pump-rationale/figures/time-in-range.yaml", "max: 80", "max: 40", "max"),
    ("pump-rationale/items/ro-001.yaml", "type: sba", "type: essay", "type"),
    ("pump-rationale/items/ro-001.yaml", "    key: true\n", "", "exactly one"),
    ("pump-rationale/items/ro-001.yaml", "level: apply", "level: guess", "level"),
    ("pump-rationale/items/ro-001.yaml", "see: side-by-side#connected-pens", "see: side-by-side#nowhere", "nowhere"),
    ("pump-rationale/items/ro-001.yaml", "facts: [RO-28]", "facts: [RO-99]", "RO-99"),
    ("pump-rationale/quizzes/post-test.yaml", "pass: 0.8", "pass: 80", "pass"),
    ("pump-rationale/quizzes/post-test.yaml", "ro-010]", "ro-depot]", "ro-depot"),
    ("pump-rationale/quizzes/post-test.yaml", "ro-010]", "ro-009]", "twice"),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_file_and_line_and_nothing_is_loaded(
    files: Path, name: str, old: str, new: str, says: str
) -> None:
    counts = (CourseVersion.objects.count(), ItemVersion.objects.count(), QuizVersion.objects.count())
    edit(files / name, old, new)
    edit(files / "pump-rationale/items/ro-002.yaml", "stem:", "stem:  # a change that would have been loaded\n ")
    found = problems(files)
    assert any(says in problem for problem in found), found
    assert all(int(problem.split(":")[1]) >= 0 for problem in found)
    assert (CourseVersion.objects.count(), ItemVersion.objects.count(), QuizVersion.objects.count()) == counts


def test_the_line_named_is_the_line_of_the_mistake(files: Path) -> None:
    item = files / COURSE / "items/ro-001.yaml"
    edit(item, "level: apply", "level: guess")
    lesson = files / COURSE / "side-by-side.en.md"
    edit(lesson, "[RO-28]. A rapid", "[RO-99]. A rapid")
    found = problems(files)
    assert any(problem.startswith(f"{COURSE}/items/ro-001.yaml:{line_of(item, 'guess')}: level:") for problem in found)
    at = line_of(lesson, "RO-99")
    cited = [problem for problem in found if "RO-99" in problem]
    assert cited
    assert cited[0].startswith(f"{COURSE}/side-by-side.en.md:")
    assert cited[0].split(":")[1] == str(at)


def test_all_mistakes_are_told_at_once_by_the_command_too(files: Path) -> None:
    edit(files / COURSE / "items/ro-001.yaml", "type: sba", "type: essay")
    edit(files / COURSE / "quizzes/post-test.yaml", "pass: 0.8", "pass: 80")
    edit(files / COURSE / "side-by-side.en.md", "(term:depot)", "(term:deposit)")
    with pytest.raises(CommandError) as refused:
        call_command("load_curriculum", dir=files)
    text = str(refused.value)
    assert text.startswith("Nothing was loaded. 3 to mend:")
    for name in ("ro-001.yaml", "post-test.yaml", "side-by-side.en.md"):
        assert name in text


def test_a_fact_that_is_uncertain_cannot_support_a_key(files: Path) -> None:
    facts = (files / "facts.yaml").read_text()
    start = facts.index("\nRO-28:")
    (files / "facts.yaml").write_text(facts[:start] + facts[start:].replace("conf: ", "conf: U  # was ", 1))
    assert any("RO-28 is uncertain" in problem for problem in problems(files))


def test_a_changed_lesson_is_a_draft_until_someone_publishes_it(files: Path, educator: User) -> None:
    first = CourseVersion.objects.published().get(course__slug=COURSE)
    enrolment = services.enrol(user=educator, version=first, now=timezone.now())
    edit(files / COURSE / "side-by-side.en.md", "Insulin replacement has two jobs.", "Insulin has two jobs.")
    report = load(files, publish=True)
    assert report.drafts == [f"{COURSE} v2"]
    assert report.published == []
    assert load(files, publish=True).drafts == []
    edit(files / COURSE / "side-by-side.en.md", "Insulin has two jobs.", "Insulin does two jobs.")
    load(files, publish=True)
    assert CourseVersion.objects.filter(state="draft").count() == 1
    out = io.StringIO()
    call_command("publish_course", COURSE, stdout=out)
    assert "published" in out.getvalue()
    enrolment.refresh_from_db()
    assert enrolment.version == first  # an edition: who began with the first goes on with the first


def test_a_correction_reaches_everyone_enrolled_and_loses_nobodys_place(
    files: Path, walk: Callable[..., object], educator: User
) -> None:
    first = CourseVersion.objects.published().get(course__slug=COURSE)
    enrolment = services.enrol(user=educator, version=first, now=timezone.now())
    services.note(
        enrolment=enrolment,
        kind=EngagementEvent.Kind.SEEN,
        slug="side-by-side",
        headings=["pen-day"],
        now=timezone.now(),
    )
    edit(files / COURSE / "course.yaml", "change: edition", "change: correction")
    edit(files / COURSE / "side-by-side.en.md", "Insulin replacement has two jobs.", "Insulin has two jobs.")
    load(files, publish=False)
    call_command("publish_course", COURSE, stdout=io.StringIO())
    enrolment = Enrolment.objects.get()
    assert enrolment.version.number == 2
    here = selectors.journey(enrolment).here
    assert here
    assert (here.lesson.slug, here.heading) == ("side-by-side", "pen-day")


def test_a_correction_leaves_those_alone_who_began_with_an_earlier_edition(files: Path, educator: User) -> None:
    first = CourseVersion.objects.published().get(course__slug=COURSE)
    enrolment = services.enrol(user=educator, version=first, now=timezone.now())
    for change in ("edition", "correction"):
        course = files / COURSE / "course.yaml"
        course.write_text(course.read_text().replace("change: edition", f"change: {change}"))
        edit(files / COURSE / "side-by-side.en.md", "Insulin ", f"Insulin, {change}, ")
        load(files, publish=False)
        call_command("publish_course", COURSE, stdout=io.StringIO())
    enrolment.refresh_from_db()
    assert (enrolment.version, CourseVersion.objects.published().filter(course=first.course).count()) == (first, 3)
    assert "The wording was corrected on" in Inside().get(f"/courses/{COURSE}/").text


def test_a_correction_with_other_lessons_is_refused(files: Path) -> None:
    course = files / COURSE / "course.yaml"
    edit(course, "change: edition", "change: correction")
    edit(course, "lessons: [side-by-side, burdens, evidence]", "lessons: [burdens, side-by-side, evidence]")
    load(files, publish=False)
    with pytest.raises(DomainError):
        services.publish(version=CourseVersion.objects.get(state="draft"), now=timezone.now())


def test_a_section_a_newer_question_points_to_is_its_lesson_for_those_who_lack_the_heading(educator: User) -> None:
    version = CourseVersion.objects.published().get(course__slug=COURSE)
    enrolment = services.enrol(user=educator, version=version, now=timezone.now())
    sections = ["side-by-side#not-yet-there", "no-such-lesson#at-all"]
    since = timezone.now()
    assert selectors.unread(enrolment, sections, since) == sections[:1]
    assert [link["anchor"] for link in selectors.section_links(version.pk, sections)] == ["main"]
    services.see(enrolment=enrolment, slug="side-by-side", headings=["pen-day"], now=timezone.now())
    assert selectors.unread(enrolment, sections, since) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("items/ro-001.yaml", "level: apply", "levle: apply", "levle"),
        ("items/ro-001.yaml", "- id: b", "- id: a", "same id"),
        ("quizzes/post-test.yaml", "attempts:", "attemps:", "attemps"),
        ("course.yaml", "minutes: 50", "minutes: soon", "whole minutes"),
        ("course.yaml", "expires: 2027-11-22", "expires: next year", "a date such as"),
        ("course.yaml", "audience: [nurse", "audience: [astronaut", "nurse"),
        ("course.yaml", "audience: [nurse, dietitian, pharmacist, physician]", "audience: 7", "nurse"),
        ("course.yaml", "lessons: [side-by-side, burdens", "lessons: [side-by-side, side-by-side, burdens", "twice"),
    ],
)
def test_what_would_be_passed_over_in_silence_is_reported(
    files: Path, name: str, old: str, new: str, says: str
) -> None:
    edit(files / COURSE / name, old, new)
    assert [problem for problem in problems(files) if says in problem]


def test_the_trainer_and_its_foods_are_checked_by_line(files: Path) -> None:
    lesson = files / "starting-your-pump/counting-carbs.en.md"
    edit(lesson, "::: trainer carbs", "::: trainer fats")
    edit(files / "foods.csv", "Banana,Fruit,1 medium (7-8 in),118,27.0", "Banana,Fruit,1 medium (7-8 in),118,many")
    edit(files / "foods.es.csv", "Mango,Mango,1 taza en trozos", "Mango,Mango,")
    found = problems(files)
    for file, words, says in (
        ("foods.csv", "Banana", "carb_g: “many” is no number of 0 or more"),
        ("foods.csv", "Mango", "portion_es: “Mango” has none in foods.es.csv"),
        ("starting-your-pump/counting-carbs.en.md", "trainer fats", "trainer: there is no trainer fats"),
    ):
        assert any(one.startswith(f"{file}:{line_of(files / file, words)}: {says}") for one in found), (says, found)


def test_a_trainer_without_its_table_of_foods_is_refused(files: Path) -> None:
    (files / "foods.es.csv").unlink()
    assert [one for one in problems(files) if one.startswith("foods.es.csv:0: this file is missing")]
    (files / "foods.csv").unlink()
    needs = [one for one in problems(files) if "needs the table of foods" in one]
    assert [one.partition(":")[0] for one in needs] == ["starting-your-pump/counting-carbs.en.md"]


def test_an_item_last_edited_on_the_web_is_kept_and_listed(files: Path) -> None:
    newest = ItemVersion.objects.get(item="ro-001")
    content = newest.content | {"stem": {"en": "Edited on the web"}}
    ItemVersion.objects.create(
        item_id="ro-001",
        number=2,
        source="web",
        objective_id=newest.objective_id,
        level=newest.level,
        see=newest.see,
        content=content,
        content_sha256="0" * 64,
    )
    edit(files / COURSE / "items/ro-001.yaml", "level: apply", "level: analyse")
    report = load(files, publish=False)
    assert report.kept == ["ro-001"]
    assert ItemVersion.objects.filter(item="ro-001").count() == 2


def test_a_changed_item_makes_a_new_version_and_a_new_quiz_version_that_pins_it(files: Path) -> None:
    edit(files / COURSE / "items/ro-001.yaml", "level: apply", "level: analyse")
    report = load(files, publish=False)
    assert set(report.changed) == {"ro-001", "post-test"}
    newest = QuizVersion.objects.order_by("-number").first()
    assert newest
    assert newest.number == 2
    assert ItemVersion.objects.get(item="ro-001", number=2).pk in newest.item_versions


def test_published_content_cannot_be_changed_in_the_database() -> None:
    for rows, change in (
        (CourseVersion.objects.all(), {"title": {"en": "Other"}}),
        (Lesson.objects.all(), {"minutes": 1}),
        (LessonText.objects.all(), {"blocks": []}),
        (ItemVersion.objects.all(), {"content": {}}),
        (QuizVersion.objects.all(), {"pass_mark": 0.5}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_a_script_in_a_lesson_is_taken_out_and_our_own_markup_stays(files: Path) -> None:
    edit(
        files / COURSE / "side-by-side.en.md",
        "Insulin replacement has two jobs.",
        'Insulin <script>alert(1)</script><b onclick="x()">has</b> [two](javascript:alert(1)) jobs.',
    )
    load(files, publish=False)
    draft = CourseVersion.objects.get(state="draft")
    html = "".join(
        block.get("html", "") for text in LessonText.objects.filter(lesson__version=draft) for block in text.blocks
    )
    for bad in ("<script", "onclick", 'href="javascript:'):
        assert bad not in html
    assert "popovertarget" in html
    assert "<svg" in html


def test_every_term_a_lesson_explains_is_in_the_glossary() -> None:
    known = set(Term.objects.values_list("slug", flat=True))
    for text in LessonText.objects.all():
        assert {term["slug"] for term in text.terms} <= known


def test_a_module_check_that_asks_what_the_post_test_asks_is_named(files: Path) -> None:
    check = files / COURSE / "quizzes" / "early-check.yaml"
    check.write_text("kind: module\npass: 0.8\nretake: free\nshow: practice\nitems: [ro-001]\n")
    told = problems(files)
    assert "ro-001 is asked in post-test, and this check would give its key away" in told[0]

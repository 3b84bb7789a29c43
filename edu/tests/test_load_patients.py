"""Loading a patients' course: both languages whole and alike, easy to read, every mistake with file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from courses import selectors
from courses.models import CourseVersion, Fact, LessonText
from courses.services import reading
from courses.services.files import CurriculumErrors
from edu.curriculum import load
from quizzes.models import ItemVersion
from tests.patients import COURSE, STEPS

pytestmark = pytest.mark.django_db
CREDIT = ("credit", "certificate", "crédito", "certificado")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    root = tmp_path / "curriculum"
    shutil.copytree(settings.CURRICULUM_DIR, root)
    return root


def problems(root: Path, name: str, old: str, new: str) -> list[str]:
    """What the loader says once `old` reads `new` in that file of the course."""
    path = root / name
    text = path.read_text()
    assert old in text, f"{name} does not hold: {old}"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(CurriculumErrors) as refused:
        load(root, publish=True)
    return [str(problem) for problem in refused.value.problems]


def version() -> CourseVersion:
    return CourseVersion.objects.published().get(course__slug=COURSE)


def test_there_are_eighteen_steps_each_written_in_both_languages() -> None:
    steps = selectors.pathway(version(), None)
    assert [step.number for step in steps] == list(range(18))
    assert [step.lesson.slug if step.lesson else "" for step in steps] == list(STEPS)
    for lesson in selectors.published_lessons(version().pk):
        texts = {text.language: text for text in selectors.published_texts(lesson.pk)}
        assert set(texts) == {"en", "es"}
        assert [heading["id"] for heading in texts["en"].headings] == [
            heading["id"] for heading in texts["es"].headings
        ]
        assert all(text.sources for text in texts.values())
        for text in texts.values():
            html = "".join(block.get("html", "") for block in text.blocks)
            assert html.count('<li class="todo">') == 3
            assert html.count("<svg") >= 2
            assert not any(word in html.casefold() for word in CREDIT)


def test_every_step_and_every_question_reads_at_grade_six_or_easier() -> None:
    for text in LessonText.objects.filter(lesson__version=version()):
        plain = reading.plain_text(block["html"] for block in text.blocks if block["kind"] in ("html", "help"))
        assert reading.too_hard(plain, text.language) == []
    rows = [row.content for row in ItemVersion.objects.filter(objective__course__slug=COURSE)]
    for language in ("en", "es"):
        said = [row["stem"][language] for row in rows]
        said += [option[key][language] for row in rows for option in row["options"] for key in ("text", "why")]
        assert reading.too_hard("\n".join(said), language) == []


def test_no_key_rests_on_an_uncertain_fact_and_no_step_cites_one() -> None:
    weak = set(Fact.objects.filter(confidence__contains="U").values_list("pk", flat=True))
    cited = {
        fact
        for text in LessonText.objects.filter(lesson__version=version())
        for source in text.sources
        for fact in source["facts"]
    }
    rested = {
        fact for row in ItemVersion.objects.filter(objective__course__slug=COURSE) for fact in row.content["facts"]
    }
    assert cited
    assert not weak & (cited | rested)


def test_a_figure_is_drawn_with_its_words_in_the_language_of_the_lesson() -> None:
    lesson = selectors.published_lessons(version().pk)[1]
    drawn = {
        text.language: next(block["html"] for block in text.blocks if block["kind"] == "figure")
        for text in selectors.published_texts(lesson.pk)
    }
    assert "Moving" in drawn["en"]
    assert "Moverse" in drawn["es"]
    assert "Moving" not in drawn["es"]


MISTAKES = [
    (
        "ready.es.md",
        "## Qué le ayuda a empezar {#helps}",
        "## Qué le ayuda a empezar {#ayuda}",
        "“heading helps” is missing",
    ),
    (
        "ready.es.md",
        "## Qué le ayuda a empezar {#helps}",
        "## Qué le ayuda a empezar {#ayuda}",
        "“heading ayuda” is not in",
    ),
    (
        "ready.es.md",
        "::: check sp-back-up required",
        "::: check sp-exam required",
        "“check sp-back-up required” is missing",
    ),
    ("ready.en.md", "sp-back-up required", "sp-back-up", "has to be right"),
    ("ready.en.md", "::: help", "::: summary", "where to get help"),
    ("ready.en.md", "::: acts pencil people talk", "::: acts pencil people", "3 acts and 2 icons"),
    ("ready.en.md", "::: acts pencil people talk", "::: acts pencil people unicorn", "no icon “unicorn”"),
    ("ready.es.md", "title: La bomba", "titel: La bomba", "title: is missing"),
    ("figures/pump-on-you.yaml", 'es: "Tubo"', 'fr: "Tube"', "label: has no text in es"),
    (
        "figures/pump-on-you.yaml",
        '  es: "Esta bomba tiene tubo',
        '  fr: "Esta bomba tiene tubo',
        "caption: has no text in es",
    ),
    ("figures/what-moves-glucose.yaml", "way: up", "way: sideways", "way: must be up or down"),
    ("figures/what-moves-glucose.yaml", "to_mgdl: 222", "to_mgdl: 100", "leads to 100 mg/dL, which is not its way"),
    ("items/sp-exam.yaml", '  es: "Mía desayuna', '  fr: "Mía desayuna', "stem: has no text in es"),
    ("items/sp-exam.yaml", 'es: "Hizo algo mal."', 'fr: "Hizo algo mal."', "text: has no text in es"),
    ("items/sp-exam.yaml", '      es: "La comida y', '      fr: "La comida y', "why: has no text in es"),
    ("course.yaml", "languages: [en, es]", "languages: [en]", "written in en and es"),
    ("course.yaml", 'es: "Contar carbohidratos"', 'fr: "Compter"', "title: has no text in es"),
    ("course.yaml", "lesson: ups-and-downs, title", "title", "pathway: names the lessons"),
    ("course.yaml", '  es: "Pasos cortos', '  fr: "Pasos cortos', "summary: has no text in es"),
]


@pytest.mark.parametrize(("name", "old", "new", "says"), MISTAKES)
def test_what_a_patient_would_miss_is_reported_with_file_line_and_key(
    files: Path, name: str, old: str, new: str, says: str
) -> None:
    found = [problem for problem in problems(files, f"{COURSE}/{name}", old, new) if says in problem]
    assert found
    path, line, _rest = found[0].split(":", 2)
    assert path.startswith(COURSE)
    assert int(line) > 0


def test_a_lesson_that_lacks_a_language_is_named(files: Path) -> None:
    (files / COURSE / "ready.es.md").unlink()
    with pytest.raises(CurriculumErrors) as refused:
        load(files, publish=True)
    assert f"{COURSE}/ready.es.md:0: this lesson's file is missing" in [str(one) for one in refused.value.problems]


def test_a_term_without_spanish_is_reported_where_it_stands_in_the_glossary(files: Path) -> None:
    line = next(
        number
        for number, words in enumerate((files / "glossary.yaml").read_text().splitlines(), 1)
        if words.startswith("carbs:")
    )
    found = problems(files, "glossary.yaml", "  es:\n    term: Carbohidratos", "  fr:\n    term: Glucides")
    assert [one for one in found if one.startswith(f"glossary.yaml:{line}: carbs: has no text in es")]


@pytest.mark.parametrize(
    ("name", "old", "hard", "says"),
    [
        (
            "ready.en.md",
            "Here is what to expect.",
            "Continuous subcutaneous administration necessitates considerable individual responsibility. " * 30,
            "Flesch-Kincaid",
        ),
        (
            "ready.es.md",
            "Esto es lo que puede esperar.",
            "La administración subcutánea continua requiere responsabilidad individual considerable. " * 30,
            "Fernández-Huerta",
        ),
        (
            "ready.en.md",
            "Here is what to expect.",
            "You eat and you walk and you sleep, " * 90 + "all day.",
            "words a sentence",
        ),
    ],
)
def test_a_step_that_is_hard_to_read_is_refused_with_its_figure(
    files: Path, name: str, old: str, hard: str, says: str
) -> None:
    assert [one for one in problems(files, f"{COURSE}/{name}", old, hard) if says in one and "reading" in one]


def test_an_educators_course_may_stay_in_one_language_and_as_hard_as_its_readers_like(files: Path) -> None:
    load(files, publish=True)
    assert CourseVersion.objects.published().get(course__slug="pump-rationale").languages == ["en"]

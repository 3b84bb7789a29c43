"""`manage.py check_content`: the real curriculum is clean, and each kind of mistake is named with file and line."""

from __future__ import annotations

import shutil
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from ruamel.yaml import YAML

from courses.models import CourseVersion
from courses.services.files import Problem
from edu.content import check
from tests.curriculum import WHOLE

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)
LESSON = "pump-rationale/burdens.en.md"
PARAGRAPH = "Ana would like to try a pump"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(settings.CURRICULUM_DIR, tmp_path / "curriculum"))


def test_the_curriculum_has_nothing_to_mend() -> None:
    out = StringIO()
    call_command("check_content", dir=WHOLE, stdout=out)
    assert out.getvalue().startswith("Nothing to mend; ")


@pytest.mark.parametrize(
    ("planted", "key"),
    [
        ("She takes 5.0 units.", "dose"),
        ("She takes .5 units.", "dose"),
        ("She takes 5 U.", "dose"),
        ("Diabetics know this.", "wording"),
        ("She is non-compliant.", "wording"),
        ("Her glucose is 180 mg/dL (9.0 mmol/L).", "glucose"),
        ("Her glucose is 180 mg/dL.", "glucose"),
        ("Her A1C is 8.6 % (60 mmol/mol).", "A1C"),
        ("So 48 ÷ 12 = 5.", "sum"),
        ("She wears an Omnipod.", "brand"),
        ("![](pump.png)", "picture"),
        ("Read [more](burdens#nowhere).", "link"),
        ("Read [more](no-lesson#top).", "link"),
        ("Read [this](term:nothing).", "term"),
        ("::: fact\nNobody says where this is from.\n:::", "fact"),
    ],
)
def test_a_mistake_in_a_lesson_is_named_with_its_line(folder: Path, planted: str, key: str) -> None:
    path = folder / LESSON
    lines = path.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(PARAGRAPH))
    lines[at:at] = [planted, ""]
    path.write_text("\n".join(lines) + "\n")
    said = [problem for problem in check(folder, TODAY).problems if problem.line == at + 1]
    assert {(problem.file, problem.key) for problem in said} == {(LESSON, key)}


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        (LESSON, "expires: null", "expires: 2026-11-27", "expires"),
        ("pump-rationale/items/ro-iob.yaml", "÷ 40 = 2", "÷ 40 = 3", "sum"),
        ("pump-rationale/figures/pen-day.yaml", "18 ÷ 24 = 0.75", "18 ÷ 24 = 0.85", "sum"),
        ("facts.yaml", "doi: 10.1056/NEJM199309303291401", "doi: NEJM199309303291401", "doi"),
    ],
)
def test_a_mistake_elsewhere_is_named_with_its_line(folder: Path, file: str, old: str, new: str, key: str) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1
    said = [(problem.file, problem.key) for problem in check(folder, TODAY).problems if problem.line == line]
    assert (file, key) in said


def test_an_objective_nobody_is_asked_about_is_named(folder: Path) -> None:
    for path in (folder / "pump-rationale" / "items").glob("*.yaml"):
        path.write_text(path.read_text().replace("objective: LO-RO2", "objective: LO-RO1"))
    said = [problem.message for problem in check(folder, TODAY).problems]
    assert said == ["no lesson asks about LO-RO2", "no test question is about LO-RO2"]


def test_a_brand_may_stand_in_a_dated_table_until_it_is_old(folder: Path) -> None:
    path = folder / LESSON
    table = "\n## Systems {#systems}\n\nAs of 22 November 2026.\n\n| System | Kind |\n|---|---|\n| Omnipod | patch |\n"
    path.write_text(path.read_text().replace("\n## Skin, alarms", f"{table}\n## Skin, alarms"))
    assert check(folder, TODAY).problems == []
    (old,) = check(folder, date(2027, 6, 1)).problems
    assert old.key == "brand"
    assert "2026-11-22" in old.message


def test_forty_mistakes_planted_by_someone_who_had_not_seen_the_rules_are_found(tmp_path: Path) -> None:
    """edu/tests/planted/errors.yaml was committed before the first run, which found 33 of them."""
    folder = Path(shutil.copytree(WHOLE, tmp_path / "curriculum"))
    planted = YAML(typ="safe").load((Path(__file__).parent / "planted" / "errors.yaml").read_text())
    assert len(planted) == 40
    before = {(one.file, one.message) for one in check(folder, TODAY).problems}
    for one in planted:
        path = folder / one["file"]
        text = path.read_text()
        assert text.count(one["find"]) == 1, one["n"]
        path.write_text(text.replace(one["find"], one["replace"]))
    said = [problem for problem in check(folder, TODAY).problems if (problem.file, problem.message) not in before]
    assert [one["n"] for one in planted if not any(_tells(problem, one, folder) for problem in said)] == []


def _tells(problem: Problem, planted: dict[str, Any], folder: Path) -> bool:
    """Whether a problem stands at the mistake; a gap of a course, and how hard a text is, stand at their own place."""
    if problem.file != planted.get("reported_in", planted["file"]):
        return False
    begin = (folder / planted["file"]).read_text().partition(planted["replace"])[0].count("\n") + 1
    lines = range(begin, begin + planted["replace"].count("\n") + 1)
    return problem.line in lines or "reported_in" in planted or planted["rule"] == problem.key == "reading"


def test_nothing_is_stored_and_the_command_fails_with_the_number(folder: Path) -> None:
    (folder / LESSON).write_text((folder / LESSON).read_text().replace(PARAGRAPH, f"She takes 5.0 units. {PARAGRAPH}"))
    before = CourseVersion.objects.count()
    with pytest.raises(CommandError, match="1 to mend; "):
        call_command("check_content", dir=folder, stdout=StringIO())
    assert CourseVersion.objects.count() == before


def test_the_table_counts_what_a_course_holds(folder: Path) -> None:
    out = StringIO()
    call_command("check_content", "--table", dir=folder, stdout=out)
    said = out.getvalue()
    front, _rest = said.split("## starting-your-pump")
    assert "| burdens | en | " in front
    checks = sum(path.read_text().count("use: check") for path in (folder / "pump-rationale" / "items").glob("*.yaml"))
    assert f" {checks}: " in front

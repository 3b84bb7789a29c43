"""A pre-test in a course's folder: what its file says, and every mistake with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from courses.services.files import CurriculumErrors
from edu.curriculum import load
from quizzes.models import Item, QuizVersion
from quizzes.services import versions
from quizzes.tests.test_pretest import CELLS, OBJECTIVES, post_test
from tests.curriculum import COURSE

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The curriculum with a post-test by cells and a pre-test beside it."""
    root = tmp_path / "curriculum"
    shutil.copytree(settings.CURRICULUM_DIR, root)
    folder = root / COURSE / "quizzes"
    cells = "".join(f"  - {{objective: {objective}, count: 1}}\n" for objective in OBJECTIVES)
    path = folder / "post-test.yaml"
    path.write_text(f"{path.read_text()}cells:\n{cells}")
    (folder / "pre-test.yaml").write_text('kind: pretest\ntitle: {en: "Pre-test"}\nminutes: 6\nparallel: post-test\n')
    return root


def refusals(root: Path) -> str:
    with pytest.raises(CurriculumErrors) as refused:
        load(root, publish=True)
    return "\n".join(str(problem) for problem in refused.value.problems)


def test_a_file_names_what_it_is_parallel_to_and_loading_twice_changes_nothing(files: Path) -> None:
    assert load(files, publish=True).changed == ["post-test", "pre-test"]
    version = QuizVersion.objects.get(quiz__slug="pre-test")
    assert version.rule("cells") == CELLS
    assert version.item_versions == post_test().versions.latest("number").item_versions
    assert load(files, publish=True).lines() == ["nothing changed"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("parallel: post-test", "parallel: elsewhere", "“elsewhere” is no quiz of this course."),
        ("parallel: post-test", "", "parallel: is missing: the name of a post-test"),
        ("minutes: 6", "items: [ro-001]", "items: a pre-test has this from the post-test"),
        ("minutes: 6", "pass: 0.5", "pass: a pre-test has this from the post-test"),
    ],
)
def test_a_mistake_in_its_file_is_said_with_its_place(files: Path, old: str, new: str, words: str) -> None:
    path = files / COURSE / "quizzes" / "pre-test.yaml"
    path.write_text(path.read_text().replace(old, new))
    found = refusals(files)
    assert "quizzes/pre-test.yaml:" in found
    assert words in found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("posttest", "module", "post-test is no post-test"), ("cells:", "order: fixed\n#", "post-test has no cells")],
)
def test_a_file_whose_named_quiz_is_no_blueprint_is_refused(files: Path, old: str, new: str, words: str) -> None:
    path = files / COURSE / "quizzes" / "post-test.yaml"
    head, sign, tail = path.read_text().partition(old)
    rest = "" if old == "cells:" else tail
    path.write_text(f"{head}{new}{rest}" if sign else "")
    assert words in refusals(files)


def test_a_post_test_changed_by_file_takes_a_pre_test_made_on_the_web_with_it(files: Path) -> None:
    load(files, publish=True)
    pre = QuizVersion.objects.get(quiz__slug="pre-test")
    rules = versions.rules_of(pre)
    versions.new_quiz_version(quiz=pre.quiz, rules=rules, pinned=pre.item_versions, source="web", after=pre)
    path = files / COURSE / "quizzes" / "post-test.yaml"
    path.write_text(path.read_text().replace("LO-RO1, count: 1", "LO-RO1, count: 2"))
    load(files, publish=True)
    assert pre.quiz.versions.latest("number").rule("cells") == post_test().versions.latest("number").rule("cells")


def test_a_file_cannot_ask_what_was_retired_and_one_that_is_stored_as_it_is_still_loads(files: Path) -> None:
    load(files, publish=True)
    Item.objects.filter(pk="ro-010").update(retired_at=timezone.now())
    assert load(files, publish=True).lines() == ["nothing changed"]
    path = files / COURSE / "quizzes" / "post-test.yaml"
    path.write_text(path.read_text().replace("pass: 0.8", "pass: 0.7"))
    assert "items: ro-010: retired on the web." in refusals(files)


def test_a_pre_test_is_no_final_quiz(files: Path) -> None:
    path = files / COURSE / "course.yaml"
    path.write_text(path.read_text().replace("quiz: post-test", "quiz: pre-test"))
    assert "pre-test is a pre-test, which nobody has to pass" in refusals(files)


def test_a_load_says_where_two_forms_will_share_questions(files: Path) -> None:
    path = files / COURSE / "quizzes" / "post-test.yaml"
    path.write_text(path.read_text().replace("objective: LO-RO1, count: 1", "objective: LO-RO1, count: 2"))
    [line] = load(files, publish=True).look_again
    assert line == "pre-test: LO-RO1 needs 4 questions for two forms that share none, and the pool has 3"

"""A figure of `draws: steps`, from its recipe to picture and table."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from courses.services.files import Desk
from edu.figures import draw

RECIPE = """
draws: steps
title: {en: "Four steps", es: "Cuatro pasos"}
alt: {en: "A tap, then a drop.", es: "Un grifo y luego una gota."}
caption: {en: "In this order.", es: "En este orden."}
steps:
  - {icon: wash, tone: insulin, label: {en: "Wash", es: "Lávese"}, note: {en: "And dry", es: "Y séquese"}}
  - {icon: drop, tone: high, label: {en: "Prick", es: "Pinche"}}
"""


def drawn(tmp_path: Path, recipe: str, language: str = "en") -> tuple[str, list[str]]:
    desk = Desk(tmp_path)
    sheet = desk.parse(tmp_path / "wash.yaml", recipe, first_line=1)
    assert sheet
    with override(language):
        html = draw(sheet, "wash")
    return html, [str(problem) for problem in desk.problems]


@pytest.mark.parametrize(("language", "words"), [("en", ["Wash", "And dry", "Prick"]), ("es", ["Lávese", "Pinche"])])
def test_steps_stand_in_picture_and_table_in_the_language(tmp_path: Path, language: str, words: list[str]) -> None:
    html, problems = drawn(tmp_path, RECIPE, language)
    assert problems == []
    assert all(html.count(word) >= 3 for word in words)  # wide, narrow, table
    assert '<th scope="row">1</th>' in html


def test_what_has_no_order_has_no_numbers(tmp_path: Path) -> None:
    html, problems = drawn(tmp_path, RECIPE + "numbered: false\n")
    assert problems == []
    assert '<th scope="row">Wash</th>' in html
    assert "p-on-ink" not in html


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("icon: wash", "icon: soap", "icon: must be one of"),
        ("numbered: true", "numbered: maybe", "numbered: must be true or false"),
        ("- {icon: drop", "# {icon: drop", "2 to 6 of them; these are 1"),
        ('es: "Lávese"', 'fr: "Lavez"', "label: has no text in es"),
    ],
)
def test_a_mistake_is_reported(tmp_path: Path, old: str, new: str, says: str) -> None:
    language = "es" if "es:" in old else "en"
    _html, problems = drawn(tmp_path, (RECIPE + "numbered: true\n").replace(old, new), language)
    assert any(says in problem for problem in problems), problems

"""Figures of traces: a basal test says inside or outside in words, and a run says only what the engine found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from courses.services.files import Desk
from edu.figures import draw

WORDS = """
title: {en: "A night"}
alt: {en: "What is seen."}
caption: {en: "Fictional."}
glucose_label: {en: "Glucose, mg/dL"}
band_label: {en: "allowed"}
"""
TEST = f"""draws: basal-test{WORDS}within_label: {{en: "inside"}}
outside_label: {{en: "outside"}}
allowed_mgdl: 30
points: [["22:00", 130], ["00:00", 160], ["02:00", 161], ["04:00", 100], ["06:00", 99]]
marks: [{{at: "01:30", label: {{en: "new rate"}}}}]
"""
RUN = f"""draws: glucose-run{WORDS}ketones_label: {{en: "Blood ketones, mmol/L"}}
patient: {{group: adult, seed: 10}}
device: tubed-a
start: "22:00"
start_mgdl: 140
hours: 6
fault: dislodged
fault_at: "23:30"
fault_label: {{en: "cannula out"}}
high_mgdl: 250
ketones_mmol: 0.6
stated: {{high_at: "03:40", ketones_at: "03:10"}}
"""


def drawn(recipe: str) -> tuple[str, list[str]]:
    """The figure, and what is wrong with its recipe."""
    desk = Desk(Path("/curriculum"))
    sheet = desk.parse(desk.root / "figures" / "night.yaml", recipe, first_line=1)
    assert sheet
    return draw(sheet, "night"), [f"{problem.key}: {problem.message}" for problem in desk.problems]


def rows(html: str) -> list[list[str]]:
    found = re.findall(r"<tr>(.*?)</tr>", html)
    return [[cell.replace("\u00a0", " ") for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in found]


def test_each_point_of_a_basal_test_is_told_apart_at_the_edge_of_the_allowed_drift() -> None:
    html, problems = drawn(TEST)
    assert problems == []
    assert html.count("<svg") == 2
    assert html.count('class="tint-band"') == 4  # the band and its key, in both widths
    assert [(row[0], row[2], row[3]) for row in rows(html)[1:]] == [
        ("22:00", "0", "inside"),
        ("00:00", "+30", "inside"),
        ("02:00", "+31", "outside"),
        ("04:00", "\u221230", "inside"),
        ("06:00", "\u221231", "outside"),
    ]
    assert rows(html)[1][1] == "130 mg/dL (7.2 mmol/L)"


def test_a_test_over_midnight_goes_from_left_to_right() -> None:
    html, _problems = drawn(TEST)
    line = re.search(r'<path class="c-line tone-ink" d="M([^"]*)"', html)
    assert line
    across = [float(point.split()[0]) for point in line[1].split("L")]
    assert across == sorted(across)
    assert ">new rate<" in html


def test_a_run_shows_when_glucose_and_ketones_passed_their_limits() -> None:
    html, problems = drawn(RUN)
    assert problems == []
    assert ">250, 03:40<" in html
    assert ">0.6, 03:10<" in html
    assert ">cannula out<" in html
    assert [row[0] for row in rows(html)[1:]] == ["22:00", "23:00", "00:00", "01:00", "02:00", "03:00", "04:00"]


@pytest.mark.parametrize(
    ("recipe", "old", "new", "says"),
    [
        (TEST, '["22:00", 130]', '["22:00", 430]', "points: a test has two points or more"),
        (TEST, '["00:00", 160]', '["24:00", 160]', "points: '24:00' is no time of day"),
        (TEST, "allowed_mgdl: 30", "allowed: 30", "allowed_mgdl: is missing"),
        (TEST, 'at: "01:30"', 'at: "half past"', "marks: 'half past' is no time of day"),
        (RUN, 'high_at: "03:40"', 'high_at: "02:40"', "stated: high_at: in this run it is 03:40"),
        (RUN, "high_mgdl: 250", "high_mgdl: 900", "stated: the run never reaches 900"),
        (RUN, "fault: dislodged", "fault: sadness", "patient: fault"),
        (RUN, "group: adult", "group: cello", "patient: "),
        (RUN, "hours: 6", "hours: -6", "patient: "),
    ],
)
def test_a_recipe_that_cannot_be_drawn_or_says_what_the_run_does_not_is_refused(
    recipe: str, old: str, new: str, says: str
) -> None:
    html, problems = drawn(recipe.replace(old, new))
    assert html == "" or says.startswith("allowed_mgdl")
    assert any(problem.startswith(says) for problem in problems), problems

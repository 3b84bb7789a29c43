"""The figures that compute: an ambulatory profile of simulated days, and a meter's readings within its standard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from courses.services.files import Desk, Sheet
from edu import figures
from edu.lives import LifeError, lived
from simulator.engine.metrics import agp, ranges

SAID = "title: {en: T}\nalt: {en: What is seen}\ncaption: {en: C}\n"
LIFE = "draws: agp\npatient: {group: adult, seed: 21, index: 12}\nseed: 3\ndays: 6\n"
ZONES = """draws: zones
standard: iso-15197
standard_label: {en: Allowed}
compare: fda-otc
compare_label: {en: Other}
max_mgdl: 300
points:
  - {label: {en: A}, reference: 99, meter: 114}
  - {label: {en: B}, reference: 99, meter: 115}
  - {label: {en: C}, reference: 200, meter: 230}
  - {label: {en: D}, reference: 200, meter: 169}
x_label: {en: Truth}
y_label: {en: Shown}
within_label: {en: inside}
outside_label: {en: outside}
"""


def sheet(text: str) -> Sheet:
    found = Desk(Path("/")).parse(Path("/figure.yaml"), SAID + text, first_line=1)
    assert found
    return found


def problems(text: str) -> list[str]:
    """What is reported; with a single problem nothing of a load is kept, whatever was drawn."""
    recipe = sheet(text)
    figures.draw(recipe, "one")
    return [str(problem) for problem in recipe.desk.problems]


def test_a_profile_says_what_the_engine_counts_in_two_widths_and_as_a_table() -> None:
    html = figures.draw(sheet(LIFE), "one")
    _days, readings = lived(sheet(LIFE))
    came_to, lines = ranges(readings), agp(readings, every_min=15, smooth=3)
    assert html.count('role="img" aria-label="What is seen"') == 2
    assert html.count("<svg") == 4
    assert "style=" not in html
    assert f"GMI {came_to.gmi:.1f}\u00a0%" in html
    assert f"70 to 180\u00a0mg/dL (3.9 to 10.0\u00a0mmol/L): {came_to.in_range:.0f}\u00a0%" in html
    assert html.count("<tr>") == 13
    assert f"<td>{lines[2, 0]:.0f}\u00a0mg/dL" in html
    assert html == figures.draw(sheet(LIFE), "one")


def test_lapses_do_what_they_say_to_the_same_days() -> None:
    _days, usual = lived(sheet(LIFE))
    _days, low_counts = lived(sheet(f'{LIFE}lapses:\n  - {{meal: "19:00", counts: 0.5}}\n'))
    _days, none = lived(sheet(f'{LIFE}lapses:\n  - {{meal: "19:00", forgets: 1}}\n'))
    _days, night = lived(sheet(f'{LIFE}lapses:\n  - {{from: "22:00", until: "04:00", basal: 2}}\n'))
    evening = slice(84, 92)
    assert agp(usual, every_min=15)[2, evening].mean() + 20 < agp(low_counts, every_min=15)[2, evening].mean()
    assert ranges(low_counts).mean < ranges(none).mean
    assert ranges(night).below_70 > ranges(usual).below_70
    assert np.array_equal(usual[:80], low_counts[:80], equal_nan=True)  # the same until the first dinner


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("group: adult", "group: grandmother", "grandmother"),
        ("days: 6", "days: 3", "5 to 28 days"),
        ("days: 6", "days: 6\ntherapy: leeches", "therapy"),
        ("days: 6", "days: 6\ntherapie: mdi", "therapie"),
        ("days: 6", 'days: 6\nmeals: [["7 o\'clock", 45]]', "no time of day"),
        ("days: 6", 'days: 6\nlapses: [{meal: "11:00", counts: 1}]', "no meal at 11:00"),
        ("days: 6", 'days: 6\nlapses: [{meal: "19:00", count: 1}]', "count"),
        ("days: 6", 'days: 6\nlapses: [{from: "22:00", until: "04:00", basal: 9}]', "basal"),
    ],
)
def test_a_mistake_in_a_life_is_named(old: str, new: str, says: str) -> None:
    found = problems(LIFE.replace(old, new))
    assert any(says in problem for problem in found), found


def test_nobody_has_no_days() -> None:
    with pytest.raises(LifeError):
        lived(sheet("patient: {group: grandmother}\n"))


def test_readings_are_judged_by_the_standard_at_its_edges() -> None:
    html = figures.draw(sheet(ZONES), "one")
    assert html.count("<svg") == 2
    assert "style=" not in html
    rows = html.split("<tr>")[2:]
    assert [("inside" in row, "outside" in row) for row in rows] == [
        (True, False),
        (False, True),
        (True, False),
        (False, True),
    ]
    assert "84 to 114\u00a0mg/dL (4.7 to 6.3\u00a0mmol/L)" in rows[0]
    assert "170 to 230\u00a0mg/dL" in rows[2]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("standard: iso-15197", "standard: iso-9000", "iso-15197"),
        ("max_mgdl: 300", "max_mgdl: 30", "200 to 500"),
        ("meter: 169", "meter: 305", "outside 20 to 300"),
        ("compare:", "compares:", "compares"),
    ],
)
def test_a_mistake_in_the_readings_is_named(old: str, new: str, says: str) -> None:
    found = problems(ZONES.replace(old, new))
    assert any(says in problem for problem in found), found

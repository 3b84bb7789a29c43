"""The first picture a patient sees: the target range is tinted, and only what leaves it is filled."""

from __future__ import annotations

import re

import pytest

from core.drawings import Event, Step, Way, Words, moves, pump, steps

DAY = [
    Event("Food", "plate", Way.UP, "carb", 222),
    Event("Insulin", "drop", Way.DOWN, "insulin", 112),
    Event("Moving", "walk", Way.DOWN, "activity", 52),
    Event("Stress", "bolt", Way.UP, "high", 150),
]
FLAT = [Event("Food", "plate", Way.UP, "carb", 130), Event("Moving", "walk", Way.DOWN, "activity", 100)]
WORDS = Words("In range", "High", "Low")


def drawn(events: list[Event] = DAY, *, wide: bool = True) -> str:
    return str(moves(events, 118, WORDS, "what is seen", wide=wide))


def depths(svg: str, cls: str) -> list[float]:
    """How far down each corner of this shape lies."""
    found = re.search(rf'<path class="{cls}" d="M([^"Z]*)', svg)
    assert found
    return [float(point.split()[1]) for point in found[1].split("L")]


def band(svg: str) -> tuple[float, float]:
    found = re.search(r'<rect class="p-band" x="0" y="([\d.]+)" width="\d+" height="([\d.]+)"', svg)
    assert found
    return float(found[1]), float(found[1]) + float(found[2])


@pytest.mark.parametrize("wide", [True, False])
def test_the_tint_lies_between_70_and_180_and_the_fills_outside_it(*, wide: bool) -> None:
    svg = drawn(wide=wide)
    top, bottom = band(svg)
    line = depths(svg, "c-line tone-ink")
    assert min(line) < top < bottom < max(line)
    for cls in ("p-high", "p-high-lines"):
        assert max(depths(svg, cls)) == pytest.approx(top, abs=0.1)
        assert min(depths(svg, cls)) == pytest.approx(min(line), abs=0.1)
    for cls in ("p-low", "p-low-lines"):
        assert min(depths(svg, cls)) == pytest.approx(bottom, abs=0.1)
        assert max(depths(svg, cls)) == pytest.approx(max(line), abs=0.1)
    assert min(depths(svg, "p-line-low")) >= bottom


def test_the_edges_say_both_units_and_the_line_is_named_where_it_leaves() -> None:
    svg = drawn()
    assert "180\u00a0mg/dL (10.0\u00a0mmol/L)" in svg
    assert "70\u00a0mg/dL (3.9\u00a0mmol/L)" in svg
    assert ">High<" in svg
    assert ">Low<" in svg


def test_a_day_that_stays_in_range_is_not_called_high_or_low() -> None:
    svg = drawn(FLAT)
    assert ">High<" not in svg
    assert ">Low<" not in svg
    assert "p-line-low" not in svg


ROW = [
    Step("Wash", "With soap", "wash", "insulin"),
    Step("Prick", "", "drop", "high"),
    Step("Read", "", "meter", "ink"),
]


@pytest.mark.parametrize("wide", [True, False])
def test_steps_are_numbered_and_joined_unless_they_have_no_order(*, wide: bool) -> None:
    svg = str(steps(ROW, "what is seen", wide=wide))
    assert re.findall(r'p-on-ink t-mid" x="[\d.-]+" y="[\d.-]+">(\d)<', svg) == ["1", "2", "3"]
    assert svg.count("p-stem") == 2
    plain = str(steps(ROW, "what is seen", wide=wide, numbered=False))
    assert "p-on-ink" not in plain
    assert "p-stem" not in plain


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("many", [3, 5])
def test_all_words_of_the_steps_stand_inside_the_picture(many: int, *, wide: bool) -> None:
    rows = [Step("Cambie el equipo de infusión y el depósito", "Ponga todo nuevo, en otro lugar", "set", "ink")] * many
    svg = str(steps(rows, "what is seen", wide=wide))
    height = float(re.search(r'viewBox="0 0 \d+ ([\d.]+)"', svg)[1])  # type: ignore[index]
    assert max(float(y) for y in re.findall(r'<text[^>]* y="([\d.]+)"', svg)) < height - 8


@pytest.mark.parametrize("wide", [True, False])
def test_a_loose_set_is_drawn_beside_the_place_it_has_left(*, wide: bool) -> None:
    words = ("Pump", "Tube", "Set")
    fixed, loose = (str(pump(words, "what is seen", wide=wide, loose=one)) for one in (False, True))
    assert "p-gone" not in fixed
    assert "p-drop" not in fixed
    place = r'<circle class="{}" cx="([\d.]+)"'
    left, was = (float(re.search(place.format(cls), loose)[1]) for cls in ("p-set", "p-gone"))  # type: ignore[index]
    assert left < was
    assert f'class="p-set" cx="{was:g}"' in fixed
    assert "p-drop" in loose

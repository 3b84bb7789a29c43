"""A run as a picture: what is drawn, and where."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from core.charts import Axis
from core.traces import Band, Key, Panel, traces
from simulator.engine.device import Device
from simulator.engine.errors import OutOfRange
from simulator.engine.patient import standard
from simulator.engine.run import Run, simulate
from simulator.engine.scenario import Act, Exercise, Meal, Scenario
from simulator.services.pictures import compared, drawn, profiles

DAY = 1440
HOURS = Axis(0, 100, [(0, "0"), (100, "100")])


def lived(minutes: int, *timeline: Any, **more: Any) -> Run:
    device = Device("tubed-b", (("00:00", 1.03),), (("00:00", 10.0),), (("00:00", 40.0),))
    scenario = Scenario(minutes, timeline, more.pop("start", 0))
    return Run(standard(), device, scenario, circadian=False, noise=False, **more)


def paths(picture: str, cls: str) -> list[list[tuple[float, float]]]:
    found = re.findall(rf'<path class="{cls}" d="M([^"]*)"', picture)
    return [[(float(x), float(y)) for x, y in (pair.split() for pair in each.strip("Z").split("L"))] for each in found]


def profile(*, start: int) -> list[tuple[float, float]]:
    """The median line of five days, each with one meal at seven in the evening."""
    minutes = 5 * DAY
    meals = [Meal(at, 60) for at in range((19 * 60 - start) % DAY, minutes, DAY)]
    run = lived(minutes, *meals, start=start)
    (median,) = paths(profiles(run, {"pump": simulate(run)}), "c-line tone-ink")[:1]
    return median


def test_a_profile_begins_at_midnight_wherever_the_run_began() -> None:
    """The meal of the evening is the highest point, left to right at 20:30 or so."""
    for start in (0, 17 * 60 + 3):
        median = profile(start=start)
        left, right = median[0][0], median[-1][0]
        peak = min(median, key=lambda point: point[1])[0]
        assert 20 < 24 * (peak - left) / (right - left) < 22


def test_a_profile_of_days_alike_has_bands_that_hold_its_median() -> None:
    run = lived(5 * DAY, *(Meal(DAY * n + 600, 30.0 + 15 * n) for n in range(5)))
    picture = profiles(run, {"pump": simulate(run)})
    (most,), (half,) = paths(picture, "band-most"), paths(picture, "band-half")
    median = paths(picture, "c-line tone-ink")[0]
    assert len(most) == len(half) == 2 * len(median)
    for n, (_x, y) in enumerate(median):
        assert most[n][1] - 0.2 <= half[n][1] <= y + 0.2
        assert y - 0.2 <= half[-1 - n][1] <= most[-1 - n][1] + 0.2


def test_fewer_than_five_days_have_no_profile() -> None:
    run = lived(2 * DAY)
    with pytest.raises(OutOfRange, match="5 days"):
        profiles(run, {"pump": simulate(run)})


def test_a_deep_low_is_drawn_where_it_is_and_not_at_forty() -> None:
    run = lived(600, Act(0, "bolus", 12.0))
    trace = simulate(run)
    assert trace.glucose_mgdl.min() < 35
    lowest = max(y for _x, y in paths(drawn(run, trace), "c-line tone-ink")[0])
    calm = lived(600)
    floor = max(y for _x, y in paths(drawn(calm, simulate(calm)), "c-grid")[0])
    assert lowest > floor  # below the line of 54, which the calm scale has near its floor
    share = (trace.glucose_mgdl.min() - 20) / (250 - 20)
    assert lowest == pytest.approx(30 + 190 * (1 - share), abs=1.5)


def test_a_band_breaks_where_a_value_is_missing() -> None:
    band = Band([0, 25, 50, 75, 100], [1, 1, np.nan, 1, 1], [2, 2, 2, 2, 2], "band-most")
    picture = traces([Panel("A", Axis(0, 3, [(0, "0")]), 60, bands=[band])], HOURS, "a", wide=True)
    assert [len(path) for path in paths(picture, "band-most")] == [4, 4]


def test_words_on_a_scale_do_not_lie_on_each_other_and_keys_stay_inside() -> None:
    axis = Axis(0, 100, [(0, "zero"), (3, "three"), (100, "hundred")])
    keys = [Key(f"a long name for the key {n}", "band-half") for n in range(5)]
    picture = traces([Panel("A", axis, 60)], HOURS, "a", wide=False, keys=keys)
    assert "three" in picture
    assert "zero" not in picture
    height = float(re.search(r'viewBox="0 0 [0-9.]+ ([0-9.]+)"', picture).group(1))  # type: ignore[union-attr] # there
    assert max(float(y) for y in re.findall(r'<text[^>]* y="([0-9.]+)"', picture)) < height


def words(picture: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture)


def test_of_a_dual_bolus_both_parts_are_shown_and_the_second_as_long_as_it_lasts() -> None:
    run = lived(600, Act(60, "bolus", 5.4), Act(60, "extended", 3.6, 240))
    picture = drawn(run, simulate(run))
    assert "5.4 + 3.6" in words(picture)
    (area,) = [each for each in paths(picture, "c-area tint-insulin") if len(each) == 4]
    left, right = paths(picture, "c-line tone-ink")[0][0][0], paths(picture, "c-line tone-ink")[0][-1][0]
    assert (area[2][0] - area[1][0]) / (right - left) == pytest.approx(240 / 600, abs=0.01)


def test_a_slow_extended_bolus_is_one_amount_and_not_one_for_each_pulse() -> None:
    run = lived(600, Act(60, "extended", 0.6, 400), Act(300, "suspend"))
    picture = drawn(run, simulate(run))
    assert [each for each in words(picture) if re.fullmatch(r"0\.\d+", each)] == ["0.36"]


def test_the_line_and_the_dots_of_glucose_are_named() -> None:
    run = lived(300)
    trace = simulate(run)
    for picture in (drawn(run, trace), compared(run, {"pump": trace, "plgs": trace})):
        assert {"true glucose", "what the sensor shows"} <= set(words(picture))


def test_the_basal_rate_does_not_fall_at_the_end_of_the_run() -> None:
    run = lived(600)
    (line,) = paths(drawn(run, simulate(run)), "c-line tone-insulin")
    assert max(y for _x, y in line) - min(y for _x, y in line) < 1.0


def test_exercise_is_drawn_when_and_as_hard_as_it_was_and_a_run_without_it_has_no_panel_for_it() -> None:
    run = lived(600, Exercise(60, 120, above_rest_bpm=80.0), Exercise(150, 90, "walk"))
    picture = drawn(run, simulate(run))
    assert "Exercise, beats/min above rest" in words(picture)
    (area,) = paths(picture, "c-area tint-activity")
    left, right = paths(picture, "c-line tone-ink")[0][0][0], paths(picture, "c-line tone-ink")[0][-1][0]
    floor = max(y for _x, y in area)
    hours = [(round(600 * (x - left) / (right - left), -1), round((floor - y) * 2)) for x, y in area]
    assert [pair for pair in hours if pair[1]] == [(60, 80), (180, 80), (180, 25), (240, 25)]
    assert "Exercise, beats/min above rest" not in words(drawn(lived(300), simulate(lived(300))))


def test_over_several_days_each_midnight_has_the_number_of_the_day_that_begins() -> None:
    for hours, start, days in ((72, 0, ["1", "2", "3", "4"]), (72, 7 * 60, ["2", "3", "4"]), (30, 20 * 60, ["2", "3"])):
        run = lived(60 * hours, start=start)
        found = [each.removeprefix("day ") for each in words(drawn(run, simulate(run))) if each.startswith("day ")]
        assert found == days
    one = lived(DAY)
    assert not [each for each in words(drawn(one, simulate(one))) if each.startswith("day ")]

"""The sensor: its error in the field, warm-up, lost packets, compression, and the arrow beside its reading."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pytest

from simulator.engine.cohort import member
from simulator.engine.device import Device
from simulator.engine.errors import OutOfRange
from simulator.engine.patient import parameters, standard
from simulator.engine.run import Habits, Run, Trace, simulate
from simulator.engine.scenario import Act, Fault, Happening, Meal, Scenario
from simulator.engine.sensor import Trend, mard_percent, trend_arrow
from simulator.engine.settings import set_device

HOUR, DAY = 60, 1440
NAN = float("nan")


def ten_days() -> tuple[Happening, ...]:
    """A new sensor, then meals counted about right; a new set and reservoir every three days."""
    eaten = [(450, 45.0, 45.0), (780, 70.0, 65.0), (960, 20.0, 15.0), (1170, 65.0, 65.0)]
    meals = [Meal(DAY * day + at, grams, counted_g=counted) for day in range(10) for at, grams, counted in eaten]
    sets = [(Act(at, "new_reservoir", 300.0), Act(at, "new_set")) for at in range(3 * DAY, 10 * DAY, 3 * DAY)]
    return (Act(0, "new_sensor"), *meals, *(act for pair in sets for act in pair))


@pytest.fixture(scope="module")
def worn() -> list[Trace]:
    """Sixty adults, a sensor each, over its ten days."""
    found = []
    for number in range(60):
        patient = member("adult", 1, number).patient
        run = Run(patient, set_device(patient), Scenario(10 * DAY, ten_days()), seed=number, habits=Habits(70, 55))
        found.append(simulate(run))
    return found


def still(minutes: int, *timeline: Happening, **more: Any) -> Trace:
    """Somebody at rest at 6 mmol/L, by an exact sensor unless `noise` is said."""
    device = Device("tubed-b", (("00:00", 1.03),), (("00:00", 10.0),), (("00:00", 40.0),))
    run = Run(standard(), device, Scenario(minutes, timeline), circadian=False, **({"noise": False} | more))
    return simulate(run)


def test_over_many_sensors_the_error_is_that_of_the_field(worn: list[Trace]) -> None:
    """Between 8 and 11 % over ten days; a single sensor may be far better or worse."""
    each = [mard_percent(trace.cgm_mgdl, trace.glucose_mgdl) for trace in worn]
    assert 8 < np.mean(each) < 11
    assert min(each) > 4
    assert 12 < np.percentile(each, 95) < 25


def test_a_sensor_without_chance_lags_and_errs_no_further() -> None:
    exact = still(5 * HOUR, Meal(30, 60))
    assert 0.5 < mard_percent(exact.cgm_mgdl, exact.glucose_mgdl) < 15
    rest = still(5 * HOUR)
    assert mard_percent(rest.cgm_mgdl, rest.glucose_mgdl) < 0.5


def test_a_new_sensor_shows_nothing_for_two_hours() -> None:
    shown = ~np.isnan(still(6 * HOUR, Act(HOUR, "new_sensor")).cgm_mgdl)
    assert shown[:12].all()
    assert not shown[12:36].any()
    assert shown[36:].all()


def test_packets_are_lost_in_short_bursts_one_of_which_begins_in_a_hundred_packets(worn: list[Trace]) -> None:
    missing = np.concatenate([np.isnan(trace.cgm_mgdl[24:]) for trace in worn])
    bursts = [len(list(group)) for lost, group in groupby(missing) if lost]
    assert len(bursts) / missing.size == pytest.approx(0.01, abs=0.001)
    assert np.mean(bursts) == pytest.approx(2, abs=0.15)  # of one to three packets
    assert np.mean([length <= 3 for length in bursts]) > 0.95  # now and then two follow each other


def test_lying_on_a_sensor_lowers_what_it_shows_and_not_the_glucose() -> None:
    calm, pressed = still(5 * HOUR), still(5 * HOUR, Fault(2 * HOUR, "compression", 40.0, minutes=30))
    during = slice(24, 30)
    np.testing.assert_allclose(calm.cgm_mgdl[during] - pressed.cgm_mgdl[during], 40, atol=1)
    np.testing.assert_array_equal(calm.cgm_mgdl[30:], pressed.cgm_mgdl[30:])
    assert calm.glucose_mgdl.tobytes() == pressed.glucose_mgdl.tobytes()
    assert any(event.name == "low_sensor" for event in pressed.events)


def test_every_kind_of_sensor_reads_and_each_errs_in_its_own_way() -> None:
    kinds = [kind for kind in parameters("sensors") if kind != "between"]
    found = {still(DAY, noise=True, sensor=kind).cgm_mgdl.tobytes() for kind in kinds}
    assert len(found) == len(kinds) == 3


@pytest.mark.parametrize(
    ("change", "arrow"),
    [
        (45, Trend.DOUBLE_UP),
        (44, Trend.UP),
        (30, Trend.UP),
        (29, Trend.SLANTED_UP),
        (15, Trend.SLANTED_UP),
        (14, Trend.FLAT),
        (0, Trend.FLAT),
        (-14, Trend.FLAT),
        (-15, Trend.SLANTED_DOWN),
        (-30, Trend.DOWN),
        (-44, Trend.DOWN),
        (-45, Trend.DOUBLE_DOWN),
    ],
)
def test_the_arrow_tells_the_slope_of_fifteen_minutes(change: float, arrow: Trend) -> None:
    assert trend_arrow(np.array([9.0, 150.0, 150.0, 150.0, 150.0 + change, 9.0]), 4) is arrow


def test_without_both_readings_there_is_no_arrow() -> None:
    assert trend_arrow(np.array([100.0, 110.0, 120.0]), 2) is Trend.UNKNOWN
    assert trend_arrow(np.array([NAN, 100.0, 110.0, 120.0]), 3) is Trend.UNKNOWN
    assert trend_arrow(np.array([100.0, NAN, 110.0, 120.0]), 3) is Trend.SLANTED_UP
    assert trend_arrow(np.array([100.0, 100.0, 110.0, NAN]), 3) is Trend.UNKNOWN
    with pytest.raises(OutOfRange):
        trend_arrow(np.array([100.0]), 1)
    with pytest.raises(OutOfRange):
        mard_percent(np.array([NAN]), np.array([100.0]))


def test_the_error_is_relative_to_the_truth_and_missing_readings_do_not_count() -> None:
    truth = np.repeat([100.0, 200.0, 50.0], 5)
    assert mard_percent(np.array([110.0, NAN, 40.0]), truth) == pytest.approx(15.0)

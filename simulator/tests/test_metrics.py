"""Metrics by hand-made traces whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engine.errors import OutOfRange, UnknownName
from simulator.engine.metrics import (
    CONSENSUS,
    agp,
    enough,
    episodes,
    gmi_mmol_per_mol,
    gmi_percent,
    goals,
    gri,
    gri_zone,
    ranges,
    risk,
)


def test_every_reading_is_in_one_band_and_edges_belong_where_the_consensus_puts_them() -> None:
    found = ranges(np.array([53.0, 54.0, 69.0, 70.0, 140.0, 141.0, 180.0, 181.0, 250.0, 251.0]))
    assert (found.very_low, found.low, found.in_range, found.tight) == (10.0, 20.0, 40.0, 20.0)
    assert (found.high, found.very_high, found.below_70, found.above_180) == (20.0, 10.0, 30.0, 30.0)


def test_missing_readings_are_no_time_in_any_band() -> None:
    found = ranges(np.array([100.0, np.nan, 200.0, np.nan]))
    assert (found.in_range, found.high, found.valid) == (50.0, 50.0, 0.5)
    with pytest.raises(OutOfRange):
        ranges(np.array([np.nan]))


def test_mean_cv_gmi_and_gri_by_their_formulas() -> None:
    found = ranges(np.array([100.0, 200.0]))
    assert (found.mean, found.sd) == (150.0, 50.0)
    assert found.cv == pytest.approx(100 / 3)
    assert found.gmi == gmi_percent(150.0) == pytest.approx(6.898)
    assert gri(1, 2, 10, 5) == pytest.approx(3.0 + 4.8 + 8.0 + 8.0)
    assert gri(30, 30, 20, 20) == 100.0


def test_risk_is_averaged_over_all_readings_and_is_nothing_at_its_zero() -> None:
    zero = float(np.exp(5.381 ** (1 / 1.084)))
    assert zero == pytest.approx(112.5, abs=0.2)
    assert risk(np.array([zero])) == pytest.approx((0.0, 0.0), abs=1e-9)
    low, _high = risk(np.array([50.0]))
    assert risk(np.array([50.0, zero]))[0] == pytest.approx(low / 2)


def test_a_low_event_begins_after_fifteen_minutes_and_ends_after_fifteen_at_seventy_or_more() -> None:
    assert episodes(np.array([80.0, 65, 65, 80, 80])) == 0
    assert episodes(np.array([80.0, 65, 65, 65, 80, 65, 65, 65, 80, 80, 80])) == 1
    assert episodes(np.array([65.0, 65, 65, 80, 80, 80, 65, 65, 65])) == 2
    assert episodes(np.array([65.0, 65, np.nan, 65])) == 1
    assert episodes(np.array([60.0] * 6), below_mgdl=54) == 0


def test_the_profile_has_five_ordered_percentiles_of_each_time_of_day() -> None:
    day = 100 + 50 * np.sin(np.arange(288) / 288 * 2 * np.pi)
    rng = np.random.default_rng(1)
    found = agp(np.concatenate([day + rng.normal(0, 10) for _day in range(14)]))
    assert found.shape == (5, 288)
    assert (np.diff(found, axis=0) >= 0).all()
    assert found[2].argmax() == pytest.approx(72, abs=3)
    assert agp(np.tile(day, 7), every_min=15).shape == (5, 96)
    with pytest.raises(OutOfRange, match="5 days"):
        agp(day)
    with pytest.raises(OutOfRange, match="odd"):
        agp(np.tile(day, 7), smooth=4)
    with pytest.raises(OutOfRange, match="5 or 15"):
        agp(np.tile(day, 7), every_min=10)


def test_without_a_moving_mean_the_profile_is_the_percentiles_themselves() -> None:
    days = np.arange(7 * 288, dtype=float).reshape(7, 288)
    found = agp(days.ravel(), smooth=1)
    np.testing.assert_allclose(found, np.percentile(days, (5, 25, 50, 75, 95), axis=0))


def test_a_run_that_begins_in_the_evening_is_turned_to_midnight() -> None:
    day = 100 + 50 * np.sin(np.arange(288) / 288 * 2 * np.pi)
    evening = np.concatenate([day[240:], np.tile(day, 6)])
    np.testing.assert_allclose(agp(evening, start_min=20 * 60, smooth=1)[2], day)


def test_a_time_of_day_without_a_reading_stays_a_gap() -> None:
    day = np.full(288, 120.0)
    day[100:110] = np.nan
    found = agp(np.tile(day, 6))
    assert np.isnan(found[:, 100:110]).all()
    np.testing.assert_allclose(np.delete(found, range(100, 110), axis=1), 120)


def test_fourteen_days_need_seven_tenths_of_their_readings() -> None:
    whole = np.full(14 * 288, 120.0)
    assert enough(whole)
    assert enough(whole[: int(0.7 * 14 * 288) + 1])
    assert not enough(whole[: 9 * 288])
    gaps = whole.copy()
    gaps[: int(0.31 * 14 * 288)] = np.nan
    assert not enough(gaps)
    assert enough(np.concatenate([np.full(2000, np.nan), whole]))  # only the last fourteen days count


def test_gmi_in_both_units_and_the_zone_of_the_risk_index() -> None:
    assert gmi_percent(154.0) == pytest.approx(6.99, abs=0.005)
    assert gmi_mmol_per_mol(154.0) == pytest.approx(52.94, abs=0.01)
    # The master equation between the units, 10.929 (percent - 2.15), agrees to half a unit.
    assert gmi_mmol_per_mol(154.0) == pytest.approx(10.929 * (gmi_percent(154.0) - 2.15), abs=0.5)
    assert [gri_zone(value) for value in (0, 20, 20.1, 40, 60, 80, 80.1, 100)] == list("AABBCDEE")


def readings(**shares: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A hundred readings: so many of each value, as `g50=1`; the rest 120."""
    given = [float(name[1:]) for name, count in shares.items() for _each in range(count)]
    return np.array([*given, *[120.0] * (100 - len(given))])


def unmet(glucose: np.ndarray[tuple[int, ...], np.dtype[np.float64]], who: str) -> list[str]:
    return [each.goal.words for each in goals(glucose, who) if not each.met]


def test_the_consensus_goals_are_met_or_not_each_by_its_own_limit() -> None:
    assert unmet(readings(g65=3, g200=24), "adult") == []
    assert unmet(readings(g65=4), "adult") == ["<70"]
    assert unmet(readings(g50=1), "adult") == ["<54"]
    assert unmet(readings(g200=25), "adult") == [">180"]
    assert unmet(readings(g300=5), "adult") == [">250"]
    assert unmet(readings(g200=30), "adult") == ["70-180", ">180"]  # 70 % is not above 70
    assert unmet(readings(g200=49), "older") == []
    assert unmet(readings(g65=1), "older") == ["<70"]
    assert unmet(readings(g300=10), "older") == [">250"]
    assert unmet(readings(g65=10, g140=10), "pregnancy") == []  # 65 is inside 63 to 140
    assert unmet(readings(g62=4), "pregnancy") == ["<63"]
    assert unmet(readings(g150=25), "pregnancy") == [">140"]
    assert unmet(readings(g50=1), "pregnancy") == ["<54"]


def test_goals_say_what_was_reached_and_for_whom_they_are() -> None:
    found = goals(np.append(readings(g65=3), np.nan))
    assert [each.percent for each in found] == [97.0, 3.0, 0.0, 0.0, 0.0]
    assert set(CONSENSUS) == {"adult", "older", "pregnancy"}
    with pytest.raises(UnknownName, match="cat"):
        goals(readings(), "cat")
    with pytest.raises(OutOfRange):
        goals(np.array([np.nan]))

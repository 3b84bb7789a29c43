"""Metrics by hand-made traces whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engine.errors import OutOfRange
from simulator.engine.metrics import agp, episodes, gmi_percent, gri, ranges, risk


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

"""When an occlusion is told (T12): the times of reference/simulator.md 7.1, over several hundred seeds."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy.stats import kstest, truncnorm

from simulator.engine.device import Device
from simulator.engine.patient import parameters, standard
from simulator.engine.run import Run, simulate, world
from simulator.engine.scenario import Fault, Scenario

HOUR = 60
PATIENT = standard(dawn=0.0)
SEEDS = range(300)


def blocked(kind: str, u_per_h: float, hours: int, seed: int, **more: Any) -> Run:
    """A set that is blocked from the start, on a flat rate."""
    device = Device(kind, (("00:00", u_per_h),), (("00:00", 10.0),), (("00:00", 40.0),))
    return Run(PATIENT, device, Scenario(hours * HOUR, (Fault(0, "occlusion"),)), seed=seed, **more)


def hours_to_the_alarm(kind: str, u_per_h: float, hours: int) -> Any:
    """(seeds,) hours until the alarm; NaN when none came."""
    found = []
    for seed in SEEDS:
        events = simulate(blocked(kind, u_per_h, hours, seed)).events
        found.append(next((event.at / HOUR for event in events if event.name == "occlusion"), np.nan))
    return np.array(found)


def test_at_one_unit_an_hour_tubed_a_tells_within_half_an_hour_to_three_hours_and_usually_at_75_minutes() -> None:
    found = hours_to_the_alarm("tubed-a", 1.0, 4) * HOUR
    assert found.min() >= 29
    assert found.max() <= 181
    assert np.median(found) == pytest.approx(75, abs=6)


def test_at_a_tenth_of_a_unit_an_hour_tubed_a_takes_half_a_day_and_up_to_30_hours() -> None:
    found = hours_to_the_alarm("tubed-a", 0.1, 31)
    assert found.min() >= 4.9
    assert found.max() <= 30.3
    assert np.median(found) == pytest.approx(12.5, abs=1)


def test_a_patch_takes_about_three_hours_and_never_more_than_five_and_a_half() -> None:
    found = hours_to_the_alarm("patch-c", 1.0, 6)
    assert found.max() <= 5.55
    assert 3.0 <= np.median(found) <= 3.7


@pytest.mark.parametrize("kind", ["tubed-b", "tubed-d"])
def test_the_other_pumps_tell_within_five_hours(kind: str) -> None:
    found = hours_to_the_alarm(kind, 1.0, 6)
    assert not np.isnan(found).any()
    assert found.max() < 5


def thresholds_u(kind: str) -> Any:
    """(8 x seeds,) units held back before the alarm."""
    pulse = parameters("devices")[kind]["pulse_u"]
    return np.concatenate([world(blocked(kind, 1.0, 1, seed)).thresholds for seed in SEEDS]) * pulse


@pytest.mark.parametrize("kind", ["tubed-a", "tubed-b", "patch-c", "tubed-d"])
def test_the_volume_that_rings_is_a_truncated_normal_and_does_not_pile_up_at_its_ends(kind: str) -> None:
    mean, sd, low, high = parameters("devices")[kind]["occlusion_u"]
    pulse = parameters("devices")[kind]["pulse_u"]
    found = thresholds_u(kind)
    assert low <= found.min()
    assert found.max() <= high + pulse
    wanted = truncnorm((low - mean) / sd, (high - mean) / sd, loc=mean, scale=sd)
    smeared = found - pulse * np.random.default_rng(1).random(len(found))  # counted in whole pulses, upwards
    assert kstest(smeared, wanted.cdf).pvalue > 0.001
    many = Counter(np.round(found / pulse).astype(int))
    ends = [many[min(many)], many[max(many)]]
    assert max(ends) < len(found) * (0.02 + pulse)  # cut instead of truncated: 5 % (tubed-a) and 16 % (patch-c)


def test_without_chance_the_typical_volume_rings() -> None:
    events = simulate(blocked("tubed-a", 1.0, 4, 1, noise=False)).events
    assert next(event.at for event in events if event.name == "occlusion") == pytest.approx(75, abs=2)

"""The meter (T11): ISO 15197:2013 asks for 95 % within 15 mg/dL below 100 mg/dL and within 15 % from there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from simulator.engine.device import Device
from simulator.engine.kernel.doings import unwashed
from simulator.engine.noise import Noise
from simulator.engine.patient import standard
from simulator.engine.run import Run, simulate
from simulator.engine.scenario import Act, Scenario

MINUTES = 1000
LEVELS_MMOL = (3.0, 3.9, 4.5, 5.2, 5.6, 6.5, 8.0, 10.0, 12.5, 15.0, 18.0, 21.0)


class Strips(NamedTuple):
    """Fingersticks beside the truth, and whether the hands were clean; (n,) each."""

    true_mgdl: Any
    shown_mgdl: Any
    clean: Any

    def inside(self) -> Any:
        """Whether ISO 15197:2013 lets each pass."""
        allowed = np.where(self.true_mgdl < 100, 15.0, 0.15 * self.true_mgdl)
        return np.abs(self.shown_mgdl - self.true_mgdl) <= allowed


def strips(level_mmol: float, seed: int, **more: Any) -> Strips:
    """A fingerstick every minute of a person who rests at a level."""
    patient = standard(dawn=0.0)
    basal = round(patient.steady(level_mmol).basal_u_per_h, 3)
    device = Device("tubed-b", (("00:00", basal),), (("00:00", 10.0),), (("00:00", 40.0),))
    timeline = tuple(Act(at, "strip") for at in range(MINUTES))
    run = Run(patient, device, Scenario(MINUTES, timeline), seed, glucose_mmol=level_mmol, circadian=False, **more)
    trace = simulate(run)
    shown = np.array([event.value for event in trace.events if event.name == "strip"])
    clean = np.array([unwashed(each) == 0 for each in Noise.drawn(seed, MINUTES, False).hands[:MINUTES]])
    return Strips(trace.glucose_mgdl[:MINUTES], shown, clean)


@pytest.fixture(scope="module")
def many() -> Strips:
    """36 000 fingersticks at twelve levels."""
    found = [strips(level, 100 * n + seed) for n, level in enumerate(LEVELS_MMOL) for seed in range(3)]
    return Strips(*(np.concatenate(column) for column in zip(*found, strict=True)))


def test_with_clean_hands_the_meter_passes_the_standard_at_every_level(many: Strips) -> None:
    assert 0.983 < many.inside()[many.clean].mean() < 0.993  # 98.8 % by calculation
    for low, high in ((40, 70), (70, 100), (100, 180), (180, 250), (250, 400)):
        here = many.clean & (many.true_mgdl >= low) & (many.true_mgdl < high)
        assert here.sum() > 1000
        assert many.inside()[here].mean() >= 0.95


def test_two_in_a_hundred_are_of_unwashed_hands_and_the_meter_still_passes(many: Strips) -> None:
    assert (~many.clean).mean() == pytest.approx(0.02, abs=0.003)
    assert 0.962 < many.inside().mean() < 0.975  # 96.8 % by calculation
    assert many.inside()[~many.clean].mean() < 0.2


def test_what_unwashed_hands_add_is_20_to_40_either_way() -> None:
    found = np.array([unwashed(each) for each in np.linspace(0, 1, 100_001)])
    off = found[found != 0]
    assert len(off) == pytest.approx(2000, abs=2)
    assert (off > 0).mean() == pytest.approx(0.5, abs=0.01)
    assert 20 <= np.abs(off).min() < 20.1
    assert 39.9 < np.abs(off).max() <= 40
    assert np.abs(off).mean() == pytest.approx(30, abs=0.1)


def test_a_longer_run_has_the_same_outliers() -> None:
    short, long = Noise.drawn(3, 600), Noise.drawn(3, 6000)
    assert short.hands[:600].tobytes() == long.hands[:600].tobytes()
    assert short.meter[:600].tobytes() == long.meter[:600].tobytes()


def test_without_chance_a_fingerstick_is_the_truth() -> None:
    exact = strips(6.5, 1, noise=False)
    assert np.abs(exact.shown_mgdl - exact.true_mgdl).max() <= 0.5


def test_a_meter_shows_its_limit_and_says_so() -> None:
    """No lower than 10 mg/dL, whatever the hands."""
    patient = standard(dawn=0.0, counter=0.0)
    device = Device("tubed-b", (("00:00", 1.0),), (("00:00", 10.0),), (("00:00", 40.0),))
    timeline = (Act(0, "pen", 60.0), *(Act(at, "strip") for at in range(200, MINUTES)))
    trace = simulate(Run(patient, device, Scenario(MINUTES, timeline)))
    shown = [event.value for event in trace.events if event.name == "strip"]
    assert trace.glucose_mgdl.min() < 20
    assert min(shown) == 10
    assert any(event.name == "clip" and event.value < 10 for event in trace.events)

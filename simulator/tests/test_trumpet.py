"""The delivery-accuracy self-test of the pump: the trumpet curve of reference/simulator.md 7.3c, over many seeds."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator.engine.device import Device
from simulator.engine.errors import OutOfRange
from simulator.engine.metrics import Trumpet, trumpet
from simulator.engine.patient import standard
from simulator.engine.run import Run, simulate
from simulator.engine.scenario import Scenario

HOURS = 25
W15, W60, _W150, _W330, W570, W930 = range(6)


def weighed(kind: str, u_per_h: float, seed: int, **more: Any) -> Trumpet:
    device = Device(kind, (("00:00", u_per_h),), (("00:00", 10.0),), (("00:00", 40.0),))
    run = Run(standard(), device, Scenario(HOURS * 60), seed, **more)
    return trumpet(simulate(run).skin_u[: HOURS * 60], u_per_h)


@cache
def many(kind: str, u_per_h: float) -> tuple[Trumpet, ...]:
    return tuple(weighed(kind, u_per_h, seed) for seed in range(60))


# The specification's figures, of one draw each: window, most, least.
MEASURED = [
    ("patch-c", 1.0, W15, 5.8, -4.1),
    ("patch-c", 1.0, W60, 2.9, -1.9),
    ("patch-c", 1.0, W570, 0.7, 0.0),
    ("patch-c", 1.1, W15, 13.0, -13.0),
    ("patch-c", 0.1, W15, 117.0, -100.0),
    ("patch-c", 0.1, W60, 7.5, -7.5),
    ("patch-c", 0.1, W570, 2.0, -2.0),
    ("tubed-a", 0.1, W15, 12.0, -12.0),
]


@pytest.mark.parametrize(("kind", "rate", "window", "most", "least"), MEASURED)
def test_each_figure_of_the_specification_is_one_that_chance_gives(
    kind: str, rate: float, window: int, most: float, least: float
) -> None:
    found = many(kind, rate)
    for value, drawn in ((most, [t.most[window] for t in found]), (least, [t.least[window] for t in found])):
        slack = 0.15 * abs(value) + 0.1  # a draw may lie a little outside sixty others
        assert min(drawn) - slack <= value <= max(drawn) + slack
        assert np.std(drawn) < 6


def test_the_typical_curve_is_the_one_of_the_specification() -> None:
    def typical(kind: str, rate: float, window: int) -> tuple[float, float]:
        found = many(kind, rate)
        return float(np.median([t.most[window] for t in found])), float(np.median([t.least[window] for t in found]))

    assert typical("patch-c", 1.0, W15) == pytest.approx((5.4, -5.4), abs=0.6)
    assert typical("patch-c", 1.0, W60) == pytest.approx((2.5, -2.5), abs=0.4)
    assert typical("patch-c", 0.1, W15) == pytest.approx((121, -100), abs=4)  # twice the largest of 48 pulses
    assert typical("tubed-a", 0.1, W15) == pytest.approx((12, -12), abs=1.5)


@pytest.mark.parametrize("kind", ["tubed-a", "tubed-b", "patch-c", "tubed-d"])
def test_every_pump_passes_and_strays_less_over_longer_windows(kind: str) -> None:
    for found in many(kind, 1.0):
        assert found.passes
        assert abs(found.overall) < 1
        assert found.most[W15] > found.most[W930]
        assert found.least[W15] < found.least[W930]


def test_without_chance_only_whole_pulses_are_left() -> None:
    exact = weighed("patch-c", 1.0, 1, noise=False)
    np.testing.assert_allclose([*exact.most, *exact.least, exact.overall], 0, atol=1e-9)
    halves = weighed("patch-c", 0.1, 1, noise=False)  # a pulse every half hour
    assert (halves.most[W15], halves.least[W15]) == pytest.approx((100, -100))
    assert (halves.most[W60], halves.least[W60]) == pytest.approx((0, 0), abs=1e-9)


def test_the_formula_by_hand() -> None:
    """1 unit/h, but 2 in the second quarter of an hour of the measured day, and nothing in the hour that is dropped."""
    given = np.full(HOURS * 60, 1 / 60)
    given[:60] = 0
    given[75:90] *= 2
    found = trumpet(given, 1.0)
    assert found.most == pytest.approx([100 * 15 / window for window in found.windows_min])
    assert found.least == pytest.approx([0] * 6)
    assert found.overall == pytest.approx(100 * 15 / 1440)


@pytest.mark.parametrize(("minutes", "rate"), [(1499, 1.0), (1500, 0.0)])
def test_less_than_25_hours_or_nothing_to_give_is_no_test(minutes: int, rate: float) -> None:
    with pytest.raises(OutOfRange, match="25 hours"):
        trumpet(np.zeros(minutes), rate)

"""The engine's own exp, against the C library's."""

from __future__ import annotations

from math import exp as reference

import numpy as np
import pytest

from simulator.engine.kernel.exponential import exp, exps


def test_it_is_the_exponential_within_two_units_in_the_last_place() -> None:
    rng = np.random.default_rng(1)
    for x in [0.0, -1e-12, -0.01, *rng.uniform(-50, 50, 2000), *rng.uniform(-0.1, 0, 2000)]:
        assert exp(float(x)) == pytest.approx(reference(x), rel=4.5e-16, abs=0)


def test_beyond_what_a_number_holds_it_is_nothing_or_infinite() -> None:
    assert list(exps(np.array([-1000.0, 1000.0, 0.0]))) == [0.0, np.inf, 1.0]

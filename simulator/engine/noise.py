"""All chance of a run, drawn before it begins from counter-based streams: a longer run has the same beginning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulator.engine.kernel.exponential import exps
from simulator.engine.kernel.layout import Floats

__all__ = ["Noise", "generator"]

NORMAL, UNIFORM, FEW, SETS, MISSED, AUTO = range(6)
# Cohorts draw their people from (seed, index): a run of the same seed must not draw the same numbers.
OF_A_RUN = 1 << 62
OCCLUSIONS, SENSORS, DOSES_KEPT = 8, 32, 256
DAYPART_SD = 0.12  # LN(0, 0.12) for each part of a day (reference/simulator.md 2.3, a choice)


def generator(seed: int, stream: int) -> np.random.Generator:
    """Philox keyed (seed, stream): the same numbers on every machine, whatever else was drawn."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, OF_A_RUN + stream], dtype=np.uint64)))


@dataclass(frozen=True, slots=True)
class Noise:
    """The draws of one run of `minutes`, or up to four more: shapes as in kernel.layout.World."""

    pulses: Floats  # standard normal, a minute each
    meter: Floats  # the same
    hands: Floats  # uniform, a minute each: whether they were washed
    error: Floats  # (samples, 2) standard normal
    chance: Floats  # (samples, 2) uniform
    dayparts: Floats
    occlusions: Floats  # (OCCLUSIONS,) standard normal
    between: Floats  # (SENSORS, 2) of each sensor worn
    doses: Floats  # (DOSES_KEPT,) of each dose under the skin, over again after so many
    autos: Floats  # (DOSES_KEPT,) of each correction that a loop gives by itself, the same way

    @classmethod
    @lru_cache(maxsize=8)
    def drawn(cls, seed: int, minutes: int, dayparts: bool = True) -> Noise:
        """Branches of a run share its chance: drawn once for them all. Nobody writes into it. Drawn sample by sample,
        so that a longer run has the same beginning."""
        samples, days = minutes // 5 + 1, minutes // 1440 + 3
        normal = generator(seed, NORMAL).standard_normal((samples, 12))
        uniform = generator(seed, UNIFORM).random((samples, 7))
        rest = generator(seed, FEW).standard_normal(OCCLUSIONS + 2 * SENSORS + DOSES_KEPT + 3 * days)
        occlusions, between, doses, parts = np.split(rest, np.cumsum((OCCLUSIONS, 2 * SENSORS, DOSES_KEPT)))
        return cls(
            pulses=normal[:, :5].ravel(),
            meter=normal[:, 5:10].ravel(),
            hands=uniform[:, :5].ravel(),
            error=normal[:, 10:].copy(),
            chance=uniform[:, 5:].copy(),
            dayparts=exps(DAYPART_SD * parts) if dayparts else np.ones(3 * days),
            occlusions=occlusions,
            between=between.reshape(SENSORS, 2),
            doses=doses,
            autos=generator(seed, AUTO).standard_normal(DOSES_KEPT),
        )

    @classmethod
    def none(cls, minutes: int) -> Noise:
        """No chance at all: exact pulses, exact sensors, nothing lost."""
        samples, days = minutes // 5 + 1, minutes // 1440 + 3
        return cls(
            pulses=np.zeros(minutes),
            error=np.zeros((samples, 2)),
            chance=np.ones((samples, 2)),
            meter=np.zeros(minutes),
            hands=np.ones(minutes),
            dayparts=np.ones(3 * days),
            occlusions=np.zeros(OCCLUSIONS),
            between=np.zeros((SENSORS, 2)),
            doses=np.zeros(DOSES_KEPT),
            autos=np.zeros(DOSES_KEPT),
        )

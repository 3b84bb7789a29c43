"""All chance of a run, drawn before it begins from counter-based streams: a longer run has the same beginning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulator.engine.kernel.exponential import exps
from simulator.engine.kernel.layout import Floats

__all__ = ["Noise", "generator", "unwashed"]

PULSES, SENSOR, LOSS, METER, DAYPARTS, OCCLUSIONS, BETWEEN, HANDS, DOSES = range(9)
# Cohorts draw their people from (seed, index): a run of the same seed must not draw the same numbers.
OF_A_RUN = 1 << 62
SENSORS, DOSES_KEPT = 32, 1024
DAYPART_SD = 0.12  # LN(0, 0.12) for each part of a day (reference/simulator.md 2.3, a choice)
UNWASHED = 0.02  # of fingersticks are far off, by 20 to 40 mg/dL or percent (reference/simulator.md 8)


def generator(seed: int, stream: int) -> np.random.Generator:
    """Philox keyed (seed, stream): the same numbers on every machine, whatever else was drawn."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, OF_A_RUN + stream], dtype=np.uint64)))


def unwashed(uniform: Floats) -> Floats:
    """What a fingerstick is off by, of hands that were not washed: 0 for most, for two in a hundred between 20 and 40,
    up or down (mg/dL below 100, percent from there). One uniform number tells whether, which way and how far."""
    share = uniform / UNWASHED
    size = 20.0 + 20.0 * ((2.0 * share) % 1.0)
    return np.where(share < 0.5, -size, np.where(share < 1.0, size, 0.0))


@dataclass(frozen=True, slots=True)
class Noise:
    """The draws of one run of `minutes`: shapes as in kernel.layout.World."""

    pulses: Floats
    error: Floats
    chance: Floats
    meter: Floats  # (minutes, 2): standard normal; what unwashed hands add to a fingerstick, mg/dL or percent
    dayparts: Floats
    occlusions: Floats  # (8,) standard normal
    between: Floats  # (SENSORS, 2) of each sensor worn
    doses: Floats  # (DOSES_KEPT,) of each dose under the skin, over again after so many

    @classmethod
    @lru_cache(maxsize=8)
    def drawn(cls, seed: int, minutes: int, dayparts: bool = True) -> Noise:
        """Branches of a run share its chance: drawn once for them all. Nobody writes into it."""
        samples, days = minutes // 5 + 1, minutes // 1440 + 3
        factors = exps(DAYPART_SD * generator(seed, DAYPARTS).standard_normal(3 * days))
        return cls(
            pulses=generator(seed, PULSES).standard_normal(minutes),
            error=generator(seed, SENSOR).standard_normal((samples, 2)),
            chance=generator(seed, LOSS).random((samples, 2)),
            meter=np.column_stack(
                [generator(seed, METER).standard_normal(minutes), unwashed(generator(seed, HANDS).random(minutes))]
            ),
            dayparts=factors if dayparts else np.ones(3 * days),
            occlusions=generator(seed, OCCLUSIONS).standard_normal(8),
            between=generator(seed, BETWEEN).standard_normal((SENSORS, 2)),
            doses=generator(seed, DOSES).standard_normal(DOSES_KEPT),
        )

    @classmethod
    def none(cls, minutes: int) -> Noise:
        """No chance at all: exact pulses, exact sensors, nothing lost."""
        samples, days = minutes // 5 + 1, minutes // 1440 + 3
        return cls(
            pulses=np.zeros(minutes),
            error=np.zeros((samples, 2)),
            chance=np.ones((samples, 2)),
            meter=np.zeros((minutes, 2)),
            dayparts=np.ones(3 * days),
            occlusions=np.zeros(8),
            between=np.zeros((SENSORS, 2)),
            doses=np.zeros(DOSES_KEPT),
        )

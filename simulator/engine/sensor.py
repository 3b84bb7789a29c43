"""What a sensor says of the way glucose goes, and how far its readings lie from the truth."""

from __future__ import annotations

from enum import Enum

import numpy as np

from simulator.engine.errors import OutOfRange
from simulator.engine.kernel.layout import Floats

__all__ = ["Trend", "mard_percent", "trend_arrow"]

EVERY_MIN = 5
OVER = 3  # samples: the slope of fifteen minutes


class Trend(Enum):
    """An arrow as sensors draw it. UNKNOWN: a reading is missing at one end of the fifteen minutes."""

    DOUBLE_UP = "double-up"
    UP = "up"
    SLANTED_UP = "slanted-up"
    FLAT = "flat"
    SLANTED_DOWN = "slanted-down"
    DOWN = "down"
    DOUBLE_DOWN = "double-down"
    UNKNOWN = "unknown"


RISING = ((3.0, Trend.DOUBLE_UP), (2.0, Trend.UP), (1.0, Trend.SLANTED_UP))
FALLING = ((3.0, Trend.DOUBLE_DOWN), (2.0, Trend.DOWN), (1.0, Trend.SLANTED_DOWN))


def trend_arrow(cgm_mgdl: Floats, n: int) -> Trend:
    """The arrow beside reading `n` of a trace with one every five minutes, by the slope since fifteen minutes before:
    double from 3 mg/dL/min, plain from 2, slanted from 1, else flat; the same downwards (reference/simulator.md 8,
    recalled, awaiting a check). Raises OutOfRange for a reading that the trace does not have."""
    if not 0 <= n < len(cgm_mgdl):
        raise OutOfRange(f"there is no reading {n}; the trace has {len(cgm_mgdl)}")
    if n < OVER or np.isnan(cgm_mgdl[n]) or np.isnan(cgm_mgdl[n - OVER]):
        return Trend.UNKNOWN
    slope = float(cgm_mgdl[n] - cgm_mgdl[n - OVER]) / (OVER * EVERY_MIN)
    arrows = RISING if slope > 0 else FALLING
    return next((arrow for least, arrow in arrows if abs(slope) >= least), Trend.FLAT)


def mard_percent(cgm_mgdl: Floats, glucose_mgdl: Floats) -> float:
    """The mean absolute relative difference, in percent of the truth: readings every five minutes from minute 0,
    glucose every minute; missing readings do not count. Raises OutOfRange when there is none."""
    truth = glucose_mgdl[::EVERY_MIN][: len(cgm_mgdl)]
    seen = ~np.isnan(cgm_mgdl)
    if not seen.any():
        raise OutOfRange("there is not one reading to compare")
    return 100.0 * float((np.abs(cgm_mgdl - truth)[seen] / truth[seen]).mean())

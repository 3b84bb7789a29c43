"""What a trace comes to. All exactly as reference/simulator.md 10 defines them; glucose in mg/dL, every five minutes,
NaN where there was no reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.engine.errors import OutOfRange
from simulator.engine.kernel.layout import Floats

__all__ = ["AGP_PERCENTILES", "Ranges", "agp", "episodes", "gmi_percent", "gri", "ranges", "risk"]

EVERY_MIN = 5
AGP_PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Percent of the valid readings: below 54, 54 to 69, 70 to 180, 70 to 140, 181 to 250, above 250 mg/dL; mean and
    spread in mg/dL, CV and GMI in percent, risk indices, and the share of readings that are valid (0 to 1)."""

    very_low: float
    low: float
    in_range: float
    tight: float
    high: float
    very_high: float
    mean: float
    sd: float
    cv: float
    gmi: float
    lbgi: float
    hbgi: float
    gri: float
    valid: float

    @property
    def below_70(self) -> float:
        return self.very_low + self.low

    @property
    def above_180(self) -> float:
        return self.high + self.very_high


def _percent(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return 100.0 * float(np.count_nonzero(mask)) / mask.size


def ranges(glucose_mgdl: Floats) -> Ranges:
    """Raises OutOfRange when there is not one valid reading. A reading between two bands (69.5, from a trace without a
    sensor's rounding) belongs to the band below its upper edge: bands meet at 54, 70, 180 and 250."""
    g = glucose_mgdl[~np.isnan(glucose_mgdl)]
    if not g.size:
        raise OutOfRange("there is not one reading to count")
    very_low, low = _percent(g < 54), _percent((g >= 54) & (g < 70))
    high, very_high = _percent((g > 180) & (g <= 250)), _percent(g > 250)
    mean, sd = float(g.mean()), float(g.std())
    lbgi, hbgi = risk(g)
    return Ranges(
        very_low,
        low,
        _percent((g >= 70) & (g <= 180)),
        _percent((g >= 70) & (g <= 140)),
        high,
        very_high,
        mean,
        sd,
        100 * sd / mean,
        gmi_percent(mean),
        lbgi,
        hbgi,
        gri(very_low, low, high, very_high),
        g.size / glucose_mgdl.size,
    )


def gmi_percent(mean_mgdl: float) -> float:
    """Glucose management indicator: 3.31 + 0.02392 mean (Bergenstal 2018)."""
    return 3.31 + 0.02392 * mean_mgdl


def gri(very_low: float, low: float, high: float, very_high: float) -> float:
    """Glycemia risk index, at most 100: 3.0 VLow + 2.4 Low + 1.6 VHigh + 0.8 High, in percent (Klonoff 2023)."""
    return min(100.0, 3.0 * very_low + 2.4 * low + 1.6 * very_high + 0.8 * high)


def risk(glucose_mgdl: Floats) -> tuple[float, float]:
    """(LBGI, HBGI): means over ALL readings of 10 f² where f = 1.509 (ln(G)^1.084 - 5.381) is below and above zero
    (Kovatchev). simglucose averages over the negative and positive readings alone, which is another number."""
    f = 1.509 * (np.log(glucose_mgdl) ** 1.084 - 5.381)
    r = 10.0 * f * f
    return float(np.where(f < 0, r, 0.0).mean()), float(np.where(f > 0, r, 0.0).mean())


def episodes(glucose_mgdl: Floats, below_mgdl: float = 70.0) -> int:
    """Low events: at least 15 min below, ended by at least 15 min at 70 mg/dL or more; gaps neither begin nor end
    one."""
    need = 15 // EVERY_MIN
    count, run, back, inside = 0, 0, 0, False
    for g in glucose_mgdl[~np.isnan(glucose_mgdl)]:
        run = run + 1 if g < below_mgdl else 0
        back = back + 1 if g >= 70.0 else 0
        if not inside and run >= need:
            count, inside = count + 1, True
        elif inside and back >= need:
            inside = False
    return count


def agp(glucose_mgdl: Floats, *, every_min: int = 5, smooth: int = 5) -> Floats:
    """The ambulatory glucose profile: (5, 1440/every_min) percentiles 5, 25, 50, 75, 95 of each time of day, by a
    moving mean over `smooth` bins around the clock. `glucose_mgdl` begins at midnight. Raises OutOfRange for fewer
    than five days or a bin width that is not 5 or 15 min."""
    if every_min not in (5, 15):
        raise OutOfRange(f"the profile has bins of 5 or 15 minutes, not {every_min}")
    a_day = 1440 // EVERY_MIN
    days = len(glucose_mgdl) // a_day
    if days < 5:
        raise OutOfRange(f"the profile needs 5 days, better 14; there are {days}")
    wide = every_min // EVERY_MIN
    by_day = glucose_mgdl[: days * a_day].reshape(days, a_day // wide, wide)
    bins = by_day.transpose(1, 0, 2).reshape(a_day // wide, days * wide)
    found = np.nanpercentile(bins, AGP_PERCENTILES, axis=1)
    around = np.concatenate([found[:, -(smooth // 2) :], found, found[:, : smooth // 2]], axis=1)
    kernel = np.ones(smooth) / smooth
    return np.array([np.convolve(row, kernel, mode="valid") for row in around])

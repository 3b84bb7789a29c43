"""What a trace comes to. All exactly as reference/simulator.md 10 defines them; glucose in mg/dL, every five minutes,
NaN where there was no reading."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from simulator.engine.errors import OutOfRange, UnknownName
from simulator.engine.kernel.layout import Floats
from simulator.engine.kernel.loop import MGDL_PER_MMOL

__all__ = [
    "AGP_PERCENTILES",
    "CONSENSUS",
    "Goal",
    "Ranges",
    "Reached",
    "Trumpet",
    "agp",
    "enough",
    "episodes",
    "gmi_mmol_per_mol",
    "gmi_percent",
    "goals",
    "gri",
    "gri_zone",
    "ranges",
    "risk",
    "trumpet",
]

EVERY_MIN = 5
A_DAY = 1440 // EVERY_MIN
AGP_PERCENTILES = (5, 25, 50, 75, 95)
WINDOWS_MIN = (15, 60, 150, 330, 570, 930)  # of the trumpet curve, IEC 60601-2-24


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

    @property
    def gmi_mmol_per_mol(self) -> float:
        return gmi_mmol_per_mol(self.mean)


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


def gmi_mmol_per_mol(mean_mgdl: float) -> float:
    """The same in mmol/mol: 12.71 + 4.70587 mean in mmol/L (Bergenstal 2018; recalled, awaiting a check)."""
    return 12.71 + 4.70587 * mean_mgdl / MGDL_PER_MMOL


def gri(very_low: float, low: float, high: float, very_high: float) -> float:
    """Glycemia risk index, at most 100: 3.0 VLow + 2.4 Low + 1.6 VHigh + 0.8 High, in percent (Klonoff 2023)."""
    return min(100.0, 3.0 * very_low + 2.4 * low + 1.6 * very_high + 0.8 * high)


def gri_zone(value: float) -> str:
    """A (0 to 20) to E (above 80): the fifths of the glycemia risk index."""
    return "ABCDE"[min(4, max(0, ceil(value / 20) - 1))]


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


def enough(glucose_mgdl: Floats, *, days: int = 14) -> bool:
    """Whether at least 70 % of the last `days` days have a reading; days that are not there have none."""
    last = glucose_mgdl[-days * A_DAY :]
    return bool(np.count_nonzero(~np.isnan(last)) >= 0.7 * days * A_DAY)


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit on the percent of readings `below`, `above` or `within` edges (mg/dL; within counts both edges, below and
    above count neither). `more`: the percent must be above the limit, else below it."""

    words: str
    where: str
    edges: tuple[float, ...]
    limit: float
    more: bool = False

    def percent(self, glucose_mgdl: Floats) -> float:
        if self.where == "within":
            low, high = self.edges
            return _percent((glucose_mgdl >= low) & (glucose_mgdl <= high))
        (edge,) = self.edges
        return _percent(glucose_mgdl < edge if self.where == "below" else glucose_mgdl > edge)


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal, the percent that was reached, and whether it is met."""

    goal: Goal
    percent: float
    met: bool


# Battelino 2019 (Diabetes Care 42:1593); recalled, awaiting a check.
CONSENSUS = {
    "adult": (
        Goal("70-180", "within", (70.0, 180.0), 70.0, more=True),
        Goal("<70", "below", (70.0,), 4.0),
        Goal("<54", "below", (54.0,), 1.0),
        Goal(">180", "above", (180.0,), 25.0),
        Goal(">250", "above", (250.0,), 5.0),
    ),
    "older": (
        Goal("70-180", "within", (70.0, 180.0), 50.0, more=True),
        Goal("<70", "below", (70.0,), 1.0),
        Goal(">250", "above", (250.0,), 10.0),
    ),
    "pregnancy": (
        Goal("63-140", "within", (63.0, 140.0), 70.0, more=True),
        Goal("<63", "below", (63.0,), 4.0),
        Goal("<54", "below", (54.0,), 1.0),
        Goal(">140", "above", (140.0,), 25.0),
    ),
}


def goals(glucose_mgdl: Floats, who: str = "adult") -> tuple[Reached, ...]:
    """Each consensus goal for an adult, somebody `older` or at high risk, or a `pregnancy`: reached or not. Raises
    UnknownName, and OutOfRange when there is not one reading."""
    if who not in CONSENSUS:
        raise UnknownName(f"no goals are known for {who!r}; there are {', '.join(CONSENSUS)}")
    g = glucose_mgdl[~np.isnan(glucose_mgdl)]
    if not g.size:
        raise OutOfRange("there is not one reading to count")
    found = [(goal, goal.percent(g)) for goal in CONSENSUS[who]]
    return tuple(Reached(goal, value, value > goal.limit if goal.more else value < goal.limit) for goal, value in found)


def agp(glucose_mgdl: Floats, *, every_min: int = 5, smooth: int = 5, start_min: int = 0) -> Floats:
    """The ambulatory glucose profile: (5, 1440/every_min) percentiles 5, 25, 50, 75, 95 of each time of day from
    midnight on, by a moving mean over `smooth` bins around the clock; NaN at times without a reading. `glucose_mgdl`
    begins at minute `start_min` of a day. Raises OutOfRange for fewer than five days, a bin width that is not 5 or 15
    min, or a moving mean over an even number of bins."""
    if every_min not in (5, 15):
        raise OutOfRange(f"the profile has bins of 5 or 15 minutes, not {every_min}")
    if smooth < 1 or smooth % 2 == 0:
        raise OutOfRange(f"the moving mean goes over an odd number of bins, not {smooth}")
    if len(glucose_mgdl) < 5 * A_DAY:
        raise OutOfRange(f"the profile needs 5 days, better 14; there are {len(glucose_mgdl) // A_DAY}")
    first = start_min // EVERY_MIN
    days = ceil((first + len(glucose_mgdl)) / A_DAY)
    whole = np.full(days * A_DAY, np.nan)
    whole[first : first + len(glucose_mgdl)] = glucose_mgdl
    wide = every_min // EVERY_MIN
    bins = whole.reshape(days, A_DAY // wide, wide).transpose(1, 0, 2).reshape(A_DAY // wide, days * wide)
    found = np.full((len(AGP_PERCENTILES), len(bins)), np.nan)
    seen = ~np.isnan(bins).all(axis=1)
    found[:, seen] = np.nanpercentile(bins[seen], AGP_PERCENTILES, axis=1)
    around = np.take(found, np.arange(-(smooth // 2), len(bins) + smooth // 2), axis=1, mode="wrap")
    windows = np.lib.stride_tricks.sliding_window_view(around, smooth, axis=1)
    there = np.maximum(np.count_nonzero(~np.isnan(windows), axis=2), 1)
    return np.where(seen, np.nansum(windows, axis=2) / there, np.nan)


@dataclass(frozen=True, slots=True)
class Trumpet:
    """How far delivery strays from its rate, in percent: most and least over any window of so many minutes, and over
    all."""

    windows_min: tuple[int, ...]
    most: tuple[float, ...]
    least: tuple[float, ...]
    overall: float

    @property
    def passes(self) -> bool:
        return abs(self.overall) <= 5.0


def trumpet(delivered_u: Floats, rate_u_per_h: float) -> Trumpet:
    """The trumpet curve of IEC 60601-2-24 (reference/simulator.md 7.3c; recalled, awaiting a check): what entered the
    skin in each minute (units) of the first 25 hours of a flat rate, the first hour dropped, weighed every 15 min. For
    a window of P min the error is (100/P) times the sum of 15 (Q - r)/r over its samples. Raises OutOfRange for fewer
    than 25 hours, or a rate of nothing."""
    every, hours = 15, 25
    if rate_u_per_h <= 0 or len(delivered_u) < hours * 60:
        raise OutOfRange(f"the trumpet curve takes {hours} hours of a rate above 0")
    weighed = delivered_u[60 : hours * 60].reshape(-1, every).sum(axis=1)
    wanted = rate_u_per_h * every / 60
    so_far = np.concatenate([[0.0], np.cumsum(weighed / wanted - 1.0)])
    errors = [100.0 * (so_far[n:] - so_far[:-n]) / n for n in (window // every for window in WINDOWS_MIN)]
    return Trumpet(
        WINDOWS_MIN,
        tuple(float(each.max()) for each in errors),
        tuple(float(each.min()) for each in errors),
        100.0 * float(so_far[-1]) / len(weighed),
    )

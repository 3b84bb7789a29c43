"""How much of an insulin dose is still to act."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.engine.errors import OutOfRange, UnknownName
from simulator.engine.kernel.exponential import exp_of
from simulator.engine.kernel.layout import Floats

__all__ = ["CURVES", "bilinear_iob", "curvilinear_iob", "exponential_iob", "iob_table", "linear_iob"]


def exponential_iob(elapsed_min: float, *, td_min: float, tp_min: float) -> float:
    """Share of a rapid-acting dose still on board, 1 to 0, `elapsed_min` minutes after it was given.

    The exponential model: `td_min` is the duration of action, `tp_min` the time of peak activity, both in
    minutes, with 0 < tp < td/2. Formula: LoopKit ExponentialInsulinModel; oref0 lib/iob/calculate.js
    (reference/simulator.md 7.4, with check values for td 360 and tp 75). Raises OutOfRange outside that range.
    """
    if not 0 < tp_min < td_min / 2:
        raise OutOfRange(f"the peak ({tp_min} min) must lie within the first half of {td_min} min")
    if elapsed_min <= 0:
        return 1.0
    if elapsed_min >= td_min:
        return 0.0
    tau = tp_min * (1 - tp_min / td_min) / (1 - 2 * tp_min / td_min)
    a = 2 * tau / td_min
    s = 1 / (1 - a + (1 + a) * exp_of(-td_min / tau))
    t = elapsed_min
    return 1 - s * (1 - a) * ((t * t / (tau * td_min * (1 - a)) - t / tau - 1) * exp_of(-t / tau) + 1)


def bilinear_iob(elapsed_min: float, *, dia_h: float) -> float:
    """The same by oref0's two parabolas, scaled from three hours to `dia_h` (reference/simulator.md 7.4)."""
    s = elapsed_min * 3 / dia_h
    if s <= 0:
        return 1.0
    if s < 75:
        x = s / 5 + 1
        return 1 - 0.001852 * x * x + 0.001852 * x
    if s < 180:
        x = (s - 75) / 5
        return 0.001323 * x * x - 0.054233 * x + 0.55556
    return 0.0


def linear_iob(elapsed_min: float, *, dia_h: float) -> float:
    """A straight line from 1 to 0 at `dia_h` hours."""
    return min(1.0, max(0.0, 1 - elapsed_min / (60 * dia_h)))


def curvilinear_iob(elapsed_min: float, *, dia_h: float) -> float:
    """The exponential curve that peaks at 21 % of `dia_h`: a choice (the published curvilinear tables are
    protected)."""
    return exponential_iob(elapsed_min, td_min=60 * dia_h, tp_min=60 * dia_h * 0.21)


def _exponential(elapsed_min: float, *, dia_h: float) -> float:
    """Peak at 75 min, or at 21 % of an action shorter than six hours."""
    return exponential_iob(elapsed_min, td_min=60 * dia_h, tp_min=min(75.0, 60 * dia_h * 0.21))


CURVES: dict[str, Callable[..., float]] = {
    "exponential": _exponential,
    "bilinear": bilinear_iob,
    "linear": linear_iob,
    "curvilinear": curvilinear_iob,
}


def iob_table(curve: str, *, dia_h: float, every_min: int = 1, offset_min: float = 0.0) -> Floats:
    """The share left after offset, offset + every, … minutes, up to `dia_h` hours. Raises UnknownName, OutOfRange."""
    if curve not in CURVES:
        raise UnknownName(f"no curve of insulin on board is called {curve!r}; there are {', '.join(CURVES)}")
    if not 1 <= dia_h <= 12:
        raise OutOfRange(f"the duration of insulin action is 1 to 12 hours, not {dia_h}")
    return np.array([CURVES[curve](t, dia_h=dia_h) for t in np.arange(offset_min, 60 * dia_h, every_min)])

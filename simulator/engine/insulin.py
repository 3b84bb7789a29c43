"""How much of an insulin dose is still to act."""

from math import exp

__all__ = ["exponential_iob"]


class InsulinError(ValueError):
    """Duration and peak that describe no insulin."""


def exponential_iob(elapsed_min: float, *, td_min: float, tp_min: float) -> float:
    """Share of a rapid-acting dose still on board, 1 to 0, `elapsed_min` minutes after it was given.

    The exponential model: `td_min` is the duration of action, `tp_min` the time of peak activity, both in
    minutes, with 0 < tp < td/2. Formula: LoopKit ExponentialInsulinModel; oref0 lib/iob/calculate.js
    (reference/simulator.md 7.4, with check values for td 360 and tp 75). Raises InsulinError outside that range.
    """
    if not 0 < tp_min < td_min / 2:
        raise InsulinError(f"the peak ({tp_min} min) must lie within the first half of {td_min} min")
    if elapsed_min <= 0:
        return 1.0
    if elapsed_min >= td_min:
        return 0.0
    tau = tp_min * (1 - tp_min / td_min) / (1 - 2 * tp_min / td_min)
    a = 2 * tau / td_min
    s = 1 / (1 - a + (1 + a) * exp(-td_min / tau))
    t = elapsed_min
    return 1 - s * (1 - a) * ((t * t / (tau * td_min * (1 - a)) - t / tau - 1) * exp(-t / tau) + 1)

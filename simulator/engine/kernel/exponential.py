"""exp, the same to the last bit on every processor.

The C library's chooses among several by what the processor can do, and they differ in the last bit now and then: a
stored run would no longer replay to its own bytes on another machine. This one has additions and multiplications only,
which numba does not fuse.
"""

from __future__ import annotations

from math import factorial, frexp

import numpy as np

from simulator.engine.kernel.compiled import inlined, makes_arrays
from simulator.engine.kernel.layout import Floats

PER_LN2 = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # the first has zeros at its end
LEAST, MOST = -700.0, 700.0
SQRT_HALF = 0.7071067811865476
ZERO = 1022
POWERS = np.array([2.0**k for k in range(-ZERO, ZERO)])
# 1/n!, by pairs: of |r| up to ln(2)/2 the rest of the series is below 1e-17.
C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13 = (1.0 / factorial(n) for n in range(2, 14))


@inlined
def exp(x: float) -> float:
    """e to the power of x, within two units in the last place; 0 below -700, infinite above 700."""
    if x < LEAST:
        return 0.0
    if x > MOST:
        return float(np.inf)
    k = np.rint(x * PER_LN2)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 + r) + r2 * (C2 + C3 * r) + r4 * ((C4 + C5 * r) + r2 * (C6 + C7 * r))
    high = (C8 + C9 * r) + r2 * (C10 + C11 * r) + r4 * (C12 + C13 * r)
    return float((low + r4 * r4 * high) * POWERS[int(k) + ZERO])


def exp_of(x: float) -> float:
    """exp for one number outside the kernel, by the same steps."""
    found: float = exp.py_func(float(x))  # type: ignore[attr-defined] # what numba compiled, as it was written
    return found


def log_of(x: float) -> float:
    """The natural logarithm of a positive number, the same to the last bit on every processor: x = m 2^k with m about
    1, and log m = 2 artanh((m - 1)/(m + 1)) by its series, whose rest is below 1e-17."""
    m, k = frexp(float(x))
    if m < SQRT_HALF:
        m, k = 2.0 * m, k - 1
    s = (m - 1.0) / (m + 1.0)
    s2, total = s * s, 0.0
    for n in range(23, 0, -2):
        total = total * s2 + 1.0 / n
    return (2.0 * s * total + k * LN2_LOW) + k * LN2_HIGH


@makes_arrays
def exps(x: Floats) -> Floats:
    """exp of each element of a flat array."""
    out = np.empty_like(x)
    for n in range(len(x)):
        out[n] = exp(x[n])
    return out

"""exp, the same to the last bit on every processor.

The C library's chooses among several by what the processor can do, and they differ in the last bit now and then: a
stored run would no longer replay to its own bytes on another machine. This one has additions and multiplications only,
which numba does not fuse.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from simulator.engine.kernel.compiled import inlined, makes_arrays
from simulator.engine.kernel.layout import Floats

PER_LN2 = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # the first has zeros at its end
LEAST, MOST = -700.0, 700.0
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


@makes_arrays
def exps(x: Floats) -> Floats:
    """exp of each element of a flat array."""
    out = np.empty_like(x)
    for n in range(len(x)):
        out[n] = exp(x[n])
    return out

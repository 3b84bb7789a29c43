"""The continuous sensor, one sample every five minutes: lag, drift, two autoregressive errors, loss, compression."""

from __future__ import annotations

import numpy as np

from simulator.engine.kernel.codes import Told
from simulator.engine.kernel.compiled import compiled
from simulator.engine.kernel.layout import Floats, Ints, Record
from simulator.engine.kernel.pump import tell

EVERY = 5
LOSS = 0.01  # a packet is missing, and the next few with it
SHOWS_LEAST, SHOWS_MOST = 40.0, 400.0


@compiled
def sample(
    sensor: Record, gi_mgdl: float, pressed: float, minute: int, noise: Floats, chance: Floats, out: Floats, count: Ints
) -> float:
    """The reading of this minute in whole mg/dL, or NaN. `noise`: two standard normal numbers, `chance`: two uniform
    ones, all of this sample. Model and parameters: reference/simulator.md 8; the errors move once a sample."""
    age = minute - sensor.since
    v = sensor.f1 * sensor.v1 + sensor.f2 * sensor.v2 + sensor.sd * noise[0]
    w = sensor.c1 * sensor.w1 + sensor.c2 * sensor.w2 + sensor.csd * noise[1]
    sensor.v2, sensor.v1, sensor.w2, sensor.w1 = sensor.v1, v, sensor.w1, w
    if chance[0] < LOSS:
        sensor.until_lost = max(sensor.until_lost, minute + EVERY * (1 + int(3.0 * chance[1])))
    if not sensor.on or age < sensor.warm or age >= sensor.life or minute < sensor.until_lost:
        return float(np.nan)
    t = age / 1440.0
    gain = sensor.a0 + sensor.da + (sensor.a1 + sensor.a2 * t) * t
    offset = sensor.b0 + sensor.db + (sensor.b1 + sensor.b2 * t) * t
    y = np.rint(gain * gi_mgdl + offset + v + w - pressed)
    outside = y < SHOWS_LEAST or y > SHOWS_MOST
    if outside and not sensor.clipped:
        tell(out, count, minute, Told.CLIP, y)
    sensor.clipped = outside
    return float(min(max(y, SHOWS_LEAST), SHOWS_MOST))

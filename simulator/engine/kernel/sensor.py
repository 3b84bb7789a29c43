"""The continuous sensor, one sample every five minutes: lag, drift, two autoregressive errors, loss, compression."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from simulator.engine.kernel.codes import Told
from simulator.engine.kernel.compiled import inlined
from simulator.engine.kernel.layout import Floats, Ints, Record
from simulator.engine.kernel.pump import tell

FourFloats: TypeAlias = tuple[float, float, float, float]
EVERY = 5
LOSS = 0.01  # a packet is missing, and the next few with it
SHOWS_LEAST, SHOWS_MOST = 40.0, 400.0


@inlined
def sample(
    sensor: Record, gi_mgdl: float, pressed: float, minute: int, noise: FourFloats, out: Floats, count: Ints
) -> float:
    """The reading of this minute in whole mg/dL, or NaN. `noise`: standard normal numbers of the two errors, then
    uniform ones: whether packets are lost, and how many. Model and parameters: reference/simulator.md 8; the errors
    move once a sample."""
    own, common, lost, long = noise
    age = minute - sensor.since
    v = sensor.f1 * sensor.v1 + sensor.f2 * sensor.v2 + sensor.sd * own
    w = sensor.c1 * sensor.w1 + sensor.c2 * sensor.w2 + sensor.csd * common
    sensor.v2, sensor.v1, sensor.w2, sensor.w1 = sensor.v1, v, sensor.w1, w
    if lost < LOSS:
        sensor.until_lost = max(sensor.until_lost, minute + EVERY * (1 + int(3.0 * long)))
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

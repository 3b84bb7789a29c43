"""The settings that are true for a fictional person: what a perfect educator would end with. Found by experiment on the
virtual body, as reference/simulator.md 2.4 defines them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from simulator.engine.device import Device, nearest_rate
from simulator.engine.kernel import layout
from simulator.engine.kernel.loop import MG_PER_MMOL, MGDL_PER_MMOL
from simulator.engine.kernel.physiology import HUMP, PER_MINUTE, rates
from simulator.engine.kernel.probe import glucose_after
from simulator.engine.patient import USUAL_GLUCOSE, Patient

__all__ = ["TrueSettings", "set_device", "true_settings"]

MEAL_G = 60.0
BLOCK_H = 3  # hours of one basal segment
LEAD_H = 1.0  # a change of rate is felt about an hour later


@dataclass(frozen=True, slots=True)
class TrueSettings:
    """Basal in units/h for each block of three hours, grams per unit, mg/dL per unit, and the day's dose at 200 g."""

    basal_u_per_h: tuple[float, ...]
    icr_g_per_u: float
    isf_mgdl_per_u: float
    tdd_u: float


def glucose_later(patient: Patient, start_mmol: float, dose_u: float, carbs_g: float, minutes: int) -> float:
    """mmol/L `minutes` after a dose and a normal meal, of the body alone on the basal rate that keeps 6 mmol/L."""
    rest = patient.steady(USUAL_GLUCOSE)
    body, depots = rest.body(), rest.depots()
    body[layout.Q1] = start_mmol * patient.vg
    body[layout.GI] = start_mmol
    body[layout.Q2] = body[layout.X1] * body[layout.Q1] / (patient.k12 + body[layout.X2])
    outside = np.zeros(1, layout.OUTSIDE)
    outside["ill"] = outside["egp"] = outside["rapid"] = outside["absorbs"] = 1.0
    record = patient.record(rest)[0]
    return float(
        glucose_after(
            record,
            body,
            depots,
            outside[0],
            HUMP,
            rates(record),
            rest.basal_mu_per_min,
            dose_u * 1000.0,
            carbs_g * 1000.0 / MG_PER_MMOL,
            minutes,
            patient.tmax_i,
        )
    )


@lru_cache(maxsize=20_000)
def true_settings(patient: Patient) -> TrueSettings:
    """Ratio: the dose for 60 g that brings 6 mmol/L back after 300 min. Sensitivity: what one unit more takes off, 240
    min after 12 mmol/L. Basal: the closed form under the sensitivity of each block."""
    still = replace(patient, dawn=0.0)
    low, high = 0.0, MEAL_G / 1.5
    for _halving in range(30):
        middle = 0.5 * (low + high)
        if glucose_later(still, USUAL_GLUCOSE, middle, MEAL_G, 300) > USUAL_GLUCOSE:
            low = middle
        else:
            high = middle
    icr = MEAL_G / (0.5 * (low + high))
    isf = (glucose_later(still, 12.0, 0.0, 0.0, 240) - glucose_later(still, 12.0, 1.0, 0.0, 240)) * MGDL_PER_MMOL
    basal = tuple(_block(patient, start) for start in range(0, 24, BLOCK_H))
    return TrueSettings(basal, icr, isf, sum(basal) * BLOCK_H + 200.0 / icr)


def _block(patient: Patient, start_h: int) -> float:
    begin = int((start_h + LEAD_H) * 60) * PER_MINUTE
    hump = float(np.take(HUMP, np.arange(begin, begin + BLOCK_H * 60 * PER_MINUTE), mode="wrap").mean())
    return patient.steady(USUAL_GLUCOSE, sensitivity=1.0 / (1.0 + patient.dawn * hump)).basal_u_per_h


def set_device(patient: Patient, kind: str = "tubed-b", *, dia_h: float = 5.0) -> Device:
    """A device set as well as it can be for this person, every value in the device's steps (basal to the nearest)."""
    true = true_settings(patient)
    basal = tuple((f"{BLOCK_H * n:02d}:00", nearest_rate(kind, rate)) for n, rate in enumerate(true.basal_u_per_h))
    return Device(
        kind,
        basal,
        (("00:00", round(true.icr_g_per_u, 1)),),
        (("00:00", round(true.isf_mgdl_per_u, 1)),),
        dia_h=dia_h,
    )

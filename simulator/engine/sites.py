"""Infusion sets that fail by themselves: when, by how long they are worn, who wears them and what the cannula is."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from simulator.engine.kernel.exponential import exp_of, log_of
from simulator.engine.noise import SETS, generator
from simulator.engine.patient import Patient, parameters

__all__ = ["CANNULAS", "failed_by", "failures", "wear_until"]

CANNULAS = tuple(parameters("sites")["cannula"])
DAY_H = 24.0


def failed_by(hours: float, patient: Patient, cannula: str) -> float:
    """The share of sets that have failed after so many hours of wear (Kanapka 2022): what all of them do by day, in
    proportion to what people of this age and this cannula do by 72 hours. Beyond three days the hazard is four times
    the third day's (reference/simulator.md 7.2)."""
    return 1.0 - exp_of(-_hazard(hours, _factor(patient, cannula)))


def wear_until(share: float, patient: Patient, cannula: str) -> float:
    """The hours of wear after which the share has failed: `failed_by`, the other way round."""
    wanted = -log_of(1.0 - share) / _factor(patient, cannula)
    hours, hazards = _knots()
    n = min(max(bisect(hazards, wanted), 1), len(hours) - 1)
    slope = (hazards[n] - hazards[n - 1]) / (hours[n] - hours[n - 1])
    return hours[n - 1] + (wanted - hazards[n - 1]) / slope


def failures(changes: Sequence[int], end: int, seed: int, patient: Patient, cannula: str) -> list[int]:
    """The minutes at which sets put in at `changes` (minutes, in order) are blocked before the next one is put in."""
    draws = generator(seed, SETS).random(len(changes))
    found = []
    for begin, until, draw in zip(changes, [*changes[1:], end], draws, strict=True):
        at = begin + round(60 * wear_until(float(draw), patient, cannula))
        if at < until:
            found.append(at)
    return found


def _factor(patient: Patient, cannula: str) -> float:
    """Of this age and cannula, times the hazard of all."""
    rows, age = parameters("sites")["failed"], 220.0 - patient.hr_max
    of_age = rows["adults" if age >= 18 else "age_14_to_17" if age >= 14 else "age_6_to_13"]["value"]
    every = rows["by_hours"]["value"][-1][1]
    return float(of_age * parameters("sites")["cannula"][cannula]["value"] / every**2)


def _hazard(hours: float, factor: float) -> float:
    knots, hazards = _knots()
    n = min(max(bisect(knots, hours), 1), len(knots) - 1)
    slope = (hazards[n] - hazards[n - 1]) / (knots[n] - knots[n - 1])
    return factor * (hazards[n - 1] + slope * (hours - knots[n - 1]))


def _knots() -> tuple[list[float], list[float]]:
    """Hours of wear and the cumulative hazard of all sets there; straight between, and on beyond the last."""
    rows = parameters("sites")["failed"]
    hours, hazards = [0.0], [0.0]
    for at, share in rows["by_hours"]["value"]:
        hours.append(float(at))
        hazards.append(-log_of(1.0 - share))
    hours.append(hours[-1] + DAY_H)
    hazards.append(hazards[-1] + rows["after_72_h"]["value"] * (hazards[-1] - hazards[-2]))
    return hours, hazards

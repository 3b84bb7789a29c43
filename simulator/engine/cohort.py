"""People drawn from a seed: the same group, seed and index are the same person for ever."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from simulator.engine.checks import known, whole, within
from simulator.engine.errors import ImpossiblePatient
from simulator.engine.kernel.exponential import exp_of, log_of
from simulator.engine.patient import WEIGHTS_KG, Patient, parameters, standard

__all__ = ["Member", "member"]

TRIES = 2000  # one draw in seven is a possible person: nobody in their right mind needs so many


@dataclass(frozen=True, slots=True)
class Member:
    """One of a cohort: the person, and the total daily dose (units) they were scaled to."""

    patient: Patient
    tdd_u: float


@lru_cache(maxsize=20_000, typed=True)  # typed: seed True is refused, also when seed 1 is known
def member(group: str, seed: int, index: int, weight_kg: float | None = None) -> Member:
    """Person `index` of the cohort `seed` of a group (adult, adolescent, child, pregnancy). Counter-based: no other
    person need be drawn before. Raises UnknownName, OutOfRange, NotFinite."""
    groups = parameters("groups")["group"]
    known(group, groups, "patient: there is no group")
    whole(seed, "patient: seed")
    whole(index, "patient: index")
    if weight_kg is not None:
        within(weight_kg, *WEIGHTS_KG, "patient: weight")
    rng = np.random.Generator(np.random.Philox(key=np.array([seed, index], dtype=np.uint64)))
    for _try in range(TRIES):
        found = _draw(rng, groups[group], weight_kg)
        if found is not None:
            return found
    raise ImpossiblePatient(f"patient: no possible person in {TRIES} draws (seed {seed}, index {index})")


def _draw(rng: np.random.Generator, group: dict[str, Any], weight_kg: float | None) -> Member | None:
    """One draw; None when it is no possible person (reference/simulator.md 2.3)."""
    physiology = parameters("groups")["physiology"]
    values = {name: float(rng.normal(*spread)) for name, spread in physiology["normal"].items()}
    mean, sd = physiology["log_vg"]
    values["vg"] = mean * exp_of(float(rng.normal(0, sd)))
    kg = exp_of(float(rng.normal(*physiology["log_kg"])))
    weight, tdd_per_kg, share = _size(rng, group)
    if min(values.values()) <= 0 or values["ka1"] < 0.001 or values["ka2"] < 0.01 or values["ka3"] < 0.005:
        return None
    values["egp0"] *= group["production"]
    values["f01"] *= group["production"]
    if values["egp0"] - values["f01"] < 0.002:
        return None
    values["tmax_i"] = 1 / values.pop("ka_i")
    if not 25 <= values["tmax_i"] <= 130:
        return None
    return _scaled(values, weight if weight_kg is None else weight_kg, tdd_per_kg, share, group | {"tmax_g": 1 / kg})


def _size(rng: np.random.Generator, group: dict[str, Any]) -> tuple[float, float, float]:
    mean, sd, low, high = group["weight"]
    weight = float(np.clip(rng.normal(mean, sd), low, high))
    median, sd, low, high = group["tdd_per_kg"]
    tdd = float(np.clip(exp_of(rng.normal(log_of(median), sd)), low, high))
    share = float(np.clip(rng.normal(*group["basal_share"]), 0.2, 0.8))
    return weight, tdd, share


def _scaled(
    values: dict[str, float], weight: float, tdd_per_kg: float, share: float, group: dict[str, Any]
) -> Member | None:
    """Dial the sensitivities so that the basal need is the drawn one: exact, no search (invariance under s)."""
    tmax_g = group["tmax_g"]
    person = standard(
        **values,
        weight=weight,
        s=1.0,
        dawn=group["dawn"],
        hr_rest=group["hr_rest"],
        hr_max=220.0 - group["age"],
        tmax_g_factor=tmax_g / 40.0,
    )
    wanted = weight * tdd_per_kg * share / 24
    unscaled = person.basal_u_per_h / weight * 24
    if not 0.15 <= unscaled <= 0.6:
        return None
    scale = person.basal_u_per_h / wanted
    return Member(standard(**(_values(person) | {"s": scale})), weight * tdd_per_kg)


def _values(person: Patient) -> dict[str, float]:
    return {name: getattr(person, name) for name in person.__slots__}

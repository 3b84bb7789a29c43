"""Who is drawn (T10): 300 people of each group inside the ranges of reference/simulator.md 2.3, and the quantiles of
what they need, written down as measured: a change of the generator shows here."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from simulator.engine.cohort import Member, member
from simulator.engine.patient import parameters
from simulator.engine.settings import TrueSettings, true_settings

PEOPLE = 300
GROUPS = tuple(parameters("groups")["group"])
# 5, 50 and 95 % of basal units/h, grams per unit and mg/dL per unit, as measured for seed 1.
GOLDEN = {
    "adult": ((0.489, 0.827, 1.429), (5.47, 17.16, 42.58), (19.8, 42.8, 88.1)),
    "adolescent": ((0.595, 0.987, 1.696), (3.10, 11.88, 30.70), (18.2, 37.7, 80.0)),
    "child": ((0.215, 0.366, 0.615), (4.04, 21.97, 57.72), (48.3, 88.9, 126.2)),
    "pregnancy": ((0.917, 1.335, 1.965), (4.53, 12.61, 30.60), (14.2, 28.7, 62.7)),
}
# The same of ratio times dose over 500, the dose being basal and what 200 g need.
RULE_OF_500 = {
    "adult": (0.635, 1.118, 1.889),
    "adolescent": (0.567, 0.995, 1.686),
    "child": (0.496, 0.810, 1.279),
    "pregnancy": (0.713, 1.215, 2.129),
}


class Drawn(NamedTuple):
    people: list[Member]
    true: list[TrueSettings]

    def rule_of_500(self) -> Any:
        pairs = zip(self.people, self.true, strict=True)
        return [(t.icr_g_per_u * 24 * one.patient.basal_u_per_h + 200) / 500 for one, t in pairs]


@cache
def drawn(group: str, seed: int = 1) -> Drawn:
    people = [member(group, seed, index) for index in range(PEOPLE)]
    return Drawn(people, [true_settings(one.patient) for one in people])


def quantiles(values: Any) -> Any:
    return np.percentile(list(values), (5, 50, 95))


@pytest.mark.parametrize("group", GROUPS)
def test_weight_dose_and_share_of_basal_lie_inside_the_groups_ranges(group: str) -> None:
    rules, people = parameters("groups")["group"][group], drawn(group).people
    weight = np.array([one.patient.weight for one in people])
    dose = np.array([one.tdd_u for one in people]) / weight
    share = np.array([24 * one.patient.basal_u_per_h / one.tdd_u for one in people])
    for found, (low, high) in ((weight, rules["weight"][2:]), (dose, rules["tdd_per_kg"][2:]), (share, (0.2, 0.8))):
        assert low - 1e-9 <= found.min() < np.median(found) < found.max() <= high + 1e-9
    assert np.median(weight) == pytest.approx(rules["weight"][0], rel=0.04)
    assert np.median(dose) == pytest.approx(rules["tdd_per_kg"][0], rel=0.04)
    assert np.median(share) == pytest.approx(rules["basal_share"][0], rel=0.04)
    mean, sd = rules["basal_share"]
    np.testing.assert_allclose(quantiles(share), mean + sd * np.array([-1.645, 0, 1.645]), atol=0.02)


@pytest.mark.parametrize("group", GROUPS)
def test_the_quantiles_of_what_people_need_are_those_written_down(group: str) -> None:
    basal, icr, isf = GOLDEN[group]
    found = drawn(group)
    np.testing.assert_allclose(quantiles(one.patient.basal_u_per_h for one in found.people), basal, rtol=0.01)
    np.testing.assert_allclose(quantiles(each.icr_g_per_u for each in found.true), icr, rtol=0.01)
    np.testing.assert_allclose(quantiles(each.isf_mgdl_per_u for each in found.true), isf, rtol=0.01)
    np.testing.assert_allclose(quantiles(found.rule_of_500()), RULE_OF_500[group], rtol=0.01)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_500_rule_is_right_on_average_for_adults_and_far_off_for_some(seed: int) -> None:
    """T4. The specification's 24 adults had 0.67, 0.97 and 1.43; of 300 the upper tail is longer, and of subsets of 24
    the middle 95 % have medians of 0.96 to 1.28."""
    low, middle, high = quantiles(drawn("adult", seed).rule_of_500())
    assert 0.85 < middle < 1.15
    assert low == pytest.approx(0.67, abs=0.07)
    assert 1.43 < high < 2.4


def test_people_need_what_their_group_is_known_for() -> None:
    """Adolescents and the pregnant need most of a kilogram; a unit does most in a child."""
    per_kg = {g: np.median([one.patient.basal_u_per_h / one.patient.weight for one in drawn(g).people]) for g in GROUPS}
    assert per_kg["adult"] < per_kg["child"] < per_kg["adolescent"]
    assert per_kg["adult"] < per_kg["pregnancy"]
    isf = {g: np.median([each.isf_mgdl_per_u for each in drawn(g).true]) for g in GROUPS}
    assert max(isf, key=lambda group: isf[group]) == "child"

"""Sets that fail by themselves, by the published shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.engine.cohort import member
from simulator.engine.errors import OutOfRange, UnknownName
from simulator.engine.patient import standard
from simulator.engine.run import Habits, Run, simulate
from simulator.engine.scenario import Act, Meal, Scenario
from simulator.engine.settings import set_device
from simulator.engine.sites import CANNULAS, failed_by, failures, wear_until

DAY = 1440
ADULT = standard()


@pytest.mark.parametrize(
    ("group", "cannula", "share"),
    [("adult", "steel", 0.019 * 0.019), ("adolescent", "teflon-90", 0.058 * 0.040), ("child", "steel", 0.044 * 0.019)],
)
def test_age_and_cannula_each_change_what_has_failed_by_three_days(group: str, cannula: str, share: float) -> None:
    """The shares of an age and of a cannula are of all sets: together they are their product over that of all."""
    assert failed_by(72, member(group, 1, 0).patient, cannula) == pytest.approx(share / 0.033, rel=0.02)


def test_failures_come_by_the_day_as_published_and_four_times_as_often_after_three() -> None:
    by = {hours: failed_by(hours, ADULT, "steel") for hours in (24, 48, 72, 96)}
    assert by[24] / by[72] == pytest.approx(0.010 / 0.033, rel=0.03)
    assert by[48] / by[72] == pytest.approx(0.018 / 0.033, rel=0.03)
    assert by[96] - by[72] == pytest.approx(4 * (by[72] - by[48]), rel=0.05)


def test_the_drawn_times_are_those_shares() -> None:
    for hours in (10.0, 30.0, 70.0, 90.0):
        assert wear_until(failed_by(hours, ADULT, "teflon-90"), ADULT, "teflon-90") == pytest.approx(hours)
    changes = list(range(0, 3 * DAY * 4000, 3 * DAY))
    found = failures(changes, 3 * DAY * 4000, 1, ADULT, "teflon-90")
    assert len(found) / 4000 == pytest.approx(failed_by(72, ADULT, "teflon-90"), abs=0.006)


def test_a_run_with_sets_that_fail_has_occlusions_and_the_same_ones_again() -> None:
    changes = range(8, 80, 8)  # worn for eight days: many fail
    care = (("new_battery", None), ("new_reservoir", 300.0), ("new_set", None))
    acts = tuple(Act(day * DAY, do, amount) for day in changes for do, amount in care)
    run = Run(ADULT, set_device(ADULT), Scenario(80 * DAY), actions=acts, sets_fail="teflon-90")
    told = [event.at for event in simulate(run).events if event.name == "occlusion"]
    assert told
    assert told == [event.at for event in simulate(run).events if event.name == "occlusion"]
    assert "occlusion" not in {event.name for event in simulate(replace(run, sets_fail=None)).events}
    with pytest.raises(UnknownName, match="teflon-90"):
        replace(run, sets_fail="glass")
    assert len(CANNULAS) == 3


def test_a_person_forgets_as_many_doses_as_is_said() -> None:
    meals = tuple(Meal(day * DAY + hour * 60, 40.0, counted_g=40.0) for day in range(60) for hour in (7, 12, 18))
    run = Run(ADULT, set_device(ADULT), Scenario(60 * DAY, meals), habits=Habits(missed_share=0.25))
    doses = sum(event.name == "calculated" for event in simulate(run).events)
    assert doses / len(meals) == pytest.approx(0.75, abs=0.08)
    assert float(simulate(run).carbs_g.sum()) == pytest.approx(40.0 * len(meals), rel=1e-6)  # eaten all the same
    with pytest.raises(OutOfRange, match="missed_share"):
        Habits(missed_share=1.5)


def test_without_chance_no_set_fails() -> None:
    run = Run(ADULT, set_device(ADULT), Scenario(20 * DAY), sets_fail="teflon-90", noise=False)
    assert "occlusion" not in {event.name for event in simulate(run).events}
    assert np.isfinite(simulate(run).glucose_mgdl).all()

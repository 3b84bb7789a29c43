"""What a treatment came to, counted on runs whose answers are known."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.device import Device
from simulator.engine.patient import standard
from simulator.engine.run import Run, Therapy, simulate
from simulator.engine.scenario import Act, Fault, Happening, Meal, Scenario
from simulator.engine.treatment import Treatment, treatment

HOUR, DAY = 60, 1440


def lived(minutes: int, *timeline: Happening, **more: Any) -> Treatment:
    device = Device("tubed-b", (("00:00", 1.0),), (("00:00", 10.0),), (("00:00", 40.0),))
    run = Run(standard(), device, Scenario(minutes, timeline), noise=False, circadian=False, **more)
    return treatment(run, simulate(run))


def test_a_day_of_basal_alone_is_all_basal() -> None:
    found = lived(2 * DAY)
    assert (found.days, found.boluses_per_day, found.auto_boluses_per_day) == (2, 0, 0)
    assert found.tdd_u == pytest.approx(24, abs=0.02)
    assert found.basal_percent == pytest.approx(100)
    assert found.set_change_h is None
    assert found.unanswered_percent is None
    assert found.ketones_h == 0


def test_boluses_of_every_kind_are_doses_and_share_the_day_with_basal() -> None:
    found = lived(DAY, Act(60, "bolus", 4.0), Act(600, "extended", 2.0, minutes=60), Act(900, "pen", 6.0))
    assert found.boluses_per_day == 3
    assert found.tdd_u == pytest.approx(36, abs=0.02)
    assert found.basal_percent == pytest.approx(100 * 24 / 36, abs=0.1)
    assert found.actions_per_day == 3


def test_with_pens_the_long_acting_insulin_is_the_basal_one() -> None:
    found = lived(DAY, Act(0, "long_acting", 20.0), Act(60, "pen", 5.0), therapy=Therapy("mdi"))
    assert found.tdd_u == pytest.approx(25)
    assert found.basal_percent == pytest.approx(80)
    assert found.boluses_per_day == 1


def test_a_meal_without_a_dose_near_it_is_a_missed_bolus() -> None:
    meals = (Meal(300, 50, counted_g=50), Meal(700, 50), Meal(900, 50), Meal(1200, 5))
    assert lived(DAY, *meals, Act(880, "bolus", 4.0)).boluses_missed == 1


def test_a_loops_own_boluses_are_counted_apart() -> None:
    found = lived(DAY, Meal(60, 90), therapy=Therapy("hcl-ttr"))
    assert found.boluses_per_day == 0
    assert found.auto_boluses_per_day >= 1
    assert found.boluses_missed == 1


def test_the_interval_between_sets_counts_from_the_first_one() -> None:
    found = lived(5 * DAY, Act(2 * DAY, "new_set"), Act(5 * DAY - 60, "new_set"))
    assert found.set_change_h == pytest.approx((48 + 71) / 2)


def test_hours_with_ketones_are_counted_from_0_6_on() -> None:
    found = lived(12 * HOUR, Act(0, "suspend"))
    assert found.ketones_h == pytest.approx(12 - 3.8, abs=0.5)  # 0.6 mmol/L after 3.8 h, 1.6 after 8 (Klonoff 2024)
    assert found.ketones_high_h == pytest.approx(12 - 7.6, abs=0.7)
    assert 2 < found.ketones_peak_mmol < 3


def test_lows_are_counted_below_70_and_below_54() -> None:
    found = lived(8 * HOUR, Act(0, "bolus", 6.0))
    assert (found.lows_70, found.lows_54) == (1, 1)
    mild = lived(8 * HOUR, Act(0, "bolus", 2.5))
    assert (mild.lows_70, mild.lows_54) == (1, 0)


def test_an_alarm_that_is_only_silenced_was_not_answered() -> None:
    blocked = Fault(0, "occlusion")
    silenced = lived(DAY, blocked, Act(4 * HOUR, "ack_occlusion"))
    assert silenced.unanswered_percent == 100
    assert silenced.alarms_per_day >= 1
    answered = lived(DAY, blocked, Act(4 * HOUR, "ack_occlusion"), Act(4 * HOUR + 20, "new_set"))
    assert answered.unanswered_percent == 0
    late = lived(DAY, blocked, Act(4 * HOUR, "ack_occlusion"), Act(6 * HOUR, "new_set"))
    assert late.unanswered_percent == 100


def test_a_replay_to_a_minute_counts_what_was_until_then() -> None:
    device = Device("tubed-b", (("00:00", 1.0),), (("00:00", 10.0),), (("00:00", 40.0),))
    run = Run(standard(), device, Scenario(DAY, (Meal(60, 50, counted_g=50), Meal(900, 50))))
    half = treatment(run, simulate(run, until=DAY // 2))
    assert (half.days, half.boluses_missed, half.boluses_per_day) == (0.5, 0, 2)


def test_a_dual_bolus_is_one_dose_and_one_action_and_two_boluses_are_two() -> None:
    dual = lived(DAY, Act(60, "bolus", 4.0), Act(60, "extended", 2.0, minutes=60))
    assert (dual.boluses_per_day, dual.actions_per_day) == (1, 1)
    apart = lived(DAY, Act(60, "bolus", 4.0), Act(61, "extended", 2.0, minutes=60))
    assert (apart.boluses_per_day, apart.actions_per_day) == (2, 2)
    counted = lived(DAY, Meal(60, 50, counted_g=50), Act(60, "extended", 2.0, minutes=60))
    assert (counted.boluses_per_day, counted.actions_per_day) == (1, 1)

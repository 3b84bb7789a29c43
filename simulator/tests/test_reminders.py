"""What a person sets a pump to remind them of, and the most it gives within an hour (reference/simulator.md 7.3)."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import pytest

from simulator.engine.device import Device
from simulator.engine.errors import AboveMaximum, EngineError, OutOfRange
from simulator.engine.kernel.exponential import exp_of, log_of
from simulator.engine.patient import standard
from simulator.engine.run import Run, Trace, simulate
from simulator.engine.scenario import Act, Exercise, Happening, Meal, Scenario

PLAIN = Device("tubed-a", (("00:00", 0.9),), (("00:00", 10.0),), (("00:00", 40.0),))


def lived(device: Device, *timeline: Happening, minutes: int = 1440, **more: Any) -> Trace:
    return simulate(Run(standard(), device, Scenario(minutes, timeline), noise=False, circadian=False, **more))


def told(trace: Trace, name: str) -> list[tuple[int, float]]:
    return [(event.at, event.value) for event in trace.events if event.name == name]


def test_two_hours_after_a_bolus_it_reminds_of_a_look_at_glucose() -> None:
    device = replace(PLAIN, check_after_h=2.0)
    trace = lived(device, Act(400, "correction", 1.0), Act(700, "correction", 1.0))
    assert told(trace, "bg_check") == [(520, 2.0), (820, 2.0)]


def test_a_second_bolus_moves_the_reminder() -> None:
    device = replace(PLAIN, check_after_h=2.0)
    trace = lived(device, Act(400, "correction", 1.0), Act(460, "correction", 1.0))
    assert told(trace, "bg_check") == [(580, 2.0)]


def test_a_meal_window_without_a_bolus_is_told_at_its_end_and_one_with_a_bolus_is_not() -> None:
    device = replace(PLAIN, meal_windows=(("07:00", "09:00"), ("12:00", "14:00")))
    trace = lived(device, Act(450, "correction", 1.0), minutes=2880)
    assert told(trace, "missed_meal") == [(840, 2.0), (1440 + 540, 2.0), (1440 + 840, 2.0)]


def test_a_window_may_go_over_midnight() -> None:
    device = replace(PLAIN, meal_windows=(("22:00", "01:00"),))
    assert told(lived(device, minutes=2880), "missed_meal") == [(1500, 3.0)]


def test_without_these_settings_nothing_is_told_and_the_run_is_the_same() -> None:
    meals = (Meal(450, 50.0, counted_g=50.0), Meal(750, 70.0, counted_g=70.0))
    with_all = lived(replace(PLAIN, check_after_h=2.0, meal_windows=(("17:00", "19:00"),)), *meals)
    plain = lived(PLAIN, *meals)
    assert not {event.name for event in plain.events} & {"bg_check", "missed_meal", "cap_hour"}
    assert with_all.glucose_mgdl.tobytes() == plain.glucose_mgdl.tobytes()
    assert [one for one in with_all.events if one.name not in ("bg_check", "missed_meal")] == list(plain.events)


def test_the_calculators_dose_is_cut_to_what_is_left_of_the_hour_and_that_is_told() -> None:
    device = replace(PLAIN, hourly_max_u=6.0)
    trace = lived(device, Meal(450, 50.0, counted_g=50.0), Meal(480, 40.0, counted_g=40.0))
    given = trace.bolus_u[440:511].sum()
    assert given == pytest.approx(6.0, abs=0.03)
    assert [at for at, _units in told(trace, "cap_hour")] == [480]


def test_after_an_hour_the_whole_of_it_is_there_again() -> None:
    device = replace(PLAIN, hourly_max_u=6.0)
    trace = lived(device, Meal(450, 50.0, counted_g=50.0), Meal(520, 50.0, counted_g=50.0))
    assert told(trace, "cap_hour") == []


@pytest.mark.parametrize("second", [Act(430, "correction", 3.0), Act(430, "extended", 3.0, minutes=60)])
def test_a_dose_asked_for_beyond_the_hour_is_refused_by_name(second: Act) -> None:
    device = replace(PLAIN, hourly_max_u=4.0)
    with pytest.raises(AboveMaximum, match="minute 430: bolus: 3 units are more than hourly_max_u allows"):
        lived(device, Act(400, "correction", 2.0), second)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"check_after_h": 9.0}, "check_after_h"),
        ({"check_after_h": float("nan")}, "check_after_h"),
        ({"meal_windows": (("07:10", "09:00"),)}, "meal_windows"),
        ({"meal_windows": (("07:00", "07:00"),)}, "meal_windows"),
        ({"meal_windows": ("07:00",)}, "meal_windows"),
        ({"hourly_max_u": -1.0}, "hourly_max_u"),
        ({"hourly_max_u": 0.001}, "hourly_max_u"),
        ({"hourly_max_u": 99.0}, "hourly_max_u"),
    ],
)
def test_a_setting_that_cannot_be_is_named(setting: dict[str, Any], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        replace(PLAIN, **setting)


def test_filling_the_tubing_while_connected_goes_into_the_person_and_is_told() -> None:
    into_air = lived(PLAIN, Act(100, "disconnect"), Act(101, "prime", 10.0), Act(110, "connect"), minutes=600)
    into_person = lived(PLAIN, Act(101, "prime", 10.0), minutes=600)
    assert told(into_air, "primed_in") == []
    assert told(into_person, "primed_in") == [(101, 10.0)]
    assert into_person.glucose_mgdl[400] < into_air.glucose_mgdl[400] - 50
    for trace in (into_air, into_person):
        kept = trace.pulses
        assert kept["filled"] == sum(amount for name, amount in kept.items() if name != "filled")


def test_no_heart_beats_faster_than_it_can() -> None:
    left = standard().hr_max - standard().hr_rest
    lived(PLAIN, Exercise(100, 30, above_rest_bpm=left))
    with pytest.raises(OutOfRange, match="above_rest_bpm: this person's heart goes"):
        lived(PLAIN, Exercise(100, 30, above_rest_bpm=left + 1))


def test_the_logarithm_of_our_own_is_the_c_librarys_within_two_units_of_the_last_place() -> None:
    for number in (1e-300, 1e-9, 0.01, 0.5, 0.7071, 0.99999, 1.0, 1.00001, 1.5, 2.0, 40.0, 1e6, 1e300):
        assert log_of(number) == pytest.approx(log(number), rel=5e-16, abs=1e-18)
        assert exp_of(log_of(number)) == pytest.approx(number, rel=3e-13)


# --- the other alarms of the list ---


def patch(**more: Any) -> Device:
    return Device("patch-c", (("00:00", 0.9),), (("00:00", 10.0),), (("00:00", 40.0),), **more)


def test_a_patch_says_that_its_grace_begins_and_eight_hours_later_that_it_has_expired() -> None:
    trace = lived(patch(), minutes=82 * 60)
    assert told(trace, "set_grace") == [(72 * 60, 8.0)]
    assert told(trace, "set_expired") == [(80 * 60, 80.0)]
    assert trace.basal_u[72 * 60 : 80 * 60].sum() == pytest.approx(7.2, abs=0.06)
    again = lived(patch(), Act(73 * 60, "new_set"), minutes=146 * 60)
    assert [at for at, _hours in told(again, "set_grace")] == [72 * 60, 145 * 60]
    assert told(lived(PLAIN, minutes=82 * 60), "set_grace") == []


def test_a_battery_says_once_more_when_half_an_hour_of_it_is_left() -> None:
    trace = lived(PLAIN, minutes=20 * 1440 + 10)
    (ends,), (dead,) = told(trace, "battery_ends"), told(trace, "battery_dead")
    assert ends[1] == 30
    assert dead[0] - ends[0] == pytest.approx(30, abs=1)
    assert told(lived(PLAIN, Act(19 * 1440, "new_battery"), minutes=20 * 1440 + 10), "battery_ends") == []


def test_a_low_that_comes_is_told_ahead_if_that_is_set_and_again_when_another_comes() -> None:
    twice = (Act(100, "correction", 3.0), Meal(330, 60.0), Act(700, "correction", 5.0))
    trace = lived(replace(PLAIN, low_ahead_min=30), *twice, minutes=1000)
    ahead, low = told(trace, "low_ahead"), told(trace, "low_sensor")
    assert 10 <= low[0][0] - ahead[0][0] <= 35
    assert all(40 < value < 70 for _at, value in ahead)
    assert any(at > 700 for at, _value in ahead)
    assert told(lived(PLAIN, *twice, minutes=1000), "low_ahead") == []


def test_a_high_is_told_after_as_long_as_is_set_and_not_when_it_was_shorter() -> None:
    at_once = told(lived(PLAIN, Meal(60, 120.0)), "high_sensor")
    later = told(lived(replace(PLAIN, high_after_min=60), Meal(60, 120.0)), "high_sensor")
    never = told(lived(replace(PLAIN, high_after_min=480), Meal(60, 120.0), Act(150, "correction", 8.0)), "high_sensor")
    assert later[0][0] == at_once[0][0] + 60
    assert never == []


@pytest.mark.parametrize(
    "setting", [{"low_ahead_min": 61}, {"low_ahead_min": 2.5}, {"high_after_min": -1}, {"ripple": 1}]
)
def test_a_setting_of_the_sensors_alarms_that_cannot_be_is_named(setting: dict[str, Any]) -> None:
    with pytest.raises(OutOfRange, match=f"^{next(iter(setting))}"):
        patch(**setting)

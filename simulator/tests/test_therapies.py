"""How insulin is given: pens and what they leave behind, loops that see nothing, doses that meet one another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.engine import life, person, treated
from simulator.engine.alarms import ALARMS, Priority
from simulator.engine.device import Device
from simulator.engine.errors import NotAStep, OutOfRange
from simulator.engine.kernel.codes import FIRST_ALARM, Told
from simulator.engine.kernel.doings import announce
from simulator.engine.kernel.loop import advance
from simulator.engine.metrics import ranges
from simulator.engine.noise import generator
from simulator.engine.patient import standard
from simulator.engine.run import Run, Therapy, Trace, simulate, world
from simulator.engine.scenario import Act, Exercise, Fault, Happening, Illness, Meal, Scenario
from simulator.services.scenarios import with_therapy

HOUR, DAY = 60, 1440
PATIENT = standard(dawn=0.0)
TEN_PM = (("22:00", 22.0),)


def device(kind: str = "tubed-a", basal: float = 1.0) -> Device:
    return Device(kind, (("00:00", basal),), (("00:00", 10.0),), (("00:00", 40.0),))


def run(minutes: int, *timeline: Happening, therapy: str = "pump", kind: str = "tubed-a", **more: Any) -> Run:
    before = more.pop("before", ())
    return Run(PATIENT, device(kind), Scenario(minutes, timeline), therapy=Therapy(therapy, before=before), **more)


def lived(minutes: int, *timeline: Happening, **more: Any) -> Trace:
    return simulate(run(minutes, *timeline, **more))


def names(trace: Trace) -> list[str]:
    return [event.name for event in trace.events]


# --- what lasts, and overlaps ---


def test_of_two_exercises_the_harder_acts_and_the_end_of_one_does_not_end_the_other() -> None:
    both = lived(400, Exercise(60, 60, "moderate"), Exercise(90, 90, "walk"), noise=False)
    parts = lived(400, Exercise(60, 60, "moderate"), Exercise(120, 60, "walk"), noise=False)
    assert both.glucose_mgdl.tobytes() == parts.glucose_mgdl.tobytes()


def test_an_illness_that_follows_another_at_once_goes_on_and_two_at_a_time_both_act() -> None:
    long = lived(400, Illness(50, 200), noise=False)
    for order in (0, 1):
        pair = (Illness(50, 100), Illness(150, 100))
        pieces = lived(400, pair[order], pair[1 - order], noise=False)
        assert pieces.glucose_mgdl.tobytes() == long.glucose_mgdl.tobytes()
    both = lived(400, Illness(50, 200, 0.6, 1.0), Illness(50, 200, 0.5, 1.0), noise=False)
    one = lived(400, Illness(50, 200, 0.3, 1.0), noise=False)
    assert both.glucose_mgdl == pytest.approx(one.glucose_mgdl, abs=1e-9)


def test_intense_is_what_takes_four_fifths_of_this_hearts_reserve() -> None:
    """An adult of 35 has 117 beats above rest: 94 are intense, and adrenaline raises glucose."""

    def peak(bpm: float) -> float:
        return float(lived(120, Exercise(30, 20, above_rest_bpm=bpm), noise=False).glucose_mgdl.max())

    assert peak(96.0) > peak(92.0) + 15


# --- pens ---


def test_pens_begin_as_after_many_days_of_the_same_doses() -> None:
    acts = tuple(Act(day * DAY + 22 * HOUR, "long_acting", 22.0) for day in range(12))
    trace = lived(12 * DAY, therapy="mdi", before=TEN_PM, actions=acts, noise=False, circadian=False)
    first, last = trace.insulin_mu_per_l[6 * HOUR : DAY], trace.insulin_mu_per_l[11 * DAY + 6 * HOUR : 12 * DAY]
    assert first == pytest.approx(last, rel=1e-6)


def test_a_pump_that_begins_while_the_last_injection_acts_lowers_glucose() -> None:
    residual, none = lived(DAY, before=TEN_PM, noise=False), lived(DAY, noise=False)
    assert float(residual.glucose_mgdl[12 * HOUR]) < float(none.glucose_mgdl[12 * HOUR]) - 30


def test_doses_before_the_run_are_checked() -> None:
    with pytest.raises(OutOfRange, match="time of day"):
        Therapy("mdi", before=(("noon", 20.0),))
    with pytest.raises(OutOfRange, match="before"):
        Therapy("mdi", before=(("22:00", 200.0),))


def test_each_dose_is_absorbed_at_its_own_speed_with_the_published_spread() -> None:
    """LN(0, 0.15) of tmax_i for rapid insulin, LN(0, CV/2) of kl1 for long-acting (glargine: CV 48 %)."""
    rapid, long = [], []
    for seed in range(300):
        w = world(run(20, Act(1, "pen", 3.0), Act(2, "long_acting", 20.0), therapy="mdi", seed=seed))
        advance(w, 10)
        rapid.append(float(np.log(w.outside["absorbs"][0])))
        long.append(float(np.log(w.outside["kl1"][0] / w.outside["long_1"][0])))
    assert (np.mean(rapid), np.std(rapid)) == pytest.approx((0.0, 0.15), abs=0.02)
    assert (np.mean(long), np.std(long)) == pytest.approx((0.0, 0.24), abs=0.03)


def test_without_chance_every_dose_is_alike() -> None:
    w = world(run(20, Act(1, "pen", 3.0), therapy="mdi", noise=False))
    advance(w, 10)
    assert w.outside["absorbs"][0] == 1.0


def test_at_rest_the_depots_of_a_quicker_insulin_hold_less() -> None:
    """Else a run on it would begin with a fall or a rise of its own."""
    quick = simulate(replace(run(6 * HOUR, noise=False, circadian=False), therapy=Therapy("pump", rapid="ultra")))
    usual = lived(6 * HOUR, noise=False, circadian=False)
    assert float(np.abs(quick.glucose_mgdl - usual.glucose_mgdl).max()) < 2.0


# --- loops ---


def off_minutes(trace: Trace, minutes: int) -> np.ndarray[Any, Any]:
    off, state, events = np.zeros(minutes, int), 0, [e for e in trace.events if e.name.startswith("auto_")]
    for minute in range(minutes):
        for event in events:
            if event.at == minute:
                state = int(event.name == "auto_suspended")
        off[minute] = state
    return off


@pytest.mark.parametrize("therapy", ["plgs", "plgs-limit"])
def test_a_predictive_suspend_stops_before_the_low_and_for_at_most_two_hours_of_any_two_and_a_half(
    therapy: str,
) -> None:
    acts = (Act(30, "bolus", 6.0),)
    with_it, without = (lived(600, therapy=kind, actions=acts, glucose_mmol=8.0) for kind in (therapy, "pump"))
    first = next(event for event in with_it.events if event.name == "auto_suspended")
    assert float(with_it.glucose_mgdl[first.at]) > 70
    off = off_minutes(with_it, 600)
    assert int(np.convolve(off, np.ones(150, int)).max()) <= 120
    assert float(with_it.glucose_mgdl.min()) > float(without.glucose_mgdl.min())


def test_the_second_predictive_suspend_stays_off_for_half_an_hour() -> None:
    off = off_minutes(lived(600, therapy="plgs-limit", actions=(Act(30, "bolus", 6.0),), glucose_mmol=8.0), 600)
    edges = np.flatnonzero(np.diff(off))
    assert len(edges) >= 2
    assert edges[1] - edges[0] >= 30


def test_a_suspend_that_goes_blind_resumes_and_says_so() -> None:
    trace = lived(
        600, Fault(125, "signal-lost", 200), therapy="plgs", actions=(Act(30, "bolus", 6.0),), glucose_mmol=8.0
    )
    off = off_minutes(trace, 600)
    assert off[120]
    assert not off[150:320].any()
    assert trace.basal_u[150:320].sum() > 2.0


def test_what_a_person_asks_for_goes_before_what_the_loop_is_giving() -> None:
    """Tubed A gives 1.5 units a minute: a correction of the loop takes minutes."""
    alone = lived(300, Meal(5, 120), therapy="hcl-ttr", glucose_mmol=14.0)
    auto = next(event for event in alone.events if event.name == "auto_bolus")
    assert auto.value > 1.5
    trace = lived(300, Meal(5, 120), therapy="hcl-ttr", glucose_mmol=14.0, actions=(Act(auto.at + 1, "bolus", 2.0),))
    left = next(event.value for event in trace.events if event.name == "bolus_incomplete")
    given = float(trace.bolus_u[auto.at : auto.at + 5].sum())
    assert given == pytest.approx(auto.value - left + 2.0, abs=1e-9)


@pytest.mark.parametrize(("therapy", "counts"), [("hcl-pid", True), ("hcl-ttr", True), ("plgs", False)])
def test_under_a_loop_all_insulin_beyond_the_profile_is_on_board(therapy: str, counts: bool) -> None:
    found = []
    for extra in (0.0, 0.2):
        w = world(run(120, therapy=therapy, kind="tubed-d", noise=False))
        w.net[:12] = extra  # 2.4 units in the last hour
        w.cgm[:12] = 150.0
        announce(w, 60, 50.0)
        found.append(float(w.told[: w.told_n[0], 2][0]))
    assert (found[1] < found[0] - 1.5) is counts


def test_a_loop_that_treats_to_range_aims_higher_for_activity_and_corrects_nothing_in_sleep() -> None:
    def given(target: float) -> float:
        acts = (Act(0, "target", target),)
        trace = lived(6 * HOUR, therapy="hcl-ttr", glucose_mmol=7.0, actions=acts, noise=False)
        assert target != 110 or "auto_bolus" not in names(trace)
        return float(trace.basal_u.sum() + trace.bolus_u.sum())

    assert given(150.0) < given(120.0) - 0.2
    given(110.0)


def test_a_person_who_takes_what_the_calculator_says_gets_the_devices_most_and_is_told() -> None:
    trace = lived(300, Meal(10, 300, counted_g=300))
    capped = next(event for event in trace.events if event.name == "cap_bolus")
    assert capped.value > 25.0
    assert float(trace.bolus_u.sum()) == pytest.approx(25.0)


def test_a_correction_beside_an_extended_bolus_is_no_meal() -> None:
    w = world(run(200, Act(5, "correction", 2.0), Act(5, "extended", 3.0, minutes=60)))
    advance(w, 200)
    assert (w.meal_u.sum(), w.corr_u.sum()) == pytest.approx((3.0, 2.0))


# --- small promises ---


def test_a_dead_battery_stops_the_minute_it_dies() -> None:
    trace = lived(120, Fault(60, "battery"))
    assert next(event.at for event in trace.events if event.name == "battery_dead") == 60
    assert not trace.basal_u[60:].any()


def test_from_its_third_day_on_a_site_is_taken_to_age_no_more_and_the_trace_says_so() -> None:
    assert [event.at for event in lived(5 * DAY).events if event.name == "site"] == [3 * DAY]


def test_each_sensor_has_its_own_bias() -> None:
    w = world(run(200, Act(100, "new_sensor")))
    before = (w.sensor["da"][0], w.sensor["db"][0])
    advance(w, 150)
    assert (w.sensor["da"][0], w.sensor["db"][0]) != before


def test_steps_of_basal_grow_with_the_rate_and_small_doses_have_their_least() -> None:
    assert device("tubed-a").rate(0.975) == 975_000
    with pytest.raises(NotAStep, match=r"0\.05 units/h there"):
        device("tubed-a", 1.025)
    with pytest.raises(NotAStep, match=r"0\.1 units/h there"):
        device("tubed-a", 10.05)
    with pytest.raises(OutOfRange, match=r"no less than 0\.05"):
        device("tubed-b").pulses(0.03)
    with pytest.raises(OutOfRange, match=r"0 or 0\.1"):
        device("tubed-b", 0.05)


def test_a_run_and_a_cohort_of_the_same_seed_draw_different_numbers() -> None:
    person = np.random.Generator(np.random.Philox(key=np.array([1, 2], dtype=np.uint64)))
    assert generator(1, 2).standard_normal() != person.standard_normal()


# --- what is cut off is told, once when it begins ---


def test_floors_of_the_body_are_told_when_they_begin_to_act() -> None:
    trace = lived(600, Act(10, "pen", 60.0), noise=False)
    assert names(trace).count("floor_production") == 1
    assert names(trace).count("floor_shown") == 1
    first = next(event.at for event in trace.events if event.name == "floor_shown")
    assert float(trace.glucose_mgdl[first]) == pytest.approx(1.1 * 18.016)
    assert float(trace.glucose_mgdl[first - 1]) > 1.1 * 18.016


def test_what_a_loop_asks_for_below_nothing_and_a_held_integral_are_told() -> None:
    trace = lived(DAY, Meal(10, 150), therapy="hcl-pid", glucose_mmol=12.0)
    assert {"clip_rate", "cap"} <= set(names(trace))
    far_off = simulate(replace(run(2 * DAY, therapy="hcl-pid"), device=device(basal=0.45)))
    assert "clip_integral" in names(far_off)


def test_a_temporary_rate_says_when_it_ends() -> None:
    trace = lived(200, Act(10, "temp_percent", 50, minutes=60))
    assert [event.at for event in trace.events if event.name == "temp_ended"] == [70]


def test_a_pump_that_nobody_touches_switches_itself_off_if_it_is_set_to() -> None:
    set_to = replace(device(), auto_off_h=6.0)
    acts = (Act(5 * HOUR, "bolus", 1.0), Act(13 * HOUR, "ack_auto_off"))
    trace = simulate(replace(run(20 * HOUR), device=set_to, actions=acts))
    assert [event.at for event in trace.events if event.name == "auto_off"] == [11 * HOUR, 19 * HOUR]
    assert not trace.basal_u[11 * HOUR : 13 * HOUR].any()
    assert trace.basal_u[13 * HOUR : 19 * HOUR].any()


def test_insulin_in_the_heat_loses_its_strength_until_it_is_cool_again_or_new() -> None:
    hot = lived(10 * HOUR, Fault(0, "heat", 0.2), noise=False)
    cooled = lived(10 * HOUR, Fault(0, "heat", 0.2), Fault(60, "heat", 0.0), noise=False)
    calm = lived(10 * HOUR, noise=False)
    assert hot.glucose_mgdl[-1] > cooled.glucose_mgdl[-1] + 20
    assert cooled.glucose_mgdl[-1] > calm.glucose_mgdl[-1] + 5
    w = world(run(HOUR + 1, Fault(0, "heat", 0.2), noise=False))
    advance(w, HOUR)
    assert float(w.pump["potency"][0]) == pytest.approx(0.8)


# --- the alarms ---


def test_every_alarm_has_a_priority_and_what_stops_delivery_is_what_the_table_says() -> None:
    """By making each of them ring: after those that stop, nothing is delivered; after the others, basal goes on."""
    rings: dict[str, Trace] = {
        "occlusion": lived(600, Fault(10, "occlusion")),
        "empty": lived(600, reservoir_u=2.0),
        "pump_error": lived(600, Fault(10, "pump-error")),
        "battery_dead": lived(600, Fault(10, "battery")),
        "auto_off": simulate(replace(run(600), device=replace(device(), auto_off_h=4.0))),
        "set_expired": simulate(replace(run(82 * HOUR), device=device("patch-c"))),
        "urgent_low": lived(600, actions=(Act(10, "bolus", 8.0),), noise=False),
        "low_reservoir": lived(600, reservoir_u=12.0),
        "high_sensor": lived(600, Meal(10, 150)),
        "set_reminder": lived(74 * HOUR),
    }
    for name, trace in rings.items():
        at = next(event.at for event in trace.events if event.name == name)
        assert bool(trace.basal_u[at + 1 :].any()) is not ALARMS[name].stops, name


def test_no_alarm_of_the_engine_is_without_its_place_in_the_table() -> None:
    told = {code.name.lower() for code in Told if code >= FIRST_ALARM}
    assert told <= set(ALARMS)
    high = {name for name, alarm in ALARMS.items() if alarm.priority is Priority.HIGH}
    assert high == {"occlusion", "empty", "pump_error", "battery_dead", "auto_off", "urgent_low"}


# --- all of them on the same people ---


def test_each_step_of_automation_spares_lows_and_the_loops_spend_more_time_in_range() -> None:
    """T7, over a small cohort whose settings are as clinics leave them."""
    runs = [replace(person(index), scenario=Scenario(3 * DAY, life(index, days=3)), actions=()) for index in range(32)]
    found = {
        kind: [ranges(simulate(treated(each, kind, days=3)).glucose_mgdl[::5]) for each in runs]
        for kind in ("mdi", "pump", "plgs", "plgs-limit", "hcl-ttr", "hcl-pid")
    }
    below = {kind: float(np.mean([one.below_70 for one in each])) for kind, each in found.items()}
    inside = {kind: float(np.mean([one.in_range for one in each])) for kind, each in found.items()}
    assert below["pump"] > below["plgs"]
    assert below["pump"] > below["plgs-limit"]
    for loop in ("hcl-ttr", "hcl-pid"):
        assert below[loop] <= below["pump"]
        assert 5 <= inside[loop] - inside["pump"] <= 20


def test_pens_in_place_of_a_pump_go_on_with_the_doses_of_the_days_before() -> None:
    switching = replace(run(2 * DAY, before=(("22:00", 20.0), ("07:00", 4.0))), scenario=Scenario(2 * DAY, (), 480))
    pens = with_therapy(switching, "mdi")
    long = sorted((act.at, act.amount) for act in pens.actions)
    assert long == [(14 * HOUR, 20.0), (23 * HOUR, 4.0), (38 * HOUR, 20.0), (47 * HOUR, 4.0)]
    assert pens.therapy.before == switching.therapy.before
    plain = with_therapy(replace(switching, therapy=Therapy("pump")), "mdi")
    assert [(act.at, act.amount) for act in plain.actions] == [(0, 24.0), (DAY, 24.0)]

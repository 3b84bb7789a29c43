"""What a device cannot give it does not give, and says so; what one action leaves does not leak into the next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.engine.device import Device
from simulator.engine.kernel import layout
from simulator.engine.kernel.loop import advance
from simulator.engine.patient import standard
from simulator.engine.run import Run, Therapy, Trace, simulate, world
from simulator.engine.scenario import Act, Fault, Happening, Meal, Scenario

PATIENT = standard(dawn=0.0)


def run(minutes: int, *timeline: Happening, kind: str = "tubed-b", therapy: str = "pump", **more: Any) -> Run:
    set_to = {name: more.pop(name) for name in ("basal", "isf_mgdl", "auto_off_h") if name in more}
    basal, isf = (("00:00", set_to.pop("basal", 1.0)),), (("00:00", set_to.pop("isf_mgdl", 31.0)),)
    device = Device(kind, basal, (("00:00", 11.0),), isf, **set_to)
    return Run(PATIENT, device, Scenario(minutes, timeline), therapy=Therapy(therapy), noise=False, **more)


def told(trace: Trace, *names: str) -> list[tuple[int, str, float]]:
    return [(at, name, value) for at, name, value in trace.events if name in names]


# --- limits of the device ---


@pytest.mark.parametrize(
    ("basal", "percent", "given", "value"), [(15.0, 250, 15.0, 37.5), (0.1, 50, 0.1, 0.05), (10.0, 150, 15.0, None)]
)
def test_a_percentage_beyond_what_the_device_gives_is_held_at_its_limit_and_told_once(
    basal: float, percent: int, given: float, value: float | None
) -> None:
    trace = simulate(run(700, Act(60, "temp_percent", percent, 600), basal=basal))
    assert trace.basal_u[60:660].sum() == pytest.approx(10 * given, abs=0.011)
    assert told(trace, "cap_temp") == ([(60, "cap_temp", value)] if value else [])


def test_a_percentage_of_nothing_is_nothing_and_is_not_told() -> None:
    trace = simulate(run(120, Act(0, "temp_percent", 0, 120)))
    assert trace.basal_u.sum() == 0
    assert not told(trace, "cap_temp")


def test_a_loop_gives_no_more_than_the_device_can() -> None:
    """Three times the profile is the loop's own cap, and lies above what this pump gives."""
    trace = simulate(run(300, Meal(0, 300.0), basal=12.0, therapy="hcl-pid", glucose_mmol=12.0))
    assert max(trace.basal_u[at : at + 60].sum() for at in range(0, 240, 5)) <= 15.0 + 0.011
    assert told(trace, "cap")


def test_a_correction_of_the_loop_is_at_most_the_devices_and_that_is_told() -> None:
    trace = simulate(run(600, Meal(0, 300.0), isf_mgdl=5.0, therapy="hcl-ttr"))
    doses = [value for _at, _name, value in told(trace, "auto_bolus")]
    assert max(doses) == 25.0
    assert [value for _at, _name, value in told(trace, "cap_bolus")] > [25.0]


def test_filling_with_more_than_there_is_empties_the_reservoir_and_says_so_at_once() -> None:
    for act in (Act(10, "prime", 20.0), Act(10, "new_set")):
        trace = simulate(run(20, Act(0, "suspend"), act, reservoir_u=5.0))
        assert trace.pulses["reservoir"] == 0
        assert (10, "empty", 0.0) in told(trace, "empty")
    assert not told(simulate(run(20, Act(0, "suspend"), Act(10, "new_set"), reservoir_u=50.0)), "empty")


# --- automatic mode, put off and on ---


def test_a_suspension_ends_and_is_told_when_the_person_takes_over() -> None:
    on = run(900, Act(0, "bolus", 6.0), therapy="plgs")
    (suspended, *_rest) = told(simulate(on), "auto_suspended")
    off = suspended[0] + 30
    trace = simulate(run(900, Act(0, "bolus", 6.0), Act(off, "auto_off"), Act(800, "auto_on"), therapy="plgs"))
    assert told(trace, "auto_suspended", "auto_resumed")[:2] == [suspended, (off, "auto_resumed", 0.0)]
    assert trace.basal_u[off : off + 60].sum() == pytest.approx(1.0, abs=0.011)


def test_what_was_suspended_is_forgotten_after_two_and_a_half_hours_of_manual_mode() -> None:
    w = world(run(900, Act(0, "bolus", 6.0), Act(100, "auto_off"), therapy="plgs"))
    advance(w, 100)
    assert w.controller[0]["off_count"] > 0
    advance(w, 400)
    assert w.controller[0]["off_count"] == 0
    assert not w.controller[0]["was_off"].any()


def test_to_put_on_what_is_on_changes_nothing() -> None:
    acts = [Act(at, "auto_on") for at in range(61, 200, 7)]
    plain, pressed = (simulate(run(300, Act(0, "bolus", 6.0), *more, therapy="plgs")) for more in ((), acts))
    assert pressed.glucose_mgdl.tobytes() == plain.glucose_mgdl.tobytes()


def test_a_loop_put_on_again_knows_of_the_insulin_given_by_hand() -> None:
    w = world(run(300, Act(0, "auto_off"), Act(60, "bolus", 10.0), Act(110, "auto_on"), therapy="hcl-pid"))
    advance(w, 110)
    assert w.controller[0]["ip2"] > 1.0  # units/h under way beyond basal


# --- what is told, and what counts as a press ---


def test_what_is_told_as_done_is_all_that_was_programmed() -> None:
    late = simulate(run(200, Act(0, "bolus", 20.0), Act(5, "extended", 2.0, 60)))
    assert told(late, "bolus", "extended", "bolus_done") == [
        (0, "bolus", 20.0),
        (5, "extended", 2.0),
        (64, "bolus_done", 22.0),
    ]
    twice = simulate(run(200, Act(0, "bolus", 2.0), Act(0, "extended", 2.0, 60), Act(30, "bolus", 1.0)))
    assert told(twice, "bolus_done") == [(59, "bolus_done", 5.0)]
    again = simulate(run(200, Act(0, "bolus", 2.0), Act(60, "bolus", 1.0)))
    assert [value for _at, _name, value in told(again, "bolus_done")] == [2.0, 1.0]


def test_a_dose_of_nothing_is_not_told_as_incomplete() -> None:
    trace = simulate(run(60, Act(5, "suspend"), Meal(10, 20.0, counted_g=0.0)))
    assert not told(trace, "bolus_incomplete")


def test_who_uses_the_calculator_presses_a_button() -> None:
    meals = [Meal(400 * n, 40.0, counted_g=40.0) for n in (1, 2, 3)]
    trace = simulate(run(1440, *meals, auto_off_h=8.0))
    assert not told(trace, "auto_off")
    assert len(told(trace, "bolus")) == 3


def test_a_short_loss_within_a_long_one_does_not_end_it() -> None:
    trace = simulate(run(900, Fault(10, "signal-lost", 600.0), Fault(100, "signal-lost", 10.0)))
    seen = 5 * np.flatnonzero(~np.isnan(trace.cgm_mgdl))
    assert seen[seen > 10].min() == 610


def test_doses_before_may_be_written_as_lists() -> None:
    wanted = Therapy(before=(("22:00", 20.0),))
    for before in ([("22:00", 20.0)], [["22:00", 20.0]], (["22:00", 20.0],)):
        written: Any = before
        assert Therapy(before=written) == wanted
        w = world(Run(PATIENT, run(60).device, Scenario(60), therapy=Therapy(before=written)))
        assert w.depots[layout.L2] > 0


@pytest.mark.parametrize("therapy", ["hcl-ttr", "hcl-pid"])
def test_a_loop_says_when_its_lower_limit_stops_it_and_when_it_goes_on(therapy: str) -> None:
    trace = simulate(run(900, Act(0, "bolus", 8.0), Meal(240, 60.0), therapy=therapy))
    found = told(trace, "auto_suspended", "auto_resumed")
    assert [name for _at, name, _value in found[:2]] == ["auto_suspended", "auto_resumed"]
    for (begin, _name, _value), (end, *_rest) in zip(found[::2], found[1::2], strict=False):
        assert trace.basal_u[begin:end].sum() == 0


def test_a_loop_that_stood_still_at_its_limit_says_that_it_goes_on_when_it_is_put_off() -> None:
    trace = simulate(run(300, Act(0, "bolus", 8.0), Act(150, "auto_off"), therapy="hcl-pid"))
    assert told(trace, "auto_suspended", "auto_resumed")[-1] == (150, "auto_resumed", 0.0)


def test_a_sensor_says_once_when_it_has_ended_and_a_new_one_says_it_again() -> None:
    trace = simulate(run(30_000, Act(14_000, "new_sensor")))
    assert [at for at, _name, _value in told(trace, "sensor_ended")] == [12_960, 28_400]
    assert np.isnan(trace.cgm_mgdl[12_960 // 5 : 14_000 // 5]).all()

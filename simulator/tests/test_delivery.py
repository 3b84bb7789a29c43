"""What is between the pump's count and the skin: bubbles of air, the gear of a patch; and a loop's doses in the steps
of the device (reference/simulator.md 7.1, 7.2 and 9)."""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.device import Device, cosines, gear_ripple
from simulator.engine.errors import NotOnThisDevice
from simulator.engine.insulin import CURVES
from simulator.engine.kernel.layout import BUBBLES
from simulator.engine.kernel.loop import advance
from simulator.engine.patient import standard
from simulator.engine.run import Run, Therapy, Trace, simulate, world
from simulator.engine.scenario import Act, Fault, Happening, Meal, Scenario

HOUR = 60


def device(kind: str = "tubed-b", basal: float = 1.0, **more: Any) -> Device:
    return Device(kind, (("00:00", basal),), (("00:00", 10.0),), (("00:00", 40.0),), **more)


def run(minutes: int, *happenings: Happening, of: Device | None = None, **more: Any) -> Run:
    more = {"noise": False, "circadian": False} | more
    therapy = Therapy(more.pop("therapy", "pump"))
    return Run(standard(), of or device(), Scenario(minutes, happenings), therapy=therapy, **more)


def told(trace: Trace, name: str) -> list[tuple[int, float]]:
    return [(event.at, event.value) for event in trace.events if event.name == name]


# --- air ---


def without_insulin(trace: Trace) -> list[tuple[float, float]]:
    """From when to when (hours) nothing entered the skin for half an hour or more."""
    moments = np.flatnonzero(trace.skin_u)
    gaps = np.flatnonzero(np.diff(moments) >= 30)
    return [(round(moments[n] / 60, 1), round(moments[n + 1] / 60, 1)) for n in gaps]


def test_a_second_bubble_leaves_the_first_where_it_is_and_both_arrive_in_their_time() -> None:
    """12 units of tubing at 1 unit/h: what enters behind it arrives 12 hours later, as long as it is in units."""
    trace = simulate(run(26 * HOUR, Fault(0, "air", 2.0), Fault(5 * HOUR, "air", 1.0)))
    assert without_insulin(trace) == [(10.0, 12.0), (16.0, 17.0)]
    first = simulate(run(26 * HOUR, Fault(0, "air", 2.0)))
    assert first.skin_u[: 15 * HOUR].tobytes() == trace.skin_u[: 15 * HOUR].tobytes()


def test_bubbles_that_touch_are_one_and_take_what_both_took() -> None:
    for second in (0, HOUR):
        trace = simulate(run(26 * HOUR, Fault(0, "air", 2.0), Fault(second, "air", 3.0)))
        assert float(trace.skin_u.sum()) == pytest.approx(26 - 5, abs=0.05)


def test_more_bubbles_than_are_kept_apart_go_with_the_last_and_none_is_lost() -> None:
    many = BUBBLES + 3
    bubbles = [Fault(30 * n, "air", 0.2) for n in range(many)]
    trace = simulate(run(40 * HOUR, *bubbles))
    assert float(trace.skin_u.sum()) == pytest.approx(40 - 0.2 * many, abs=0.05)
    assert trace.pulses["filled"] == sum(amount for name, amount in trace.pulses.items() if name != "filled")


AIR = st.builds(Fault, st.integers(0, 900), st.just("air"), st.integers(0, 1200).map(lambda n: n / 100))
MOVES = st.one_of(
    AIR,
    st.builds(Act, st.integers(0, 900), st.sampled_from(["new_set", "new_set_unfilled", "disconnect", "connect"])),
    st.builds(Act, st.integers(0, 900), st.just("prime"), st.integers(1, 20).map(float)),
)


@settings(max_examples=100)
@given(happenings=st.lists(MOVES, min_size=3, max_size=16))
def test_no_order_of_bubbles_loses_or_makes_a_pulse(happenings: list[Happening]) -> None:
    w = world(run(1000, *happenings, reservoir_u=60.0))
    for until in range(100, 1001, 100):
        advance(w, until)
        pump = w.pump[0]
        parts = [int(pump[name]) for name in ("reservoir", "tubing", "delivered", "lost", "stored", "primed")]
        assert int(pump["filled"]) == sum(parts)
        n = int(pump["bubbles"])
        assert min(parts) >= 0
        assert 0 <= n <= BUBBLES
        assert int(pump["air_ahead"][:n].sum()) <= int(pump["tubing"])
        assert (pump["air"][:n] > 0).all()


# --- the gear of a patch ---


def test_a_patch_with_ripple_gives_less_in_one_half_of_a_turn_and_more_in_the_other() -> None:
    """Five units are a turn; the first harmonic of 18.5 % is 0.29 units of the first half."""
    plain = simulate(run(10 * HOUR, of=device("patch-c")))
    rippled = simulate(run(10 * HOUR, of=device("patch-c", ripple=True)))
    beyond = np.cumsum(rippled.skin_u - plain.skin_u)
    assert beyond[150 - 1] == pytest.approx(-5 / pi * 0.1852, abs=0.01)
    assert beyond[300 - 1] == pytest.approx(0.0, abs=1e-9)
    assert beyond[450 - 1] == pytest.approx(beyond[150 - 1], abs=1e-9)
    assert np.abs(rippled.skin_u[rippled.skin_u > 0] / 0.05 - 1).max() == pytest.approx(0.216, abs=0.02)


def test_ripple_counts_the_same_pulses_and_a_new_patch_begins_its_turn() -> None:
    acts = (Act(150, "bolus", 3.0), Act(200, "new_set"), Act(300, "extended", 2.0, 120))
    plain = simulate(run(10 * HOUR, *acts, of=device("patch-c"), noise=True))
    rippled = simulate(run(10 * HOUR, *acts, of=device("patch-c", ripple=True), noise=True))
    assert rippled.pulses == plain.pulses
    assert rippled.bolus_u.tobytes() == plain.bolus_u.tobytes()
    assert rippled.basal_u.tobytes() == plain.basal_u.tobytes()
    assert rippled.skin_u.tobytes() != plain.skin_u.tobytes()
    w = world(run(201, Act(200, "new_set"), of=device("patch-c", ripple=True)))
    advance(w, 200)
    assert int(w.pump[0]["turned"]) == 66
    advance(w, 201)
    assert int(w.pump[0]["turned"]) <= 1


@pytest.mark.parametrize("kind", ["tubed-a", "tubed-b", "tubed-d"])
def test_a_pump_with_a_screw_has_no_ripple_to_switch_on(kind: str) -> None:
    with pytest.raises(NotOnThisDevice, match=r"^ripple: Tubed"):
        device(kind, ripple=True)


def test_the_cosines_of_our_own_are_the_c_librarys() -> None:
    np.testing.assert_allclose(cosines(100), [cos(2 * pi * n / 100) for n in range(100)], rtol=0, atol=3e-13)
    assert gear_ripple(100, -0.2, 0.0)[0] == 0


def test_the_curves_of_insulin_on_board_take_the_exponential_of_our_own() -> None:
    """Or a loop would decide by the last bit of a processor's."""
    assert not any("exp" in curve.__globals__ for curve in CURVES.values())


# --- what a loop gives by itself ---


def test_a_correction_of_the_loop_comes_in_the_steps_of_the_device() -> None:
    for kind, step in (("tubed-a", 0.025), ("tubed-b", 0.01), ("patch-c", 0.05), ("tubed-d", 0.1)):
        doses = [
            units
            for _at, units in told(simulate(run(900, Meal(0, 110.0), of=device(kind), therapy="hcl-ttr")), "auto_bolus")
        ]
        assert doses
        assert all(units / step == pytest.approx(round(units / step), abs=1e-6) for units in doses), kind


def test_a_correction_of_the_loop_is_absorbed_at_a_speed_of_its_own_and_leaves_the_persons_doses_theirs() -> None:
    eats = run(900, Meal(0, 110.0), therapy="hcl-ttr", noise=True)
    w = world(eats)
    advance(w, 900)
    corrections = told(simulate(eats), "auto_bolus")
    assert int(w.outside[0]["autos"]) == len(corrections) > 1
    assert int(w.outside[0]["doses"]) == 0
    at = corrections[0][0]
    first = world(eats)
    advance(first, at)
    assert float(first.outside[0]["absorbs"]) == 1.0
    advance(first, at + 1)
    assert float(first.outside[0]["absorbs"]) == pytest.approx(float(np.exp(0.15 * w.autos[0])), rel=1e-12)
    assert not np.array_equal(w.autos, w.doses)


@pytest.mark.parametrize("therapy", ["hcl-ttr", "hcl-pid"])
def test_a_loop_gives_nothing_or_at_least_the_least_rate_of_the_device_and_says_so(therapy: str) -> None:
    w = world(run(1440, Act(0, "bolus", 1.0), Meal(500, 40.0), of=device(basal=0.15), therapy=therapy, noise=True))
    rates = []
    for until in range(1, 1441, 5):
        advance(w, until)
        rates.append(int(w.pump[0]["auto_rate"]))
    assert not [rate for rate in rates if 0 < rate < 100_000]
    assert max(rates) >= 100_000
    trace = simulate(
        run(1440, Act(0, "bolus", 1.0), Meal(500, 40.0), of=device(basal=0.15), therapy=therapy, noise=True)
    )
    assert all(0 < rate < 0.1 for _at, rate in told(trace, "least_rate"))
    assert told(trace, "least_rate")


def test_a_device_without_a_least_rate_follows_the_loop_further_down() -> None:
    trace = simulate(run(1440, Act(0, "bolus", 1.0), of=replace(device("tubed-d", basal=0.15)), therapy="hcl-ttr"))
    assert told(trace, "least_rate") == []

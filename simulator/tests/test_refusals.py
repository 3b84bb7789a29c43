"""What cannot be is refused by name, and nothing is taken for something else: by the engine as an EngineError, in a
file with line and key."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.engine.cohort import member
from simulator.engine.device import Device
from simulator.engine.errors import (
    Busy,
    EngineError,
    MissingAmount,
    NegativeAmount,
    NotAStep,
    NotFinite,
    NotUnderThisTherapy,
    OutOfRange,
    UnknownName,
)
from simulator.engine.patient import archetype, standard
from simulator.engine.presses import PRESSES
from simulator.engine.run import THERAPIES, Habits, Run, Therapy, Trace, branch, simulate
from simulator.engine.scenario import FAULTS, Act, Exercise, Fault, Happening, Illness, Meal, Scenario
from simulator.engine.settings import set_device
from simulator.services.scenarios import left_out, with_therapy

PATIENT = standard(dawn=0.0)
DEVICE = Device(
    "tubed-a",
    (("00:00", 1.0),),
    (("00:00", 10.0),),
    (("00:00", 40.0),),
    more_basal=((("00:00", 0.5),), (("00:00", 2.0), ("12:00", 1.5))),
)
HOUR = 60


def lived(*happenings: Happening, kind: str = "pump", minutes: int = 6 * HOUR, **more: Any) -> Trace:
    return simulate(Run(PATIENT, DEVICE, Scenario(minutes, happenings), therapy=Therapy(kind), noise=False, **more))


# --- amounts and minutes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, press in PRESSES.items() if press.unit])
def test_no_amount_is_no_zero(name: str) -> None:
    with pytest.raises(MissingAmount, match=rf"^{name}: needs an amount in"):
        lived(Act(1, name, minutes=60))


@pytest.mark.parametrize("name", [name for name, press in PRESSES.items() if not press.unit])
def test_an_action_without_amounts_takes_none_and_no_minutes(name: str) -> None:
    with pytest.raises(OutOfRange, match=rf"^{name}: takes no amount"):
        lived(Act(1, name, 1.0))
    with pytest.raises(OutOfRange, match=rf"^{name}: takes no minutes"):
        lived(Act(1, name, minutes=60))


@pytest.mark.parametrize(("name", "amount"), [("extended", 2.0), ("temp_percent", 50), ("temp_rate", 0.5)])
def test_what_lasts_needs_whole_minutes(name: str, amount: float) -> None:
    with pytest.raises(MissingAmount, match=rf"^{name}: needs minutes"):
        lived(Act(1, name, amount))
    with pytest.raises(OutOfRange, match=rf"^{name} lasts whole minutes"):
        lived(Act(1, name, amount, 60.5))  # type: ignore[arg-type] # what a file may hold
    with pytest.raises(OutOfRange, match="from 30 to"):
        lived(Act(1, name, amount, 29))


@pytest.mark.parametrize(("name", "amount"), [("bolus", 2.0), ("pen", 1.0), ("prime", 1.0), ("new_reservoir", 200.0)])
def test_what_is_done_at_once_takes_no_minutes(name: str, amount: float) -> None:
    with pytest.raises(OutOfRange, match=rf"^{name}: takes no minutes"):
        lived(Act(1, name, amount, 30))


@pytest.mark.parametrize("name", ["temp_percent", "temp_rate"])
def test_a_temporary_basal_of_nothing_is_given_when_it_is_written(name: str) -> None:
    trace = lived(Act(60, name, 0, 120))
    assert not trace.basal_u[60:180].any()
    assert trace.basal_u[180:].any()


def test_a_percentage_between_two_steps_and_a_priming_between_two_pulses_are_refused() -> None:
    with pytest.raises(NotAStep, match=r"50\.7 is between two"):
        lived(Act(1, "temp_percent", 50.7, 60))
    with pytest.raises(NotAStep, match=r"steps of 0\.025"):
        lived(Act(1, "prime", 1.01))


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind != "compression"])
def test_only_a_compression_lasts_minutes(kind: str) -> None:
    amount = FAULTS[kind][1]
    with pytest.raises(OutOfRange, match=f"{kind} takes no minutes"):
        lived(Fault(1, kind, amount, 40))
    assert lived(Fault(1, "compression", 40.0, 20)).cgm_mgdl[3] < 100


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(1, "leak"), MissingAmount),
        (Fault(1, "signal-lost", 30.5), NotAStep),
        (Fault(1, "air", 13.0), OutOfRange),
        (Fault(1, "compression", 30.0, 0), OutOfRange),
        (Fault(1, "battery", 1.0), OutOfRange),
    ],
)
def test_a_fault_of_no_size_is_refused(fault: Fault, error: type[EngineError]) -> None:
    with pytest.raises(error, match=fault.kind):
        lived(fault)


# --- therapies ------------------------------------------------------------------------------------------------------

AMOUNTS = {"temp_percent": 50, "target": 150, "profile": 2, "new_reservoir": 200.0}


def act(name: str, at: int = 60) -> Act:
    press = PRESSES[name]
    return Act(at, name, AMOUNTS.get(name, 1.0) if press.unit else None, 60 if press.takes in press.TIMED else None)


@pytest.mark.parametrize("name", [name for name, press in PRESSES.items() if press.of])
def test_pens_have_no_pump_to_press(name: str) -> None:
    with pytest.raises(NotUnderThisTherapy, match=f"^{name}: there is no pump under this therapy"):
        lived(act(name), kind="mdi")


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind not in ("compression", "signal-lost")])
def test_pens_have_no_pump_that_fails_but_a_sensor_that_may(kind: str) -> None:
    with pytest.raises(NotUnderThisTherapy, match="no pump"):
        lived(Fault(1, kind, FAULTS[kind][1]), kind="mdi")
    lived(Fault(1, "compression", 30.0), Fault(9, "signal-lost", 30), kind="mdi")


@pytest.mark.parametrize("name", ["auto_on", "auto_off"])
def test_automatic_mode_belongs_to_what_has_one(name: str) -> None:
    with pytest.raises(NotUnderThisTherapy, match="no automatic mode"):
        lived(act(name))
    for kind in ("plgs", "hcl-ttr", "hcl-pid"):
        lived(act(name), kind=kind)


@pytest.mark.parametrize("kind", ["hcl-ttr", "hcl-pid"])
def test_a_loop_leaves_no_temporary_basal_to_the_person_until_it_is_switched_off(kind: str) -> None:
    for name in ("temp_percent", "temp_rate", "temp_cancel"):
        with pytest.raises(Busy, match=f"^{name}: the loop sets the basal rate"):
            lived(act(name), kind=kind)
        with pytest.raises(Busy, match="auto_off comes first"):
            lived(act("auto_off", 10), act("auto_on", 20), act(name), kind=kind)
    trace = lived(act("auto_off", 10), Act(60, "temp_percent", 50, 120), kind=kind)
    assert float(trace.basal_u[60:180].sum()) == pytest.approx(1.0, abs=0.03)
    lived(act("temp_percent"), kind="plgs")


def test_the_log_is_read_in_order_of_time_not_of_writing() -> None:
    lived(act("temp_rate", 60), act("auto_off", 10), kind="hcl-pid")
    with pytest.raises(Busy):
        lived(act("auto_off", 61), act("temp_rate", 60), kind="hcl-pid")


def test_a_target_is_one_of_its_loops_and_does_something() -> None:
    with pytest.raises(NotUnderThisTherapy, match="treats to a range"):
        lived(Act(0, "target", 100), kind="hcl-ttr")
    for kind in ("pump", "plgs"):
        with pytest.raises(NotUnderThisTherapy, match="no loop with a target"):
            lived(act("target"), kind=kind)
    for wrong in (0, 90, 130, 160, nan):
        with pytest.raises((OutOfRange, NotFinite), match=r"^target"):
            lived(Act(0, "target", wrong), kind="hcl-pid")
    high, usual = (lived(Act(0, "target", aim), kind="hcl-pid") for aim in (150, 120))
    assert float(high.basal_u.sum()) < float(usual.basal_u.sum()) - 0.1


def test_a_profile_is_chosen_by_its_number() -> None:
    trace = lived(Act(60, "profile", 2), Act(180, "profile", 3), Act(300, "profile", 1))
    given = [float(trace.basal_u[at : at + 60].sum()) for at in (0, 120, 240, 300)]
    assert given == pytest.approx([1.0, 0.5, 2.0, 1.0], abs=0.03)
    for wrong in (0, 4, 1.5):
        with pytest.raises(OutOfRange, match=r"^profile: must be a whole number from 1 to 3"):
            lived(Act(1, "profile", wrong))
    with pytest.raises(OutOfRange, match="one basal profile"):
        simulate(Run(PATIENT, replace(DEVICE, more_basal=()), Scenario(60), actions=(Act(1, "profile", 1),)))


@pytest.mark.parametrize("kind", list(THERAPIES))
def test_a_comparison_leaves_out_what_the_other_therapy_cannot_do(kind: str) -> None:
    every = tuple(act(name, 60 + 10 * n) for n, name in enumerate(PRESSES) if not name.startswith(("auto", "target")))
    calm = tuple(each for each in every if each.do not in ("extended", "correction", "suspend"))
    faults = tuple(Fault(400, each, FAULTS[each][1]) for each in FAULTS)
    run = Run(PATIENT, DEVICE, Scenario(600, (Meal(30, 20, counted_g=20), *faults)), actions=calm)
    other = with_therapy(run, kind)
    simulate(other)
    assert [each for each in other.scenario.timeline if isinstance(each, Meal)]
    gone = left_out(run, kind)
    assert ("bolus" in gone, "occlusion" in gone) == (kind == "mdi",) * 2
    assert ("temp_rate" in gone) == (kind in ("mdi", "hcl-ttr", "hcl-pid"))
    assert not {"pen", "strip", "compression"} & set(gone)


# --- typed junk -----------------------------------------------------------------------------------------------------

JUNK = st.one_of(
    st.sampled_from([nan, inf, -inf, True, False, None, "soon", "", "07:30", 10**30, -(10**30), 10**400, -(10**5000)]),
    st.floats(),
    st.integers(),
    st.floats(-5, 500).map(lambda value: round(value, 2)),
    st.integers(-5, 500),
    st.text(max_size=5),
)
MAKERS: dict[str, Callable[[Any], Any]] = {
    "meal at": lambda junk: lived(Meal(junk, 5.0)),
    "meal": lambda junk: lived(Meal(1, junk)),
    "meal class": lambda junk: lived(Meal(1, 5.0, junk)),
    "meal minutes": lambda junk: lived(Meal(1, 5.0, minutes=junk)),
    "meal counted": lambda junk: lived(Meal(1, 5.0, counted_g=junk)),
    "exercise": lambda junk: lived(Exercise(1, junk)),
    "exercise kind": lambda junk: lived(Exercise(1, 30, junk)),
    "heart": lambda junk: lived(Exercise(1, 30, above_rest_bpm=junk)),
    "illness": lambda junk: lived(Illness(1, junk)),
    "illness sensitivity": lambda junk: lived(Illness(1, 60, junk)),
    "illness production": lambda junk: lived(Illness(1, 60, 0.6, junk)),
    "fault kind": lambda junk: lived(Fault(1, junk)),
    "fault minutes": lambda junk: lived(Fault(1, "compression", 40, junk)),
    **{f"fault {kind}": lambda junk, kind=kind: lived(Fault(1, kind, junk)) for kind in FAULTS},  # type: ignore[misc] # a default binds it
    "act": lambda junk: lived(Act(1, junk)),
    "act at": lambda junk: lived(Act(junk, "strip")),
    "act minutes": lambda junk: lived(Act(1, "temp_percent", 50, junk)),
    **{
        f"act {name}": lambda junk, name=name: lived(replace(act(name), amount=junk), kind="plgs")  # type: ignore[misc] # a default binds it
        for name in PRESSES
    },
    "target": lambda junk: lived(Act(1, "target", junk), kind="hcl-pid"),
    "minutes": lambda junk: Scenario(junk),
    "start": lambda junk: lived_with(scenario=Scenario(60, (), junk)),
    "seed": lambda junk: lived_with(seed=junk, noise=True),
    "glucose": lambda junk: lived_with(glucose_mmol=junk),
    "reservoir": lambda junk: lived_with(reservoir_u=junk),
    "sensor": lambda junk: lived_with(sensor=junk),
    "therapy": lambda junk: lived_with(therapy=Therapy(junk)),
    "long-acting": lambda junk: lived_with(therapy=Therapy("mdi", junk)),
    "rapid": lambda junk: lived_with(therapy=Therapy("mdi", rapid=junk)),
    "rescue below": lambda junk: lived_with(habits=Habits(junk)),
    "rescue asleep": lambda junk: lived_with(habits=Habits(70, junk)),
    "rescue": lambda junk: lived_with(habits=Habits(100, 100, junk), glucose_mmol=4.0),
    "pen step": lambda junk: lived_with(habits=Habits(pen_step_u=junk), therapy=Therapy("mdi")),
    "until": lambda junk: simulate(Run(PATIENT, DEVICE, Scenario(60)), until=junk),
    "branch": lambda junk: simulate(branch(Run(PATIENT, DEVICE, Scenario(60)), junk, [Act(30, "strip")])),
    "weight": lambda junk: lived_with(patient=standard(weight=junk)),
    "archetype": lambda junk: lived_with(patient=archetype(junk)),
    "member": lambda junk: lived_with(patient=member(junk, 1, 1).patient),
    "cohort": lambda junk: lived_with(patient=member("adult", junk, 1).patient),
    "index": lambda junk: lived_with(patient=member("adult", 1, junk).patient),
    "member weight": lambda junk: lived_with(patient=member("adult", 1, 1, junk).patient),
    "device": lambda junk: lived_with(device=replace(DEVICE, kind=junk)),
    "profiles": lambda junk: lived_with(device=replace(DEVICE, more_basal=junk)),
    "profile": lambda junk: lived_with(device=replace(DEVICE, more_basal=(junk,))),
    **{
        f"{name} {shape}": lambda junk, name=name, made=made: lived_with(device=replace(DEVICE, **{name: made(junk)}))  # type: ignore[misc] # a default binds it
        for name in ("basal", "icr", "isf_mgdl", "target_mgdl")
        for shape, made in {
            "value": lambda junk: (("00:00", junk),),
            "time": lambda junk: (("00:00", 45.0), (junk, 45.0)),
            "pair": lambda junk: (junk,),
            "profile": lambda junk: junk,
        }.items()
    },
    **{
        name: lambda junk, name=name: lived_with(device=replace(DEVICE, **{name: junk}))  # type: ignore[misc] # a default binds it
        for name in (
            *("dia_h", "low_target_mgdl", "high_target_mgdl", "correct_above_mgdl", "min_bg_mgdl"),
            "reverse_correction",
        )
    },
}
MAKERS |= {
    f"parameter {name}": lambda junk, name=name: lived_with(patient=standard(**{name: junk}))  # type: ignore[misc] # a default binds it
    for name in PATIENT.__slots__
}


def lived_with(**changes: Any) -> Trace:
    scenario = Scenario(30, (Meal(6, 20, counted_g=20),))
    values: dict[str, Any] = {"patient": PATIENT, "device": DEVICE, "scenario": scenario, "noise": False}
    return simulate(Run(**(values | changes)))


@settings(max_examples=1200)
@given(name=st.sampled_from(sorted(MAKERS)), junk=JUNK)
@example(name="dia_h", junk="soon")
@example(name="basal pair", junk=1)
@example(name="basal time", junk="²2:00")
@example(name="cohort", junk=2**64)
@example(name="basal pair", junk=-(10**5000))
@example(name="parameter k12", junk=1017)
def test_whatever_is_put_in_a_value_gives_a_run_or_an_error_of_the_engine(name: str, junk: Any) -> None:
    try:
        found = MAKERS[name](junk)
    except EngineError as error:
        assert str(error)  # noqa: PT017 - either is right, and an error has words
        return
    if isinstance(found, Trace):
        for series in (found.glucose_mgdl, found.basal_u, found.ketones_mmol, found.carbs_g, found.pen_u):
            assert np.isfinite(series).all(), name


@pytest.mark.parametrize("name", sorted(MAKERS))
@pytest.mark.parametrize("junk", [nan, inf, -1, 10**400], ids=str)
def test_no_number_that_is_none_becomes_a_run(name: str, junk: Any) -> None:
    with pytest.raises(EngineError):
        MAKERS[name](junk)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: lived(seed=-1), OutOfRange),
        (lambda: lived(seed=True), OutOfRange),
        (lambda: lived(glucose_mmol=nan), NotFinite),
        (lambda: lived(glucose_mmol="six"), NotFinite),
        (lambda: lived(glucose_mmol=0), OutOfRange),
        (lambda: standard(weight=0), OutOfRange),
        (lambda: standard(weight=-28), OutOfRange),
        (lambda: standard(weight="heavy"), NotFinite),  # type: ignore[arg-type] # what a file may hold
        (lambda: member("adult", 1, -1), OutOfRange),
        (lambda: member("adult", 1, 1, 0), OutOfRange),
        (lambda: archetype("x"), UnknownName),
        (lambda: Scenario(0), OutOfRange),
        (lambda: Scenario(0.5), OutOfRange),  # type: ignore[arg-type] # what a file may hold
        (lambda: replace(DEVICE, dia_h="soon"), NotFinite),  # type: ignore[arg-type] # what a file may hold
        (lambda: replace(DEVICE, basal=((1,),)), OutOfRange),  # type: ignore[arg-type] # what a file may hold
        (lambda: replace(DEVICE, more_basal=DEVICE.more_basal * 3), OutOfRange),
        (lambda: replace(DEVICE, low_target_mgdl=130.0), OutOfRange),
        (lambda: Habits(rescue_below_mgdl=-70), NegativeAmount),
        (lambda: Habits(rescue_below_mgdl=70, rescue_g=0), OutOfRange),
        (lambda: Habits(pen_step_u=0.7), OutOfRange),
        (lambda: Habits(rescue_asleep_mgdl=nan), NotFinite),
        (lambda: Therapy("prayer"), UnknownName),
    ],
)
def test_a_run_of_values_that_cannot_be_is_refused_by_name(make: Callable[[], Any], error: type[EngineError]) -> None:
    with pytest.raises(error):
        make()


# --- files ----------------------------------------------------------------------------------------------------------

FILE = """\
patient:
  group: child
  seed: 9
  index: 0
  weight_kg: 28
  glucose_mmol: 6.5
device:
  kind: tubed-a
  basal: [["00:00", 0.15]]
  icr: 30
  isf_mgdl: 150
  dia_h: 4
  profiles: [0.2, [["00:00", 0.1], ["06:00", 0.2]]]
therapy: pump
habits:
  rescue_below_mgdl: 70
  rescue_g: 10
start: "20:00"
hours: 14
seed: 1
timeline:
  - at: "21:00"
    meal:
      carbs_g: 20
      class: slow
      minutes: 15
      counted_g: 25
  - at: "21:30"
    exercise: {minutes: 30, kind: walk, above_rest_bpm: 20}
  - at: "21:40"
    illness: {minutes: 300, sensitivity: 0.7}
  - at: "22:00"
    fault: leak
    amount: 0.5
  - at: 200
    do: temp_rate
    amount: 0.1
    minutes: 60
  - at: "d2 05:00"
    do: pen
    dose_u: 1
  - {at: "d2 06:00", do: profile, amount: 2}
"""


def said(folder: Path, text: str | bytes, *options: str) -> str:
    file, out = folder / "night.yaml", io.StringIO()
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    call_command("simulate", str(file), f"--out={folder}", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def mistakes(folder: Path, text: str | bytes, *options: str) -> str:
    with pytest.raises(CommandError) as caught:
        said(folder, text, *options)
    return str(caught.value)


def test_the_file_is_right_before_it_is_spoilt(tmp_path: Path) -> None:
    assert "pump " in said(tmp_path, FILE)


MISTAKES = [
    # patient
    ("group: child", "group: cats", "2: group: patient: there is no group 'cats'"),
    ("group: child", "group: [child]", "2: group: must be one of adult"),
    ("group: child", "archetype: 3", "3: seed: goes with a group"),
    ("  seed: 9\n  index: 0\n", "  archetype: 3\n", "3: archetype: does not go with a group"),
    ("group: child\n  seed: 9\n  index: 0", "archetype: x", "2: archetype: patient: there is no archetype 'x'"),
    ("group: child\n  seed: 9\n  index: 0", "archetype: 7", "2: archetype: patient: there is no archetype"),
    ("seed: 9", "seed: -1", "3: seed:"),
    ("seed: 9", "seed: true", "3: seed:"),
    ("index: 0", "index: -1", "4: index:"),
    ("index: 0", "index: 1.5", "4: index:"),
    ("weight_kg: 28", "weight_kg: 0", "5: weight_kg:"),
    ("weight_kg: 28", "weight_kg: -28", "5: weight_kg:"),
    ("weight_kg: 28", "weight_kg: .nan", "5: weight_kg:"),
    ("weight_kg: 28", "weight_kg: heavy", "5: weight_kg:"),
    ("weight_kg: 28", "weight_kg:", "5: weight_kg:"),
    ("weight_kg: 28", "weight: 28", "5: weight: is no key we know here"),
    ("glucose_mmol: 6.5", "glucose_mmol: .nan", "6: glucose_mmol: glucose_mmol: must be a number"),
    ("glucose_mmol: 6.5", "glucose_mmol: six", "6: glucose_mmol:"),
    ("glucose_mmol: 6.5", "glucose_mmol: 0", "6: glucose_mmol:"),
    ("glucose_mmol: 6.5", "glucose_mmol: 117", "6: glucose_mmol:"),
    # device
    ("kind: tubed-a", "kind: [a]", "7: device: device: there is no kind"),
    ("kind: tubed-a", "sort: tubed-a", "8: sort: is no key we know here"),
    ('basal: [["00:00", 0.15]]', "basal: [[1]]", "9: basal: basal: must be pairs of time and value"),
    ('basal: [["00:00", 0.15]]', 'basal: [["00:00", 0.16]]', "9: basal: basal: Tubed A has steps"),
    ('basal: [["00:00", 0.15]]', 'basal: [["00:00", much]]', "9: basal:"),
    ('basal: [["00:00", 0.15]]', "basal: {a: 1}", "9: basal:"),
    ('basal: [["00:00", 0.15]]', "basal: 36", "9: basal: basal: Tubed A gives at most 35"),
    ("icr: 30", "icr: 0", "10: icr:"),
    ("icr: 30", "icr:", "10: icr:"),
    ("  icr: 30\n", "", "8: icr: is missing"),
    ("isf_mgdl: 150", "isf_mgdl: -150", "11: isf_mgdl:"),
    ("dia_h: 4", "dia_h: soon", "12: dia_h: dia_h: must be a number"),
    ("dia_h: 4", "dia_h: 9", "12: dia_h:"),
    ("dia_h: 4", "dia_hours: 4", "12: dia_hours: is no key we know here"),
    ("dia_h: 4", "reverse_correction: 1", "12: reverse_correction:"),
    ("profiles: [0.2,", "profiles: [no,", "13: profiles: profiles: number 2"),
    ("profiles: [0.2,", "profiles: [1, 1, 1, 1,", "13: profiles: profiles: up to 4"),
    ("profiles: [0.2,", "more_basal: [0.2,", "13: more_basal: is no key we know here"),
    # the run
    ("therapy: pump", "therapy: [pump]", "14: therapy: must be one of mdi"),
    ("rescue_below_mgdl: 70", "rescue_below_mgdl: low", "16: rescue_below_mgdl:"),
    ("rescue_below_mgdl: 70", "rescue_below_mgdl: 3.9", "16: rescue_below_mgdl:"),
    ("rescue_below_mgdl: 70", "rescues: 70", "16: rescues: is no key we know here"),
    ("rescue_g: 10", "rescue_g: 0", "17: rescue_g:"),
    ("rescue_g: 10", "rescue_g: .inf", "17: rescue_g:"),
    ("rescue_g: 10", "pen_step_u: 2", "17: pen_step_u:"),
    ('start: "20:00"', 'start: "24:00"', "18: start:"),
    ('start: "20:00"', "start: 1200", "18: start:"),
    ("hours: 14", "hours: .nan", "19: hours: hours: must be a number"),
    ("hours: 14", "hours: 0", "19: hours:"),
    ("hours: 14", "hours: 0.001", "19: hours: must be whole minutes"),
    ("hours: 14", "hours: true", "19: hours:"),
    ("hours: 14", "hours: 3000", "19: hours:"),
    ("hours: 14\n", "", "1: hours:"),
    ("seed: 1\n", "seed: -1\n", "20: seed:"),
    ("seed: 1\n", "seed: true\n", "20: seed:"),
    ("seed: 1\n", "seed: 99999999999999999999\n", "20: seed:"),
    # what another device has
    (
        "  dia_h: 4\n",
        "  dia_h: 4\n  target_mgdl: 120\n",
        "13: target_mgdl: target_mgdl: the calculator of Tubed A has low",
    ),
    ("  dia_h: 4\n", "  dia_h: 4\n  min_bg_mgdl: 70\n", "13: min_bg_mgdl:"),
    ("  dia_h: 4\n", "  dia_h: 4\n  ripple: true\n", "13: ripple: ripple: Tubed A is driven by a screw"),
    # what happens
    ('"21:00"', '"21:60"', "22: at:"),
    ('"21:00"', "-5", "22: at: lies outside the run"),
    ('"21:00"', "12.5", "22: at: must be a time"),
    ("      carbs_g: 20\n", "", "24: carbs_g: is missing: a meal has carbs_g"),
    ("carbs_g: 20", "carbs_g: .nan", "23: meal: meal (g): must be a number"),
    ("carbs_g: 20", "carbs_g: 20000", "23: meal:"),
    ("class: slow", "class: huge", "23: meal: meal: no class 'huge'"),
    ("class: slow", "kind: slow", "25: kind: is no key we know here"),
    ("      minutes: 15", "      minutes: 0", "23: meal:"),
    ("counted_g: 25", "counted: 25", "27: counted: is no key we know here"),
    ("{minutes: 30, kind: walk, ", "{kind: walk, ", "29: minutes: is missing: exercise has minutes"),
    ("above_rest_bpm: 20", "above_rest_bpm: 200", "29: exercise:"),
    ("above_rest_bpm: 20", "above_rest_bpm: 140", "29: exercise: above_rest_bpm: this person's heart goes 131 above"),
    ("above_rest_bpm: 20", "bpm: 20", "29: bpm: is no key we know here"),
    ("{minutes: 30, kind: walk, above_rest_bpm: 20}", "45", "29: exercise: must be a map"),
    ("exercise: {minutes: 30, kind: walk, above_rest_bpm: 20}", "exercise: {}", "29: minutes: is missing"),
    ("sensitivity: 0.7", "sensitivity: 0", "31: illness:"),
    ("sensitivity: 0.7", "fever: true", "31: fever: is no key we know here"),
    ("    amount: 0.5\n", "", "33: fault: fault: leak needs an amount"),
    ("    amount: 0.5\n", "    amount: 0.5\n    minutes: 9\n", "33: fault: fault: leak takes no minutes"),
    ("    amount: 0.5\n", "    amount: 0.5\n    decisive: true\n", "35: decisive: is no key we know here"),
    ("fault: leak", "fault: {leak: 1}", "33: fault: fault: no kind"),
    ("    amount: 0.1\n", "", "36: do: temp_rate: needs an amount in units/h"),
    (
        "    amount: 0.1\n",
        "    dose_u: 0.1\n",
        "37: dose_u: is units of insulin, and temp_rate takes",
    ),
    ("    minutes: 60\n", "", "36: do: temp_rate: needs minutes"),
    ("    minutes: 60\n", "    minutes: 60\n    note: x\n", "39: note: is no key we know here"),
    ("do: temp_rate", "do: temp_percent", "36: do: temp_percent: Tubed A has steps of 1 percent"),
    ("do: temp_rate", "do: suspend", "36: do: suspend: takes no amount"),
    ("do: temp_rate", "do: [temp_rate]", "36: do: action: there is no"),
    ("dose_u: 1", "dose_u: 1\n    amount: 1", "41: dose_u: stands beside amount"),
    ("dose_u: 1", "meal: {carbs_g: 1}", "39: at: needs exactly one of"),
    ("profile, amount: 2", "profile, amount: 4", "42: do: profile: must be a whole number from 1 to 3"),
    # and the therapy
    ("therapy: pump", "therapy: mdi", "33: fault: fault: leak: there is no pump under this therapy"),
    ("therapy: pump", "therapy: mdi", "36: do: temp_rate: there is no pump under this therapy"),
    ("therapy: pump", "therapy: hcl-pid", "36: do: temp_rate: the loop sets the basal rate"),
    ("do: pen\n    dose_u: 1", "do: auto_off", "40: do: auto_off: there is no automatic mode"),
]


@pytest.mark.parametrize(("right", "wrong", "says"), MISTAKES, ids=[f"{wrong} > {says}" for _, wrong, says in MISTAKES])
def test_a_mistake_in_a_file_is_told_at_its_line_and_key(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    assert FILE.count(right) == 1
    found = mistakes(tmp_path, FILE.replace(right, wrong))
    assert f"night.yaml:{says}" in found, found


NO_SCENARIOS = [b"patient: \xff\n", b"a: \x07", b"", b"[1]", b"a: [", b"a: 1\na: 2\n", b"patient: []"]
NO_SCENARIOS += [b"seed: " + b"9" * 5000, b"patient: &a {group: *a}"]


@pytest.mark.parametrize("text", NO_SCENARIOS, ids=range(len(NO_SCENARIOS)))
def test_a_file_that_is_no_scenario_is_a_mistake_too(tmp_path: Path, text: bytes) -> None:
    assert "night.yaml:" in mistakes(tmp_path, text)


def test_a_wrong_therapy_is_one_mistake_and_not_one_in_every_row(tmp_path: Path) -> None:
    assert mistakes(tmp_path, FILE.replace("therapy: pump", "therapy: prayer")).count("night.yaml:") == 1


PLACES = ["9\n", "child", "28", "6.5", "tubed-a", "0.15", "30\n", "150", "pump", "70", "14", "0.5", "walk", "slow"]
WRITTEN = ["", ".nan", ".inf", "-1", "true", "soon", "[]", "{}", "[[1]]", "{a: b}", "1e400", "2024-01-01", "'07:30'"]
WRITTEN += ["9" * 500, "0x10", "!!binary aGk=", "~", "[[[]]]", '"\\0"']


@settings(max_examples=100)
@given(place=st.sampled_from(PLACES), junk=st.sampled_from(WRITTEN))
def test_whatever_stands_in_a_file_gives_a_run_or_a_mistake_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, place: str, junk: str
) -> None:
    text = FILE.replace(place, junk + "\n" * place.endswith("\n"), 1)
    folder = tmp_path_factory.mktemp("junk")
    try:
        said(folder, text)
    except CommandError as error:
        assert "night.yaml:" in str(error)  # noqa: PT017 - either is right


def test_a_comparison_says_in_one_line_what_it_left_out(tmp_path: Path) -> None:
    lines = [
        line for line in said(tmp_path, FILE, "--compare=mdi,pump,hcl").splitlines() if line.startswith("left out")
    ]
    assert lines == ["left out under mdi: leak, temp_rate, profile; under hcl-ttr: temp_rate"]
    assert "left out" not in said(tmp_path, FILE)


@pytest.mark.parametrize("people", ["-3", "0", "0.5", "many"])
def test_a_cohort_of_nobody_is_refused(tmp_path: Path, people: str) -> None:
    assert "--cohort" in mistakes(tmp_path, FILE, f"--cohort={people}")


def test_a_part_of_a_run_of_the_wrong_kind_is_named() -> None:
    patient, device = standard(), set_device(standard())
    parts: dict[str, Any] = {"patient": patient, "device": device, "scenario": Scenario(60)}
    junk: dict[str, Any] = {
        "patient": None,
        "device": 3,
        "scenario": None,
        "therapy": "pump",
        "habits": None,
        "noise": "no",
        "circadian": 1,
        "actions": None,
    }
    for name, value in junk.items():
        with pytest.raises(OutOfRange, match=f"^{name}: is no {name} of a run"):
            Run(**(parts | {name: value}))
    with pytest.raises(OutOfRange, match="timeline"):
        Scenario(60, "x")  # type: ignore[arg-type] # what no type checker has seen
    for happening in (None, "meal"):
        thing: Any = happening
        with pytest.raises(OutOfRange, match="nothing that can happen"):
            simulate(Run(patient, device, Scenario(60, (thing,))))
        with pytest.raises(OutOfRange, match="is no action"):
            branch(Run(patient, device, Scenario(60)), 0, [thing])

"""The body: closed-form rest, the independent reference, invariance, published targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.engine.cohort import member
from simulator.engine.device import Device
from simulator.engine.errors import ImpossiblePatient, NotFinite, OutOfRange, UnknownName
from simulator.engine.patient import FILES, Patient, archetype, parameters, standard
from simulator.engine.run import Run, Trace, simulate
from simulator.engine.scenario import MEALS, Act, Exercise, Happening, Illness, Meal, Scenario
from simulator.engine.settings import glucose_later, true_settings
from simulator.tests.reference import Inputs, integrate

HOUR, DAY = 60, 1440
MG_PER_MMOL = 180.16
ACTIVITIES = {"walk": 25.0, "moderate": 50.0, "run": 75.0, "intense": 95.0}


def device(basal: float, kind: str = "tubed-b") -> Device:
    return Device(kind, (("00:00", basal),), (("00:00", 10.0),), (("00:00", 40.0),))


def lived(patient: Patient, minutes: int, *timeline: Happening, actions: tuple[Act, ...] = (), **more: Any) -> Trace:
    """Without chance, with a pump whose basal is the nearest step to the person's own."""
    basal = round(patient.steady(more.get("glucose_mmol", 6.0)).basal_u_per_h, 3)
    values: dict[str, Any] = {"noise": False, "circadian": False, "device": device(basal)} | more
    return simulate(Run(patient, values.pop("device"), Scenario(minutes, timeline), actions=actions, **values))


def inputs_of(trace: Trace, patient: Patient, timeline: tuple[Happening, ...]) -> Inputs:
    """What the engine says it gave, and the timeline translated anew."""
    n = len(trace.skin_u) - 1
    cho, dhr, intense = np.zeros((n, 5)), np.zeros(n), np.zeros(n)
    ill, egp = np.ones(n), np.ones(n)
    for each in timeline:
        if isinstance(each, Meal):
            for kind, share in MEALS[each.kind]:
                rate = share * each.carbs_g * 1000 / MG_PER_MMOL / each.minutes
                cho[each.at : each.at + each.minutes, kind] += rate
        elif isinstance(each, Exercise):
            dhr[each.at : each.at + each.minutes] = ACTIVITIES[each.kind]
            intense[each.at : each.at + each.minutes] = each.kind == "intense"
        elif isinstance(each, Illness):
            ill[each.at : each.at + each.minutes] = each.sensitivity
            egp[each.at : each.at + each.minutes] = each.production
    ageing = 1 - patient.site_ageing * np.minimum(np.arange(n) // 5 * 5 / DAY, 3)  # by the sample
    return Inputs(trace.skin_u[:n] * 1000, cho, dhr, intense, patient.tmax_i * ageing, ill, egp)


@pytest.mark.parametrize("seed", range(6))
def test_the_compiled_body_and_an_independent_integrator_agree_within_a_thousandth_of_a_mg_per_dl(seed: int) -> None:
    rng = np.random.default_rng(seed)
    patient = member("adult", 77, seed).patient

    def minute(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    timeline: tuple[Happening, ...] = (
        Meal(minute(5, 90), float(rng.integers(10, 90)), "normal"),
        Meal(minute(200, 300), float(rng.integers(10, 90)), str(rng.choice(list(MEALS)))),
        Exercise(minute(90, 190), minute(20, 60), str(rng.choice(list(ACTIVITIES)))),
        Illness(minute(300, 350), 100),
    )
    actions = (Act(60, "bolus", float(rng.integers(10, 50)) / 10), Act(150, "suspend"), Act(260, "resume"))
    trace = lived(patient, 480, *timeline, actions=actions, circadian=True, noise=False)
    glucose, ketones = integrate(patient, inputs_of(trace, patient, timeline))
    worst = float(np.abs(trace.glucose_mgdl - np.maximum(glucose, 1.1 * 18.016)).max())
    assert worst < 1e-3
    assert float(np.abs(trace.ketones_mmol - ketones).max()) < 1e-5


def test_exercise_is_felt() -> None:
    """Else the agreement above, exercise included, would say little."""
    patient = standard()
    moved = lived(patient, 180, Exercise(30, 60))
    still = lived(patient, 180)
    assert moved.glucose_mgdl[100] < still.glucose_mgdl[100] - 30


def test_at_rest_nothing_moves_for_a_day() -> None:
    """T1, by depots filled at the exact rate: the pump's steps would move glucose by a few mg/dL."""
    assert glucose_later(standard(dawn=0.0), 6.0, 0.0, 0.0, DAY) == pytest.approx(6.0, abs=1e-9 / 18.016)


@pytest.mark.parametrize("number", range(1, 7))
def test_every_measured_individual_has_a_steady_state(number: int) -> None:
    assert archetype(number).basal_u_per_h == pytest.approx(standard().basal_u_per_h, rel=1e-9)


def test_doses_divided_by_s_leave_glucose_as_it_was() -> None:
    """T3, of the body alone: 6 units at s 0.4 are 2.4 units at s 1."""
    high = glucose_later(standard(dawn=0.0, s=0.4), 6.0, 6.0, 60.0, 300)
    low = glucose_later(standard(dawn=0.0, s=1.0), 6.0, 2.4, 60.0, 300)
    assert high == pytest.approx(low, abs=1e-9)


@pytest.mark.parametrize(
    ("s", "basal", "icr", "isf"),
    [(0.3, 1.38, 8.1, 22.6), (0.4, 1.03, 10.8, 30.7), (0.6, 0.69, 16.2, 46.8), (1.0, 0.41, 27.0, 76.5)],
)
def test_true_settings_are_those_of_the_specification(s: float, basal: float, icr: float, isf: float) -> None:
    true = true_settings(standard(s=s, dawn=0.0))
    assert true.basal_u_per_h[0] == pytest.approx(basal, abs=0.006)
    assert true.icr_g_per_u == pytest.approx(icr, rel=0.01)
    assert true.isf_mgdl_per_u == pytest.approx(isf, abs=0.1)
    assert true.icr_g_per_u * true.tdd_u / 500 == pytest.approx(1.0, abs=0.10)


def first(values: Any, limit: float) -> float:
    """Hours until a trace first reaches a limit."""
    return float(np.argmax(values >= limit)) / HOUR


def test_without_insulin_glucose_and_ketones_rise_as_klonoff_2024_found() -> None:
    """T5: a regression of the calibration, not a validation of its own: the five constants were fitted to these."""
    trace = lived(standard(dawn=0.0), 16 * HOUR, actions=(Act(0, "suspend"),), glucose_mmol=7.0)
    assert first(trace.glucose_mgdl, 300) == pytest.approx(5.8, rel=0.1)
    assert first(trace.glucose_mgdl, 400) == pytest.approx(8.5, rel=0.1)
    assert first(trace.ketones_mmol, 0.6) == pytest.approx(3.8, rel=0.1)
    assert first(trace.ketones_mmol, 1.6) == pytest.approx(8.0, rel=0.1)
    assert first(trace.ketones_mmol, 3.0) == pytest.approx(14.15, rel=0.1)
    rise = (trace.glucose_mgdl[300] - trace.glucose_mgdl[60]) / 4
    assert rise == pytest.approx(34, abs=4)


def test_an_hour_of_moderate_exercise_lowers_glucose_within_the_published_interval() -> None:
    """T6: Garcia-Garcia 2015: -4.43 mmol/L per hour, -6.06 to -2.79 (a prototype of the equations measured -3.12)."""
    trace = lived(standard(dawn=0.0), 120, Exercise(0, 60), glucose_mmol=8.0)
    fall = (trace.glucose_mgdl[60] - trace.glucose_mgdl[0]) / 18.016
    assert -6.06 < fall < -2.79


def test_intense_exercise_raises_glucose_first() -> None:
    """By 2 to 3 mmol/L over some twenty minutes; later the muscles' sensitivity takes more than that."""
    glucose = lived(standard(dawn=0.0), 120, Exercise(0, 20, "intense")).glucose_mgdl / 18.016
    assert 2 < glucose[:60].max() - glucose[0] < 3
    assert glucose[120] < glucose[40]


def test_more_insulin_never_means_more_glucose() -> None:
    doses = [
        lived(standard(), 360, actions=(Act(10, "bolus", dose),)).glucose_mgdl[300] for dose in (1.0, 2.0, 3.0, 5.0)
    ]
    assert doses == sorted(doses, reverse=True)


def test_dawn_raises_a_morning_on_a_flat_rate() -> None:
    calm = lived(standard(dawn=0.0), 10 * HOUR).glucose_mgdl[8 * HOUR]
    assert lived(standard(dawn=0.35), 10 * HOUR, circadian=True).glucose_mgdl[8 * HOUR] > calm + 15


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"vg": float("nan")}, NotFinite),
        ({"k12": -1.0}, OutOfRange),
        ({"egp0": 0.005}, ImpossiblePatient),
        ({"k13": 1.0}, UnknownName),
    ],
)
def test_parameters_of_nobody_are_refused_by_name(change: dict[str, float], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(change)) if "egp0" not in change else "production"):
        standard(**change)


def test_whatever_is_recalled_says_that_it_awaits_a_check() -> None:
    """Strength R of the specification: not to be published before someone has looked."""

    def entries(name: str, part: object) -> list[tuple[str, str]]:
        if not isinstance(part, dict):
            return []
        words = f"{part.get('source', '')} {part.get('remark', '')}"
        own = [(name, words)] if part.get("strength") == "R" else []
        return own + [each for key, value in part.items() for each in entries(f"{name}.{key}", value)]

    found = [each for path in sorted(FILES.glob("*.toml")) for each in entries(path.stem, parameters(path.stem))]
    assert len(found) > 10
    assert [name for name, words in found if "await" not in words] == []


def test_every_parameter_says_its_unit_source_and_strength() -> None:
    for part in parameters("hovorka").values():
        for name, entry in part.items():
            assert {"value", "unit", "source", "strength"} <= set(entry), name
            assert entry["strength"] in {"V", "R", "D", "M"}, name


def test_a_member_of_a_cohort_is_the_same_person_for_ever_and_no_other() -> None:
    one = member("adult", 5, 3).patient
    member.cache_clear()
    assert member("adult", 5, 3).patient == one
    assert member("adult", 5, 4).patient != one
    assert member("child", 5, 3).patient.weight < 51


def test_the_500_rule_is_right_on_average_over_a_cohort() -> None:
    """T4: the median of ratio times total dose lies between 0.85 and 1.15 of 500."""
    found = [true_settings(member("adult", 1, index).patient) for index in range(100)]
    assert 0.85 < float(np.median([each.icr_g_per_u * each.tdd_u / 500 for each in found])) < 1.15

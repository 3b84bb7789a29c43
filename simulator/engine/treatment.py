"""What a treatment came to: insulin, sets, ketones, lows, alarms and the work it asked for (reference/simulator.md, 7.3
and 10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.engine.kernel.codes import FIRST_ALARM, Told
from simulator.engine.metrics import EVERY_MIN, episodes
from simulator.engine.run import Run, Trace
from simulator.engine.scenario import Act, Meal

__all__ = ["Treatment", "treatment"]

KETONES, KETONES_HIGH = 0.6, 1.5  # mmol/L
MISSED_G = 10.0  # grams from which a meal without a dose counts as missed
BEFORE_MIN, AFTER_MIN = 30, 60  # around a meal or an alarm
ALARMS = {code.name.lower() for code in Told if code >= FIRST_ALARM}
ACKNOWLEDGED = {"ack_occlusion", "ack_empty", "ack_error"}
REMEDIES = {"new_set", "new_set_unfilled", "new_reservoir", "new_battery", "pen", "strip", "ketone_strip", "disconnect"}


@dataclass(frozen=True, slots=True)
class Treatment:
    """Over `days`: insulin a day in units, the share of it that is basal in percent (None without insulin), doses a day
    by the person and by the loop, meals of 10 g or more without a dose from 30 min before to 60 min after, hours a set
    was in use between changes (None when it was never changed), hours with ketones of 0.6 and of 1.5 mmol/L or more and
    their peak, low events below 70 and 54 mg/dL, alarms a day, the percent of acknowledged alarms after which nothing
    was done within 60 min (None when none was acknowledged), and actions a day. A dual bolus is one dose and one
    action."""

    days: float
    tdd_u: float
    basal_percent: float | None
    boluses_per_day: float
    auto_boluses_per_day: float
    boluses_missed: int
    set_change_h: float | None
    ketones_h: float
    ketones_high_h: float
    ketones_peak_mmol: float
    lows_70: int
    lows_54: int
    alarms_per_day: float
    unanswered_percent: float | None
    actions_per_day: float


def treatment(run: Run, trace: Trace) -> Treatment:
    """What the run's trace shows; glucose is the true one, every five minutes. A trace replayed to a minute counts what
    was until then."""
    minutes = len(trace.glucose_mgdl) - 1
    days = minutes / 1440
    acts = [each for each in (*run.scenario.timeline, *run.actions) if isinstance(each, Act) and each.at < minutes]
    meals = [each for each in run.scenario.timeline if isinstance(each, Meal) and each.at < minutes]
    doses = [event.at for event in trace.events if event.name in ("bolus", "pen")]
    extended = [act.at for act in acts if act.do == "extended"]
    dual = sum(at in doses for at in extended)  # begun with a bolus: one dose of two parts, asked for at once
    doses += extended
    ketones, glucose = trace.ketones_mmol[:-1], trace.glucose_mgdl[:-1:EVERY_MIN]
    total = float(trace.basal_u.sum() + trace.bolus_u.sum() + trace.pen_u.sum())
    return Treatment(
        days=days,
        tdd_u=total / days,
        basal_percent=100 * _basal(trace) / total if total else None,
        boluses_per_day=(len(doses) - dual) / days,
        auto_boluses_per_day=sum(event.name == "auto_bolus" for event in trace.events) / days,
        boluses_missed=sum(_missed(meal, doses) for meal in meals),
        set_change_h=_set_change(acts),
        ketones_h=float(np.count_nonzero(ketones >= KETONES)) / 60,
        ketones_high_h=float(np.count_nonzero(ketones >= KETONES_HIGH)) / 60,
        ketones_peak_mmol=float(trace.ketones_mmol.max()),
        lows_70=episodes(glucose),
        lows_54=episodes(glucose, 54.0),
        alarms_per_day=sum(event.name in ALARMS for event in trace.events) / days,
        unanswered_percent=_unanswered(acts),
        actions_per_day=(len(acts) - dual + sum(meal.counted_g is not None for meal in meals)) / days,
    )


def _basal(trace: Trace) -> float:
    """Units of basal: the pump's, and of what pens gave all but the rapid doses, each of which is told."""
    rapid = sum(event.value for event in trace.events if event.name == "pen")
    return float(trace.basal_u.sum() + trace.pen_u.sum()) - rapid


def _missed(meal: Meal, doses: list[int]) -> bool:
    return meal.carbs_g >= MISSED_G and not any(meal.at - BEFORE_MIN <= at <= meal.at + AFTER_MIN for at in doses)


def _set_change(acts: list[Act]) -> float | None:
    """Mean hours between changes; the first set is new when the run begins."""
    times = sorted(act.at for act in acts if act.do in ("new_set", "new_set_unfilled"))
    return float(np.mean(np.diff([0, *times]))) / 60 if times else None


def _unanswered(acts: list[Act]) -> float | None:
    told = [act.at for act in acts if act.do in ACKNOWLEDGED]
    if not told:
        return None
    remedies = [act.at for act in acts if act.do in REMEDIES]
    idle = sum(not any(at - BEFORE_MIN <= each <= at + AFTER_MIN for each in remedies) for at in told)
    return 100.0 * idle / len(told)

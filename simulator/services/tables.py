"""Runs as tables of figures for a terminal: a row a therapy, at most 100 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from simulator.engine.metrics import CONSENSUS, Ranges, enough, goals, gri_zone, ranges
from simulator.engine.run import Run, Trace
from simulator.engine.treatment import Treatment, treatment

__all__ = ["summary"]

Lived = Sequence[tuple[Run, Trace]]
Column = tuple[str, int, Callable[[Ranges, Treatment], float | None]]  # heading, decimals, value

GLUCOSE: tuple[Column, ...] = (
    ("<54", 1, lambda g, _t: g.very_low),
    ("54-69", 1, lambda g, _t: g.low),
    ("70-180", 1, lambda g, _t: g.in_range),
    ("70-140", 1, lambda g, _t: g.tight),
    ("181-250", 1, lambda g, _t: g.high),
    (">250", 1, lambda g, _t: g.very_high),
    ("mean", 0, lambda g, _t: g.mean),
    ("SD", 0, lambda g, _t: g.sd),
    ("CV %", 1, lambda g, _t: g.cv),
    ("GMI %", 1, lambda g, _t: g.gmi),
    ("mmol/mol", 0, lambda g, _t: g.gmi_mmol_per_mol),
)
RISK: tuple[Column, ...] = (
    ("GRI", 1, lambda g, _t: g.gri),
    ("LBGI", 1, lambda g, _t: g.lbgi),
    ("HBGI", 1, lambda g, _t: g.hbgi),
    ("lows <70", 1, lambda _g, t: t.lows_70),
    ("lows <54", 1, lambda _g, t: t.lows_54),
    ("h of 0.6", 1, lambda _g, t: t.ketones_h),
    ("h of 1.5", 1, lambda _g, t: t.ketones_high_h),
    ("ketones", 2, lambda _g, t: t.ketones_peak_mmol),
)
WORK: tuple[Column, ...] = (
    ("units/d", 1, lambda _g, t: t.tdd_u),
    ("basal %", 0, lambda _g, t: t.basal_percent),
    ("doses/d", 1, lambda _g, t: t.boluses_per_day),
    ("by loop", 1, lambda _g, t: t.auto_boluses_per_day),
    ("missed", 1, lambda _g, t: t.boluses_missed),
    ("set h", 0, lambda _g, t: t.set_change_h),
    ("alarms/d", 1, lambda _g, t: t.alarms_per_day),
    ("unanswered %", 0, lambda _g, t: t.unanswered_percent),
    ("acts/d", 1, lambda _g, t: t.actions_per_day),
)


def summary(found: Mapping[str, Lived]) -> Iterable[str]:
    """Lines: glucose, risk, insulin and work of each therapy, then the consensus goals. Of several people the means;
    what nobody has is a dash."""
    every = {kind: [_measured(run, trace) for run, trace in lived] for kind, lived in found.items()}
    yield "Glucose: percent of the time in mg/dL; mean and SD in mg/dL"
    yield from _table(GLUCOSE, every)
    yield "Risk: low events; hours with ketones of 0.6 and 1.5 mmol/L or more, and their peak"
    yield from _table(RISK, every, end=("zone", lambda mean: gri_zone(mean[0])))
    yield "Insulin and work: doses by the person, meals without a dose, hours a set was used"
    yield from _table(WORK, every)
    yield "Goals (Battelino 2019)"
    for kind, lived in found.items():
        yield from _goals(kind, lived)


def _measured(run: Run, trace: Trace) -> tuple[Ranges, Treatment]:
    return ranges(trace.glucose_mgdl[::5]), treatment(run, trace)


def _table(
    columns: Sequence[Column],
    every: Mapping[str, Sequence[tuple[Ranges, Treatment]]],
    *,
    end: tuple[str, Callable[[Sequence[float]], str]] | None = None,
) -> Iterable[str]:
    widths = [max(len(heading), 6) for heading, _decimals, _value in columns]
    heads = [f"{heading:>{width}}" for (heading, _decimals, _value), width in zip(columns, widths, strict=True)]
    yield " ".join([f"{'therapy':8}", *heads, *([end[0]] if end else [])])
    for kind, people in every.items():
        means = [_mean(value(*each) for each in people) for _heading, _decimals, value in columns]
        cells = [
            f"{'-' if np.isnan(mean) else f'{mean:.{decimals}f}':>{width}}"
            for mean, (_heading, decimals, _value), width in zip(means, columns, widths, strict=True)
        ]
        yield " ".join([f"{kind:8}", *cells, *([f"{end[1](means):>4}"] if end else [])])
    yield ""


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")


def _goals(kind: str, lived: Lived) -> Iterable[str]:
    """One person: which goals are not met. Several: how many of them meet all."""
    for who in CONSENSUS:
        each = [goals(trace.glucose_mgdl[::5], who) for _run, trace in lived]
        if len(each) == 1:
            met = sum(one.met for one in each[0])
            missed = ", ".join(f"{one.goal.words} is {one.percent:.1f} %" for one in each[0] if not one.met)
            yield f"{kind:8} {who:9} {met} of {len(each[0])} met{f': not {missed}' if missed else ''}"
        else:
            whole = sum(all(one.met for one in person) for person in each)
            yield f"{kind:8} {who:9} {whole} of {len(each)} people meet all"
    if not all(enough(trace.glucose_mgdl[:-1:5]) for _run, trace in lived):
        yield f"{kind:8} fewer than 70 % of 14 days: goals are an indication only"

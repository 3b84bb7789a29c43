"""The same equations once more, written plainly and integrated by SciPy: what the compiled engine is held against. It
shares no code with it, only the parameters of a Patient."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from simulator.engine.patient import Patient

TMAX = (20.0, 40.0, 65.0, 45.0, 150.0)
NAMES = [*("q1", "q2", "x1", "x2", "x3", "i", "gi", "k", "e", "c", "y", "z", "h", "s1", "s2", "l1", "l2")] + [
    f"d{n}{k}" for k in range(5) for n in (1, 2)
]


@dataclass
class Inputs:
    """What is constant over a minute, minute by minute: (n,) arrays."""

    u: Any  # mU/min
    cho: Any  # (n, 5) mmol/min
    dhr: Any
    intense: Any
    tmax_i: Any
    ill: Any
    egp: Any
    jumps: dict[int, tuple[str, float]] = field(default_factory=dict)  # minute: (state, amount) added at its start
    kl1: float = 0.3 / 60
    kl2: float = 0.0555 / 60


def slopes(t: float, v: Any, p: Patient, ib: float, inputs: Inputs, n: int, start: int) -> Any:
    s = dict(zip(NAMES, v, strict=True))
    hour = ((start + t) / 60) % 24
    dawn = 1 + p.dawn * exp(-(((hour - 6.5) / 1.8) ** 2) / 2)
    sens = p.s * inputs.ill[n] / dawn
    g = s["q1"] / p.vg
    f01c = p.f01 * min(1, g / 4.5)
    renal = 0.003 * (g - 9) * p.vg if g > 9 else 0
    more = 1 + p.a_ex * s["z"]
    w1, w2 = s["x1"] * more, s["x2"] * more
    egp = max(0, p.egp0 * inputs.egp[n] * (1 - s["x3"])) + p.egp0 * p.surge * s["h"]
    tmax = [each * p.tmax_g_factor for each in TMAX]
    ug = sum(s[f"d2{k}"] / tmax[k] for k in range(5))
    r = s["i"] / ib
    ak = p.pm / ((p.kc0 + p.kc1 / 2) * 0.1) - 1
    f = (s["y"] / p.hr_ref) ** 4 / (1 + (s["y"] / p.hr_ref) ** 4)
    out = {
        "q1": -f01c
        - renal
        - w1 * s["q1"]
        + p.k12 * s["q2"]
        + ug / p.weight
        + egp
        + s["c"]
        + s["e"]
        - p.b_ex * s["y"] * s["q1"],
        "q2": w1 * s["q1"] - (p.k12 + w2) * s["q2"],
        "x1": p.ka1 * (p.sit * sens * s["i"] - s["x1"]),
        "x2": p.ka2 * (p.sid * sens * s["i"] - s["x2"]),
        "x3": p.ka3 * (p.sie * sens * s["i"] - s["x3"]),
        "i": (s["s2"] / inputs.tmax_i[n] + inputs.kl2 * s["l2"]) / (p.vi * p.weight) - p.ke * s["i"],
        "gi": (g - s["gi"]) / p.tau_ig,
        "k": (p.pm / (1 + ak * r**4) - s["k"] * (p.kc0 + p.kc1 * r / (1 + r))) / 60,
        "e": (p.kdef * p.egp0 * max(0, 1 - r) ** 2 - s["e"]) / 60,
        "c": (p.counter * 0.0016 * max(0, 3.9 - g) - s["c"]) / 15,
        "y": (inputs.dhr[n] - s["y"]) / p.tau_hr,
        "z": f - (f + 1 / p.tau_z) * s["z"],
        "h": (inputs.intense[n] - s["h"]) / 10,
        "s1": inputs.u[n] - s["s1"] / inputs.tmax_i[n],
        "s2": (s["s1"] - s["s2"]) / inputs.tmax_i[n],
        "l1": -inputs.kl1 * s["l1"],
        "l2": inputs.kl1 * s["l1"] - inputs.kl2 * s["l2"],
    }
    for k in range(5):
        out[f"d1{k}"] = p.ag * inputs.cho[n][k] - s[f"d1{k}"] / tmax[k]
        out[f"d2{k}"] = (s[f"d1{k}"] - s[f"d2{k}"]) / tmax[k]
    return np.array([out[name] for name in NAMES])


def integrate(p: Patient, inputs: Inputs, *, glucose_mmol: float = 6.0, start: int = 0) -> tuple[Any, Any]:
    """Glucose in mg/dL and ketones in mmol/L at every whole minute, at a relative tolerance of 1e-11."""
    rest = p.steady(glucose_mmol)
    x1, x2, x3 = (each * rest.factor * rest.insulin_mu_per_l for each in (p.sit, p.sid, p.sie))
    q1 = glucose_mmol * p.vg
    depot = rest.basal_mu_per_min * inputs.tmax_i[0]
    at_rest = {"q1": q1, "q2": x1 * q1 / (p.k12 + x2), "x1": x1, "x2": x2, "x3": x3, "i": rest.insulin_mu_per_l}
    at_rest |= {"gi": glucose_mmol, "k": 0.1, "s1": depot, "s2": depot}
    v = np.array([at_rest.get(name, 0.0) for name in NAMES])
    glucose, ketones = [glucose_mmol * 18.016], [0.1]
    for n in range(len(inputs.u)):
        if n in inputs.jumps:
            name, amount = inputs.jumps[n]
            v[NAMES.index(name)] += amount
        args = (p, rest.insulin_mu_per_l, inputs, n, start)
        v = solve_ivp(slopes, (n, n + 1), v, method="DOP853", rtol=1e-11, atol=1e-13, args=args).y[:, -1]
        glucose.append(v[0] / p.vg * 18.016)
        ketones.append(v[NAMES.index("k")])
    return np.array(glucose), np.array(ketones)

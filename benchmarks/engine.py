"""What a simulated day costs: ours against the pip-installed simglucose, by CPU time, and the loops against the pump.

    python -m benchmarks.engine [--json] [--people 100] [--quick]

Prints `patient_day_cpu_ms` (a day with pump, sensor and loop; limit 0.5), `ratio_to_simglucose` (its adult day with
its own pump, sensor and controller, over ours; at least 30,000), `cohort_cpu_s` (people x 14 days x 4 therapies, two
threads; limit 4 for 100), `branches_48_ms` (48 branches of a day; limit 30), `warm_start_s` (import and first call in
a fresh process with a warm cache; limit 3), `per_day_1_ms` to `per_day_10000_ms` (a day each of so many people) with
`spread_of_cost` (the dearest of these over the cheapest; limit 1.5), and for cohort seed 1 with 20 % carbohydrate
error each therapy's time in range and below 70: both loops must be at most the pump's below and 5 to 20 points above
it in range.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from simulator.engine.cohort import member
from simulator.engine.device import Device, nearest_rate
from simulator.engine.metrics import Ranges, ranges
from simulator.engine.patient import standard
from simulator.engine.run import Habits, Run, Therapy, branch, simulate
from simulator.engine.scenario import Act, Happening, Meal, Scenario
from simulator.engine.settings import set_device, true_settings

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / "var" / "benchmark-venv"
DAYS = 14
SENSOR = Act(8 * 1440 + 600, "new_sensor")  # the tenth day of the first one
LOOPS = ("hcl-ttr", "hcl-pid")
THERAPIES = ("mdi", "pump", "plgs", "hcl-ttr")
MOST = {
    "patient_day_cpu_ms": 0.5,
    "cohort_cpu_s": 4.0,
    "branches_48_ms": 30.0,
    "warm_start_s": 3.0,
    "spread_of_cost": 1.5,
}
LEAST = {"ratio_to_simglucose": 30_000}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="print one object of figures")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--quick", action="store_true", help="without simglucose, which takes its time")
    options = parser.parse_args()
    figures = measure(options.people, peer=not options.quick)
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    over = any(figures[name] > limit for name, limit in MOST.items())
    under = any(name in figures and figures[name] < limit for name, limit in LEAST.items())
    return int(over or under or not all(_kept(figures, loop) for loop in LOOPS))


def _kept(figures: dict[str, Any], loop: str) -> bool:
    """Whether a loop buys its time in range without lows."""
    gained = figures[f"{loop} in_range"] - figures["pump in_range"]
    return bool(figures[f"{loop} below_70"] <= figures["pump below_70"] and 5 <= gained <= 20)


def measure(people: int, *, peer: bool) -> dict[str, Any]:
    day = _day()
    simulate(day)  # compiled, or read from the cache
    ours = min(_cpu(lambda: simulate(day)) for _round in range(60))
    figures: dict[str, Any] = {"patient_day_cpu_ms": round(ours * 1000, 3)}
    if peer:
        theirs = _simglucose()
        figures |= {"simglucose_day_cpu_s": round(theirs, 2), "ratio_to_simglucose": round(theirs / ours)}
    figures["branches_48_ms"] = round(min(_cpu(lambda: _branches(day)) for _round in range(10)) * 1000, 1)
    figures["warm_start_s"] = round(_warm_start(), 2)
    figures |= _by_number()
    figures |= _cohort(people)
    return figures | {"people": people, "load": round(os.getloadavg()[0], 2)}


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _day() -> Run:
    patient = standard()
    meals = tuple(Meal(at, grams, counted_g=grams) for at, grams in ((450, 50.0), (750, 70.0), (1140, 80.0)))
    return Run(patient, set_device(patient), Scenario(1440, meals), therapy=Therapy("hcl-ttr"), habits=Habits(70, 55))


def _branches(day: Run) -> None:
    """48 decisions, one each half hour: what if half a unit had been given then?"""
    for at in range(13, 1440, 30):
        simulate(branch(day, at, [Act(at, "correction", 0.5)]))


def _by_number() -> dict[str, Any]:
    """CPU of one day per person, for 1 to 10,000 people one after another, every one new to the engine. Who they are is
    drawn before; their device is one person's, for finding true settings is another work."""
    day, figures = _day(), {}
    for number in (1, 10, 100, 1000, 10_000):
        rounds = max(1, 300 // number)
        runs = [replace(day, patient=member("adult", 2, n).patient, seed=n) for n in range(number * rounds)]
        gc.collect()
        gc.freeze()  # the people drawn before are no part of what is measured
        batches = [runs[begin : begin + number] for begin in range(0, len(runs), number)]
        spent = [_cpu(partial(_every, batch)) for batch in batches]
        figures[f"per_day_{number}_ms"] = round(float(np.median(spent)) / number * 1000, 3)
    return figures | {"spread_of_cost": round(max(figures.values()) / min(figures.values()), 2)}


def _every(runs: list[Run]) -> None:
    for run in runs:
        simulate(run)


def _warm_start() -> float:
    script = "import time; t=time.perf_counter()\nfrom benchmarks.engine import _day, simulate\nsimulate(_day())\n"
    done = subprocess.run(
        [sys.executable, "-c", script + "print(time.perf_counter()-t)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _simglucose() -> float:
    """CPU seconds of its day, in a venv of its own, made on first use."""
    if not (PEER / "done").exists():
        uv, wanted = ROOT / ".venv" / "bin" / "uv", ROOT / "benchmarks" / "requirements.txt"
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, PEER], check=True)
        into: list[str | Path] = ["--python", PEER / "bin" / "python"]
        subprocess.run([uv, "pip", "sync", "-q", "--require-hashes", *into, wanted], check=True)
        (PEER / "done").touch()
    script = ROOT / "benchmarks" / "simglucose_day.py"
    done = subprocess.run([PEER / "bin" / "python", script], capture_output=True, text=True, check=True, cwd=PEER)
    return float(done.stdout.strip().splitlines()[-1])


# --- the cohort -----------------------------------------------------------------------------------------------------


def life(index: int, days: int = DAYS, error: float = 0.20) -> tuple[Happening, ...]:
    """Three meals a day of varying size and time, counted with 20 % error (one standard deviation); asleep 23 to 7."""
    rng = np.random.Generator(np.random.Philox(key=_key(1000 + index, 7)))
    found: list[Happening] = []
    for day in range(days):
        for hour, grams in ((7.5, 50.0), (12.5, 70.0), (19.0, 80.0)):
            carbs = max(20.0, grams * (1 + 0.2 * rng.standard_normal()))
            counted = carbs * max(0.3, 1 + error * rng.standard_normal())
            at = day * 1440 + int(60 * (hour + 0.5 * rng.standard_normal()))
            found.append(Meal(at, round(carbs, 1), counted_g=round(counted, 1)))
        found += [Act(day * 1440 + 420, "wake"), Act(day * 1440 + 1380, "sleep")]
    return (Act(0, "sleep"), *found)


def person(index: int) -> Run:
    """Adult `index` of cohort seed 1, a new set and reservoir every third day, lows treated. Settings as clinics leave
    them: the true ones, each off by 20 % (lognormal); so set, plain pumps have the prototype's 70 % in range."""
    patient = member("adult", 1, index).patient
    care = [
        (Act(day * 1440 + 1258, "new_reservoir", 300.0), Act(day * 1440 + 1260, "new_set")) for day in range(2, DAYS, 3)
    ]
    scenario = Scenario(1440 * DAYS, life(index))
    acts = (*(act for pair in care for act in pair), SENSOR)
    device = _as_left(set_device(patient), index)
    return Run(patient, device, scenario, seed=index, actions=acts, habits=Habits(70, 55))


def _as_left(device: Device, index: int, error: float = 0.20) -> Device:
    basal, icr, isf = np.exp(error * np.random.Generator(np.random.Philox(key=_key(index, 99))).standard_normal(3))
    return replace(
        device,
        basal=tuple((at, nearest_rate(device.kind, rate * basal)) for at, rate in device.basal),
        icr=tuple((at, round(value * icr, 1)) for at, value in device.icr),
        isf_mgdl=tuple((at, round(value * isf, 1)) for at, value in device.isf_mgdl),
    )


def _key(index: int, stream: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    return np.array([index, stream], dtype=np.uint64)


def treated(run: Run, kind: str, days: int = DAYS) -> Run:
    if kind != "mdi":
        return replace(run, therapy=Therapy(kind))
    daily = float(round(3 * sum(true_settings(run.patient).basal_u_per_h)))
    doses = tuple(Act(day * 1440 + 1320, "long_acting", daily) for day in range(days))
    doses += tuple(act for act in run.actions if act.do == "new_sensor")
    return replace(run, therapy=Therapy("mdi", before=(("22:00", daily),)), actions=doses)


def _cohort(people: int) -> dict[str, Any]:
    runs = [person(index) for index in range(people)]
    found: dict[str, list[Ranges]] = {}

    def of(kind: str) -> list[Ranges]:
        with ThreadPoolExecutor(2) as two:
            return list(two.map(lambda run: ranges(simulate(treated(run, kind)).glucose_mgdl[::5]), runs))

    began = time.process_time()
    for kind in THERAPIES:
        found[kind] = of(kind)
    cpu = time.process_time() - began
    found["hcl-pid"] = of("hcl-pid")
    figures: dict[str, Any] = {"cohort_cpu_s": round(cpu, 2)}
    for kind, each in found.items():
        mean = {name: float(np.mean([getattr(one, name) for one in each])) for name in ("in_range", "below_70", "gri")}
        figures |= {f"{kind} {name}": round(value, 2) for name, value in mean.items()}
    return figures


if __name__ == "__main__":
    sys.exit(main())

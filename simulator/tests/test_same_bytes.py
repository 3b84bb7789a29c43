"""The same run gives the same bytes: here, on a processor without a name, and as when the golden file was made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from django.conf import settings

from simulator.engine.cohort import member
from simulator.engine.run import Habits, Run, Therapy, simulate
from simulator.engine.scenario import Act, Exercise, Fault, Meal, Scenario
from simulator.engine.settings import set_device

GOLDEN = Path(__file__).parent / "golden.npy"
SAY = "from simulator.tests.test_same_bytes import digest; print(digest())"


def run(kind: str = "hcl-ttr") -> Run:
    """A day with most of what can happen."""
    patient = member("adult", 11, 2).patient
    timeline = (
        Meal(90, 45, counted_g=40),
        Meal(390, 70, "slow", counted_g=75),
        Exercise(600, 45),
        Meal(780, 85, "fatty", counted_g=70),
        Fault(1000, "occlusion"),
        Fault(1100, "compression", 30.0),
        Act(960, "sleep"),
    )
    acts = (Act(1250, "new_set"),)
    habits = Habits(70, 55)
    scenario = Scenario(1440, timeline, 420)
    return Run(patient, set_device(patient), scenario, 5, acts, Therapy(kind), habits)


def digest() -> str:
    total = hashlib.sha256()
    for kind in ("pump", "plgs", "hcl-ttr", "hcl-pid"):
        trace = simulate(run(kind))
        total.update(trace.glucose_mgdl.tobytes() + trace.cgm_mgdl.tobytes() + repr(trace.events).encode())
    return total.hexdigest()


def test_on_a_processor_without_a_name_the_bytes_are_the_same(tmp_path: Path) -> None:
    env = os.environ | {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SAY], env=env, cwd=settings.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest()


def test_the_golden_day_is_what_it_was() -> None:
    """Made by `np.save(GOLDEN, simulate(run()).glucose_mgdl[::15])`. A change here changes stored runs: say so."""
    np.testing.assert_allclose(simulate(run()).glucose_mgdl[::15], np.load(GOLDEN), rtol=0, atol=1e-9)

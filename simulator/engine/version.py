"""Which engine a stored run was made on, and the engine made ready before anyone waits for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simulator.engine.kernel.compiled import fingerprint
from simulator.engine.patient import standard
from simulator.engine.run import Run, simulate
from simulator.engine.scenario import Scenario
from simulator.engine.settings import set_device

__all__ = ["version", "warm"]

HERE = Path(__file__).parent


@cache
def version() -> str:
    """The fingerprint of everything that decides what a run comes to: sources and parameters. A stored run is replayed
    to the same bytes by the same version; another may differ, and must say so."""
    return fingerprint(HERE, "*.py", "*.toml")


def warm() -> None:
    """Compile what is compiled, or read it from the cache: afterwards no run waits for it. Before a server forks its
    workers, and once while an image is built."""
    patient = standard()
    simulate(Run(patient, set_device(patient), Scenario(10)))


if __name__ == "__main__":
    warm()

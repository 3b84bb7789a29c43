"""./dev soak certificates: the kill table at full length, and the memory of one worker over 500 certificates.

Resumable: what is measured is written to var/soak/certificates.json after each block and not measured again
(--fresh starts over). Exits 1 when anything is missing, double, or outside its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.stand import CLAIM_POINTS, HEAD, ROOT, WORKER_POINTS, Stand, Tally, running

RECORD = ROOT / "var" / "soak" / "certificates.json"
BLOCK = 20
SETTLE_S = 120
MEMORY_LIMIT_MB = 15
Fault = Callable[[Stand, int], None]


def _kill_at(point: str, stand: Stand, count: int) -> None:
    stand.kill_at(point, count)


FAULTS: dict[str, Fault] = {
    **{point: partial(_kill_at, point) for point in (*CLAIM_POINTS, *WORKER_POINTS)},
    "broker emptied": Stand.empty_broker_after_claims,
    "broker stopped": Stand.stop_broker_during_claims,
}


def main() -> int:
    options = _options()
    record = _read(fresh=options.fresh)
    record["N"] = options.rounds
    _kills(record, options.rounds)
    _once(record, "control", _control)
    _once(record, "defaults", _defaults)
    _once(record, "memory", _memory)
    failures = _failures(record, options.rounds)
    record["failures"] = failures
    _write(record)
    _print(record)
    print(f"failures: {failures}\nrecord: {RECORD}")
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev soak certificates")
    parser.add_argument("--rounds", type=int, default=100, help="kills at each point")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    return parser.parse_args()


def _kills(record: dict[str, Any], rounds: int) -> None:
    """Every fault, in blocks on one stand, so that a stopped soak loses at most one block."""
    for point, fault in FAULTS.items():
        row = record["kills"].setdefault(point, {"kills": 0, "claims": 0, "missing": 0, "duplicates": 0})
        while row["kills"] < rounds:
            with _stand() as stand:
                count = min(BLOCK, rounds - row["kills"])
                fault(stand, count)
                tally = stand.tally(point, count, wait_s=SETTLE_S)
            for name in ("kills", "claims", "missing", "duplicates"):
                row[name] += getattr(tally, name)
            _write(record)
            print(f"{point}: {row['kills']} of {rounds}", flush=True)


def _control() -> dict[str, Any]:
    """The reconciler off: the same kills must lose certificates, else the table proves nothing.

    Not before_done: there the certificate is printed and on record, and only the row is still open.
    """
    rows = {}
    for point in WORKER_POINTS[:-1]:
        with _stand(reconciler=False) as stand:
            stand.kill_at(point, 5)
            rows[point] = vars(stand.tally(point, 5, wait_s=6))
    return rows


def _defaults() -> dict[str, Any]:
    """One run with the settings of production: ten seconds late, sixty seconds of lease."""
    with _stand(late_s=10, lease_s=60) as stand:
        stand.kill_at("before_render", 10)
        return dict(vars(stand.tally("before_render", 10, wait_s=SETTLE_S)))


def _memory() -> dict[str, Any]:
    """Resident memory of the one worker process after 50 and after 500 certificates, in MB."""
    sizes = {}
    with _stand(reconciler=False) as stand:
        for upto, count in ((50, 50), (500, 450)):
            for completion in stand.prepare(count):
                stand.claim(completion)
            if stand.tally("memory", 0, wait_s=900).missing:
                raise SystemExit(f"not all of {upto} certificates were printed")
            sizes[upto] = _worker_mb(stand)
    return {"after_50_mb": sizes[50], "after_500_mb": sizes[500], "grown_mb": round(sizes[500] - sizes[50], 1)}


def _worker_mb(stand: Stand) -> float:
    """The child of Celery's main process: the one that prints."""
    parent = stand.processes["worker"].pid
    child = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0]
    for line in Path(f"/proc/{child}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise SystemExit("the worker has no VmRSS")


def _stand(**settings: Any) -> Any:
    return running(Path(tempfile.mkdtemp(prefix="stand-")), **settings)


def _once(record: dict[str, Any], name: str, measure: Callable[[], dict[str, Any]]) -> None:
    if name not in record:
        record[name] = measure()
        _write(record)
        print(f"{name}: {json.dumps(record[name])}", flush=True)


def _failures(record: dict[str, Any], rounds: int) -> int:
    """How many of the promises do not hold."""
    rows = list(record["kills"].values())
    broken = sum(row["missing"] + row["duplicates"] + (row["claims"] < row["kills"]) for row in rows)
    blind = sum(row["missing"] == 0 for row in record["control"].values())
    late = record["defaults"]["missing"] + record["defaults"]["duplicates"]
    return int(broken + blind + late + (record["memory"]["grown_mb"] > MEMORY_LIMIT_MB))


def _print(record: dict[str, Any]) -> None:
    print(HEAD)
    for point, row in record["kills"].items():
        print(Tally(point, row["kills"], row["claims"], row["missing"], row["duplicates"]).row())
    print("reconciler off:")
    for row in record["control"].values():
        print(Tally(**row).row())
    print(f"memory: {record['memory']}")


def _read(*, fresh: bool) -> dict[str, Any]:
    if RECORD.exists() and not fresh:
        return dict(json.loads(RECORD.read_text()))
    return {"kills": {}}


def _write(record: dict[str, Any]) -> None:
    record["load"] = [round(value, 2) for value in os.getloadavg()]
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    part = RECORD.with_suffix(".part")
    part.write_text(json.dumps(record, indent=1))
    part.replace(RECORD)


if __name__ == "__main__":
    sys.exit(main())

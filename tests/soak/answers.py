"""./dev soak answers: 500 learners, two web processes, PostgreSQL; kills, starts and hand-ins at once; and the runs
with a protection off, which have to fail.

Writes var/soak/answers.json; what is measured there is not measured again (--fresh starts over). Exits 1 when an
acknowledged answer is lost, an error is seen without a kill, something is done twice, or a control sees no fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults import answers
from tests.faults.answers import standing
from tests.faults.stand import ROOT

RECORD = ROOT / "var" / "soak" / "answers.json"
LEARNERS, EVERY_S, SECONDS = 500, 10, 60
STARTS, SUBMITS = 50, 20
CONTROL_ROUNDS = 10


def main() -> int:
    options = _options()
    record: dict[str, Any] = {} if options.fresh or not RECORD.exists() else json.loads(RECORD.read_text())
    record["N"] = {"learners": LEARNERS, "seconds": SECONDS, "kills": options.kills, "rounds": options.rounds}
    _once(record, "load", _load)
    _once(record, "kills", lambda: _kills(options.kills))
    _once(record, "at_once", lambda: _at_once(options.rounds))
    _once(record, "without_commit", lambda: _kills(CONTROL_ROUNDS, without="commit"))
    _once(record, "without_locks", lambda: _at_once(CONTROL_ROUNDS, without="locks"))
    record["failures"] = _failures(record)
    _write(record)
    print(json.dumps(record, indent=1))
    return 1 if record["failures"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev soak answers")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=200, help="of starts and of hand-ins at once")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    return parser.parse_args()


def _load() -> dict[str, Any]:
    """Each learner saves every ten seconds for a minute."""
    with standing(_folder()) as stand:
        writing, _ready = stand.learners(LEARNERS, 0)
        stand.serve()
        answers.save(stand, writing, seconds=5, every_s=EVERY_S)  # both processes have served before it counts
        return answers.save(stand, writing, seconds=SECONDS, every_s=EVERY_S).figures()


def _kills(kills: int, *, without: str = "") -> dict[str, Any]:
    """The same load, while web processes are killed."""
    with standing(_folder(), without=without) as stand:
        writing, _ready = stand.learners(LEARNERS, 0)
        stand.serve()
        return answers.save_under_kills(stand, writing, kills=kills, every_s=EVERY_S).figures()


def _at_once(rounds: int, *, without: str = "") -> dict[str, Any]:
    """Rounds with other than one attempt, and other than one marking."""
    with standing(_folder(), without=without) as stand:
        _writing, ready = stand.learners(0, rounds)
        if without:
            stand.take_off()
        stand.serve()
        attempts = [answers.start_at_once(stand, one, STARTS) for one in ready]
        marked = [answers.submit_at_once(stand, one, SUBMITS) for one in ready]
    return {
        "rounds": rounds,
        "not_one_attempt": sum(count != 1 for count in attempts),
        "not_one_marking": sum(count != 1 for count in marked),
        "load": [round(one, 2) for one in os.getloadavg()],
    }


def _failures(record: dict[str, Any]) -> int:
    """How many of the promises do not hold, a blind control among them."""
    load, kills, at_once = record["load"], record["kills"], record["at_once"]
    broken = load["errors"] + load["lost"] + kills["lost"]
    broken += at_once["not_one_attempt"] + at_once["not_one_marking"]
    blind = [
        record["without_commit"]["lost"],
        record["without_locks"]["not_one_attempt"],
        record["without_locks"]["not_one_marking"],
    ]
    return int(broken + sum(seen == 0 for seen in blind))


def _once(record: dict[str, Any], name: str, measure: Callable[[], dict[str, Any]]) -> None:
    if name not in record:
        record[name] = measure()
        _write(record)
        print(f"{name}: {json.dumps(record[name])}", flush=True)


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="answers-"))


def _write(record: dict[str, Any]) -> None:
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    part = RECORD.with_suffix(".part")
    part.write_text(json.dumps(record, indent=1))
    part.replace(RECORD)


if __name__ == "__main__":
    sys.exit(main())

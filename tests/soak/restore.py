"""./dev soak restore: the restore drill with a thousand certificates. Writes var/soak/restore.json; exits 1 when one of
the certificates does not verify or a PDF stays missing."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.drill import drilled
from tests.faults.stand import ROOT

RECORD = ROOT / "var" / "soak" / "restore.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev soak restore")
    parser.add_argument("--certificates", type=int, default=1000)
    options = parser.parse_args()
    load = [round(value, 2) for value in os.getloadavg()]
    with (
        tempfile.TemporaryDirectory(prefix="drill-", ignore_cleanup_errors=True) as folder,
        drilled(Path(folder), options.certificates) as drill,
    ):
        whole = len(drill.manifest["files"]) + drill.printed_afterwards
        failures = (drill.awards - drill.verified) + (drill.awards - whole)
        print(drill.figures())
    record = {
        "N": drill.awards,
        "failures": failures,
        "rows": sum(drill.manifest["rows"].values()),
        "claimed_meanwhile": drill.claimed_meanwhile,
        "verified": drill.verified,
        "backup_s": round(drill.backup_s, 1),
        "restore_s": round(drill.restore_s, 1),
        "load": load,
    }
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1))
    print(f"failures: {failures}\nrecord: {RECORD}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

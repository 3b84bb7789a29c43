"""What a certificate costs: our rendering against bare WeasyPrint of the same HTML, by CPU time.

    python -m benchmarks.certificates [--json] [--rounds 25]

The peer is `weasyprint.HTML(string=the same HTML).write_pdf()` with the same options; harfbuzz-subset serves
both. The two take turns in one process. Ours writes the HTML, the QR code and the band, renders, and hashes.
Prints `certificate_ratio` (limit 1.3).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "edu.settings.test"
os.environ["BASAL_VAR"] = tempfile.mkdtemp(prefix="basal-bench-")

import django

django.setup()

import weasyprint

from certificates.models import Award
from certificates.services import printing

LIMITS = {"certificate_ratio": 1.3}
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="print one object of figures")
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    figures = measure(options.rounds)
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    return int(any(figures[name] > limit for name, limit in LIMITS.items()))


def measure(rounds: int) -> dict[str, Any]:
    award = _award()
    text = printing.html(award)

    def ours() -> None:
        hashlib.sha256(printing.render(award)).hexdigest()

    def bare() -> None:
        weasyprint.HTML(string=text).write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=award.pk.bytes)

    for warm in (ours, bare, ours, bare):
        warm()
    pairs = [(_cpu(ours), _cpu(bare)) for _ in range(rounds)]
    return {
        "certificate_ratio": round(statistics.median(a / b for a, b in pairs), 3),
        "certificate_ms": round(statistics.median(a for a, _b in pairs) * 1000, 1),
        "bare_ms": round(statistics.median(b for _a, b in pairs) * 1000, 1),
        "pdf_kb": round(len(printing.render(award)) / 1000, 1),
        "rounds": rounds,
        "load": os.getloadavg()[0],
    }


def _cpu(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _award() -> Award:
    """A certificate as they are issued, not stored."""
    return Award(
        id=uuid.UUID(int=7),
        code="7Q4M2XKD9HTRC5WB",
        name="Adaeze Okonkwo-Lindqvist",
        credentials="RN, MSN, CDCES",
        activity_title="Insulin pump therapy: rationale",
        activity_format="Enduring material, online",
        provider="Basal (no accredited provider)",
        director_name="Ingrid Halvorsen (demo), PhD, RN",
        director_role="Course director",
        completed_at=AT,
        points=Decimal(9),
        max_points=Decimal(10),
        needed=8,
        minutes=48,
        language="en",
        issued_at=AT,
    )


if __name__ == "__main__":
    sys.exit(main())

"""The item-writing check against 120 items that were labelled by someone who had not seen its code.

The set's head says how it was made and how far to trust it: one person's labels, written with flaws in mind, 36 of them
at error level. What is held here is what reference/quizzes.md 7.5 asks: precision 0.85 and recall 0.75 of errors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from quizzes.marking.writing import examine_writing

ERRORS = ("IWF01", "IWF03", "IWF04", "IWF09", "SAFE01")
ITEMS: list[dict[str, Any]] = YAML(typ="safe").load((Path(__file__).parent / "labelled" / "items.yaml").read_text())


def found(item: dict[str, Any]) -> set[str]:
    options = [
        {"id": str(n), "text": {"en": text}, "key": n == item["key"], "why": {}}
        for n, text in enumerate(item["options"])
    ]
    findings = examine_writing({"type": "sba", "stem": {"en": item["stem"]}, "options": options})
    codes = {finding.code for finding in findings}
    # The label has no letters: a negative in capitals is IWF04 too, and every dose that is misread is SAFE01.
    return {"SAFE01" if code.startswith("SAFE01") else "IWF04" if code == "IWF04b" else code for code in codes}


def counted(codes: tuple[str, ...]) -> tuple[int, int, int]:
    """Hits, false alarms and misses over item x code."""
    pairs = [(code in found(item), code in item["labels"]) for item in ITEMS for code in codes]
    return pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True))


def test_of_what_the_check_calls_an_error_most_is_one_and_of_the_errors_it_finds_most() -> None:
    assert len(ITEMS) == 120
    hits, alarms, misses = counted(ERRORS)
    assert hits + misses == 36
    assert hits / (hits + alarms) >= 0.85
    assert hits / (hits + misses) >= 0.75

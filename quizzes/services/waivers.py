"""Warnings that may stay: each with the reason somebody typed, kept with the draft and with the version it becomes.

A waiver is of one finding as it was: what was found, and where. Once the wording changes it is of nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from quizzes.marking.lint import Finding

MAX_REASON = 500
Waiver = Mapping[str, Any]


def waiver(finding: Finding, *, reason: str, actor: User, now: datetime) -> dict[str, Any]:
    return {
        "code": finding.code,
        "place": list(finding.place),
        "values": dict(finding.values),
        "reason": reason,
        "by": str(actor.pk),
        "at": now.isoformat(timespec="seconds"),
    }


def fits(one: Waiver, finding: Finding) -> bool:
    found = {name: str(value) for name, value in finding.values.items()}
    kept = {name: str(value) for name, value in one["values"].items()}
    return bool(one["code"] == finding.code and one["place"] == list(finding.place) and kept == found)


def of(finding: Finding, kept: Iterable[Waiver]) -> Waiver | None:
    """The waiver of this finding, if there is one."""
    return next((one for one in kept if fits(one, finding)), None)


def hinders(finding: Finding, kept: Sequence[Waiver]) -> bool:
    """Whether it keeps the question from being published: an error always, a warning until it is waived."""
    return finding.blocks or (finding.warns and of(finding, kept) is None)


def still(kept: Sequence[Waiver], findings: Sequence[Finding]) -> list[Waiver]:
    """Those that are of something that is still found."""
    return [one for one in kept if any(fits(one, finding) for finding in findings)]

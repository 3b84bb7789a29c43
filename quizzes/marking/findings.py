"""What a rule found, and what items of one course may refer to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Content = Mapping[str, Any]
Place = tuple[str | int, ...]

LEVELS = ("remember", "understand", "apply", "analyse", "evaluate")
# These are told; every other finding blocks publishing.
WARNINGS = frozenset({"W003", "W104", "IWF07", "W115", "W116", "W136", "W147", "W165"})


@dataclass(frozen=True)
class Bounds:
    """What items of one course may refer to, and the languages they are written in."""

    objectives: Collection[str]
    facts: Collection[str]
    weak_facts: Collection[str]
    anchors: Collection[str]
    languages: Sequence[str]


@dataclass(frozen=True)
class Finding:
    """One thing a rule found. `place` is the way to it in the content, such as ("options", 1, "why", "es")."""

    code: str
    place: Place
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.code not in WARNINGS

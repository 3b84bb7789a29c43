"""What a rule found, and what items of one course may refer to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Content = Mapping[str, Any]
Place = tuple[str | int, ...]

LEVELS = ("remember", "understand", "apply", "analyse", "evaluate")
# These are told; every other finding blocks publishing.
WARNINGS = frozenset({"W003", "W115", "W116", "W136", "W147", "W165"})
# Of wording (marking.writing holds these equal to its levels): told as well, and of these only told.
WORDING = frozenset(
    {
        *(
            "IWF02",
            "IWF04b",
            "IWF05",
            "IWF07",
            "IWF08",
            "IWF10",
            "IWF10b",
            "IWF11",
            "IWF12",
            "IWF13",
            "IWF13b",
            "IWF15",
        ),
        *("IWF16", "IWF17", "IWF18", "IWF19", "IWF20", "IWF22", "IWF22b", "LANG01"),
    }
)
INFOS = frozenset({"IWF06", "IWF14", "IWF21"})


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
        return self.code not in WARNINGS | WORDING | INFOS

    @property
    def warns(self) -> bool:
        """Whether it keeps an item from being published until somebody says why it may stay."""
        return self.code in WARNINGS | WORDING

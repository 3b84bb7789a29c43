"""What stands in a lesson, counted, and how long it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^:::.*$", re.MULTILINE)
_MARKS = re.compile(r"\s?\[[A-Z]{2}-\d{2}\]|\{#[a-z0-9-]+\}|[*_`#>|]|\]\([^)]*\)|\[")

# Words a minute. English is read silently at 238 (Brysbaert 2019, doi 10.1016/j.jml.2019.104047), by good readers of
# easy text; educators weigh what they read, and of the patients we write for some read slowly.
RATE = {"educator": 200, "patient": 150}
SPAN = {"educator": (6, 12), "patient": (1, 5)}
CHECK_MIN = {"educator": 0.6, "patient": 0.5}
FIGURE_MIN = {"educator": 0.4, "patient": 0.0}  # of a step it is what one looks at first, and takes no time of its own
SLACK_MIN = 1


@dataclass(frozen=True)
class Holds:
    """`prose`: the words of a lesson without marks and blocks."""

    prose: str
    words: int
    figures: int
    checks: int
    facts: int


def holds(body: str) -> Holds:
    """What stands in a lesson's Markdown."""
    prose = _MARKS.sub("", _BLOCK.sub("", body))
    return Holds(
        prose,
        words=len(prose.split()),
        figures=len(re.findall(r"^::: figure", body, re.MULTILINE)),
        checks=len(re.findall(r"^::: check", body, re.MULTILINE)),
        facts=len(set(re.findall(r"[A-Z]{2}-\d{2}", body))),
    )


def minutes(of: Holds, audience: str) -> int:
    """How long it takes someone of this audience to read it, look at its figures and answer its checks."""
    return round(of.words / RATE[audience] + CHECK_MIN[audience] * of.checks + FIGURE_MIN[audience] * of.figures)

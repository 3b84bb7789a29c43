"""How hard the next plate is, and which foods come back: the whole of the trainer's adapting.

**Levels.** Five, told apart by how much is on the plate (LEVELS). **Up** after three close rounds in a row at a level;
**down** after two in a row that were not close; never beyond the first or the last. Only plates the trainer laid count:
who builds their own plate chooses how hard it is. Levels are computed from the last three rounds, nothing else is kept.

**Foods.** A food that was not guessed closely comes back after one other plate; guessed closely then, after four more,
then after twelve; then it is like any other. Not close again: back to one. Of a plate at most half (rounded up) are
foods that come back, so that there is always something new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

UP_AFTER, DOWN_AFTER = 3, 2
WAITS = (1, 4, 12)  # plates in between, by how often the food was close since it was last missed


@dataclass(frozen=True)
class Level:
    """`roles`: what lies on the plate, see plates.ROLES. `odd`: how many portions are not the usual one. `weighed`:
    whether the weight of each food is told, as a kitchen scale would."""

    roles: tuple[str, ...]
    odd: int = 0
    weighed: bool = True


LEVELS = (
    Level(("plain",)),
    Level(("plain", "side")),
    Level(("staple", "side", "extra"), odd=1),
    Level(("dish", "side", "extra"), odd=1, weighed=False),
    Level(("dish", "staple", "side", "extra"), odd=2, weighed=False),
)


def next_level(rounds: Sequence[tuple[int, bool]]) -> int:
    """The level of the next plate, 1 to 5. `rounds`: (level, close) of the plates laid so far, oldest first; the last
    three are enough."""
    if not rounds:
        return 1
    level = rounds[-1][0]
    if _run(rounds, level, close=True) >= UP_AFTER:
        return min(level + 1, len(LEVELS))
    if _run(rounds, level, close=False) >= DOWN_AFTER:
        return max(level - 1, 1)
    return level


def _run(rounds: Sequence[tuple[int, bool]], level: int, *, close: bool) -> int:
    """How many rounds at the end were of this level and all close, or all not."""
    count = 0
    for one in reversed(rounds):
        if one != (level, close):
            break
        count += 1
    return count


@dataclass(frozen=True)
class Memory:
    """What is remembered of a food that was missed: close guesses since (`streak`), and how many rounds ago it was
    last on a plate (1: on the last)."""

    streak: int
    ago: int

    @property
    def due(self) -> bool:
        return self.streak < len(WAITS) and self.ago > WAITS[self.streak]


def remembered(rounds: Iterable[Mapping[str, bool]]) -> dict[str, Memory]:
    """The foods that were missed, by id. `rounds`: what was guessed closely on each plate, {food: close}, oldest
    first. A food that was never missed, or was close three times since, is not in it."""
    streaks: dict[str, int] = {}
    last: dict[str, int] = {}
    total = 0
    for number, plate in enumerate(rounds):
        total = number + 1
        for food, close in plate.items():
            last[food] = number
            if not close:
                streaks[food] = 0
            elif food in streaks:
                streaks[food] += 1
    return {food: Memory(streak, total - last[food]) for food, streak in streaks.items() if streak < len(WAITS)}


def due(rounds: Sequence[Mapping[str, bool]]) -> list[str]:
    """The foods whose turn it is again: those not close since they were missed first, of them the longest unseen."""
    found = [(memory.streak, -memory.ago, food) for food, memory in remembered(rounds).items() if memory.due]
    return [food for _streak, _ago, food in sorted(found)]

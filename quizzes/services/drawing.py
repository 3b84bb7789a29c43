"""Which questions an attempt asks, where its quiz has cells: pure, and the same for ever from the same seed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes import marking
from quizzes.models import ItemVersion

Cell = Mapping[str, Any]


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn: its ItemVersion's id, its item's, and what a cell asks for."""

    pk: int
    item: str
    objective: str
    level: str

    def fits(self, cell: Cell) -> bool:
        """A cell may leave the level open."""
        return self.objective == cell["objective"] and cell.get("level") in (None, "", self.level)


@dataclass(frozen=True)
class Shortage:
    """A cell the pool cannot fill: `needs`, what fits (`pool`), and what is left of it beside the cells before."""

    cell: Cell
    needs: int
    pool: int
    left: int


class Unsatisfiable(Exception):
    """The pool cannot fill every cell; `shortages` says which, with the numbers."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(len(shortages))
        self.shortages = shortages


def candidates(pool: Iterable[ItemVersion]) -> list[Candidate]:
    """These versions, as cells look at them."""
    return [Candidate(one.pk, one.item_id, one.objective_id, one.level) for one in pool]


def draw_items(cells: Sequence[Cell], pool: Sequence[Candidate], *, seen: Collection[str], seed: int) -> list[int]:
    """ItemVersion ids, cell by cell, each question at most once; those whose item is in `seen` only where no other is
    left. `seed`: 64 bits. Raises Unsatisfiable."""
    candidates = sorted(pool, key=lambda one: one.pk)
    marking.Rng(seed).shuffle(candidates)
    # Fresh ones first: a place once filled is only ever handed on along a chain, so what was seen comes in last.
    candidates.sort(key=lambda one: one.item in seen)
    places = [(index, cell) for index, cell in enumerate(cells) for _one in range(cell["count"])]
    taken: dict[int, int] = {}  # candidate -> place
    for candidate in range(len(candidates)):
        _place(candidate, candidates, places, taken, set())
    if len(taken) < len(places):
        raise Unsatisfiable(_shortages(cells, candidates, places, taken))
    by_place = {place: candidates[candidate].pk for candidate, place in taken.items()}
    return [by_place[place] for place in range(len(places))]


def _place(
    candidate: int,
    candidates: Sequence[Candidate],
    places: Sequence[tuple[int, Cell]],
    taken: dict[int, int],
    tried: set[int],
) -> bool:
    """Give the candidate a place, moving others to another of theirs where that frees one (Kuhn 1955)."""
    holders = {place: holder for holder, place in taken.items()}
    for place, (_index, cell) in enumerate(places):
        if place in tried or not candidates[candidate].fits(cell):
            continue
        tried.add(place)
        holder = holders.get(place)
        if holder is None or _place(holder, candidates, places, taken, tried):
            taken[candidate] = place
            return True
    return False


def _shortages(
    cells: Sequence[Cell],
    candidates: Sequence[Candidate],
    places: Sequence[tuple[int, Cell]],
    taken: Mapping[int, int],
) -> list[Shortage]:
    filled = [places[place][0] for place in taken.values()]
    return [
        Shortage(cell, cell["count"], sum(one.fits(cell) for one in candidates), filled.count(index))
        for index, cell in enumerate(cells)
        if filled.count(index) < cell["count"]
    ]

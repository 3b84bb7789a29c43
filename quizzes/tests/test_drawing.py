"""Drawing for cells is pure, deterministic, complete where a full draw exists, and fresh where fresh ones are left."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.services.drawing import Candidate, Unsatisfiable, draw_items

POOL = [Candidate(pk, f"i{pk}", f"o{pk % 3}", "apply" if pk % 2 else "recall") for pk in range(12)]
CELLS = [{"objective": "o0", "count": 2}, {"objective": "o0", "level": "apply", "count": 1}]


def test_the_same_seed_draws_the_same_whatever_order_the_pool_comes_in() -> None:
    drawn = draw_items(CELLS, POOL, seen=(), seed=7)
    assert drawn == draw_items(CELLS, POOL[::-1], seen=(), seed=7)
    assert len({tuple(draw_items(CELLS, POOL, seen=(), seed=seed)) for seed in range(40)}) > 3


def test_a_narrow_cell_gets_its_question_though_a_wide_one_could_take_it() -> None:
    pool = [Candidate(1, "a", "o", "apply"), Candidate(2, "b", "o", "recall")]
    cells = [{"objective": "o", "count": 1}, {"objective": "o", "level": "apply", "count": 1}]
    assert all(draw_items(cells, pool, seen=(), seed=seed) == [2, 1] for seed in range(20))


def test_what_was_seen_comes_in_only_where_nothing_else_is_left() -> None:
    cells = [{"objective": "o0", "count": 3}]
    for seed in range(20):
        drawn = draw_items(cells, POOL, seen={"i0", "i3"}, seed=seed)
        assert len({0, 3} & set(drawn)) == 1  # four fit, two are fresh


def test_a_cell_that_cannot_be_filled_is_named_with_its_numbers() -> None:
    cells = [{"objective": "o0", "count": 3}, {"objective": "o0", "level": "apply", "count": 3}]
    with pytest.raises(Unsatisfiable) as error:
        draw_items(cells, POOL, seen=(), seed=1)
    short = error.value.shortages
    assert [(one.needs, one.pool) for one in short if one.cell is cells[1]] in ([(3, 2)], [])
    assert sum(one.needs - one.left for one in short) == 2


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "x", "y"])), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.booleans()), max_size=5),
    st.integers(0, 2**64 - 1),
)
def test_a_draw_is_found_whenever_one_exists(
    wanted: list[tuple[str, str]], held: list[tuple[str, str, bool]], seed: int
) -> None:
    cells = [{"objective": objective, "level": level, "count": 1} for objective, level in wanted]
    pool = [Candidate(pk, f"i{pk}", objective, level) for pk, (objective, level, _seen) in enumerate(held)]
    seen = {f"i{pk}" for pk, (_objective, _level, was_seen) in enumerate(held) if was_seen}
    exists = [
        chosen
        for chosen in permutations(pool, len(cells))
        if all(one.fits(cell) for one, cell in zip(chosen, cells, strict=True))
    ]
    if not exists:
        with pytest.raises(Unsatisfiable):
            draw_items(cells, pool, seen=seen, seed=seed)
        return
    drawn = draw_items(cells, pool, seen=seen, seed=seed)
    assert all(pool[pk].fits(cell) for pk, cell in zip(drawn, cells, strict=True))
    assert len(set(drawn)) == len(drawn)
    fewest = min(sum(one.item in seen for one in chosen) for chosen in exists)
    assert sum(f"i{pk}" in seen for pk in drawn) == fewest

"""What is acknowledged is kept, and what is done at once is done once: against real processes, on PostgreSQL.

A few rounds here; `./dev soak answers` does hundreds. Each promise stands beside the run that shows it would be seen
broken: the same with the protection off (unprotected.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import answers
from tests.faults.answers import standing

pytestmark = pytest.mark.once  # it brings its own PostgreSQL
ROUNDS, KILLS = 5, 5


def test_no_acknowledged_answer_is_lost_and_starts_and_hand_ins_at_once_are_one(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        writing, ready = stand.learners(40, ROUNDS)
        stand.serve()
        load = answers.save(stand, writing, seconds=4, every_s=1)
        assert load.acknowledged  # how many is for the machine to say
        assert (load.errors, load.lost) == (0, 0)
        killed = answers.save_under_kills(stand, writing, kills=KILLS, every_s=1)
        assert killed.kills == KILLS
        assert killed.lost == 0
        assert [answers.start_at_once(stand, one, 20) for one in ready] == [1] * ROUNDS
        assert [answers.submit_at_once(stand, one, 10) for one in ready] == [1] * ROUNDS


def test_with_an_acknowledgement_before_the_commit_kills_lose_answers(tmp_path: Path) -> None:
    with standing(tmp_path, without="commit") as stand:
        writing, _ready = stand.learners(40, 0)
        stand.serve()
        assert answers.save_under_kills(stand, writing, kills=KILLS, every_s=1).lost > 0


def test_without_locks_and_constraints_starts_and_hand_ins_at_once_are_several(tmp_path: Path) -> None:
    with standing(tmp_path, without="locks") as stand:
        _writing, ready = stand.learners(0, ROUNDS)
        stand.take_off()
        stand.serve()
        assert max(answers.start_at_once(stand, one, 20) for one in ready) > 1
        assert max(answers.submit_at_once(stand, one, 10) for one in ready) > 1

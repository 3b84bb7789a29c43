"""Claim to certificate under faults: whatever dies wherever, each claim ends in exactly one certificate.

Five kills a point here; `./dev soak certificates` does a hundred.
"""

from pathlib import Path

import pytest

from tests.faults.stand import CLAIM_POINTS, HEAD, WORKER_POINTS, Stand, Tally, running

ROUNDS = 5
SETTLE_S = 40


def _assert_whole(tally: Tally) -> None:
    print(f"\n{HEAD}\n{tally.row()}")
    assert (tally.awards, tally.missing, tally.duplicates) == (ROUNDS, 0, 0)


@pytest.mark.parametrize("point", [*CLAIM_POINTS, *WORKER_POINTS])
def test_a_process_killed_at_any_point_loses_no_certificate_and_makes_none_twice(point: str, tmp_path: Path) -> None:
    with running(tmp_path) as stand:
        stand.kill_at(point, ROUNDS)
        _assert_whole(stand.tally(point, ROUNDS, wait_s=SETTLE_S))


def test_an_emptied_broker_loses_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as stand:
        empty_rounds(stand, ROUNDS)
        _assert_whole(stand.tally("broker emptied", ROUNDS, wait_s=SETTLE_S))


def test_a_stopped_broker_loses_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as stand:
        stopped_rounds(stand, ROUNDS)
        _assert_whole(stand.tally("broker stopped", ROUNDS, wait_s=SETTLE_S))


def test_without_the_reconciler_the_same_kills_do_lose_certificates(tmp_path: Path) -> None:
    """The control: if this fails, the tests above cannot see a lost certificate."""
    with running(tmp_path, reconciler=False) as stand:
        stand.kill_at("after_lease", 2)
        tally = stand.tally("no reconciler", 2, wait_s=6)
    assert tally.awards == 2
    assert tally.missing > 0


def empty_rounds(stand: Stand, rounds: int) -> None:
    """The message is in the queue, nobody has taken it, and the broker forgets everything."""
    for completion in stand.prepare(rounds):
        stand.kill("worker")
        stand.claim(completion)
        stand.empty_broker()
        stand.start_worker()


def stopped_rounds(stand: Stand, rounds: int) -> None:
    """The broker is gone while people claim; it comes back afterwards."""
    stand.kill("broker")
    for completion in stand.prepare(rounds):
        assert stand.claim(completion) is not None
    stand.start_broker()

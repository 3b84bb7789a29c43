"""Claim to certificate under faults: whatever dies wherever, each claim ends in exactly one certificate.

Five kills a point here; `./dev soak certificates` does a hundred. The processes are real: see stand.py.
"""

from collections.abc import Iterator

import pytest

from tests.faults.stand import CLAIM_POINTS, HEAD, WORKER_POINTS, Stand, Tally, running

ROUNDS = 5
SETTLE_S = 60


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with running(tmp_path_factory.mktemp("stand")) as started:
        yield started


def _assert_whole(tally: Tally) -> None:
    print(f"\n{HEAD}\n{tally.row()}")
    assert tally.claims >= tally.kills == ROUNDS
    assert (tally.missing, tally.duplicates) == (0, 0)


@pytest.mark.parametrize("point", [*CLAIM_POINTS, *WORKER_POINTS])
def test_a_process_killed_at_any_point_loses_no_certificate_and_makes_none_twice(stand: Stand, point: str) -> None:
    stand.kill_at(point, ROUNDS)
    _assert_whole(stand.tally(point, ROUNDS, wait_s=SETTLE_S))


def test_an_emptied_broker_loses_nothing(stand: Stand) -> None:
    stand.empty_broker_after_claims(ROUNDS)
    _assert_whole(stand.tally("broker emptied", ROUNDS, wait_s=SETTLE_S))


def test_a_stopped_broker_loses_nothing(stand: Stand) -> None:
    stand.stop_broker_during_claims(ROUNDS)
    _assert_whole(stand.tally("broker stopped", ROUNDS, wait_s=SETTLE_S))


def test_without_the_reconciler_the_same_kills_do_lose_certificates(stand: Stand) -> None:
    """The control: if this fails, the tests above could not see a lost certificate."""
    stand.restart("claimer")  # it may still keep quiet after the stopped broker, and then no worker is nudged
    stand.kill("reconciler")
    stand.kill_at("after_lease", 2)
    lost = stand.tally("no reconciler", 2, wait_s=6)
    assert (lost.claims, lost.missing) == (2, 2)
    stand.start_reconciler()
    assert stand.tally("reconciler back", 0, wait_s=SETTLE_S).missing == 0

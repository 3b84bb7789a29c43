"""Rate limits: counted for all processes together, blind to the address, and forgotten."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory

from core import outbox, ratelimit
from core.models import RateCounter


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_800_000_000.0]
    monkeypatch.setattr("core.ratelimit.time.time", lambda: now[0])
    return now


@pytest.mark.django_db
def test_the_limit_holds_within_a_window_and_starts_anew_in_the_next(clock: list[float]) -> None:
    allowed = [ratelimit.allow("x", "here", limit=3, seconds=60) for _try in range(5)]
    assert allowed == [True, True, True, False, False]
    assert ratelimit.allow("x", "there", limit=3, seconds=60)
    assert ratelimit.allow("y", "here", limit=3, seconds=60)
    clock[0] += 60
    assert ratelimit.allow("x", "here", limit=3, seconds=60)


@pytest.mark.django_db
def test_the_address_is_stored_as_a_keyed_hash_only(clock: list[float]) -> None:
    ratelimit.allow("x", "192.0.2.7", limit=3, seconds=60)
    assert "192" not in RateCounter.objects.get().who


@pytest.mark.django_db
def test_the_hourly_job_forgets_counters_after_a_day(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    ratelimit.allow("x", "here", limit=3, seconds=60)
    monkeypatch.setattr("core.tasks.time.time", lambda: clock[0])
    seconds, job = next((seconds, job) for seconds, job in outbox.JOBS if job.__name__ == "forget_counters")
    job()
    assert RateCounter.objects.exists()
    clock[0] += 25 * 3600
    job()
    assert not RateCounter.objects.exists()
    assert seconds == 3600


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_do_not_all_pass(clock: list[float]) -> None:
    passed: list[bool] = []

    def knock() -> None:
        passed.append(ratelimit.allow("x", "here", limit=5, seconds=60))
        connection.close()

    threads = [threading.Thread(target=knock) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(passed) == [False] * 7 + [True] * 5


def test_the_address_is_the_peers_unless_a_proxy_of_ours_stands_before(settings: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    settings.TRUSTED_PROXIES = 0
    assert ratelimit.address(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert ratelimit.address(request) == "2.2.2.2"
    settings.TRUSTED_PROXIES = 3  # fewer hops than proxies: someone came around them
    assert ratelimit.address(request) == "10.0.0.1"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("[2001:db8:1:2::1]:4711", "2001:db8:1:2::1", True),
        ("192.0.2.1:4711", "192.0.2.1:4712", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_customer_of_a_provider_is_one_address_however_it_is_written(one: str, other: str, same: bool) -> None:
    counted = [ratelimit.address(RequestFactory().get("/", REMOTE_ADDR=address)) for address in (one, other)]
    assert (counted[0] == counted[1]) is same


@pytest.mark.django_db
def test_checking_codes_is_counted_by_the_address_our_proxy_saw(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    settings.RATES_A_MINUTE = {**settings.RATES_A_MINUTE, "verify": 3}

    def check(path: str, forwarded: str) -> int:
        return Client().get(path, headers={"X-Forwarded-For": forwarded}).status_code

    paths = ["/verify/7Q4M-2XKD-9HTR-C5WB/", "/api/v1/verification/7Q4M-2XKD-9HTR-C5WB/"] * 2
    said = [check(path, f"198.51.100.{number}, 203.0.113.66") for number, path in enumerate(paths)]
    assert said == [404, 404, 404, 429]
    assert check(paths[0], "203.0.113.66, 198.51.100.7") == 404

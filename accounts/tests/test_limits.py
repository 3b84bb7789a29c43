"""Limits of sign-in: counted by the address our own proxies saw, and not to be thrown out of the cache."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.tests.test_second_factor import PASSWORD, with_password
from core import outbox
from edu.settings import base

pytestmark = pytest.mark.django_db
PROXY = "172.18.0.2"
TRIES = 10  # wrong passwords from one address in a minute, by allauth


@pytest.fixture
def person(make_educator: Callable[..., User]) -> User:
    return with_password(make_educator())


@pytest.fixture
def in_the_database(settings: Any) -> None:
    """The cache as it is in production: a table."""
    settings.CACHES = {**settings.CACHES, "default": base.CACHES["default"]}
    call_command("createcachetable", verbosity=0)


def sign_in(email: str, password: str = "wrong", *, peer: str = PROXY, forwarded: str = "") -> str:
    """What came of it: "in", "wrong" or "too many"."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    typed = {"login": email, "password": password}
    answer = Client(REMOTE_ADDR=peer).post("/accounts/login/", typed, headers=headers)
    if answer.status_code == 302:
        return "in"
    return "too many" if re.search("Too many", answer.content.decode()) else "wrong"


def guess(**where: str) -> list[str]:
    return [sign_in(f"nobody-{number}@example.org", **where) for number in range(TRIES + 1)]


def test_behind_our_proxy_each_client_has_an_allowance_of_its_own(person: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    assert guess(forwarded="203.0.113.66") == ["wrong"] * TRIES + ["too many"]
    assert sign_in(person.email, PASSWORD, forwarded="198.51.100.7") == "in"


def test_an_address_the_client_wrote_itself_gives_no_new_allowance(person: User, settings: Any) -> None:
    for proxies, seen in ((1, ", 203.0.113.66"), (0, "")):
        settings.TRUSTED_PROXIES = proxies
        caches["default"].clear()
        said = [sign_in(f"nobody-{n}@example.org", forwarded=f"198.51.100.{n}{seen}") for n in range(TRIES + 1)]
        assert said == ["wrong"] * TRIES + ["too many"], proxies
        assert sign_in(person.email, PASSWORD, forwarded=f"198.51.100.200{seen}") == "too many", proxies


def test_another_address_of_the_same_ipv6_customer_gives_no_new_allowance(person: User) -> None:
    guess(peer="2001:db8:1:2::1")
    assert sign_in(person.email, PASSWORD, peer="2001:db8:1:2:ffff::9") == "too many"
    assert sign_in(person.email, PASSWORD, peer="2001:db8:1:3::1") == "in"


@pytest.mark.usefixtures("in_the_database")
def test_strangers_who_fill_the_cache_do_not_flush_the_limit_of_a_password(person: User) -> None:
    said = [sign_in(person.email, peer=f"203.0.113.{number}") for number in range(6)]
    assert said[-1] == "too many"
    for number in range(400):
        caches["default"].set(f"stranger-{number}", [0.0], 300)
    assert sign_in(person.email, PASSWORD, peer="203.0.113.99") == "too many"


@pytest.mark.usefixtures("in_the_database")
def test_allauths_counters_name_addresses_and_are_gone_once_they_count_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in("nobody@example.org", peer="203.0.113.66")
    assert "203.0.113.66" in counted()
    job = next(job for _seconds, job in outbox.JOBS if job.__name__ == "forget_sign_ins")
    job()
    assert "203.0.113.66" in counted()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_cache SET expires = '2020-01-01 00:00:00'")
    job()
    assert counted() == ""


def counted() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM django_cache")
        return "\n".join(row[0] for row in cursor.fetchall())

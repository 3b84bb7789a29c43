"""The authorisation matrix, generated from the URLs: route x method x role x one's own / another's / missing.

What a cell may be: let in (a page, a redirect within, a form refused in words), sign in (led to the door), gone (404),
not allowed (405), refused (403: it may be seen, and this may not be done). Each cell is asked in a savepoint of its
own, so that none sees what another did, with every write statement watched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import Role, User
from tests.matrix.policy import POLICIES, Policy
from tests.matrix.routes import Route, own_routes, third_party_routes
from tests.matrix.world import CAST, STRANGER, World, build

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
UNSAFE = METHODS[2:]
DOORS = ("/accounts/login/", "/admin/login/")
LET_IN, REFUSED, SIGN_IN, GONE, NOT_ALLOWED = "let in", "refused", "sign in", "gone", "not allowed"
# A GET may write these and nothing else: the audit log, rate counters (allauth's lie in the cache table), sessions.
MAY_BE_WRITTEN = {"core_auditentry", "core_ratecounter", "django_session", "django_cache"}
WRITES = re.compile(r'^\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """One question to the product: may `who` do `method` at `path`, whose thing is `whose`?"""

    route: Route
    method: str
    who: str
    whose: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.route.name} as {self.who}, {self.whose or 'nothing of anyone'}"


@pytest.fixture
def world(make_person: Callable[..., User], work_off: Callable[[], int]) -> World:
    return build(make_person, work_off)


def test_every_address_of_ours_has_a_policy_and_no_policy_is_left_over() -> None:
    assert {route.name for route in own_routes()} == set(POLICIES)


def test_the_cast_gets_what_the_policies_say_in_every_cell(world: World) -> None:
    wrong, cells = [], 0
    for cell, policy in every_cell(world):
        cells += 1
        answer, written = ask(world.clients[cell.who], cell.method, cell.path)
        got, wanted = kind_of(answer), expected(cell, policy)
        if got not in wanted:
            wrong.append(f"{cell}: {got} ({answer.status_code}), not {' or '.join(sorted(wanted))}")
        if cell.method in ("GET", "HEAD") and written - MAY_BE_WRITTEN:
            wrong.append(f"{cell}: a GET wrote {sorted(written - MAY_BE_WRITTEN)}")
    print(f"\nmatrix: {len(own_routes())} routes, {cells} cells, {len(wrong)} deviations")
    tell(wrong)


def test_anothers_thing_and_a_missing_one_answer_the_same_to_the_last_byte(world: World) -> None:
    wrong, compared = [], 0
    for route in own_routes():
        policy = POLICIES[route.name]
        if not policy.owns:
            continue
        for who in CAST:
            for method in policy.may:
                pair = [
                    ask(world.clients[who], method, route.path(values))[0]
                    for values in (whole(world, policy, world.others), whole(world, policy, world.missing))
                ]
                compared += 1
                foreign, missing = map(blanked, pair)
                if foreign != missing:
                    parts = [f"{one!r} | {two!r}" for one, two in zip(foreign, missing, strict=True) if one != two]
                    wrong.append(f"{method} {route.name} as {who}: {'; '.join(parts)[:2000]}")
    print(f"\nmatrix: {compared} pairs of foreign and missing compared")
    tell(wrong)


def test_every_unsafe_method_without_a_token_is_403_for_everyone(world: World) -> None:
    wrong = []
    for cell, _policy in every_cell(world):
        if cell.method not in UNSAFE or cell.whose in ("other's", "missing"):  # the token is asked for before the thing
            continue
        client = world.clients[cell.who]
        client.handler.enforce_csrf_checks = True
        answer, written = ask(client, cell.method, cell.path)
        client.handler.enforce_csrf_checks = False
        if answer.status_code != 403 or written - MAY_BE_WRITTEN:
            wrong.append(f"{cell}: {answer.status_code}, wrote {sorted(written)}")
    tell(wrong)


def test_the_libraries_own_addresses_show_nobody_anothers_account_and_break_for_no_one(world: World) -> None:
    """The rule by prefix. Django's admin is for admins only, and shows without changing. allauth's pages take no id
    of an account: what they show is the signed-in person's own; a passkey's id is looked up among one's own."""
    wrong = []
    for route in third_party_routes():
        path = route.path(dict.fromkeys(route.kwargs, "1") | {"app_label": "core", "content_type_id": "1"})
        for who in CAST:
            for method in ("GET", "POST"):
                answer, written = ask(world.clients[who], method, path)
                if answer.status_code >= 500:
                    wrong.append(f"{method} {route.name} as {who}: {answer.status_code}")
                if method == "GET" and written - MAY_BE_WRITTEN:
                    wrong.append(f"{method} {route.name} as {who} wrote {sorted(written)}")
                if route.name.startswith("admin:") and kind_of(answer) not in admin_rule(who, route):
                    wrong.append(f"{method} {route.name} as {who}: {answer.status_code}")
    tell(wrong)


def every_cell(world: World) -> Iterator[tuple[Cell, Policy]]:
    for route in own_routes():
        policy = POLICIES.get(route.name)
        if policy is None:
            continue
        for who in CAST:
            for number, (whose, values) in enumerate(things(world, policy, who)):
                for method in METHODS:
                    # A method the address does not know is refused before anyone's thing is looked for, and HEAD is
                    # GET without its body: once is enough for these.
                    if number == 0 or method in policy.may:
                        yield Cell(route, method, who, whose, route.path(values)), policy


def things(world: World, policy: Policy, who: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Whose things this person tries at an address: their own (if they have such a thing), another's, missing ones."""
    if not policy.owns and not policy.anyones:
        yield "", whole(world, policy, {})
        return
    if policy.owns in world.own.get(who, {}):
        yield "own", whole(world, policy, world.own[who])
    yield "other's", whole(world, policy, world.others)
    yield "missing", whole(world, policy, world.missing)


def whole(world: World, policy: Policy, values: Any) -> dict[str, object]:
    return {**world.shared, **values, **policy.fills}


def expected(cell: Cell, policy: Policy) -> set[str]:
    method = "GET" if cell.method == "HEAD" else cell.method
    may = policy.may.get(method)
    if may is None:  # a method the address does not know: refused, by whichever check comes first
        return {NOT_ALLOWED, SIGN_IN, GONE}
    if cell.who not in may and cell.who in policy.may.get("GET", ()):
        return {REFUSED, GONE}  # it may be seen by this person, and this may not be done
    if cell.who not in may:
        return {SIGN_IN} if cell.who == STRANGER else {GONE}
    in_words = {LET_IN, REFUSED}  # past the door a rule may still say no, such as a lesson that is not open yet
    if policy.owns:
        return in_words if cell.whose == "own" else {GONE}
    return {GONE} if cell.whose == "missing" else in_words


def admin_rule(who: str, route: Route) -> set[str]:
    if who == Role.ADMIN or route.name == "admin:logout":  # signing out leads to the start page of the admin
        return {LET_IN, REFUSED, GONE, NOT_ALLOWED}
    return {SIGN_IN} if who == STRANGER else {GONE, SIGN_IN}


def ask(client: Client, method: str, path: str) -> tuple[Any, set[str]]:
    """The answer, and the tables that were written; nothing of it stays."""
    written: set[str] = set()
    cookies: Any = client.cookies.copy()
    with rolled_back(), connection.execute_wrapper(_watch(written)):
        answer: Any = client.generic(method, path)
        answer.kept = answer.getvalue()  # a stream is read while its file is open
    client.cookies = cookies  # signed out in this cell, signed in again for the next
    return answer, written


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _watch(written: set[str]) -> Callable[..., Any]:
    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITES.match(sql):
            written.add(found[1])
        return execute(sql, params, many, context)

    return wrapper


def kind_of(answer: Any) -> str:
    if answer.status_code == 302 and answer["Location"].startswith(DOORS):
        return SIGN_IN
    if answer.status_code == 403 and answer.get("Content-Type") == "application/json":
        return SIGN_IN if b'"not_signed_in"' in answer.kept or not answer.kept else LET_IN  # HEAD: no body
    return {403: REFUSED, 404: GONE, 405: NOT_ALLOWED}.get(
        answer.status_code, LET_IN if answer.status_code < 500 else "broken"
    )


def blanked(answer: Any) -> tuple[object, ...]:
    """Status, headers and body without what differs by nature: CSRF token, nonce, request id, the address asked for."""
    path = answer.request["PATH_INFO"]
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    cookies = "".join(morsel.output() for name, morsel in answer.cookies.items() if name != "csrftoken")
    body = re.sub(r'value="\w{64}"|nonce="[^"]*"', "", answer.kept.decode("utf-8", "replace"))
    return answer.status_code, str(headers).replace(path, "…"), cookies.replace(path, "…"), body.replace(path, "…")


def tell(wrong: list[str]) -> None:
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)

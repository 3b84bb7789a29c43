"""The API against its own description: valid, and kept by every answer, whoever asks with whatever they send."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation import GenerationMode

from accounts.models import Role, User
from courses import selectors, services
from edu.api import document
from tests.api import TOKEN, Learner, Program
from tests.curriculum import COURSE

EXAMPLES = 6
KEPT = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
]


def test_the_document_is_valid_and_nothing_in_it_was_guessed(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_it_is_openapi_3_1_as_json_and_as_yaml(db: None) -> None:
    as_json = Client().get("/api/v1/schema/")
    assert as_json.json()["openapi"] == "3.1.0"
    as_yaml = Client().get("/api/v1/schema.yaml")
    assert as_yaml.text.startswith("openapi: 3.1.0")
    assert "yaml" in Client().get("/api/v1/schema/", headers={"Accept": "application/yaml"})["Content-Type"]


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for address, methods in document()["paths"].items():
        for method, described in methods.items():
            yield f"{method.upper()} {address}", described


def test_every_operation_says_in_a_line_what_it_does_and_how_it_refuses() -> None:
    idents = [described["operationId"] for _name, described in operations()]
    assert len(idents) == len(set(idents)) == 31
    for name, described in operations():
        assert described["summary"], name
        assert described["tags"], name
        refusals = {status for status in described["responses"] if status >= "400"}
        assert {"406", "429"} <= refusals, name
        assert "Retry-After" in described["responses"]["429"]["headers"], name
        if not name.startswith("GET"):
            assert {"400", "403", "413", "415", "422"} <= refusals, name
        for status in refusals:
            content = described["responses"][status]["content"]["application/json"]
            assert content["schema"]["$ref"].endswith("/ErrorShape"), name


def test_inputs_take_nothing_else_and_no_shape_before_release_has_a_place_for_a_key() -> None:
    shapes = document()["components"]["schemas"]
    assert all(shape["additionalProperties"] is False for name, shape in shapes.items() if name.endswith("Request"))
    with_key = {name for name, shape in shapes.items() if {"key", "why"} & set(shape.get("properties", {}))}
    assert with_key == {"ExplainedCheckOut", "ExplainedOut", "RowOut"}


@dataclass(frozen=True)
class Caller:
    """Who asks, and the ids in the addresses they ask at."""

    program: Program
    ids: Mapping[str, Any]


Make = Callable[..., User]


def certified(make_educator: Make) -> Caller:
    """A learner with a row of every kind."""
    learner = Learner(make_educator())
    enrolment = learner.read()
    attempt = learner.take_test(enrolment)
    certificate = learner.evaluate_and_claim(enrolment)
    plate = learner.post("trainer/plates/").json()
    ids = {
        "enrolment_id": enrolment,
        "round_id": plate["id"],
        "attempt_id": attempt["id"],
        "completion_id": certificate["completion"],
        "award_id": certificate["id"],
        "code": certificate["code"],
        "item": "ro-iob",
        "position": 1,
    }
    return Caller(learner, ids)


def in_the_test(make_educator: Make, ids: Mapping[str, Any]) -> Caller:
    """A learner with a live attempt; completion and certificate are someone else's."""
    learner = Learner(make_educator())
    enrolment = learner.read()
    live = learner.post(f"enrolments/{enrolment}/quizzes/post-test/attempts/").json()
    return Caller(learner, {**ids, "enrolment_id": enrolment, "attempt_id": live["id"]})


@pytest.fixture
def caller(who: str, make_educator: Make, make_person: Make) -> Caller:
    """The one who asks. Whoever has no row of a kind asks for another's."""
    owner = certified(make_educator)
    if who == "certified":
        return owner
    if who == "stranger":
        return Caller(Program(), owner.ids)
    if who == "in the test":
        return in_the_test(make_educator, owner.ids)
    role = Role(who)
    # Staff are learners too; a patient takes what is made for patients.
    user = make_person(role) if role == Role.PATIENT else make_person(role, Role.EDUCATOR)
    version = selectors.published("starting-your-pump" if role == Role.PATIENT else COURSE)
    assert version
    enrolment = services.enrol(user=user, version=version, now=timezone.now())
    return Caller(Program(user), {**owner.ids, "enrolment_id": str(enrolment.pk)})


@pytest.fixture
def described_api(db: None) -> Iterator[Any]:
    """The API as schemathesis reads it, asked through WSGI in this process and inside this test's transaction: what
    closes connections between requests is silenced, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    generation = GenerationConfig(with_security_parameters=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application(), config=config)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


WHO = ["stranger", "certified", "in the test", *Role.values]


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_whoever_asks_whatever_the_answer_is_as_described_and_never_a_fault(
    caller: Caller, described_api: Any, settings: Any
) -> None:
    settings.RATES_A_MINUTE = dict.fromkeys(settings.RATES_A_MINUTE, 1_000_000)
    asked = 0
    for found in described_api.get_all_operations():
        operation = found.ok()
        known = addressed(operation, caller.ids)
        for mode in GenerationMode:
            asked += ask(caller.program, operation.as_strategy(mode, path_parameters=known), EXAMPLES)
            if known:  # and at addresses that lead nowhere
                asked += ask(caller.program, operation.as_strategy(mode), 2)
    assert asked > 200


def addressed(operation: Any, ids: Mapping[str, Any]) -> dict[str, Any] | None:
    """What stands for each name in the operation's address."""
    slug = "post-test" if "/quizzes/" in operation.path else COURSE if "/courses/" in operation.path else "side-by-side"
    names = {parameter.name for parameter in operation.path_parameters}
    return {name: value for name, value in {**ids, "slug": slug}.items() if name in names} or None


def ask(program: Program, cases: Any, examples: int) -> int:
    """Send a few cases and hold each answer against the description; what they change is undone. Returns how many."""
    load_all_checks()
    checks = CHECKS.get_by_names(KEPT)
    cookies = {name: morsel.value for name, morsel in program.client.cookies.items()}
    count = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def send(case: Any) -> None:
        nonlocal count
        count += 1
        before = transaction.savepoint()
        try:
            case.validate_response(case.call(headers={"X-CSRFToken": TOKEN}, cookies=cookies), checks=checks)
        finally:
            transaction.savepoint_rollback(before)

    with contextlib.suppress(Unsatisfiable):  # an address that takes nothing has nothing to get wrong
        send()
    return count

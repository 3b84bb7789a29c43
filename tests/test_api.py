"""The API as a program meets it: the learner's whole way, what it never tells, and how it refuses."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from certificates.models import Award, Evaluation
from courses.models import Completion, Enrolment
from courses.tests.test_progress import make_course
from quizzes.models import Attempt, ItemVersion
from tests.api import TOKEN, Learner, Program
from tests.curriculum import COURSE

pytestmark = pytest.mark.django_db
SHAPE = {"code", "message", "fields"}


@pytest.fixture
def learner(educator: User) -> Learner:
    return Learner(educator)


@pytest.fixture
def certified(learner: Learner, work_off: Callable[[], int]) -> Learner:
    """Someone who has one of everything: enrolment, attempt, completion, printed certificate."""
    enrolment = learner.read()
    learner.take_test(enrolment)
    learner.evaluate_and_claim(enrolment)
    work_off()
    return learner


def owned() -> dict[str, tuple[str, str]]:
    """Every address that names a row of someone: name -> (method, address)."""
    enrolment = f"enrolments/{Enrolment.objects.get().pk}"
    attempt = f"attempts/{Attempt.objects.get().pk}"
    completion = f"completions/{Completion.objects.get().pk}"
    certificate = f"certificates/{Award.objects.get().pk}"
    return {
        "enrolment": ("GET", f"{enrolment}/"),
        "progress": ("GET", f"{enrolment}/progress/"),
        "lesson": ("GET", f"{enrolment}/lessons/side-by-side/"),
        "lesson_done": ("POST", f"{enrolment}/lessons/side-by-side/done/"),
        "lesson_seen": ("POST", f"{enrolment}/lessons/side-by-side/seen/"),
        "check": ("GET", f"{enrolment}/checks/ro-iob/"),
        "check_answer": ("POST", f"{enrolment}/checks/ro-iob/"),
        "quiz": ("GET", f"{enrolment}/quizzes/post-test/"),
        "attempt_start": ("POST", f"{enrolment}/quizzes/post-test/attempts/"),
        "attempt": ("GET", f"{attempt}/"),
        "answer": ("PUT", f"{attempt}/answers/1/"),
        "attempt_take_over": ("POST", f"{attempt}/take-over/"),
        "attempt_submit": ("POST", f"{attempt}/submit/"),
        "completion": ("GET", f"{completion}/"),
        "evaluation": ("POST", f"{completion}/evaluation/"),
        "claim": ("POST", f"{completion}/claim/"),
        "certificate": ("GET", f"{certificate}/"),
        "certificate_pdf": ("GET", f"{certificate}/pdf/"),
    }


BODIES: dict[str, dict[str, Any]] = {
    "lesson_seen": {"headings": ["x"]},
    "check_answer": {"fields": {"choice": ["1"]}},
    "answer": {"fields": {"choice": ["1"]}, "seq": 99},
    "evaluation": {"objectives": {}, "bias_seen": False, "change": "no"},
    "claim": {"name": "Wren", "attest": True},
}
OWN = {"me": "me/", "enrolments": "enrolments/", "attempts": "attempts/", "certificates": "certificates/"}


def call(program: Program, name: str, method: str, address: str) -> Any:
    return program.get(address) if method == "GET" else program.send(method, address, BODIES.get(name, {}))


# the way through


def test_the_whole_course_is_taken_and_certified_by_the_api_alone(
    learner: Learner, work_off: Callable[[], int]
) -> None:
    enrolment = learner.read()
    attempt = learner.take_test(enrolment, wrong=1)
    assert (attempt["state"], attempt["passed"], attempt["points"]) == ("submitted", True, 9.0)
    assert sum(score["right"] for score in attempt["scores"]) == 9
    certificate = learner.evaluate_and_claim(enrolment)
    assert certificate["pdf"] == "printing"
    assert learner.get(f"certificates/{certificate['id']}/pdf/").json()["code"] == "not_printed"
    work_off()
    pdf = learner.get(f"certificates/{certificate['id']}/pdf/")
    assert pdf.getvalue().startswith(b"%PDF-")
    verified = Program().get(f"verification/{certificate['code'].lower()}/").json()
    assert (verified["state"], verified["name"], verified["superseded_by"]) == ("valid", "Wren Walker", "")


def test_enrolling_starting_evaluating_and_claiming_again_change_nothing_and_say_200(certified: Learner) -> None:
    first = certified.post("enrolments/", course=COURSE)
    assert first.status_code == 200
    completion = f"completions/{Completion.objects.get().pk}/"
    answers = dict.fromkeys((one["code"] for one in certified.get(completion).json()["objectives"]), "no")
    evaluated = certified.post(f"{completion}evaluation/", objectives=answers, bias_seen=False, change="no")
    claimed = certified.post(f"{completion}claim/", name="Another Name", attest=True)
    assert (evaluated.status_code, claimed.status_code) == (200, 200)
    assert claimed.json()["name"] == "Wren Walker"
    assert Evaluation.objects.get().change == "yes"
    assert Award.objects.count() == 1


def test_making_something_answers_201(learner: Learner) -> None:
    assert learner.post("enrolments/", course=COURSE).status_code == 201
    enrolment = learner.read()
    start = f"enrolments/{enrolment}/quizzes/post-test/attempts/"
    first, second = learner.post(start), learner.post(start)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


def test_a_locked_lesson_is_403_and_a_done_with_open_checks_is_409(learner: Learner) -> None:
    enrolment = learner.enrol()
    locked = learner.get(f"enrolments/{enrolment}/lessons/evidence/")
    assert (locked.status_code, locked.json()["code"]) == (403, "lesson_locked")
    early = learner.post(f"enrolments/{enrolment}/lessons/side-by-side/done/")
    assert (early.status_code, early.json()["code"]) == (409, "checks_open")
    quiz = learner.get(f"enrolments/{enrolment}/quizzes/post-test/").json()
    assert (quiz["questions"], quiz["needed"], quiz["refused"]["code"]) == (10, 8, "lessons_open")


def test_progress_names_what_wants_an_answer(learner: Learner) -> None:
    enrolment = learner.enrol()
    before = learner.get(f"enrolments/{enrolment}/progress/").json()
    assert [lesson["state"] for lesson in before["lessons"]] == ["here", "locked", "locked"]
    waiting = before["lessons"][0]["open_activities"]
    check = f"enrolments/{enrolment}/checks/{waiting[0].removeprefix('check:')}/"
    assert learner.get(check).json()["explained"] is None
    explained = learner.post(check, fields={"choice": ["1"]}).json()["explained"]
    assert [option["chosen"] for option in explained["parts"]["options"]].index(True) == 0
    after = learner.get(f"enrolments/{enrolment}/progress/").json()
    assert after["lessons"][0]["open_activities"] == waiting[1:]


def test_a_step_answered_wrongly_tells_of_the_choice_alone(make_person: Callable[..., User]) -> None:
    """A patient is asked until it is right, so the answer keeps the key and the other reasons, as the page does."""
    patient = Learner(make_person(Role.PATIENT))
    enrolment = patient.post("enrolments/", course="starting-your-pump").json()["id"]
    first = patient.get(f"enrolments/{enrolment}/progress/").json()["lessons"][0]
    check = f"enrolments/{enrolment}/checks/{first['open_activities'][0].removeprefix('check:')}/"
    content = ItemVersion.objects.get(item=check.split("/")[-2]).content
    wrong = next(str(n) for n, option in enumerate(content["options"], start=1) if not option["key"])
    told = patient.post(check, fields={"choice": [wrong]}).json()["explained"]
    options = told["parts"]["options"]
    assert [bool(option.get("why")) for option in options].count(True) == 1
    assert not any(option.get("key") for option in options)


def test_a_lesson_has_its_blocks_in_order_and_the_place_is_kept(learner: Learner) -> None:
    enrolment = learner.enrol()
    address = f"enrolments/{enrolment}/lessons/side-by-side/"
    lesson = learner.get(address).json()
    kinds = {block["kind"] for block in lesson["blocks"]}
    assert kinds == {"html", "figure", "activity"}
    assert all(block["ref"] and block["title"] for block in lesson["blocks"] if block["kind"] == "activity")
    second = lesson["headings"][1]["id"]
    assert learner.post(f"{address}seen/", headings=[second, "no-such-heading"]).status_code == 204
    assert learner.get(address).json()["heading"] == second


def _without_time(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("server_time", "saved_at")}


def test_a_late_answer_overwrites_nothing_and_none_is_taken_after_hand_in(learner: Learner) -> None:
    enrolment = learner.read()
    attempt = learner.post(f"enrolments/{enrolment}/quizzes/post-test/attempts/").json()
    answer = f"attempts/{attempt['id']}/answers/1/"
    saved = learner.send("PUT", answer, {"fields": {"choice": ["2"]}, "seq": 2})
    again = learner.send("PUT", answer, {"fields": {"choice": ["2"]}, "seq": 2})
    assert _without_time(saved.json()) == _without_time(again.json())
    late = learner.send("PUT", answer, {"fields": {"choice": ["3"]}, "seq": 1})
    assert (late.status_code, late.json()["accepted"], late.json()["reason"]) == (200, False, "stale")
    shown = learner.get(f"attempts/{attempt['id']}/").json()["questions"][0]
    assert [option["n"] for option in shown["parts"]["options"] if option["chosen"]] == [2]
    none = learner.send("PUT", answer, {"fields": {"choice": ["9"]}, "seq": 3})
    assert (none.status_code, none.json()["code"]) == (422, "not_read")
    assert (
        learner.send(
            "PUT", f"attempts/{attempt['id']}/answers/11/", {"fields": {"choice": ["1"]}, "seq": 1}
        ).status_code
        == 404
    )
    first, second = (learner.post(f"attempts/{attempt['id']}/submit/").json() for _twice in range(2))
    assert first == second
    after = learner.send("PUT", answer, {"fields": {"choice": ["3"]}, "seq": 9})
    assert (after.status_code, after.json()["code"]) == (409, "attempt_closed")


def test_an_attempt_that_did_not_pass_tells_what_to_read_again_and_refuses_a_retake(learner: Learner) -> None:
    enrolment = learner.read()
    attempt = learner.take_test(enrolment, wrong=4)
    assert attempt["passed"] is False
    assert attempt["questions"] == attempt["explained"] == []
    assert attempt["reread"]
    refused = learner.post(f"enrolments/{enrolment}/quizzes/post-test/attempts/")
    assert (refused.status_code, refused.json()["code"]) == (409, "reread_first")


def test_the_api_and_the_pages_tell_of_one_and_the_same_learner(learner: Learner) -> None:
    enrolment = learner.read()
    page = learner.client.get(f"/quizzes/{enrolment}/post-test/")
    assert page.status_code == 200
    assert Enrolment.objects.get().version.title["en"] in html.unescape(page.text)


# what is never told


def test_no_answer_holds_a_key_before_release(learner: Learner) -> None:
    enrolment = learner.read()
    learner.take_test(enrolment, wrong=4)
    attempt = Attempt.objects.get()
    for address in (f"attempts/{attempt.pk}/", f"enrolments/{enrolment}/quizzes/post-test/", "attempts/"):
        learner.get(address)
    hidden = [
        words
        for version in ItemVersion.objects.filter(item__use="test")
        for option in version.content["options"]
        for words in (option["why"]["en"], option["id"])
    ]
    assert len(hidden) == 80
    leaked = [
        (one.request["PATH_INFO"], words)
        for one in learner.seen
        for words in hidden
        if words in one.text or words in str(one.json() if one.content else "")
    ]
    assert len(learner.seen) > 40
    assert leaked == []
    assert not any('"key"' in one.text for one in learner.seen if "/attempts/" in one.request["PATH_INFO"])


def test_an_unanswered_check_holds_no_key(learner: Learner) -> None:
    enrolment = learner.enrol()
    answers = [learner.get(f"enrolments/{enrolment}/lessons/side-by-side/")]
    answers += [
        learner.get(f"enrolments/{enrolment}/checks/{block['ref'].removeprefix('check:')}/")
        for block in answers[0].json()["blocks"]
        if block["kind"] == "activity"
    ]
    for version in ItemVersion.objects.filter(item__use="check"):
        for option in version.content["options"]:
            assert not any(option["why"]["en"] in str(answer.json()) for answer in answers)


def test_after_passing_every_question_is_explained(learner: Learner) -> None:
    attempt = learner.take_test(learner.read())
    assert [question["position"] for question in attempt["explained"]] == list(range(1, 11))
    assert all(option["why"] for question in attempt["explained"] for option in question["parts"]["options"])


# whose rows


@pytest.mark.parametrize("name", ["a colleague", "a patient", "an author", "the CE office", "an admin"])
def test_foreign_and_missing_are_told_alike_to_everyone_also_to_staff(
    certified: Learner, make_person: Callable[..., User], name: str
) -> None:
    roles = {"a patient": Role.PATIENT, "an author": Role.AUTHOR, "the CE office": Role.CE_OFFICE}
    role = {**roles, "an admin": Role.ADMIN}.get(name, Role.EDUCATOR)
    other = Program(make_person(role))
    for route, (method, address) in owned().items():
        foreign = call(other, route, method, address)
        kind, _slash, rest = address.partition("/")
        missing = call(other, route, method, f"{kind}/{UUID(int=4)}/{rest.partition('/')[2]}")
        assert foreign.status_code == missing.status_code == 404, route
        assert foreign.json() == missing.json(), route
        assert _headers(foreign) == _headers(missing), route


def _headers(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


def test_staff_see_their_own_rows_only_in_the_lists(certified: Learner, make_person: Callable[..., User]) -> None:
    for role in Role:
        program = Program(make_person(role))
        for address in ("enrolments/", "attempts/", "certificates/"):
            assert program.get(address).json()["count"] == 0


def test_a_stranger_sees_courses_and_certificates_by_code_and_is_told_to_sign_in_elsewhere(certified: Learner) -> None:
    stranger = Program()
    for address in ("courses/", f"courses/{COURSE}/", f"verification/{Award.objects.get().code}/", "", "docs/"):
        assert stranger.get(address).status_code == 200, address
    for address in OWN.values():
        refused = stranger.get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_signed_in"), address
    for name, (method, address) in owned().items():
        refused = call(stranger, name, method, address)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_signed_in"), name


def test_every_unsafe_request_without_a_token_is_refused_for_learners_and_strangers_alike(certified: Learner) -> None:
    addresses = {**owned(), "enrolments": ("POST", "enrolments/"), "me": ("PATCH", "me/"), "list": ("POST", "courses/")}
    for program in (Program(token=False), Program(User.objects.get(), token=False)):
        for name, (method, address) in addresses.items():
            if method == "GET":
                continue
            refused = call(program, name, method, address)
            assert (refused.status_code, refused.json()["code"]) == (403, "csrf"), name


def test_what_a_signed_in_person_gets_stays_in_no_cache(certified: Learner) -> None:
    addresses = [*OWN.values(), "courses/", *(address for method, address in owned().values() if method == "GET")]
    for address in addresses:
        assert certified.get(address)["Cache-Control"] == "private, no-store", address


def test_no_get_writes_a_row_but_the_counter_of_requests(certified: Learner) -> None:
    addresses = [*OWN.values(), "", "courses/", f"courses/{COURSE}/", f"verification/{Award.objects.get().code}/"]
    addresses += [address for method, address in owned().values() if method == "GET"]
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            assert certified.get(address).status_code == 200, address
        written = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not [sql for sql in written if "core_ratecounter" not in sql], address


# how it refuses


def test_a_field_that_is_not_known_is_refused_and_named(learner: Learner) -> None:
    enrolled = learner.post("enrolments/", course=COURSE, user="someone", version=1)
    assert enrolled.status_code == 422
    assert enrolled.json()["code"] == "invalid"
    assert set(enrolled.json()["fields"]) == {"user", "version"}
    assert not Enrolment.objects.exists()
    changed = learner.send("PATCH", "me/", {"roles": ["admin"], "email": "x@example.org"})
    assert set(changed.json()["fields"]) == {"roles", "email"}


def test_every_input_refuses_a_field_nobody_wrote_down(certified: Learner) -> None:
    addresses = {**owned(), "enrolments": ("POST", "enrolments/"), "me": ("PATCH", "me/")}
    for name, (method, address) in addresses.items():
        if method == "GET":
            continue
        refused = certified.send(method, address, {**BODIES.get(name, {}), "passed": True})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), name
        assert "passed" in refused.json()["fields"], name


@pytest.mark.parametrize(
    ("method", "address", "body", "kind", "status", "code"),
    [
        ("POST", "enrolments/", "{", "application/json", 400, "unreadable"),
        ("POST", "enrolments/", "[" * 100_000, "application/json", 400, "unreadable"),
        ("POST", "enrolments/", "{}", "application/json; charset=bz2", 422, "invalid"),
        ("POST", "enrolments/", "[]", "application/json", 422, "invalid"),
        ("POST", "enrolments/", "null", "application/json", 422, "invalid"),
        ("POST", "enrolments/", '{"course": "a\\u0000b"}', "application/json", 422, "invalid"),
        ("POST", "enrolments/", '{"course": "\\ud800"}', "application/json", 422, "invalid"),
        ("POST", "enrolments/", '{"course": "no-such-course"}', "application/json", 422, "invalid"),
        ("POST", "enrolments/", " " * 1_000_001, "application/json", 413, "too_large"),
        ("PATCH", "me/", " " * 1_000_001, "application/json", 413, "too_large"),
        ("POST", "enrolments/", "course=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("POST", "enrolments/", "x", "multipart/form-data; boundary=x", 415, "unsupported_media_type"),
        ("DELETE", "me/", "", "application/json", 405, "method_not_allowed"),
        ("OPTIONS", "me/", "", "application/json", 405, "method_not_allowed"),
        ("GET", "no/such/thing/", "", "", 404, "not_found"),
        ("GET", "courses/no-such-course/", "", "", 404, "not_found"),
        ("GET", "enrolments/not-a-uuid/", "", "", 404, "not_found"),
        ("GET", f"attempts/{UUID(int=4)}/", "", "", 404, "not_found"),
        ("GET", "verification/ABCD/", "", "", 404, "not_found"),
    ],
)
def test_every_refusal_has_one_shape(
    learner: Learner, method: str, address: str, body: str, kind: str, status: int, code: str
) -> None:
    answer = learner.client.generic(method, f"/api/v1/{address}", body, kind, headers={"X-CSRFToken": TOKEN})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == SHAPE
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["message"]
    assert bool(answer.json()["fields"]) is (status == 422)
    if status == 405:
        assert answer["Allow"] == "GET, HEAD, PATCH"


def test_something_else_than_json_is_not_given(learner: Learner) -> None:
    refused = learner.client.get("/api/v1/me/", headers={"Accept": "text/html"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")


def test_what_breaks_is_answered_in_the_same_shape_and_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, learner: Learner, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("typed by a person")

    learner.client.raise_request_exception = False
    monkeypatch.setattr("courses.selectors.catalogue", breaks)
    answer = learner.get("courses/")
    assert (answer.status_code, answer.json()["code"], set(answer.json())) == (500, "broken", SHAPE)
    assert "typed by a person" not in answer.text
    assert "ValueError" in caplog.text


def test_an_evaluation_is_refused_by_the_pages_rules_under_the_apis_names(learner: Learner) -> None:
    enrolment = learner.read()
    learner.take_test(enrolment)
    address = f"completions/{Completion.objects.get().pk}/evaluation/"
    early = learner.post(f"completions/{Completion.objects.get().pk}/claim/", name="Wren Walker", attest=True)
    assert (early.status_code, early.json()["code"]) == (403, "evaluate_first")
    refused = learner.post(address, objectives={"LO-RO1": "yes", "LO-XX9": "yes"}, bias_seen=True, change="no")
    assert set(refused.json()["fields"]) == {
        *(f"objectives.LO-RO{number}" for number in (2, 3, 4)),
        "objectives.LO-XX9",
        "bias_text",
    }
    assert not Evaluation.objects.exists()


def test_a_name_that_cannot_be_printed_and_a_claim_without_attestation_are_refused(learner: Learner) -> None:
    enrolment = learner.read()
    learner.take_test(enrolment)
    refused = learner.post(f"completions/{Completion.objects.get().pk}/claim/", name="Wren \U0001f642", attest=False)
    assert set(refused.json()["fields"]) == {"name", "attest"}


# pages, limits, language


def test_lists_come_in_pages_and_a_page_that_is_not_there_is_404(
    make_educator: Callable[..., User],
) -> None:
    user = make_educator()
    for number in range(21):
        make_course(user, lessons=1, activities=[], slug=f"course-{number}")
    program = Program(user)
    first = program.get("enrolments/").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (21, 20, None)
    second = program.client.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (1, None)
    assert len(program.get("enrolments/", page_size=100).json()["results"]) == 21
    bad = [{"page": page} for page in ("3", "0", "-1", "x", "last", "1e3", "²", "9" * 5000)]
    bad += [{"page_size": size} for size in ("0", "101", "x", "", "00100999", "9" * 5000)]
    for query in bad:
        answer = program.get("enrolments/", **query)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), query


@pytest.mark.parametrize("address", ["enrolments/", "courses/"])
def test_twenty_rows_cost_as_many_queries_as_two(make_educator: Callable[..., User], address: str) -> None:
    counts = []
    for number in (2, 18):
        user = make_educator()
        for course in range(number):
            make_course(user, lessons=1, activities=[], slug=f"of-{number}-{course}")
        program = Program(user)
        program.get("me/")  # opens the counter of this minute
        with CaptureQueriesContext(connection) as captured:
            assert program.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_fifty_lessons_cost_progress_as_many_queries_as_five(make_educator: Callable[..., User]) -> None:
    counts = []
    for lessons in (5, 50):
        user = make_educator()
        enrolment = make_course(user, lessons=lessons, activities=[], slug=f"with-{lessons}")
        program = Program(user)
        program.get("me/")
        with CaptureQueriesContext(connection) as captured:
            assert program.get(f"enrolments/{enrolment.pk}/progress/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_beyond_the_limit_the_answer_says_how_long_to_wait(learner: Learner, settings: Any) -> None:
    settings.RATES_A_MINUTE = settings.RATES_A_MINUTE | {"api": 2}
    statuses = [learner.get("me/").status_code for _try in range(3)]
    refused = learner.get("me/")
    assert statuses == [200, 200, 429]
    assert (refused.json()["code"], set(refused.json())) == ("too_many", SHAPE)
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_each_person_has_a_limit_of_their_own_and_strangers_share_their_address(
    make_educator: Callable[..., User], settings: Any
) -> None:
    settings.RATES_A_MINUTE = settings.RATES_A_MINUTE | {"api": 1, "api_stranger": 1}
    for program in (Program(make_educator()), Program(make_educator())):
        assert [program.get("courses/").status_code for _try in range(2)] == [200, 429]
    assert Program().get("courses/").status_code == 200
    assert Program().get("courses/").status_code == 429


def test_checking_codes_here_and_on_the_page_has_one_limit(settings: Any) -> None:
    settings.RATES_A_MINUTE = settings.RATES_A_MINUTE | {"verify": 2}
    code = "7Q4M-2XKD-9HTR-C5WB"
    assert Client().get(f"/verify/{code}/").status_code == 404
    assert Program().get(f"verification/{code}/").status_code == 404
    assert Program().get(f"verification/{code}/").status_code == 429
    assert Client().get(f"/verify/{code}/").status_code == 429


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_cannot_both_have_the_last_place(educator: User, settings: Any) -> None:
    settings.RATES_A_MINUTE = settings.RATES_A_MINUTE | {"api": 3}
    programs = [Program(educator) for _number in range(8)]
    statuses: list[int] = []
    ready = threading.Barrier(len(programs))

    def ask(program: Program) -> None:
        ready.wait()
        statuses.append(program.get("me/").status_code)
        connection.close()

    threads = [threading.Thread(target=ask, args=[program]) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 3 + [429] * 5


def test_glucose_is_in_the_readers_unit_first_and_preferences_are_kept(learner: Learner) -> None:
    enrolment = learner.enrol()
    lesson = f"enrolments/{enrolment}/lessons/burdens/"
    learner.read()
    before = str(learner.get(lesson).json()["blocks"])
    changed = learner.send("PATCH", "me/", {"unit": "mmol", "time_zone": "America/Bogota"})
    assert (changed.status_code, changed.json()["unit"]) == (200, "mmol")
    after = str(learner.get(lesson).json()["blocks"])
    assert "mg/dL (" in before
    assert "mg/dL (" not in after
    assert learner.get("enrolments/").json()["results"][0]["enrolled_at"].endswith("-05:00")


def test_a_language_or_zone_nobody_knows_is_refused(learner: Learner, educator: User) -> None:
    refused = learner.send("PATCH", "me/", {"language": "tlh", "unit": "stone"})
    assert set(refused.json()["fields"]) == {"language", "unit"}
    assert set(learner.send("PATCH", "me/", {"time_zone": "No/Where"}).json()["fields"]) == {"time_zone"}
    educator.refresh_from_db()
    assert (educator.language, educator.unit, educator.time_zone) == ("", "mgdl", "")


def test_messages_are_in_the_readers_language(learner: Learner) -> None:
    learner.send("PATCH", "me/", {"language": "es"})
    fields = learner.post("enrolments/").json()["fields"]
    assert fields == {"course": ["Este campo es requerido."]}


# what is served beside it


def test_neither_redoc_nor_source_maps_nor_the_browsable_apis_bootstrap_are_collected() -> None:
    paths = [path for path, _storage in get_finder("edu.staticfiles.LeanFinder").list([])]
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in paths
    assert not [path for path in paths if "redoc" in path or path.endswith(".map") or "rest_framework" in path]


def test_collected_as_in_production_the_explorer_finds_all_its_files(settings: Any, tmp_path: Path) -> None:
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    for name in ("basal.css", "basal.js"):
        (tmp_path / "assets").mkdir(exist_ok=True)
        (tmp_path / "assets" / name).touch()
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [tmp_path / "assets"], tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": manifest}
    get_finder.cache_clear()  # type: ignore[attr-defined] # lru_cache, which the stubs leave out
    call_command("collectstatic", "--noinput", "-v0")
    page = Client().get("/api/v1/docs/").text
    found = re.findall(r"/static/(drf_spectacular_sidecar/\S+?)\"", page)
    assert len(found) == 2
    for path in found:
        assert (tmp_path / "static" / path).is_file()
        assert b"sourceMappingURL" not in (tmp_path / "static" / path).read_bytes()
    get_finder.cache_clear()  # type: ignore[attr-defined] # lru_cache, which the stubs leave out


def test_the_page_of_the_api_lists_every_operation_without_a_script() -> None:
    text = html.unescape(Client().get("/api/v1/").text)
    for words in ("/api/v1/attempts/{attempt_id}/answers/{position}/", "Claim the certificate", "240 requests"):
        assert words in text

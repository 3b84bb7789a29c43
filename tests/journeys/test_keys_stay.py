"""Questions of every type whose keys, reasons, formulas and feedback are canaries: no byte that a learner gets before
release holds one, by page, by program, or in a copy of one's data."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from courses.models import CourseVersion
from courses.services import publish
from edu import privacy
from edu.curriculum import load
from edu.walk import Walk
from quizzes import marking, selectors
from quizzes.models import Attempt, ItemVersion, Slot
from quizzes.selectors import release
from tests.api import Program
from tests.curriculum import COURSE
from tests.every_type import begin_every_type, questions, write_every_type
from tests.inside import Inside

pytestmark = pytest.mark.django_db
CANARY = "canary"
GRAMS = {"45": "45.125", "17": "17.375", "62": "62.5"}
TYPED = {"7351.25", *GRAMS.values()}  # in right answers
AT_ONCE = {"practice", "patient"}  # released by handing in
VARYING = {"X-Request-ID", "Content-Length", "Expires"}
PROGRAMS = {"Accept": "application/json"}
UUID5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def poisoned(item: dict[str, Any]) -> dict[str, Any]:
    """The item with a canary in each reason, formula, name and source, and with keys that nothing else holds."""
    found: dict[str, Any] = _poisoned(item)
    if item["type"] == "numeric":
        found["answers"][0]["value"] = "7351.25"
    if item["type"] == "dose_calc":
        params = found["params"]
        names = {name: f"{CANARY}_{name}" for name in params["derived"]}
        params["derived"] = {names[name]: _renamed(rule, names) for name, rule in params["derived"].items()}
        params["constraints"] = [_renamed(rule, names) for rule in params["constraints"]]
        params["distractors"] = {
            f"{CANARY}_{name}": {**one, "formula": _renamed(one["formula"], names)}
            for name, one in params["distractors"].items()
        }
        params["answer"] = names[params["answer"]]
    return found


def _poisoned(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        hides = name in ("why", "feedback")
        return {
            key: _marked(part) if hides and isinstance(part, str) else _poisoned(part, "why" if hides else key)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_poisoned(one) for one in value]
    if name == "source":
        return _marked(value)
    return GRAMS[str(value)] if name in ("grams_carb", "total") else value


def _marked(words: str) -> str:
    return f"{words} {CANARY.title()}."


def _renamed(rule: str, names: Mapping[str, str]) -> str:
    return re.sub("|".join(names), lambda found: names[found[0]], rule)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write_every_type(tmp_path / "curriculum", poisoned)


class Watched:
    """A browser and a program of the same person; every answer either gets is kept."""

    def __init__(self, browser: Inside, user: User) -> None:
        self.browser, self.user, self.program = browser, user, Program()
        self.program.client = browser.client
        self.seen: list[tuple[str, str]] = []
        ask = browser.client.request

        def kept(**request: Any) -> Any:
            answer = ask(**request)
            where = f"{request['REQUEST_METHOD']} {request['PATH_INFO']}"
            told = unescape(answer.getvalue().decode("utf-8", "replace"))
            self.seen.append((where, f"{answer.headers}{told}".lower()))
            return answer

        browser.client.request = kept  # type: ignore[method-assign] # looks on; the answer stays as it is

    def token(self) -> None:
        """Once a page has given it."""
        self.program.headers = {"X-CSRFToken": self.browser.client.cookies["csrftoken"].value}

    def copy(self) -> None:
        """What a copy of their data holds."""
        with zipfile.ZipFile(privacy.export(self.user)) as zipped:
            self.seen += [(f"copy {name}", zipped.read(name).decode().lower()) for name in zipped.namelist()]

    def leaks(self, secrets: set[str]) -> list[tuple[str, str]]:
        return sorted({(where, words) for where, text in self.seen for words in secrets if words in text})


def hidden(use: str) -> set[str]:
    """The canaries, the ids of what is in the questions, and the keys."""
    rows = ItemVersion.objects.filter(item__id__startswith=f"{use}-")
    ids = {one for row in rows for one in UUID5.findall(str(row.content))}
    assert len(ids) > 40
    names = {f"{use}-{name}" for name in questions()} if use == "test" else set()  # a check's stands in its address
    return {CANARY, *TYPED, *ids, *names}


def fields_of(slot: Slot, *, right: bool) -> dict[str, list[str]]:
    """What the form sends for the right answer, or for a wrong one of the same length."""
    content, params, order = slot.item_version.content, slot.params, slot.option_order
    fields = marking.filled(content, params, order, marking.key_response(content, params, order))
    if right:
        return fields
    if content["type"] == "ordering":
        fields = dict(zip(fields, list(fields.values())[::-1], strict=True))
    else:
        fields = {name: list(dict.fromkeys(_other(name, value) for value in sent)) for name, sent in fields.items()}
    reading = marking.read(content, params, order, fields, "en")
    assert reading.response is not None, (slot.item_version.item_id, reading.problem)
    assert marking.mark(content, params, order, reading.response).fraction < 1, slot.item_version.item_id
    return fields


def _other(name: str, value: str) -> str:
    if name == "unit" or value not in ("1", "2", "3", "4", "true", "false"):
        return value if name == "unit" else re.sub(r"\d", lambda digit: str(int(digit[0]) % 9 + 1), value)
    return {"true": "false", "false": "true", "1": "4" if name == "choices" else "2"}.get(value, "1")


def save(watched: Watched, slot: Slot, fields: Mapping[str, Any], seq: int, *, epoch: int = 0) -> Any:
    epoch = epoch or Attempt.objects.get(pk=slot.attempt_id).epoch
    page = {**fields, "seq": str(seq), "epoch": str(epoch)}
    token = {**PROGRAMS, **watched.program.headers}
    return watched.browser.client.post(f"/quizzes/attempts/{slot.attempt_id}/{slot.position}/", page, headers=token)


def everything(watched: Watched, attempt: Attempt) -> None:
    """All a learner can look at that has to do with an attempt."""
    enrolment = attempt.enrolment_id
    here = f"/quizzes/attempts/{attempt.pk}/"
    for language in ("en", "es"):
        watched.browser.client.cookies["django_language"] = language
        for address in ("/home/", f"/courses/{COURSE}/", "/transcript/", f"/quizzes/{enrolment}/post-test/"):
            watched.browser.get(address)
        for page in ("", "review/", "result/", *(f"{slot.position}/" for slot in attempt.slots.all())):
            watched.browser.get(here + page)
    watched.browser.client.cookies["django_language"] = "en"
    for path in (f"attempts/{attempt.pk}/", "attempts/", f"enrolments/{enrolment}/quizzes/post-test/"):
        assert watched.program.get(path).status_code == 200
    watched.copy()


def answer(watched: Watched, attempt: Attempt, *, right: bool, seq: int = 100) -> None:
    """Save an answer to each question in every way there is, and what is refused."""
    watched.token()
    for slot in attempt.slots.select_related("item_version"):
        sent = fields_of(slot, right=right)
        path = f"attempts/{attempt.pk}/answers/{slot.position}/"
        assert save(watched, slot, dict.fromkeys(sent, "abc"), seq + 1).status_code in (200, 422)
        assert save(watched, slot, {"number": "1,234", "total": "1,234", "choice": "99"}, seq + 2).status_code < 500
        assert watched.program.send("PUT", path, {"fields": sent, "seq": seq + 3}).status_code == 200
        assert save(watched, slot, sent, seq + 4).status_code == 200
        page = watched.browser.get(f"/quizzes/attempts/{attempt.pk}/{slot.position}/")
        watched.browser.send(page.form("question-form"), {"go": "stay", "flag": "on"})


def hand_in(watched: Watched, attempt: Attempt, *, right: bool) -> None:
    watched.token()
    for slot in attempt.slots.select_related("item_version"):
        assert save(watched, slot, fields_of(slot, right=right), 101).status_code == 200
    page = watched.browser.get(f"/quizzes/attempts/{attempt.pk}/review/")
    watched.browser.submit(page.form("hand-in"))
    everything(watched, attempt)


def test_no_canary_gets_out_of_a_test_that_is_under_way(walk: Walk[Inside], educator: User, files: Path) -> None:
    watched = Watched(walk.browser, educator)
    attempt = begin_every_type(walk, files)
    secrets = hidden("test")
    answer(watched, attempt, right=False)
    everything(watched, attempt)
    elsewhere(watched, attempt)
    assert watched.leaks(secrets) == []
    answer(watched, attempt, right=True, seq=200)
    everything(watched, attempt)
    assert watched.leaks(secrets - TYPED) == []


def elsewhere(watched: Watched, attempt: Attempt) -> None:
    """Another device looks, saves without having taken over, and takes over; the first one is refused then."""
    slot = attempt.slots.select_related("item_version").latest("position")
    other = Watched(Inside.of(watched.user), watched.user)
    page = other.browser.get(f"/quizzes/attempts/{attempt.pk}/1/")
    other.browser.submit(page.form("take-over"))
    assert save(watched, slot, fields_of(slot, right=False), 900, epoch=attempt.epoch).status_code == 409
    watched.seen += other.seen
    watched.browser.submit(watched.browser.get(f"/quizzes/attempts/{attempt.pk}/1/").form("take-over"))


@pytest.mark.parametrize("show", release.PRESETS)
def test_no_canary_gets_out_of_a_test_that_is_handed_in_before_its_release(
    walk: Walk[Inside], educator: User, files: Path, show: str
) -> None:
    """Failed, then, where that releases nothing, passed."""
    quiz = files / COURSE / "quizzes" / "post-test.yaml"
    quiz.write_text(quiz.read_text().replace("retake: reread", f"retake: free\nshow: {show}"))
    attempt = begin_every_type(walk, files)
    watched, secrets = Watched(walk.browser, educator), hidden("test")
    hand_in(watched, attempt, right=False)
    if show in AT_ONCE:
        assert CANARY in {words for _where, words in watched.leaks(secrets)}  # it would be seen
        return
    assert watched.leaks(secrets) == []
    start = watched.browser.get(f"/quizzes/{attempt.enrolment_id}/post-test/")
    watched.browser.submit(start.form("quiz-start"))
    second = Attempt.objects.get(number=2)
    hand_in(watched, second, right=True)
    assert Attempt.objects.get(number=2).passed
    assert bool(watched.leaks(secrets - TYPED)) is (show == "ce")


def test_no_canary_of_a_check_gets_out_before_it_is_answered(educator: User, files: Path) -> None:
    load(files, publish=True)
    publish(version=CourseVersion.objects.filter(course__slug=COURSE).latest("number"), now=timezone.now())
    browser, secrets = Inside.of(educator), hidden("check")
    watched = Watched(browser, educator)
    browser.submit(browser.get(f"/courses/{COURSE}/").form("/enrol/"))
    watched.token()
    address = f"/courses/{COURSE}/side-by-side/"
    enrolment = educator.enrolments.get()
    lesson = browser.get(address)
    for name in questions():
        form = lesson.form(f"check-check-{name}")
        path = f"enrolments/{enrolment.pk}/checks/check-{name}/"
        for sent in ({}, {"number": "1,234", "total": "abc", "choice": "99", "row-1": "77"}):
            browser.submit(form, **sent)
            browser.client.post(form.action, {**dict(form.data({})), **sent}, headers={"HX-Request": "true"})
            fields = {field: [value] for field, value in sent.items()}
            assert watched.program.send("POST", path, {"fields": fields}).status_code == 422
        assert watched.program.get(path).status_code == 200
    assert watched.program.get(f"enrolments/{enrolment.pk}/lessons/side-by-side/").status_code == 200
    browser.client.cookies["django_language"] = "es"
    browser.get(address)
    watched.copy()
    assert watched.leaks(secrets) == []
    one = selectors.drawn(ItemVersion.objects.newest().get(item="check-sba"))
    browser.submit(lesson.form("check-check-sba"), choice="1")
    assert CANARY in {words for _where, words in watched.leaks(secrets)}, one  # it would be seen


def test_the_reply_to_a_save_has_one_shape_and_one_length_whether_right_or_wrong(
    walk: Walk[Inside], educator: User, files: Path
) -> None:
    watched = Watched(walk.browser, educator)
    attempt = begin_every_type(walk, files)
    watched.token()
    for slot in attempt.slots.select_related("item_version"):
        page, program = [], []
        path = f"attempts/{attempt.pk}/answers/{slot.position}/"
        for seq, right in ((101, True), (103, False)):
            sent = fields_of(slot, right=right)
            page.append(save(watched, slot, sent, seq))
            program.append(watched.program.send("PUT", path, {"fields": sent, "seq": seq + 1}))
            assert program[-1].json()["fields"].keys() >= sent.keys() - {"unit"}
        for replies in (page, program):
            assert [reply.status_code for reply in replies] == [200, 200], slot.item_version.item_id
            told = [shape(reply) for reply in replies]
            assert told[0] == told[1], slot.item_version.item_id


def shape(reply: Any) -> tuple[Any, ...]:
    """Names, length but for what was sent itself and the fractions of a second, and headers."""
    told = {**reply.json(), "server_time": "", "saved_at": "", "fields": ""}
    headers = {name: value for name, value in reply.headers.items() if name not in VARYING}
    return sorted(told), len(str(told)), headers

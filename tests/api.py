"""A program that uses the API in this process: a session, a token, JSON; every answer is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from ruamel.yaml import YAML

from accounts.models import User
from tests.curriculum import COURSE, WHOLE
from tests.inside import Inside

TOKEN = "a" * 32
V1 = "/api/v1/"


class Program:
    """Signed in as someone, or as nobody; CSRF checks are on and the token is sent unless `token` is False."""

    def __init__(self, user: User | None = None, *, token: bool = True) -> None:
        self.client: Client = Inside.of(user).client if user else Client(enforce_csrf_checks=True)
        self.client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        self.headers = {"X-CSRFToken": TOKEN} if token else {}
        self.seen: list[Any] = []

    def get(self, path: str, **query: Any) -> Any:
        return self._kept(self.client.get(_full(path), query))

    def post(self, path: str, **data: Any) -> Any:
        return self.send("POST", path, data)

    def send(self, method: str, path: str, data: Any) -> Any:
        return self._kept(
            self.client.generic(method, _full(path), _json(data), content_type="application/json", headers=self.headers)
        )

    def _kept(self, answer: Any) -> Any:
        self.seen.append(answer)
        return answer


class Learner(Program):
    """Someone who takes the whole course by the API alone."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self.keys = _keys(WHOLE / COURSE / "items")

    def enrol(self) -> str:
        return str(self.post("enrolments/", course=COURSE).json()["id"])

    def read(self) -> str:
        """Enrol, answer every check, say Done in every lesson; returns the enrolment's id."""
        enrolment = self.enrol()
        while slug := self.get(f"enrolments/{enrolment}/progress/").json()["here"]:
            lesson = f"enrolments/{enrolment}/lessons/{slug}/"
            for ref in self.get(lesson).json()["open_activities"]:
                check = f"enrolments/{enrolment}/checks/{ref.removeprefix('check:')}/"
                self.post(check, fields={"choice": [self.option(self.get(check).json()["question"])]})
            assert self.post(f"{lesson}done/").status_code == 200
        return enrolment

    def take_test(self, enrolment: str, *, wrong: int = 0) -> dict[str, Any]:
        """Start, answer (the first `wrong` of them wrongly), hand in; returns the attempt as it is then."""
        attempt = self.post(f"enrolments/{enrolment}/quizzes/post-test/attempts/").json()
        for question in attempt["questions"]:
            choice = self.option(question, right=question["position"] > wrong)
            address = f"attempts/{attempt['id']}/answers/{question['position']}/"
            assert (
                self.send("PUT", address, {"fields": {"choice": [choice]}, "seq": question["seq"] + 1}).status_code
                == 200
            )
        handed_in: dict[str, Any] = self.post(f"attempts/{attempt['id']}/submit/").json()
        return handed_in

    def evaluate_and_claim(self, enrolment: str) -> dict[str, Any]:
        completion = f"completions/{self.get(f'enrolments/{enrolment}/').json()['completion']}/"
        codes = [one["code"] for one in self.get(completion).json()["objectives"]]
        answers = dict.fromkeys(codes, "yes")
        self.post(f"{completion}evaluation/", objectives=answers, bias_seen=False, change="yes")
        certificate: dict[str, Any] = self.post(f"{completion}claim/", name="Wren Walker", attest=True).json()
        return certificate

    def option(self, question: dict[str, Any], *, right: bool = True) -> str:
        """The value of a right (or wrong) option, found by its words in the authors' files."""
        options = question["parts"]["options"]
        return next(str(one["n"]) for one in options if (" ".join(one["text"].split()) in self.keys) is right)


def _full(path: str) -> str:
    return path if path.startswith("/") else V1 + path


def _json(data: Any) -> str:
    return data if isinstance(data, str) else json.dumps(data)


def _keys(folder: Path) -> set[str]:
    """The words of the right options in the authors' files."""
    yaml = YAML(typ="safe")
    return {
        " ".join(option["text"]["en"].split())
        for path in folder.glob("*.yaml")
        for option in yaml.load(path.read_text(encoding="utf-8"))["options"]
        if option.get("key")
    }

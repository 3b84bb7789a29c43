"""The browser without JavaScript, talking to the application in this process: no server, the same pages."""

from __future__ import annotations

import urllib.request
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import STAFF, User
from accounts.services import NOTED
from edu.browser import Browser, Page, read_page


class Inside(Browser):
    """As `edu.browser.Browser`; `client` is Django's test client beneath, with CSRF checks on.

    Every answer is kept in `seen`: tests search it for what must never be sent.
    """

    def __init__(self) -> None:
        super().__init__("http://testserver")
        self.client = Client(enforce_csrf_checks=True)
        self.seen: list[Page] = []
        self.answer: Any = None

    @classmethod
    def of(cls, user: User) -> Inside:
        """Signed in as this person; staff with a second factor that this session has proved, as they need one."""
        inside = cls()
        inside.client.force_login(user)
        if user.holds(*STAFF):
            factor, _made = Authenticator.objects.get_or_create(
                user=user, type=Authenticator.Type.TOTP, defaults={"data": {}}
            )
            session = inside.client.session
            session[NOTED] = factor.pk
            session.save()
        return inside

    @classmethod
    def of_password(cls, user: User) -> Inside:
        """Signed in as this person by the password alone, as someone is who has not proved a second factor."""
        inside = cls()
        inside.client.force_login(user)
        return inside

    def stranger(self) -> Inside:
        return Inside()

    def _open(self, request: urllib.request.Request) -> Page:
        headers = {"Referer": request.get_header("Referer") or ""}
        path = _path(request.full_url)
        if request.data is None:
            answer = self.client.get(path, headers=headers)
        else:
            kind = request.get_header("Content-type") or ""
            answer = self.client.post(path, request.data, content_type=kind, headers=headers)
        url = request.full_url
        while answer.status_code in (301, 302, 303):
            url = urljoin(url, answer["Location"])
            answer = self.client.get(_path(url))
        self.answer = answer
        self.page = read_page(url, answer.status_code, answer.getvalue(), answer["Content-Type"].partition(";")[0])
        self.seen.append(self.page)
        return self.page


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

"""The start page of each role, in the order in which someone with several is led to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.services import FOR_PATIENT


@dataclass(frozen=True)
class Room:
    """A start page: the role it is for, its address's name, what it is called in the page head."""

    role: Role
    name: str
    title: str

    @property
    def url(self) -> str:
        return reverse(self.name)


def all_rooms() -> list[Room]:
    return [
        Room(Role.EDUCATOR, "home", _("Learning")),
        Room(Role.PATIENT, "patient_home", _("My pump start")),
        Room(Role.AUTHOR, "bank", _("Questions")),
        Room(Role.REVIEWER, "review_queue", _("Review")),
        Room(Role.CE_OFFICE, "office", _("CE office")),
        Room(Role.ADMIN, "people", _("People")),
    ]


def own_rooms(user: User) -> list[Room]:
    """The rooms of the roles this person holds."""
    return [room for room in all_rooms() if room.role in user.roles]


def rooms(request: HttpRequest) -> dict[str, Any]:
    """For every template (a context processor), asked of the database only where a template shows them.

    `rooms`: the start pages of this person's roles. `educating`: whether courses and certificates are their matter:
    false for someone who is (or is signing up as) a patient and nothing else, who meets no word of them.
    """
    user = request.user
    if not isinstance(user, User):
        return {"rooms": [], "educating": not request.session.get(FOR_PATIENT)}
    return {
        "rooms": SimpleLazyObject(lambda: own_rooms(user)),
        "educating": SimpleLazyObject(lambda: user.roles != {Role.PATIENT}),
    }

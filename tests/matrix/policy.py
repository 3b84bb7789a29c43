"""Who may do what: one line for every address of ours. An address without a line fails the matrix."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import Role
from tests.matrix.world import CAST, STRANGER

EVERYONE = frozenset(CAST)
SIGNED_IN = EVERYONE - {STRANGER}
EDUCATOR, PATIENT, ADMIN = (frozenset({role.value}) for role in (Role.EDUCATOR, Role.PATIENT, Role.ADMIN))
AUTHOR, REVIEWER, CE_OFFICE = (frozenset({role.value}) for role in (Role.AUTHOR, Role.REVIEWER, Role.CE_OFFICE))


@dataclass(frozen=True)
class Policy:
    """`may[method]`: who gets past the door. `owns`: which of the URL's values must be one's own (none: anyone's of
    those who may). `fills`: values of the URL that differ from the world's, such as another `slug`."""

    may: dict[str, frozenset[str]]
    owns: str = ""
    anyones: str = ""
    fills: dict[str, object] = field(default_factory=dict)


def _see(who: frozenset[str], *, owns: str = "", anyones: str = "", **fills: object) -> Policy:
    return Policy({"GET": who}, owns, anyones, fills)


def _post(who: frozenset[str], *, owns: str = "", anyones: str = "", **fills: object) -> Policy:
    return Policy({"POST": who}, owns, anyones, fills)


def _form(who: frozenset[str], *, owns: str = "", anyones: str = "", **fills: object) -> Policy:
    return Policy({"GET": who, "POST": who}, owns, anyones, fills)


POLICIES: dict[str, Policy] = {
    # edu and core
    "landing": _see(EVERYONE),
    "home": _see(SIGNED_IN),
    "healthz": _see(EVERYONE),
    "readyz": _see(EVERYONE),
    # accounts
    "preferences": _form(EVERYONE),
    "second_factor": _see(SIGNED_IN),
    "profile": _form(SIGNED_IN),
    "reader": _form(SIGNED_IN),
    "licence_add": _form(SIGNED_IN),
    "licence_remove": _post(SIGNED_IN, owns="licence_id"),
    "people": _see(ADMIN),
    "person": _see(ADMIN, anyones="user_id"),
    "role_grant": _post(ADMIN, anyones="user_id"),
    "role_revoke": _post(ADMIN, anyones="user_id"),
    "audit_log": _see(ADMIN),
    # courses
    "catalogue": _see(EVERYONE),
    "course": _see(EVERYONE),
    "course_enrol": _post(SIGNED_IN),
    "lesson": _see(SIGNED_IN),
    "lesson_done": Policy({"GET": SIGNED_IN, "POST": EDUCATOR}),
    "lesson_seen": _post(EDUCATOR),
    # quizzes
    "check_answer": _post(SIGNED_IN, owns="enrolment_id", item_id="ro-iob"),
    "quiz": _form(SIGNED_IN, owns="enrolment_id", slug="post-test"),
    "attempt": _see(SIGNED_IN, owns="attempt_id"),
    "question": _form(SIGNED_IN, owns="attempt_id"),
    "attempt_review": _see(SIGNED_IN, owns="attempt_id"),
    "attempt_submit": _post(SIGNED_IN, owns="attempt_id"),
    "attempt_result": _see(SIGNED_IN, owns="attempt_id"),
    # certificates
    "evaluation": _form(SIGNED_IN, owns="completion_id"),
    "claim": _form(SIGNED_IN, owns="completion_id"),
    "certificate": _see(SIGNED_IN, owns="award_id"),
    "certificate_status": _see(SIGNED_IN, owns="award_id"),
    "certificate_pdf": _see(SIGNED_IN, owns="award_id"),
    "certificate_print_again": _post(SIGNED_IN, owns="award_id"),
    "transcript": _see(SIGNED_IN),
    "verify": _form(EVERYONE),
    "verify_code": _see(EVERYONE, anyones="code"),
}

"""Who may do what: one line for every address of ours. An address without a line fails the matrix."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import Role
from tests.matrix.world import CAST, STRANGER

EVERYONE = frozenset(CAST)
SIGNED_IN = EVERYONE - {STRANGER}
EDUCATOR, PATIENT, ADMIN = (frozenset({role.value}) for role in (Role.EDUCATOR, Role.PATIENT, Role.ADMIN))
AUTHOR, REVIEWER, CE_OFFICE = (frozenset({role.value}) for role in (Role.AUTHOR, Role.REVIEWER, Role.CE_OFFICE))
BANK = AUTHOR | REVIEWER | ADMIN
NOT_PATIENTS = SIGNED_IN - PATIENT


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
    "styleguide": _see(EVERYONE),  # where it exists: settings.STYLEGUIDE
    "export": _form(SIGNED_IN),
    "erase": _form(SIGNED_IN),
    "own_letters": _see(SIGNED_IN),
    "privacy": _see(EVERYONE),
    "terms": _see(EVERYONE),
    "contact": _form(EVERYONE),
    "complaint": _form(EVERYONE),
    "letter_sent": _see(EVERYONE),
    "letters": _see(CE_OFFICE),
    "letter": _form(CE_OFFICE, anyones="letter_id"),
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
    "factor_reset": _post(ADMIN, anyones="user_id"),
    "role_revoke": _post(ADMIN, anyones="user_id"),
    "audit_log": _see(ADMIN),
    # courses
    "catalogue": _see(EVERYONE),
    "look_up": _see(EVERYONE),
    "patient_home": _see(PATIENT),
    "patient_summary": _see(PATIENT),
    "course": _see(EVERYONE),
    "course_enrol": _post(SIGNED_IN),
    "lesson": _see(SIGNED_IN),
    "lesson_done": Policy({"GET": SIGNED_IN, "POST": EDUCATOR}),
    "lesson_seen": _post(EDUCATOR),
    # quizzes
    "bank": _see(BANK),
    "item_new": _form(AUTHOR),
    "item": Policy({"GET": BANK, "POST": AUTHOR}, anyones="item_id"),
    "item_preview": _see(BANK, anyones="item_id"),
    "item_comment": _post(AUTHOR | REVIEWER, anyones="item_id"),
    "bank_bulk": _post(AUTHOR),
    "item_compare": _see(BANK, anyones="item_id"),
    "item_publish": _form(AUTHOR, anyones="item_id"),
    "item_version": Policy({"GET": BANK, "POST": AUTHOR}, anyones="item_id", fills={"number": 1}),
    "item_discard": _form(AUTHOR, anyones="item_id"),
    "quiz_list": _see(BANK),
    "quiz_new": _form(AUTHOR),
    "quiz_edit": Policy({"GET": BANK, "POST": AUTHOR}, anyones="quiz_id"),
    "quiz_discard": _form(AUTHOR, anyones="quiz_id"),
    "review_queue": _see(REVIEWER),
    "item_review": _form(REVIEWER, anyones="item_id"),
    "check_answer": _post(SIGNED_IN, owns="enrolment_id", item_id="ro-iob"),
    "picture": _see(BANK, anyones="sha256"),  # learners: those of their questions, quizzes/tests/test_pictures.py
    "accommodations": _form(CE_OFFICE | ADMIN),
    "voidings": _see(CE_OFFICE),
    "voiding": _form(CE_OFFICE, anyones="attempt_id"),
    "quiz": _form(SIGNED_IN, owns="enrolment_id", slug="post-test"),
    "attempt": _see(SIGNED_IN, owns="attempt_id"),
    "question": _form(SIGNED_IN, owns="attempt_id"),
    "attempt_review": _see(SIGNED_IN, owns="attempt_id"),
    "attempt_take_over": _post(SIGNED_IN, owns="attempt_id"),
    "attempt_submit": _post(SIGNED_IN, owns="attempt_id"),
    "attempt_result": _see(SIGNED_IN, owns="attempt_id"),
    "trainer": _form(SIGNED_IN),
    "trainer_in_lesson": _post(SIGNED_IN, owns="enrolment_id"),
    "trainer_round": _form(SIGNED_IN, owns="round_id"),
    "trainer_own": _form(SIGNED_IN),
    "trainer_history": _see(SIGNED_IN),
    # certificates
    "evaluation": _form(SIGNED_IN, owns="completion_id"),
    "claim": _form(SIGNED_IN, owns="completion_id"),
    "certificate": _see(SIGNED_IN, owns="award_id"),
    "certificate_status": _see(SIGNED_IN, owns="award_id"),
    "certificate_pdf": _see(SIGNED_IN, owns="award_id"),
    "certificate_print_again": _post(SIGNED_IN, owns="award_id"),
    "transcript": _see(NOT_PATIENTS),
    "verify": _form(EVERYONE),
    "verify_code": _see(EVERYONE, anyones="code"),
    "office": _see(CE_OFFICE),
    "office_completions": _see(CE_OFFICE),
    "office_completions_csv": _see(CE_OFFICE),
    "office_evaluations": _see(CE_OFFICE),
    "office_evaluations_csv": _see(CE_OFFICE),
    "office_evaluation_seen": _post(CE_OFFICE, anyones="evaluation_id"),
    "office_certificates": _see(CE_OFFICE),
    "office_certificates_csv": _see(CE_OFFICE),
    "office_certificate": _see(CE_OFFICE, anyones="award_id"),
    "office_certificate_pdf": _see(CE_OFFICE, anyones="award_id"),
    "office_certificate_print": _post(CE_OFFICE, anyones="award_id"),
    "office_correct": _form(CE_OFFICE, anyones="award_id"),
    "office_revoke": _form(CE_OFFICE, anyones="award_id"),
    # the API
    "api:index": _see(EVERYONE),
    "api:docs": _see(EVERYONE),
    "api:schema": _see(EVERYONE),
    "api:schema_yaml": _see(EVERYONE),
    "api:me": Policy({"GET": SIGNED_IN, "PATCH": SIGNED_IN}),
    "api:courses": _see(EVERYONE),
    "api:course": _see(EVERYONE),
    "api:enrolments": _form(SIGNED_IN),
    "api:enrolment": _see(SIGNED_IN, owns="enrolment_id"),
    "api:progress": _see(SIGNED_IN, owns="enrolment_id"),
    "api:lesson": _see(SIGNED_IN, owns="enrolment_id", slug="side-by-side"),
    "api:lesson_done": _post(SIGNED_IN, owns="enrolment_id", slug="side-by-side"),
    "api:lesson_seen": _post(SIGNED_IN, owns="enrolment_id", slug="side-by-side"),
    "api:check": _form(SIGNED_IN, owns="enrolment_id", item="ro-iob"),
    "api:quiz": _see(SIGNED_IN, owns="enrolment_id", slug="post-test"),
    "api:attempt_start": _post(SIGNED_IN, owns="enrolment_id", slug="post-test"),
    "api:attempts": _see(SIGNED_IN),
    "api:attempt": _see(SIGNED_IN, owns="attempt_id"),
    "api:answer": Policy({"PUT": SIGNED_IN}, owns="attempt_id"),
    "api:attempt_take_over": _post(SIGNED_IN, owns="attempt_id"),
    "api:attempt_submit": _post(SIGNED_IN, owns="attempt_id"),
    "api:trainer_plates": _form(SIGNED_IN),
    "api:trainer_plate": _see(SIGNED_IN, owns="round_id"),
    "api:trainer_guess": _post(SIGNED_IN, owns="round_id"),
    "api:completion": _see(SIGNED_IN, owns="completion_id"),
    "api:evaluation": _post(SIGNED_IN, owns="completion_id"),
    "api:claim": _post(SIGNED_IN, owns="completion_id"),
    "api:certificates": _see(SIGNED_IN),
    "api:certificate": _see(SIGNED_IN, owns="award_id"),
    "api:certificate_pdf": _see(SIGNED_IN, owns="award_id"),
    "api:verification": _see(EVERYONE, anyones="code"),
}

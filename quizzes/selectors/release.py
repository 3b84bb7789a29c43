"""What is shown of an attempt, and when: the presets of reference/quizzes.md 4.6."""

from __future__ import annotations

from quizzes.models import Attempt

# Each preset: what is shown once handed in, and what besides once passed or no attempt is left. `points` is the score,
# `objectives` it by objective, `explained` every question with key and reasons, `sections` where to read again.
AFTER = {
    "practice": frozenset({"points", "objectives", "sections", "explained"}),
    "patient": frozenset({"sections", "explained"}),
    "ce": frozenset({"points", "objectives", "sections"}),
    "secure": frozenset({"sections"}),
    "pretest": frozenset(),
}
LAST = {"ce": frozenset({"explained"})}
PRESETS = tuple(AFTER)


def shown(attempt: Attempt) -> frozenset[str]:
    """What its learner may see of a handed-in attempt; nothing of a live one, nor of one that was voided."""
    if attempt.is_live or attempt.is_void:
        return frozenset()
    preset = attempt.version.rule("show")
    return AFTER[preset] | (LAST.get(preset, frozenset()) if attempt.passed or used_up(attempt) else frozenset())


def used_up(attempt: Attempt) -> bool:
    """Whether this was the last attempt allowed."""
    allowed = attempt.version.attempts_allowed
    return allowed is not None and attempt.number >= allowed and count_until(attempt) >= allowed


def count_until(attempt: Attempt) -> int:
    """How many attempts at its quiz count, with this one; those that were voided do not."""
    mine = Attempt.objects.counted().filter(enrolment=attempt.enrolment_id, quiz=attempt.quiz_id)
    return mine.filter(number__lte=attempt.number).count()

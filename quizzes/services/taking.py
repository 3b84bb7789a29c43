"""Taking a quiz: start, go on elsewhere, flag. One function each, for page and API alike."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from courses import selectors as course_selectors
from courses import services as courses
from courses.models import Enrolment
from quizzes import marking, selectors
from quizzes.models import Attempt, ItemVersion, QuizVersion, Slot
from quizzes.selectors import release
from quizzes.services import closing, deadlines, drawing, parallel


def start(*, enrolment: Enrolment, slug: str, now: datetime, holder: str = "") -> Attempt:
    """Start the quiz, or return the live attempt there already is; two starts at once make one attempt.

    `holder` is the device (see `device`). Raises DomainError when lessons are open (403), it is passed, attempts are
    used up, it is too early, or sections missed last time are not read again.
    """
    closing.close_over(now=now, enrolment=enrolment)
    with transaction.atomic():
        # Hand-in records its result under the same lock: none can slip in between the check and the start.
        courses.lock(enrolment)
        version = startable(enrolment=enrolment, slug=slug, now=now)
        live = enrolment.attempts.live().filter(quiz=version.quiz).first()
        return live or _new_attempt(enrolment, version, now, holder)


def startable(*, enrolment: Enrolment, slug: str, now: datetime) -> QuizVersion:
    """The version a new attempt would pin. Raises DomainError with the reason it may not start now."""
    version = selectors.current_version(enrolment, slug)
    if version is None:
        raise DomainError("no_such_quiz", _("This course has no such quiz."), status=404)
    courses.require_learner(enrolment)
    last = selectors.last_attempt(enrolment, slug)
    if version.quiz.is_pretest:
        _require_beginning(enrolment, version, last)
        return version
    if not course_selectors.quiz_open(course_selectors.journey(enrolment), slug):
        raise DomainError("lessons_open", _lessons_words(version), status=403)
    if last and not last.is_live:
        _refuse_retake(enrolment, version, last, now)
    return version


def _lessons_words(version: QuizVersion) -> str:
    if version.quiz.is_check:
        return _("This check opens when the lessons before it are done.")
    return _("The post-test opens when all lessons are done.")


def _require_beginning(enrolment: Enrolment, version: QuizVersion, last: Attempt | None) -> None:
    """A pre-test shows what was known before, so it is for those who have done no lesson yet; and taken once."""
    if last and last.is_live:
        return
    if last:
        raise DomainError("pretest_done", _("You have done the pre-test. It is compared with your post-test."))
    if course_selectors.journey(enrolment).done_count:
        message = _("The pre-test is for those who have not begun yet. Nothing is lost without it.")
        raise DomainError("pretest_over", message)
    # Raises where the post-test has lost its cells since: there would be nothing to compare with.
    parallel.blueprint(course=enrolment.course, slug=version.rule("parallel"))


def to_reread(*, enrolment: Enrolment, attempt: Attempt) -> list[str]:
    """Sections behind the questions missed in a failed attempt that are not read again yet; none where a retake does
    not ask for it."""
    if attempt.submitted_at is None or attempt.passed is not False or attempt.is_void:
        return []
    if attempt.version.retake != "reread":
        return []
    missed = selectors.missed_sections(selectors.slots(attempt))
    return course_selectors.unread(enrolment, missed, attempt.submitted_at)


def minutes_for(enrolment: Enrolment, version: QuizVersion) -> int | None:
    """How many minutes this learner has, with what was granted; None without a time limit."""
    if not version.limit_min:
        return None
    now = timezone.now()
    granted = deadlines.accommodation_of(enrolment.user_id)
    deadline_at, _closes_at = deadlines.times(version=version, started_at=now, granted=granted)
    return round((deadline_at - now).total_seconds() / 60) if deadline_at else None


def flag(*, attempt: Attempt, position: int, flagged: bool) -> None:
    """Remember, or forget, that the learner wants to look at a question again."""
    attempt.slots.filter(position=position, right=None).update(flagged=flagged)


def device(session_key: str | None) -> str:
    """What stands for a device: a hash of its session, which tells one from another and nothing else."""
    key = (session_key or "").encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"device:" + key, hashlib.sha256).hexdigest()[:32]


def is_elsewhere(attempt: Attempt, holder: str) -> bool:
    """Whether a live attempt is open on another device, so that this one has to take it over first."""
    return attempt.is_live and attempt.holder not in ("", holder)


@transaction.atomic
def take_over(*, attempt: Attempt, holder: str) -> Attempt:
    """Go on with a live attempt on this device. Answers the other one still sends are refused from now on.

    Taken over again by the same device, nothing changes. One that is handed in is returned as it is.
    """
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("enrolment__version__course")
    locked = rows.get(pk=attempt.pk)
    courses.require_learner(locked.enrolment)
    if locked.is_live and locked.holder != holder:
        locked.epoch, locked.holder = locked.epoch + 1, holder
        locked.save(update_fields=["epoch", "holder"])
        # Each row is locked and written: an answer of the old device that waits for one sees the new epoch.
        locked.slots.update(epoch=F("epoch") + 1)
    return locked


def _refuse_retake(enrolment: Enrolment, version: QuizVersion, last: Attempt, now: datetime) -> None:
    if last.passed:
        raise DomainError("passed_already", _("You have passed this test; there is nothing left to retake."))
    if version.attempts_allowed is not None and release.count_until(last) >= version.attempts_allowed:
        raise DomainError("attempts_used_up", _("All attempts at this test are used."))
    if version.retake == "reread" and to_reread(enrolment=enrolment, attempt=last):
        raise DomainError("reread_first", _("Read the sections behind what was missed, then try again."))
    opens = (last.submitted_at or now) + timedelta(hours=version.rule("cooldown_h"))
    if now < opens:
        at = formats.date_format(timezone.localtime(opens), "DATETIME_FORMAT")
        raise DomainError("too_early", _("The next attempt opens on %(at)s.") % {"at": at})


def _new_attempt(enrolment: Enrolment, version: QuizVersion, now: datetime, holder: str) -> Attempt:
    """Pin version, items, what is drawn for each, the order of options as this learner sees them, and the deadline."""
    number = enrolment.attempts.filter(quiz=version.quiz).aggregate(made=Count("pk"))["made"] + 1
    granted = deadlines.accommodation_of(enrolment.user_id) if version.limit_min else None
    deadline_at, closes_at = deadlines.times(version=version, started_at=now, granted=granted)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=version.quiz,
        version=version,
        number=number,
        seed=secrets.token_hex(16),
        started_at=now,
        deadline_at=deadline_at,
        closes_at=closes_at,
        holder=holder,
    )
    versions = ItemVersion.objects.in_bulk(version.item_versions)
    asked = [versions[pk] for pk in _asked(attempt, version, list(versions.values()))]
    Slot.objects.bulk_create(_slot(attempt, position, one) for position, one in enumerate(asked, 1))
    return attempt


def _slot(attempt: Attempt, position: int, version: ItemVersion) -> Slot:
    rng = marking.Rng(marking.seed_of(attempt.seed.encode(), str(attempt.pk), position, version.pk))
    order, params = marking.order(version.content, rng), marking.draw(version.content, rng)
    return Slot(attempt=attempt, position=position, item_version=version, option_order=order, params=params)


def _asked(attempt: Attempt, version: QuizVersion, pool: list[ItemVersion]) -> list[int]:
    """The ItemVersion ids this attempt asks, in its order: drawn where there are cells, what was asked before last."""
    asked: list[int] = list(version.item_versions)
    seed = marking.seed_of(attempt.seed.encode(), str(attempt.pk), "draw", version.pk)
    if cells := version.rule("cells"):
        mine = Slot.objects.filter(attempt__in=selectors.same_blueprint(attempt))
        seen = set(mine.values_list("item_version__item", flat=True))
        asked = drawing.draw_items(cells, drawing.candidates(pool), seen=seen, seed=seed)
    if version.rule("order") == "shuffle":
        marking.Rng(seed ^ 1).shuffle(asked)
    return asked

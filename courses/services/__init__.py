"""Changes to someone's progress: enrol, see, answer, done, complete. One function each, for every door."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import RoleGrant, User
from core.errors import DomainError
from core.texts import pick
from courses import selectors
from courses.models import (
    TAKEN_BACK,
    ActivityResult,
    Completion,
    Course,
    CourseVersion,
    EngagementEvent,
    Enrolment,
    LessonProgress,
)

SEEN_EVERY = timedelta(seconds=55)
Points = tuple[Decimal, Decimal]


@transaction.atomic
def enrol(*, user: User, version: CourseVersion, now: datetime) -> Enrolment:
    """Take a course in this version. Enrolling again changes nothing. A draft cannot be taken.

    An educator takes educators' courses, a patient patients': DomainError other_audience (403) for anyone else. One
    whose place another took is closed (replaced); who takes it may finish.
    """
    if version.state != CourseVersion.State.PUBLISHED:
        raise DomainError("not_published", _("This course is not published yet."))
    require_audience(user, version.course)
    if str(version.ce.get("expires") or "9999") < now.date().isoformat():
        raise DomainError("expired", _("This course has expired and takes no new learners."))
    newer = selectors.successor(version.course.slug)
    if newer and not Enrolment.objects.filter(user=user, course=version.course).exists():
        raise DomainError("replaced", replaced_words(newer))
    enrolment, _made = Enrolment.objects.get_or_create(
        user=user, course=version.course, defaults={"version": version, "enrolled_at": now}
    )
    return enrolment


def replaced_words(newer: CourseVersion) -> str:
    """What is said where someone would begin a course whose place `newer` took."""
    words = _("This course takes no new learners. “%(title)s” took its place.")
    return words % {"title": pick(newer.title)}


def require_audience(user: User, course: Course) -> None:
    """Raise DomainError other_audience (403) unless the user holds the role this course is made for."""
    if user.holds(selectors.AUDIENCE_ROLES[course.audience]):
        return
    if course.audience == Course.Audience.PATIENT:
        raise DomainError("other_audience", _("This course is for people who start a pump."), status=403)
    raise DomainError("other_audience", _("This course is for people who teach others."), status=403)


def require_learner(enrolment: Enrolment) -> None:
    """Raise DomainError role_gone (403) unless the learner still holds the role the course is made for: acting takes
    it as enrolling did. Reading what was done does not."""
    wanted = selectors.AUDIENCE_ROLES[enrolment.version.course.audience]
    # Asked of the grants, not of a person somebody loaded a while ago.
    if not RoleGrant.objects.live().filter(user=enrolment.user_id, role=wanted).exists():
        message = _(
            "Your account no longer has the role this course is made for, so you cannot go on with it. What you have "
            "done and your certificates stay yours to read."
        )
        raise DomainError("role_gone", message, status=403)


def open_step(*, enrolment: Enrolment, slug: str) -> selectors.Step:
    """The lesson, if it is open to this learner. DomainError: not in this course (404), still locked (403)."""
    return require_open(selectors.journey(enrolment), slug)


def require_open(way: selectors.Journey, slug: str) -> selectors.Step:
    """The same for a journey read before."""
    step = way.step(slug)
    if step is None:
        raise DomainError("no_such_lesson", _("This course has no such lesson."), status=404)
    if step.locked and way.here is not None:
        raise DomainError("lesson_locked", _("This lesson opens when the one before it is done."), status=403)
    return step


@transaction.atomic
def see(*, enrolment: Enrolment, slug: str, headings: Sequence[str], now: datetime) -> bool:
    """The learner had these headings on screen. An event at most about once a minute; False when too soon.

    Too soon for another event, the headings still join the latest one and the place is still kept: what was read
    is not forgotten, and no time is counted for it.
    """
    require_learner(enrolment)
    lesson = open_step(enrolment=enrolment, slug=slug).lesson
    known = {heading["id"] for heading in selectors.lesson_text(lesson).headings}
    seen = [heading for heading in headings if heading in known]
    latest = EngagementEvent.objects.filter(enrolment=enrolment, kind=EngagementEvent.Kind.SEEN).order_by("-at").first()
    if not seen:
        return False
    if latest and latest.lesson_slug == slug and now - latest.at < SEEN_EVERY:
        latest.headings = list(dict.fromkeys([*latest.headings, *seen]))
        latest.save(update_fields=["headings"])
        _keep_place(enrolment, slug, seen[-1], now)
        return False
    note(enrolment=enrolment, kind=EngagementEvent.Kind.SEEN, slug=slug, headings=seen, now=now)
    return True


def note(
    *, enrolment: Enrolment, kind: EngagementEvent.Kind, now: datetime, slug: str = "", headings: Sequence[str] = ()
) -> None:
    """Write one event of engagement; with headings, also where the reader is."""
    EngagementEvent.objects.create(enrolment=enrolment, kind=kind, lesson_slug=slug, headings=list(headings), at=now)
    if slug and headings:
        _keep_place(enrolment, slug, headings[-1], now)


def _keep_place(enrolment: Enrolment, slug: str, heading: str, now: datetime) -> None:
    """Where "Go on" leads back to."""
    LessonProgress.objects.update_or_create(
        enrolment=enrolment, lesson_slug=slug, defaults={"heading": heading, "seen_at": now}
    )


@transaction.atomic
def finish_lesson(*, enrolment: Enrolment, slug: str, now: datetime) -> bool:
    """The learner presses Done. Refused while an activity in the lesson has no result. True when it is done now.

    False when it was done before: Done again, after reading again, is an event and changes nothing else.
    """
    lock(enrolment)
    require_learner(enrolment)
    lesson = open_step(enrolment=enrolment, slug=slug).lesson
    waiting = selectors.open_activities(enrolment, lesson)
    if waiting:
        raise DomainError("checks_open", _waiting_words(enrolment, waiting))
    note(enrolment=enrolment, kind=EngagementEvent.Kind.DONE, slug=slug, now=now)
    progress, _made = LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson_slug=slug, defaults={"seen_at": now}
    )
    if progress.done_at is not None:
        return False
    progress.done_at = now
    progress.save(update_fields=["done_at"])
    _complete_if_due(enrolment, now)
    return True


def _waiting_words(enrolment: Enrolment, waiting: Sequence[str]) -> str:
    count = len(waiting)
    if any(not ref.startswith("check:") for ref in waiting):
        return _("Before you go on, do what is still open on this page:")
    if enrolment.version.course.audience == Course.Audience.PATIENT:
        return _("First, find the right answer to the question. You can try as often as you like.")
    message = ngettext(
        "Before you go on: %(count)d check in this lesson has no answer yet.",
        "Before you go on: %(count)d checks in this lesson have no answer yet.",
        count,
    )
    return message % {"count": count}


@transaction.atomic
def record_activity(
    *,
    enrolment: Enrolment,
    activity: str,
    outcome: str,
    points: Decimal,
    max_points: Decimal,
    by_objective: Mapping[str, Points],
    flags: Sequence[str],
    evidence: str,
    at: datetime,
) -> ActivityResult:
    """Take the result of an activity ("kind:id") from the app that marked it; the course may be complete by it.

    `outcome` is passed, failed or answered. `evidence` ("attempt:UUID", "check:UUID" ...) makes it idempotent:
    the same evidence again returns the first result and changes nothing.
    """
    lock(enrolment)
    result, made = ActivityResult.objects.get_or_create(
        evidence=evidence,
        defaults={
            "enrolment": enrolment,
            "activity": activity,
            "outcome": outcome,
            "points": points,
            "max_points": max_points,
            "by_objective": {code: [str(got), str(most)] for code, (got, most) in by_objective.items()},
            "flags": list(flags),
            "at": at,
        },
    )
    if made:
        _complete_if_due(enrolment, at)
    return result


def require_not_completed_by(*, enrolment: Enrolment, evidence: str) -> None:
    """Raise DomainError completed (409) when the course is completed and this passed result helped to it: a completion
    is written once and stays."""
    passed = ActivityResult.objects.filter(enrolment=enrolment, evidence=evidence, outcome="passed")
    if passed.exists() and Completion.objects.filter(enrolment=enrolment).exists():
        message = _(
            "The course was completed by this attempt, and a completion stays. If a certificate must not stand, revoke "
            "it under Certificates, with the reason; the attempt is then left as it is."
        )
        raise DomainError("completed", message)


@transaction.atomic
def take_back(*, enrolment: Enrolment, evidence: str, at: datetime) -> None:
    """A recorded result shall not count any more; taken back again, nothing changes. Where there is none, nothing is
    to be taken back. Raises DomainError completed (409)."""
    lock(enrolment)
    require_not_completed_by(enrolment=enrolment, evidence=evidence)
    old = ActivityResult.objects.filter(enrolment=enrolment, evidence=evidence).first()
    if old is None:
        return
    ActivityResult.objects.get_or_create(
        evidence=TAKEN_BACK + evidence,
        defaults={
            "enrolment": enrolment,
            "activity": old.activity,
            "outcome": "void",
            "points": 0,
            "max_points": 0,
            "at": at,
        },
    )


@transaction.atomic
def publish(*, version: CourseVersion, now: datetime) -> None:
    """Publish a draft. A correction (wording only) and an addition (further steps of a pathway) reach everyone
    enrolled; an edition only new enrolments."""
    changed = CourseVersion.objects.filter(pk=version.pk, state=CourseVersion.State.DRAFT).update(
        state=CourseVersion.State.PUBLISHED, published_at=now
    )
    if not changed:
        raise DomainError("already_published", _("This version is published already."))
    if version.change in ("correction", "addition"):
        Enrolment.objects.filter(version__in=_corrected(version)).update(version=version)


def _corrected(version: CourseVersion) -> list[CourseVersion]:
    """The versions a correction or an addition takes the place of: back to the last edition, whose lessons it must
    keep."""
    earlier = CourseVersion.objects.published().filter(course=version.course, number__lt=version.number).newest_first()
    corrected = []
    for one in earlier:
        if version.change == "addition" and set(_slugs(one)) - set(_slugs(version)):
            message = _("An addition keeps every step there was; this version lacks one. Make it an edition.")
            raise DomainError("not_an_addition", message)
        if version.change == "correction" and _slugs(one) != _slugs(version):
            message = _("A correction changes wording only; this version has other lessons. Make it an edition.")
            raise DomainError("not_a_correction", message)
        corrected.append(one)
        if one.change == "edition":
            break
    return corrected


def _slugs(version: CourseVersion) -> list[str]:
    return list(version.lessons.order_by("position").values_list("slug", flat=True))


def _complete_if_due(enrolment: Enrolment, now: datetime) -> None:
    """Write the completion when the last requirement is met; once."""
    version = enrolment.version
    if not version.whole or not selectors.journey(enrolment).all_read:
        return
    passed = None
    if version.final_quiz:
        final = ActivityResult.objects.standing().filter(enrolment=enrolment, activity=version.final_ref)
        passed = final.filter(outcome="passed").order_by("at").first()
        if passed is None:
            return
    Completion.objects.get_or_create(
        enrolment=enrolment,
        defaults={
            "version": version,
            "at": now,
            "points": passed.points if passed else 0,
            "max_points": passed.max_points if passed else 0,
            "engaged_s": selectors.engaged_s(enrolment),
        },
    )


def lock(enrolment: Enrolment) -> None:
    """One change of an enrolment at a time, until the transaction ends. SQLite needs no row lock: its transactions
    begin IMMEDIATE."""
    Enrolment.objects.select_for_update().filter(pk=enrolment.pk).first()

"""What courses show of quizzes: checks in the lesson, a quiz of the course and the carb trainer as a link
(courses.activities.Kind)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from core import units
from core.errors import DomainError
from core.texts import chosen, told
from courses.activities import Activity
from courses.models import Course, Enrolment, quiz_ref
from quizzes import marking, selectors
from quizzes.models import Attempt, Item, ItemVersion, Quiz, QuizVersion
from quizzes.selectors import release
from quizzes.selectors import trainer as plates
from quizzes.selectors.answering import Answering
from quizzes.services import closing, inline, taking, trainer

REFUSED = "check_refused"  # in the session: the check that was sent and could not be kept, with what was sent
MOST_SENT = 4000  # characters of it
NOBODY = uuid.UUID(int=0)
NO_TOKEN = "no-token"  # noqa: S105 - the place of one


class CheckKind:
    """An inline check: a plain form in the lesson."""

    def describe(self, refs: Iterable[str]) -> Mapping[str, Activity]:
        rows = ItemVersion.objects.newest().filter(item__in=[_id(ref) for ref in refs])
        return {f"check:{row.item_id}": _check_activity(row.content["stem"]) for row in rows}

    def url(self, ref: str, enrolment: Enrolment) -> str:
        return reverse("check_answer", args=[enrolment.pk, _id(ref)])

    def embed_many(self, request: HttpRequest, enrolment: Enrolment, refs: Iterable[str]) -> Mapping[str, SafeString]:
        rows = selectors.checks(enrolment, [_id(ref) for ref in refs])
        token, language = get_token(request), get_language()
        refused = request.session.pop(REFUSED, {})
        return {
            f"check:{version.item_id}": _answered(version, response, enrolment, token, refused.get(version.item_id))
            if response or version.item_id in refused
            else _for_learner(unanswered(version, language, units.active(), is_step(enrolment)), enrolment, token)
            for version, response in rows
        }


def _check_activity(stem: Mapping[str, str]) -> Activity:
    return Activity(told(stem), minutes=1, questions=1, language=chosen(stem))


class QuizKind:
    """A quiz with a page of its own: the post-test, or the check of a module."""

    def describe(self, refs: Iterable[str]) -> Mapping[str, Activity]:
        wanted = list(refs)
        versions = QuizVersion.objects.newest().filter(quiz__slug__in={_slug(ref) for ref in wanted})
        found = {
            quiz_ref(row.quiz.course.slug, row.quiz.slug): _quiz_activity(row)
            for row in versions.select_related("quiz__course")
        }
        return {ref: found[ref] for ref in wanted if ref in found}

    def url(self, ref: str, enrolment: Enrolment) -> str:
        return reverse("quiz", args=[enrolment.pk, _slug(ref)])

    def embed_many(self, request: HttpRequest, enrolment: Enrolment, refs: Iterable[str]) -> Mapping[str, SafeString]:
        slugs = {ref: _slug(ref) for ref in refs}
        attempts = selectors.last_attempts(enrolment, slugs.values())
        return {
            ref: render_to_string("quizzes/_quiz_card.html", quiz_context(enrolment, slug, attempts.get(slug)))
            for ref, slug in slugs.items()
        }


class TrainerKind:
    """The carbohydrate trainer: a card that leads to a plate. There is one, "trainer:carbs"."""

    def describe(self, refs: Iterable[str]) -> Mapping[str, Activity]:
        told_of = Activity(_("Guess the carbs on a plate"), minutes=3)
        return {ref: told_of for ref in refs if ref == trainer.REF}

    def url(self, ref: str, enrolment: Enrolment) -> str:
        return reverse("trainer")

    def embed_many(self, request: HttpRequest, enrolment: Enrolment, refs: Iterable[str]) -> Mapping[str, SafeString]:
        context = {
            "action": reverse("trainer_in_lesson", args=[enrolment.pk]),
            "csrf_token": get_token(request),
            "step": is_step(enrolment),
            "last": plates.last_line(enrolment),
        }
        return {ref: render_to_string("quizzes/trainer/_card.html", context) for ref in refs if ref == trainer.REF}


def _quiz_activity(version: QuizVersion) -> Activity:
    quiz, title = version.quiz, version.title
    named = _("Pre-test") if quiz.is_pretest else _("Module check") if quiz.is_check else _("Post-test")
    return Activity(
        told(title) or named,
        version.minutes,
        version.question_count,
        needed=0 if quiz.is_pretest else version.needed,
        language=chosen(title) if title else "",
        quiz=quiz.slug,
    )


class PretestKind:
    """The pre-test a course begins with, if it has one: "pretest:SLUG" is whichever that course offers."""

    def describe(self, refs: Iterable[str]) -> Mapping[str, Activity]:
        wanted = {_id(ref): ref for ref in refs}
        versions = QuizVersion.objects.newest().filter(quiz__kind=Quiz.PRETEST, quiz__course__slug__in=wanted)
        rows = versions.select_related("quiz__course").order_by("quiz")
        return {wanted[row.quiz.course.slug]: _quiz_activity(row) for row in rows}

    def url(self, ref: str, enrolment: Enrolment) -> str:
        found = selectors.pretest(enrolment)
        return reverse("quiz", args=[enrolment.pk, found.slug]) if found else ""

    def embed_many(self, request: HttpRequest, enrolment: Enrolment, refs: Iterable[str]) -> Mapping[str, SafeString]:
        found = selectors.pretest(enrolment)
        context = pretest_context(enrolment, found.slug) if found else None
        if context is None:
            return {}
        return dict.fromkeys(refs, render_to_string("quizzes/_pretest_card.html", context, request))


def pretest_context(enrolment: Enrolment, slug: str) -> dict[str, object] | None:
    """The pre-test as the course page offers it: to begin, to go on with, or handed in; None when it is too late."""
    now = timezone.now()
    last = selectors.last_attempt(enrolment, slug)
    last = closing.settled(last, now) if last else None
    try:
        version = last.version if last else taking.startable(enrolment=enrolment, slug=slug, now=now)
    except DomainError:
        return None
    return {"url": reverse("quiz", args=[enrolment.pk, slug]), "attempt": last, "version": version}


def quiz_context(enrolment: Enrolment, slug: str, attempt: Attempt | None) -> dict[str, object]:
    """Where this learner stands with a quiz: not begun, under way, to be read for again, or passed. `attempt` is the
    last one, of `selectors.last_attempts`."""
    answered = getattr(attempt, "answered", 0)
    attempt = closing.settled(attempt, timezone.now()) if attempt else None
    check = slug != enrolment.version.final_quiz  # its card says nothing of what to read again
    unread = taking.to_reread(enrolment=enrolment, attempt=attempt) if attempt and not check else []
    return {
        "check": check,
        "url": reverse("quiz", args=[enrolment.pk, slug]),
        "result": reverse("attempt_result", args=[attempt.pk]) if attempt else "",
        "attempt": attempt,
        "answered": answered,
        "unread": unread,
        "again": attempt is not None and not release.used_up(attempt),
        "shows_points": attempt is not None and "points" in release.shown(attempt),
    }


def is_step(enrolment: Enrolment) -> bool:
    """Whether its checks are those of a patient's steps: asked until the answer is right."""
    return enrolment.version.course.audience == Course.Audience.PATIENT


def check_template(*, step: bool) -> str:
    return "quizzes/_step_check.html" if step else "quizzes/_check.html"


def check_context(
    version: ItemVersion,
    response: Mapping[str, Any] | None,
    enrolment_id: uuid.UUID,
    *,
    step: bool = False,
    refused: Answering | None = None,
) -> dict[str, object]:
    """What check_template needs. Before an answer the question only; after it key and reasons, in a patient's step the
    reason of the answer given. `refused`: the question with what was sent and could not be kept."""
    solved = selectors.answered_check(version, response, hint=step) if response and not refused else None
    action = reverse("check_answer", args=[enrolment_id, version.item_id])
    return {
        "item_id": version.item_id,
        "action": action,
        "question": refused or (solved.shown if solved else selectors.check(version, None)),
        "solved": solved,
        "step": step,
        "number": version.number,
    }


def preview(
    item: Item, content: Mapping[str, Any], language: str, chosen: int = 0, *, step: bool = False
) -> SafeString:
    """An item as learners will meet it, from the templates they get: before an answer, or after one, which is the
    option numbered `chosen` or, where there are no options, the right one; `step`: in a patient's step. The caller
    makes it inert."""
    with override(language):
        version = ItemVersion(item=item, content=_filled(content, language), see=content["see"], number=0)
        response = _preview_response(version, chosen) if chosen else None
        if item.use == Item.Use.CHECK:
            context = check_context(version, response, NOBODY, step=step) | {"action": "", "csrf_token": NO_TOKEN}
            return render_to_string(check_template(step=step), context)
        if response:
            context = {"solved": selectors.answered_check(version, response), "preview": True}
            return render_to_string("quizzes/types/solved.html", context)
        shown = selectors.check(version, None)
        return render_to_string(shown.template, {"question": shown, "preview": True})


def _preview_response(version: ItemVersion, chosen: int) -> dict[str, Any]:
    one = selectors.drawn(version)
    fields = {"choice": [str(chosen)], "choices": [str(chosen)]}
    reading = marking.read(version.content, one.params, one.order, fields, "en")
    found: dict[str, Any] = reading.response or marking.key_response(version.content, one.params, one.order)
    return found


def _filled(content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The content with a word where no text is yet: a radio button without one says nothing to anybody."""
    blank = {language: _("Not written yet")}
    if "options" not in content:
        return {**content, "stem": content["stem"] if told(content["stem"]) else blank}
    options = [option if told(option["text"]) else {**option, "text": blank} for option in content["options"]]
    return {**content, "stem": content["stem"] if told(content["stem"]) else blank, "options": options}


def _answered(
    version: ItemVersion,
    response: Mapping[str, Any] | None,
    enrolment: Enrolment,
    token: str,
    sent: Mapping[str, Sequence[str]] | None,
) -> SafeString:
    # Without the request: a run of all context processors for each check would cost more than the check itself.
    step = is_step(enrolment)
    refused = inline.unread(version, sent) if sent is not None else None
    context = check_context(version, response, enrolment.pk, step=step, refused=refused) | {"csrf_token": token}
    return render_to_string(check_template(step=step), context)


def keep_refused(request: HttpRequest, item_id: str, fields: Mapping[str, Sequence[str]]) -> None:
    """Without JavaScript the lesson is another request: it shows what was sent, and why it is no answer yet."""
    sent = {name: values for name, values in fields.items() if name not in ("csrfmiddlewaretoken", "version")}
    request.session[REFUSED] = {item_id: sent if len(str(sent)) <= MOST_SENT else {}}


@lru_cache(maxsize=1024)
def unanswered(version: ItemVersion, language: str | None, unit: units.Unit, step: bool) -> SafeString:
    """A check nobody has answered is the same for everyone but for two marks in its form, so each process draws it
    once a language and glucose unit (both the reader's, and active). `_for_learner` puts the learner's own in."""
    context = check_context(version, None, NOBODY, step=step) | {"csrf_token": NO_TOKEN}
    return render_to_string(check_template(step=step), context)


def _for_learner(html: SafeString, enrolment: Enrolment, token: str) -> SafeString:
    own = html.replace(str(NOBODY), str(enrolment.pk)).replace(NO_TOKEN, token)
    return mark_safe(own)  # noqa: S308 - our own template, a UUID and a token of letters and digits


def _id(ref: str) -> str:
    return ref.partition(":")[2]


def _slug(ref: str) -> str:
    """The quiz's slug in "quiz:course/slug"."""
    return ref.rpartition("/")[2]

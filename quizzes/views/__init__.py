"""Inline checks, module checks and the post-test: start, answer, look over, hand in, result."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services import signed_in
from core.errors import DomainError, as_json
from courses import selectors as course_selectors
from courses.models import Completion, Enrolment
from quizzes import selectors
from quizzes.activities import check_context, check_template, is_step, keep_refused
from quizzes.models import Attempt, Item
from quizzes.selectors import release
from quizzes.selectors.answering import asked_back, echo_words
from quizzes.selectors.gain import gain
from quizzes.services import closing, inline, taking
from quizzes.services.answering import Saved, answer_save


@login_required
@require_POST
def check_answer(request: HttpRequest, enrolment_id: str, item_id: str) -> HttpResponse:
    """Answer an inline check. With htmx the check comes back; without JavaScript the lesson, at the check."""
    enrolment = get_object_or_404(_enrolments(request), pk=enrolment_id)
    item = get_object_or_404(Item, pk=item_id, use=Item.Use.CHECK)
    lesson_slug = inline.check_lesson(enrolment=enrolment, item=item)
    number, refused = request.POST.get("version", ""), None
    problem: DomainError | None = None
    seen = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    fields = dict(request.POST.lists())
    try:
        inline.answer_check(enrolment=enrolment, item=item, fields=fields, now=timezone.now(), seen=seen)
    except inline.NotRead as error:
        problem, refused = error, error.question
    except DomainError as error:
        if error.code != "reworded":
            raise
        problem = error
    if request.headers.get("HX-Request"):
        version, response = selectors.checks(enrolment, [item.pk])[0]
        step = is_step(enrolment)
        context = check_context(version, response, enrolment.pk, step=step, refused=refused) | {"problem": problem}
        return render(request, check_template(step=step), context, status=422 if problem else 200)
    if problem and problem.code == "reworded":
        messages.warning(request, problem.message)
    elif refused:
        keep_refused(request, item.pk, fields)
    lesson_url = reverse("lesson", args=[enrolment.version.course.slug, lesson_slug])
    return redirect(f"{lesson_url}#check-{item.pk}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, enrolment_id: str, slug: str) -> HttpResponse:
    """Before starting: what to expect, and the one button. Posting starts, or returns to the live attempt."""
    enrolment, now = get_object_or_404(_enrolments(request), pk=enrolment_id), timezone.now()
    if request.method == "POST":
        attempt = taking.start(enrolment=enrolment, slug=slug, now=now, holder=_device(request))
        return redirect("attempt", attempt.pk)
    last = selectors.last_attempt(enrolment, slug)
    last = closing.settled(last, now) if last else None
    if last and last.is_live:
        return redirect("attempt", last.pk)
    version, refused = selectors.current_version(enrolment, slug), None
    pretest = version is not None and version.quiz.is_pretest
    if last and (last.passed or pretest):
        return redirect("attempt_result", last.pk)
    try:
        version = taking.startable(enrolment=enrolment, slug=slug, now=now)
    except DomainError as error:
        if error.code not in ("reread_first", "too_early", "pretest_over", "no_blueprint"):
            raise
        refused = error
    context = {"enrolment": enrolment, "version": version, "last": last, "refused": refused, "slug": slug}
    if version:
        context["minutes"] = taking.minutes_for(enrolment, version)
        context["explains"] = "explained" in release.AFTER[version.rule("show")]
    if last:
        context["sections"] = _sections(enrolment, taking.to_reread(enrolment=enrolment, attempt=last))
    return render(request, "quizzes/pretest.html" if pretest else "quizzes/intro.html", context)


@login_required
@require_safe
@never_cache
def attempt(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """Back to the first question without an answer, or to the look-over when all have one."""
    found = _attempt(request, attempt_id)
    if not found.is_live:
        return redirect("attempt_result", found.pk)
    first = found.slots.filter(response__isnull=True).order_by("position").first()
    return redirect("question", found.pk, first.position) if first else redirect("attempt_review", found.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def question(request: HttpRequest, attempt_id: uuid.UUID, position: int) -> HttpResponse:
    if request.method == "POST":
        return _save(request, attempt_id, position)
    found = _attempt(request, attempt_id)
    if not found.is_live:
        return redirect("attempt_result", found.pk)
    if found.is_overdue(timezone.now()):
        return redirect("attempt_review", found.pk)
    if taking.is_elsewhere(found, _device(request)):
        return render(request, "quizzes/elsewhere.html", {"attempt": found, "now": timezone.now()})
    return render(request, "quizzes/question.html", _question_context(found, position))


@login_required
@require_POST
def attempt_take_over(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """Go on here with what is open on another device."""
    taking.take_over(attempt=_attempt(request, attempt_id), holder=_device(request))
    return redirect("attempt", attempt_id)


@login_required
@require_safe
@never_cache
def attempt_review(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """The look-over before handing in: what is answered, open, and to look at again."""
    found = _attempt(request, attempt_id)
    if not found.is_live:
        return redirect("attempt_result", found.pk)
    if taking.is_elsewhere(found, _device(request)):
        return render(request, "quizzes/elsewhere.html", {"attempt": found, "now": timezone.now()})
    rows, now = selectors.slots(found), timezone.now()
    context = {"attempt": found, "slots": rows, "questions": [selectors.question(slot) for slot in rows], "now": now}
    return render(request, "quizzes/review.html", context | {"overdue": found.is_overdue(now)} | _counts(rows))


@login_required
@require_POST
def attempt_submit(request: HttpRequest, attempt_id: str) -> HttpResponse:
    found, epoch = _attempt(request, attempt_id), _number(request, "epoch")
    try:
        closing.submit(attempt=found, now=timezone.now(), epoch=epoch)
    except DomainError as error:
        if error.code != "taken_over":
            raise
        return redirect("attempt_review", found.pk)
    return redirect("attempt_result", found.pk)


@login_required
@require_safe
@never_cache
def attempt_result(request: HttpRequest, attempt_id: str) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if found.is_live:
        return redirect("attempt", found.pk)
    if found.is_void:
        told = found.voidings.filter(confirmed=True).first()
        return render(request, "quizzes/voided.html", {"attempt": found, "told": told})
    if found.quiz.is_pretest:
        return render(request, "quizzes/pretest_result.html", {"attempt": found})
    rows, shown = selectors.slots(found), release.shown(found)
    context = {
        "attempt": found,
        "shown": shown,
        "scores": selectors.by_objective(rows) if "objectives" in shown else [],
        "sections": _sections(found.enrolment, selectors.missed_sections(rows)) if "sections" in shown else [],
        "unread": _sections(found.enrolment, taking.to_reread(enrolment=found.enrolment, attempt=found)),
        "explained": selectors.released(found),
        "gain": gain(found, rows),
        "used_up": release.used_up(found),
        "completion": Completion.objects.visible_to(signed_in(request)).filter(enrolment=found.enrolment).first(),
    }
    return render(request, "quizzes/result.html", context)


def _save(request: HttpRequest, attempt_id: uuid.UUID, position: int) -> HttpResponse:
    """Save one answer; JSON for the page's autosave, else on to where the pressed button points."""
    wants_json, now = request.headers.get("Accept") == "application/json", timezone.now()
    try:
        saved = answer_save(
            user=signed_in(request),
            attempt_id=attempt_id,
            position=position,
            fields=dict(request.POST.lists()),
            epoch=_number(request, "epoch") or 0,
            seq=_number(request, "seq") or 0,
            now=now,
            clears=wants_json,
        )
    except DomainError as error:
        return _told(error) if wants_json else _refused(request, error, attempt_id, position)
    if wants_json:
        return JsonResponse(_reply(saved, now))
    found = _attempt(request, attempt_id)
    if saved.reason == "stale":
        messages.warning(
            request, _("This question was answered in another window meanwhile. The newer answer is shown.")
        )
        return redirect("question", found.pk, position)
    if "flag" in request.POST:
        taking.flag(attempt=found, position=position, flagged=request.POST["flag"] == "on")
    return _go(request.POST.get("go") or ("stay" if "flag" in request.POST else "next"), found, position)


def _reply(saved: Saved, now: datetime) -> dict[str, Any]:
    """The same keys whatever was answered: nothing in it depends on what is right."""
    echo = echo_words(saved.content, saved.response) if saved.response else ""
    return {
        "accepted": saved.accepted,
        "reason": saved.reason,
        "seq": saved.seq,
        "answered": saved.response is not None,
        "echo": _("Read as %(number)s") % {"number": echo} if echo else "",
        "server_time": now,
        "deadline_at": saved.deadline_at,
    }


def _told(error: DomainError) -> HttpResponse:
    """The refusal for the page's autosave: of a number that cannot be read also the field, and what to ask under it."""
    if not isinstance(error, inline.NotRead):
        return as_json(error)
    asked = {"at": error.question.at, "asked": asked_back(error.question)}
    return JsonResponse({"code": error.code, "message": error.message, "fields": {}} | asked, status=error.status)


def _refused(request: HttpRequest, error: DomainError, attempt_id: uuid.UUID, position: int) -> HttpResponse:
    """Without JavaScript: to the result when handed in, to the button that takes over when it is open elsewhere, back
    to the question with what cannot be read."""
    if error.code == "attempt_closed":
        messages.warning(request, error.message)
        return redirect("attempt_result", attempt_id)
    if error.code == "taken_over":
        return redirect("question", attempt_id, position)
    if isinstance(error, inline.NotRead):
        context = _question_context(_attempt(request, attempt_id), position) | {"question": error.question}
        return render(request, "quizzes/question.html", context, status=422)
    raise error


def _go(where: str, found: Attempt, position: int) -> HttpResponse:
    last = found.version.question_count
    if where == "back" and position > 1:
        return redirect("question", found.pk, position - 1)
    if where == "stay":
        return redirect("question", found.pk, position)
    if where == "leave":
        return redirect("course", found.enrolment.course.slug)
    if where == "review" or position >= last:
        return redirect("attempt_review", found.pk)
    return redirect("question", found.pk, position + 1)


def _question_context(found: Attempt, position: int) -> dict[str, Any]:
    rows = selectors.slots(found)
    slot = next((row for row in rows if row.position == position), None)
    if slot is None:
        raise DomainError("no_such_question", _("This test has no such question."), status=404)
    return {
        "attempt": found,
        "slots": rows,
        "slot": slot,
        "question": selectors.question(slot),
        "next_seq": slot.seq + 1,
        "total": len(rows),
        "previous": position - 1,
        "saved_at": slot.response_at,
        "now": timezone.now(),
        **_counts(rows),
    }


def _counts(rows: list[Any]) -> dict[str, Any]:
    return {
        "answered": sum(row.response is not None for row in rows),
        "open_positions": [row.position for row in rows if row.response is None],
        "flagged_positions": [row.position for row in rows if row.flagged],
    }


def _number(request: HttpRequest, name: str) -> int | None:
    """A whole number that was posted; None for anything else, and for one no database keeps."""
    sent = request.POST.get(name, "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


def _device(request: HttpRequest) -> str:
    return taking.device(request.session.session_key)


def _sections(enrolment: Enrolment, sections: list[str]) -> list[dict[str, str]]:
    return course_selectors.section_links(enrolment.version_id, sections)


def _enrolments(request: HttpRequest) -> Any:
    return Enrolment.objects.visible_to(signed_in(request)).select_related("version__course")


def _attempt(request: HttpRequest, attempt_id: str | uuid.UUID) -> Attempt:
    """One's own attempt, as it is now: handed in if its time is over."""
    rows = Attempt.objects.visible_to(signed_in(request))
    found = get_object_or_404(
        rows.select_related("version", "quiz", "enrolment__course", "enrolment__version"), pk=attempt_id
    )
    return closing.settled(found, timezone.now())

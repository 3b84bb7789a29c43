"""Inline checks and the post-test: start, answer, look over, hand in, result."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services import signed_in
from core.errors import DomainError, as_json
from courses import selectors as course_selectors
from courses.models import Completion, Enrolment
from quizzes import selectors, services
from quizzes.activities import check_context, check_template, is_step, keep_refused
from quizzes.models import Attempt, Item
from quizzes.services import inline


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
    enrolment = get_object_or_404(_enrolments(request), pk=enrolment_id)
    if request.method == "POST":
        attempt = services.start(enrolment=enrolment, slug=slug, now=timezone.now())
        return redirect("attempt", attempt.pk)
    last = selectors.last_attempt(enrolment, slug)
    if last and last.is_live:
        return redirect("attempt", last.pk)
    if last and last.passed:
        return redirect("attempt_result", last.pk)
    version, refused = selectors.current_version(enrolment, slug), None
    try:
        version = services.startable(enrolment=enrolment, slug=slug)
    except DomainError as error:
        if error.code != "reread_first":
            raise
        refused = error
    context = {"enrolment": enrolment, "version": version, "last": last, "refused": refused, "slug": slug}
    if last:
        context["sections"] = _sections(enrolment, services.to_reread(enrolment=enrolment, attempt=last))
    return render(request, "quizzes/intro.html", context)


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
def question(request: HttpRequest, attempt_id: str, position: int) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if request.method == "POST":
        return _save(request, found, position)
    if not found.is_live:
        return redirect("attempt_result", found.pk)
    return render(request, "quizzes/question.html", _question_context(found, position))


@login_required
@require_safe
@never_cache
def attempt_review(request: HttpRequest, attempt_id: str) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if not found.is_live:
        return redirect("attempt_result", found.pk)
    rows = selectors.slots(found)
    context = {"attempt": found, "slots": rows, "questions": [selectors.question(slot) for slot in rows]}
    return render(request, "quizzes/review.html", context | _counts(rows))


@login_required
@require_POST
def attempt_submit(request: HttpRequest, attempt_id: str) -> HttpResponse:
    found = services.submit(attempt=_attempt(request, attempt_id), now=timezone.now())
    return redirect("attempt_result", found.pk)


@login_required
@require_safe
@never_cache
def attempt_result(request: HttpRequest, attempt_id: str) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if found.is_live:
        return redirect("attempt", found.pk)
    rows = selectors.slots(found)
    context = {
        "attempt": found,
        "scores": selectors.by_objective(rows),
        "sections": _sections(found.enrolment, selectors.missed_sections(rows)),
        "unread": _sections(found.enrolment, services.to_reread(enrolment=found.enrolment, attempt=found)),
        "explained": selectors.released(found),
        "completion": Completion.objects.visible_to(signed_in(request)).filter(enrolment=found.enrolment).first(),
    }
    return render(request, "quizzes/result.html", context)


def _save(request: HttpRequest, found: Attempt, position: int) -> HttpResponse:
    """Save one answer; JSON for the page's autosave, else on to where the pressed button points."""
    wants_json = request.headers.get("Accept") == "application/json"
    seq = request.POST.get("seq", "")
    try:
        saved = services.save_answer(
            attempt=found,
            position=position,
            fields=dict(request.POST.lists()),
            seq=int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else 0,
            now=timezone.now(),
        )
    except DomainError as error:
        if not wants_json:
            return _refused(request, error, found, position)
        return as_json(error)
    if "flag" in request.POST:
        services.flag(attempt=found, position=position, flagged=request.POST["flag"] == "on")
    if wants_json:
        question_map = render_to_string("quizzes/_qmap.html", _question_context(found, position), request)
        return JsonResponse({"saved": saved, "message": _("Saved"), "map": question_map})
    return _go(request.POST.get("go") or ("stay" if "flag" in request.POST else "next"), found, position)


def _refused(request: HttpRequest, error: DomainError, found: Attempt, position: int) -> HttpResponse:
    """Without JavaScript: to the result when handed in, back to the question with what stands there now."""
    if error.code == "handed_in":
        return redirect("attempt_result", found.pk)
    if isinstance(error, inline.NotRead):
        context = _question_context(found, position) | {"question": error.question}
        return render(request, "quizzes/question.html", context, status=422)
    if error.code == "answered_elsewhere":
        messages.warning(request, error.message)
        return redirect("question", found.pk, position)
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
        **_counts(rows),
    }


def _counts(rows: list[Any]) -> dict[str, Any]:
    return {
        "answered": sum(row.response is not None for row in rows),
        "open_positions": [row.position for row in rows if row.response is None],
        "flagged_positions": [row.position for row in rows if row.flagged],
    }


def _sections(enrolment: Enrolment, sections: list[str]) -> list[dict[str, str]]:
    return course_selectors.section_links(enrolment.version_id, sections)


def _enrolments(request: HttpRequest) -> Any:
    return Enrolment.objects.visible_to(signed_in(request)).select_related("version__course")


def _attempt(request: HttpRequest, attempt_id: str) -> Attempt:
    rows = Attempt.objects.visible_to(signed_in(request))
    return get_object_or_404(
        rows.select_related("version", "quiz", "enrolment__course", "enrolment__version"), pk=attempt_id
    )

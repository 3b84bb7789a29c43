"""Quizzes put together on the web: the list, a new one, its editor with what it covers, publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from core.errors import DomainError
from quizzes.forms.quiz import KINDS, NewQuizForm, QuizForm
from quizzes.marking.lint import LEVELS
from quizzes.models import Quiz
from quizzes.selectors import quizmaking as reads
from quizzes.services import quizmaking
from quizzes.services.authoring import require
from quizzes.services.checks import LEVEL_NAMES
from quizzes.views.showing import staff


@staff
@require_safe
def quiz_list(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    page, lines = reads.quizzes(user, request.GET.get("page"))
    context = {"page": page, "lines": lines, "kinds": dict(KINDS), "author": user.holds(Role.AUTHOR), "query": ""}
    return render(request, "quizzes/quiz_list.html", context)


@role_required(Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_new(request: HttpRequest) -> HttpResponse:
    form = NewQuizForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = quizmaking.create_quiz(**form.cleaned_data, actor=signed_in(request), now=timezone.now())
        except DomainError as error:
            if error.code != "slug_taken":
                raise
            form.add_error("slug", error.message)
        else:
            return redirect("quiz_edit", draft.quiz_id)
    return render(request, "quizzes/quiz_new.html", {"form": form}, status=422 if form.errors else 200)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_edit(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """The editor. Every button saves first, so nothing that was typed is lost."""
    quiz = _quiz(request, quiz_id)
    content = _content(quiz)
    if request.method != "POST":
        return _editor(request, quiz, QuizForm(None, quiz=quiz, content=content), content)
    require(signed_in(request), Role.AUTHOR)
    act, looked_at = request.POST.get("act", "save"), request.POST.get("stamp", "")
    form = QuizForm(request.POST, quiz=quiz, content=content)
    if not form.is_valid():
        return _editor(request, quiz, form, content, status=422, stamp=looked_at)
    user, now = signed_in(request), timezone.now()
    try:
        typed = form.content(act)
        saved = quizmaking.save_quiz(quiz=quiz, content=typed, looked_at=looked_at, actor=user, now=now)
    except DomainError as error:
        if error.code != "changed_meanwhile":
            raise
        return _editor(request, quiz, form, form.content(), status=409, problem=error)
    if act == "publish":
        return _publish(request, quiz, saved)
    place = {"add-item": "#add-item", "add-cell": "#add-cell"}.get(act, "")
    return redirect(f"{reverse('quiz_edit', args=[quiz.pk])}{place}")


def _publish(request: HttpRequest, quiz: Quiz, saved: str) -> HttpResponse:
    """Publish what was just saved, and nothing that anybody else saved since."""
    fresh = Quiz.objects.get(pk=quiz.pk)
    try:
        version = quizmaking.publish_quiz(quiz=fresh, looked_at=saved, actor=signed_in(request))
    except DomainError as error:
        if error.code not in ("to_mend", "unchanged", "changed_meanwhile"):
            raise
        content = _content(fresh)
        form = QuizForm(None, quiz=fresh, content=content)
        return _editor(request, fresh, form, content, status=409, problem=error)
    said = _("Version %(number)s is published. Attempts begun from now on take it; those begun keep theirs.")
    messages.success(request, said % {"number": version.number})
    return redirect("quiz_edit", quiz.pk)


@role_required(Role.AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def quiz_discard(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """Ask before a draft is thrown away, then do it."""
    quiz = _quiz(request, quiz_id)
    newest = reads.newest_version(quiz)
    if request.method == "POST":
        quizmaking.discard_quiz(quiz=quiz, actor=signed_in(request))
        messages.success(request, _("The draft is thrown away."))
        return redirect("quiz_edit", quiz_id) if newest else redirect("quiz_list")
    if reads.draft_of(quiz) is None:
        return redirect("quiz_edit", quiz_id)
    return render(request, "quizzes/quiz_discard.html", {"quiz": quiz, "newest": newest})


def _quiz(request: HttpRequest, quiz_id: int) -> Quiz:
    rows = Quiz.objects.visible_to(signed_in(request)).select_related("course", "draft__updated_by")
    return get_object_or_404(rows, pk=quiz_id)


def _content(quiz: Quiz) -> dict[str, Any]:
    return quizmaking.content_of(reads.draft_of(quiz), reads.newest_version(quiz))


def _editor(
    request: HttpRequest, quiz: Quiz, form: QuizForm, content: dict[str, Any], *, status: int = 200, **extra: Any
) -> HttpResponse:
    draft, newest, found = reads.draft_of(quiz), reads.newest_version(quiz), reads.pool(quiz)
    known = {one.item: one for one in found}
    last, shown = len(form.items) - 1, quizmaking.shown_content(quiz, content)
    context = {
        "quiz": quiz,
        "draft": draft,
        "newest": newest,
        "form": form,
        "kind": dict(KINDS).get(quiz.kind, quiz.kind),
        "title": reads.title_of(draft, newest),
        "stamp": quizmaking.stamp(draft, newest),
        "author": signed_in(request).holds(Role.AUTHOR),
        "named": [
            {"item": item, "known": known.get(item), "index": at, "first": at == 0, "last": at == last}
            for at, item in enumerate(form.items)
        ],
        "free": [one for one in found if one.item not in form.items],
        "coverage": reads.coverage(quiz.course, shown, found),
        "levels": [LEVEL_NAMES[level] for level in LEVELS],
        "found": quizmaking.problems(quiz, content, found),
        "total": sum(cell["count"] for cell in shown["settings"].get("cells", form.cells)) or len(form.items),
        **extra,
    }
    return render(request, "quizzes/quiz_edit.html", context, status=status)

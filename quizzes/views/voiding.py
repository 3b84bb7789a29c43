"""The CE office's pages on attempts that shall not count: ask, and decide what someone else asked. Reading is noted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User
from accounts.services import role_required, signed_in
from core import audit
from core.errors import DomainError
from quizzes.forms import VoidingForm
from quizzes.models import Attempt, Voiding
from quizzes.selectors import release
from quizzes.services import voiding as acts

PAGE_SIZE, MOST_FOUND = 25, 50
REFUSED = ("bad_state", "completed", "asked_already", "own_request", "own_attempt", "decided")


@role_required(Role.CE_OFFICE)
@never_cache
@require_safe
def voidings(request: HttpRequest) -> HttpResponse:
    """What waits for a second person first, then what was decided; and the attempts of an address."""
    user, email = signed_in(request), request.GET.get("email", "").strip()[:254]
    related = ("attempt__enrolment__user", "attempt__enrolment__version", "attempt__quiz", "asked_by", "decided_by")
    rows = Voiding.objects.in_office_of(user).select_related(*related)
    page = Paginator(rows.order_by(F("decided_at").desc(nulls_first=True), "-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    audit.record(actor=user.pk, action="attempt.void_list", target="attempt:all", searched=bool(email))
    for looked_at in User.objects.filter(email__iexact=email) if email else ():
        audit.record(actor=user.pk, action="attempt.void_list", target=f"user:{looked_at.pk}")
    found = Attempt.objects.in_office_of(user).handed_in().filter(enrolment__user__email__iexact=email)
    context = {
        "page": page,
        "query": "",
        "email": email,
        "found": found.select_related("enrolment__user", "enrolment__version", "quiz").order_by("-submitted_at")[
            :MOST_FOUND
        ]
        if email
        else [],
    }
    return render(request, "quizzes/voidings.html", context)


@role_required(Role.CE_OFFICE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def voiding(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """One attempt: ask that it be void, or confirm or decline what was asked."""
    user = signed_in(request)
    rows = Attempt.objects.in_office_of(user).select_related("enrolment__user", "enrolment__version", "quiz")
    attempt = get_object_or_404(rows, pk=attempt_id)
    form = VoidingForm(request.POST if request.POST.get("act") == "ask" else None)
    if request.method != "POST":
        audit.record(actor=user.pk, action="attempt.void_read", target=f"attempt:{attempt.pk}")
        return _page(request, attempt, form)
    if form.is_bound and not form.is_valid():
        return _page(request, attempt, form, status=422)
    try:
        messages.success(request, _act(request, attempt, form))
    except DomainError as error:
        if error.code not in REFUSED:
            raise
        return _page(request, attempt, form, status=error.status, problem=error)
    return redirect("voiding", attempt.pk)


def _act(request: HttpRequest, attempt: Attempt, form: VoidingForm) -> str:
    """What was pressed, done; what to say of it."""
    user, now = signed_in(request), timezone.now()
    if form.is_bound:
        acts.ask(attempt=attempt, reason=form.cleaned_data["reason"], by=user, now=now)
        return _("Asked for. It counts as before until a colleague confirms it.")
    asked = attempt.voidings.order_by("-pk").first()
    if asked is None:
        raise DomainError("decided", _("Nobody has asked for this yet."))
    if request.POST.get("act") == "confirm":
        acts.confirm(voiding=asked, by=user, now=now)
        return _("It is void. Its learner reads so on the result page.")
    acts.decline(voiding=asked, by=user, now=now)
    return _("It stays as it is.")


def _page(
    request: HttpRequest, attempt: Attempt, form: VoidingForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    user = signed_in(request)
    past = list(attempt.voidings.select_related("asked_by", "decided_by").order_by("-pk"))
    asked = past[0] if past and past[0].confirmed is None else None
    context = {
        "attempt": attempt,
        "form": form,
        "past": past,
        "asked": asked,
        "keys_shown": "explained" in release.shown(attempt),
        "own": asked is not None and asked.asked_by_id == user.pk,
        "may_ask": asked is None and attempt.state == Attempt.State.SUBMITTED,
        **extra,
    }
    return render(request, "quizzes/voiding.html", context, status=status)

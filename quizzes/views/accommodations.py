"""More time for someone: the page of the CE office and of admins."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.services import role_required, signed_in
from core import audit
from quizzes.forms import AccommodationForm
from quizzes.models import Accommodation
from quizzes.services import deadlines

SHOWN = 50


@role_required(Role.CE_OFFICE, Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def accommodations(request: HttpRequest) -> HttpResponse:
    """Who was given more time lately, and the form that gives it."""
    actor, form = signed_in(request), AccommodationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        deadlines.grant(
            user=given["user"],
            multiplier=given["multiplier"],
            extra_min=given["extra_min"],
            reason=given["reason"],
            granted_by=actor,
            now=timezone.now(),
        )
        messages.success(request, _("Given. It counts from now on, in a test that is under way too."))
        return redirect("accommodations")
    audit.record(actor=actor.pk, action="accommodation.list", target="accommodation:all")
    rows = Accommodation.objects.select_related("user", "granted_by").order_by("-at", "-pk")[:SHOWN]
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "rows": rows, "office": actor.holds(Role.CE_OFFICE)}
    return render(request, "quizzes/accommodations.html", context, status=status)

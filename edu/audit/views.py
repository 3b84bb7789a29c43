"""The audit log's page, for admins. Reading it is noted in it too, without the words that were searched for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.services import role_required, signed_in
from core import audit
from core.models import AuditEntry
from edu.audit import reads
from edu.audit.forms import LogForm
from edu.audit.things import People, Things

FIELDS = ("who", "about", "kind", "since", "until", "target")


@role_required(Role.ADMIN)
@never_cache
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """What staff read and changed, as sentences, newest first."""
    form = LogForm({name: request.GET.get(name, "").strip() for name in FIELDS})
    page = reads.page(_rows(form), request.GET.get("page"))
    context: dict[str, Any] = {"form": form, "page": page, "lines": reads.lines(list(page.object_list))}
    context["narrowed"] = form.errors or form.wanted() != reads.Wanted()
    context["only"] = _only(form)
    audit.record(actor=signed_in(request).pk, action="audit.read", target="audit:log")
    return render(request, "accounts/audit_log.html", context, status=422 if form.errors else 200)


def _rows(form: LogForm) -> Any:
    """What fits; nothing where the form says why."""
    if form.is_valid():
        try:
            return reads.entries(form.wanted())
        except reads.TooManyPeopleError as error:
            form.add_error(
                error.field, _("More than 100 people fit this. Write more of the name, or the e-mail address.")
            )
    return AuditEntry.objects.none()


def _only(form: LogForm) -> SafeString | None:
    """The account or thing a link led here for."""
    target = "" if form.errors else form.cleaned_data["target"]
    if not target:
        return None
    things = Things([target])
    return things.said(target, People(things.people()))

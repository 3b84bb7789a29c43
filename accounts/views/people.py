"""The admin's rooms: people and their roles. (The audit log, which speaks of every app, is in edu.audit.)"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import selectors, services
from accounts.forms import RoleForm
from accounts.models import Role, User
from accounts.services import role_required, signed_in
from core import audit
from core.errors import DomainError

MAX_WORDS = 80


@role_required(Role.ADMIN)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The admin's start page: what wants doing, then everyone."""
    admin = signed_in(request)
    words, role = _asked(request, "q"), _asked(request, "role")
    audit.record(
        actor=admin.pk,
        action="user.list",
        target="user:all",
        searched=bool(words),
        role=role if role in Role.values else "",
    )
    context = {
        "todo": selectors.to_do(admin),
        "page": selectors.people(admin, words=words, role=role, page=request.GET.get("page")),
        "words": words,
        "role": role,
        "roles": Role.choices,
    }
    return render(request, "accounts/people.html", context)


@role_required(Role.ADMIN)
@require_safe
def person(request: HttpRequest, user_id: str) -> HttpResponse:
    return _person_page(request, _person(request, user_id), RoleForm())


@role_required(Role.ADMIN)
@require_POST
def role_grant(request: HttpRequest, user_id: str) -> HttpResponse:
    found, form = _person(request, user_id), RoleForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form)
    role = Role(form.cleaned_data["role"])
    services.grant(user=found, role=role, granted_by=signed_in(request), now=timezone.now())
    messages.success(request, _("Granted: %(role)s.") % {"role": role.label})
    return redirect("person", found.pk)


@role_required(Role.ADMIN)
@require_POST
def role_revoke(request: HttpRequest, user_id: str) -> HttpResponse:
    found, form = _person(request, user_id), RoleForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form)
    role = Role(form.cleaned_data["role"])
    try:
        services.revoke(user=found, role=role, revoked_by=signed_in(request), now=timezone.now())
    except DomainError as error:
        form.add_error(None, error.message)
        return _person_page(request, found, form)
    messages.success(request, _("Taken away: %(role)s.") % {"role": role.label})
    return redirect("person", found.pk) if signed_in(request).holds(Role.ADMIN) else redirect("home")


@role_required(Role.ADMIN)
@require_POST
def factor_reset(request: HttpRequest, user_id: str) -> HttpResponse:
    """For someone who lost app, passkey and recovery codes."""
    found, form = _person(request, user_id), RoleForm()
    try:
        services.reset_second_factor(user=found, reset_by=signed_in(request), now=timezone.now())
    except DomainError as error:
        form = RoleForm({"role": Role.EDUCATOR})
        form.add_error(None, error.message)
        return _person_page(request, found, form)
    messages.success(request, _("Their second factor is gone. They sign in with the password and set up a new one."))
    return redirect("person", found.pk)


def _asked(request: HttpRequest, name: str) -> str:
    """A word of the address, without the NUL that PostgreSQL takes in no text."""
    return request.GET.get(name, "").replace("\0", "")[:MAX_WORDS].strip()


def _person(request: HttpRequest, user_id: str) -> User:
    return get_object_or_404(User.objects.visible_to(signed_in(request)), pk=user_id)


def _person_page(request: HttpRequest, found: User, form: RoleForm) -> HttpResponse:
    """Whatever led to it: the page shows someone, and that is noted."""
    audit.record(actor=signed_in(request).pk, action="user.read", target=f"user:{found.pk}")
    context: dict[str, Any] = {
        "person": found,
        "form": form,
        "grants": found.grants.select_related("granted_by").order_by("-at"),
        "held": sorted(found.roles, key=list(Role).index),
        "factor": selectors.has_factor(found),
        "addresses": found.emailaddress_set.all(),  # type: ignore[attr-defined] # allauth's
    }
    return render(request, "accounts/person.html", context, status=422 if form.errors else 200)

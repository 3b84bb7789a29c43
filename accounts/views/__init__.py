"""The person's own pages: name, licences, how they read, the second factor."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import LicenceForm, PreferencesForm, ReaderForm, profile_form
from accounts.models import Licence, User
from core.errors import DomainError
from core.middleware import UNIT_COOKIE

COOKIE: dict[str, Any] = {"max_age": settings.LANGUAGE_COOKIE_AGE, "samesite": "Lax", "httponly": True}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who someone is here, and how they want to read."""
    user = services.signed_in(request)
    form = profile_form(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile")
    return _page(request, profile=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: HttpRequest) -> HttpResponse:
    """Language, glucose unit and time zone. Asked for as a page it is the profile."""
    if request.method != "POST":
        return redirect("profile")
    user, form = services.signed_in(request), ReaderForm(request.POST)
    if not form.is_valid():
        return _page(request, reader=form)
    services.update_profile(user=user, **form.cleaned_data)
    with override(user.language or get_language()):
        messages.success(request, _("Saved. This is how you read from now on."))
    return _remembering(redirect("profile"), form.cleaned_data)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def licence_add(request: HttpRequest) -> HttpResponse:
    """List a licence. Asked for as a page it is the profile."""
    if request.method != "POST":
        return redirect("profile")
    user = services.signed_in(request)
    form = LicenceForm(request.POST)
    if form.is_valid():
        try:
            services.add_licence(user=user, licence=form.save(commit=False))
        except DomainError as error:
            form.add_error("number", error.message)
        else:
            messages.success(request, _("Licence listed."))
            return redirect("profile")
    return _page(request, licence=form)


@login_required
@require_POST
def licence_remove(request: HttpRequest, licence_id: str) -> HttpResponse:
    user = services.signed_in(request)
    licence = get_object_or_404(Licence.objects.visible_to(user), pk=licence_id)
    services.remove_licence(licence=licence)
    messages.success(request, _("Licence removed from the list."))
    return redirect("profile")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and glucose unit, from the switch on any page; then back to that page. Remembered in the account and
    in a cookie, so that the next sign-in page speaks the same language."""
    back = _own_address(request, request.POST.get("next", ""))
    if request.method != "POST":
        return redirect(back)
    form = PreferencesForm(request.POST)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    if isinstance(request.user, User):
        services.update_profile(user=request.user, **chosen)
    return _remembering(redirect(back), chosen)


def _remembering(response: HttpResponse, chosen: Mapping[str, str]) -> HttpResponse:
    """The same answer with the language and the unit in cookies, for pages before the next sign-in."""
    for name, cookie in {"language": settings.LANGUAGE_COOKIE_NAME, "unit": UNIT_COOKIE}.items():
        if chosen.get(name):
            response.set_cookie(cookie, chosen[name], **COOKIE, secure=settings.SESSION_COOKIE_SECURE)
    return response


def _own_address(request: HttpRequest, address: str) -> str:
    """An address of ours to go back to, or the start page: a link from elsewhere must not send people away."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours and address.startswith("/") else reverse("landing")


@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why staff need a second factor, and the two ways to set one up or to prove it."""
    user = services.signed_in(request)
    context = {
        "proved": services.has_second_factor(request, user),
        "has_one": is_mfa_enabled(user, types=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]),
    }
    return render(request, "accounts/second_factor.html", context)


def _page(request: HttpRequest, **refused: forms.Form) -> HttpResponse:
    """The profile page, with the refused form (of its three) as it was sent."""
    user = services.signed_in(request)
    reads = {"language": user.language, "unit": user.unit, "time_zone": user.time_zone}
    context = {
        "form": refused.get("profile") or profile_form(user, None),
        "reader_form": refused.get("reader") or ReaderForm(initial=reads),
        "licence_form": refused.get("licence") or LicenceForm(),
        "licences": Licence.objects.visible_to(user),
    }
    wrong = any(form.errors for form in refused.values())
    return render(request, "accounts/profile.html", context, status=422 if wrong else 200)

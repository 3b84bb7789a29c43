"""The person's own page: what certificates print, and their licences."""

from typing import Any

from allauth.account.views import SignupView
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import LicenceForm, PreferencesForm, ProfileForm, SignupForm
from accounts.models import Licence, Role, User
from core.errors import DomainError
from core.middleware import UNIT_COOKIE

DOORS = (Role.EDUCATOR, Role.PATIENT)
FOR_PATIENT = "for_patient"  # in a stranger's session: they are signing up as a patient
COOKIE: dict[str, Any] = {"max_age": settings.LANGUAGE_COOKIE_AGE, "samesite": "Lax", "httponly": True}


class SignUp(SignupView):  # type: ignore[misc] # allauth carries no types
    """allauth's sign-up with two doors: ?as=educator and ?as=patient. Without one the page asks which."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("as") in DOORS:
            response: HttpResponseBase = super().get(request, *args, **kwargs)
            return response
        return render(request, "account/signup_doors.html", {"next": request.GET.get("next", "")})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The other door was chosen on the form: its questions are shown, and what was typed is kept."""
        role, shown = request.POST.get("role"), request.POST.get("shown")
        if role in DOORS and shown in DOORS and role != shown:
            form = self.get_form_class()(initial=request.POST.dict())
            return self.render_to_response(self.get_context_data(form=form))
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        return initial | {"role": self.request.GET.get("as", "")}

    def form_valid(self, form: SignupForm) -> HttpResponseBase:
        # Until the code is typed nobody is signed in, and the page that asks for it speaks to a patient as well.
        self.request.session[FOR_PATIENT] = form.as_patient
        response: HttpResponseBase = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"for_patient": context["form"].as_patient}


sign_up = SignUp.as_view()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = services.signed_in(request)
    known = {"name": user.name, "profession": user.profession, "credentials": user.credentials}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Saved. Certificates issued from now on carry this name."))
        return redirect("profile")
    return _page(request, form, LicenceForm())


@login_required
@require_POST
def licence_add(request: HttpRequest) -> HttpResponse:
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
    known = {"name": user.name, "profession": user.profession, "credentials": user.credentials}
    return _page(request, ProfileForm(initial=known), form)


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
        services.set_preferences(user=request.user, **chosen)
    response = redirect(back)
    for name, cookie in {"language": settings.LANGUAGE_COOKIE_NAME, "unit": UNIT_COOKIE}.items():
        if name in chosen:
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


def _page(request: HttpRequest, form: ProfileForm, licence_form: LicenceForm) -> HttpResponse:
    user = services.signed_in(request)
    licences = Licence.objects.visible_to(user)
    status = 422 if form.errors or licence_form.errors else 200
    context = {"form": form, "licence_form": licence_form, "licences": licences}
    return render(request, "accounts/profile.html", context, status=status)

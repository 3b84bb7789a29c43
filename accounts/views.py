"""The person's own page: what certificates print, and their licences."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.forms import LicenceForm, ProfileForm
from accounts.models import Licence
from core.errors import DomainError


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


def _page(request: HttpRequest, form: ProfileForm, licence_form: LicenceForm) -> HttpResponse:
    user = services.signed_in(request)
    licences = Licence.objects.visible_to(user)
    status = 422 if form.errors or licence_form.errors else 200
    context = {"form": form, "licence_form": licence_form, "licences": licences}
    return render(request, "accounts/profile.html", context, status=status)

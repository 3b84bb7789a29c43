"""Django's admin site. A module of its own: core.admin registers at the site, so the site must be there before."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Role, User
from accounts.services import has_second_factor


class BasalAdminSite(admin.AdminSite):
    """Opens to the admin role only (a query of the grants, not a flag on the user), with a proved second factor."""

    site_header = "Basal"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what is meant to be looked at. A library's own pages would show one person's secrets to another, and
        change them: allauth's show the key of an app."""
        if getattr(admin_class, "look_only", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.holds(Role.ADMIN) and has_second_factor(request, user)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """As Django's, but a NUL, which PostgreSQL takes in no text, is refused before it is looked for or noted."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def without_nul(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if "%00" in request.get_full_path():
                raise BadRequest
            return guarded(request, *args, **kwargs)

        return without_nul

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Names of people for a form's menu. There is no form here, and what is looked at is noted elsewhere."""
        raise Http404

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The account's own page counts wrong tries and tells the owner by mail."""
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the sign-in of the platform, with its limits. Who is in already may not enter here."""
        if isinstance(request.user, User):
            if request.user.holds(Role.ADMIN):
                return redirect("second_factor")
            raise Http404
        return redirect_to_login(request.GET.get("next") or request.get_full_path(), settings.LOGIN_URL)

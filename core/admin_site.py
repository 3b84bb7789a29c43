"""Django's admin site. A module of its own: core.admin registers at the site, so the site must be there before."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string


class BasalAdminSite(admin.AdminSite):
    """Opens to the admin role only (a query of the grants, not a flag on the user), with a second factor."""

    site_header = "Basal"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only pages that look and change nothing: a library's own would edit addresses and show secrets."""
        if getattr(admin_class, "look_only", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.has_perm("admin") and self._proved(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the sign-in of the platform, with its limits. Who is in already may not enter here."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or request.get_full_path(), settings.LOGIN_URL)
        if not request.user.has_perm("admin"):
            raise Http404
        return redirect("second_factor")

    def _proved(self, request: HttpRequest) -> bool:
        # By name: core knows nobody above it.
        return bool(import_string(settings.SECOND_FACTOR_CHECK)(request, request.user))

"""Django's admin site. A module of its own: core.admin registers at the site, so the site must be there before."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse


class BasalAdminSite(admin.AdminSite):
    """Opens to the admin role only (a query of the grants, not a flag on the user)."""

    site_header = "Basal"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.has_perm("admin")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the sign-in of the platform, with its limits. Who is in already may not enter here."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(request.GET.get("next") or request.get_full_path(), settings.LOGIN_URL)

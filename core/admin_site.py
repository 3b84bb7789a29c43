"""Django's admin site. A module of its own: core.admin registers at the site, so the site must be there before."""

from django.contrib import admin
from django.http import HttpRequest


class BasalAdminSite(admin.AdminSite):
    """Opens to the admin role only (a query of the grants, not a flag on the user)."""

    site_header = "Basal"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.has_perm("admin")

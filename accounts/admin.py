"""Django's admin: for the admin role, to look; changes go through services."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import RoleGrant, User


class BasalAdminSite(admin.AdminSite):
    """Opens to the admin role only (a query of the grants, not a flag on the user)."""

    site_header = "Basal"

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_perm("admin")


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(LookOnly):
    list_display = ["email", "name", "profession", "is_active", "date_joined"]
    search_fields = ["email", "name"]
    exclude = ["password"]


@admin.register(RoleGrant)
class RoleGrantAdmin(LookOnly):
    list_display = ["user", "role", "at", "granted_by", "revoked_at"]
    list_filter = ["role"]

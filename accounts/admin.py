"""People in Django's admin, to look at."""

from django.contrib import admin

from accounts.models import RoleGrant, User
from core.admin import Ledger


@admin.register(User)
class UserAdmin(Ledger):
    list_display = ["email", "name", "profession", "is_active", "date_joined"]
    search_fields = ["email", "name"]
    exclude = ["password"]


@admin.register(RoleGrant)
class RoleGrantAdmin(Ledger):
    list_display = ["user", "role", "at", "granted_by", "revoked_at"]
    list_filter = ["role"]

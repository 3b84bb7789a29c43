"""Django's admin: to look. Changes go through services, so that every door keeps the same rules."""

from django.contrib import admin
from django.http import HttpRequest

from core.models import OutboxRow


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list and a page for each row, and no way to change one."""

    look_only = True  # what BasalAdminSite.register asks for

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(OutboxRow)
class OutboxRowAdmin(LookOnly):
    """Owed work: what waits, what failed with which kind of error, what was set aside."""

    list_display = ["kind", "key", "created_at", "due_at", "attempts", "done_at", "quarantined_at", "last_error"]
    list_filter = ["kind", ("done_at", admin.EmptyFieldListFilter), ("quarantined_at", admin.EmptyFieldListFilter)]

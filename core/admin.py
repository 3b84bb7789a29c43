"""Django's admin: to look. Changes go through services, so that every door keeps the same rules."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from core import audit
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


class Ledger(LookOnly):
    """Rows about people: to look at, and each opening is an audit row."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._note(request, "list", "all")
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        self._note(request, "read", object_id or "none")
        return super().changeform_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        self._note(request, "read", object_id)
        return super().history_view(request, object_id, extra_context)

    def _note(self, request: HttpRequest, verb: str, ident: str) -> None:
        kind = str(self.opts.model_name)
        audit.record(
            actor=getattr(request.user, "pk", None),
            action=f"{kind}.{verb}",
            target=f"{kind}:{ident[:40]}",
            door="admin",
        )

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """No question about a password: yes and no, letter by letter, would tell its hash."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]


@admin.register(OutboxRow)
class OutboxRowAdmin(LookOnly):
    """Owed work: what waits, what failed with which kind of error, what was set aside."""

    list_display = ["kind", "key", "created_at", "due_at", "attempts", "done_at", "quarantined_at", "last_error"]
    list_filter = ["kind", ("done_at", admin.EmptyFieldListFilter), ("quarantined_at", admin.EmptyFieldListFilter)]

"""The ledger in Django's admin, to look at. Whoever looks reads of other people, so it is noted as in the CE office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts.services import signed_in
from certificates.models import Award, BiasReview, Evaluation, Revocation
from core import audit
from core.admin import LookOnly


class Ledger(LookOnly):
    """A list and a page for each row; each opening is an audit row."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._note(request, "list", "all")
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        self._note(request, "read", object_id or "none")
        return super().changeform_view(request, object_id, *args, **kwargs)

    def _note(self, request: HttpRequest, verb: str, ident: str) -> None:
        kind = str(self.opts.model_name)
        audit.record(actor=signed_in(request).pk, action=f"{kind}.{verb}", target=f"{kind}:{ident[:40]}", door="admin")


@admin.register(Award)
class AwardAdmin(Ledger):
    list_display = ["code_display", "activity_title", "issued_at", "supersedes"]
    search_fields = ["code", "name"]
    list_select_related = ["supersedes"]


@admin.register(Revocation)
class RevocationAdmin(Ledger):
    list_display = ["award", "reason", "at"]
    list_filter = ["reason"]
    list_select_related = ["award"]


@admin.register(Evaluation)
class EvaluationAdmin(Ledger):
    list_display = ["completion", "bias_seen", "change", "at"]
    list_filter = ["bias_seen", "change"]
    list_select_related = ["completion"]


@admin.register(BiasReview)
class BiasReviewAdmin(Ledger):
    list_display = ["evaluation", "at"]

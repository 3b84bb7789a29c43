"""The ledger in Django's admin, to look at. Whoever looks reads of other people, so it is noted as in the CE office."""

from django.contrib import admin

from certificates.models import Award, BiasReview, Evaluation, Revocation
from core.admin import Ledger


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

"""The ground floor's own rows: outbox, rate counters, audit log."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutboxQuerySet(models.QuerySet["OutboxRow"]):
    """Rows of owed work."""

    def open(self) -> OutboxQuerySet:
        """Neither done nor set aside."""
        return self.filter(done_at__isnull=True, quarantined_at__isnull=True)

    def takeable(self, now: datetime) -> OutboxQuerySet:
        """Open, and nobody holds a lease that still runs."""
        return self.open().filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))

    def late(self, now: datetime) -> OutboxQuerySet:
        """Takeable and overdue: the reconciler's share, oldest first."""
        return self.takeable(now).filter(due_at__lte=now).order_by("due_at")


class OutboxRow(models.Model):
    """One piece of slow work owed: `kind` names the handler, `key` the thing. Written with the change itself."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(help_text="When the reconciler takes it, if the worker has not.")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=80, blank=True, help_text="The error's class; never its text.")

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="outbox_one_row_per_work"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(quarantined_at__isnull=True), name="outbox_done_xor_quarantined"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_open",
                condition=Q(done_at__isnull=True, quarantined_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class RateCounter(models.Model):
    """How often someone did something in one window. `who` is a keyed hash, never an address."""

    scope = models.CharField(max_length=40)
    who = models.CharField(max_length=64)
    window = models.BigIntegerField(help_text="When the window ends, in seconds since 1970.")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "who", "window"], name="rate_one_counter")]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"


class AuditEntry(models.Model):
    """One thing a member of staff read or changed. Append-only; ids instead of names, so that it can outlive them."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.UUIDField(null=True, blank=True, help_text="The user's id; empty: the system itself.")
    action = models.CharField(max_length=40, help_text="thing.verb, such as role.grant or award.read")
    target = models.CharField(max_length=80, help_text="kind:id, such as user:UUID")
    detail = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["target"], name="audit_by_target"),
            models.Index(fields=["actor"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from core.models import OutboxRow


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

"""The audit log: what staff read and change of other people's, one row each, written with the act itself."""

from __future__ import annotations

import uuid
from typing import Any

import structlog

from core.models import AuditEntry


def record(*, actor: uuid.UUID | None, action: str, target: str, **detail: Any) -> AuditEntry:
    """Note that `actor` (a user's id; None: the system) did `action` ("role.grant") to `target` ("user:UUID").

    `detail` is small and plain (JSON): ids, codes, reasons in staff's own words; never a name or an address of
    the person concerned, since the log outlives the account. Call it inside the transaction of a change; a read
    is noted by the view that shows it.
    """
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return AuditEntry.objects.create(actor=actor, action=action, target=target, detail=detail, request_id=request_id)

"""The one Celery task, a knock on the door of one outbox row; and the ground floor's own housekeeping."""

import time

from celery import shared_task

from core import outbox, ratelimit

COUNTERS_KEPT_S = 24 * 3600


@shared_task(name=outbox.TASK, ignore_result=True)
def run_outbox_row(pk: int) -> None:
    outbox.run(pk)


@outbox.every(3600)
def forget_counters() -> None:
    """Counters of a rate limit are about a person's address: gone after a day."""
    ratelimit.forget_before(time.time() - COUNTERS_KEPT_S)

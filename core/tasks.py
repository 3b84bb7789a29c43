"""The one Celery task: a knock on the door of one outbox row."""

from celery import shared_task

from core import outbox


@shared_task(name=outbox.TASK, ignore_result=True)
def run_outbox_row(pk: int) -> None:
    outbox.run(pk)

"""The Celery application. The database is the truth (core.outbox); Redis is only a doorbell."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu.settings.demo")

app = Celery("basal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
def _warm(**kwargs: Any) -> None:
    """Import the PDF library once in the parent: two seconds of CPU every forked child would pay again."""
    import weasyprint  # noqa: F401

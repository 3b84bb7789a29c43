"""The reconciler: does late work and the timed jobs, until it is told to stop."""

import signal
import threading
import time
from math import inf
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from core import outbox

log = structlog.get_logger("basal.outbox")


class Command(BaseCommand):
    help = "Run overdue outbox rows and timed jobs, every OUTBOX_POLL_S seconds, until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="One round, then stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        last_run = [-inf] * len(outbox.JOBS)  # the clock may stand near 0 on a machine just started
        while not stop.is_set():
            self._round(last_run)
            if options["once"]:
                return
            stop.wait(settings.OUTBOX_POLL_S)

    def _round(self, last_run: list[float]) -> None:
        """One look. A database that is away for a moment is a line in the log, not the end of the loop."""
        close_old_connections()
        try:
            outbox.run_late()
            for index, (seconds, job) in enumerate(outbox.JOBS):
                if time.monotonic() - last_run[index] >= seconds:
                    last_run[index] = time.monotonic()
                    job()
        except Exception as error:  # noqa: BLE001 - a database that is away comes back
            log.error("reconciler_round_failed", error=type(error).__name__)

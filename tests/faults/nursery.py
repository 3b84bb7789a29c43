"""Where a stand's workers come from: everything is imported once, and each worker is a fork of it.

What is forked is a real Celery worker with a pool, a process group and a log of its own; only the three seconds of
imports that each start would cost are saved. Reads one order a line (log, environment), answers the process's id.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from typing import Any, NoReturn

import django

django.setup()

from django.conf import settings  # noqa: E402

from edu.celery import app  # noqa: E402

# What a worker imports only when it starts.
STARTERS = ["weasyprint", "celery.bin.celery", "celery.apps.worker", "celery.worker.components"]
STARTERS += ["celery.worker.consumer", "celery.concurrency.prefork", "kombu.transport.redis", "celery.worker.state"]
# Mingle and gossip ask other workers for a second; there are none.
WORKER = ["worker", "-c", "1", "-l", "info", "--without-mingle", "--without-gossip"]


def become_worker(order: dict[str, Any]) -> NoReturn:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(order["env"])
    settings.CRASH_AT = order["env"]["BASAL_CRASH_AT"]
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(log, stream)
    app.worker_main(WORKER)
    os._exit(0)


def main() -> None:
    app.loader.import_default_modules()
    for name in STARTERS:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried by the kernel
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become_worker(json.loads(line))
        print(json.dumps({"pid": pid}), flush=True)


main()

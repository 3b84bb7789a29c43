"""How gunicorn serves Basal: two processes of four threads; the application is imported once, then forked."""

import ctypes
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1

bind = os.environ.get("BASAL_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
# The heartbeat file in memory: on a slow disk a worker would look dead while it waits for the disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn makes a private file in it
# No control socket: nothing uses it, and its place is shared by every gunicorn of this user.
control_socket_disable = True
# Requests are logged by structlog, with their id and without personal data.
accesslog = None
errorlog = "-"


def on_starting(server: Any) -> None:
    """The engine is compiled, or read from its cache, before there is a port to ask at: no run ever waits for it."""
    from simulator.engine.version import warm

    warm()


def pre_fork(server: Any, worker: Any) -> None:
    """Two processes must not share a database connection: the parent's are closed before each fork."""
    from django.db import connections

    connections.close_all()


def post_fork(server: Any, worker: Any) -> None:
    """A worker whose master was killed goes at once, instead of holding the port for seconds."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

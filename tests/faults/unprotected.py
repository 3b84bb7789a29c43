"""The application with one protection off, so that a test can prove it would see the fault. Never imported by ours.

WITHOUT=commit: an answer is acknowledged before it is written. WITHOUT=locks: nothing waits for anyone, and what is
live is not asked (answers.TAKE_OFF takes the constraints and triggers off as well).
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.models import QuerySet

application = get_wsgi_application()

from courses import services as courses  # noqa: E402 - models only once Django is set up
from quizzes.models.attempts import AttemptQuerySet  # noqa: E402 - models only once Django is set up
from quizzes.services import answering  # noqa: E402 - models only once Django is set up

LATER_S = 1.5
_write = answering._write


def _later(*args: Any) -> bool:
    def write() -> None:
        time.sleep(LATER_S)
        _write(*args)
        connection.close()

    threading.Thread(target=write, daemon=True).start()
    return True


def _unlocked(self: Any, *_args: Any, **_options: Any) -> Any:
    return self.all()


if os.environ.get("WITHOUT") == "commit":
    answering._write = _later  # type: ignore[assignment] # whatever it is given
if os.environ.get("WITHOUT") == "locks":
    QuerySet.select_for_update = _unlocked  # type: ignore[method-assign] # a fault, on purpose
    AttemptQuerySet.live = _unlocked  # type: ignore[method-assign] # a fault, on purpose
    courses.lock = lambda enrolment: None

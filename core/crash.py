"""Fault points: the process kills itself here when a test has armed the point.

BASAL_CRASH_AT is "POINT" or "POINT@FILE". With a file, the point fires only while the file exists and takes
it away first, so that one arming is one kill. The whole process group goes, as in a power cut: a Celery parent
that outlived its child would hide a lost message. Production settings refuse the variable.
"""

import os
import signal
from typing import Literal

from django.conf import settings

Point = Literal[
    "after_claim_commit",
    "after_nudge",
    "after_lease",
    "before_render",
    "after_render",
    "after_temp_file",
    "after_rename",
    "before_done",
]


def point(name: Point) -> None:
    """Die here with SIGKILL if this point is armed; otherwise nothing."""
    armed, _, token = settings.CRASH_AT.partition("@")
    if armed != name:
        return
    if token:
        try:
            os.unlink(token)
        except FileNotFoundError:
            return
    os.killpg(os.getpgrp(), signal.SIGKILL)

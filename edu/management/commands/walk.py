"""Walk the whole main job through a running demo server, and print where the certificate lies."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu.browser import Browser
from edu.walk import Walk, WalkError


class Command(BaseCommand):
    help = "Sign up, read, answer, evaluate, claim, wait, download and verify, as a browser would. Demo only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base", default=settings.SITE_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MAIL_DIR is None:
            raise CommandError("The walk reads its sign-up code from the demo's mail files.")
        started = time.monotonic()

        def say(line: str) -> None:
            self.stdout.write(f"  {time.monotonic() - started:5.1f} s  {line}")
            self.stdout.flush()

        walk = Walk(Browser(options["base"]), mail=settings.MAIL_DIR, say=say)
        try:
            path = walk.run(settings.VAR / "walk")
        except (WalkError, LookupError, OSError) as error:
            raise CommandError(f"The walk stopped: {error}") from error
        self.stdout.write(f"certificate: {path}")

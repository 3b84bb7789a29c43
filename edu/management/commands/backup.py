"""Write a backup while the platform runs."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu import backup


class Command(BaseCommand):
    help = "Write every row, of one moment, and the printed certificates into FILE (a ZIP; keep it as a secret)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            made = backup.write(options["file"])
        except (backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        size_mb = options["file"].stat().st_size / 1e6
        self.stdout.write(
            f"{sum(made.rows.values())} rows of {len(made.rows)} tables, {len(made.files)} certificates "
            f"({made.not_whole} not whole), {size_mb:.1f} MB in {time.monotonic() - began:.1f} s"
        )

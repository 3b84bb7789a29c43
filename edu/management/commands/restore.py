"""Fill an empty database from a backup, and check that everything in it still holds."""

import time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from edu import backup
from edu.management.commands.check_awards import tell


class Command(BaseCommand):
    help = "Restore FILE into an empty database (it need not be migrated); refuses any other."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            made, found = backup.restore(options["file"])
        except (backup.BackupError, BadZipFile, OSError) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The rows do not fit together, and none was kept: {error}") from error
        self.stdout.write(f"of {made.made_at}, from {made.database}: {sum(made.rows.values())} rows, all counts equal")
        self.stdout.write(f"restored in {time.monotonic() - began:.1f} s")
        tell(self, found)

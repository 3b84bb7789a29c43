"""Read the whole curriculum as a strict editor would; say by file and line what is to mend."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from edu.content import check
from edu.content_table import table


class Command(BaseCommand):
    help = "Check the curriculum's files: sources, numbers, units, wording, links, reading level. Stores nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dir", type=Path, default=settings.CURRICULUM_DIR)
        parser.add_argument("--table", action="store_true", help="Print what each course holds, and check nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["table"]:
            self.stdout.write("\n".join(table(options["dir"])))
            return
        found = check(options["dir"], timezone.localdate())
        for problem in found.problems:
            self.stdout.write(str(problem))
        counted = f"{found.sums} calculations and {found.pairs} pairs of units computed again"
        if found.problems:
            raise CommandError(f"{len(found.problems)} to mend; {counted}.")
        self.stdout.write(f"Nothing to mend; {counted}.")

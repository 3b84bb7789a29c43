"""Load every curriculum file, or say everything that is wrong with them and load nothing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.services.files import CurriculumErrors
from edu.curriculum import load


class Command(BaseCommand):
    help = "Load courses, items and quizzes from files, in one transaction. Loading twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--publish", action="store_true", help="Publish courses that have no published version.")
        parser.add_argument("--dir", type=Path, default=settings.CURRICULUM_DIR)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load(options["dir"], publish=options["publish"])
        except CurriculumErrors as errors:
            listed = "\n".join(f"  {problem}" for problem in errors.problems)
            raise CommandError(f"Nothing was loaded. {len(errors.problems)} to mend:\n{listed}") from None
        for line in report.lines():
            self.stdout.write(line)

"""Write the bank back into files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.models import Course
from quizzes.services.exporting import export_items


class Command(BaseCommand):
    help = "Write every published item of a course that is in use to FOLDER/COURSE/items/ID.yaml."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("course")
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if not Course.objects.filter(slug=options["course"]).exists():
            raise CommandError(f"there is no course {options['course']}")
        written = export_items(options["folder"], course=options["course"])
        self.stdout.write(f"{len(written)} items written to {options['folder'] / options['course'] / 'items'}")

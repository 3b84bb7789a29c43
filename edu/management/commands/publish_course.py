"""Publish a course's draft from the command line, until the web page for it exists."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.models import CourseVersion
from courses.services import publish


class Command(BaseCommand):
    help = "Publish the draft of a course."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        draft = CourseVersion.objects.filter(course__slug=options["slug"], state="draft").first()
        if draft is None:
            raise CommandError(f"{options['slug']} has no draft. Change its files, then run load_curriculum.")
        publish(version=draft, now=timezone.now())
        self.stdout.write(f"published: {options['slug']} v{draft.number}")

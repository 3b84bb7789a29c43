"""Mark handed-in attempts again and compare with what is stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes.models import Attempt
from quizzes.services import verifying

EVERY = 100


class Command(BaseCommand):
    help = "Mark an attempt (or --all that are handed in) again from the stored answers; says what differs and fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("attempt", nargs="?", type=UUID, help="The attempt's id, as in the address of its result.")
        parser.add_argument("--all", action="store_true", help="Every handed-in attempt.")

    def handle(self, *args: Any, attempt: UUID | None, **options: Any) -> None:
        if (attempt is None) is not options["all"]:
            raise CommandError("Name one attempt, or say --all.")
        if attempt:
            self._one(attempt)
        else:
            self._all()

    def _one(self, pk: UUID) -> None:
        found = Attempt.objects.select_related("version", "quiz").filter(pk=pk).first()
        if found is None:
            raise CommandError(f"There is no attempt {pk}.")
        if found.is_live:
            raise CommandError(f"Attempt {pk} is not handed in yet, so it has no marks.")
        if not self._same(found):
            raise CommandError("The stored score is not what its answers give.")
        self.stdout.write(f"{pk}: {found.points} of {found.max_points}, as stored.")

    def _all(self) -> None:
        total, seen, wrong = Attempt.objects.handed_in().count(), 0, 0
        for seen, attempt in enumerate(verifying.handed_in(), 1):
            wrong += not self._same(attempt)
            if seen % EVERY == 0:
                self.stdout.write(f"{seen} of {total}")
        self.stdout.write(f"{seen} of {total} marked again, {wrong} differ.")
        if wrong:
            raise CommandError(f"{wrong} stored scores are not what their answers give.")

    def _same(self, attempt: Attempt) -> bool:
        """Say what differs; whether nothing does."""
        found = verifying.verify(attempt)
        for one in found:
            self.stdout.write(f"{attempt.pk}: {one}")
        return not found

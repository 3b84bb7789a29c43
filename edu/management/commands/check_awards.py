"""Does every certificate still state what was issued, and is its PDF whole? After any restore, and when in doubt."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edu import backup


class Command(BaseCommand):
    help = "Recompute every award's digest and look at every PDF; PDFs that are not whole are printed again."

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self, backup.check())


def tell(command: BaseCommand, found: backup.Checked) -> None:
    """Raises CommandError when an award does not state what was issued."""
    command.stdout.write(
        f"{found.awards} awards, {len(found.wrong)} wrong; {found.whole} PDFs whole, {found.owed_again} owed again"
    )
    if found.wrong:
        raise CommandError("These do not state what was issued: " + ", ".join(found.wrong))

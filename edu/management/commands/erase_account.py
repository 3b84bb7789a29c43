"""Delete an account from the command line: asked for by letter, or once more after a restore (docs/privacy.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from edu import privacy


class Command(BaseCommand):
    help = "Delete the account with this id, as its owner would: what backs a certificate stays without a name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user_id", help="The id, as the admin's page of the person or the log names it.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(pk=options["user_id"], erased_at__isnull=True).first()
        if user is None:
            raise CommandError("There is no account with this id, or it is deleted already.")
        try:
            privacy.erase(user=user, now=timezone.now())
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write("deleted")

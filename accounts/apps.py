from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Hear when a second factor is set up (the session it happened in has proved it) and when someone signs up
        (by whichever form: under the terms as they are), and register what the outbox does for accounts."""
        from allauth.account.signals import user_signed_up
        from allauth.mfa.signals import authenticator_added

        from accounts import tasks  # noqa: F401 - importing registers them

        authenticator_added.connect(_added, dispatch_uid="accounts.second_factor")
        user_signed_up.connect(_signed_up, dispatch_uid="accounts.consents")


def _added(request: Any, authenticator: Any, **kwargs: object) -> None:
    from accounts.services import note_second_factor

    note_second_factor(request, authenticator)


def _signed_up(user: Any, **kwargs: object) -> None:
    from django.utils import timezone

    from accounts.services.consents import accept

    accept(user=user, now=timezone.now())

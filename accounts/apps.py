from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Hear when a second factor is set up: the session it happened in has proved it."""
        from allauth.mfa.signals import authenticator_added

        authenticator_added.connect(_added, dispatch_uid="accounts.second_factor")


def _added(request: Any, authenticator: Any, **kwargs: object) -> None:
    from accounts.services import note_second_factor

    note_second_factor(request, authenticator)

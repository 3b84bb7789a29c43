"""An open session is not enough to touch the second factor it has not proved."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.services import FACTORS, has_second_factor

# Where it is proved.
WAYS_IN = {"mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn"}


class SecondFactorMiddleware:
    """Where an account has a second factor, pages that change it, or that take the password alone as proof, open only
    to a session that proved it. Else a session from before it was set up could take it off again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        guarded = name and (name.startswith("mfa_") or name == "account_reauthenticate") and name not in WAYS_IN
        user = request.user
        if not guarded or not isinstance(user, User) or not is_mfa_enabled(user, types=FACTORS):
            return None
        return None if has_second_factor(request, user) else redirect("second_factor")

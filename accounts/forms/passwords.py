"""allauth's forms for a new password. All that is wrong is said at once: that it is weak, and that the two differ."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as theirs

from accounts.forms import say_if_they_differ


class _SaidTwice:
    """Before allauth's own comparison, which is silent where the password was refused for something else."""

    def clean(self) -> dict[str, Any]:
        say_if_they_differ(self)  # type: ignore[arg-type] # a mixin of forms
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc] # a mixin of forms
        return cleaned


class ChangePasswordForm(_SaidTwice, theirs.ChangePasswordForm):  # type: ignore[misc] # allauth carries no types
    pass


class SetPasswordForm(_SaidTwice, theirs.SetPasswordForm):  # type: ignore[misc] # allauth carries no types
    pass


class ResetPasswordKeyForm(_SaidTwice, theirs.ResetPasswordKeyForm):  # type: ignore[misc] # allauth carries no types
    pass

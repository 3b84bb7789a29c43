"""Forms about a person. A name is checked against the certificate's fonts where it is typed."""

from typing import Any, ClassVar

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.models import Licence, Profession, Unit, User
from core.fields import CREDENTIALS_HINT, NAME_HINT, PlainWords, PrintableField

log = structlog.get_logger("basal.accounts")
WRONG_CODE = gettext_lazy("This code does not fit. A code from the app is good for 30 seconds and works once.")
CODE_FIELD = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "maxlength": "24"}


class ProfileForm(PlainWords):
    name = PrintableField(label=gettext_lazy("Name as printed on certificates"), max_length=120, help_text=NAME_HINT)
    profession = forms.ChoiceField(
        label=gettext_lazy("Profession"), choices=[("", gettext_lazy("Choose one")), *Profession.choices]
    )
    credentials = PrintableField(
        label=gettext_lazy("Letters after your name"), max_length=60, required=False, help_text=CREDENTIALS_HINT
    )

    field_order = ["name", "profession", "credentials"]


class SignupForm(ProfileForm):
    """What allauth asks besides e-mail and password (ACCOUNT_SIGNUP_FORM_CLASS)."""

    def signup(self, request: HttpRequest, user: User) -> None:
        data = self.cleaned_data
        services.sign_up_educator(
            user=user,
            name=data["name"],
            profession=data["profession"],
            credentials=data["credentials"],
            now=timezone.now(),
        )


class PreferencesForm(forms.Form):
    """What the switches send: one of them at a time."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    unit = forms.ChoiceField(choices=Unit.choices, required=False)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth carries no types
    """allauth's own behaviour, without the hint its speed gives, in our words (ACCOUNT_ADAPTER)."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "Too many tries that were not right. Wait five minutes, then try again."
        ),
        "rate_limited": gettext_lazy("Too many tries in a short time. Wait five minutes, then try again."),
        "incorrect_password": gettext_lazy("This is not the password of this account."),
        "incorrect_code": WRONG_CODE,
    }

    def send_account_already_exists_mail(self, email: str) -> None:
        """A known address costs as much time as a new one: a password is hashed for it too."""
        make_password(get_random_string(12))
        super().send_account_already_exists_mail(email)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """A password or second factor was changed: it stays changed while the mail server is away."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError as error:
            log.warning("notification not sent", error=type(error).__name__)


class LicenceForm(PlainWords, forms.ModelForm):  # type: ignore[type-arg] # the class takes no argument at run time
    class Meta:
        model = Licence
        fields = ["kind", "jurisdiction", "number", "expires_on"]
        widgets = {"expires_on": forms.DateInput(attrs={"type": "date"})}


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth carries no types
    """The second factor in our words (MFA_ADAPTER)."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "unverified_email": gettext_lazy("Confirm your e-mail address first; then add a second factor."),
        "add_email_blocked": gettext_lazy("Remove the second factor before you change the e-mail address."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Add an app or a passkey first; recovery codes stand in for it."
        ),
    }

    def generate_authenticator_name(self, user: User, kind: Authenticator.Type) -> str:
        """What a new passkey is called until its owner says otherwise."""
        number = Authenticator.objects.filter(user=user, type=kind).count() + 1
        return _("Passkey %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The browser's window for passkeys says Basal, not the address."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}


class _Coded(forms.Form):
    """A form with the field `code`, for six digits of an app or the eight of a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.widget = _("Code"), forms.TextInput(attrs=CODE_FIELD)
        field.help_text = _("The six digits your app shows, or one of your recovery codes.")


class CodeForm(_Coded, AuthenticateForm):  # type: ignore[misc] # allauth carries no types
    """The second step of signing in."""


class CodeAgainForm(_Coded, ReauthenticateForm):  # type: ignore[misc] # allauth carries no types
    """Once more, before something that secures the account is changed."""


class AppForm(_Coded, ActivateTOTPForm):  # type: ignore[misc] # allauth carries no types
    """The first code of an app just set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The six digits the app shows now.")


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label, name.max_length = _("What to call it"), 60
        name.widget.attrs["maxlength"] = "60"
        name.help_text = _("So that you know it again, such as the device it lives on.")
        alone.label = _("Sign in with it alone, without the password")
        alone.help_text = _("Your device then asks for your fingerprint, face or PIN each time.")


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc] # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("What to call it"), max_length=60)

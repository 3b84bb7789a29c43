"""Forms about a person. A name is checked against the certificate's fonts where it is typed."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.models import Licence, Profession, Role, Unit, User
from core import ratelimit
from core.fields import CREDENTIALS_HINT, NAME_HINT, PlainWords, PrintableField
from core.middleware import named_zones

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


class NameForm(PlainWords):
    """The profile of a patient, or of the guardian who holds a child's account: what to be called."""

    name = forms.CharField(
        label=gettext_lazy("What we call you"),
        max_length=120,
        help_text=gettext_lazy("Your first name, or any name you like."),
    )
    child_name = forms.CharField(label=gettext_lazy("First name of the child"), max_length=60)


def profile_form(user: User, data: Mapping[str, Any] | None) -> PlainWords:
    """The profile as this person fills it in: what certificates print, or for a patient only a name."""
    if user.roles != {Role.PATIENT}:
        known = {"name": user.name, "profession": user.profession, "credentials": user.credentials}
        return ProfileForm(data, initial=known)
    form = NameForm(data, initial={"name": user.name, "child_name": user.child_name})
    if not user.guardian:
        del form.fields["child_name"]
    return form


class SignupForm(ProfileForm):
    """What allauth asks besides e-mail and password (ACCOUNT_SIGNUP_FORM_CLASS): an educator's questions or a
    patient's, by `role`. `shown` is whose questions stand on the page that was sent.
    """

    role = forms.ChoiceField(
        label=gettext_lazy("What brings you here"),
        choices=[(Role.EDUCATOR, gettext_lazy("I teach")), (Role.PATIENT, gettext_lazy("I start a pump"))],
        widget=forms.RadioSelect,
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    holder = forms.ChoiceField(
        label=gettext_lazy("Who the account is for"),
        choices=[
            ("self", gettext_lazy("Me. I am 13 or older.")),
            ("guardian", gettext_lazy("A child in my care. I am the parent or guardian.")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Under 13? Then a parent or guardian makes the account, and you take the steps together."
        ),
    )
    child_name = forms.CharField(
        label=gettext_lazy("First name of the child"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("It stands on your own pages only."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_patient = (self.data or self.initial).get("role") == Role.PATIENT
        self.initial["shown"] = Role.PATIENT.value if self.as_patient else Role.EDUCATOR.value
        for name in ("profession", "credentials") if self.as_patient else ("holder", "child_name"):
            del self.fields[name]
        self.field_order = ["role", "name", "profession", "credentials"]
        if self.as_patient:
            self.fields["name"] = NameForm().fields["name"]
            self.field_order = ["role", "holder", "child_name", "name"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        say_if_they_differ(self)
        if data.get("holder") == "guardian" and not data.get("child_name") and not self.errors.get("child_name"):
            self.add_error("child_name", _("Fill this in: you hold the account for a child."))
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        data, now = self.cleaned_data, timezone.now()
        if self.as_patient:
            wanted = {name: data[name] for name in ("name", "holder", "child_name")}
            services.sign_up_patient(user=user, **wanted, now=now)
        else:
            wanted = {name: data[name] for name in ("name", "profession", "credentials")}
            services.sign_up_educator(user=user, **wanted, now=now)


def say_if_they_differ(form: forms.Form) -> None:
    """A new password is typed twice. Whatever else is wrong with it, two that differ are told so."""
    first, second = (form.data.get(form.add_prefix(name), "") for name in ("password1", "password2"))
    if first and second and first != second:
        form.add_error("password2", _("The two passwords differ. Type the same one in both boxes."))


class RoleForm(PlainWords):
    """Which role an admin grants or takes away."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", gettext_lazy("Choose one")), *Role.choices])


class ReaderForm(PlainWords):
    """Language, unit and time zone, on the profile page."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("As my browser asks")), *settings.LANGUAGES],
        required=False,
    )
    unit = forms.ChoiceField(label=gettext_lazy("Glucose first in"), choices=Unit.choices)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [("", gettext_lazy("As my browser says")), *((zone, zone) for zone in named_zones())],
        required=False,
        help_text=gettext_lazy("Dates, and the day a course counts as completed, are written in it."),
    )


class PreferencesForm(forms.Form):
    """What the switches send: one of them at a time."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    unit = forms.ChoiceField(choices=Unit.choices, required=False)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth carries no types
    """allauth's own behaviour, without the hint its speed gives, in our words, and with demo people in the demo only
    (ACCOUNT_ADAPTER)."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "Too many tries that were not right. Wait five minutes, then try again."
        ),
        "rate_limited": gettext_lazy("Too many tries in a short time. Wait five minutes, then try again."),
        "email_password_mismatch": gettext_lazy(
            "This address and this password do not belong together. Look at both again."
        ),
        "email_taken": gettext_lazy("This address belongs to an account already. Write another one."),
        "duplicate_email": gettext_lazy("This address is in your list already."),
        "enter_current_password": gettext_lazy("This is not your password of today. Type it again."),
        "max_email_addresses": gettext_lazy("You can list %d addresses. Remove one you no longer use."),
        "unverified_primary_email": gettext_lazy("Confirm this address first; then make it the main one."),
        "cannot_remove_primary_email": gettext_lazy("This is your main address. Make another one the main one first."),
        "same_as_current": gettext_lazy("This is the same as before. Write a new one."),
        "incorrect_password": gettext_lazy("This is not the password of this account."),
        "incorrect_code": gettext_lazy("This is not the code we sent you. Look at it again, or ask for a new one."),
    }

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Every way in passes here, by password, passkey or mailed link. A database that was once a demo's still
        holds people whose password and codes anyone can read: outside a demo they are as good as inactive."""
        if user.is_demo and not settings.DEMO:
            clear_login(request)
            return cast(HttpResponse, self.respond_user_inactive(request, user))
        return cast(HttpResponse | None, super().pre_login(request, user, **options))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom allauth's limits count: the address our own limits count, behind the same proxies."""
        return ratelimit.address(request)

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

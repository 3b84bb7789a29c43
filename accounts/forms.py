"""Forms about a person. A name is checked against the certificate's fonts where it is typed."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.models import Licence, Profession, Role, Unit, User
from core.fields import CREDENTIALS_HINT, NAME_HINT, PlainWords, PrintableField
from core.middleware import named_zones


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
    """allauth's own behaviour, without the hint its speed gives (ACCOUNT_ADAPTER)."""

    def send_account_already_exists_mail(self, email: str) -> None:
        """A known address costs as much time as a new one: a password is hashed for it too."""
        make_password(get_random_string(12))
        super().send_account_already_exists_mail(email)


class LicenceForm(PlainWords, forms.ModelForm):  # type: ignore[type-arg] # the class takes no argument at run time
    class Meta:
        model = Licence
        fields = ["kind", "jurisdiction", "number", "expires_on"]
        widgets = {"expires_on": forms.DateInput(attrs={"type": "date"})}

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

    name = forms.CharField(label=gettext_lazy("What we call you"), max_length=120)
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

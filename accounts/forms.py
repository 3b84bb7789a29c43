"""Forms about a person. A name is checked against the certificate's fonts where it is typed."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.models import Licence, Profession, Unit, User
from core.fields import CREDENTIALS_HINT, NAME_HINT, PlainWords, PrintableField


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
    """allauth's own behaviour, without the hint its speed gives, and with demo people in the demo only."""

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Every way in passes here, by password, passkey or mailed link. A database that was once a demo's still
        holds people whose password and codes anyone can read: outside a demo they are as good as inactive."""
        if user.is_demo and not settings.DEMO:
            clear_login(request)
            return cast(HttpResponse, self.respond_user_inactive(request, user))
        return cast(HttpResponse | None, super().pre_login(request, user, **options))

    def send_account_already_exists_mail(self, email: str) -> None:
        """A known address costs as much time as a new one: a password is hashed for it too."""
        make_password(get_random_string(12))
        super().send_account_already_exists_mail(email)


class LicenceForm(PlainWords, forms.ModelForm):  # type: ignore[type-arg] # the class takes no argument at run time
    class Meta:
        model = Licence
        fields = ["kind", "jurisdiction", "number", "expires_on"]
        widgets = {"expires_on": forms.DateInput(attrs={"type": "date"})}

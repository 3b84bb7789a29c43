"""Forms about a person. A name is checked against the certificate's fonts where it is typed."""

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


class ProfileForm(PlainWords):
    name = PrintableField(label=gettext_lazy("Name as printed on certificates"), max_length=120, help_text=NAME_HINT)
    profession = forms.ChoiceField(
        label=gettext_lazy("Profession"), choices=[("", gettext_lazy("Choose one")), *Profession.choices]
    )
    credentials = PrintableField(
        label=gettext_lazy("Letters after your name"), max_length=60, required=False, help_text=CREDENTIALS_HINT
    )

    field_order = ["name", "profession", "credentials"]


class PatientForm(PlainWords):
    """What a patient's pages say: any name, in any letters."""

    name = forms.CharField(
        label=gettext_lazy("What should we call you?"),
        max_length=120,
        help_text=gettext_lazy("Your first name, or any name you like."),
    )
    child_name = forms.CharField(
        label=gettext_lazy("The child’s first name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Only when the account is for a child. It stands on your pages and nowhere else."),
    )


class SignupForm(ProfileForm):
    """What allauth asks besides e-mail and password (ACCOUNT_SIGNUP_FORM_CLASS): an educator's questions or a
    patient's, by `role`. `shown` is whose questions stand on the page that was sent.
    """

    role = forms.ChoiceField(
        label=gettext_lazy("I am here because"),
        choices=[(Role.EDUCATOR, gettext_lazy("I teach")), (Role.PATIENT, gettext_lazy("I start a pump"))],
        widget=forms.RadioSelect,
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    holder = forms.ChoiceField(
        label=gettext_lazy("This account is for"),
        choices=[
            ("self", gettext_lazy("me. I am 13 or older.")),
            ("guardian", gettext_lazy("a child in my care. I am the parent or guardian.")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "A child under 13 does not make an account. A parent or guardian makes it, and takes the steps with the "
            "child."
        ),
    )
    child_name = PatientForm.base_fields["child_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_patient = (self.data or self.initial).get("role") == Role.PATIENT
        self.initial["shown"] = Role.PATIENT.value if self.as_patient else Role.EDUCATOR.value
        for name in ("profession", "credentials") if self.as_patient else ("holder", "child_name"):
            del self.fields[name]
        first = ["role", "name"]
        if self.as_patient:
            self.fields["name"] = PatientForm().fields["name"]
            first = ["role", "holder", "child_name", "name"]
        self.field_order = [*first, *(name for name in ProfileForm.field_order if name not in first)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("holder") == "guardian" and not data.get("child_name"):
            self.add_error("child_name", _("Fill this in: it is the child’s account that you hold."))
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        data, now = self.cleaned_data, timezone.now()
        if self.as_patient:
            services.sign_up_patient(
                user=user, name=data["name"], holder=data["holder"], child_name=data["child_name"], now=now
            )
        else:
            services.sign_up_educator(
                user=user, name=data["name"], profession=data["profession"], credentials=data["credentials"], now=now
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

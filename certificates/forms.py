"""The evaluation and the claim; what the CE office types: a search, a correction, a revocation."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models import Award, Met, Revocation
from certificates.selectors.office import Wanted
from core.fields import CREDENTIALS_HINT, NAME_HINT, DaysForm, PlainWords, PrintableField
from core.texts import spoken

TEXT_MAX = 1000
BIAS = [("no", gettext_lazy("No, I saw none")), ("yes", gettext_lazy("Yes, I saw some"))]
CHANGE = [
    ("yes", gettext_lazy("Yes, I plan a change")),
    ("considering", gettext_lazy("I am considering one")),
    ("no", gettext_lazy("No, I plan none")),
]


class EvaluationForm(PlainWords):
    """One row for each objective, then bias and intended change. Built for the course's objectives."""

    bias = forms.ChoiceField(
        label=gettext_lazy("Did you see commercial bias in this activity?"), choices=BIAS, widget=forms.RadioSelect
    )
    bias_text = forms.CharField(
        label=gettext_lazy("Where was it?"),
        help_text=gettext_lazy("Lesson and sentence, if you saw some."),
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    change = forms.ChoiceField(
        label=gettext_lazy("Do you intend to change something in your practice?"),
        choices=CHANGE,
        widget=forms.RadioSelect,
    )
    change_text = forms.CharField(
        label=gettext_lazy("What will you do differently, or what stands in the way?"),
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, objectives: Iterable[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = {f"objective_{objective['code']}": objective["code"] for objective in objectives}
        rows = {
            f"objective_{objective['code']}": forms.ChoiceField(
                label=spoken(objective["text"]),
                choices=Met.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one.")},
            )
            for objective in objectives
        }
        self.fields = {**rows, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("bias") == "yes" and not data.get("bias_text"):
            self.add_error("bias_text", _("Say where, so that we can mend it."))
        return data

    def answers(self) -> dict[str, Any]:
        """The cleaned answers as services.evaluate takes them."""
        data = self.cleaned_data
        return {
            "objectives": {code: data[field] for field, code in self.codes.items()},
            "bias_seen": data["bias"] == "yes",
            "bias_text": data["bias_text"],
            "change": data["change"],
            "change_text": data["change_text"],
        }

    def objective_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.codes]


class ClaimForm(PlainWords):
    """The name as it will be printed, and the attestation."""

    name = PrintableField(label=gettext_lazy("Name as printed on the certificate"), max_length=120, help_text=NAME_HINT)
    credentials = PrintableField(
        label=gettext_lazy("Letters after your name"), max_length=60, required=False, help_text=CREDENTIALS_HINT
    )
    attest = forms.BooleanField(
        label=gettext_lazy("I took part in the whole activity myself."),
        error_messages={"required": gettext_lazy("Tick this to claim: the certificate rests on your statement.")},
    )

    def statement(self) -> dict[str, str]:
        """Name, letters and attestation as services.claim takes them."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "credentials": data["credentials"],
            "attestation": str(self.fields["attest"].label),
        }


class CodeForm(PlainWords):
    """A certificate's code, typed or from the QR address."""

    code = forms.CharField(
        label=gettext_lazy("Certificate code"),
        help_text=gettext_lazy("Sixteen letters and digits under the QR code, in groups of four."),
        max_length=40,
    )


class ListForm(DaysForm):
    """Above a list of the CE office: words, course, from and to, and what else the list can be narrowed to."""

    q = forms.CharField(
        label=gettext_lazy("Name, e-mail, code or course"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    course = forms.ChoiceField(label=gettext_lazy("Course"), required=False)
    show = forms.ChoiceField(label=gettext_lazy("Show"), required=False)
    field_order = ["q", "course", "show", "since", "until"]

    def __init__(
        self, *args: Any, courses: Iterable[tuple[str, str]], shows: Iterable[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("course", [("", _("All courses")), *courses])
        self._offer("show", [("", _("All")), *shows])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def wanted(self) -> Wanted:
        """The cleaned answers as the selectors take them."""
        data = self.cleaned_data
        return Wanted(data["q"], data["course"], data["since"], data["until"], data["show"])


class CorrectionForm(PlainWords):
    """Name and letters as they should have been printed, and why."""

    name = PrintableField(label=gettext_lazy("Name as it should be printed"), max_length=120)
    credentials = PrintableField(label=gettext_lazy("Letters after the name"), max_length=60, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why is it corrected, and on what evidence?"),
        help_text=gettext_lazy("Seen by the CE office only, and kept with the certificate."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, award: Award, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": award.name, "credentials": award.credentials}, **kwargs)
        self.award = award

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("name"), data.get("credentials")) == (self.award.name, self.award.credentials):
            self.add_error("name", _("Name and letters are as they were. Write them as they should be."))
        return data


class RevocationForm(PlainWords):
    """Why a certificate is withdrawn: a public sentence, and what happened."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The holder reads this sentence, and so does whoever checks the code."),
        choices=Revocation.Reason.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("Seen by the CE office only, and kept with the certificate."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def sentence(self) -> str:
        """What the holder and the public will read."""
        return str(Revocation.Reason(self.cleaned_data["reason"]).label)


class BiasReviewForm(PlainWords):
    """What the office found or did about reported bias."""

    words = forms.CharField(label=gettext_lazy("What you found or did"), max_length=500, required=False)

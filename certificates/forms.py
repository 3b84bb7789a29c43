"""The evaluation and the claim."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models import Met
from core.fields import CREDENTIALS_HINT, NAME_HINT, PlainWords, PrintableField
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

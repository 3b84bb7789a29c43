"""Form fields for what will be printed."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import glyphs

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 1, 1)  # a list's dates; far outside, calendars overflow
NAME_HINT = gettext_lazy("Exactly as it stands on your licence.")
CREDENTIALS_HINT = gettext_lazy("As they should follow your name, such as RN, CDCES. May stay empty.")


class PlainWords(forms.Form):
    """A form that shows no text inside its boxes. (What it says where something is missing: core.sentences.)"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


def _day(label: Any) -> forms.DateField:
    field = forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    far = gettext_lazy("Choose a day between 2000 and 2100.")
    field.validators += [MinValueValidator(FIRST_DAY, far), MaxValueValidator(LAST_DAY, far)]
    return field


class DaysForm(PlainWords):
    """A list can be narrowed to days, the first and the last included."""

    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("The last day comes before the first. Turn them round."))
        return data


class PrintableField(forms.CharField):
    """Text that will be printed on a certificate: normalised, and refused when a letter has no glyph."""

    def clean(self, value: Any) -> str:
        composed = unicodedata.normalize("NFC", value) if isinstance(value, str) else value  # may grow or shrink
        text = " ".join((super().clean(composed) or "").split())
        bad = glyphs.unprintable(text)
        if bad:
            listed = ", ".join(f"“{char}” ({glyphs.describe(char)})" for char in bad[:3])
            raise forms.ValidationError(
                _("We cannot print %(characters)s: the certificate's fonts lack it. Please write it otherwise.")
                % {"characters": listed},
                code="unprintable",
            )
        if text and not any(char.isalpha() for char in text):
            raise forms.ValidationError(_("Write at least one letter."), code="no_letter")
        return text

"""Form fields for what will be printed."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import glyphs

NAME_HINT = gettext_lazy("Exactly as it stands on your licence.")
CREDENTIALS_HINT = gettext_lazy("As they should follow your name, such as RN, CDCES. May stay empty.")


class PlainWords(forms.Form):
    """A form that says what to do where something is missing, and shows no text inside its boxes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                choice = isinstance(field, forms.ChoiceField)
                field.error_messages["required"] = _("Choose one.") if choice else _("Fill this in.")


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

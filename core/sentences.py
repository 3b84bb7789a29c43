"""What forms say when something is missing or does not fit: the house's sentences in place of Django's, for all forms.

Django keeps its own on its field and validator classes; ours are put there before any form is made (core.apps), so a
form of ours, of allauth's or of a library yet to come says what to do, in the reader's language. A form that knows
better gives its field a sentence of its own, as ever.
"""

from __future__ import annotations

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LISTED = _("Choose one of those listed.")
FIELDS: dict[type[forms.Field], dict[str, object]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.ChoiceField: {"required": _("Choose one."), "invalid_choice": LISTED},
    forms.ModelChoiceField: {"required": _("Choose one."), "invalid_choice": LISTED},
    forms.MultipleChoiceField: {"required": _("Choose at least one."), "invalid_choice": LISTED},
    forms.BooleanField: {"required": _("Tick this to go on.")},
    forms.IntegerField: {"invalid": _("Write a whole number, such as 12.")},
    forms.FloatField: {"invalid": _("Write a number, such as 0.5.")},
    forms.DecimalField: {"invalid": _("Write a number, such as 0.5.")},
    forms.DateField: {"invalid": _("Write a day that exists, as in 2026-11-24.")},
    forms.UUIDField: {"invalid": LISTED},
}
VALIDATORS: dict[type[object], object] = {
    validators.EmailValidator: _("Write the whole address, as in name@example.org."),
    validators.ProhibitNullCharactersValidator: _("There is a character in it that cannot be kept. Type it again."),
    validators.MaxLengthValidator: ngettext_lazy(
        "Make it shorter: %(limit_value)d character at most, it has %(show_value)d.",
        "Make it shorter: %(limit_value)d characters at most, it has %(show_value)d.",
        "limit_value",
    ),
    validators.MinLengthValidator: ngettext_lazy(
        "Make it longer: %(limit_value)d character at least, it has %(show_value)d.",
        "Make it longer: %(limit_value)d characters at least, it has %(show_value)d.",
        "limit_value",
    ),
    validators.MinValueValidator: _("Write %(limit_value)s or more."),
    validators.MaxValueValidator: _("Write %(limit_value)s or less."),
}


def install() -> None:
    """Every form made from now on speaks these."""
    for field, words in FIELDS.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **words}  # type: ignore[dict-item]
    for validator, sentence in VALIDATORS.items():
        validator.message = sentence  # type: ignore[attr-defined]

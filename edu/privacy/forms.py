"""Forms of the privacy pages: a letter, its answer, and the word that deletes an account."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.fields import PlainWords

TEXT_MAX = 4000
ERASE_WORD = pgettext_lazy("the word someone types to delete their account", "DELETE")


class LetterForm(PlainWords):
    """A message to the office."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"), max_length=254, help_text=gettext_lazy("The answer goes there.")
    )
    subject = forms.CharField(label=gettext_lazy("What it is about"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Please leave out glucose values, doses and other details of anyone’s health."),
    )
    # Nobody sees this box. Programs that fill in every box do.
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("A box that has to stay empty was filled in. Empty it and send again."))
        return ""

    def letter(self) -> dict[str, str]:
        """The cleaned answers as services.letters.write takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


class ComplaintForm(LetterForm):
    """The same about a course, or about something else here."""

    course_slug = forms.ChoiceField(label=gettext_lazy("Which course is it about?"), required=False)
    field_order = ["name", "email", "course_slug", "text", "website"]

    def __init__(self, *args: Any, courses: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["subject"]
        self.fields["text"].label = _("What went wrong, and what would put it right")
        course = cast(forms.ChoiceField, self.fields["course_slug"])
        course.choices = [("", _("No course: something else")), *courses]


class AnswerForm(PlainWords):
    """The office's answer."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("It is mailed to the writer as it stands here and cannot be changed afterwards."),
    )


class EraseForm(PlainWords):
    """The word that says: yes, delete it."""

    word = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].label = _("Type %(word)s to confirm") % {"word": ERASE_WORD}

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().casefold() != str(ERASE_WORD).casefold():
            raise forms.ValidationError(_("Type the word %(word)s, nothing else.") % {"word": ERASE_WORD})
        return word

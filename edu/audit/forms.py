"""How the audit log is narrowed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import DaysForm
from edu.audit import words
from edu.audit.reads import Wanted


class LogForm(DaysForm):
    """Who acted, whom or what it concerns, what kind of act, and when."""

    who = forms.CharField(
        label=gettext_lazy("Who acted"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    about = forms.CharField(
        label=gettext_lazy("Whom or what it concerns"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    target = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    field_order = ["who", "about", "kind", "since", "until", "target"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = _kinds()

    def wanted(self) -> Wanted:
        """The cleaned answers as reads.entries takes them."""
        return Wanted(**self.cleaned_data)


def _kinds() -> list[tuple[Any, Any]]:
    """Everything; each group of acts as a whole and one by one; what has no sentence."""
    groups = [
        (title, [(group, _("Everything about it")), *((code, action.name) for code, action in actions.items())])
        for group, (title, actions) in words.GROUPS.items()
    ]
    return [("", _("Everything")), *groups, (words.OTHER, _("Anything else"))]

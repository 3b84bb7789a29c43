"""The bank's filters, a new question, sending back, more time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.texts import pick
from courses.models import Course
from quizzes.forms.shapes import TYPES
from quizzes.models import Accommodation, ItemDraft
from quizzes.selectors import bank
from quizzes.services.authoring import MAX_REASON
from quizzes.services.checks import LEVEL_NAMES
from quizzes.services.deadlines import MOST_EXTRA_MIN, MOST_TIMES

STATES = [
    (bank.PUBLISHED, gettext_lazy("Published, no draft")),
    (ItemDraft.State.DRAFT.value, gettext_lazy("Draft")),
    (ItemDraft.State.REVIEW.value, gettext_lazy("In review")),
    (ItemDraft.State.RETURNED.value, gettext_lazy("Sent back")),
]
USES = [("check", gettext_lazy("Check in a lesson")), ("test", gettext_lazy("Test question"))]


FILTERS = ("use", "state", "kind", "objective", "level", "tag", "retired")


class BankForm(forms.Form):
    """The bank's search and filters, from the address."""

    q = forms.CharField(label=gettext_lazy("Find"), required=False, max_length=100)
    use = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    objective = forms.ChoiceField(label=gettext_lazy("Objective"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("Tag"), required=False)
    retired = forms.ChoiceField(label=gettext_lazy("Retired"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        tags = bank.tags()
        offered: dict[str, list[Any]] = {
            "use": [("", _("All kinds")), *USES],
            "state": [("", _("All states")), *STATES],
            "kind": [("", _("All types")), *((kind, name) for kind, (name, _when) in TYPES.items())],
            "objective": [("", _("All objectives")), *((code, code) for code in bank.objective_codes())],
            "level": [("", _("All levels")), *LEVEL_NAMES.items()],
            "tag": [("", _("All tags") if tags else _("No tags yet")), *((tag, tag) for tag in tags)],
            "retired": [("", _("In use")), ("yes", _("Retired")), ("all", _("Both"))],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined] # ChoiceFields, all of them

    @property
    def wanted(self) -> dict[str, str]:
        """What to look for; a filter that makes no sense is none."""
        self.is_valid()
        return {"text": self.cleaned_data.get("q", "")} | {name: self.cleaned_data.get(name, "") for name in FILTERS}

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters that stand folded below the first."""
        return [self[name] for name in FILTERS[2:]]

    @property
    def more_wanted(self) -> bool:
        return any(self.wanted[name] for name in FILTERS[2:])


class CourseField(forms.ModelChoiceField):  # type: ignore[type-arg] # the class takes no argument at run time
    def label_from_instance(self, obj: Course) -> str:
        return pick(bank.newest_course(obj).title)


class NewItemForm(forms.Form):
    course = CourseField(
        label=gettext_lazy("Course"),
        queryset=Course.objects.filter(versions__isnull=False).distinct().order_by("slug"),
        to_field_name="slug",
        empty_label=gettext_lazy("Choose one"),
    )
    use = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=USES,
        help_text=gettext_lazy("A test question never stands in a lesson, and a reviewer publishes it."),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[(kind, name) for kind, (name, _when) in TYPES.items()],
        widget=forms.RadioSelect(),
        required=False,
        initial="sba",
    )
    item_id = forms.SlugField(
        label=gettext_lazy("Id"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as ro-011. It stays for ever."),
    )

    def clean_item_id(self) -> str:
        item_id = str(self.cleaned_data["item_id"]).lower()
        if item_id in ("new", "quizzes", "bulk"):  # /bank/new/ is this very page, the others are pages too
            raise forms.ValidationError(_("Choose another id; this one is a page's address."))
        return item_id

    def clean_type(self) -> str:
        return str(self.cleaned_data["type"] or "sba")

    @property
    def types(self) -> list[dict[str, Any]]:
        """The types as the page offers them: with a line on when to use each."""
        now = self["type"].value() or "sba"
        return [{"kind": kind, "name": name, "when": when, "on": kind == now} for kind, (name, when) in TYPES.items()]


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What should change, and why?"),
        max_length=MAX_REASON,
        error_messages={"required": gettext_lazy("Write what should change.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VoidingForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why shall it not count?"),
        help_text=gettext_lazy("Its learner reads this. No names of others, and nothing about health."),
        max_length=500,
        error_messages={"required": gettext_lazy("Write why it shall not count.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AccommodationForm(forms.Form):
    """More time for someone: `cleaned_data` holds `user`, found by the address."""

    email = forms.EmailField(label=gettext_lazy("E-mail of the account"))
    multiplier = forms.DecimalField(
        label=gettext_lazy("Times the usual time"),
        help_text=gettext_lazy("1 to 4, such as 1.5."),
        min_value=Decimal(1),
        max_value=MOST_TIMES,
        decimal_places=2,
        initial=Decimal("1.5"),
    )
    extra_min = forms.IntegerField(
        label=gettext_lazy("Minutes more, besides"), min_value=0, max_value=MOST_EXTRA_MIN, initial=0
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Accommodation.Reason.choices)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for an address nobody signed up with."""
        given = super().clean() or {}
        if email := given.get("email"):
            given["user"] = User.objects.filter(email__iexact=email, is_active=True).first()
            if given["user"] is None:
                self.add_error("email", _("Nobody has an account with this address."))
        return given

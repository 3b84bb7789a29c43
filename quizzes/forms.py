"""The editor's form and the bank's filters. A draft may be incomplete: only length and choices are refused here, what
stops publishing is found by marking.lint."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from core.texts import pick
from courses.models import Course, CourseVersion
from quizzes.marking.lint import LEVELS
from quizzes.models import Accommodation, ItemDraft
from quizzes.selectors import bank
from quizzes.services.authoring import MAX_REASON
from quizzes.services.checks import LEVEL_NAMES
from quizzes.services.deadlines import MOST_EXTRA_MIN, MOST_TIMES

MAX_STEM, MAX_OPTION, MAX_WHY, MAX_FACTS, MAX_OPTIONS = 2000, 500, 1500, 200, 8
# Line ends and tabs become spaces; the space that does not break, between a number and its unit, stays.
BLANKS = re.compile(r"[ \t\r\n]+")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STATES = [
    (bank.PUBLISHED, gettext_lazy("Published, no draft")),
    (ItemDraft.State.DRAFT.value, gettext_lazy("Draft")),
    (ItemDraft.State.REVIEW.value, gettext_lazy("In review")),
    (ItemDraft.State.RETURNED.value, gettext_lazy("Sent back")),
]
USES = [("check", gettext_lazy("Check in a lesson")), ("test", gettext_lazy("Test question"))]


class BankForm(forms.Form):
    """The bank's search and filters, from the address."""

    q = forms.CharField(label=gettext_lazy("Find"), required=False, max_length=100)
    use = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["use"].choices = [("", _("All kinds")), *USES]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["state"].choices = [("", _("All states")), *STATES]  # type: ignore[attr-defined] # a ChoiceField

    @property
    def wanted(self) -> dict[str, str]:
        """What to look for; a filter that makes no sense is none."""
        self.is_valid()
        return {"text": self.cleaned_data.get("q", "")} | {
            name: self.cleaned_data.get(name, "") for name in ("use", "state")
        }


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
    item_id = forms.SlugField(
        label=gettext_lazy("Id"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens, such as ro-011. It stays for ever."),
    )

    def clean_item_id(self) -> str:
        item_id = str(self.cleaned_data["item_id"]).lower()
        if item_id == "new":  # /bank/new/ is this very page
            raise forms.ValidationError(_("Choose another id; this one is a page's address."))
        return item_id


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What should change, and why?"),
        max_length=MAX_REASON,
        error_messages={"required": gettext_lazy("Write what should change.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ItemForm(forms.Form):
    """One item in all its languages. Fields are named by their place in the content, such as options-1-why-es."""

    objective = forms.ChoiceField(label=gettext_lazy("Objective"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    see = forms.ChoiceField(label=gettext_lazy("Read again at"), required=False)
    facts = forms.CharField(
        label=gettext_lazy("Facts it rests on"),
        required=False,
        max_length=MAX_FACTS,
        help_text=gettext_lazy("Their ids, such as RO-28, SF-31"),
    )
    key = forms.CharField(required=False, max_length=36)

    def __init__(self, data: QueryDict | None, *, stored: Mapping[str, Any], version: CourseVersion) -> None:
        super().__init__(data)
        self.stored = stored
        self.languages = list(version.languages)
        self.option_ids = _ids(data.getlist("option")) if data is not None else [o["id"] for o in stored["options"]]
        self.initial = {name: stored[name] for name in ("objective", "level", "see")}
        self.initial["facts"] = ", ".join(stored["facts"])
        self.initial["key"] = next((option["id"] for option in stored["options"] if option["key"]), "")
        self._choices(version)
        self._texts("stem", _("Question"), stored["stem"], MAX_STEM, rows=4)
        known = {option["id"]: option for option in stored["options"]}
        for index, ident in enumerate(self.option_ids):
            option, number = known.get(ident, {"text": {}, "why": {}}), {"number": index + 1}
            self._texts(f"options-{index}-text", _("Option %(number)s") % number, option["text"], MAX_OPTION, rows=2)
            self._texts(f"options-{index}-why", _("Reason for option %(number)s") % number, option["why"], MAX_WHY)

    def _choices(self, version: CourseVersion) -> None:
        offered: dict[str, Sequence[Any]] = {
            "objective": bank.objectives(version),
            "level": [(level, LEVEL_NAMES[level]) for level in LEVELS],
            "see": bank.sections(version),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            field.choices = [("", _("Choose one")), *choices]  # type: ignore[attr-defined] # ChoiceFields, all three
            if not field.valid_value(self.stored[name]):  # type: ignore[attr-defined] # as above
                # What a file or an older course named stays until someone chooses another; the checks speak of it.
                field.choices = [*field.choices, (self.stored[name], self.stored[name])]  # type: ignore[attr-defined] # as above

    def _texts(self, name: str, label: str, texts: Mapping[str, str], most: int, rows: int = 2) -> None:
        for language in self.languages:
            values = {"field": label, "language": get_language_info(language)["name_translated"]}
            field = forms.CharField(
                label=_("%(field)s, %(language)s") % values if len(self.languages) > 1 else label,
                required=False,
                max_length=most,
                widget=forms.Textarea(attrs={"rows": rows, "lang": language}),
            )
            self.fields[f"{name}-{language}"] = field
            self.initial[f"{name}-{language}"] = texts.get(language, "")

    def named(self, name: str) -> list[forms.BoundField]:
        """The field of each language."""
        return [self[f"{name}-{language}"] for language in self.languages]

    def describe(self, notes: Mapping[str, int]) -> None:
        """Tie the notes the template writes above a field (so many each) to it, for screen readers."""
        for name, count in notes.items():
            if field := self.fields.get(name):
                ids = [f"id_{name}_note{number}" for number in range(1, count + 1)]
                hint = [f"id_{name}_helptext"] if field.help_text else []
                field.widget.attrs["aria-describedby"] = " ".join([*hint, *ids])

    @property
    def stems(self) -> list[forms.BoundField]:
        return self.named("stem")

    @property
    def refs(self) -> list[forms.BoundField]:
        return [self[name] for name in ("objective", "level", "see", "facts")]

    @property
    def options(self) -> list[dict[str, Any]]:
        """The options as the template draws them."""
        key, last = self["key"].value(), len(self.option_ids) - 1
        return [
            {
                "id": ident,
                "index": index,
                "number": index + 1,
                "is_key": ident == key,
                "texts": self.named(f"options-{index}-text"),
                "whys": self.named(f"options-{index}-why"),
                "first": index == 0,
                "last": index == last,
            }
            for index, ident in enumerate(self.option_ids)
        ]

    def content(self, act: str = "") -> dict[str, Any]:
        """What was typed, as ItemVersion.content has it, with one move of its options done (see `moved`). Texts in
        languages the course does not have stay as they are."""
        known = {option["id"]: option for option in self.stored["options"]}
        options = [
            {
                "id": ident,
                "text": self._typed(f"options-{index}-text", known.get(ident, {}).get("text", {})),
                "key": ident == self.cleaned_data["key"],
                "why": self._typed(f"options-{index}-why", known.get(ident, {}).get("why", {})),
            }
            for index, ident in enumerate(self.option_ids)
        ]
        return {
            **self.stored,
            **{name: self.cleaned_data[name] for name in ("objective", "level", "see")},
            "facts": list(dict.fromkeys(re.findall(r"[^\s,;]+", self.cleaned_data["facts"].upper()))),
            "stem": self._typed("stem", self.stored["stem"]),
            "options": moved(options, act, self.languages),
        }

    def _typed(self, name: str, stored: Mapping[str, str]) -> dict[str, str]:
        typed = {code: BLANKS.sub(" ", self.cleaned_data[f"{name}-{code}"]).strip() for code in self.languages}
        # A language never written is left out, as in a file, so that saving an untouched page changes nothing.
        return {**stored, **{code: text for code, text in typed.items() if text or code in stored}}


def moved(options: list[dict[str, Any]], act: str, languages: Sequence[str]) -> list[dict[str, Any]]:
    """The options after one press: "add", "up:1", "down:1", "remove:1" (indices from 0); else as they were."""
    verb, _colon, number = act.partition(":")
    if verb == "add" and len(options) < MAX_OPTIONS:
        return [*options, bank.blank_option(languages)]
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else len(options)
    if index >= len(options):
        return options
    rest = options[:index] + options[index + 1 :]
    place = {"up": max(index - 1, 0), "down": index + 1}.get(verb)
    if place is not None:
        return [*rest[:place], options[index], *rest[place:]]
    return rest if verb == "remove" else options


def _ids(sent: Sequence[str]) -> list[str]:
    """The options' ids in the order of the page. What is no id, or comes twice, gets a new one: the texts belong to
    their place."""
    ids: list[str] = []
    for ident in sent[:MAX_OPTIONS]:
        known = ID.fullmatch(ident) and ident not in ids
        ids.append(ident if known else str(uuid.uuid4()))
    return ids


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

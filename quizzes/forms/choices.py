"""Parts that are chosen rather than typed: one of some choices, or several of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from quizzes.forms.parts import ABSENT, Drawn, Holder, Part, Words

if TYPE_CHECKING:
    from quizzes.forms.item import ItemForm


@dataclass(frozen=True, kw_only=True)
class Pick(Part):
    """One of some choices. `default` is what holds where nothing is stored."""

    choices: Sequence[tuple[str, Words]] | Callable[[], Sequence[tuple[str, Words]]] = ()
    default: str = ""
    empty: Words = ""  # what choosing nothing is called
    kind = "pick"

    def offered(self, form: ItemForm) -> list[tuple[str, Words]]:
        return list(self.choices() if callable(self.choices) else self.choices)

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        stored = holder.get(self.key, ABSENT)
        offered, now = self.offered(form), self.show(form, stored)
        if now and now not in dict(offered):  # what a file named stays until someone chooses another
            offered.append((now, now))
        choices = [*([] if self.default else [("", self.empty or _("Choose one"))]), *offered]
        made = forms.ChoiceField(required=False, choices=choices, widget=self.widget())
        return self.alone(form, place, made, stored, now)

    def widget(self) -> forms.Widget:
        return forms.Select()

    def show(self, form: ItemForm, stored: Any) -> str:
        return self.default if stored is ABSENT or stored is None else str(stored)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        typed = drawn.form.cleaned_data[drawn.name] or self.default
        if typed == self.show(drawn.form, drawn.stored):
            return {self.key: "" if self.must and drawn.stored is ABSENT else drawn.stored}
        return {self.key: self.read(typed) if typed or self.must else ABSENT}

    def read(self, typed: str) -> Any:
        return typed


@dataclass(frozen=True, kw_only=True)
class Switch(Pick):
    """A choice that decides which other parts count: radio buttons, so that the page follows without a script."""

    kind = "switch"

    def widget(self) -> forms.Widget:
        return forms.RadioSelect()


@dataclass(frozen=True, kw_only=True)
class YesNo(Pick):
    """True or false, and nothing until somebody chose."""

    def show(self, form: ItemForm, stored: Any) -> str:
        return {True: "true", False: "false"}.get(stored, "") if isinstance(stored, bool) else ""

    def read(self, typed: str) -> Any:
        return typed == "true" if typed else ABSENT

    def take(self, drawn: Drawn) -> dict[str, Any]:
        return {self.key: self.read(drawn.form.cleaned_data[drawn.name])}


@dataclass(frozen=True, kw_only=True)
class Ref(Pick):
    """One row of another list of the question, by its id."""

    of: str = ""

    def offered(self, form: ItemForm) -> list[tuple[str, Words]]:
        return list(form.named_rows(self.of))

    def show(self, form: ItemForm, stored: Any) -> str:
        return str(stored) if isinstance(stored, str) and stored in dict(form.named_rows(self.of)) else ""


@dataclass(frozen=True, kw_only=True)
class Refs(Part):
    """Several rows of another list, or several of some choices."""

    of: str = ""
    choices: Callable[[], Sequence[tuple[str, Words]]] | None = None
    kind = "ticks"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        stored = holder.get(self.key, ABSENT)
        offered = list(self.choices() if self.choices else form.named_rows(self.of))
        now = [one for one in stored if isinstance(one, str)] if isinstance(stored, list) else []
        if self.choices:
            offered += [(one, one) for one in now if one not in dict(offered)]
        made = forms.MultipleChoiceField(required=False, choices=offered, widget=forms.CheckboxSelectMultiple())
        return self.alone(form, place, made, stored, now)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        typed = list(drawn.form.cleaned_data[drawn.name])
        if isinstance(drawn.stored, list) and sorted(typed) == sorted(map(str, drawn.stored)):
            return {self.key: drawn.stored}
        return {self.key: typed if typed or self.must else ABSENT}

    def blank(self, languages: Iterable[str]) -> Any:
        return [] if self.must else ABSENT

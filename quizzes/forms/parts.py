"""What the parts of a question are edited with: texts, lines, ticks, groups; beside it choices.py and rows.py. Each
knows how to draw its fields and how to take back what was typed. A field is named by its place in the content
(options-1-why-es), so that the place of a finding leads to it.

What was not touched stays exactly as it is stored, also its spelling ("14.0", 14 or nothing), so that saving an
untouched page changes nothing.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from quizzes.forms.item import ItemForm

Words = str | Promise
Holder = Mapping[str, Any]
ABSENT: Any = object()
# Line ends and tabs become spaces; the space that does not break, between a number and its unit, stays.
BLANKS = re.compile(r"[ \t\r\n]+")
WHOLE = re.compile(r"\d{1,6}", re.ASCII)


@dataclass
class Drawn:
    """A part as the template draws it. `fields` are names of form fields; `rows` where it is a list."""

    part: Part
    form: ItemForm
    name: str
    stored: Any
    fields: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    parts: list[Drawn] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.part.kind

    @property
    def template(self) -> str:
        return f"quizzes/parts/{self.part.kind}.html"

    @property
    def label(self) -> Words:
        return self.part.label

    @property
    def hint(self) -> Words:
        return self.part.hint

    @property
    def when(self) -> str:
        """A class that hides the part while another choice is made (authoring.css)."""
        return f"when-{self.part.when[0]}-{self.part.when[1]}" if self.part.when else ""

    @property
    def bound(self) -> list[forms.BoundField]:
        return [self.form[name] for name in self.fields]

    @property
    def one(self) -> forms.BoundField:
        return self.bound[0]

    @property
    def may_add(self) -> bool:
        return len(self.rows) < self.part.most

    @property
    def inline(self) -> bool:
        """Whether it stands beside others in one line."""
        return self.part.kind in ("line", "pick", "pair")

    def take(self) -> dict[str, Any]:
        """Keys of the content this part writes, each with its value or ABSENT."""
        return self.part.take(self)


@dataclass
class Row:
    """One row of a list: the id it keeps, its parts, and the switches that write into a list beside it."""

    name: str
    ident: str
    index: int
    stored: Holder
    parts: list[Drawn]
    last: bool = False
    marked: bool = False
    members: list[forms.BoundField] = field(default_factory=list)
    title: str = ""
    namer: forms.BoundField | None = None  # its name, where rows are called by one

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def first(self) -> bool:
        return self.index == 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """`when` names the choice of another part under which this one counts, such as ("ask", "choice")."""

    key: str
    label: Words = ""
    hint: Words = ""
    when: tuple[str, str] | None = None
    must: bool = False
    kind = ""
    most = 0
    late = False

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        raise NotImplementedError

    def alone(self, form: ItemForm, place: str, made: forms.Field, stored: Any, initial: Any) -> Drawn:
        """A part that is one field, named by its place."""
        name = place + self.key
        made.label, made.help_text = form.labelled(place, self.label), str(self.hint)
        form.put(name, made, initial)
        return Drawn(self, form, name, stored, (name,))

    def take(self, drawn: Drawn) -> dict[str, Any]:
        raise NotImplementedError

    def blank(self, languages: Iterable[str]) -> Any:
        """Its value in a new question; ABSENT where it has none yet."""
        return "" if self.must else ABSENT


def merged(holder: Holder, updates: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The holder with what its parts say."""
    found = dict(holder)
    for update in updates:
        for key, value in update.items():
            if value is ABSENT:
                found.pop(key, None)
            else:
                found[key] = value
    return found


def tidy(text: str) -> str:
    return BLANKS.sub(" ", text).strip()


def tongue(label: Words, language: str, languages: Sequence[str]) -> str:
    """The label of a text in one of several languages."""
    if len(languages) < 2:
        return str(label)
    values = {"field": label, "language": get_language_info(language)["name_translated"]}
    return _("%(field)s, %(language)s") % values


@dataclass(frozen=True, kw_only=True)
class Texts(Part):
    """One text in each language of the course."""

    longest: int = 500
    high: int = 2
    kind = "texts"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        name, stored = place + self.key, holder.get(self.key, ABSENT)
        texts = stored if isinstance(stored, Mapping) else {}
        label = form.labelled(place, self.label)
        for language in form.languages:
            widget = forms.Textarea(attrs={"rows": self.high, "lang": language})
            title = tongue(label, language, form.languages)
            made = forms.CharField(
                label=title, required=False, max_length=self.longest, widget=widget, help_text=str(self.hint)
            )
            form.put(f"{name}-{language}", made, texts.get(language, ""))
        return Drawn(self, form, name, stored, tuple(f"{name}-{language}" for language in form.languages))

    def take(self, drawn: Drawn) -> dict[str, Any]:
        """A language never written is left out, as in a file; one the course does not have stays."""
        stored = drawn.stored if isinstance(drawn.stored, Mapping) else {}
        form = drawn.form
        typed = {code: tidy(form.cleaned_data[f"{drawn.name}-{code}"]) for code in form.languages}
        found = {**stored, **{code: text for code, text in typed.items() if text or code in stored}}
        return {self.key: found if found or drawn.stored is not ABSENT or self.must else ABSENT}

    def blank(self, languages: Iterable[str]) -> Any:
        return dict.fromkeys(languages, "") if self.must else ABSENT


def shown(value: Any) -> str:
    """A stored value as a line holds it."""
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    return "" if value is ABSENT or value is None else str(value)


def _text(typed: str) -> Any:
    return typed


def whole(typed: str) -> Any:
    """A whole number; what is none stays as it was typed, and the checks speak of it."""
    return int(typed) if WHOLE.fullmatch(typed) else typed


def several(typed: str) -> Any:
    """Values parted by commas or spaces, as texts, so that decimals stay what they are."""
    return re.findall(r"[^\s,;]+", typed)


@dataclass(frozen=True, kw_only=True)
class Line(Part):
    """A line of text: words, a number, several numbers."""

    read: Callable[[str], Any] = _text
    longest: int = 300
    numeric: bool = False
    wide: bool = False
    kind = "line"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        stored = holder.get(self.key, ABSENT)
        attrs = {"inputmode": "decimal"} if self.numeric else {}
        widget = forms.TextInput(attrs=attrs | {"autocomplete": "off"})
        made = forms.CharField(required=False, max_length=self.longest, widget=widget)
        return self.alone(form, place, made, stored, shown(stored))

    def take(self, drawn: Drawn) -> dict[str, Any]:
        typed = tidy(drawn.form.cleaned_data[drawn.name])
        if typed == shown(drawn.stored):
            return {self.key: "" if self.must and drawn.stored is ABSENT else drawn.stored}
        return {self.key: self.read(typed) if typed or self.must else ABSENT}


@dataclass(frozen=True, kw_only=True)
class Area(Part):
    """A list of texts, one a line."""

    longest: int = 2000
    high: int = 3
    kind = "area"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        stored = holder.get(self.key, ABSENT)
        widget = forms.Textarea(attrs={"rows": self.high})
        made = forms.CharField(required=False, max_length=self.longest, widget=widget)
        return self.alone(form, place, made, stored, self.show(stored))

    def show(self, stored: Any) -> str:
        return "\n".join(map(str, stored)) if isinstance(stored, list) else shown(stored)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        lines = [one.strip() for one in drawn.form.cleaned_data[drawn.name].splitlines() if one.strip()]
        if "\n".join(lines) == self.show(drawn.stored):
            return {self.key: drawn.stored}
        return {self.key: lines or ABSENT}


@dataclass(frozen=True, kw_only=True)
class Tick(Part):
    """A switch. `default` is what holds where nothing is stored."""

    default: bool = False
    kind = "tick"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        stored = holder.get(self.key, ABSENT)
        on = self.default if stored is ABSENT or stored is None else bool(stored)
        return self.alone(form, place, forms.BooleanField(required=False), stored, on)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        typed = bool(drawn.form.cleaned_data[drawn.name])
        untouched = drawn.stored is ABSENT and typed == self.default
        return {self.key: ABSENT if untouched else typed}


@dataclass(frozen=True, kw_only=True)
class Pair(Part):
    """Two numbers, the least and the greatest."""

    kind = "pair"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        name, stored = place + self.key, holder.get(self.key, ABSENT)
        names = (f"{name}-0", f"{name}-1")
        values = [shown(one) for one in stored] if isinstance(stored, list) else []
        for at, (one, label) in enumerate(zip(names, (_("Least"), _("Greatest")), strict=True)):
            widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            made = forms.CharField(label=f"{self.label}: {label}", required=False, max_length=40, widget=widget)
            form.put(one, made, values[at] if at < len(values) else "")
        return Drawn(self, form, name, stored, names)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        typed = [tidy(drawn.form.cleaned_data[one]) for one in drawn.fields]
        if isinstance(drawn.stored, list) and typed == [shown(one) for one in drawn.stored]:
            return {self.key: drawn.stored}
        return {self.key: typed if any(typed) else ABSENT}


@dataclass(frozen=True, kw_only=True)
class Group(Part):
    """A map within the content, such as params."""

    parts: Sequence[Part] = ()
    kind = "group"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        name, stored = place + self.key, holder.get(self.key, ABSENT)
        inner = stored if isinstance(stored, Mapping) else {}
        form.anchors.add(name)
        drawn = [part.draw(form, f"{name}-", inner) for part in self.parts]
        return Drawn(self, form, name, stored, parts=drawn)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        stored = drawn.stored if isinstance(drawn.stored, Mapping) else {}
        # What came with pasted data (their first time, say) is newer than the fields beside them.
        found = merged(stored, [one.take() for one in sorted(drawn.parts, key=lambda one: one.part.late)])
        return {self.key: found if found or drawn.stored is not ABSENT or self.must else ABSENT}

    def blank(self, languages: Iterable[str]) -> Any:
        found = {part.key: part.blank(languages) for part in self.parts}
        return {key: value for key, value in found.items() if value is not ABSENT} if self.must else ABSENT


def new_id() -> str:
    return str(uuid.uuid4())

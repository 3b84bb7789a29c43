"""The editor's form: one question of any type in all its languages. A draft may be incomplete: only length, choices and
names are refused here; what stops publishing is found by marking.lint."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from courses.models import CourseVersion
from quizzes.forms.parts import ABSENT, Drawn, Holder, Part, Texts, merged, new_id
from quizzes.forms.pictures import CHOSEN, DROP, FILE, SHA256, PictureOf
from quizzes.forms.rows import ID, Named, Rows
from quizzes.forms.shapes import SHAPES
from quizzes.marking.lint import LEVELS, Finding
from quizzes.selectors import bank
from quizzes.services.checks import LEVEL_NAMES

MAX_STEM, MAX_FACTS = 2000, 200
STEM = Texts(key="stem", label=gettext_lazy("Question"), longest=MAX_STEM, high=4, must=True)
PICTURE = PictureOf(key="picture", label=pgettext_lazy("question", "Picture"))
MOST_ROWS = 60
REFS = ("objective", "level", "see", "facts")
ACT = re.compile(r"(add|up|down|remove):([A-Za-z_0-9-]{1,80})")


class ItemForm(forms.Form):
    """Fields are named by their place in the content, such as options-1-why-es."""

    objective = forms.ChoiceField(label=gettext_lazy("Objective"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    see = forms.ChoiceField(label=gettext_lazy("Read again at"), required=False)
    facts = forms.CharField(
        label=gettext_lazy("Facts it rests on"),
        required=False,
        max_length=MAX_FACTS,
        help_text=gettext_lazy("Their ids, such as RO-28, SF-31"),
    )

    def __init__(self, data: QueryDict | None, *, stored: Mapping[str, Any], version: CourseVersion) -> None:
        super().__init__(data)
        self.stored, self.languages = stored, list(version.languages)
        self.anchors: set[str] = set()
        self.aliases: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self.lists: dict[str, Rows] = {}
        self.named: list[Drawn] = []
        self.initial = {name: stored[name] for name in ("objective", "level", "see")}
        self.initial["facts"] = ", ".join(stored["facts"])
        self._choices(version)
        shape: Sequence[Part] = SHAPES.get(str(stored.get("type")), ())
        self.stem = STEM.draw(self, "", stored)
        self.picture = PICTURE.draw(self, "", stored)
        self.drawn = [part.draw(self, "", stored) for part in shape]

    # --- what parts ask of it ---------------------------------------------------------------------------------------

    def put(self, name: str, made: forms.Field, initial: Any) -> None:
        self.fields[name] = made
        self.initial[name] = initial

    def labelled(self, place: str, label: Any) -> str:
        """The label with the row it belongs to, for those who meet the field alone."""
        title = self.titles.get(place)
        return f"{title}: {label}" if title else str(label)

    def rows_of(
        self, name: str, kept: Sequence[Holder], *, ids: bool, most: int, by: str = ""
    ) -> list[tuple[str, Holder]]:
        """The rows of a list, each with its id and what is stored of it: as they stand on the page that was sent, else
        as they are stored. What is no id, or comes twice, gets a new one: the texts belong to their place."""
        known = {str(row.get("id" if ids else by, index)): row for index, row in enumerate(kept)}
        if not self.is_bound:
            return list(known.items())
        found: list[tuple[str, Holder]] = []
        seen: set[str] = set()
        for index in range(min(max(most, len(kept)), MOST_ROWS)):  # what a file brought is never cut off
            sent = self.data.get(f"{name}-{index}-id")
            if sent is None:
                break
            if by and sent not in known:  # renamed and saved while the page was open
                typed = self.data.get(f"{name}-{index}-{by}", "").strip()
                sent = typed if typed in known else sent
            usable = sent not in seen and (sent in known or not ids or ID.fullmatch(sent))
            ident = sent[:80] if usable else new_id()
            seen.add(ident)
            found.append((ident, known.get(ident, {})))
        return found

    def named_rows(self, name: str) -> list[tuple[str, str]]:
        """(id, "2. Food") of another list, as it stands on the page."""
        stored = [row for row in self.stored.get(name) or [] if isinstance(row, Mapping)]
        found = []
        for index, (ident, row) in enumerate(self.rows_of(name, stored, ids=True, most=MOST_ROWS)):
            texts = row.get("text") or {}
            words = next((text for text in texts.values() if text), "") if isinstance(texts, Mapping) else ""
            if self.is_bound:
                typed = (self.data.get(f"{name}-{index}-text-{code}", "") for code in self.languages)
                words = next((text for text in typed if text.strip()), "")
            found.append((ident, f"{index + 1}. {words[:60]}".strip()))
        return found

    # --- what the page draws ----------------------------------------------------------------------------------------

    @property
    def refs(self) -> list[forms.BoundField]:
        return [self[name] for name in REFS]

    @property
    def picture_now(self) -> str:
        """Which picture stands in the form, kept already; empty where there is none."""
        chosen = str(self[CHOSEN].value() or "")
        return chosen if SHA256.fullmatch(chosen) else ""

    @property
    def picture_open(self) -> bool:
        """Whether there is something to see of it: most questions have no picture."""
        return self.picture.stored is not ABSENT or bool(self.picture_now or (self.is_bound and self.errors.get(FILE)))

    def spot(self, finding: Finding) -> str:
        """The field a finding is about, or the nearest place around it."""
        place = [str(step) for step in finding.place]
        for length in range(len(place), 0, -1):
            name = self._known("-".join(place[:length]))
            if name:
                return name
        return place[0] if place else ""

    def _known(self, name: str) -> str:
        for alias, real in self.aliases.items():
            if name == alias or name.startswith(f"{alias}-"):
                name = real + name[len(alias) :]
                break
        if name in self.fields or name in self.anchors:
            return name
        first = f"{name}-{self.languages[0]}" if self.languages else name
        return first if first in self.fields else f"{name}-0" if f"{name}-0" in self.fields else ""

    def describe(self, notes: Mapping[str, int]) -> None:
        """Tie the notes the template writes above a field (so many each) to it, for screen readers."""
        for name, count in notes.items():
            if field := self.fields.get(name):
                ids = [f"id_{name}_note{number}" for number in range(1, count + 1)]
                hint = [f"id_{name}_helptext"] if field.help_text else []
                field.widget.attrs["aria-describedby"] = " ".join([*hint, *ids])

    # --- comments ---------------------------------------------------------------------------------------------------

    def _idents(self) -> dict[str, str]:
        """The id of every row, by its place: options-1, blanks-0-options-2."""
        found: dict[str, str] = {}
        waiting = list(self.drawn)
        while waiting:
            drawn = waiting.pop()
            waiting += drawn.parts
            for row in drawn.rows:
                found[row.name] = row.ident
                waiting += row.parts
        return found

    @cached_property
    def fields_by_pointer(self) -> dict[str, str]:
        """The field each pointer leads to now."""
        idents = self._idents()
        return {self._pointer(name, idents): name for name in self.fields}

    def pointer(self, field: str) -> str:
        """The JSON pointer of a field, rows named by their ids: /options/ID/why/es."""
        return self._pointer(field, self._idents())

    def _pointer(self, field: str, idents: Mapping[str, str]) -> str:
        steps, name = [], ""
        for step in filter(None, field.split("-")):
            name = f"{name}-{step}" if name else step
            steps.append(idents.get(name, step))
        return "".join(f"/{step}" for step in steps)

    def field_at(self, pointer: str) -> str:
        """The field a pointer leads to now; empty when that part is gone, or the whole is meant."""
        return self.fields_by_pointer.get(pointer, "") if pointer else ""

    def places(self) -> list[tuple[str, str]]:
        """What can be commented on: (pointer, label) of every text and value."""
        fields = [name for name in self.fields if not name.endswith("-key") or name in self.titles]
        fields = [name for name in fields if name not in self.picture.fields]
        idents = self._idents()
        return [(self._pointer(name, idents), str(self.fields[name].label or name)) for name in fields]

    # --- what was typed ---------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        for drawn in self.named:
            if isinstance(drawn.part, Named):
                for name, problem in drawn.part.problems(drawn):
                    self.add_error(name, problem)
        return self.cleaned_data

    def content(self, act: str = "") -> dict[str, Any]:
        """What was typed, as ItemVersion.content has it, with one press on its rows done (see `after`). Texts in
        languages the course does not have stay as they are."""
        taken = merged(self.stored, [self.stem.take(), self.picture.take(), *(drawn.take() for drawn in self.drawn)])
        taken |= {name: self.cleaned_data[name] for name in ("objective", "level", "see")}
        if act == DROP:
            taken.pop("picture", None)
        taken["facts"] = list(dict.fromkeys(re.findall(r"[^\s,;]+", self.cleaned_data["facts"].upper())))
        for drawn in self.drawn:
            if drawn.part.when and not self._holds(drawn.part.when):
                for key in (drawn.part.key, *(("critical",) if drawn.kind == "edges" else ())):
                    taken.pop(key, None)
        return self.after(taken, act)

    def _holds(self, when: tuple[str, str]) -> bool:
        return bool(self.cleaned_data.get(when[0]) == when[1])

    def after(self, content: dict[str, Any], act: str) -> dict[str, Any]:
        """The content after one press: "add:options", "up:options-1", "remove:blanks-0-options-2" (rows from 0)."""
        match = ACT.fullmatch(act)
        if not match:
            return content
        verb, name, index = match[1], match[2], -1
        if verb != "add":
            name, _dash, number = name.rpartition("-")
            index = int(number) if number.isdigit() and len(number) < 3 else -1
        part = self.lists.get(name)
        if part is None or (verb != "add" and index < 0):
            return content
        holder: Any = content
        *way, key = name.split("-")
        for step in way:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        gone = holder.get(key)
        holder[key] = part.after(gone, verb, index, self.languages)
        return _without_loose(content) if verb == "remove" else content

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


def _without_loose(content: dict[str, Any]) -> dict[str, Any]:
    """Without what named a row that is gone: rules of order, and lists of ids beside the rows."""
    steps = {row["id"] for row in content.get("items") or [] if isinstance(row, Mapping)}
    if content.get("type") == "ordering":
        for key in ("edges", "critical"):
            if content.get(key):
                content[key] = [pair for pair in content[key] if set(pair) <= steps | {""}]
    for list_key, rows in (("anchor_last", "options"), ("distractors", "items"), ("distractors", "right")):
        if isinstance(content.get(list_key), list) and isinstance(content.get(rows), list):
            ids = {row["id"] for row in content[rows]}
            content[list_key] = [one for one in content[list_key] if one in ids]
            if not content[list_key]:
                content.pop(list_key)
    return content

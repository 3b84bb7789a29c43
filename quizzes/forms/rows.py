"""Lists a question is made of: rows with an id that stays, named values, pairs of steps, and the data of a graph. Rows
are added, moved and removed by a press of a button that also saves what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from quizzes.forms.parts import ABSENT, Area, Drawn, Holder, Part, Row, Words, merged, new_id, shown, tidy

if TYPE_CHECKING:
    from quizzes.forms.item import ItemForm

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAME = re.compile(r"[A-Za-z_]\w{0,39}", re.ASCII)
CLOCK = re.compile(r"^(?:\d{4}-\d\d-\d\d[T ])?(\d{1,2}):(\d\d)(?::\d\d)?$")


def moved(rows: Sequence[Any], verb: str, index: int) -> list[Any]:
    """The rows after "up", "down" or "remove" of one; as they were where that leads nowhere."""
    found = list(rows)
    if not 0 <= index < len(found):
        return found
    one = found.pop(index)
    if verb == "remove":
        return found
    found.insert({"up": max(index - 1, 0), "down": index + 1}.get(verb, index), one)
    return found


@dataclass(frozen=True, kw_only=True)
class Rows(Part):
    """A list of maps. `one` is what a row is called; with `mark` exactly one row is the key; `members` are switches
    that put the row's id into a list beside this one. Rows without ids of their own are told apart by their place."""

    one: Words = ""
    parts: Sequence[Part] = ()
    least: int = 1
    start: int = 1
    most: int = 8
    ids: bool = True
    mark: Words = ""
    members: Sequence[tuple[str, Words]] = ()
    moves: bool = True
    kind = "rows"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        name, stored = place + self.key, holder.get(self.key, ABSENT)
        kept = [one for one in stored if isinstance(one, Mapping)] if isinstance(stored, list) else []
        drawn = Drawn(self, form, name, (stored, holder))
        form.anchors.add(name)
        form.lists[name] = self
        if self.mark:
            key = next((str(row.get("id")) for row in kept if row.get("key")), "")
            form.put(f"{name}-key", forms.CharField(required=False, max_length=80), key)
        for index, (ident, row) in enumerate(form.rows_of(name, kept, ids=self.ids, most=self.most)):
            drawn.rows.append(self._row(form, drawn, index, ident, row))
        if drawn.rows:
            drawn.rows[-1].last = True
        return drawn

    def _row(self, form: ItemForm, drawn: Drawn, index: int, ident: str, stored: Holder) -> Row:
        name = f"{drawn.name}-{index}"
        form.anchors.add(name)
        form.titles[f"{name}-"] = f"{self.one} {index + 1}"
        row = Row(name, ident, index, stored, [part.draw(form, f"{name}-", stored) for part in self.parts])
        row.title = f"{self.one} {index + 1}"
        row.marked = bool(self.mark) and str(form[f"{drawn.name}-key"].value() or "") == ident
        for key, label in self.members:
            made = forms.BooleanField(label=form.labelled(f"{name}-", label), required=False)
            made.short = label  # type: ignore[attr-defined] # what stands beside it within its row
            form.put(f"{name}-{key}", made, ident in (drawn.stored[1].get(key) or []))
            row.members.append(form[f"{name}-{key}"])
        return row

    def take(self, drawn: Drawn) -> dict[str, Any]:
        stored, holder = drawn.stored
        rows = [self._taken(drawn, row) for row in drawn.rows]
        found: dict[str, Any] = {self.key: rows if rows or stored is not ABSENT or self.must else ABSENT}
        for key, _label in self.members:
            typed = [row.ident for row in drawn.rows if drawn.form.cleaned_data[f"{row.name}-{key}"]]
            before = holder.get(key, ABSENT)
            same = isinstance(before, list) and sorted(before) == sorted(typed)
            found[key] = before if same else typed or ABSENT
        return found

    def _taken(self, drawn: Drawn, row: Row) -> dict[str, Any]:
        taken = merged(row.stored, [part.take() for part in row.parts])
        if self.ids:
            taken = {"id": row.ident} | taken
        if self.mark:
            on = drawn.form.cleaned_data[f"{drawn.name}-key"] == row.ident
            if on or "key" in row.stored or not row.stored:
                taken["key"] = on
        return taken

    def blank(self, languages: Iterable[str]) -> Any:
        languages = list(languages)
        return [self.blank_row(languages) for _number in range(self.start)] if self.must else ABSENT

    def blank_row(self, languages: Sequence[str]) -> dict[str, Any]:
        """A row nobody has written yet, with the id it keeps."""
        found: dict[str, Any] = {"id": new_id()} if self.ids else {}
        for part in self.parts:
            value = part.blank(languages)
            if value is not ABSENT:
                found[part.key] = value
        return found | ({"key": False} if self.mark else {})

    def after(self, rows: Any, verb: str, index: int, languages: Sequence[str]) -> Any:
        """The list after one press: add, up, down, remove."""
        found = list(rows or [])
        if verb == "add":
            return [*found, self.blank_row(languages)] if len(found) < self.most else found
        return moved(found, verb, index)


@dataclass(frozen=True, kw_only=True)
class Named(Rows):
    """A map of name to value, drawn as rows with the name first. `plain` is the part whose value alone is stored,
    where it is the only one (a formula); with `bare` always. A new row is called `one_name`, `one_name`2 and so on."""

    plain: str = ""
    bare: bool = False
    new: str = "x"
    names: Any = None  # of (value, word) pairs where names are not free
    moves: bool = False
    ids: bool = False

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        name, stored = place + self.key, holder.get(self.key, ABSENT)
        kept = self._listed(stored) if isinstance(stored, Mapping) else []
        drawn = Drawn(self, form, name, (stored, holder))
        form.anchors.add(name)
        form.lists[name] = self
        form.named.append(drawn)
        for index, (ident, row) in enumerate(form.rows_of(name, kept, ids=False, most=self.most, by="name")):
            here = f"{name}-{index}"
            form.aliases[f"{name}-{ident}"] = here
            form.anchors.add(here)
            form.titles[f"{here}-"] = ident
            form.put(f"{here}-name", self._name_field(form, f"{here}-"), ident)
            parts = [part.draw(form, f"{here}-", row) for part in self.parts]
            drawn.rows.append(Row(here, ident, index, row, parts, title=ident, namer=form[f"{here}-name"]))
        if drawn.rows:
            drawn.rows[-1].last = True
        return drawn

    def _name_field(self, form: ItemForm, place: str) -> forms.Field:
        label = form.labelled(place, _("Name"))
        if self.names is None:
            widget = forms.TextInput(attrs={"autocomplete": "off"})
            return forms.CharField(label=label, required=False, max_length=40, widget=widget)
        return forms.ChoiceField(label=label, required=False, choices=self.names())

    def _listed(self, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = []
        for name, value in stored.items():
            inner = {self.plain: value} if self.bare or not isinstance(value, Mapping) else dict(value)
            rows.append({"name": name} | inner)
        return rows

    def take(self, drawn: Drawn) -> dict[str, Any]:
        stored = drawn.stored[0]
        found = {}
        for row in drawn.rows:
            name = tidy(drawn.form.cleaned_data.get(f"{row.name}-name", "")) or row.ident
            value = merged(row.stored, [part.take() for part in row.parts])
            value.pop("name", None)
            before = stored.get(row.ident) if isinstance(stored, Mapping) else None
            simple = self.bare or (set(value) <= {self.plain} and not isinstance(before, Mapping))
            found[name] = value.get(self.plain, "") if self.plain and simple else value
        return {self.key: found if found or stored is not ABSENT or self.must else ABSENT}

    def problems(self, drawn: Drawn) -> Iterable[tuple[str, str]]:
        """(field, sentence): names that are missing, cannot be a name, or stand twice."""
        seen: set[str] = set()
        for row in drawn.rows:
            name = tidy(drawn.form.cleaned_data.get(f"{row.name}-name", ""))
            if self.names is None and not NAME.fullmatch(name):
                yield f"{row.name}-name", _("A name is a letter, then letters, digits or _, without spaces.")
            elif name in seen:
                yield f"{row.name}-name", _("This name stands twice.")
            seen.add(name)

    def blank(self, languages: Iterable[str]) -> Any:
        return {} if self.must else ABSENT

    def after(self, rows: Any, verb: str, index: int, languages: Sequence[str]) -> Any:
        found = dict(rows or {})
        if verb == "add" and len(found) < self.most:
            row = self.blank_row(languages)
            found[self._free(found)] = row.get(self.plain, "") if self.plain and (self.bare or len(row) < 2) else row
        elif verb == "remove" and 0 <= index < len(found):
            found.pop(list(found)[index])
        return found

    def _free(self, found: Mapping[str, Any]) -> str:
        offered = [value for value, _word in self.names()] if self.names else []
        tries = offered or [self.new, *(f"{self.new}{number}" for number in range(2, self.most + 2))]
        return next((one for one in tries if one not in found), self.new)


@dataclass(frozen=True, kw_only=True)
class Edges(Rows):
    """Which step comes before which: pairs of ids, and those of them that are critical."""

    of: str = "items"
    ids: bool = False
    moves: bool = False
    kind = "edges"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        name, stored = place + self.key, holder.get(self.key, ABSENT)
        critical = [list(one) for one in holder.get("critical") or []]
        pairs = [list(one) for one in stored if isinstance(one, list)] if isinstance(stored, list) else []
        kept = [{"pair": one, "critical": one in critical} for one in pairs]
        drawn = Drawn(self, form, name, (stored, holder))
        form.anchors.update((name, "critical"))
        form.aliases["critical"] = name
        form.lists[name] = self
        offered: list[tuple[str, Words]] = [("", _("Choose one")), *form.named_rows(self.of)]
        for index, (ident, row) in enumerate(form.rows_of(name, kept, ids=False, most=self.most)):
            drawn.rows.append(self._edge(form, f"{name}-{index}", ident, row, offered))
            if row.get("critical"):
                form.aliases[f"critical-{critical.index(row['pair'])}"] = f"{name}-{index}"
        return drawn

    def _edge(self, form: ItemForm, name: str, ident: str, row: Holder, offered: list[tuple[str, Words]]) -> Row:
        index = int(name.rpartition("-")[2])
        form.anchors.add(name)
        pair = [*row.get("pair", []), "", ""]
        title = f"{self.one} {index + 1}"
        for at, (key, label) in enumerate((("before", _("first")), ("after", _("then")))):
            made = forms.ChoiceField(label=f"{title}, {label}", required=False, choices=offered)
            form.put(f"{name}-{key}", made, pair[at] if pair[at] in dict(offered) else "")
        critical = forms.BooleanField(label=_("Critical: broken, nothing is earned"), required=False)
        form.put(f"{name}-critical", critical, bool(row.get("critical")))
        members = [form[f"{name}-{key}"] for key in ("before", "after", "critical")]
        return Row(name, ident, index, row, [], members=members, title=title)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        (stored, holder), data = drawn.stored, drawn.form.cleaned_data
        rows = [(row, [data[f"{row.name}-before"], data[f"{row.name}-after"]]) for row in drawn.rows]
        # A row that was just added says nothing yet; it is kept so that it can be filled in.
        pairs = [pair for _row, pair in rows]
        critical = [pair for row, pair in rows if data[f"{row.name}-critical"]]
        same = sorted(critical) == sorted(map(list, holder.get("critical") or []))
        return {
            self.key: pairs if pairs or stored is not ABSENT else ABSENT,
            "critical": holder.get("critical", ABSENT) if same else critical or ABSENT,
        }

    def blank_row(self, languages: Sequence[str]) -> Any:
        return ["", ""]


@dataclass(frozen=True, kw_only=True)
class Readings(Area):
    """Glucose in mg/dL: a line a day, or a column of a CSV with the time before each value. "-" is a gap."""

    longest: int = 40_000
    high: int = 6
    late = True

    def show(self, stored: Any) -> str:
        if not isinstance(stored, list):
            return ""
        days = [day for day in stored if isinstance(day, list)]
        return "\n".join(", ".join("-" if one is None else shown(one) for one in day) for day in days)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        typed = drawn.form.cleaned_data[drawn.name]
        if typed.split() == self.show(drawn.stored).split():
            return {self.key: drawn.stored}
        days, times = pasted(typed)
        found: dict[str, Any] = {self.key: days or ABSENT}
        if len(times) > 1 and (step := (times[1] - times[0]) % 1440):
            found |= {"start": f"{times[0] // 60:02d}:{times[0] % 60:02d}", "step_min": step}
        return found


def pasted(text: str) -> tuple[list[list[Any]], list[int]]:
    """Readings a day, and the minutes of the day where each line says its time. What is no number stays as typed."""
    rows, times = [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        cells = [cell for cell in re.split(r"\s*[,;\t]\s*|\s+(?!\d{1,2}:\d\d)", line) if cell]
        if cells and (match := CLOCK.match(cells[0])):
            times.append(int(match[1]) * 60 + int(match[2]))
            cells = cells[1:]
        values = [_reading(cell) for cell in cells]
        if any(not isinstance(value, str) for value in values) or times:
            rows.append(values)
    if len(rows) > 1 and all(len(row) == 1 for row in rows):
        return [[row[0] for row in rows]], times
    return rows, times


def _reading(cell: str) -> Any:
    if cell.lower() in ("-", "–", "null", "none", "na"):
        return None
    if re.fullmatch(r"\d{1,4}", cell, re.ASCII):
        return int(cell)
    return float(cell) if re.fullmatch(r"\d{1,4}\.\d{1,3}", cell, re.ASCII) else cell

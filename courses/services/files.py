"""Reading curriculum files: YAML with line numbers, and all mistakes at once with file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake an author can mend: where it stands and what to do."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        key = f" {self.key}:" if self.key else ""
        return f"{self.file}:{self.line}:{key} {self.message}"


class CurriculumErrors(Exception):
    """All mistakes of a load. Nothing was loaded."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Desk:
    """Where one load collects its problems; paths are named relative to the curriculum's root."""

    root: Path
    problems: list[Problem] = field(default_factory=list)

    def report(self, path: Path, line: int, key: str, message: str) -> None:
        self.problems.append(Problem(str(path.relative_to(self.root)), line, key, message))

    def read(self, path: Path) -> Sheet | None:
        """A YAML file that is a map, or None with the problem reported."""
        if not self._exists(path):
            return None
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            self.report(path, 0, "", f"is no text in UTF-8: byte {error.start} cannot be read")
            return None
        return self.parse(path, text, first_line=1)

    def parse(self, path: Path, text: str, *, first_line: int) -> Sheet | None:
        try:
            data = YAML(typ="rt").load(text)
        except MarkedYAMLError as error:
            line = error.problem_mark.line if error.problem_mark else 0
            self.report(path, first_line + line, "", f"not YAML: {error.problem}")
            return None
        except (YAMLError, ValueError) as error:  # a character YAML does not allow; a number of thousands of digits
            self.report(path, first_line, "", f"not YAML: {str(error).splitlines()[0]}")
            return None
        if not isinstance(data, dict):
            self.report(path, first_line, "", "must be a map of keys to values")
            return None
        try:
            plain(data)
        except RecursionError:
            self.report(path, first_line, "", "an anchor (&) stands inside itself")
            return None
        return Sheet(self, path, data, first_line)

    def _exists(self, path: Path) -> bool:
        if not path.is_file():
            self.report(path, 0, "", "this file is missing")
        return path.is_file()


@dataclass
class Sheet:
    """A map read from a file; knows the line of each key."""

    desk: Desk
    path: Path
    data: Any
    first_line: int

    def only(self, *keys: str) -> None:
        """Report every key that is none of these: a misspelt one would be passed over in silence."""
        for key in self.data:
            if key not in keys:
                self.wrong(str(key), f"is no key we know here: {', '.join(keys)}")

    def line(self, key: str) -> int:
        marks = getattr(self.data, "lc", None)
        if marks is None:
            return self.first_line
        try:
            return self.first_line + int(marks.key(key)[0])
        except (KeyError, TypeError):  # a key that is not there; ruamel keeps no marks at all for an empty map
            return self.first_line + int(marks.line or 0)

    def wrong(self, key: str, message: str) -> None:
        self.desk.report(self.path, self.line(key), key, message)

    def need(self, key: str, what: str, test: Callable[[Any], bool], default: Any) -> Any:
        """The value of a required key, or `default` with a problem reported."""
        if key not in self.data:
            self.wrong(key, f"is missing: {what}")
            return default
        value = plain(self.data[key])
        if not test(value):
            self.wrong(key, f"must be {what}")
            return default
        return value

    def optional(self, key: str, what: str, test: Callable[[Any], bool], default: Any) -> Any:
        if self.data.get(key) is None:
            return default
        return self.need(key, what, test, default)

    def text(self, key: str) -> str:
        return str(self.need(key, "a text", lambda value: isinstance(value, str) and value.strip() != "", ""))

    def texts(self, key: str, languages: list[str] | None = None) -> dict[str, str]:
        """A map of language to text, complete in the given languages."""
        found = self.need(key, "a map of language to text, such as {en: ...}", _is_texts, {})
        for language in languages or []:
            if found and language not in found:
                self.wrong(key, f"has no text in {language}")
        return dict(found)

    def number(self, key: str) -> float:
        return float(self.need(key, "a number", lambda value: isinstance(value, int | float), 0))

    def strings(self, key: str, default: list[str] | None = None) -> list[str]:
        what, test = "a list of texts", _is_strings
        return list(self.need(key, what, test, []) if default is None else self.optional(key, what, test, default))

    def sheets(self, key: str) -> list[Sheet]:
        """A list of maps, each as a sheet of its own so that its lines are known."""
        rows = self.data.get(key)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.wrong(key, "must be a list of maps")
            return []
        return [Sheet(self.desk, self.path, row, self.first_line) for row in rows]

    def sheet(self, key: str) -> Sheet | None:
        value = self.data.get(key)
        if not isinstance(value, dict):
            self.wrong(key, "must be a map of keys to values")
            return None
        return Sheet(self.desk, self.path, value, self.first_line)


def plain(value: Any) -> Any:
    """Ruamel's decorated values as plain ones that JSON knows; dates as ISO text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(item, str) for item in value.values())


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)

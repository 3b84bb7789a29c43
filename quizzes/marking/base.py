"""What every family of questions shares: the mark, the reading of a form, and how texts and ids are handled."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

Content = Mapping[str, Any]
Params = Mapping[str, str]
Order = Sequence[str]
Response = Mapping[str, Any]
Fields = Mapping[str, Sequence[str]]
Document = dict[str, Any]

NOTHING, ALL = Fraction(0), Fraction(1)


class MarkingError(Exception):
    """The item cannot be marked or drawn; `code` says why. Services turn it into a DomainError."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Malformed(Exception):
    """A response that no form of ours sends. It never leaves `mark`, which gives 0 and `invalid_response`."""


@dataclass(frozen=True)
class Mark:
    """How much of an item was right: `fraction` from 0 to 1, exact. `answered` is False for a blank.

    `parts` says it for each row, blank, column or step by its id (of a partial order "a>b"), `feedback` holds codes
    ("unit", "wrong_dimension", "invalid_response"), `misconception` the name of the dose distractor that was hit.
    """

    fraction: Fraction
    answered: bool
    parts: Mapping[str, Fraction] = dataclasses.field(default_factory=dict)
    feedback: tuple[str, ...] = ()
    misconception: str | None = None

    @property
    def right(self) -> bool:
        return self.fraction == 1


BLANK = Mark(NOTHING, answered=False)
INVALID = Mark(NOTHING, answered=True, feedback=("invalid_response",))


@dataclass(frozen=True)
class Problem:
    """Why what was typed cannot be stored as it is: a code, the form field it is about, and the sentence's values."""

    code: str
    field: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a form said. `response` is None for a blank and where there is a problem; `echo` holds, by form field, each
    number as it was understood: {"value": "14.0", "unit": "mmol/L"}."""

    response: dict[str, Any] | None
    problem: Problem | None = None
    echo: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)


EMPTY = Reading(None)


class Line(NamedTuple):
    """One line of a solution: what it is about (empty for the whole), the answer, whether it is right, and why."""

    part: str
    answer: str
    right: bool
    why: str


@dataclass(frozen=True)
class Solution:
    """The right answer in words, for after release."""

    lines: tuple[Line, ...]
    why: str = ""


class Marker(Protocol):
    def __call__(self, content: Content, params: Params, order: Order, response: Response, /) -> Mark: ...


class Kind(NamedTuple):
    """What one type of question can do; the functions are described where quizzes.marking offers them."""

    mark: Marker
    order: Any
    present: Any
    read: Any
    filled: Any
    key: Any
    solution: Any
    fields: Any


def text(texts: Mapping[str, str] | None, language: str) -> str:
    """The text in `language`, else English, else any, else nothing: as core.texts.pick, which this must not import."""
    if not texts:
        return ""
    wanted = language.split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()))


def spoken(texts: Mapping[str, str] | None, language: str) -> str:
    """The language the text of `text` is written in, so that a page can say so."""
    wanted = language.split("-")[0]
    if not texts or texts.get(wanted):
        return wanted
    return "en" if texts.get("en") else next(iter(texts))


def head(content: Content, language: str, stem: str | None = None) -> Document:
    """How every delivery document begins."""
    shown = text(content.get("stem"), language) if stem is None else stem
    found = {"type": content["type"], "language": spoken(content.get("stem"), language), "stem": shown}
    picture = content.get("picture") or {}
    return found | ({"picture": _picture(picture, language)} if picture.get("sha256") else {})


def _picture(picture: Content, language: str) -> Document:
    """A picture as it may be sent: which one, how large, and what is said of it."""
    said = {part: text(picture.get(part), language) for part in ("alt", "caption")}
    return {name: picture[name] for name in ("sha256", "width", "height")} | said


def ids(things: Sequence[Content]) -> list[str]:
    return [thing["id"] for thing in things]


def by_id(things: Sequence[Content]) -> dict[str, Content]:
    return {thing["id"]: thing for thing in things}


def in_order(things: Sequence[Content], order: Order) -> list[Content]:
    """The things as they are shown; what the order does not name comes last, in the author's order."""
    known = by_id(things)
    first = [known[one] for one in order if one in known]
    return first + [thing for thing in things if thing["id"] not in order]


def numbered(things: Sequence[Content], language: str) -> list[Document]:
    """Texts under the numbers that stand for them on the wire."""
    return [{"n": number, "text": text(thing["text"], language)} for number, thing in enumerate(things, 1)]


def shuffled(content: Content, things: Sequence[Content], rng: Any) -> list[str]:
    """The ids in a drawn order, those in `anchor_last` at the end; the author's order where `shuffle` is false."""
    if content.get("shuffle", True) is False:
        return ids(things)
    anchored = content.get("anchor_last") or []
    loose = [one for one in ids(things) if one not in anchored]
    rng.shuffle(loose)
    return loose + [one for one in ids(things) if one in anchored]


def mapping(value: Any) -> Mapping[str, Any]:
    """A part of a response that has to be an object. Malformed when it is anything else."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Malformed
    return value


def known(value: Any, among: Sequence[str]) -> str:
    """An id the learner was shown. Malformed when it is anything else."""
    if not isinstance(value, str) or value not in among:
        raise Malformed
    return value


def several(value: Any, among: Sequence[str]) -> list[str]:
    """Ids the learner was shown, each once. Malformed when it is anything else."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Malformed
    found = [known(one, among) for one in value]
    if len(set(found)) != len(found):
        raise Malformed
    return found


def share(parts: Mapping[str, Fraction], scoring: Any = None) -> Fraction:
    """Right parts of all parts (reference/quizzes.md 3.9); with `all_or_nothing` 1 only when each is right."""
    if not parts:
        return NOTHING
    if scoring == "all_or_nothing":
        return Fraction(int(all(part == 1 for part in parts.values())))
    return sum(parts.values(), NOTHING) / len(parts)


def posted(fields: Fields, name: str) -> list[str]:
    """The non-empty values of a form field."""
    return [value.strip() for value in fields.get(name, ()) if value and value.strip()]


def picked(fields: Fields, name: str, shown: Sequence[Any]) -> Any:
    """The one thing behind the number that was posted; None for no or an unknown number, or for two at once."""
    values = posted(fields, name)
    number = values[0] if len(values) == 1 else ""
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        return None
    return shown[int(number) - 1] if 1 <= int(number) <= len(shown) else None


def number_of(shown: Sequence[Any], wanted: Any) -> list[str]:
    """The number on the wire that stands for `wanted`, as a form is prefilled with it."""
    return [str(number) for number, one in enumerate(shown, 1) if one == wanted]


def named(prefix: str, count: int) -> Iterator[str]:
    """row-1, row-2, ...: the names of a form's fields."""
    return (f"{prefix}-{number}" for number in range(1, count + 1))

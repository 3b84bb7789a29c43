"""The item-writing check: flaws of wording that give an answer away, confuse, or teach a dangerous way to write
(reference/quizzes.md 7.5; the IWF rules follow Haladyna and the NBME's guide).

Pure, as all of marking: functions over an item's content. A finding says where and what; values["found"] is the
wording, values["better"] what to put in its place and values["mend"] by which way of `mend`, where there is one.
Words for people come from quizzes.services.writing_words. One module a family of rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from quizzes.marking.findings import Finding
from quizzes.marking.writing import combined, cues, leadin, people, safety, sameness, shapes
from quizzes.marking.writing.forms import examine_form
from quizzes.marking.writing.mending import mend
from quizzes.marking.writing.reading import read

__all__ = ["CODES", "Level", "examine_form", "examine_writing", "level", "mend"]

Level = Literal["error", "warn", "info"]

# An error blocks publishing, a warning may be waived with a reason, an info is only told.
CODES: Mapping[str, Level] = {
    "IWF01": "error",
    "IWF02": "warn",
    "IWF03": "error",
    "IWF04": "error",
    "IWF04b": "warn",  # negative, in capitals
    "IWF05": "warn",
    "IWF06": "info",
    "IWF07": "warn",
    "IWF08": "warn",
    "IWF09": "error",
    "IWF10": "warn",  # too few options
    "IWF10b": "warn",  # too many
    "IWF11": "warn",
    "IWF12": "warn",
    "IWF13": "warn",  # article
    "IWF13b": "warn",  # verb
    "IWF14": "info",
    "IWF15": "warn",
    "IWF16": "warn",
    "IWF17": "warn",
    "IWF18": "warn",
    "IWF19": "warn",
    "IWF20": "warn",  # of a form
    "IWF21": "info",  # of a form
    "IWF22": "warn",  # long
    "IWF22b": "warn",  # mostly not needed
    "SAFE01a": "error",  # trailing zero
    "SAFE01b": "error",  # naked point
    "SAFE01c": "error",  # U, IU
    "SAFE01d": "error",  # decimal comma
    "SAFE01e": "error",  # µg, ug
    "SAFE01f": "error",  # QD, QOD
    "SAFE01g": "error",  # 1000 and more without comma
    "SAFE01h": "error",  # number and unit run together
    "LANG01": "warn",
}


def level(finding: Finding) -> Level:
    """How serious a finding of these rules is."""
    return CODES[finding.code]


def examine_writing(content: Mapping[str, Any]) -> list[Finding]:
    """Everything the item-writing rules find in one item, in each language it is written in.

    Takes content of any type and of any shape: rules on options look at `options` where there are any, safety and
    person-first words at every text. What is missing or wrong in shape is for marking.lint to say.
    """
    return list(_findings(content))


def _findings(content: Mapping[str, Any]) -> Iterator[Finding]:
    for number, item in enumerate(read(content)):
        yield from leadin.examine(item)
        yield from combined.examine(item)
        yield from sameness.examine(item)
        yield from cues.examine(item)
        yield from shapes.examine(item, first=number == 0)
    yield from safety.examine(content)
    yield from people.examine(content)

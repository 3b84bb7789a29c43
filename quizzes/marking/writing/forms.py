"""What items of one form do to each other: one tells another's key (IWF20), the key sits too often in one place
(IWF21)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quizzes.marking.findings import Finding
from quizzes.marking.writing.reading import Written, bare, read

CUE = 12  # characters a key has to have before its being elsewhere tells anything
SKEWED = 0.01  # p of the chi-square test
FEWEST_ITEMS = 5


def examine_form(contents: Sequence[Mapping[str, Any]], shuffled: bool) -> list[Finding]:
    """What the rules find in the items of one form, in their order. `shuffled`: options are drawn anew for everyone.

    Places begin with the item's place in the form: (1, "stem", "en"); that of IWF21 is ().
    """
    findings = list(_cued(contents))
    if not shuffled:
        findings += _skewed(contents)
    return findings


def _cued(contents: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    written = [list(read(content)) for content in contents]
    for asked, items in enumerate(written):
        for item in items:
            for teller, others in enumerate(written):
                stem = next((bare(other.stem) for other in others if other.language == item.language), "")
                if teller != asked and (key := _told(item, stem)):
                    values = {"item": str(asked + 1), "other": str(teller + 1), "found": key}
                    yield Finding("IWF20", (teller, "stem", item.language), values)


def _told(item: Written, stem: str) -> str:
    """The key that stands in this stem, or nothing."""
    for index in sorted(item.keys):
        key = bare(item.options[index])
        if len(key) >= CUE and re.search(rf"(?<!\w){re.escape(key)}(?!\w)", stem):
            return item.options[index].strip()
    return ""


def _skewed(contents: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Each place of an item with n options is expected to hold the key 1/n times."""
    places = []
    for content in contents:
        item = next(read(content), None)
        if item and item.key is not None:
            places.append((item.key, len(item.options)))
    most = max((count for _key, count in places), default=0)
    if len(places) < FEWEST_ITEMS or most < 2:
        return
    seen = [sum(key == place for key, _count in places) for place in range(most)]
    wanted = [sum(1 / count for _key, count in places if count > place) for place in range(most)]
    p = chi_square_tail(sum((one - two) ** 2 / two for one, two in zip(seen, wanted, strict=True)), most - 1)
    if p < SKEWED:
        place = max(range(most), key=lambda place: seen[place] - wanted[place])
        values = {"option": str(place + 1), "count": str(seen[place]), "items": str(len(places)), "p": f"{p:.2g}"}
        yield Finding("IWF21", (), values)


def chi_square_tail(value: float, freedom: int) -> float:
    """P(X >= value) of the chi-square distribution with `freedom` whole degrees of freedom (Abramowitz and Stegun
    26.4.4 and 26.4.5)."""
    half = value / 2
    if freedom % 2 == 0:
        return math.exp(-half) * math.fsum(half**k / math.factorial(k) for k in range(freedom // 2))
    terms = (half ** (k + 0.5) / math.gamma(k + 1.5) for k in range((freedom - 1) // 2))
    return math.erfc(math.sqrt(half)) + math.exp(-half) * math.fsum(terms)

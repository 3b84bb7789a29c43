"""The rules of ordering: a sequence that is one, a partial order that has no circle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from quizzes.marking.findings import Content, Finding
from quizzes.marking.lint.choices import same, unknown_scoring
from quizzes.marking.lint.rows import distinct
from quizzes.marking.ordering import SCHEMES, right_order


def steps(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """E161 fewer than three steps, E162 a circle (named), E163 a critical edge that is none, E164 a step in no edge,
    E166 an edge or distractor of a step there is not, E117 no such scheme, W165 two steps could change places."""
    yield from distinct(content, "items")
    if len(right_order(content)) < 3:
        yield Finding("E161", ("items",))
    if content.get("mode", "sequence") not in ("sequence", "dag"):
        yield unknown_scoring(content["mode"], ("sequence", "dag"))
    yield from _strangers(content)
    if content.get("mode") == "dag":
        yield from _partial(content)
        return
    if content.get("scoring", "absolute") not in SCHEMES:
        yield unknown_scoring(content["scoring"], tuple(SCHEMES))
    yield from _interchangeable(content, languages)


def _strangers(content: Content) -> Iterator[Finding]:
    known = {item["id"] for item in content["items"]}
    for part in ("edges", "critical"):
        for index, edge in enumerate(content.get(part) or []):
            if len(edge) != 2 or not set(edge) <= known:
                yield Finding("E166", (part, index), {"name": " → ".join(edge)})
    for index, one in enumerate(content.get("distractors") or []):
        if one not in known:
            yield Finding("E166", ("distractors", index), {"name": one})


def _partial(content: Content) -> Iterator[Finding]:
    edges = [tuple(edge) for edge in content.get("edges") or []]
    used = right_order(content)
    circle = cycle(edges)
    if circle:
        yield Finding("E162", ("edges",), {"steps": " → ".join(_numbers(content, circle))})
    for index, edge in enumerate(content.get("critical") or []):
        if tuple(edge) not in edges:
            yield Finding("E163", ("critical", index), {"edge": " → ".join(_numbers(content, edge))})
    for index, item in enumerate(content["items"]):
        if item["id"] in used and not any(item["id"] in edge for edge in edges):
            yield Finding("E164", ("items", index), {"step": str(index + 1)})


def _numbers(content: Content, steps_named: Sequence[str]) -> list[str]:
    """Steps by their number in the author's list, for ids mean nothing to a reader."""
    place = {item["id"]: str(number) for number, item in enumerate(content["items"], 1)}
    return [place.get(one, one) for one in steps_named]


def cycle(edges: Sequence[Sequence[str]]) -> list[str]:
    """Steps that lead back to the first, which stands at the end again; empty when there is no circle."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        if len(edge) == 2:
            after.setdefault(edge[0], []).append(edge[1])
    for start in after:
        way = _back(start, after)
        if way:
            return way
    return []


def _back(start: str, after: dict[str, list[str]]) -> list[str]:
    """A way from a step to itself."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop()
        for step in after.get(way[-1], []):
            if step == start:
                return [*way, step]
            if step not in seen:
                seen.add(step)
                ways.append([*way, step])
    return []


def _interchangeable(content: Content, languages: Sequence[str]) -> Iterator[Finding]:
    """W165: two steps read the same; or the author gave edges, and they do not hold two neighbours apart."""
    for language in languages:
        yield from same([item["text"].get(language, "") for item in content["items"]], ("items",), "W165")
    edges = {tuple(edge) for edge in content.get("edges") or []}
    place = {item["id"]: number for number, item in enumerate(content["items"], 1)}
    for one, other in pairwise(right_order(content)) if edges else ():
        if (one, other) not in edges:
            yield Finding("W165", ("items",), {"option": str(place[one]), "text": str(place[other])})

"""What a course holds, in figures: its lessons, and its questions by objective and level. Read from the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from courses.services import reading
from courses.services.files import Desk
from edu.content_time import holds

LEVELS = ("remember", "understand", "apply", "analyse", "evaluate")


def table(root: Path) -> Iterator[str]:
    """Lines of Markdown, one table of lessons and one of questions for each course."""
    desk = Desk(root)
    for folder in sorted(path.parent for path in root.glob("*/course.yaml")):
        sheet = desk.read(folder / "course.yaml")
        if sheet is None:
            continue
        languages = sheet.strings("languages")
        yield f"## {folder.name}"
        yield ""
        yield from _lessons(desk, folder, languages)
        yield ""
        yield from _items(desk, folder)
        yield ""


def _lessons(desk: Desk, folder: Path, languages: list[str]) -> Iterator[str]:
    yield "| Lesson | Language | Words | Minutes | Figures | Checks | Facts cited | Reading |"
    yield "|---|---|---|---|---|---|---|---|"
    totals: Counter[str] = Counter()
    for language in languages:
        for path in sorted(folder.glob(f"*.{language}.md")):
            _empty, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
            sheet = desk.parse(path, front, first_line=2)
            found = holds(body)
            row: dict[str, Any] = {
                "words": found.words,
                "minutes": int(sheet.number("minutes")) if sheet else 0,
                "figures": found.figures,
                "checks": found.checks,
                "facts": found.facts,
            }
            totals.update({f"{language} {name}": value for name, value in row.items()})
            figures = " | ".join(str(value) for value in row.values())
            yield f"| {path.name.partition('.')[0]} | {language} | {figures} | {_ease(found.prose, language)} |"
        names = ("words", "minutes", "figures", "checks")
        yield f"| **all** | {language} | {' | '.join(str(totals[f'{language} {name}']) for name in names)} | | |"


def _ease(prose: str, language: str) -> str:
    counts = reading.count(prose, language)
    if counts is None:
        return ""
    return f"grade {reading.grade(counts):.1f}" if language == "en" else f"{reading.ease(counts):.0f} of 100"


def _items(desk: Desk, folder: Path) -> Iterator[str]:
    found: Counter[tuple[str, str, str]] = Counter()
    types: Counter[tuple[str, str]] = Counter()
    for path in sorted((folder / "items").glob("*.yaml")):
        sheet = desk.read(path)
        if sheet:
            use, objective, level = (str(sheet.data.get(key)) for key in ("use", "objective", "level"))
            found[objective, use, level] += 1
            types[use, str(sheet.data.get("type"))] += 1
    yield f"| Objective | Use | {' | '.join(LEVELS)} | All |"
    yield f"|---|---|{'---|' * len(LEVELS)}---|"
    for objective, use in sorted({(objective, use) for objective, use, _level in found}):
        counts = [found[objective, use, level] for level in LEVELS]
        yield f"| {objective} | {use} | {' | '.join(map(str, counts))} | {sum(counts)} |"
    for use in ("check", "test"):
        kinds = ", ".join(f"{kind} {count}" for (of, kind), count in sorted(types.items()) if of == use)
        total = sum(count for (of, _kind), count in types.items() if of == use)
        yield f"| all | {use} |{' |' * len(LEVELS)} {total}: {kinds} |"

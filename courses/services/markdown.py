"""A lesson's Markdown becomes the list of blocks a page shows. Runs at load; a request parses nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core import units
from core.icons import ICONS
from core.texts import pick
from courses.services.files import Desk

OPENING = re.compile(r"^:::\s+(\w[\w-]*)\s*(.*?)\s*$")
FACT_ID = r"[A-Z]{2}-\d{2}"
CITATIONS = re.compile(rf"(?:[ \n]?\[{FACT_ID}\])+")
ANCHOR = re.compile(r"\s*\{#([a-z0-9-]+)\}\s*$")
TERM = re.compile(r'<a href="term:([a-z0-9-]+)">(.*?)</a>', re.DOTALL)
ACTIVITIES = ("check", "case", "quiz", "trainer")
TAGS = {
    "p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "table", "thead", "tbody", "tr", "th", "td",
    "blockquote", "code", "br",
}  # fmt: skip

Draw = Callable[[str], str]


@dataclass
class Library:
    """What a lesson may refer to: facts {id: {cite, doi, published}} and glossary terms {slug: {language: {term,
    text}}}, with the line of each term in glossary.yaml."""

    facts: dict[str, dict[str, Any]]
    terms: dict[str, dict[str, dict[str, str]]]
    term_lines: dict[str, int] = field(default_factory=dict)


@dataclass
class Compiled:
    """A lesson ready to be stored (courses.LessonText), and what it referred to.

    `places`: what stands where, as (name, line), such as ("heading need", 12): the same in every language.
    """

    blocks: list[dict[str, Any]] = field(default_factory=list)
    headings: list[dict[str, str]] = field(default_factory=list)
    terms: list[dict[str, str]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Segment:
    """A run of lines: prose (kind "") or the inside of a `:::` block."""

    kind: str
    arguments: list[str]
    line: int
    lines: list[str] = field(default_factory=list)


class LessonCompiler:
    """One lesson in one language, from Markdown to blocks. Mistakes go to the desk; the result is then not used."""

    def __init__(self, desk: Desk, path: Path, library: Library, draw: Draw, language: str) -> None:
        self.desk, self.path, self.library, self.draw, self.language = desk, path, library, draw, language
        self.out = Compiled()
        self.cited: set[int] = set()
        self.markdown = MarkdownIt("commonmark").enable("table")

    def compile(self, text: str, first_line: int) -> Compiled:
        for segment in self._segments(text.splitlines(), first_line):
            self._add(segment)
        return self.out

    def _segments(self, lines: list[str], first_line: int) -> Iterator[Segment]:
        current = Segment("", [], first_line)
        for number, line in enumerate(lines, first_line):
            opening = OPENING.match(line)
            if opening and not current.kind:
                yield current
                current = Segment(opening[1], opening[2].split(), number)
            elif line.strip() == ":::":
                if not current.kind:
                    self._wrong(number, "", "closes a block that was not opened")
                yield current
                current = Segment("", [], number + 1)
            else:
                if opening:
                    self._wrong(number, opening[1], f"stands inside “{current.kind}”, which is not closed by :::")
                current.lines.append(line)
        if current.kind:
            self._wrong(current.line, current.kind, "is not closed by ::: on a line of its own")
        yield current

    def _add(self, segment: Segment) -> None:
        body = "\n".join(segment.lines)
        if segment.kind:
            self.out.places.append((" ".join([segment.kind, *segment.arguments]), segment.line))
        if segment.kind in ACTIVITIES:
            self._add_activity(segment)
        elif segment.kind == "figure":
            self._add_figure(segment)
        elif segment.kind == "fact":
            cited = "".join(f" [{fact}]" for fact in segment.arguments if f"[{fact}]" not in body)
            text = body.rstrip()  # cited before the last full stop, where an author would put it
            inner = self._html(f"{text[:-1]}{cited}." if text.endswith(".") else f"{text}{cited}", segment.line + 1)
            label = escape(_("Fact"))
            self._html_block(f'<aside class="fact"><p class="fact-label">{label}</p>{inner}</aside>')
        elif segment.kind == "summary":
            title = escape(_("In short"))
            self.out.headings.append({"id": "summary", "text": _("In short")})
            inner = self._html(body, segment.line + 1)
            self._html_block(f'<section class="summary"><h2 id="summary">{title}</h2>{inner}</section>')
        elif segment.kind == "acts":
            self._html_block(self._acts(segment, self._html(body, segment.line + 1)))
        elif segment.kind == "help":
            inner = self._html(body, segment.line + 1)
            html = f'<section class="help">{ICONS["warning"]}{inner}</section>'
            self.out.blocks.append({"kind": "help", "html": html})
        elif segment.kind:
            known = "fact, figure, acts, help, check, case, quiz, trainer, summary"
            self._wrong(segment.line, segment.kind, f"is no block we know: {known}")
        elif body.strip():
            self._html_block(self._html(body, segment.line))

    def _acts(self, segment: Segment, inner: str) -> str:
        """A numbered list of what to do, each with the icon named for it: `::: acts pencil talk`."""
        for name in segment.arguments:
            if name not in ICONS:
                self._wrong(segment.line, "acts", f"there is no icon “{name}”: {', '.join(sorted(ICONS))}")
        if inner.count("<li>") != len(segment.arguments):
            self._wrong(segment.line, "acts", f"has {inner.count('<li>')} acts and {len(segment.arguments)} icons")
        for name in segment.arguments:
            icon = f'<span class="todo-icon todo-{escape(name)}">{ICONS.get(name, "")}</span>'
            inner = inner.replace("<li>", f'<li class="todo">{icon}<span>', 1)
        return inner.replace("</li>", "</span></li>").replace("<ol>", '<ol class="todo-list">')

    def _add_activity(self, segment: Segment) -> None:
        if not segment.arguments:
            self._wrong(segment.line, segment.kind, "needs the id of what to show")
            return
        ref = f"{segment.kind}:{segment.arguments[0]}"
        self.out.activities.append({"ref": ref, "required": "required" in segment.arguments[1:], "line": segment.line})
        self.out.blocks.append({"kind": "activity", "ref": ref})

    def _add_figure(self, segment: Segment) -> None:
        if len(segment.arguments) != 1:
            self._wrong(segment.line, "figure", "needs one name, the file's in figures/")
            return
        name = segment.arguments[0]
        html = CITATIONS.sub(lambda match: self._cite(match[0], lambda _mark: segment.line), self.draw(name))
        self.out.blocks.append({"kind": "figure", "name": name, "html": html})

    def _html_block(self, html: str) -> None:
        last = self.out.blocks[-1] if self.out.blocks else None
        if last and last["kind"] == "html":
            last["html"] += html
        else:
            self.out.blocks.append({"kind": "html", "html": html})

    def _html(self, text: str, line: int) -> str:
        """Markdown to clean HTML, then our own additions (which the sanitiser must not see): citations, terms."""
        for number, row in enumerate(text.splitlines()):
            for problem in units.disagreements(row):
                self._wrong(line + number, "glucose", problem)
        tokens = self.markdown.parse(text)
        self._anchor_headings(tokens, line)
        rendered = self.markdown.renderer.render(tokens, self.markdown.options, {})
        clean = nh3.clean(
            rendered,
            tags=TAGS,
            attributes={"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "th": {"scope"}},
            url_schemes={"http", "https", "mailto", "term"},
            link_rel=None,
        )
        clean = (
            clean.replace("&nbsp;", "\u00a0")  # as written, so that glucose values are found (core.units)
            .replace("<th>", '<th scope="col">')
            .replace("<table>", '<div class="table-scroll" tabindex="0"><table class="prose-table">')
            .replace("</table>", "</table></div>")
        )

        def at(mark: str) -> int:
            return line + next((number for number, row in enumerate(text.splitlines()) if mark in row), 0)

        clean = TERM.sub(lambda match: self._term(match[1], match[2], at(f"term:{match[1]}")), clean)
        return CITATIONS.sub(lambda match: self._cite(match[0], at), clean)

    def _anchor_headings(self, tokens: list[Token], line: int) -> None:
        for opening, inline in itertools.pairwise(tokens):
            if opening.type != "heading_open":
                continue
            at = line + (opening.map[0] if opening.map else 0)
            if opening.tag not in ("h2", "h3"):
                self._wrong(at, opening.tag, "headings in a lesson are ## or ###; the title is in the front matter")
            match = ANCHOR.search(inline.content)
            if match is None:
                if opening.tag == "h2":
                    self._wrong(at, "heading", f"give “{inline.content}” an anchor that stays: {{#short-name}}")
                continue
            inline.content = ANCHOR.sub("", inline.content)
            last = (inline.children or [])[-1]
            last.content = ANCHOR.sub("", last.content)
            opening.attrSet("id", match[1])
            if match[1] in {heading["id"] for heading in self.out.headings}:
                self._wrong(at, "heading", f"the anchor “{match[1]}” is used twice")
            self.out.headings.append({"id": match[1], "text": inline.content})
            self.out.places.append((f"heading {match[1]}", at))

    def _term(self, slug: str, shown: str, line: int) -> str:
        if slug not in self.library.terms:
            self._wrong(line, "term", f"“{slug}” is not in glossary.yaml")
            return shown
        entry = self.library.terms[slug].get(self.language)
        if entry is None:
            where = self.desk.root / "glossary.yaml", self.library.term_lines.get(slug, 0)
            self.desk.report(*where, slug, f"has no text in {self.language}, and {self.path.name} explains it")
            return shown
        if slug not in {term["slug"] for term in self.out.terms}:
            self.out.terms.append({"slug": slug, **entry})
        return f'<button type="button" class="term" popovertarget="term-{slug}">{shown}</button>'

    def _cite(self, marks: str, at: Callable[[str], int]) -> str:
        """The numbers of the sources of [RO-26][RO-27]; two facts from one source share its number."""
        numbers = [self._source(fact, at(f"[{fact}]")) for fact in re.findall(FACT_ID, marks)]
        return "".join(self._mark(number) for number in dict.fromkeys(numbers) if number)

    def _mark(self, number: int) -> str:
        """A number in the text; the first of its source is where the source's own link leads back to."""
        ident = f' id="cite-{number}"' if number not in self.cited else ""
        self.cited.add(number)
        label = escape(_("Source %(number)d") % {"number": number})
        return f'<sup class="cite"><a{ident} href="#source-{number}" aria-label="{label}">{number}</a></sup>'

    def _source(self, fact: str, line: int) -> int:
        """The number of the source a fact comes from, listed at its first mention; 0 for an unknown fact."""
        known = self.library.facts.get(fact)
        if known is None:
            self._wrong(line, "citation", f"[{fact}] is not in facts.yaml")
            return 0
        place = {"cite": pick(known["cite"], self.language), "doi": known["doi"], "published": known["published"]}
        source = next((one for one in self.out.sources if place.items() <= one.items()), None)
        if source is None:
            source = {"n": len(self.out.sources) + 1, **place, "facts": []}
            self.out.sources.append(source)
        if fact not in source["facts"]:
            source["facts"].append(fact)
        return int(source["n"])

    def _wrong(self, line: int, key: str, message: str) -> None:
        self.desk.report(self.path, line, key, message)

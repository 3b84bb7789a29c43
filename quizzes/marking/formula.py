"""The grammar of dose formulas: an own parser to a small tree, evaluated exactly over many points at once.

    comparison := sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
    sum        := product {("+" | "-") product}
    product    := signed {("*" | "/") signed}
    signed     := "-" signed | power
    power      := atom ["**" signed]
    atom       := number | name | name "(" comparison {"," comparison} ")" | "(" comparison ")"

Functions: min(a, b, ...), max(a, b, ...), abs(x), round(x) or round(x, decimals) with a half going up,
floor_step(x, step), ceil_step(x, step), if(condition, then, else). No attribute, no index, no text, nothing of Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import NamedTuple, NoReturn

from quizzes.marking import rationals
from quizzes.marking.rationals import Rationals

LONGEST, DEEPEST = 500, 40
ROUNDING = ("round", "floor_step", "ceil_step")
# name: the fewest and the most arguments
FUNCTIONS = {
    "min": (2, 8),
    "max": (2, 8),
    "abs": (1, 1),
    "round": (1, 2),
    "floor_step": (2, 2),
    "ceil_step": (2, 2),
    "if": (3, 3),
}
_TOKEN = re.compile(r"\s*(?:(\d{1,15}(?:\.\d{1,15})?)|([A-Za-z_][A-Za-z0-9_]{0,39})|(\*\*|<=|>=|==|!=|[-+*/(),<>]))")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


class FormulaError(Exception):
    """A formula outside the grammar: `at` is the character (from 1), `found` what stands there."""

    def __init__(self, at: int, found: str) -> None:
        super().__init__(f"{found!r} at {at}")
        self.at, self.found = at, found


class Node(NamedTuple):
    """A number ("number", value), a name ("name", its name), or an operation with the nodes it works on."""

    kind: str
    parts: tuple[Node, ...] = ()
    value: Fraction = Fraction(0)
    name: str = ""


class Token(NamedTuple):
    text: str
    kind: str
    at: int


def parse(formula: str) -> Node:
    """The formula as a tree. FormulaError when it is outside the grammar, over 500 characters or 40 levels deep."""
    if len(formula) > LONGEST:
        raise FormulaError(LONGEST, "…")
    reader = _Reader(_tokens(formula), len(formula) + 1)
    tree = reader.comparison(0)
    if reader.rest:
        reader.refuse()
    if _depth(tree) > DEEPEST:
        raise FormulaError(1, "…")
    return tree


def _tokens(formula: str) -> list[Token]:
    found, at = [], 0
    while formula[at:].strip():
        match = _TOKEN.match(formula, at)
        if not match:
            start = at + len(formula[at:]) - len(formula[at:].lstrip())
            raise FormulaError(start + 1, formula[start : start + 10])
        kind = ("number", "name", "sign")[(match.lastindex or 1) - 1]
        found.append(Token(match[match.lastindex or 1], kind, match.start(match.lastindex or 1) + 1))
        at = match.end()
    return found


class _Reader:
    """Recursive descent over the tokens; `depth` counts brackets, calls and signs, so that no input exhausts Python."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self.rest, self.end = tokens[::-1], end

    def refuse(self) -> NoReturn:
        last = self.rest[-1] if self.rest else Token("", "end", self.end)
        raise FormulaError(last.at, last.text)

    def takes(self, *signs: str) -> str:
        """The next token if it is one of these signs, else nothing."""
        if self.rest and self.rest[-1].kind == "sign" and self.rest[-1].text in signs:
            return self.rest.pop().text
        return ""

    def needs(self, sign: str) -> None:
        if not self.takes(sign):
            self.refuse()

    def comparison(self, depth: int) -> Node:
        if depth > DEEPEST:
            self.refuse()
        left = self.chain(depth, ("+", "-"), lambda deep: self.chain(deep, ("*", "/"), self.signed))
        sign = self.takes(*_COMPARISONS)
        if not sign:
            return left
        right = self.chain(depth, ("+", "-"), lambda deep: self.chain(deep, ("*", "/"), self.signed))
        return Node(sign, (left, right))

    def chain(self, depth: int, signs: tuple[str, ...], part: Callable[[int], Node]) -> Node:
        left = part(depth)
        while sign := self.takes(*signs):
            left = Node(sign, (left, part(depth)))
        return left

    def signed(self, depth: int) -> Node:
        if depth > DEEPEST:
            self.refuse()
        if self.takes("-"):
            return Node("negative", (self.signed(depth + 1),))
        base = self.atom(depth)
        return Node("**", (base, self.signed(depth + 1))) if self.takes("**") else base

    def atom(self, depth: int) -> Node:
        if self.takes("("):
            inner = self.comparison(depth + 1)
            self.needs(")")
            return inner
        if not self.rest or self.rest[-1].kind == "sign":
            self.refuse()
        token = self.rest.pop()
        if token.kind == "number":
            return Node("number", value=Fraction(token.text))
        return self.call(token, depth) if self.takes("(") else self.name(token)

    def name(self, token: Token) -> Node:
        if token.text in FUNCTIONS:
            raise FormulaError(token.at, token.text)
        return Node("name", name=token.text)

    def call(self, token: Token, depth: int) -> Node:
        fewest, most = FUNCTIONS.get(token.text, (1, 0))
        parts = [self.comparison(depth + 1)]
        while self.takes(","):
            parts.append(self.comparison(depth + 1))
        self.needs(")")
        if not fewest <= len(parts) <= most:
            raise FormulaError(token.at, token.text)
        return Node(token.text, tuple(parts))


def _depth(tree: Node) -> int:
    """Levels of the tree, counted without recursion: a chain of hundreds of additions is as deep as it is long."""
    level, deep = [tree], 0
    while level:
        level, deep = [part for node in level for part in node.parts], deep + 1
    return deep


def names(tree: Node) -> set[str]:
    """Every name the formula uses."""
    return {tree.name} - {""} | {name for part in tree.parts for name in names(part)}


def rounds(tree: Node) -> bool:
    """Whether the formula rounds anywhere."""
    return tree.kind in ROUNDING or any(rounds(part) for part in tree.parts)


def unrounded(tree: Node) -> Node:
    """The same formula with every rounding left out."""
    if tree.kind in ROUNDING:
        return unrounded(tree.parts[0])
    return tree._replace(parts=tuple(unrounded(part) for part in tree.parts))


_TWO: Mapping[str, Callable[[Rationals, Rationals], Rationals]] = {
    "+": rationals.add,
    "-": rationals.subtract,
    "*": rationals.multiply,
    "/": rationals.divide,
    "**": rationals.power,
    "floor_step": rationals.floor_step,
    "ceil_step": rationals.ceil_step,
}


def evaluate(tree: Node, env: Mapping[str, Rationals]) -> Rationals:
    """The formula at every point of `env`. KeyError for a name it does not hold; what goes wrong at a point is that
    point's fault, not an exception."""
    if tree.kind == "number":
        return rationals.constant(tree.value)
    if tree.kind == "name":
        return env[tree.name]
    parts = [evaluate(part, env) for part in tree.parts]
    if tree.kind in _COMPARISONS:
        return rationals.compare(tree.kind, parts[0], parts[1])
    if tree.kind in ("min", "max"):
        return reduce(lambda one, other: rationals.extreme(one, other, least=tree.kind == "min"), parts)
    return _apply(tree.kind, parts)


def _apply(kind: str, parts: list[Rationals]) -> Rationals:
    if kind in _TWO:
        return _TWO[kind](parts[0], parts[1])
    if kind == "negative":
        return rationals.negative(parts[0])
    if kind == "abs":
        return rationals.absolute(parts[0])
    if kind == "if":
        return rationals.branch(*parts)
    places = parts[1] if len(parts) > 1 else rationals.constant(Fraction(0))
    return rationals.rounded(parts[0], places)

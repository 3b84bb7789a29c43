"""Nothing that tells the answer is in what is sent: 50 random items of every type, canaries in all that is secret."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from quizzes import marking
from quizzes.marking import KINDS, Rng

CANARY = "CANARY"


class Maker:
    """Random content in which every id, key, reason, formula and name is a canary, and every shown text is not."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made = 0

    def secret(self) -> str:
        self.made += 1
        return f"{CANARY}{self.made}x{self.chance.randrange(10**6)}"

    def text(self) -> dict[str, str]:
        word = "".join(self.chance.choices("abdefghij klmno", k=12)).strip() or "word"
        return {"en": word, "es": f"{word} es"}

    def why(self) -> dict[str, str]:
        return {"en": self.secret(), "es": self.secret()}

    def count(self, least: int = 2, most: int = 6) -> int:
        return self.chance.randint(least, most)

    def row(self, **keys: Any) -> dict[str, Any]:
        return {"id": self.secret(), "text": self.text(), "why": self.why(), **keys}

    def options(self) -> list[dict[str, Any]]:
        count = self.count(2)
        key = self.chance.randrange(count)
        return [self.row(key=at == key, weight=self.secret()) for at in range(count)]

    def top(self, kind: str) -> dict[str, Any]:
        return {
            "type": kind,
            "objective": self.secret(),
            "level": self.secret(),
            "facts": [self.secret()],
            "see": self.secret(),
            "stem": self.text(),
            "why": self.why(),
            "feedback": {"mg/dL": self.why()},
            "id": self.secret(),
            "tags": [self.secret()],
            "scoring": self.secret(),
            "picture": {
                "sha256": "0" * 64,
                "width": 4,
                "height": 3,
                "alt": self.text(),
                "caption": self.text(),
                "file": self.secret(),
            },
        }

    def answers(self) -> list[dict[str, Any]]:
        value = self.chance.randint(700_000, 799_999)
        return [{"value": str(value), "unit": "mg/dL", "atol": "1", "credit": 1, "why": self.why()}]


def mtf(maker: Maker) -> dict[str, Any]:
    return {"rows": [maker.row(key=bool(maker.chance.getrandbits(1))) for _one in range(maker.count(1))]}


def matching(maker: Maker) -> dict[str, Any]:
    right = [maker.row() for _one in range(maker.count(3))]
    left = [maker.row(key=maker.chance.choice(right)["id"]) for _one in range(maker.count())]
    return {"left": left, "right": right, "distractors": [right[0]["id"]]}


def ordering(maker: Maker) -> dict[str, Any]:
    items = [maker.row() for _one in range(maker.count(4))]
    edges = [[one["id"], other["id"]] for one, other in pairwise(items)]
    return {
        "items": items,
        "mode": "dag",
        "edges": edges,
        "critical": edges[:1],
        "distractors": [items[-1]["id"]],
    }


def matrix(maker: Maker, many: bool) -> dict[str, Any]:
    columns = [maker.row() for _one in range(maker.count())]
    found = [maker.chance.choice(columns)["id"] for _one in range(maker.count())]
    rows = [maker.row(keys=[one]) if many else maker.row(key=one) for one in found]
    return {"columns": columns, "rows": rows}


def cloze(maker: Maker) -> dict[str, Any]:
    blanks = [{"id": maker.secret(), "options": maker.options(), "why": maker.why()} for _one in range(2)]
    return {"passage": {"en": "One {1} two {2}.", "es": "Uno {1} dos {2}."}, "blanks": blanks}


def dose(maker: Maker) -> dict[str, Any]:
    names = [maker.secret() for _one in range(4)]
    variables = {name: {"min": 100, "max": 100 + 10 * at} for at, name in enumerate(names)}
    return {
        "stem": {"en": f"Given {{{names[0]}}} and {{{names[1]}.mmol}}.", "es": f"Dado {{{names[0]}}}."},
        "ask": maker.chance.choice(["number", "choice"]),
        "params": {
            "vars": variables,
            "constraints": [f"{names[0]} > 0"],
            "derived": {f"{CANARY}d": f"{names[0]} * 3", f"{CANARY}e": f"{CANARY}d + 1"},
            "answer": f"{CANARY}e",
            "unit": "units",
            "safe_range": [0, 987654],
            "distractors": {maker.secret(): {"formula": f"{names[1]} * 7", "why": maker.why()}},
        },
    }


def carbs(maker: Maker) -> dict[str, Any]:
    foods = [
        maker.row(portion=maker.text(), label=maker.why(), grams_carb="777777", source=maker.secret())
        for _one in range(maker.count(1))
    ]
    return {"foods": foods, "total": "777777", "tolerance": {"grams": "777777"}}


def graph(maker: Maker) -> dict[str, Any]:
    days = [[maker.chance.randint(40, 300) for _one in range(12)]]
    return {
        "ask": maker.chance.choice(["number", "choice"]),
        "data": {"mgdl": days, "start": "06:00", "step_min": 60, "key": maker.secret()},
        "bands": [{"low": 70, "high": 180, "text": maker.text(), "why": maker.why()}],
        "description": maker.text(),
        "stated": {"tir": maker.secret()},
        "answers": [{**maker.answers()[0], "from": maker.chance.choice([None, "tir"])}],
        "options": maker.options(),
    }


MAKERS: dict[str, Callable[[Maker], dict[str, Any]]] = {
    "sba": lambda maker: {"options": maker.options()},
    "mr": lambda maker: {"options": maker.options(), "select_n": 1},
    "mtf": mtf,
    "numeric": lambda maker: {"answers": maker.answers(), "input_units": ["mg/dL", "mmol/L"]},
    "dose_calc": dose,
    "matching": matching,
    "ordering": ordering,
    "carb_meal": carbs,
    "matrix_mc": lambda maker: matrix(maker, many=False),
    "matrix_mr": lambda maker: matrix(maker, many=True),
    "cloze_dropdown": cloze,
    "graph_read": graph,
}


def item(kind: str, seed: int) -> dict[str, Any]:
    maker = Maker(seed)
    return {**maker.top(kind), **MAKERS[kind](maker)}


def test_every_type_is_tried() -> None:
    assert MAKERS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_reason_formula_or_id_is_sent(kind: str) -> None:
    for seed in range(50):
        content = item(kind, seed)
        params, order = marking.draw(content, Rng(seed)), marking.order(content, Rng(seed))
        for language in ("en", "es", "fr"):
            sent = json.dumps(marking.present(content, params, order, language))
            assert CANARY not in sent, (seed, sent)
            assert "777777" not in sent
            assert "atol" not in sent
            for answer in content.get("answers", []) if kind == "numeric" else []:
                assert str(answer["value"]) not in sent


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_place_does_not_show_in_the_document(kind: str) -> None:
    """Two items that differ in their keys alone are sent as the same bytes."""
    for seed in range(20):
        content, other = item(kind, seed), item(kind, seed)
        order = marking.order(content, Rng(seed))
        params = marking.draw(content, Rng(seed))
        _rekey(other)
        assert marking.present(content, params, order, "en") == marking.present(other, params, order, "en")


def _rekey(value: Any) -> None:
    """Turn every key around: flags, rows' keys, edges, answers."""
    if isinstance(value, list):
        for one in value:
            _rekey(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "key":
                value[name] = (not inner) if isinstance(inner, bool) else f"{CANARY}other"
            elif name in ("keys", "edges", "critical"):
                value[name] = []
            elif name in ("weight", "credit", "atol", "grams_carb", "total", "safe_range"):
                value[name] = "1"
            else:
                _rekey(inner)

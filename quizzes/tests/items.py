"""The examples of docs/items.md, for tests: one item a type, with its answer."""

from __future__ import annotations

import copy
import io
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image
from ruamel.yaml import YAML

from quizzes import marking
from quizzes.marking.lint import Bounds

BOUNDS = Bounds(objectives={"LO-1"}, facts={"RO-1"}, weak_facts=set(), anchors={"intro#start"}, languages=["en", "es"])
DRAWN = {"bg": "252", "carbs": "60", "icr": "12", "isf": "38", "iob": "0", "target": "100"}
SECTION = re.compile(r"^## (\w+):.*?```yaml\n(.*?)```\n```json\n(.*?)```", re.DOTALL | re.MULTILINE)


@lru_cache
def _page() -> dict[str, tuple[Any, Any]]:
    text = (Path(settings.ROOT) / "docs" / "items.md").read_text(encoding="utf-8")
    yaml = YAML(typ="safe")
    return {name: (yaml.load(content), json.loads(answer)) for name, content, answer in SECTION.findall(text)}


def example(kind: str, **changes: Any) -> dict[str, Any]:
    """The page's item of a type, with some keys changed."""
    content: dict[str, Any] = copy.deepcopy(_page()[kind][0])
    return content | changes


def answer(kind: str) -> dict[str, Any]:
    """The answer the page shows for it."""
    found: dict[str, Any] = copy.deepcopy(_page()[kind][1])
    return found


def params(kind: str) -> dict[str, str]:
    return dict(DRAWN) if kind == "dose_calc" else {}


def shown(content: dict[str, Any], seed: int = 1) -> list[str]:
    return marking.order(content, marking.Rng(seed))


def kinds() -> list[str]:
    return list(_page())


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 30), **saved: Any) -> bytes:
    """A file of a picture that is red on the left."""
    image = Image.new("RGB", size, "navy")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **saved)
    return out.getvalue()

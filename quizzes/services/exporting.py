"""The bank back into files: what the newest version of each item says, as docs/items.md writes it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from ruamel.yaml import YAML

from quizzes import marking
from quizzes.models import Item, ItemVersion, Picture
from quizzes.services.item_files import part_id
from quizzes.services.pictures import ENDINGS

FIRST = ("type", "use", "objective", "level", "facts", "see", "stem")


def export_items(folder: Path, *, course: str) -> list[str]:
    """Write items/ID.yaml of a course under `folder` for every published item that is in use; returns their ids.

    Loading them again changes nothing.
    """
    rows = ItemVersion.objects.newest().filter(objective__course__slug=course, item__retired_at__isnull=True)
    place = folder / course / "items"
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for version in rows.select_related("item").order_by("item"):
        content = dict(version.content)
        if (content.get("picture") or {}).get("sha256"):
            content["picture"] = _picture(place, version.item_id, content["picture"])
        (place / f"{version.item_id}.yaml").write_text(yaml_of(version.item, content), encoding="utf-8")
        written.append(version.item_id)
    return written


def _picture(place: Path, item_id: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Write the picture beside its item's file; returns what the file says of it."""
    found = Picture.objects.get(pk=said["sha256"])
    name = f"{item_id}.{ENDINGS[found.mime]}"
    (place / name).write_bytes(bytes(found.data))
    return {"file": name, **{part: said[part] for part in ("alt", "caption") if said.get(part)}}


def yaml_of(item: Item, content: Mapping[str, Any]) -> str:
    """One item as its file says it."""
    letters = {part_id(item.pk, letter): letter for letter in ascii_lowercase}

    def name(one: str) -> str:
        """The letter the file had, else the id itself, which the loader keeps; of a blank's option its own part."""
        own = one.rpartition("/")[2]
        return letters.get(own, own)

    said = marking.renamed(content, name)
    head: dict[str, Any] = {**said, "use": item.use}
    ordered = {key: head[key] for key in FIRST if key in head}
    ordered |= {key: value for key, value in said.items() if key not in (*FIRST, "schema")}
    text = io.StringIO()
    yaml = YAML()
    yaml.width, yaml.default_flow_style = 110, False
    yaml.dump(ordered, text)
    return text.getvalue()

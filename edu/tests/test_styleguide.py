"""The style guide shows every component there is, to developers only."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from edu.settings import base

pytestmark = pytest.mark.django_db
COMPONENTS = settings.ROOT / "templates" / "components"


def test_every_component_is_on_the_style_guide(client: Client) -> None:
    shown = {template.name for template in client.get("/styleguide/").templates}
    assert {f"components/{path.name}" for path in COMPONENTS.glob("*.html")} <= shown


def test_every_colour_of_the_tokens_has_its_swatch(client: Client) -> None:
    text = client.get("/styleguide/").content.decode()
    styles = (settings.ROOT / "static" / "css" / "styleguide.css").read_text()
    names = [part.partition('"')[0] for part in text.split("swatch-box swatch-")[1:]]
    assert len(names) > 25
    assert [name for name in names if f".swatch-{name} " not in styles] == []


def test_the_style_guide_is_for_developers_and_missing_elsewhere(client: Client, settings: Any) -> None:
    assert base.STYLEGUIDE is False
    settings.STYLEGUIDE = False
    assert client.get("/styleguide/").status_code == 404

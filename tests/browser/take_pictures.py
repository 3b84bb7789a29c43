"""Not a test: run by tests/pictures.py, with the tests' fixtures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.conftest import Looker
from tests.browser.gallery import View

FOLDER = Path(settings.ROOT) / "var" / "pictures"
SIZES = {1280: 900, 360: 780}
THEMES = ("light", "dark")


@pytest.mark.django_db(transaction=True)
def test_take(looker: Looker, views: list[View]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = os.environ.get("BASAL_PICTURES", "")
    for view in [view for view in views if wanted in view.name]:
        for width, height in SIZES.items():
            for theme in THEMES:
                context = looker.context(view, viewport={"width": width, "height": height}, color_scheme=theme)
                page = looker.open(context, view)
                page.screenshot(path=FOLDER / f"{view.name}-{width}-{theme}.png", full_page=True)
                context.close()
        print(f"  {view.name}")
    assert looker.wrong == []

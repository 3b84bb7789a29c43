"""Not a test: run by tests/pictures.py, with the tests' fixtures."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import ViewportSize

from core.models import RateCounter
from tests.browser.conftest import Looker
from tests.browser.gallery import View

FOLDER = Path(settings.ROOT) / "var" / "pictures"
SIZES = {1280: 900, 360: 780}
THEMES = ("light", "dark")
LANGUAGES = ("en", "es")


@pytest.mark.django_db(transaction=True)
def test_take(looker: Looker, views: list[View]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = re.compile(os.environ.get("BASAL_PICTURES", ""))
    for view in [view for view in views if wanted.search(view.name)]:
        for (width, height), theme, language in itertools.product(SIZES.items(), THEMES, LANGUAGES):
            size: ViewportSize = {"width": width, "height": height}
            context = looker.context(view, language=language, viewport=size, color_scheme=theme)
            cache.clear()  # eight times the same form would meet a limit, the sign-in's or our own
            RateCounter.objects.all().delete()
            page = looker.open(context, view)
            page.screenshot(path=FOLDER / f"{view.name}-{width}-{theme}-{language}.png", full_page=True)
            context.close()
        print(f"  {view.name}")
    assert looker.wrong == []

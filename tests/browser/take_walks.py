"""Not a test: run by tests/pictures.py, with the tests' fixtures. Both walks, with pictures, at two widths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.browser.walking import HEIGHTS, Camera, Person
from tests.browser.walks import Educator, Patient

FOLDER = Path(settings.ROOT) / "var" / "pictures" / "walks"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("who", ["educator", "patient"])
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("whole")
def test_take(
    chromium: Browser, live_server: Any, work_off: Callable[[], int], who: str, width: int, theme: str
) -> None:
    camera = Camera(FOLDER / f"{who}-{width}-{theme}")
    locale = "es-US" if who == "patient" else "en-US"
    person = Person(chromium, live_server.url, camera, width=width, locale=locale, theme=theme)
    try:
        (Patient(person) if who == "patient" else Educator(person, work_off)).walk()
    except BaseException:
        person.whole("here-it-stopped")
        raise
    finally:
        person.close()
        print(f"  {who}, {width} px, {theme}: {camera.taken} pictures in {camera.folder}")
    if person.wrong:
        pytest.fail("\n".join(dict.fromkeys(person.wrong)), pytrace=False)

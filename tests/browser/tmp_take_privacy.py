"""Pictures and axe of the privacy views only."""
from __future__ import annotations
import os
from pathlib import Path
import pytest
from django.conf import settings
from tests.browser.conftest import *  # noqa
from tests.browser.gallery import Gallery
from tests.browser.test_pages import _axe, _shape, _small_targets
FOLDER = Path(settings.ROOT) / "var" / "pictures"
@pytest.mark.django_db(transaction=True)
def test_take(looker, make_educator, work_off):
    g = Gallery(make_educator, work_off)
    g._strangers(); g._newcomer(); g.views=[v for v in g.views if v.name in ("profile","sign-up")]
    g._privacy()
    FOLDER.mkdir(parents=True, exist_ok=True)
    only=os.environ.get("ONLY","").split(",") if os.environ.get("ONLY") else None
    found=[]
    for view in g.views:
        if only and view.name not in only: continue
        for width in (1280,360):
            for theme in ("light","dark"):
                if theme=="dark" and width==1280 and os.environ.get("FAST"): continue
                c=looker.context(view, viewport={"width":width,"height":800}, color_scheme=theme, reduced_motion="reduce")
                p=looker.open(c, view)
                p.screenshot(path=FOLDER/f"{view.name}-{width}-{theme}.png", full_page=True)
                found += [f"{view.name} {width} {theme}: {x}" for x in _axe(p)+_shape(p)+(_small_targets(p) if width==360 else [])]
                c.close()
    print("\n".join(found+looker.wrong))
    assert not found+looker.wrong

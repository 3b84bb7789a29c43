"""The picture of a question in the editor: the file, and what is said of it in each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.forms.parts import ABSENT, Drawn, Holder, Part, Texts, merged
from quizzes.models import Picture

if TYPE_CHECKING:
    from quizzes.forms.item import ItemForm

FILE, CHOSEN, DROP = "picture-file", "picture-sha256", "drop:picture"
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
ALT = Texts(
    key="alt",
    label=gettext_lazy("Alternative text"),
    hint=gettext_lazy("What it shows, for those who do not see it. It must not give the answer away."),
)
CAPTION = Texts(key="caption", label=gettext_lazy("Caption, if it needs one"), longest=300, high=1)


@dataclass(frozen=True, kw_only=True)
class PictureOf(Part):
    """Which picture stands in a hidden field, so that it is not lost when the page is shown again."""

    kind = "picture"

    def draw(self, form: ItemForm, place: str, holder: Holder) -> Drawn:
        stored = holder.get(self.key, ABSENT)
        inner = stored if isinstance(stored, Mapping) else {}
        form.anchors.add(self.key)
        accept = {"accept": "image/png,image/jpeg,image/webp"}
        help_text = _("PNG, JPEG or WebP, up to 1 MB and 4 million pixels. Only what it shows is kept.")
        file = forms.FileField(
            label=_("File"), required=False, widget=forms.FileInput(attrs=accept), help_text=help_text
        )
        form.put(FILE, file, None)
        form.put(CHOSEN, forms.CharField(required=False, widget=forms.HiddenInput()), inner.get("sha256", ""))
        texts = [part.draw(form, f"{self.key}-", inner) for part in (ALT, CAPTION)]
        return Drawn(self, form, self.key, stored, (FILE, CHOSEN), parts=texts)

    def take(self, drawn: Drawn) -> dict[str, Any]:
        stored = drawn.stored if isinstance(drawn.stored, Mapping) else {}
        found = merged(stored, [part.take() for part in drawn.parts])
        chosen = drawn.form.cleaned_data[CHOSEN]
        if chosen != stored.get("sha256", ""):
            known = Picture.objects.filter(pk=chosen).first() if SHA256.fullmatch(chosen) else None
            if known:
                found |= {"sha256": known.pk, "width": known.width, "height": known.height}
        said = found.get("sha256") or any(text for part in ("alt", "caption") for text in found.get(part, {}).values())
        return {self.key: found if said or drawn.stored is not ABSENT else ABSENT}

"""Pictures in questions: looked at, written anew, kept by what they are. No name and no remark of a file is kept."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import Role, User
from core.errors import DomainError
from core.uploads import MOST_BYTES
from quizzes.models import Picture
from quizzes.services.authoring import require

MOST_PIXELS = 4_000_000
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
# As written: small, and the same bytes for the same pixels.
WRITTEN: dict[str, dict[str, Any]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "WEBP": {"quality": 90, "method": 6},
}


def keep(data: bytes) -> Picture:
    """The picture in this file. A file that was given before, or that we wrote, is the picture it was then, so that
    loading and exporting change nothing.

    Raises DomainError (422), each with what to do: too large, too many pixels, no PNG, JPEG or WebP, moving, broken.
    """
    if len(data) > MOST_BYTES:
        raise _refused("too_large", _("The file has more than 1 MB. Make the picture smaller and add it again."))
    given = hashlib.sha256(data).hexdigest()
    known = Picture.objects.filter(Q(pk=given) | Q(made_from=given)).order_by("at").first()
    if known:
        return known
    image, kind = _read(data)
    out = io.BytesIO()
    image.save(out, kind, **WRITTEN[kind])
    written = out.getvalue()
    values = {
        "mime": KINDS[kind],
        "width": image.width,
        "height": image.height,
        "data": written,
        "made_from": given,
    }
    return Picture.objects.get_or_create(sha256=hashlib.sha256(written).hexdigest(), defaults=values)[0]


def add(data: bytes, *, actor: User) -> Picture:
    """Keep what an author sent. Raises DomainError as `keep` does, and not an author (403)."""
    require(actor, Role.AUTHOR)
    return keep(data)


def _read(data: bytes) -> tuple[Image.Image, str]:
    try:
        image = Image.open(io.BytesIO(data), formats=list(KINDS))
        kind = "JPEG" if image.format == "MPO" else str(image.format)  # a phone's picture with a second one in it
        _require_its_end(data, kind)
        if image.width * image.height > MOST_PIXELS:  # before a pixel is read: a small file may unpack to gigabytes
            raise _refused(
                "too_many_pixels",
                _("The picture has %(width)s by %(height)s pixels. Make it smaller: 2000 by 2000 is the most.")
                % {"width": image.width, "height": image.height},
            )
        if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
            raise _refused(
                "moving", _("The picture moves. Add one that stands still, so that it can be read in peace.")
            )
        return _plain(image), kind
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise _no_picture(data) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _refused(
            "broken", _("The picture cannot be read to its end. Save it again and add that file.")
        ) from error


def _require_its_end(data: bytes, kind: str) -> None:
    """Raise EOFError for a file that was cut off. WeasyPrint tells Pillow, for the whole process, to let such pass."""
    if kind == "WEBP":
        whole = len(data) >= int.from_bytes(data[4:8], "little") + 8
    else:
        whole = (b"IEND" if kind == "PNG" else b"\xff\xd9") in data[-1024:]
    if not whole:
        raise EOFError


def _no_picture(data: bytes) -> DomainError:
    if b"<svg" in data[:2000].lower():
        return _refused(
            "svg",
            _("An SVG may hold programs and looks different from device to device. Save it as a PNG and add that."),
        )
    return _refused("no_picture", _("This is no PNG, JPEG or WebP. Save the picture as one of these and add that."))


def _plain(image: Image.Image) -> Image.Image:
    """What is seen and nothing else: upright, in plain colours, on white (a dark page would swallow dark lines)."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("L", "RGB") and "transparency" not in upright.info:
        plain = upright
    else:
        seen = (upright.convert("RGB") if upright.mode == "CMYK" else upright).convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        plain = Image.alpha_composite(paper, seen).convert("RGB")
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    return fresh


def _refused(code: str, message: str) -> DomainError:
    return DomainError(code, message, status=422)

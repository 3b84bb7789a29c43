"""An award as a PDF: template, QR code, WeasyPrint. The same award gives the same bytes."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates.models import Award
from core.charts import certificate_band

RENDERER = "weasyprint 70.0 pdf/ua-1"
# Longest name at each size of the serif on A4 landscape; beyond the last it runs over two lines.
NAME_SIZES = ((24, "name-60"), (30, "name-50"), (36, "name-42"))


def render(award: Award) -> bytes:
    """The PDF of an award, tagged (written as PDF/UA-1), fonts embedded, nothing fetched from anywhere."""
    return to_pdf(html(award), identifier=award.pk.bytes)


def to_pdf(text: str, *, identifier: bytes) -> bytes:
    """WeasyPrint with our options. Imported here: two seconds of CPU no web process should pay."""
    import weasyprint

    document = weasyprint.HTML(string=text, url_fetcher=_refuse)
    pdf = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    if pdf is None:
        raise RuntimeError("WeasyPrint returned nothing")
    return bytes(pdf)


def html(award: Award) -> str:
    """The certificate's HTML in the award's language."""
    with override(award.language):
        return render_to_string("certificates/pdf/certificate.html", context(award))


def context(award: Award) -> dict[str, Any]:
    """What the certificate's template needs, every number already written out."""
    return {
        "award": award,
        "lang": award.language,
        "completed_on": formats.date_format(award.completed_at, "j F Y"),
        "completed_iso": award.completed_at.date().isoformat(),
        "issued_iso": award.issued_at.isoformat(),
        "score_text": score_text(award),
        "minutes_text": _("%(minutes)d minutes") % {"minutes": award.minutes},
        "credit_lead": _("No CE credit."),
        "credit_text": _(
            "No accredited provider is recorded for this activity, so it carries no continuing-education credit. "
            "Education only; not a licence to practise or prescribe."
        ),
        "verify_url": verify_url(award),
        "verify_short": settings.SITE_URL.partition("//")[2] + reverse("verify"),
        "name_class": name_class(award.name),
        "band_svg": certificate_band(1200, 140),
        "qr_svg": qr(verify_url(award)),
        "css": _css(),
    }


def score_text(award: Award) -> str:
    return _("%(points)d of %(most)d, pass mark %(needed)d") % {
        "points": award.points,
        "most": award.max_points,
        "needed": award.needed,
    }


def verify_url(award: Award) -> str:
    return settings.SITE_URL + reverse("verify_code", args=[award.code_display])


def name_class(name: str) -> str:
    """The size a name is set in, by its length."""
    return next((size for longest, size in NAME_SIZES if len(name) <= longest), "name-34")


def qr(text: str) -> SafeString:
    """A QR code as inline SVG, without a style attribute."""
    import segno

    return mark_safe(segno.make(text, error="m").svg_inline(border=0, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308 - segno's own markup around an address of ours


@lru_cache(maxsize=1)
def _css() -> SafeString:
    return mark_safe((Path(settings.ROOT) / "static" / "css" / "print-certificate.css").read_text())  # noqa: S308 - our own file


def _refuse(url: str, *args: object, **kwargs: object) -> dict[str, Any]:
    """A certificate loads nothing: no file, no address, whatever a template might say."""
    raise ValueError("certificates fetch nothing")

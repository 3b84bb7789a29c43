"""An award as a PDF: template, QR code, WeasyPrint. The same award gives the same bytes."""

import base64
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from certificates.models import Award
from core.drawings import certificate_band

RENDERER = "weasyprint 70.0 pdf/ua-1"
# The width words may fill, in CSS px, as .statement in print-certificate.css has it.
WIDTH = 890
# Sizes of a name on one line, then on two; the last holds whatever 120 letters there are.
ONE_LINE, TWO_LINES, SMALLEST = (60, 50, 42, 34), (34, 30, 26, 23), 20
LONG_TITLE, LONG_FORMAT, LONG_SIGNATORY = 100, 50, 160
# About how wide letters of the bold serif are, in em; other capitals 0.8, all else 0.67.
ADVANCES = {
    **dict.fromkeys(" -.,'’·‐‑/", 0.31),
    **dict.fromkeys("iljfItJ()ιΙіІј", 0.41),
    **dict.fromkeys("crszсгэзτεζξς", 0.53),
    **dict.fromkeys("aegovyаеотуγδλοσν0123456789", 0.61),
    **dict.fromkeys("BCEFLPRSTVXYZВЕЗРСТУХЭΒΓΕΖΞΡΣΤΥΧ", 0.71),
    **dict.fromkeys("wжмфωΨФM", 0.95),
    **dict.fromkeys("mWМЖШЩЮЫшщюыΜ", 1.07),
}
# Title, format and the signatory's role, as the template's tags stand: the second H2, the second cell, the fourth P
# from the end. They carry lang="en" there too.
ENGLISH = (("/H2", 1), ("/TD", 1), ("/P", -4))
BAND_SIZE = (1200, 140)
SVG, INK = "http://www.w3.org/2000/svg", "#10252b"
LOGO = (
    f'<svg xmlns="{SVG}" viewBox="0 0 40 26" fill="none"><path d="M2 17h9v-7h8v4h6V3h13" stroke="{INK}" '
    'stroke-width="3"/><path d="M2 23.5h36" stroke="#5a6d72" stroke-width="2"/></svg>'
)


def render(award: Award) -> bytes:
    """The PDF of an award, tagged (written as PDF/UA-1), fonts embedded, nothing fetched from anywhere."""
    finish = None if award.language == "en" else _mark_english
    return to_pdf(html(award), identifier=award.pk.bytes, finish=finish)


def to_pdf(text: str, *, identifier: bytes, finish: Callable[[Any, Any], None] | None = None) -> bytes:
    """WeasyPrint with our options. Imported here: two seconds of CPU no web process should pay.

    `finish` gets WeasyPrint's document and its PDF, not yet written. The only address it may open is `data:`, which is
    no address but the band drawn into the page itself.
    """
    import weasyprint
    from weasyprint.urls import URLFetcher

    document = weasyprint.HTML(string=text, url_fetcher=URLFetcher(allowed_protocols=("data",)))
    pdf = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier, font_config=_fonts(), finisher=finish)
    if pdf is None:
        raise RuntimeError("WeasyPrint returned nothing")
    return bytes(pdf)


def _mark_english(_document: Any, pdf: Any) -> None:
    """Say of what is content, and exists in English only, that it is English. WeasyPrint writes the language of the
    document but drops the lang of an element; a screen reader would read the title with Spanish sounds."""
    for kind, index in ENGLISH:
        found = [each for each in pdf.objects if isinstance(each, dict) and each.get("S") == kind]
        found[index]["Lang"] = "(en)"


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """One font configuration for the process. A new one for each document, WeasyPrint's default, reads all fonts'
    settings again and keeps 0.2 MB of them for ever."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def html(award: Award) -> str:
    """The certificate's HTML in the award's language."""
    with override(award.language):
        return render_to_string("certificates/pdf/certificate.html", context(award))


def context(award: Award) -> dict[str, Any]:
    """What the certificate's template needs, every number already written out."""
    return {
        "award": award,
        "lang": award.language,
        "demo": is_demo(award),
        "document_title": _("Certificate of completion: %(name)s") % {"name": award.name},
        "issued_iso": award.issued_at.replace(microsecond=0).isoformat(),
        "name_class": name_class(award.name),
        "name_dir": direction(award.name),
        "name_lines": name_lines(award.name),
        "credentials_dir": direction(award.credentials),
        "title_class": "title-21" if len(award.activity_title) > LONG_TITLE else "title-28",
        "much": len(award.activity_title) > LONG_TITLE or len(award.activity_format) > LONG_FORMAT,
        "small": len(award.director_name + award.director_role + award.provider) > LONG_SIGNATORY,
        "site": settings.SITE_URL.partition("//")[2],
        **_facts(award),
        **_pictures(award),
    }


def _facts(award: Award) -> dict[str, str]:
    return {
        "completed_on": formats.date_format(award.completed_on, "DATE_FORMAT"),
        "score_text": score_text(award),
        "minutes_text": ngettext("%(minutes)d minute", "%(minutes)d minutes", award.minutes)
        % {"minutes": award.minutes},
        "credit_lead": _("No CE credit."),
        "credit_text": _(
            "No accredited provider is recorded for this activity, so it carries no continuing-education "
            "credit. Education only; not a licence to practise or prescribe."
        ),
        "verify_url": verify_url(award),
        "verify_short": settings.SITE_URL.partition("//")[2] + reverse("verify").rstrip("/"),
    }


def _pictures(award: Award) -> dict[str, SafeString]:
    """QR code in the page, as a figure with words; logo and band as backgrounds: tagged as artifacts."""
    address = verify_url(award)
    words = _("QR code: check this certificate at %(address)s") % {"address": address}
    return {"qr_svg": qr(address, words), "logo_uri": _data_uri(LOGO), "band_uri": _band_uri(), "css": _css()}


def is_demo(award: Award) -> bool:
    """Whether what was copied at issue says so: demo people carry "(demo)" in their name or role."""
    said = (award.name, award.director_name, award.director_role, award.provider)
    return any("(demo)" in text for text in said)


def score_text(award: Award) -> str:
    return _("%(points)s of %(most)s, pass mark %(needed)d") % {
        "points": _number(award.points),
        "most": _number(award.max_points),
        "needed": award.needed,
    }


def _number(value: Decimal) -> str:
    """9 for 9.00 and 9.5 for 9.50, in the language's writing."""
    places = max(0, -int(Decimal(value).normalize().as_tuple().exponent))
    return formats.number_format(value, decimal_pos=places)


def verify_url(award: Award) -> str:
    return f"{settings.SITE_URL}{reverse('verify_code', args=[award.code_display])}"


def direction(text: str) -> str:
    """rtl when the first letter with a direction is written so, else ltr. WeasyPrint knows no dir=auto."""
    strong = (unicodedata.bidirectional(char) for char in text)
    return "rtl" if next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


def name_class(name: str) -> str:
    """The size a name is set in: 60 px, in steps to 34, then two lines; smaller only when those overflow."""
    width, lines = ems(name), name_lines(name)
    if len(lines) == 1 and (size := _first_fit(ONE_LINE, width)):
        return f"name-{size}"
    longest = max(ems(line) for line in lines) if len(lines) > 1 else 0.55 * width
    return f"name-{_first_fit(TWO_LINES, longest) or SMALLEST}"


def _first_fit(sizes: tuple[int, ...], width: float) -> int | None:
    return next((size for size in sizes if width * size <= WIDTH), None)


def name_lines(name: str) -> list[str]:
    """One line, or two of nearly the same width, parted at a space; without one WeasyPrint parts it."""
    gaps = [at for at, char in enumerate(name) if char == " "]
    if not gaps or ems(name) * ONE_LINE[-1] <= WIDTH:
        return [name]
    at = min(gaps, key=lambda gap: max(ems(name[:gap]), ems(name[gap + 1 :])))
    return [name[:at], name[at + 1 :]]


def ems(text: str) -> float:
    """About how wide a text is in the bold serif, in em; rather too wide than too narrow."""
    return sum(_em(char) for char in text)


def _em(char: str) -> float:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(char) in ("W", "F"):
        return 1.0
    base = unicodedata.normalize("NFD", char)[0]
    return ADVANCES.get(base, 0.8 if base.isupper() else 0.67)


def qr(text: str, words: str = "") -> SafeString:
    """A QR code as inline SVG; the words become its title, which is the figure's alternative text."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return mark_safe(  # noqa: S308 - segno's own markup around an address of ours
        code.svg_inline(border=0, svgclass="qr", dark=INK, lineclass=None, omitsize=True, title=words or None)
    )


@lru_cache(maxsize=1)
def _band_uri() -> SafeString:
    svg = str(certificate_band(*BAND_SIZE))
    return _data_uri(svg if "xmlns=" in svg else svg.replace("<svg", f'<svg xmlns="{SVG}"', 1))


def _data_uri(svg: str) -> SafeString:
    return mark_safe("data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode())  # noqa: S308 - letters


@lru_cache(maxsize=1)
def _css() -> SafeString:
    path = Path(settings.ROOT) / "static" / "css" / "print-certificate.css"
    return mark_safe(path.read_text())  # noqa: S308 - our own file

"""Names of products and makers: courses teach classes, and name a brand in a dated table only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

NAMES = (
    "Abbott", "Accu-Chek", "Admelog", "Afrezza", "Apidra", "Baqsimi", "Basaglar", "Beta Bionics", "CamAPS", "CareLink",
    "Clarity app", "Contour Next", "Control-IQ", "DANA-i", "Dexcom", "Enlite", "Eversense", "Fiasp", "FreeStyle",
    "Glooko", "Gvoke", "Humalog", "Humulin", "iLet", "InPen", "Insulet", "Insuman", "Lantus", "Levemir", "LibreView",
    "Lyumjev", "Medtronic", "Medtrum", "MiniMed", "Novo Nordisk", "NovoLog", "NovoRapid", "Omnipod", "OneTouch",
    "Sanofi", "Senseonics", "Sequel Med Tech", "Simplera", "SmartAdjust", "SmartGuard", "Sooil", "t:connect", "t:slim",
    "Tidepool", "TouchCare", "Toujeo", "Tresiba", "twiist", "Ypsomed", "YpsoPump", "Zegalogue",
)  # fmt: skip
# Words of the language that are a product only with what stands beside them.
BESIDE = (
    r"Guardian\s?[34]", r"Guardian Connect", r"Libre\s?[23]\b", r"Freestyle", r"Tandem(?: Mobi| pump| Diabetes)",
    r"mylife", r"Instinct sensor", r"Lilly\b", r"Dash pod",
)  # fmt: skip
BRAND = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(NAMES, key=len, reverse=True)))}|{'|'.join(BESIDE)})(?!\w)"
)
AS_OF = re.compile(r"\bas of (\d{1,2}) (\w+) (\d{4})", re.IGNORECASE)
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
STALE_DAYS = 183  # clinical.md PM-41: a table of systems older than six months misleads


def brands(text: str) -> Iterator[re.Match[str]]:
    return BRAND.finditer(text)


def as_of(text: str) -> date | None:
    """The date a section says its table is of: "as of 22 November 2026"."""
    found = AS_OF.search(text)
    if not found or found[2].lower() not in MONTHS:
        return None
    try:
        return date(int(found[3]), MONTHS.index(found[2].lower()) + 1, int(found[1]))
    except ValueError:
        return None

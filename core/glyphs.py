"""Which letters the certificate's fonts can draw, so that no name is ever printed as boxes."""

import subprocess
import unicodedata
from functools import lru_cache

# The families print-certificate.css names, serif first; CJK counts once its font package is installed.
PRINT_FAMILIES = (
    "Noto Serif", "Noto Naskh Arabic", "Noto Serif Hebrew", "Noto Serif Devanagari", "Noto Serif Thai",
    "Noto Serif CJK", "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari",
    "Noto Sans Thai", "Noto Sans CJK",
)  # fmt: skip
_PUNCTUATION = set(" -'.,’·‐‑()/") | {"\u200c", "\u200d", "\u05f3", "\u05f4", "\u05be"}


def unprintable(text: str) -> list[str]:
    """The characters of `text` that are no part of a name, or that no print font has a glyph for; in order, once."""
    fonts = _ranges()
    bad = [char for char in text if not _of_a_name(char) or not _covered(ord(char), fonts)]
    return list(dict.fromkeys(bad))


def describe(char: str) -> str:
    """How to speak of a character that cannot be shown: its code point, and its name where it has one."""
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X} {name}".strip()


def _of_a_name(char: str) -> bool:
    return char in _PUNCTUATION or unicodedata.category(char)[0] in "LM" or char.isdecimal()


def _covered(code: int, fonts: tuple[tuple[int, int], ...]) -> bool:
    if code in (0x200C, 0x200D):  # joiners shape their neighbours and have no glyph of their own
        return True
    return any(low <= code <= high for low, high in fonts)


@lru_cache(maxsize=1)
def _ranges() -> tuple[tuple[int, int], ...]:
    """Code point ranges of the print families, asked of fontconfig once a process."""
    listing = subprocess.run(
        ["fc-list", "--format", "%{family}\t%{charset}\n"], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    ranges: set[tuple[int, int]] = set()
    for line in listing.splitlines():
        families, _, charset = line.partition("\t")
        if any(_is_print_family(family) for family in families.split(",")):
            ranges.update(_parse(part) for part in charset.split())
    return tuple(sorted(ranges))


def _is_print_family(family: str) -> bool:
    return family in PRINT_FAMILIES or family.startswith(("Noto Serif CJK", "Noto Sans CJK"))


def _parse(part: str) -> tuple[int, int]:
    low, _, high = part.partition("-")
    return int(low, 16), int(high or low, 16)

"""The printed certificate: its words, its structure for screen readers, its letters, its bytes."""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
import unicodedata
import uuid
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pikepdf
import pypdf
import pytest
import segno

from certificates.models import Award
from certificates.services import printing
from core import glyphs

NAMES = {
    "Latin": "Adaeze Okonkwo-Lindqvist",
    "Latin with marks": "Nguyễn Thị Ánh Đặng",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Екатерина Щербакова",
    "Arabic": "محمد عبد الرحمن الأنصاري",
    "Hebrew": "שרה בן־דוד",
    "Devanagari": "प्रियंका श्रीवास्तव",
    "Thai": "ปิยะนุช ศรีสุวรรณ์",
}
WORDY = (
    "Maria Alejandra de los Ángeles Fernández-Villavicencio Quiñónez de la Torre "
    "y Montenegro Ruiz Salazar de Alba y Oña"
)
LONG = {
    "many words": WORDY.ljust(120, "o"),
    "one word": "W" * 120,
    "Arabic": ("محمد عبد الرحمن الأنصاري " * 5)[:119].strip(),
    "Devanagari": ("प्रियंका श्रीवास्तव " * 7)[:119].strip(),
    "Thai without a space": ("ปิยะนุชศรีสุวรรณ์" * 8)[:119],
}
TITLE = "Insulin pump therapy: selecting, starting and supporting. Module 1, why a pump?"
NO_CREDIT = "No CE credit."
PX = 0.75  # points
BAND_TOP, BAND_BOTTOM = 447 * PX, 563 * PX
INK_OPERATORS = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Tj", "TJ", "'", '"', "Do", "sh"}


def award(**changes: Any) -> Award:
    """An award as issued, not saved: printing needs nothing but what it says."""
    facts: dict[str, Any] = {
        "id": uuid.UUID(int=7),
        "code": "7Q4M2XKD9HTRC5WB",
        "name": NAMES["Latin"],
        "credentials": "RN, MSN, CDCES",
        "activity_title": TITLE,
        "activity_format": "Enduring, online, at your own pace",
        "provider": "Basal (no accredited provider)",
        "director_name": "Ingrid Halvorsen, PhD, RN",
        "director_role": "Course director",
        "completed_at": dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC),
        "issued_at": dt.datetime(2026, 11, 22, 10, 5, 1, 234, tzinfo=dt.UTC),
        "points": Decimal("9.00"),
        "max_points": Decimal("10.00"),
        "needed": 8,
        "minutes": 48,
        "language": "en",
    }
    return Award(**(facts | changes))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return printing.render(award())


@lru_cache(maxsize=8)
def opened(data: bytes) -> pikepdf.Pdf:
    """Kept open by the cache: pikepdf's objects die with their document."""
    return pikepdf.open(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """All words of the PDF with single spaces, compatibility forms resolved."""
    words = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    return " ".join(unicodedata.normalize("NFKC", words).split())


def elements(node: Any, kind: str | None = None) -> Iterator[Any]:
    """The structure elements under a node in reading order."""
    if isinstance(node, pikepdf.Array):
        for kid in node:
            yield from elements(kid, kind)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node and kind in (None, str(node.S)):
            yield node
        if "/K" in node:
            yield from elements(node.K, kind)


def operators(data: bytes) -> list[tuple[str, Any]]:
    page = opened(data).pages[0]
    return [(str(each.operator), each.operands) for each in pikepdf.parse_content_stream(page)]


def boxes(data: bytes) -> list[tuple[str, int]]:
    """Glyphs shown that are .notdef or that the embedded font does not have, as (font, glyph id).

    WeasyPrint writes two bytes for a glyph, and a number past the font's last for a letter without one.
    """
    fonts, font, found = opened(data).pages[0].Resources.Font, "", []
    counts = {name: glyph_count(each) for name, each in fonts.items()}
    for operator, operands in operators(data):
        if operator == "Tf":
            font = str(operands[0])
        if operator in ("TJ", "Tj"):
            parts = operands[0] if operator == "TJ" else operands
            raw = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            ids = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
            found += [(font, each) for each in ids if not 0 < each < counts[font]]
    return found


def glyph_count(font: pikepdf.Object) -> int:
    """How many glyphs the embedded TrueType file has: the fifth and sixth byte of its table maxp."""
    file = bytes(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes())
    entries = (file[at : at + 16] for at in range(12, 12 + 16 * int.from_bytes(file[4:6]), 16))
    maxp = next(int.from_bytes(entry[8:12]) for entry in entries if entry[:4] == b"maxp")
    return int.from_bytes(file[maxp + 4 : maxp + 6])


def baselines(data: bytes) -> list[tuple[float, float, str]]:
    """Where each run of text starts: points from the left, points from the top, the words."""
    page, runs = pypdf.PdfReader(io.BytesIO(data)).pages[0], []

    def visit(words: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if words.strip():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            runs.append((x, float(page.mediabox.height) - y, words.strip()))

    page.extract_text(visitor_text=visit)
    return runs


def test_it_is_one_a4_page_on_its_side_that_opens_without_a_fault(pdf: bytes) -> None:
    document = opened(pdf)
    assert document.check_pdf_syntax() == []
    assert len(document.pages) == 1
    assert [round(float(side)) for side in document.pages[0].mediabox] == [0, 0, 842, 595]


def test_it_says_to_screen_readers_what_it_is(pdf: bytes) -> None:
    root = opened(pdf).Root
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert root.StructTreeRoot.K[0].S == "/Document"
    with opened(pdf).open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == f"Certificate of completion: {NAMES['Latin']}"


def test_its_headings_are_the_certificate_then_name_and_title(pdf: bytes) -> None:
    kinds = [str(element.S) for element in elements(opened(pdf).Root.StructTreeRoot.K)]
    assert [kind for kind in kinds if re.fullmatch(r"/H\d", kind)] == ["/H1", "/H2", "/H2"]
    assert kinds.count("/TH") == kinds.count("/TD") == 4
    assert kinds.count("/P") >= 8


def test_every_fact_names_its_column_heading(pdf: bytes) -> None:
    tree = opened(pdf).Root.StructTreeRoot.K
    heads = [[str(cell.ID)] for cell in elements(tree, "/TH")]
    assert [[str(head) for head in cell.A.Headers] for cell in elements(tree, "/TD")] == heads


def test_the_only_figure_is_the_qr_code_and_it_says_where_it_leads(pdf: bytes) -> None:
    figures = list(elements(opened(pdf).Root.StructTreeRoot.K, "/Figure"))
    assert [str(figure.Alt) for figure in figures] == [
        f"QR code: check this certificate at {printing.verify_url(award())}"
    ]


def test_the_link_says_where_it_leads(pdf: bytes) -> None:
    (annotation,) = opened(pdf).pages[0].Annots
    assert str(annotation.A.URI) == str(annotation.Contents) == printing.verify_url(award())


def test_all_that_is_drawn_is_either_tagged_content_or_an_artifact(pdf: bytes) -> None:
    depth, artifacts, outside = 0, 0, []
    for operator, operands in operators(pdf):
        if operator in ("BDC", "BMC"):
            depth += 1
            artifacts += str(operands[0]) == "/Artifact"
        elif operator == "EMC":
            depth -= 1
        elif operator in INK_OPERATORS and depth == 0:
            outside.append(operator)
    assert outside == []
    assert artifacts >= 5  # frame twice, band, logo, the credit box, the line above the signatory


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_every_font_is_embedded_as_a_subset(name: str) -> None:
    fonts = opened(printing.render(award(name=name))).pages[0].Resources.Font
    for font in fonts.values():
        (descendant,) = font.DescendantFonts
        descriptor = descendant.FontDescriptor
        assert "/ToUnicode" in font
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
        assert re.match(r"/[A-Z]{6}\+", str(descriptor.FontName))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_in_each_script_comes_out_letter_for_letter(name: str) -> None:
    words = text_of(printing.render(award(name=name)))
    assert unicodedata.normalize("NFKC", name) in words
    assert TITLE in words
    assert "7Q4M-2XKD-9HTR-C5WB" in words


@pytest.mark.parametrize("name", [*NAMES.values(), *LONG.values()])
def test_no_name_is_printed_as_boxes(name: str) -> None:
    assert glyphs.unprintable(name) == []
    assert boxes(printing.render(award(name=name))) == []


@pytest.mark.parametrize("char", ["\u0378", "\ue000"], ids=["unassigned", "private use"])
def test_a_box_would_be_noticed(char: str) -> None:
    """The form refuses such a name; were it printed all the same, the test above would see it."""
    assert len(boxes(printing.render(award(name=f"Ann {char}")))) == 1


def test_names_written_from_the_right_are_set_from_the_right() -> None:
    assert [printing.direction(name) for name in ("Ann", "محمد", "שרה", "-محمد Ali", "42", "")] == [
        "ltr", "rtl", "rtl", "rtl", "ltr", "ltr",
    ]  # fmt: skip


def test_in_a_right_to_left_name_the_first_word_stands_furthest_right() -> None:
    runs = [words for _x, _y, words in baselines(printing.render(award(name="محمد Ali")))]
    assert runs.index("Ali") + 1 == runs.index("محمد")  # drawn from left to right


def test_it_states_what_a_certificate_must_state(pdf: bytes) -> None:
    words = text_of(pdf)
    for fact in (
        "Certificate of completion",
        "RN, MSN, CDCES",
        "22 November 2026",
        "Enduring, online, at your own pace",
        "9 of 10, pass mark 8",
        "48 minutes",
        NO_CREDIT,
        "Ingrid Halvorsen, PhD, RN",
        "Course director",
        "Basal (no accredited provider)",
        printing.verify_url(award()).partition("//")[2].partition("/verify")[0] + "/verify",
    ):
        assert fact in words


def test_half_points_and_a_single_minute_are_written_as_people_write_them() -> None:
    assert printing.score_text(award(points=Decimal("9.50"))) == "9.5 of 10, pass mark 8"
    assert printing.context(award(minutes=1))["minutes_text"] == "1 minute"


def test_a_demo_award_says_so_and_a_real_one_does_not(pdf: bytes) -> None:
    demo = printing.render(award(director_name="Ingrid Halvorsen (demo), PhD, RN"))
    assert "Certificate of completion Demo" in text_of(demo)
    assert "demo" not in text_of(pdf).lower()


def test_the_same_award_gives_the_same_bytes(pdf: bytes) -> None:
    assert printing.render(award()) == pdf
    assert printing.render(award(name=NAMES["Arabic"])) == printing.render(award(name=NAMES["Arabic"]))
    assert printing.render(award(minutes=49)) != pdf


def test_the_qr_code_drawn_on_the_page_is_the_address_to_check_it(pdf: bytes) -> None:
    code = segno.make(printing.verify_url(award()), error="m", micro=False)
    assert drawn_modules(pdf) == {
        (row, column) for row, line in enumerate(code.matrix) for column, dark in enumerate(line) if dark
    }


def drawn_modules(data: bytes) -> set[tuple[int, int]]:
    """The dark modules as (row, column), read from the strokes inside the figure."""
    inside, modules, start = False, set(), 0.0
    for operator, operands in operators(data):
        if operator == "BDC":
            inside = str(operands[0]) == "/Figure"
        elif operator == "EMC":
            inside = False
        elif inside and operator == "m":
            start = float(operands[0])
        elif inside and operator == "l":
            end, row = float(operands[0]), int(float(operands[1]))
            modules |= {(row, column) for column in range(round(start), round(end))}
    return modules


@pytest.mark.parametrize("name", LONG.values(), ids=LONG.keys())
def test_the_longest_names_titles_and_formats_stay_clear_of_the_band(name: str) -> None:
    data = printing.render(
        award(
            name=name,
            activity_title=(TITLE + " ") * 2 + "And forty more letters, to reach 200....",
            activity_format="Enduring, online, at your own pace, with questions and a post-test; " + "x" * 50,
            credentials="RN, MSN, CDCES, BC-ADM, FADCES, PhD, MPH, DNP, APRN, FNP-BC.",
        )
    )
    assert len(opened(data).pages) == 1
    assert max(y for _x, y, words in baselines(data) if y < BAND_BOTTOM) < BAND_TOP


def test_everything_written_lies_where_us_letter_prints_it_too(pdf: bytes) -> None:
    cut = (297 - 279.4) / 2 / 25.4 * 72
    assert min(x for x, _y, _words in baselines(pdf)) > cut + 18  # a quarter inch inside the narrower sheet


def test_the_name_is_as_large_as_it_can_be() -> None:
    assert printing.name_class("Adaeze Okonkwo-Lindqvist") == "name-60"
    sizes = [int(printing.name_class("n" * length)[5:]) for length in range(1, 121)]
    assert sizes[0] == 60
    assert set(sizes) >= {60, 50, 42, 34}
    assert printing.name_lines("Ann Lee") == ["Ann Lee"]
    first, second = printing.name_lines(WORDY)
    assert f"{first} {second}" == WORDY
    assert abs(printing.ems(first) - printing.ems(second)) < 8


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_meant_for_one_line_takes_one_line(name: str) -> None:
    """For names at the very edge of each size: the next thing written is never a second line of the name."""
    filled = (name + " ") * 4
    for size in printing.ONE_LINE:
        room = printing.WIDTH / size
        longest = max(at for at in range(1, len(filled)) if printing.ems(filled[:at]) <= room)
        data = printing.render(award(name=filled[:longest].strip(), credentials=""))
        assert len(name_baselines(data)) == 1, (size, filled[:longest])


def name_baselines(data: bytes) -> set[int]:
    """The lines of the name: what stands between the words before it and the words after it."""
    runs = baselines(data)
    words = [each for _x, _y, each in runs]
    first, last = words.index("This is to state that"), words.index("completed the activity")
    return {round(y) for _x, y, _words in runs[first + 1 : last]}


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png"])
def test_printing_fetches_nothing(address: str, caplog: pytest.LogCaptureFixture) -> None:
    text = f'<html lang="en"><title>t</title><p>words<img alt="x" src="{address}">'
    weasyprint_log = logging.getLogger("weasyprint")
    weasyprint_log.addHandler(caplog.handler)
    try:
        data = printing.to_pdf(text, identifier=b"x")
    finally:
        weasyprint_log.removeHandler(caplog.handler)
    assert "disallowed protocol" in caplog.text
    assert "Do" not in [operator for operator, _operands in operators(data)]


def test_words_of_people_are_never_markup() -> None:
    assert "<b>Bold</b>" in text_of(printing.render(award(activity_title="<b>Bold</b> & plain")))


def test_the_fonts_the_sheet_names_are_those_the_forms_check_names_against() -> None:
    families = set(re.findall(r'"(Noto [^"]+)"', printing.html(award())))
    assert {family.removesuffix(" SC") for family in families} == set(glyphs.PRINT_FAMILIES)

"""Which letters may be printed: names in each script we promise, and never a box."""

from __future__ import annotations

import subprocess

import pytest
from django.core.exceptions import ValidationError

from core import glyphs
from core.fields import PrintableField

SAMPLES = {
    "Latin": "Adaeze Okonkwo-Lindqvist",
    "Latin with marks": "Nguyễn Thị Ánh Đặng, Žižek, Þór, Ğül, O’Brien",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Екатерина Щербакова, Ґудзь, Қасым",
    "Arabic": "محمد عبد الرحمن الأنصاري",
    "Persian": "پژمان گلی‌زاده",
    "Hebrew": "שרה בן־דוד ג׳ורג׳",
    "Devanagari": "प्रियंका श्रीवास्तव",
    "Thai": "ปิยะนุช ศรีสุวรรณ์",
}


def cjk_is_installed() -> bool:
    command = ["fc-list", ":lang=zh-cn", "family"]
    return "CJK" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_name_in_each_promised_script_is_accepted(name: str) -> None:
    assert glyphs.unprintable(name) == []
    assert PrintableField().clean(name) == name


@pytest.mark.parametrize(
    ("char", "spoken"),
    [
        ("\u0378", "U+0378"),  # unassigned
        ("\U0001f600", "U+1F600 grinning face"),
        ("\ue000", "U+E000"),  # private use
        ("\U00012000", "U+12000 cuneiform sign a"),  # a letter, but of a font no certificate uses
    ],
    ids=["unassigned", "emoji", "private use", "cuneiform"],
)
def test_a_character_no_font_can_print_is_refused_by_its_name(char: str, spoken: str) -> None:
    assert glyphs.unprintable(f"Ann {char}e") == [char]
    with pytest.raises(ValidationError) as refused:
        PrintableField().clean(f"Ann {char}e")
    assert spoken in refused.value.messages[0]
    assert refused.value.code == "unprintable"


def test_chinese_letters_are_accepted_exactly_when_their_fonts_are_installed() -> None:
    assert glyphs.unprintable("王小明") == ([] if cjk_is_installed() else ["王", "小", "明"])


@pytest.mark.skipif(cjk_is_installed(), reason="the CJK fonts are installed here")
def test_without_cjk_fonts_a_chinese_name_is_refused_by_its_characters() -> None:
    with pytest.raises(ValidationError, match=r"U\+738B cjk unified ideograph-738b"):
        PrintableField().clean("王小明")


@pytest.mark.parametrize("text", ["Ann <b>", "Ann; x", "Ann\u202eeel", "Ann\x07", "Ann = 1", "A \u2066x"])
def test_what_is_no_part_of_a_name_is_refused(text: str) -> None:
    assert len(glyphs.unprintable(text)) >= 1


def test_each_refused_character_is_named_once_and_at_most_three() -> None:
    with pytest.raises(ValidationError) as refused:
        PrintableField().clean("\U0001f600\U0001f600\U0001f601\U0001f602\U0001f603")
    assert refused.value.messages[0].count("U+") == 3


def test_a_name_is_put_into_composed_form_with_single_spaces() -> None:
    assert PrintableField().clean("  Rene\u0301   Dupont ") == "René Dupont"


def test_an_empty_optional_field_stays_empty() -> None:
    assert PrintableField(required=False).clean("") == ""


@pytest.mark.parametrize("name", ["-", "\u200c\u200d", "123", ". ."])
def test_a_name_has_at_least_one_letter(name: str) -> None:
    with pytest.raises(ValidationError):
        PrintableField().clean(name)


def test_the_longest_name_is_measured_as_it_will_be_stored() -> None:
    grows = "\u0958" * 120  # one letter that its composed form writes as two
    with pytest.raises(ValidationError):
        PrintableField(max_length=120).clean(grows)

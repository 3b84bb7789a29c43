"""How easy a text is to read: the published formulas, on numbers worked by hand."""

from __future__ import annotations

import pytest

from courses.services import reading
from courses.services.reading import Counts


def test_the_english_grade_is_flesch_and_kincaids() -> None:
    # 100 words in 8 sentences with 130 syllables: 0.39 * 12.5 + 11.8 * 1.3 - 15.59 = 4.875 + 15.34 - 15.59
    assert reading.grade(Counts(sentences=8, words=100, syllables=130)) == pytest.approx(4.625)


def test_the_spanish_ease_is_fernandez_huertas_with_words_a_sentence() -> None:
    # 206.84 - 60 * 2 - 1.02 * 10 = 76.64; with sentences per 100 words, as misprinted, long sentences would do as well
    assert reading.ease(Counts(sentences=10, words=100, syllables=200)) == pytest.approx(76.64)
    assert reading.ease(Counts(sentences=5, words=100, syllables=200)) == pytest.approx(66.44)


@pytest.mark.parametrize(
    ("text", "language", "sentences", "words", "syllables"),
    [
        ("You check your glucose. Then you eat.", "en", 2, 7, 8),
        ("Usted mide su glucosa. Luego come.", "es", 2, 6, 12),
        ("Below 70 mg/dL (3.9 mmol/L) is low.", "en", 1, 3, 4),  # a value with its units is no word
        ("First line\nSecond line", "en", 2, 4, 5),  # a heading and what follows are two sentences
    ],
)
def test_sentences_words_and_syllables_are_counted(
    text: str, language: str, sentences: int, words: int, syllables: int
) -> None:
    assert reading.count(text, language) == Counts(sentences, words, syllables)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("pump", 1), ("used", 1), ("needed", 2), ("makes", 1), ("changes", 2), ("little", 2), ("insulin", 3), ("over", 2)],
)
def test_english_syllables(word: str, syllables: int) -> None:
    assert reading.SYLLABLES["en"](word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("bomba", 2), ("insulina", 4), ("día", 2), ("ciudad", 2), ("guía", 2), ("que", 1), ("pingüino", 3), ("leer", 2)],
)
def test_spanish_syllables(word: str, syllables: int) -> None:
    assert reading.SYLLABLES["es"](word) == syllables


def test_hard_texts_are_named_with_their_figure_and_easy_ones_pass() -> None:
    english = "Continuous subcutaneous insulin administration necessitates considerable individual responsibility."
    spanish = "La administración subcutánea continua de insulina requiere responsabilidad individual considerable."
    long = "You eat and then you check and then you walk and then you sleep and then you wake and eat."
    assert any("Flesch-Kincaid" in said for said in reading.too_hard(english, "en"))
    assert any("Fernández-Huerta" in said for said in reading.too_hard(spanish, "es"))
    assert any("words a sentence" in said for said in reading.too_hard(long, "en"))
    assert reading.too_hard("You eat. You check. You walk.", "en") == []
    assert reading.too_hard("Usted come. Usted mide. Usted camina.", "es") == []
    assert reading.too_hard("70 mg/dL", "en") == []


def test_plain_text_leaves_out_pictures_and_citations_and_keeps_each_item_a_line() -> None:
    html = (
        '<p>One<sup class="cite"><a href="#source-1">1</a></sup>.</p><svg><text>drawn</text></svg><ul><li>Two</li></ul>'
    )
    assert reading.plain_text([html]) == "One.\nTwo"

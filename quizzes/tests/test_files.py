"""Every type of question from a file into the bank and back; mistakes with file, line and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from ruamel.yaml import YAML

from courses.models import Course
from courses.services.files import Desk
from quizzes import marking
from quizzes.marking.lint import examine
from quizzes.models import Item, ItemVersion, Picture
from quizzes.selectors import bank
from quizzes.services.loading import LoadedQuizzes, load_items
from quizzes.tests.items import answer, drawn, example, params, shown
from tests.curriculum import COURSE

pytestmark = pytest.mark.django_db
ALT = "A pump with its tube; the clamp is closed"
HERE = {"objective": "LO-RO1", "facts": ["RO-01"], "see": "side-by-side#one-need"}


def write(folder: Path, item_id: str, content: dict[str, Any]) -> None:
    place = folder / COURSE / "items"
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{item_id}.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(content, file)


def load(folder: Path) -> tuple[LoadedQuizzes, list[str]]:
    desk, loaded = Desk(folder), LoadedQuizzes()
    load_items(desk, folder / COURSE, bank.bounds(Course.objects.get(slug=COURSE)), loaded)
    return loaded, [str(problem) for problem in desk.problems]


@pytest.mark.parametrize("kind", marking.KINDS)
def test_an_item_of_every_type_is_loaded_and_earns_its_point(tmp_path: Path, kind: str) -> None:
    write(tmp_path, "zz-1", example(kind) | HERE)
    loaded, problems = load(tmp_path)
    assert (loaded.changed, problems) == (["zz-1"], [])
    content = ItemVersion.objects.get(item="zz-1").content
    assert examine(content, bank.bounds(Course.objects.get(slug=COURSE))) == []
    order = shown(content)
    assert marking.mark(content, params(kind), order, marking.key_response(content, params(kind), order)).right
    assert load(tmp_path)[0].changed == []


@pytest.mark.parametrize("kind", marking.KINDS)
def test_the_bank_written_back_to_files_and_loaded_again_says_the_same(tmp_path: Path, kind: str) -> None:
    write(tmp_path, "zz-1", example(kind) | HERE)
    load(tmp_path)
    before = dict(ItemVersion.objects.values_list("item", "content"))
    call_command("export_items", COURSE, tmp_path / "out", verbosity=0)
    ItemVersion.objects.filter(item="zz-1").delete()
    Item.objects.filter(pk="zz-1").delete()
    loaded, problems = load(tmp_path / "out")
    assert problems == []
    assert loaded.changed == ["zz-1"]  # all others are what they were
    assert ItemVersion.objects.get(item="zz-1").content == before["zz-1"]


def test_an_exported_item_keeps_the_letters_of_its_file(tmp_path: Path) -> None:
    call_command("export_items", COURSE, tmp_path, verbosity=0)
    text = (tmp_path / COURSE / "items" / "ro-001.yaml").read_text(encoding="utf-8")
    assert "id: a" in text
    with pytest.raises(CommandError, match="there is no course nowhere"):
        call_command("export_items", "nowhere", tmp_path)


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("mr", {"scoring": "guess"}, "zz-1.yaml:8: scoring: There is no scoring rule"),
        ("numeric", {"answers": [{"value": "many", "unit": "mg/dL", "atol": "1"}]}, "value: The value of answer 1"),
        ("numeric", {"answers": "252"}, "answers: “answers” is missing, or is not of the kind"),
        ("matching", {"lefft": []}, "lefft: is no key we know here"),
        ("mtf", {"type": "essay"}, "type: must be one of sba, mr"),
        ("carb_meal", {"total": 60}, "total: The total is given as 60 g, but the foods add up to 62 g"),
        ("ordering", {"edges": [["wash", "fly"]]}, "edges: A rule of order names a step there is not"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(
    tmp_path: Path, kind: str, changes: dict[str, Any], told: str
) -> None:
    write(tmp_path, "zz-1", example(kind) | HERE | changes)
    loaded, problems = load(tmp_path)
    assert told in "\n".join(problems)
    assert all(f"{COURSE}/items/zz-1.yaml:" in one for one in problems)
    assert not loaded.changed
    assert not Item.objects.filter(pk="zz-1").exists()


def test_a_missing_text_of_a_row_is_told_at_that_row(tmp_path: Path) -> None:
    content = example("matching") | HERE
    content["left"][1]["why"] = {"es": "x"}
    write(tmp_path, "zz-1", content)
    (problem,) = load(tmp_path)[1]
    lines = (tmp_path / COURSE / "items" / "zz-1.yaml").read_text(encoding="utf-8").splitlines()
    line = int(problem.split(":")[1])
    assert "why" in lines[line - 1]
    assert line > next(number for number, text in enumerate(lines, 1) if "Carbohydrate ratio" in text)


def test_formulas_may_stand_in_any_order() -> None:
    """PostgreSQL keeps the keys of an object in its own: correction would come after dose, which uses it."""
    content = example("dose_calc")
    content["params"]["derived"] = dict(reversed(content["params"]["derived"].items()))
    assert marking.mark(content, params("dose_calc"), [], answer("dose_calc")).right
    content["params"]["derived"]["correction"] = "dose * 2"
    assert marking_error(content) == "bad_formula"


def marking_error(content: dict[str, Any]) -> str:
    with pytest.raises(marking.MarkingError) as raised:
        marking.draw(content, marking.Rng(1))
    return raised.value.code


# --- pictures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sba", "numeric"])
@pytest.mark.parametrize("of", ["PNG", "JPEG", "WEBP"])
def test_a_picture_beside_an_items_file_is_loaded_exported_and_loaded_again_as_the_same(
    tmp_path: Path, kind: str, of: str
) -> None:
    said = {"file": "pump.bin", "alt": {"en": ALT, "es": "Una bomba"}, "caption": {"en": "Closed", "es": "Cerrada"}}
    write(tmp_path, "zz-1", example(kind) | HERE | {"picture": said})
    (tmp_path / COURSE / "items" / "pump.bin").write_bytes(drawn(of))
    assert load(tmp_path)[1] == []
    content = ItemVersion.objects.get(item="zz-1").content
    kept = Picture.objects.get()
    assert content["picture"]["sha256"] == kept.pk
    assert examine(content, bank.bounds(Course.objects.get(slug=COURSE))) == []
    assert load(tmp_path)[0].changed == []
    call_command("export_items", COURSE, tmp_path / "out", verbosity=0)
    (written,) = [path for path in (tmp_path / "out" / COURSE / "items").iterdir() if path.suffix != ".yaml"]
    assert (written.stem, written.read_bytes()) == ("zz-1", bytes(kept.data))
    ItemVersion.objects.filter(item="zz-1").delete()
    Item.objects.filter(pk="zz-1").delete()
    assert load(tmp_path / "out")[1] == []
    assert ItemVersion.objects.get(item="zz-1").content == content


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"file": "none.png"}, "file: there is no such file beside this one: none.png"),
        ({"file": "../items/pump.png"}, "file: there is no such file beside this one: ../items/pump.png"),
        ({"file": "zz-1.yaml"}, "file: This is no PNG, JPEG or WebP"),
        ({"file": "pump.png", "alt": {"es": "Una bomba"}}, "alt: has no text in en"),
        ({"file": "pump.png", "size": 3}, "size: is no key we know here"),
        ({}, "file: is missing"),
        ("pump.png", "picture: must be a map of file, alt and caption"),
    ],
)
def test_a_mistake_with_a_picture_is_told_with_its_line_and_nothing_is_loaded(
    tmp_path: Path, said: Any, told: str
) -> None:
    texts = {"alt": {"en": ALT, "es": "Una bomba"}}
    picture = texts | said if isinstance(said, dict) else said
    write(tmp_path, "zz-1", example("sba") | HERE | {"picture": picture})
    (tmp_path / COURSE / "items" / "pump.png").write_bytes(drawn())
    loaded, problems = load(tmp_path)
    assert told in "\n".join(problems)
    assert all(f"{COURSE}/items/zz-1.yaml:" in one for one in problems)
    assert not loaded.changed

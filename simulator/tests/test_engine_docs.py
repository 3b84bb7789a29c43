"""docs/engine is made by the engine: its table is current, its pictures can be drawn and read."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import call_command

from simulator.engine.alarms import ALARMS
from simulator.engine.patient import parameters
from simulator.services.engine_pictures import PICTURES
from simulator.services.parameter_table import BEGIN, END, parameter_table, refreshed
from simulator.services.scenarios import DEVICE_KEYS, HABIT_KEYS, KEYS, PATIENT_KEYS, read

DOCS = Path(settings.ROOT) / "docs" / "engine"
PAGE = (DOCS / "README.md").read_text()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engine")
    call_command("engine_pictures", f"--out={folder}", stdout=io.StringIO())
    return folder


def test_the_committed_table_of_parameters_is_the_one_the_script_writes(made: Path) -> None:
    """If this fails: python manage.py engine_pictures."""
    table = PAGE.split(BEGIN)[1].split(END)[0].strip()
    assert table == (made / "README.md").read_text().split(BEGIN)[1].split(END)[0].strip()
    assert table == parameter_table()


def test_every_parameter_of_every_file_is_in_the_table_with_unit_source_and_strength() -> None:
    rows = [line.split(" | ") for line in parameter_table().splitlines() if line.startswith("| `")]
    assert all(len(row) == 5 for row in rows)
    body = [name for part in parameters("hovorka").values() for name in part]
    assert {f"| `{name}`" for name in body} <= {row[0] for row in rows}
    for name, _value, unit, source, strength in rows:
        assert source.strip(), name
        assert strength.strip(" |") in {"V", "R", "D", "M"}, name
        texts = ("bolus_speed", "calculator", "iob", "defers")
        assert unit.strip() or any(word in name for word in texts), name


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        refreshed("nothing here")


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_well_formed_small_named_and_shown_with_a_sentence(made: Path, name: str) -> None:
    for path in (made / f"{name}.svg", DOCS / f"{name}.svg"):
        assert path.stat().st_size < 60_000
        root = ElementTree.parse(path).getroot()
        assert root.attrib["aria-label"]
        assert root.findall(".//{http://www.w3.org/2000/svg}path")
        assert not re.search(r"\b(nan|inf)\b", path.read_text())
    assert re.search(rf"!\[[^\]]*\]\({name}\.svg\)\n[A-Z]", PAGE)


def test_every_test_named_in_the_page_exists() -> None:
    named = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 15
    for file, function in named:
        text = (Path(settings.ROOT) / "simulator" / "tests" / file).read_text()
        assert f"def {function}" in text if function else True, function


def test_the_file_in_the_page_is_one_that_is_read_and_every_key_is_named(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "child.yaml").write_text(text)
    assert len(read(tmp_path / "child.yaml").scenario.timeline) == 7
    for key in {*KEYS, *PATIENT_KEYS, *DEVICE_KEYS, *HABIT_KEYS} - {"timeline"}:
        assert f"`{key}`" in PAGE, key


def test_the_page_names_every_alarm_with_its_priority_and_what_it_does_to_delivery() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| ((?:low|medium|high) \| (?:stops|goes on)) \|", PAGE, re.MULTILINE))
    wanted = {
        name: f"{alarm.priority.name.lower()} | {'stops' if alarm.stops else 'goes on'}"
        for name, alarm in ALARMS.items()
    }
    assert told == wanted

"""manage.py simulate: a file in, metrics, a table and a picture out; mistakes with line and key."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from simulator.engine.device import Device
from simulator.engine.patient import standard
from simulator.engine.settings import set_device
from simulator.services.scenarios import own_settings

CASE = """\
patient: {group: child, seed: 9, weight_kg: 28}
device: {kind: tubed-a, basal: [["00:00", 0.15]], icr: [["00:00", 30]], isf_mgdl: 150, high_target_mgdl: 120, dia_h: 4}
therapy: pump
start: "20:00"
hours: 14
timeline:
  - {at: "22:00", fault: occlusion}
  - {at: "d2 07:30", meal: {carbs_g: 45, class: normal, counted_g: 45}}
"""


def simulate(folder: Path, text: str = CASE, *options: str) -> str:
    file, out = folder / "night.yaml", io.StringIO()
    file.write_text(text)
    call_command("simulate", str(file), f"--out={folder}", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_file_becomes_metrics_a_table_and_a_picture(tmp_path: Path) -> None:
    said = simulate(tmp_path)
    assert "pump " in said
    rows = list(csv.DictReader((tmp_path / "night.csv").open()))
    assert len(rows) == 14 * 60 + 1
    assert float(rows[-1]["ketones_mmol_l"]) > 0.6  # nine hours without insulin
    assert any("occlusion" in row["events"] for row in rows)
    words = "".join(ElementTree.parse(tmp_path / "night.svg").getroot().itertext())
    for each in ("Glucose, mg/dL", "Blood ketones, mmol/L", "occlusion alarm", "22:00"):
        assert each in words


def test_the_same_file_says_the_same_twice(tmp_path: Path) -> None:
    assert simulate(tmp_path) == simulate(tmp_path)
    assert (tmp_path / "night.csv").read_bytes() == (simulate(tmp_path) and (tmp_path / "night.csv").read_bytes())


def test_four_therapies_are_drawn_side_by_side(tmp_path: Path) -> None:
    said = simulate(tmp_path, CASE, "--compare=mdi,pump,plgs,hcl")
    for kind in ("mdi", "pump", "plgs", "hcl-ttr"):
        assert f"\n{kind} " in said
        assert (tmp_path / f"night-{kind}.csv").is_file()
    words = "".join(ElementTree.parse(tmp_path / "night.svg").getroot().itertext())
    assert words.count("Glucose, mg/dL") == 4


def test_the_tables_name_every_metric_in_a_hundred_columns(tmp_path: Path) -> None:
    said = simulate(tmp_path, CASE, "--compare=mdi,pump,plgs,hcl")
    for words in ("70-180", "GMI %", "mmol/mol", "GRI", "LBGI", "basal %", "unanswered %", "ketones", "pregnancy"):
        assert words in said
    assert max(len(line) for line in said.splitlines() if not line.startswith(("table ", "picture "))) <= 100
    assert "fewer than 70 % of 14 days" in said


def test_five_days_or_more_are_also_drawn_as_a_profile_from_midnight_to_midnight(tmp_path: Path) -> None:
    simulate(tmp_path)
    assert not (tmp_path / "night-agp.svg").exists()
    simulate(tmp_path, CASE.replace("hours: 14", "hours: 120"))
    words = "".join(ElementTree.parse(tmp_path / "night-agp.svg").getroot().itertext())
    for each in ("median", "half of the days", "00:00", "24:00", "180"):
        assert each in words


def test_a_cohort_says_how_far_it_is(tmp_path: Path) -> None:
    file, err = tmp_path / "night.yaml", io.StringIO()
    file.write_text(CASE)
    call_command("simulate", str(file), "--cohort=3", "--compare=pump,hcl", stdout=io.StringIO(), stderr=err)
    assert "3/3" in err.getvalue()


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ('at: "22:00"', 'at: "25:00"', "night.yaml:7: at:"),
        ("fault: occlusion", "fault: gremlin", "night.yaml:7: fault: fault: no kind 'gremlin'"),
        ("carbs_g: 45, class", "carbs_g: -45, class", "night.yaml:8: meal:"),
        ("kind: tubed-a", "kind: tubed-x", "night.yaml:2: device: device: there is no kind 'tubed-x'"),
        ("0.15", "0.16", "night.yaml:2: basal:"),
        ("therapy: pump", "therapy: prayer", "night.yaml:3: therapy: must be one of"),
        ("group: child", "group: cats", "night.yaml:1: group:"),
        ('"d2 07:30"', '"d3 07:30"', "night.yaml:8: at: lies outside the run of 14 hours"),
        ("hours: 14", "ours: 14", "night.yaml:5: ours: is no key we know here"),
    ],
)
def test_a_mistake_is_told_with_line_and_key(tmp_path: Path, wrong: str, right: str, says: str) -> None:
    assert wrong in CASE
    with pytest.raises(CommandError, match="has mistakes") as caught:
        simulate(tmp_path, CASE.replace(wrong, right))
    assert says in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    bad = CASE.replace("fault: occlusion", "fault: gremlin").replace("therapy: pump", "therapy: prayer")
    with pytest.raises(CommandError) as caught:
        simulate(tmp_path, bad)
    assert "night.yaml:3" in str(caught.value)
    assert "night.yaml:7" in str(caught.value)


def test_a_cohort_is_drawn_from_the_files_own_seed_and_says_what_it_does_not_use(tmp_path: Path) -> None:
    def said(text: str) -> str:
        return simulate(tmp_path, text, "--cohort=3")

    plain, other = said(CASE), said(CASE.replace("seed: 9", "seed: 10"))
    assert "people   3 of the group child, seed 9" in plain
    assert "basal, icr, isf_mgdl and profiles of the file are not used" in plain
    assert plain.splitlines()[2:] != other.splitlines()[2:]


def test_a_cohort_keeps_the_duration_and_reminders_of_the_file() -> None:
    device = Device("tubed-a", (("00:00", 0.15),), (("00:00", 30.0),), (("00:00", 150.0),), dia_h=3.0, auto_off_h=9.0)
    found = own_settings(device, standard())
    assert (found.dia_h, found.auto_off_h) == (3.0, 9.0)
    assert found.basal == set_device(standard(), "tubed-a").basal

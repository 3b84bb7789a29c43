"""Run a scenario file through the engine: metrics on the screen, a CSV and a picture on disk."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.safestring import SafeString

from courses.services.files import CurriculumErrors
from simulator.engine.cohort import member
from simulator.engine.errors import EngineError
from simulator.engine.run import THERAPIES, Run, Trace, simulate
from simulator.services.pictures import compared, csv_rows, drawn, profiles, standalone
from simulator.services.scenarios import group, left_out, own_settings, read, with_therapy
from simulator.services.tables import Lived, summary

SHORT = {"hcl": "hcl-ttr"}
DAYS_OF_A_PROFILE = 5


class Command(BaseCommand):
    help = "Run a scenario file on a fictional patient. Education only: not a dosing tool."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a scenario or case, in YAML (docs/engine/README.md)")
        parser.add_argument("--compare", default="", help="therapies side by side: mdi,pump,plgs,hcl")
        parser.add_argument("--cohort", type=int, default=None, help="so many people of the group instead of the one")
        parser.add_argument("--out", type=Path, default=None, help="folder for the CSV and the picture")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        people: int | None = options["cohort"]
        if people is not None and people < 1:
            raise CommandError(f"--cohort: a cohort has 1 person or more, not {people}.")
        try:
            run = read(path)
            kinds = self._kinds(options["compare"]) or [run.therapy.kind]
            self._say_left_out(run, kinds)
            if people:
                self._cohort(run, kinds, *group(path), people)
            else:
                self._one(run, kinds, path.stem, options["out"] or Path(settings.VAR) / "simulate")
        except CurriculumErrors as error:
            raise CommandError(f"{path.name} has mistakes:\n{error}") from error
        except EngineError as error:
            raise CommandError(f"{path.name}: {error}") from error

    def _kinds(self, words: str) -> list[str]:
        kinds = [SHORT.get(word.strip(), word.strip()) for word in words.split(",") if word.strip()]
        unknown = [kind for kind in kinds if kind not in THERAPIES]
        if unknown:
            known = ", ".join(THERAPIES)
            raise CommandError(f"There is no therapy {', '.join(unknown)}; there are {known} (hcl is hcl-ttr).")
        return kinds

    def _say_left_out(self, run: Run, kinds: list[str]) -> None:
        dropped = {kind: ", ".join(names) for kind in kinds if (names := left_out(run, kind))}
        if dropped:
            self.stdout.write("left out " + "; ".join(f"under {kind}: {names}" for kind, names in dropped.items()))

    def _one(self, run: Run, kinds: list[str], name: str, folder: Path) -> None:
        runs = {kind: with_therapy(run, kind) for kind in kinds}
        found = {kind: simulate(each) for kind, each in runs.items()}
        self._say({kind: [(runs[kind], trace)] for kind, trace in found.items()})
        folder.mkdir(parents=True, exist_ok=True)
        for kind, trace in found.items():
            table = folder / (f"{name}.csv" if len(found) == 1 else f"{name}-{kind}.csv")
            with table.open("w", newline="") as file:
                csv.writer(file).writerows(csv_rows(trace))
            self.stdout.write(f"table    {table}")
        picture = drawn(run, found[kinds[0]]) if len(found) == 1 else compared(run, found)
        self._draw(folder / f"{name}.svg", picture)
        if run.scenario.minutes >= DAYS_OF_A_PROFILE * 1440:
            self._draw(folder / f"{name}-agp.svg", profiles(run, found))

    def _cohort(self, run: Run, kinds: list[str], of: str, seed: int, people: int) -> None:
        if run.device is None:
            raise CommandError("The file names no device.")
        self.stdout.write(f"people   {people} of the group {of}, seed {seed}, each with their own weight and settings")
        self.stdout.write("         (basal, icr, isf_mgdl and profiles of the file are not used; its timeline is)")
        found: dict[str, list[tuple[Run, Trace]]] = {kind: [] for kind in kinds}
        for number in range(people):
            patient = member(of, seed, number).patient
            one = replace(run, patient=patient, device=own_settings(run.device, patient), seed=run.seed + number)
            for kind in kinds:
                treated = with_therapy(one, kind)
                found[kind].append((treated, simulate(treated)))
            self._progress(number + 1, people)
        self.stderr.write("")
        self._say(found)

    def _progress(self, done: int, of: int) -> None:
        full = 40 * done // of
        self.stderr.write(f"\r[{'#' * full}{'.' * (40 - full)}] {done}/{of}", ending="")
        self.stderr.flush()

    def _draw(self, path: Path, picture: SafeString) -> None:
        path.write_text(standalone(picture))
        self.stdout.write(f"picture  {path}")

    def _say(self, found: Mapping[str, Lived]) -> None:
        for line in summary(found):
            self.stdout.write(line)

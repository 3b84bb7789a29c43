"""Run a scenario file through the engine: metrics on the screen, a CSV and a picture on disk."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.services.files import CurriculumErrors
from simulator.engine.cohort import member
from simulator.engine.errors import EngineError
from simulator.engine.metrics import Ranges, episodes, ranges
from simulator.engine.run import THERAPIES, Run, Trace, simulate
from simulator.engine.settings import set_device
from simulator.services.pictures import compared, csv_rows, drawn, standalone
from simulator.services.scenarios import group, left_out, read, with_therapy

SHORT = {"hcl": "hcl-ttr"}
LINE = "{:9s} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>5.0f} {:>5.1f} {:>5.1f} {:>6.1f} {:>5d} {:>6.2f}"
HEAD = "therapy    <54 %  54-69 70-180 >180 % >250 %  mean    CV   GRI units/d lows ketones"


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
                self._cohort(run, kinds, group(path), people)
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
        found = {kind: simulate(with_therapy(run, kind)) for kind in kinds}
        self.stdout.write(HEAD)
        for kind, trace in found.items():
            self._say(kind, [trace], run.scenario.minutes)
        folder.mkdir(parents=True, exist_ok=True)
        for kind, trace in found.items():
            table = folder / (f"{name}.csv" if len(found) == 1 else f"{name}-{kind}.csv")
            with table.open("w", newline="") as file:
                csv.writer(file).writerows(csv_rows(trace))
            self.stdout.write(f"table    {table}")
        picture = drawn(run, found[kinds[0]]) if len(found) == 1 else compared(run, found)
        (folder / f"{name}.svg").write_text(standalone(picture))
        self.stdout.write(f"picture  {folder / f'{name}.svg'}")

    def _cohort(self, run: Run, kinds: list[str], of: str, people: int) -> None:
        if run.device is None:
            raise CommandError("The file names no device.")
        traces: dict[str, list[Trace]] = {kind: [] for kind in kinds}
        for number in range(people):
            patient = member(of, run.seed, number).patient
            one = replace(run, patient=patient, device=set_device(patient, run.device.kind), seed=run.seed + number)
            for kind in kinds:
                traces[kind].append(simulate(with_therapy(one, kind)))
            self._progress(number + 1, people)
        self.stdout.write("\n" + HEAD)
        for kind, found in traces.items():
            self._say(kind, found, run.scenario.minutes)

    def _progress(self, done: int, of: int) -> None:
        full = 40 * done // of
        self.stderr.write(f"\r[{'#' * full}{'.' * (40 - full)}] {done}/{of}", ending="")
        self.stderr.flush()

    def _say(self, kind: str, found: list[Trace], minutes: int) -> None:
        every: list[Ranges] = [ranges(trace.glucose_mgdl[::5]) for trace in found]

        def mean(name: str) -> float:
            return float(np.mean([getattr(each, name) for each in every]))

        insulin = np.mean([(t.basal_u.sum() + t.bolus_u.sum() + t.pen_u.sum()) * 1440 / minutes for t in found])
        lows = sum(episodes(trace.glucose_mgdl[::5]) for trace in found)
        ketones = max(float(trace.ketones_mmol.max()) for trace in found)
        names = ("very_low", "low", "in_range", "above_180", "very_high", "mean", "cv", "gri")
        self.stdout.write(LINE.format(kind, *(mean(name) for name in names), float(insulin), lows, ketones))

"""Draw the pictures of docs/engine anew, and write its table of parameters from the parameter files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from simulator.services.engine_pictures import write
from simulator.services.parameter_table import refreshed


class Command(BaseCommand):
    help = "Write the pictures and the table of parameters of docs/engine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=Path(settings.ROOT) / "docs" / "engine", help="the folder")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        with translation.override("en"):
            for path in write(folder):
                self.stdout.write(f"picture  {path}")
        page = Path(settings.ROOT) / "docs" / "engine" / "README.md"
        (folder / "README.md").write_text(refreshed(page.read_text()))
        self.stdout.write(f"table    {folder / 'README.md'}")

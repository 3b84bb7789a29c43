"""Which courses the tests walk. Most need a course, not all of them: theirs is the first one, small and of single
choices, beside the patients' steps. In the whole curriculum it is closed, and `whole` loads that."""

from __future__ import annotations

import shutil
from pathlib import Path

COURSE = "pump-rationale"
WHOLE = Path(__file__).parents[1] / "courses" / "curriculum"
LATER = "insulin-pump-therapy"


def first(folder: Path) -> Path:
    """A folder with all of the curriculum but the course that takes the first one's place."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in WHOLE.iterdir():
        if path.name != LATER and not (folder / path.name).exists():
            (folder / path.name).symlink_to(path)
    return folder


def open_both(folder: Path) -> Path:
    """A copy of the whole curriculum in which the later course leaves the first one open."""
    shutil.copytree(WHOLE, folder, dirs_exist_ok=True)
    course = folder / LATER / "course.yaml"
    course.write_text(course.read_text().replace(f"replaces: {COURSE}\n", ""))
    return folder

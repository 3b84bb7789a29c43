"""A folder of files that survives a power cut: under its name a file is whole or absent. (Buckets: object_storage.)"""

import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from core import crash


class DurableFolder(FileSystemStorage):
    """Django's folder, written in another way: temp file beside it, fsync, rename, fsync of the folder.

    Saving under a name that is taken replaces the file, at once and whole.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        # One name for the temp file: a second try takes the place of what a killed first one left behind.
        temporary = path.with_suffix(".part")
        with temporary.open("wb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        crash.point("after_temp_file")
        temporary.replace(path)
        _sync_folder(path.parent)
        crash.point("after_rename")
        return name

    def delete(self, name: str) -> None:
        """The file, and what a killed writing left beside it."""
        super().delete(name)
        Path(self.path(name)).with_suffix(".part").unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename in it last: the new name is in the folder, not in the file."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

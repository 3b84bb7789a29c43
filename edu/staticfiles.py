"""The apps' static files, without what no page asks for: 8 MB of Redoc, the browsable API's Bootstrap, source maps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

LEFT_OUT = ["rest_framework", "redoc", "oauth2-redirect.*", "*.map"]
MAP = re.compile(rb"(/\*|//)# sourceMappingURL=\S+")


class MaplessStorage(FileSystemStorage):
    """Files without the line that names their source map: the map is left out, and collectstatic would miss it."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        file: File[Any] = super()._open(name, mode)  # type: ignore[misc] # left out of the stubs: it is for storages
        if not name.endswith((".css", ".js")):
            return file
        with file:
            return ContentFile(MAP.sub(b"", file.read()), name)


class LeanFinder(AppDirectoriesFinder):
    storage_class = MaplessStorage

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        yield from super().list([*(ignore_patterns or []), *LEFT_OUT])

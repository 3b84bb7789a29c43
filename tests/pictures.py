"""Every page in two widths, two themes and two languages, into var/pictures; `./dev pictures '^lesson'` for some.

`./dev pictures walks` goes both ways through the whole curriculum instead, an educator's to the certificate and a
patient's in Spanish to the summary, with a picture at each step, into var/pictures/walks. A word after it picks:
`./dev pictures walks 'patient and 360'`, `./dev pictures walks 'educator and dark'` (light where it does not say dark).
"""

from __future__ import annotations

import os
import sys

import pytest

OPTIONS = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist"]


def main(wanted: list[str]) -> int:
    if wanted[:1] == ["walks"]:
        which = " ".join(wanted[1:])
        which = which if "dark" in which else f"light and ({which})" if which else "light"
        return _take("take_walks.py", "-k", which)
    os.environ["BASAL_PICTURES"] = wanted[0] if wanted else ""
    return _take("take_pictures.py")


def _take(file: str, *more: str) -> int:
    return int(pytest.main([*OPTIONS, "-o", f"python_files={file}", *more, f"tests/browser/{file}"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

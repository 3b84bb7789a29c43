"""Every page in two widths, two themes and two languages, into var/pictures; `./dev pictures '^lesson'` for some."""

from __future__ import annotations

import os
import sys

import pytest

OPTIONS = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "python_files=take_pictures.py"]

if __name__ == "__main__":
    os.environ["BASAL_PICTURES"] = sys.argv[1] if len(sys.argv) > 1 else ""
    sys.exit(pytest.main([*OPTIONS, "tests/browser/take_pictures.py"]))

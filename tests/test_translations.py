"""Spanish is whole: every message of the code has one, none is empty, fuzzy or left over, and placeholders are kept."""

from __future__ import annotations

import ast
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext, override

PO = Path(settings.ROOT) / "locale" / "es" / "LC_MESSAGES" / "django.po"
# How the catalogue is made anew after a change of words; docs/authoring.md says the same.
MAKE: dict[str, Any] = {"locale": ["es"], "no_location": True, "no_wrap": True, "no_obsolete": True, "verbosity": 0}
ROOMS = ("accounts", "certificates", "core", "courses", "edu", "quizzes", "simulator", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+[^>]*>")


def catalogue(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale="es")


def messages(path: Path) -> list[Message]:
    return [message for message in catalogue(path) if message.id]


def words(message: Message, part: str) -> list[str]:
    value = getattr(message, part)
    return [value] if isinstance(value, str) else list(value)


def test_no_message_is_empty_or_fuzzy() -> None:
    bad = [m.id for m in messages(PO) if m.fuzzy or not all(text.strip() for text in words(m, "string"))]
    assert bad == []


def test_the_catalogue_holds_exactly_what_the_code_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made anew beside the real one: what is new is missing there, what the code says no more is left over.

    In a folder of links to the code: makemessages writes to the locale/ it stands beside.
    """
    folder = tmp_path / "locale" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for name in ROOMS:
        (tmp_path / name).symlink_to(Path(settings.ROOT) / name)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [tmp_path / "locale"])
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", symlinks=True, ignore_patterns=["*/tests/*"], **MAKE)
    made, kept = ({_key(m) for m in messages(path)} for path in (folder / "django.po", PO))
    assert {"missing": made - kept, "left over": kept - made} == {"missing": set(), "left over": set()}


def test_a_translation_keeps_the_placeholders_and_tags_of_its_message() -> None:
    wrong = []
    for message in messages(PO):
        wanted = set(PLACEHOLDER.findall(words(message, "id")[-1]))
        for text in words(message, "string"):
            found = set(PLACEHOLDER.findall(text))
            # The singular may say "una" for the number.
            if found - wanted or (text == words(message, "string")[-1] and wanted - found):
                wrong.append((message.id, text))
    assert wrong == []


def test_gettext_itself_finds_nothing_wrong_with_it() -> None:
    checked = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", PO], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_compiled_catalogue_is_the_one_in_use() -> None:
    with override("es"):
        assert gettext("Sign in") == "Iniciar sesión"


def test_words_are_kept_to_the_house_rules() -> None:
    """No bare U for units, no comma for the decimal point, no tú."""
    bad = re.compile(r"\d\s?U\b|\d,\d\s?(?:unidades|mmol)|\b(?:tú|tienes|puedes|debes|quieres)\b", re.IGNORECASE)
    assert [text for m in messages(PO) for text in words(m, "string") if bad.search(text)] == []


def _key(message: Message) -> tuple[str | None, tuple[str, ...]]:
    return message.context, tuple(words(message, "id"))


def test_no_message_hides_in_an_f_string_where_gettext_does_not_look() -> None:
    found = []
    for path in (path for room in ROOMS for path in (Path(settings.ROOT) / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
                found += [f"{path}:{node.lineno}"] if called & {"_", "gettext", "ngettext"} else []
    assert found == []

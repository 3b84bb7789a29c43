"""A backup restores: made while people claim, put into an empty database, and every certificate of it verified."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from edu.browser import Browser
from tests import databases
from tests.drill import Drill, drilled, manage, serving

COUNT = 25


@pytest.fixture(scope="module")
def any_database(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Drill]:
    with drilled(tmp_path_factory.mktemp("drill"), COUNT) as drill:
        print(f"\n{drill.figures()}")
        yield drill


def test_what_was_restored_is_of_one_moment_and_every_certificate_of_it_verifies(any_database: Drill) -> None:
    drill = any_database
    assert drill.claimed_meanwhile > 0
    assert COUNT < drill.awards <= COUNT + drill.claimed_meanwhile
    assert drill.verified == drill.awards
    # An award and what is owed for it were written by one transaction: both came along, or neither.
    rows = drill.manifest["rows"]
    assert rows["certificates.award"] == rows["core.outboxrow"] <= rows["courses.completion"]


def test_certificates_came_along_and_what_was_damaged_or_not_printed_yet_is_printed(any_database: Drill) -> None:
    drill = any_database
    assert drill.manifest["not_whole"] >= 1
    assert len(drill.manifest["files"]) >= COUNT - 1
    assert len(drill.manifest["files"]) + drill.printed_afterwards == drill.awards
    assert re.search(rf"{drill.awards} awards, 0 wrong; {len(drill.manifest['files'])} PDFs whole", drill.said)
    checked = manage(drill.env, "check_awards")
    assert f"{drill.awards} awards, 0 wrong; {drill.awards} PDFs whole, 0 owed again" in checked.stdout


def test_people_sign_in_on_the_restored_platform_and_find_their_courses(any_database: Drill) -> None:
    with serving(any_database.env) as base:
        browser = Browser(base)
        form = browser.get("/accounts/login/").form("/login/")
        page = browser.submit(form, login="educator@demo.example", password="basal-demo-2026")
        assert page.url.endswith("/home/")
        assert browser.get("/courses/pump-rationale/").status == 200


def test_the_restored_platform_goes_on_counting_where_it_was(any_database: Drill) -> None:
    """PostgreSQL's sequences are set: a new row gets a number of its own."""
    code = (
        "from django.db import transaction; from core import outbox; a = transaction.atomic(); a.__enter__(); "
        "print(outbox.add('certificate', 'x').pk); transaction.set_rollback(True); a.__exit__(None, None, None)"
    )
    assert manage(any_database.env, "shell", "-v0", "-c", code).stdout.strip().isdigit()


def test_the_file_is_for_its_owner_alone_and_holds_nobodys_session(any_database: Drill) -> None:
    assert stat.S_IMODE(any_database.backup.stat().st_mode) == 0o600
    assert "sessions.session" not in any_database.manifest["rows"]
    assert "accounts.user" in any_database.manifest["rows"]


def test_a_database_with_anything_in_it_is_not_restored_into(any_database: Drill) -> None:
    refused = manage(any_database.env, "restore", any_database.backup)
    assert refused.returncode != 0
    assert "The database is not empty" in refused.stderr


def test_a_backup_is_never_written_over_another(any_database: Drill) -> None:
    refused = manage(any_database.env, "backup", any_database.backup)
    assert refused.returncode != 0
    assert "is there already" in refused.stderr


def test_a_backup_of_a_later_basal_or_of_something_else_is_refused(any_database: Drill, tmp_path: Path) -> None:
    def later(manifest: str) -> str:
        told = json.loads(manifest)
        return json.dumps(told | {"migrations": [*told["migrations"], ["courses", "9999_later"]]})

    def other(manifest: str) -> str:
        return json.dumps(json.loads(manifest) | {"format": "basal-backup 2"})

    for change, said in (
        (later, "comes from a later Basal, which has courses.9999_later"),
        (other, "no basal-backup 1"),
    ):
        file = rewritten(any_database.backup, tmp_path / f"{change.__name__}.zip", "manifest.json", change)
        with databases.fresh(tmp_path / change.__name__) as url:
            refused = manage(elsewhere(any_database, url, tmp_path), "restore", file)
        assert refused.returncode != 0
        assert said in refused.stderr


def test_a_certificate_that_was_changed_in_the_backup_is_named_after_the_restore(
    any_database: Drill, tmp_path: Path
) -> None:
    def forge(rows: str) -> str:
        return rows.replace("Wren Walker", "Someone Else", 1)

    file = rewritten(any_database.backup, tmp_path / "forged.zip", "rows/certificates.award.jsonl", forge)
    with databases.fresh(tmp_path / "forged") as url:
        told = manage(elsewhere(any_database, url, tmp_path), "restore", file)
    assert told.returncode != 0
    assert f"{any_database.awards} awards, 1 wrong" in told.stdout
    assert "These do not state what was issued: " in told.stderr


def elsewhere(drill: Drill, url: str, folder: Path) -> dict[str, str]:
    return drill.env | {"DATABASE_URL": url, "BASAL_VAR": str(folder)}


def rewritten(backup: Path, target: Path, name: str, change: Callable[[str], str]) -> Path:
    """The backup with one of its members changed."""
    with ZipFile(backup) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, change(data.decode()) if member == name else data)
    return target

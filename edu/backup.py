"""Backup and restore: one ZIP with every row as JSON lines, all of one moment, the printed PDFs, and a manifest.

The file is the same whatever database it came from, so that a pilot on SQLite moves to PostgreSQL by it. It is meant
for databases up to some millions of rows; a larger PostgreSQL is backed up by its own means and then asked by
`check()` whether every promise still holds (docs/operations.md).
"""

import base64
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Field, Model
from django.utils import timezone

from certificates import selectors, services
from certificates.models import Award, Print

FORMAT = "basal-backup 1"
MANIFEST = "manifest.json"
# Whoever holds the file could go on in anybody's session. People sign in again instead.
LEFT_OUT = {"sessions.session"}
BATCH = 500
Step = tuple[str, str]
Fields = list["Field[Any, Any]"]


class BackupError(Exception):
    """Why it was refused, in words for whoever runs the command."""


@dataclass
class Manifest:
    """What a backup holds: migrations applied, rows by model, sha256 by file, and how many PDFs were not whole."""

    made_at: str
    database: str
    migrations: list[Step]
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    not_whole: int = 0
    format: str = FORMAT


@dataclass
class Checked:
    """What a look at every award found: how many there are, which do not state what was issued, PDFs whole and owed."""

    awards: int = 0
    wrong: list[str] = field(default_factory=list)
    whole: int = 0
    owed_again: int = 0


def write(path: Path) -> Manifest:
    """Write a backup to `path`, readable by its owner only, while others go on writing. Raises BackupError.

    Rows are of one moment. A PDF that is missing or damaged is left out and printed again after a restore.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; a backup is never written over another.")
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _write_rows(archive)
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return manifest


def read_manifest(archive: ZipFile) -> Manifest:
    """Raises BackupError when this is no backup of ours, or one of a later kind."""
    told = json.loads(archive.read(MANIFEST)) if MANIFEST in archive.namelist() else {}
    if told.get("format") != FORMAT:
        raise BackupError(f"This is no {FORMAT}, but {told.get('format', 'something else')}.")
    told["migrations"] = [(app, name) for app, name in told["migrations"]]
    return Manifest(**told)


def restore(path: Path) -> tuple[Manifest, Checked]:
    """Fill the empty database, and the place of certificates, from a backup; then migrate on and check everything.

    Raises BackupError: the database is not empty, the backup comes from a later Basal, or a count differs (then no
    row is kept). An award that does not state what was issued is reported in the answer, not refused.
    """
    if tables := connection.introspection.table_names():
        raise BackupError(f"The database is not empty: it has {len(tables)} tables. Restore into a new one.")
    with ZipFile(path) as archive:
        manifest = read_manifest(archive)
        models = _migrate_to(manifest.migrations)
        with transaction.atomic():
            _no_time_limit()
            for label in manifest.rows:
                _load(archive, label, models(label))
            _same_counts(manifest, models)
            _reset_sequences([models(label) for label in manifest.rows])
        call_command("createcachetable", verbosity=0)
        _restore_files(archive, manifest)
    call_command("migrate", verbosity=0)
    return manifest, check()


def check() -> Checked:
    """Recompute what every award states, and look at every PDF; what is not whole is owed to the worker again."""
    found = Checked()
    for award in Award.objects.iterator():
        found.awards += 1
        if hashlib.sha256(services.payload(award)).hexdigest() != award.payload_sha256:
            found.wrong.append(str(award.pk))
    for row in Print.objects.select_related("award").iterator():
        if selectors.printed_file(row.award) is None:
            services.print_again(row.award)
            found.owed_again += 1
        else:
            found.whole += 1
    return found


# --- rows out ------------------------------------------------------------------------------------------------


def _write_rows(archive: ZipFile) -> Manifest:
    with _one_moment():
        executor = MigrationExecutor(connection)
        applied = [step for step in executor.loader.applied_migrations if step in executor.loader.graph.nodes]
        apps = executor.loader.project_state(applied).apps
        manifest = Manifest(timezone.now().isoformat(), connection.vendor, sorted(applied))
        for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label_lower):
            if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT:
                manifest.rows[model._meta.label_lower] = _dump(archive, model)
        printed = list(apps.get_model("certificates", "Print")._base_manager.values_list("award_id", "sha256"))
    _write_files(archive, manifest, printed)
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reads see the database as it was at the first of them, and keep no writer waiting."""
    if connection.vendor == "sqlite":
        # Not atomic(): our transactions begin IMMEDIATE, which would shut every writer out until the end.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _no_time_limit()
        yield


def _no_time_limit() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")


def _fields(model: type[Model]) -> Fields:
    return [each for each in model._meta.local_concrete_fields if not each.generated]


def _dump(archive: ZipFile, model: type[Model]) -> int:
    """One member of the archive: a line with the columns, then a line a row. Returns how many rows."""
    names = [each.attname for each in _fields(model)]
    rows, encoder = model._base_manager.order_by("pk").values_list(*names), _Encoder(ensure_ascii=False)
    written = 0
    with archive.open(_member(model._meta.label_lower), "w", force_zip64=True) as out:
        out.write(f"{encoder.encode(names)}\n".encode())
        for row in rows.iterator(chunk_size=2000):
            out.write(f"{encoder.encode(row)}\n".encode())
            written += 1
    return written


def _member(label: str) -> str:
    return f"rows/{label}.jsonl"


class _Encoder(DjangoJSONEncoder):
    """Django's encoder cuts times to milliseconds; an award's digest covers the microseconds."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime | time):
            return o.isoformat()
        if isinstance(o, bytes | memoryview):
            return base64.b64encode(bytes(o)).decode()
        return super().default(o)


# --- rows in -------------------------------------------------------------------------------------------------


def _migrate_to(steps: list[Step]) -> Callable[[str], type[Model]]:
    """Bring the empty database to where the backup was; returns the models as they were then, by their label."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    if unknown := [".".join(step) for step in steps if step not in graph.nodes]:
        raise BackupError(f"The backup comes from a later Basal, which has {unknown[0]}. Restore it with that one.")
    later = {parent.key for step in steps for parent in graph.node_map[step].parents if parent.key[0] == step[0]}
    last = [step for step in steps if step not in later]  # to name an earlier one as well would mean: back to it
    executor.migrate(last)
    apps = executor.loader.project_state(last).apps
    return lambda label: apps.get_model(label)


def _load(archive: ZipFile, label: str, model: type[Model]) -> None:
    """Rows as they are, past `save` and `auto_now`. In any order: foreign keys are checked at the commit."""
    model._base_manager.all().delete()  # what migrations wrote is in the backup as well
    with archive.open(_member(label)) as member:
        lines = io.TextIOWrapper(member, encoding="utf-8")
        by_name = {each.attname: each for each in _fields(model)}
        fields = [by_name[name] for name in json.loads(next(lines))]
        while batch := [json.loads(line) for line in islice(lines, BATCH)]:
            _insert(model, fields, batch)


def _insert(model: type[Model], fields: Fields, rows: list[list[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(each.column)) for each in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [
        [each.get_db_prep_save(each.to_python(value), connection) for each, value in zip(fields, row, strict=True)]
        for row in rows
    ]
    with connection.cursor() as cursor:
        statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - our names
        cursor.executemany(statement, values)


def _same_counts(manifest: Manifest, models: Callable[[str], type[Model]]) -> None:
    for label, told in manifest.rows.items():
        found = models(label)._base_manager.count()
        if found != told:
            raise BackupError(f"{label}: the backup says {told} rows, {found} arrived. Nothing was kept.")


def _reset_sequences(models: list[type[Model]]) -> None:
    """The next number of each table comes after those just written (PostgreSQL; SQLite sees to it itself)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


# --- files ---------------------------------------------------------------------------------------------------


def _write_files(archive: ZipFile, manifest: Manifest, printed: list[tuple[Any, str]]) -> None:
    """The PDFs of a folder. A bucket is not copied: it keeps versions itself, and all can be printed again."""
    storage = storages["certificates"]
    if not isinstance(storage, FileSystemStorage):
        return
    for award_id, sha256 in printed:
        name = selectors.pdf_name(Award(pk=award_id))
        data = _bytes(storage, name)
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            manifest.not_whole += 1
            continue
        archive.writestr(f"files/{name}", data)
        manifest.files[name] = sha256


def _bytes(storage: Storage, name: str) -> bytes | None:
    try:
        file: IO[Any]
        with storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def _restore_files(archive: ZipFile, manifest: Manifest) -> None:
    for name, sha256 in manifest.files.items():
        data = archive.read(f"files/{name}")
        if hashlib.sha256(data).hexdigest() == sha256:  # else it is printed again
            storages["certificates"].save(name, ContentFile(data))

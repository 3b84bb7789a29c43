"""Where printed certificates lie: a folder that survives a power cut, or a bucket that several machines share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from moto import mock_aws

from certificates import selectors
from certificates.models import Award
from core import crash
from core.files import DurableFolder
from core.models import OutboxRow
from edu.walk import Walk
from tests.inside import Inside

WorkOff = Callable[[], int]
BUCKET = "basal-test"


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Certificates in an object storage that lives in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    settings.STORAGES = settings.STORAGES | {
        "certificates": {
            "BACKEND": "core.object_storage.ObjectStorage",
            "OPTIONS": {"bucket_name": BUCKET, "location": "prints", "region_name": "us-east-1"},
        }
    }
    with mock_aws():
        made = boto3.resource("s3", region_name="us-east-1").Bucket(BUCKET)
        made.create()
        yield made


@pytest.fixture
def award(bucket: Any, walk: Walk[Inside]) -> Award:
    """Claimed by the person of `walk`; nothing is printed yet."""
    walk.read()
    walk.take_test()
    walk.evaluate_and_claim()
    return Award.objects.get()


def download(walk: Walk[Inside], award: Award) -> Any:
    return walk.browser.client.get(f"/certificates/{award.pk}/pdf/")


@pytest.mark.django_db
def test_a_certificate_is_printed_into_the_bucket_and_served_from_it(
    bucket: Any, walk: Walk[Inside], award: Award, work_off: WorkOff
) -> None:
    assert download(walk, award).status_code == 302
    assert work_off() == 1
    assert [each.key for each in bucket.objects.all()] == [f"prints/{selectors.pdf_name(award)}"]
    answer = download(walk, award)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == bucket.Object(f"prints/{selectors.pdf_name(award)}").get()["Body"].read()
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.django_db
def test_what_was_damaged_or_lost_in_the_bucket_is_not_served_and_is_printed_again(
    bucket: Any, walk: Walk[Inside], award: Award, work_off: WorkOff
) -> None:
    work_off()
    first = download(walk, award).content
    stored = bucket.Object(f"prints/{selectors.pdf_name(award)}")
    for spoil in (lambda: stored.put(Body=first[:-1] + b"x"), stored.delete):
        spoil()
        assert download(walk, award).status_code == 302
        walk.browser.submit(walk.browser.get(f"/certificates/{award.pk}/").form("/print-again/"))
        assert work_off() == 1
        assert download(walk, award).content == first


@pytest.mark.django_db
def test_while_the_bucket_is_out_of_reach_the_page_says_so_and_printing_stays_owed(
    walk: Walk[Inside], award: Award, work_off: WorkOff, settings: Any
) -> None:
    work_off()
    nowhere = {"bucket_name": BUCKET, "region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:1"}
    settings.STORAGES = settings.STORAGES | {
        "certificates": {"BACKEND": "core.object_storage.ObjectStorage", "OPTIONS": nowhere}
    }
    answer = download(walk, award)
    assert answer.status_code == 503
    assert "Yours is valid" in answer.content.decode()
    OutboxRow.objects.update(done_at=None)
    assert work_off() == 0
    assert OutboxRow.objects.open().count() == 1


def test_a_file_saved_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    folder = DurableFolder(location=tmp_path)
    for words in (b"first", b"second"):
        assert folder.save("ab/one.pdf", ContentFile(words)) == "ab/one.pdf"
    assert [path.name for path in (tmp_path / "ab").iterdir()] == ["one.pdf"]
    assert (tmp_path / "ab" / "one.pdf").read_bytes() == b"second"


def test_a_write_that_is_cut_short_leaves_the_file_of_before_and_the_next_one_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DurableFolder(location=tmp_path)
    folder.save("one.pdf", ContentFile(b"first"))

    class PowerCut(Exception):
        pass

    def cut(point: str) -> None:
        if point == "after_temp_file":
            raise PowerCut

    monkeypatch.setattr(crash, "point", cut)
    with pytest.raises(PowerCut):
        folder.save("one.pdf", ContentFile(b"second"))
    assert folder.open("one.pdf").read() == b"first"
    monkeypatch.undo()
    folder.save("one.pdf", ContentFile(b"third"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("one.pdf", b"third")]


def test_a_file_deleted_takes_along_what_a_killed_write_left(tmp_path: Path) -> None:
    folder = DurableFolder(location=tmp_path)
    folder.save("one.pdf", ContentFile(b"first"))
    (tmp_path / "one.part").write_bytes(b"seco")
    for _time in range(2):
        folder.delete("one.pdf")
        assert list(tmp_path.iterdir()) == []


def test_the_tests_write_into_a_folder_of_their_own(settings: Any) -> None:
    storage = storages["certificates"]
    assert isinstance(storage, DurableFolder)
    assert Path(storage.location).is_relative_to(settings.VAR)

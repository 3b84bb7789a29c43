"""Files in a bucket that several machines share. A module of its own: boto3 costs those who use folders nothing."""

from __future__ import annotations

from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage


class ObjectStorage(S3Storage):  # type: ignore[misc] # django-storages carries no types
    """django-storages' S3 with an end to waiting; whatever goes wrong there is an OSError, as with a folder.

    A PUT is whole or absent by itself, and takes the place of what was under the name.
    """

    def __init__(self, **options: Any) -> None:
        # A certificate is one small piece: no threads for it.
        super().__init__(transfer_config=TransferConfig(use_threads=False), **options)

    def get_default_settings(self) -> dict[str, Any]:
        waits = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2})
        given: dict[str, Any] = super().get_default_settings()
        return given | {"client_config": waits}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        try:
            file: File[bytes] = super()._open(name, mode)
            file.file  # noqa: B018 - fetches it, so that what fails then is met here too
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"object storage: {type(error).__name__}") from error
        return file

    def _save(self, name: str, content: File[bytes]) -> str:
        try:
            return str(super()._save(name, content))
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"object storage: {type(error).__name__}") from error

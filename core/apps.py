from django.apps import AppConfig
from django.core.signals import got_request_exception

from core import sentences

sentences.install()  # here, since forms are made while the other apps are imported


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Register the housekeeping in every process, the reconciler's among them, and hear what breaks."""
        from core import tasks  # noqa: F401 - importing registers them
        from core.middleware import log_broken

        got_request_exception.connect(log_broken, dispatch_uid="core.log_broken")

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        """Register the outbox handler in every process: web, worker and reconciler alike."""
        from certificates import tasks  # noqa: F401

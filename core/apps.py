from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Register the housekeeping in every process, the reconciler's among them."""
        from core import tasks  # noqa: F401


class BasalAdminConfig(AdminConfig):
    """Django's admin, opened by the admin role instead of a staff flag."""

    default_site = "core.admin_site.BasalAdminSite"

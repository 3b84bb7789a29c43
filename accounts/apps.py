from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "accounts"


class BasalAdminConfig(AdminConfig):
    """Django's admin, opened by the admin role instead of a staff flag."""

    default_site = "accounts.admin.BasalAdminSite"

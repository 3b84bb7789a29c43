from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """A grant can be revoked once, and nothing else of it can change."""

    dependencies = [("accounts", "0001_initial")]
    operations = [
        append_only(
            "accounts_rolegrant",
            when="OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR NEW.role <> OLD.role"
            " OR NEW.user_id <> OLD.user_id OR NEW.at <> OLD.at",
        ),
    ]

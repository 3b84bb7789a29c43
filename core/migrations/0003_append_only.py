from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """What was noted stays noted."""

    dependencies = [("core", "0002_audit")]
    operations = [append_only("core_auditentry")]

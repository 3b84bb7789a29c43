from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """The award's table was altered, which on SQLite takes its trigger away."""

    dependencies = [("certificates", "0003_office")]
    operations = [
        append_only("certificates_award"),
        append_only("certificates_biasreview"),
        append_only("certificates_revocation"),
    ]

from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [
        append_only(
            "certificates_award",
            ["completion_id", "user_id", "code", "name", "credentials", "activity_title", "points", "payload_sha256"],
        ),
        append_only("certificates_evaluation", ["completion_id", "objectives", "bias_seen", "change"]),
    ]

from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [
        append_only("certificates_award"),
        append_only("certificates_evaluation"),
    ]

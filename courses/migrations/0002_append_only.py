from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]
    operations = [
        append_only("courses_activityresult", ["enrolment_id", "activity", "outcome", "points", "max_points", "evidence"]),
        append_only("courses_completion", ["enrolment_id", "at", "points", "max_points", "engaged_s"]),
    ]

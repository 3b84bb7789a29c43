from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """What was handed in and marked stays as it is; a live attempt is still written to."""

    dependencies = [("quizzes", "0002_append_only")]
    operations = [
        append_only(
            "quizzes_attempt",
            ["enrolment_id", "quiz_id", "version_id", "state", "started_at", "submitted_at", "points", "max_points", "passed"],
            when="OLD.state = 'submitted'",
        ),
        append_only(
            "quizzes_slot", ["item_version_id", "option_order", "response", "seq", "right"], when='OLD."right" IS NOT NULL'
        ),
    ]

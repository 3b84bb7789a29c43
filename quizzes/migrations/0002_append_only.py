from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """What was written, handed in and marked stays; a live attempt is still written to."""

    dependencies = [("quizzes", "0001_initial")]
    operations = [
        append_only("quizzes_itemversion"),
        append_only("quizzes_quizversion"),
        append_only("quizzes_checkanswer"),
        append_only("quizzes_attempt", when="OLD.state = 'submitted'"),
        append_only("quizzes_slot", when='OLD."right" IS NOT NULL'),
    ]

from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]
    operations = [
        append_only("quizzes_itemversion", ["item_id", "number", "content", "content_sha256"]),
        append_only("quizzes_quizversion", ["quiz_id", "number", "pass_mark", "item_versions", "content_sha256"]),
        append_only("quizzes_checkanswer", ["enrolment_id", "item_version_id", "response"]),
    ]

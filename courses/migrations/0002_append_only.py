from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """What a version says is written once: a new load makes a new version, and an older draft is replaced whole."""

    dependencies = [("courses", "0001_initial")]
    operations = [
        append_only("courses_activityresult"),
        append_only("courses_completion"),
        append_only("courses_courseversion", when="OLD.state = 'published'"),
        append_only("courses_module"),
        append_only("courses_lesson"),
        append_only("courses_lessontext"),
    ]

from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    """What a version says is written once: a new load makes a new version, and an older draft is replaced whole."""

    dependencies = [("courses", "0002_append_only")]
    operations = [
        append_only("courses_courseversion", ["course_id", "number", "change", "title", "summary", "languages", "ce", "final_quiz"]),
        append_only("courses_module", ["version_id", "slug", "position", "title", "quiz"]),
        append_only("courses_lesson", ["version_id", "module_id", "slug", "position", "title", "minutes", "activities"]),
        append_only("courses_lessontext", ["lesson_id", "language", "blocks", "headings", "terms", "sources"]),
    ]

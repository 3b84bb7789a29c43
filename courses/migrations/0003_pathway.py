from django.db import migrations, models

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_append_only")]
    operations = [
        migrations.AddField(
            model_name="courseversion",
            name="pathway",
            field=models.JSONField(
                default=list,
                help_text=(
                    'A patients\' course: all its steps from 0 on, [{"title": {en, es}, "lesson": "slug or empty"}]'
                ),
            ),
        ),
        append_only("courses_courseversion", when="OLD.state = 'published'"),
    ]
